import type { Command, Option } from 'commander'
import type { Shell } from './shells.ts'

interface Word {
  readonly word: string
  readonly about: string
}
interface Choice extends Word {
  /** what follows it: nothing, a file or folder, one of some words, or text */
  readonly value: 'none' | 'path' | 'text' | readonly string[]
}

/** What can follow on some words of a command. */
interface Level {
  /** the words so far, e.g. `tenant create`; none for the program itself */
  readonly path: string
  readonly commands: readonly Word[]
  readonly options: readonly Choice[]
  /** whether a file or folder is an argument */
  readonly takesPath: boolean
  /** what an argument can be */
  readonly known: readonly Word[]
}

const IS_PATH = /<(file|folder)>|\[(file|folder)\]/

/**
 * A script that completes the words of a program in a shell, made of the program itself: every command, every option
 * with what follows it. It starts no process when it completes.
 */
export function completion(program: Command, shell: Shell): string {
  const levels = levelsOf(program, [])
  return SCRIPTS[shell](program.name(), levels)
}

function levelsOf(command: Command, path: readonly string[]): Level[] {
  const help = command.createHelp()
  const commands = help.visibleCommands(command)
  const options = help.visibleOptions(command).flatMap(choicesOf)
  const level = {
    path: path.join(' '),
    commands: commands.map((one) => ({ word: one.name(), about: sentence(one.description()) })),
    options,
    takesPath: command.registeredArguments.some((one) => /^(file|folder)$/.test(one.name())),
    known: command.registeredArguments.flatMap((one) =>
      (one.argChoices ?? []).map((word) => ({ word, about: '' })),
    ),
  }
  // `help` takes the words of any command, one level deep
  const inner = commands.filter((one) => one.name() !== 'help')
  const helped = { ...level, path: [...path, 'help'].join(' '), options: [], known: [] }
  const hasHelp = inner.length < commands.length
  return [
    level,
    ...(hasHelp ? [helped] : []),
    ...inner.flatMap((one) => levelsOf(one, [...path, one.name()])),
  ]
}

const choicesOf = (option: Option): Choice[] =>
  [option.long, option.short]
    .filter((word) => word !== undefined && word !== null)
    .map((word) => ({ word, about: sentence(option.description), value: followedBy(option) }))

function followedBy({ flags, argChoices, required, optional }: Option): Choice['value'] {
  if (!required && !optional) return 'none'
  return argChoices ?? (IS_PATH.test(flags) ? 'path' : 'text')
}

/** The first sentence, without what shells read. */
const sentence = (text: string): string =>
  (text.split(/[.;:]( |$)/)[0] ?? '').replaceAll(/['"`$\\[\]\n]/g, '')

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
const paths = (levels: readonly Level[]) =>
  levels.filter(({ path }) => path !== '').map(({ path }) => quoted(path))
const pathOption = ({ options }: Level) => options.filter(({ value }) => value === 'path')
const listOption = ({ options }: Level) => options.filter(({ value }) => Array.isArray(value))
const textOption = ({ options }: Level) => options.filter(({ value }) => value === 'text')
const words = (some: readonly Word[]) => some.map(({ word }) => word)

/** A case of a shell for each level that has what it is about. */
const cases = (levels: readonly Level[], body: (level: Level) => string, indent = '    '): string =>
  levels
    .map((level) => [level, body(level)] as const)
    .filter(([, text]) => text !== '')
    .map(([{ path }, text]) => `${indent}${quoted(path)}) ${text} ;;\n`)
    .join('')

/** What bash and zsh find in the words so far, in variables that both have. */
const walk = (levels: readonly Level[], first: string) => `  local at='' word
  for word in ${first}; do
    case "\${at:+$at }$word" in
      ${paths(levels).join('|')}) at="\${at:+$at }$word" ;;
    esac
  done
`

function bash(name: string, levels: readonly Level[]): string {
  const after = (level: Level) => {
    const lists = listOption(level).map(
      ({ word, value }) =>
        `${quoted(word)}) COMPREPLY=($(compgen -W ${quoted((value as string[]).join(' '))} -- "$current")); return ;;`,
    )
    const files = pathOption(level).map(({ word }) => quoted(word))
    const texts = textOption(level).map(({ word }) => quoted(word))
    const parts = [
      ...lists,
      ...(files.length > 0
        ? [`${files.join('|')}) COMPREPLY=($(compgen -f -- "$current")); return ;;`]
        : []),
      ...(texts.length > 0 ? [`${texts.join('|')}) return ;;`] : []),
    ]
    return parts.length === 0 ? '' : `case "$previous" in ${parts.join(' ')} esac`
  }
  const all = (level: Level) =>
    `words=${quoted([...words(level.commands), ...words(level.known), ...words(level.options)].join(' '))}`
  const files = levels.filter(({ takesPath }) => takesPath).map(({ path }) => quoted(path))
  return `# Completion of ${name} in bash: put \`source <(${name} completion bash)\` into ~/.bashrc
_${name}() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} words=''
${walk(levels, `"\${COMP_WORDS[@]:1:COMP_CWORD - 1}"`)}  case "$at" in
${cases(levels, after)}  esac
  case "$at" in
${cases(levels, all)}  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
${files.length > 0 ? `  case "$at" in ${files.join('|')}) COMPREPLY+=($(compgen -f -- "$current")) ;; esac\n` : ''}}
complete -o filenames -F _${name} ${name}
`
}

function zsh(name: string, levels: readonly Level[]): string {
  const described = (some: readonly Word[]) =>
    some.map(({ word, about }) => quoted(`${word.replaceAll(':', '\\:')}:${about}`)).join(' ')
  const after = (level: Level) => {
    const lists = listOption(level).map(
      ({ word, value }) =>
        `${quoted(word)}) compadd -- ${(value as string[]).join(' ')}; return ;;`,
    )
    const files = pathOption(level).map(({ word }) => quoted(word))
    const texts = textOption(level).map(({ word }) => quoted(word))
    const parts = [
      ...lists,
      ...(files.length > 0 ? [`${files.join('|')}) _files; return ;;`] : []),
      ...(texts.length > 0 ? [`${texts.join('|')}) return ;;`] : []),
    ]
    return parts.length === 0 ? '' : `case "$previous" in ${parts.join(' ')} esac`
  }
  const all = ({ commands, options, known: values, takesPath }: Level) =>
    [
      ...(values.length > 0 ? [`compadd -- ${words(values).join(' ')}`] : []),
      ...(commands.length > 0 ? [`found=(${described(commands)}); _describe command found`] : []),
      ...(options.length > 0 ? [`found=(${described(options)}); _describe option found`] : []),
      ...(takesPath ? ['_files'] : []),
    ].join('; ')
  return `#compdef ${name}
# Completion of ${name} in zsh: put \`source <(${name} completion zsh)\` into ~/.zshrc, after compinit
_${name}() {
  local previous=\${words[CURRENT - 1]}
  local -a found
${walk(levels, `"\${(@)words[2,CURRENT - 1]}"`)}  case "$at" in
${cases(levels, after)}  esac
  case "$at" in
${cases(levels, all)}  esac
}
compdef _${name} ${name}
`
}

function fish(name: string, levels: readonly Level[]): string {
  const line = (path: string, rest: string) =>
    `complete -c ${name} -n ${quoted(`__${name}_at ${quotedInside(path)}`)} ${rest}\n`
  const commands = levels.flatMap(({ path, commands: some, known: values }) =>
    [...some, ...values].map(({ word, about }) =>
      line(path, `-a ${quoted(word)} -d ${quoted(about)}`),
    ),
  )
  const options = levels.flatMap(({ path, options: some }) =>
    some.map(({ word, about, value }) =>
      line(path, `${flag(word)}${takes(value)} -d ${quoted(about)}`),
    ),
  )
  const files = levels.filter(({ takesPath }) => takesPath).map(({ path }) => line(path, '-F'))
  return `# Completion of ${name} in fish: put \`${name} completion fish | source\` into ~/.config/fish/config.fish
function __${name}_at
  set -l at ''
  for word in (commandline -opc)[2..-1]
    set -l next (string trim -- "$at $word")
    contains -- "$next" ${paths(levels).join(' ')}; and set at $next
  end
  test "$at" = "$argv[1]"
end
complete -c ${name} -f
${commands.join('')}${options.join('')}${files.join('')}`
}

const quotedInside = (path: string) => (path === '' ? '""' : `"${path}"`)
const flag = (word: string) =>
  word.startsWith('--') ? `-l ${word.slice(2)}` : `-s ${word.slice(1)}`
function takes(value: Choice['value']): string {
  if (value === 'none') return ''
  if (value === 'path') return ' -r -F'
  return value === 'text' ? ' -x' : ` -x -a ${quoted((value as readonly string[]).join(' '))}`
}

const SCRIPTS: Readonly<Record<Shell, (name: string, levels: readonly Level[]) => string>> = {
  bash,
  zsh,
  fish,
}

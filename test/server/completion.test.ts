// @module-tag process
import { execFileSync } from 'node:child_process'
import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { completion } from '../../server/cli/completion.ts'
import { programOf } from '../../server/cli/program.ts'
import { SHELLS, type Shell } from '../../server/cli/shells.ts'

/*
 * The scripts are asked by the shells themselves; zsh's own functions that show what was found are replaced, since
 * they need a terminal.
 */
const program = programOf({})

/** Asks a shell for what may come after words, of which the last is begun; undefined where it is not here. */
const ASK: Readonly<Record<Shell, (lines: readonly (readonly string[])[]) => string>> = {
  bash: (lines) =>
    lines
      .map(
        (line) =>
          `COMP_WORDS=(tenkey ${line.map(quoted).join(' ')}); COMP_CWORD=${line.length}; COMPREPLY=(); _tenkey; echo "\${COMPREPLY[*]}"`,
      )
      .join('\n'),
  zsh: (lines) =>
    lines
      .map((line) => {
        const words = `words=(tenkey ${line.map(quoted).join(' ')}); CURRENT=${line.length + 1}`
        return `${words}; said=(); _tenkey; print -r -- "$said"`
      })
      .join('\n'),
  fish: (lines) =>
    lines
      .map(
        (line) =>
          `echo (complete -C ${quoted(['tenkey', ...line].join(' '))} | string split -f 1 \\t)`,
      )
      .join('\n'),
}
const BEFORE: Readonly<Record<Shell, string>> = {
  bash: '',
  zsh: `compdef() { }
compadd() { shift; said+=("$@") }
_describe() { local one; for one in "\${(@P)2}"; do said+=("\${one%%:*}"); done }
_files() { said+=(FILES) }
typeset -a said words; typeset -i CURRENT
`,
  fish: '',
}
const quoted = (text: string) => `'${text}'`

function asked(shell: Shell, lines: readonly (readonly string[])[]): string[][] | undefined {
  const flags = shell === 'fish' ? ['--no-config'] : shell === 'zsh' ? ['-f'] : ['--norc']
  const script = `${BEFORE[shell]}${completion(program, shell)}\n${ASK[shell](lines)}\n`
  try {
    const said = execFileSync(shell, [...flags, '-c', script], { encoding: 'utf8' })
    return said
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split(' ').filter((word) => word !== ''))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Every command with its words. */
const all = (
  command: Command,
  path: readonly string[] = [],
): { path: string[]; command: Command }[] => [
  { path: [...path], command },
  ...command.commands.flatMap((one) => all(one, [...path, one.name()])),
]

describe.each(SHELLS)('tenkey completion %s', (shell) => {
  test('offers every command and every option of each', ({ skip }) => {
    const places = all(program)
    const offered = asked(
      shell,
      places.flatMap(({ path }) => [
        [...path, ''],
        [...path, '--'],
      ]),
    )
    if (offered === undefined) return skip(`needs ${shell}`)
    expect(places.length).toBeGreaterThan(60)
    for (const [at, { path, command }] of places.entries()) {
      const both = [...(offered[2 * at] ?? []), ...(offered[2 * at + 1] ?? [])]
      const commands = command.commands.map((one) => one.name())
      const options = command.options.flatMap(({ long }) => (long ? [long] : []))
      expect(both, path.join(' ')).toEqual(expect.arrayContaining([...commands, ...options]))
    }
  })

  test.each([
    { words: ['table', 'template', '--format', ''], offers: ['cloudformation', 'terraform'] },
    { words: ['completion', ''], offers: ['bash', 'fish', 'zsh'] },
    { words: ['tenant', 'create', '--name', ''], offers: [] },
  ])('$words: $offers', ({ words, offers }) => {
    const [found = []] = asked(shell, [words]) ?? [offers]
    expect(found.filter((word) => !word.startsWith('-')).sort()).toEqual(offers)
  })

  test('what follows an option that takes a file is a file', () => {
    const [found] = asked(shell, [['audit', 'export', '--out', '/et']]) ?? [['/etc/']]
    expect(found?.join(' ')).toMatch(/^\/etc\/?$|^FILES$/)
  })
})

test('bash offers what begins as what was typed', () => {
  expect(
    asked('bash', [['ten'], ['tenant', 'cr'], ['tenant', 'create', '--na'], ['nothing', 'ten']]),
  ).toEqual([['tenant'], ['create'], ['--name'], ['tenant']])
})

import type { Argument, Command, Option } from 'commander'
import { programOf } from '../server/cli/program.ts'

/** A command that does something, with all that its --help says. */
export interface ListedCommand {
  /** what is typed, e.g. `tenant create` */
  readonly name: string
  /** the heading of `tenkey --help` that it stands under */
  readonly group: string
  readonly description: string
  readonly command: Command
}

/** Every command that does something, in the order and under the headings of `tenkey --help`. */
export const listedCommands = (program: Command = programOf({})): ListedCommand[] =>
  visible(program).flatMap((top) => below(top, [top.name()], headingOf(top)))

const headingOf = (top: Command): string => (top.helpGroup() ?? '').replace(/:$/, '')

function below(command: Command, path: readonly string[], group: string): ListedCommand[] {
  const inner = visible(command).filter((one) => one.name() !== 'help')
  const own = { name: path.join(' '), group, description: command.description(), command }
  const listed = doesSomething(command, inner) ? [own] : []
  return [...listed, ...inner.flatMap((one) => below(one, [...path, one.name()], group))]
}

/** A group of commands has no arguments and no option but --help; one that acts too, `audit`, has `--json` at least. */
const doesSomething = (command: Command, inner: readonly Command[]): boolean =>
  inner.length === 0 || command.options.length > 0

const visible = (command: Command): readonly Command[] =>
  command.createHelp().visibleCommands(command)

/** The options that the command has beside --help, which all have. */
export const optionsOf = ({ command }: ListedCommand): readonly Option[] =>
  command
    .createHelp()
    .visibleOptions(command)
    .filter(({ long }) => long !== '--help')

/** What is typed, with its arguments. */
export const usageOf = ({ name, command }: ListedCommand): string =>
  [name, ...command.registeredArguments.map(argumentText)].join(' ')

const argumentText = (argument: Argument): string => {
  const text = argument.name() + (argument.variadic ? '…' : '')
  return argument.required ? `<${text}>` : `[${text}]`
}

/** The commands of each heading, one after the other. */
export function byGroup(listed: readonly ListedCommand[]): [string, ListedCommand[]][] {
  return [...Map.groupBy(listed, ({ group }) => group)]
}

/** A cell of a table of Markdown. */
export const cell = (text: string): string =>
  text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').replaceAll('<', '&lt;')

import { Command, CommanderError } from 'commander'
import { printable } from '../../core/base/printable.ts'
import { ConfigError } from '../../core/config.ts'
import { meantBy } from '../../core/protocol/meant.ts'
import { finishWithoutReaders } from '../readers.ts'
import { VERSION } from '../version.ts'
import { accessKeyCommands } from './access-key-commands.ts'
import { auditCommand } from './audit-command.ts'
import { bootstrapCommand } from './bootstrap-command.ts'
import { clockCommands } from './clock-commands.ts'
import { CommandError, type Environment, typedPath } from './command.ts'
import { completionCommand } from './completion-command.ts'
import { credentialsCommands } from './credentials-command.ts'
import { demoCommand } from './demo-command.ts'
import { explainCommand } from './explain-command.ts'
import { exportCommand } from './export-command.ts'
import { hsmCommands } from './hsm-commands.ts'
import { importCommand } from './import-command.ts'
import { installationCommands } from './installation-commands.ts'
import { installationIssuerCommands } from './installation-issuer-commands.ts'
import { issuerCommands } from './issuer-commands.ts'
import { hasColours, paint, paintFor } from './paint.ts'
import { principalChangeCommands } from './principal-change-commands.ts'
import { principalCommands } from './principal-commands.ts'
import { quickstartCommand } from './quickstart-command.ts'
import { regionCommands } from './region-command.ts'
import { restCommand } from './rest-command.ts'
import { rootCommands } from './root-command.ts'
import { seedCommand } from './seed-command.ts'
import { serveCommand } from './serve-command.ts'
import { sessionCommands } from './session-command.ts'
import { tableCommands } from './table-commands.ts'
import { tenantCommands } from './tenant-commands.ts'
import { upgradeCommand } from './upgrade-command.ts'
import { xksCommands } from './xks-commands.ts'

/** exit codes: what was asked could not be done; what was asked can't be understood */
const FAILED = 1
const MISUSED = 2
/** options whose value is a file or folder of who typed it */
const TAKES_PATH = /<(file|folder)>$/

type Adder = (program: Command, environment: Environment) => void

/** The commands as `tenkey --help` lists them, each under what it is for. */
const GROUPS: readonly (readonly [heading: string, adders: readonly Adder[]])[] = [
  [
    'The service:',
    [serveCommand, quickstartCommand, demoCommand, clockCommands, completionCommand, helpCommand],
  ],
  [
    'Tenants and who may call:',
    [
      tenantCommands,
      accessKeyCommands,
      principalCommands,
      principalChangeCommands,
      sessionCommands,
      credentialsCommands,
      seedCommand,
    ],
  ],
  ['Identity providers:', [issuerCommands, installationIssuerCommands]],
  ['Key stores elsewhere:', [xksCommands, hsmCommands]],
  ['Looking and calling:', [auditCommand, explainCommand, restCommand]],
  [
    'The installation and its store:',
    [
      installationCommands,
      tableCommands,
      bootstrapCommand,
      exportCommand,
      importCommand,
      rootCommands,
      regionCommands,
      upgradeCommand,
    ],
  ],
]

function helpCommand(program: Command): void {
  program.helpCommand('help [command...]', 'Say what a command does, as its --help.')
}

const ENVIRONMENT = `
Environment:
  TENKEY_ENDPOINT                     the server's URL; else http://TENKEY_HOST:TENKEY_PORT (127.0.0.1:4599)
  TENKEY_OPERATOR_ACCESS_KEY_ID       the operator's credential,
  TENKEY_OPERATOR_SECRET_ACCESS_KEY     else that in TENKEY_DATA/operator.json (.tenkey)
  TENKEY_OPERATOR_SESSION_TOKEN       with short-lived credentials, their token`

/** What commander says of words that it does not know, with what it believes was meant. */
const inOneLine = (text: string): string =>
  text
    .replace(/^error: /, '')
    .trimEnd()
    .replace(/\n\(Did you mean (.*)\?\)$/, '; did you mean $1?')

/**
 * `help audit export` as `audit export --help`: commander's own help looks at the first word alone.
 * @throws CommanderError for a command that is not there, which is told
 */
function asHelpOption(program: Command, [first, ...words]: readonly string[]): string[] {
  const named = words.filter((word) => !word.startsWith('-'))
  if (first !== 'help' || named.length === 0)
    return [first, ...words].filter((word) => word !== undefined)
  let command = program
  for (const name of named) {
    const known = command.commands
    const next = known.find((one) => one.name() === name || one.aliases().includes(name))
    if (next === undefined) {
      const meant = meantBy(
        name,
        known.map((one) => one.name()),
      )
      const hint = meant === undefined ? '' : `; did you mean ${meant}?`
      return command.error(`error: unknown command '${name}'${hint}`)
    }
    command = next
  }
  return [...named, '--help']
}

/** The commands, their words and what they do; errors are thrown, help and what is misused is printed. */
export function programOf(environment: Environment): Command {
  const program = new Command('tenkey')
    .description(
      'A key management service that speaks the AWS KMS API. Without a command it starts the service.',
    )
    .usage('[command] [options]')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'say what there is; also of each command')
    .addHelpText('after', ENVIRONMENT)
    .configureHelp({ styleTitle: (title) => paint('heading', title) })
    .configureOutput({
      getOutHasColors: () => hasColours(process.stdout, environment),
      outputError: (text, write) => write(`tenkey: ${printable(inOneLine(text))}\n`),
    })
    .exitOverride()
    .hook('preAction', (_, called) => {
      for (const option of called.options) {
        const name = option.attributeName()
        const value: unknown = called.getOptionValue(name)
        if (typeof value !== 'string' || !TAKES_PATH.test(option.flags)) continue
        called.setOptionValue(name, typedPath(environment, value))
      }
    })
  for (const [heading, adders] of GROUPS) {
    program.commandsGroup(heading)
    for (const add of adders) add(program, environment)
  }
  return program
}

/**
 * The `tenkey` command: a thin client of the operator's REST API, `serve`, and what is done to a store
 * without a server.
 * @param words what follows the command's name; none starts the service
 * @returns the exit code: 0; 1 where it failed, 2 where it was misused, each with a line on stderr
 */
export async function run(words: readonly string[], environment: Environment): Promise<number> {
  finishWithoutReaders()
  paintFor(environment)
  const program = programOf(environment)
  try {
    const asked = words.length === 0 ? ['serve'] : asHelpOption(program, words)
    await program.parseAsync(asked, { from: 'user' })
    return 0
  } catch (error) {
    // commander has said what is wrong, or has shown the help that was asked for
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : MISUSED
    if (!(error instanceof CommandError || error instanceof ConfigError)) throw error
    console.error(`tenkey: ${printable(error.message)}`)
    return error instanceof CommandError && error.misuse ? MISUSED : FAILED
  }
}

import { resolve } from 'node:path'
import type { Command } from 'commander'

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What a command could not do; the message is the one line to show. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  /** whether the words of the command are wrong, rather than what came of them */
  readonly misuse: boolean
  /** whether the same may well succeed later: the server is not there, or can't answer now */
  readonly passing: boolean

  constructor(
    message: string,
    { misuse = false, passing = false, ...options }: CommandErrorOptions = {},
  ) {
    super(message, options)
    this.misuse = misuse
    this.passing = passing
  }
}

export interface CommandErrorOptions extends ErrorOptions {
  readonly misuse?: boolean
  readonly passing?: boolean
}

/** Options that every command has. */
export interface CommonOptions {
  readonly json?: boolean
}

/** A command of a group; its name, its words and one sentence. Help and errors are inherited. */
export const command = (group: Command, usage: string, description: string): Command =>
  group.command(usage).description(description).option('--json', 'print JSON, for programs')

/**
 * Says of a command that prints a secret where that goes. It is not kept back from what is no terminal, as a server's
 * first start does, whose output is a log: here the output is the answer, and all that the secret is ever in.
 * @see https://docs.aws.amazon.com/cli/latest/reference/iam/create-access-key.html, which does the same
 */
export const printsSecret = (added: Command): Command =>
  added.addHelpText(
    'after',
    `
The secret is printed to standard output, this once, into a file or pipe too, as AWS CLI's create-access-key does it:
nothing else has it. A script takes it with --json. Let no log have the output.`,
  )

/**
 * A file or folder as it was typed: `npm run` changes to the folder of the clone first, and says in INIT_CWD where
 * it was called.
 */
export function typedPath(environment: Environment, path: string): string {
  const { npm_lifecycle_event: script, INIT_CWD: folder } = environment
  const moved = script === 'tenkey' && folder !== undefined && folder !== process.cwd()
  return moved ? resolve(folder, path) : path
}

/** Gathers the values of an option that may be repeated. */
export const gather = (value: string, before: readonly string[] = []) => [...before, value]

export function tagOf(text: string) {
  const equals = text.indexOf('=')
  if (equals < 1) throw new CommandError(`--tag '${text}' is not KEY=VALUE`, { misuse: true })
  return { TagKey: text.slice(0, equals), TagValue: text.slice(equals + 1) }
}

const ACCOUNT_ID = /^\d{12}$/
const ACCESS_KEY_ID = /^[A-Z0-9]{16,128}$/

/**
 * The account a command is about, given as a word of its own or as --account.
 * @throws CommandError where it is missing, malformed or given twice
 */
export function accountOf(word: string | undefined, option: string | undefined): string {
  const id = one(word, option, 'account')
  if (ACCOUNT_ID.test(id)) return id
  throw new CommandError(`'${id}' is not an account id: it has 12 digits`, { misuse: true })
}

/** The access key a command is about, given as a word of its own or as --access-key-id. */
export function accessKeyOf(word: string | undefined, option: string | undefined): string {
  const id = one(word, option, 'access-key-id')
  if (ACCESS_KEY_ID.test(id)) return id
  throw new CommandError(`'${id}' is not an access key id, which looks like AKIA…`, {
    misuse: true,
  })
}

function one(word: string | undefined, option: string | undefined, name: string): string {
  if (word !== undefined && option !== undefined && word !== option) {
    throw new CommandError(`--${name} is given twice: ${word} and ${option}`, { misuse: true })
  }
  const value = word ?? option
  if (value !== undefined) return value
  throw new CommandError(`--${name} is missing`, { misuse: true })
}

import type { Command } from 'commander'
import {
  accountOf,
  CommandError,
  type CommonOptions,
  command,
  type Environment,
  printsSecret,
} from './command.ts'
import { printOne } from './output.ts'

interface SessionOptions extends CommonOptions {
  readonly account?: string
  readonly user?: string
  readonly role?: string
  readonly mfa?: boolean
  readonly duration?: string
}

/** Adds `tenkey session create|revoke`. */
export function sessionCommands(program: Command, environment: Environment): void {
  const group = program
    .command('session')
    .description('Create short-lived credentials of users, and end those that were made.')
  const connect = async () => (await import('./client.ts')).client(environment)

  printsSecret(
    command(group, 'create [account]', 'Create short-lived credentials of a user and print them.'),
  )
    .option('--account <id>', 'the account, 12 digits')
    .option('--user <name>', 'the user')
    .option('--mfa', 'say that the user has proven a second factor')
    .option('--duration <seconds>', 'how long they last: 1 to 129600; 43200 unless given')
    .action(async (word: string | undefined, options: SessionOptions) => {
      const accountId = accountOf(word, options.account)
      if (options.user === undefined) throw new CommandError('--user is missing', { misuse: true })
      const path = `/admin/v1/tenants/${accountId}/sessions`
      const { Credentials } = await (await connect()).call('POST', path, {
        UserName: options.user,
        ...(options.mfa === true && { Mfa: true }),
        ...(options.duration !== undefined && { DurationSeconds: secondsOf(options.duration) }),
      })
      const made = Credentials as Record<string, unknown>
      const session = {
        accessKeyId: made['AccessKeyId'],
        secretAccessKey: made['SecretAccessKey'],
        sessionToken: made['SessionToken'],
        expiration: made['Expiration'],
      }
      printOne(session, options)
    })

  command(
    group,
    'revoke [account]',
    'End every session made so far: of a user or role and by it, or of the whole account.',
  )
    .option('--account <id>', 'the account, 12 digits')
    .option('--user <name>', 'only those of this user, and those made by it')
    .option('--role <name>', 'only those of this role, and those made by it')
    .action(async (word: string | undefined, options: SessionOptions) => {
      const accountId = accountOf(word, options.account)
      const { user, role } = options
      if (user !== undefined && role !== undefined) {
        throw new CommandError('--user and --role are given both', { misuse: true })
      }
      const name = user ?? role
      const whose =
        name === undefined ? {} : { Type: user === undefined ? 'role' : 'user', Name: name }
      const path = `/admin/v1/tenants/${accountId}/revoke-sessions`
      const { SessionsValidAfter } = await (await connect()).call('POST', path, whose)
      const principal = name === undefined ? {} : { principal: `${whose.Type}/${name}` }
      printOne({ accountId, ...principal, sessionsValidAfter: SessionsValidAfter }, options)
    })
}

function secondsOf(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new CommandError(`--duration '${text}' is not a number of seconds`, { misuse: true })
}

import type { Command } from 'commander'
import {
  accessKeyOf,
  accountOf,
  type CommonOptions,
  command,
  type Environment,
  printsSecret,
} from './command.ts'
import { printAll, printOne } from './output.ts'

const keysOf = (accountId: string) => `/admin/v1/tenants/${accountId}/access-keys`

interface KeyOptions extends CommonOptions {
  readonly account?: string
  readonly accessKeyId?: string
}

/** Adds `tenkey access-key create|list|disable|enable|delete`. */
export function accessKeyCommands(program: Command, environment: Environment): void {
  const group = program
    .command('access-key')
    .description('Create, list, disable, enable and delete access keys.')
  const connect = async () => (await import('./client.ts')).client(environment)

  printsSecret(
    command(group, 'create [account]', 'Create an access key and print its secret, this once.'),
  )
    .option('--account <id>', 'the account, 12 digits')
    .option('--user <name>', "one of the account's users; its root unless given")
    .action(async (word: string | undefined, options: KeyOptions & { user?: string }) => {
      const accountId = accountOf(word, options.account)
      const input = options.user === undefined ? {} : { UserName: options.user }
      const made = await (await connect()).call('POST', keysOf(accountId), input)
      const key = {
        accountId,
        principal: options.user === undefined ? 'root' : `user/${options.user}`,
        accessKeyId: made['AccessKeyId'],
        secretAccessKey: made['SecretAccessKey'],
      }
      printOne(key, options)
    })

  command(group, 'list [account]', "List an account's access keys.")
    .option('--account <id>', 'the account, 12 digits')
    .action(async (word: string | undefined, options: KeyOptions) => {
      const accountId = accountOf(word, options.account)
      const found = await (await connect()).list(keysOf(accountId), 'AccessKeys')
      const keys = found.map((key) => ({
        accessKeyId: key['AccessKeyId'],
        principal: key['Principal'],
        status: key['Status'],
        creationDate: key['CreationDate'],
      }))
      printAll(keys, ['accessKeyId', 'principal', 'status', 'creationDate'], options)
    })

  for (const { verb, method, input, result, description } of CHANGES) {
    command(group, `${verb} [ids...]`, description)
      .option('--account <id>', 'the account, 12 digits')
      .option('--access-key-id <id>', 'the access key, AKIA…')
      .action(async (words: string[], options: KeyOptions) => {
        const { accountId, accessKeyId } = idsOf(words, options)
        await (await connect()).call(method, `${keysOf(accountId)}/${accessKeyId}`, input)
        printOne({ accountId, accessKeyId, ...result }, options)
      })
  }
}

/** The two ids in either order: one is digits, the other is not. */
function idsOf(words: readonly string[], { account, accessKeyId }: KeyOptions) {
  const isNumber = (word: string) => /^\d+$/.test(word)
  const [account0, ...accounts] = words.filter(isNumber)
  const [key0, ...keys] = words.filter((word) => !isNumber(word))
  return {
    accountId: accountOf(account0, accounts[0] ?? account),
    accessKeyId: accessKeyOf(key0, keys[0] ?? accessKeyId),
  }
}

const CHANGES = [
  {
    verb: 'disable',
    method: 'PATCH',
    input: { Status: 'Inactive' },
    result: { status: 'Inactive' },
    description: 'Disable an access key: nothing signed with it succeeds from then on.',
  },
  {
    verb: 'enable',
    method: 'PATCH',
    input: { Status: 'Active' },
    result: { status: 'Active' },
    description: 'Enable an access key again.',
  },
  {
    verb: 'delete',
    method: 'DELETE',
    input: undefined,
    result: { deleted: true },
    description: 'Delete an access key for good.',
  },
] as const

import type { Command } from 'commander'
import {
  accountOf,
  CommandError,
  type CommonOptions,
  command,
  type Environment,
} from './command.ts'
import { printAll, printOne } from './output.ts'
import { tenantDeletionCommands } from './tenant-deletion-commands.ts'

const TENANTS = '/admin/v1/tenants'

interface AccountOption extends CommonOptions {
  readonly account?: string
}

interface RetentionOptions extends AccountOption {
  readonly days?: string
  readonly default?: boolean
}

/** What is to be changed; undefined for nothing. */
function retentionOf(options: RetentionOptions): Record<string, unknown> | undefined {
  const { days } = options
  if (days !== undefined && options.default === true) {
    throw new CommandError('--days and --default are two things', { misuse: true })
  }
  if (options.default === true) return {}
  if (days === undefined) return undefined
  if (/^[1-9]\d{0,3}$/.test(days)) return { Days: Number(days) }
  throw new CommandError(`'${days}' is no number of days`, { misuse: true })
}

/** Adds `tenkey tenant create|list|audit-retention|suspend|resume|delete|cancel-deletion|deletion`. */
export function tenantCommands(program: Command, environment: Environment): void {
  const group = program
    .command('tenant')
    .description('Create, list, suspend, resume and delete tenants.')
  const connect = async () => (await import('./client.ts')).client(environment)

  command(group, 'create', 'Create a tenant and print an access key of its root, this once.')
    .requiredOption('--name <name>', 'what people call it')
    .option('--account <id>', '12 digits; drawn at random unless given')
    .option('--external-id <id>', 'what the vendor’s own systems call it')
    .action(async (options: AccountOption & { name: string; externalId?: string }) => {
      const { name, account, externalId } = options
      const input = {
        Name: name,
        ...(account && { AccountId: accountOf(undefined, account) }),
        ...(externalId !== undefined && { ExternalId: externalId }),
      }
      const made = await (await connect()).call('POST', TENANTS, input)
      const key = made['AccessKey'] as Record<string, unknown>
      const tenant = {
        accountId: made['AccountId'],
        name: made['Name'],
        accessKeyId: key['AccessKeyId'],
        secretAccessKey: key['SecretAccessKey'],
      }
      printOne(tenant, options)
    })

  command(group, 'list', 'List all tenants.').action(async (options: CommonOptions) => {
    const found = await (await connect()).list(TENANTS, 'Tenants')
    const tenants = found.map((tenant) => ({
      accountId: tenant['AccountId'],
      name: tenant['Name'],
      status: tenant['Status'],
      externalId: tenant['ExternalId'],
      deletion: tenant['DeletionState'],
      deletionDate: tenant['DeletionDate'],
      creationDate: tenant['CreationDate'],
    }))
    const leaving = tenants.some(({ deletion }) => deletion !== undefined)
    const columns = ['accountId', 'name', 'status', 'creationDate']
    printAll(tenants, leaving ? [...columns, 'deletion', 'deletionDate'] : columns, options)
  })

  command(group, 'audit-retention [account]', 'Show or say how long audit records are kept.')
    .option('--account <id>', 'the account, 12 digits')
    .option('--days <n>', 'days that records are kept which are written from then on')
    .option('--default', 'as long as the installation says (TENKEY_AUDIT_RETENTION)')
    .action(async (word: string | undefined, options: RetentionOptions) => {
      const accountId = accountOf(word, options.account)
      const path = `${TENANTS}/${accountId}/audit-retention`
      const server = await connect()
      const change = retentionOf(options)
      if (change !== undefined) await server.call('PUT', path, change)
      const { Days = 'default' } = await server.call('GET', path)
      printOne({ accountId, days: Days }, options)
    })

  for (const { verb, status, description } of SWITCHES) {
    command(group, `${verb} [account]`, description)
      .option('--account <id>', 'the account, 12 digits')
      .action(async (word: string | undefined, options: AccountOption) => {
        const accountId = accountOf(word, options.account)
        await (await connect()).call('POST', `${TENANTS}/${accountId}/${verb}`)
        printOne({ accountId, status }, options)
      })
  }
  tenantDeletionCommands(group, environment)
}

const SWITCHES = [
  {
    verb: 'suspend',
    status: 'suspended',
    description: 'Suspend a tenant: none of its calls succeeds from then on.',
  },
  { verb: 'resume', status: 'active', description: 'Lift the suspension of a tenant.' },
] as const

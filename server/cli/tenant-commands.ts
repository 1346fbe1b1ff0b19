import type { Command } from 'commander'
import {
  accountOf,
  CommandError,
  type CommonOptions,
  command,
  type Environment,
  gather,
  printsSecret,
  tagOf,
} from './command.ts'
import { printAll, printOne } from './output.ts'
import { tenantDeletionCommands } from './tenant-deletion-commands.ts'

const TENANTS = '/admin/v1/tenants'

interface AccountOption extends CommonOptions {
  readonly account?: string
}

interface LabelOptions extends AccountOption {
  readonly name?: string
  readonly externalId?: string
  readonly tag?: readonly string[]
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

/** Members of CreateTenant and UpdateTenant, as far as they are given; '' for none. @throws CommandError */
const labelsOf = ({ name, externalId, tag }: LabelOptions) => ({
  ...(name !== undefined && { Name: name }),
  ...(externalId !== undefined && { ExternalId: externalId }),
  ...(tag !== undefined && { Tags: tag.filter((text) => text !== '').map(tagOf) }),
})

/** A tenant as it is shown. */
function tenantRow(tenant: Record<string, unknown>) {
  const tags = tenant['Tags'] as { TagKey: string; TagValue: string }[] | undefined
  return {
    accountId: tenant['AccountId'],
    name: tenant['Name'],
    status: tenant['Status'],
    externalId: tenant['ExternalId'],
    tags: tags && Object.fromEntries(tags.map(({ TagKey, TagValue }) => [TagKey, TagValue])),
    sessionsValidAfter: tenant['SessionsValidAfter'],
    deletion: tenant['DeletionState'],
    deletionDate: tenant['DeletionDate'],
    creationDate: tenant['CreationDate'],
  }
}

/** Adds `tenkey tenant create|list|show|update|audit-retention|suspend|resume|delete|cancel-deletion|deletion`. */
export function tenantCommands(program: Command, environment: Environment): void {
  const group = program
    .command('tenant')
    .description('Create, list, show, update, suspend, resume and delete tenants.')
  const connect = async () => (await import('./client.ts')).client(environment)

  printsSecret(
    command(group, 'create', 'Create a tenant and print an access key of its root, this once.'),
  )
    .requiredOption('--name <name>', 'what people call it')
    .option('--account <id>', '12 digits; drawn at random unless given')
    .option('--external-id <id>', 'what systems of your own call it')
    .option('--tag <key=value>', 'a tag; may be repeated', gather)
    .action(async (options: LabelOptions) => {
      const { account } = options
      const labels = labelsOf(options)
      const input = { ...labels, ...(account && { AccountId: accountOf(undefined, account) }) }
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

  command(group, 'list', 'List tenants.')
    .option('--name <name>', 'only those of exactly this name')
    .option('--external-id <id>', 'only those of exactly this external id')
    .action(async (options: LabelOptions) => {
      const filters = Object.entries(labelsOf(options)).map(
        ([member, text]) => `${member}=${encodeURIComponent(String(text))}`,
      )
      const path = [TENANTS, ...(filters.length > 0 ? [filters.join('&')] : [])].join('?')
      const tenants = (await (await connect()).list(path, 'Tenants')).map(tenantRow)
      const has = (column: keyof ReturnType<typeof tenantRow>) =>
        tenants.some((tenant) => tenant[column] !== undefined)
      const more = (['externalId', 'deletion', 'deletionDate'] as const).filter(has)
      printAll(tenants, ['accountId', 'name', 'status', 'creationDate', ...more], options)
    })

  command(group, 'show [account]', 'Show one tenant.')
    .option('--account <id>', 'the account, 12 digits')
    .action(async (word: string | undefined, options: AccountOption) => {
      const accountId = accountOf(word, options.account)
      printOne(tenantRow(await (await connect()).call('GET', `${TENANTS}/${accountId}`)), options)
    })

  command(group, 'update [account]', 'Give a tenant another name, external id or tags.')
    .option('--account <id>', 'the account, 12 digits')
    .option('--name <name>', 'what people call it from now on')
    .option('--external-id <id>', "what systems of your own call it; '' for nothing")
    .option('--tag <key=value>', "all tags from now on; may be repeated; '' for none", gather)
    .action(async (word: string | undefined, options: LabelOptions) => {
      const accountId = accountOf(word, options.account)
      const labels = labelsOf(options)
      if (Object.keys(labels).length === 0) {
        throw new CommandError('give --name, --external-id or --tag', { misuse: true })
      }
      const path = `${TENANTS}/${accountId}`
      printOne(tenantRow(await (await connect()).call('PATCH', path, labels)), options)
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

import type { Command } from 'commander'
import { accountOf, type CommonOptions, command, type Environment } from './command.ts'
import { printAll, printOne } from './output.ts'

const TENANTS = '/admin/v1/tenants'

interface AccountOption extends CommonOptions {
  readonly account?: string
}

/** Adds `tenkey tenant create|list|suspend|resume`. */
export function tenantCommands(program: Command, environment: Environment): void {
  const group = program.command('tenant').description('Create, list, suspend and resume tenants.')
  const connect = async () => (await import('./client.ts')).client(environment)

  command(group, 'create', 'Create a tenant and print an access key of its root, this once.')
    .requiredOption('--name <name>', 'what people call it')
    .option('--account <id>', '12 digits; drawn at random unless given')
    .action(async (options: AccountOption & { name: string }) => {
      const { name, account } = options
      const input = { Name: name, ...(account && { AccountId: accountOf(undefined, account) }) }
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
      creationDate: tenant['CreationDate'],
    }))
    printAll(tenants, ['accountId', 'name', 'status', 'creationDate'], options)
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
}

const SWITCHES = [
  {
    verb: 'suspend',
    status: 'suspended',
    description: 'Suspend a tenant: none of its calls succeeds from then on.',
  },
  { verb: 'resume', status: 'active', description: 'Lift the suspension of a tenant.' },
] as const

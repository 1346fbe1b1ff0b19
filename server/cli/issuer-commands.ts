import type { Command } from 'commander'
import { accountOf, command, type Environment } from './command.ts'
import {
  changedInput,
  changedOptions,
  idOf,
  type RegisteredOptions,
  registeredInput,
  registeredOptions,
  registeredRow,
  urlOf,
} from './issuer-options.ts'
import { printAll, printOne } from './output.ts'

const issuersOf = (accountId: string) => `/admin/v1/tenants/${accountId}/oidc-issuers`

interface IssuerOptions extends RegisteredOptions {
  readonly account?: string
  readonly role?: string
  readonly roleClaim?: string
}

/** Adds `tenkey issuer create|list|update|delete`. */
export function issuerCommands(program: Command, environment: Environment): void {
  const group = program
    .command('issuer')
    .description('Register OpenID Connect issuers whose tokens an account accepts.')
  const connect = async () => (await import('./client.ts')).client(environment)

  registeredOptions(
    command(group, 'create [account]', 'Register an issuer: its tokens are bearer tokens.'),
  )
    .option('--account <id>', 'the account, 12 digits')
    .option('--role <arn>', 'the role that its tokens act as')
    .option('--role-claim <name>', 'the claim that names the role to act as')
    .action(async (word: string | undefined, options: IssuerOptions) => {
      const path = issuersOf(accountOf(word, options.account))
      printOne(rowOf(await (await connect()).call('POST', path, inputOf(options))), options)
    })

  command(group, 'list [account]', 'List the issuers an account accepts.')
    .option('--account <id>', 'the account, 12 digits')
    .action(async (word: string | undefined, options: IssuerOptions) => {
      const path = issuersOf(accountOf(word, options.account))
      const found = await (await connect()).list(path, 'Issuers')
      printAll(found.map(rowOf), ['issuerId', 'url', 'audiences', 'role'], options)
    })

  changedOptions(
    command(
      group,
      'update [account]',
      "Change what is given of an issuer; '' takes keys, tag claims, parties, required claims and roles away.",
    ),
  )
    .option('--account <id>', 'the account, 12 digits')
    .option('--role <arn>', 'the role that its tokens act as')
    .option('--role-claim <name>', 'the claim that names the role to act as')
    .action(async (word: string | undefined, options: IssuerOptions) => {
      const path = issuersOf(accountOf(word, options.account))
      const client = await connect()
      const input = { ...changedInput(options), ...rolesOf(options) }
      const id = await idOf(urlOf(options), path, client)
      printOne(rowOf(await client.call('PATCH', `${path}/${id}`, input)), options)
    })

  command(group, 'delete [account]', 'End the trust in an issuer: its tokens are refused at once.')
    .option('--account <id>', 'the account, 12 digits')
    .option('--url <url>', 'the issuer')
    .action(async (word: string | undefined, options: IssuerOptions) => {
      const accountId = accountOf(word, options.account)
      const client = await connect()
      const url = urlOf(options)
      const path = issuersOf(accountId)
      await client.call('DELETE', `${path}/${await idOf(url, path, client)}`)
      printOne({ accountId, url, deleted: true }, options)
    })
}

/** CreateOidcIssuer's input. @throws CommandError */
const inputOf = (options: IssuerOptions) => ({ ...registeredInput(options), ...rolesOf(options) })

const rolesOf = (options: IssuerOptions) => ({
  ...(options.role !== undefined && { RoleArn: options.role }),
  ...(options.roleClaim !== undefined && { RoleClaim: options.roleClaim }),
})

const rowOf = (issuer: Record<string, unknown>) => ({
  ...registeredRow(issuer),
  role: issuer['RoleArn'],
  roleClaim: issuer['RoleClaim'],
})

import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { parseJson } from '../../core/base/json.ts'
import { accountOf, CommandError, command, type Environment, gather, typedPath } from './command.ts'
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

const PATH = '/admin/v1/installation-issuers'

interface InstallationOptions extends RegisteredOptions {
  readonly account?: string
  readonly tenantClaim?: string
  readonly tenantBy?: string
  readonly rules?: string
  readonly value?: readonly string[]
}

/** Adds `tenkey installation-issuer create|list|update|delete|tenant`. */
export function installationIssuerCommands(program: Command, environment: Environment): void {
  const group = program
    .command('installation-issuer')
    .description('Register OpenID Connect issuers whose tokens name their account.')
  const connect = async () => (await import('./client.ts')).client(environment)

  registeredOptions(command(group, 'create', 'Register an issuer for all accounts.'))
    .option('--tenant-claim <name>', 'the claim that names the account')
    .option('--tenant-by <how>', 'account-id, or value: one that stands for the account')
    .option('--rules <file>', 'JSON: which claims act as which role of the account')
    .action(async (options: InstallationOptions) => {
      const made = await (await connect()).call('POST', PATH, inputOf(options, environment))
      printOne(rowOf(made), options)
    })

  command(group, 'list', 'List the issuers for all accounts.').action(
    async (options: InstallationOptions) => {
      const found = await (await connect()).list(PATH, 'Issuers')
      printAll(found.map(rowOf), ['issuerId', 'url', 'tenantClaim', 'roles'], options)
    },
  )

  changedOptions(
    command(
      group,
      'update',
      "Change what is given of an issuer; '' takes keys, tag claims, parties and required claims away.",
    ),
  )
    .option('--rules <file>', 'JSON: all rules from now on')
    .action(async (options: InstallationOptions) => {
      const { rules } = options
      const input = {
        ...changedInput(options),
        ...(rules !== undefined && { Rules: readRules(typedPath(environment, rules)) }),
      }
      const client = await connect()
      const id = await idOf(urlOf(options), PATH, client)
      printOne(rowOf(await client.call('PATCH', `${PATH}/${id}`, input)), options)
    })

  command(group, 'delete', 'End the trust in an issuer: all accounts refuse its tokens at once.')
    .option('--url <url>', 'the issuer')
    .action(async (options: InstallationOptions) => {
      const client = await connect()
      const url = urlOf(options)
      await client.call('DELETE', `${PATH}/${await idOf(url, PATH, client)}`)
      printOne({ url, deleted: true }, options)
    })

  command(group, 'tenant [account]', 'Say which values of its claim stand for an account.')
    .option('--account <id>', 'the account, 12 digits')
    .option('--url <url>', 'the issuer')
    .option('--value <text>', 'a value, in place of those before; may be repeated', gather)
    .action(async (word: string | undefined, options: InstallationOptions) => {
      const accountId = accountOf(word, options.account)
      const client = await connect()
      const url = urlOf(options)
      const values = options.value ?? []
      const path = `/admin/v1/tenants/${accountId}/installation-issuers/${await idOf(url, PATH, client)}`
      await client.call('PUT', path, { Values: values })
      printOne({ accountId, url, values: values.join(' ') }, options)
    })
}

/** CreateInstallationIssuer's input. @throws CommandError */
function inputOf(options: InstallationOptions, environment: Environment) {
  const { tenantClaim, tenantBy, rules } = options
  if (tenantClaim === undefined) {
    throw new CommandError('--tenant-claim is missing', { misuse: true })
  }
  if (rules === undefined) throw new CommandError('--rules is missing', { misuse: true })
  return {
    ...registeredInput(options),
    TenantClaim: tenantClaim,
    ...(tenantBy !== undefined && { TenantBy: tenantBy }),
    Rules: readRules(typedPath(environment, rules)),
  }
}

/** @throws CommandError for a file that can't be read, or is not JSON */
function readRules(path: string): unknown {
  try {
    return parseJson(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new CommandError(`the rules can't be read: ${(cause as Error).message}`, { cause })
  }
}

const rowOf = (issuer: Record<string, unknown>) => ({
  ...registeredRow(issuer),
  tenantClaim: issuer['TenantClaim'],
  tenantBy: issuer['TenantBy'],
  roles: (issuer['Rules'] as { RoleName: string }[]).map(({ RoleName }) => RoleName).join(' '),
  rules: issuer['Rules'],
})

import type { Command } from 'commander'
import {
  accountOf,
  CommandError,
  type CommonOptions,
  command,
  type Environment,
} from './command.ts'
import { printAll, printOne } from './output.ts'

const issuersOf = (accountId: string) => `/admin/v1/tenants/${accountId}/oidc-issuers`

interface IssuerOptions extends CommonOptions {
  readonly account?: string
  readonly url?: string
  readonly audience?: readonly string[]
  readonly jwks?: string
  readonly algorithm?: readonly string[]
  readonly subjectClaim?: string
  readonly role?: string
  readonly roleClaim?: string
  readonly tagClaim?: readonly string[]
}

/** Adds `tenkey issuer create|list|delete`. */
export function issuerCommands(program: Command, environment: Environment): void {
  const group = program
    .command('issuer')
    .description('Register OpenID Connect issuers whose tokens an account accepts.')
  const connect = async () => (await import('./client.ts')).client(environment)

  command(group, 'create [account]', 'Register an issuer: its tokens are bearer tokens.')
    .option('--account <id>', 'the account, 12 digits')
    .option('--url <url>', 'the issuer, as its tokens name it')
    .option('--audience <name>', 'an audience it issues tokens for; may be repeated', gather)
    .option('--jwks <url>', 'where its keys are; found by discovery unless given')
    .option('--algorithm <name>', 'RS256, PS256, ES256, EdDSA …; may be repeated', gather)
    .option('--subject-claim <name>', 'the claim that names who it is; sub unless given')
    .option('--role <arn>', 'the role that its tokens act as')
    .option('--role-claim <name>', 'the claim that names the role to act as')
    .option('--tag-claim <tag=claim>', 'a session tag and its claim; may be repeated', gather)
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

  command(group, 'delete [account]', 'End the trust in an issuer: its tokens are refused at once.')
    .option('--account <id>', 'the account, 12 digits')
    .option('--url <url>', 'the issuer')
    .action(async (word: string | undefined, options: IssuerOptions) => {
      const accountId = accountOf(word, options.account)
      const client = await connect()
      const url = urlOf(options)
      const found = await client.list(issuersOf(accountId), 'Issuers')
      const issuer = found.find((one) => one['Issuer'] === url)
      if (issuer === undefined) throw new CommandError(`the issuer ${url} is not registered`)
      await client.call('DELETE', `${issuersOf(accountId)}/${issuer['IssuerId']}`)
      printOne({ accountId, url, deleted: true }, options)
    })
}

const gather = (value: string, before: readonly string[] = []) => [...before, value]

function urlOf({ url }: IssuerOptions): string {
  if (url !== undefined) return url
  throw new CommandError('--url is missing', { misuse: true })
}

/** CreateOidcIssuer's input. @throws CommandError */
function inputOf(options: IssuerOptions) {
  const { audience, jwks, algorithm, subjectClaim, role, roleClaim, tagClaim } = options
  if (audience === undefined) throw new CommandError('--audience is missing', { misuse: true })
  return {
    Issuer: urlOf(options),
    Audiences: audience,
    ...(jwks !== undefined && { JwksUri: jwks }),
    ...(algorithm !== undefined && { Algorithms: algorithm }),
    ...(subjectClaim !== undefined && { SubjectClaim: subjectClaim }),
    ...(role !== undefined && { RoleArn: role }),
    ...(roleClaim !== undefined && { RoleClaim: roleClaim }),
    ...(tagClaim !== undefined && { TagClaims: Object.fromEntries(tagClaim.map(pairOf)) }),
  }
}

function pairOf(text: string): [string, string] {
  const equals = text.indexOf('=')
  if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)]
  throw new CommandError(`--tag-claim '${text}' is not TAG=CLAIM`, { misuse: true })
}

const rowOf = (issuer: Record<string, unknown>) => ({
  issuerId: issuer['IssuerId'],
  url: issuer['Issuer'],
  audiences: (issuer['Audiences'] as string[]).join(' '),
  jwks: issuer['JwksUri'],
  algorithms: (issuer['Algorithms'] as string[]).join(' '),
  subjectClaim: issuer['SubjectClaim'],
  role: issuer['RoleArn'],
  roleClaim: issuer['RoleClaim'],
  tagClaims: issuer['TagClaims'],
})

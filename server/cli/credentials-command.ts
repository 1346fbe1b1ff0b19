import { randomBytes } from 'node:crypto'
import type { Command } from 'commander'
import { isRegion, partitionOf } from '../../core/base/arn.ts'
import type { SigningCredentials } from '../../core/signature/sign-request.ts'
import { accountOf, CommandError, type Environment } from './command.ts'
import type { ProcessCredentials } from './session-cache.ts'

interface CredentialsOptions {
  readonly role: string
  readonly account?: string
  readonly url?: string
  readonly region?: string
  readonly profile?: string
  readonly duration?: string
}

/** What is asked for, once its words are understood. */
interface Wanted {
  readonly url: string
  readonly role: string
  readonly accountId: string
  /** whose AWS STS is asked */
  readonly region: string
  readonly seconds: number | undefined
}

/** Adds `tenkey credentials aws`. */
export function credentialsCommands(program: Command, environment: Environment): void {
  program
    .command('credentials')
    .description('Get short-lived credentials, as a credential_process of AWS’s configuration.')
    .command('aws')
    .description(
      'Print credentials of a role that lets your AWS identity in; they are kept until shortly before their end.',
    )
    .requiredOption('--role <role>', 'ARN of the role; or its name, with --account')
    .option('--account <id>', 'the account, 12 digits')
    .option(
      '--url <url>',
      'what the service is called in TENKEY_URLS; TENKEY_ENDPOINT unless given',
    )
    .option('--region <region>', 'whose AWS STS is asked; AWS_REGION, else us-east-1')
    .option('--profile <name>', 'where your AWS credentials are, in AWS’s configuration')
    .option('--duration <seconds>', 'how long they last: 900 to 43200; 3600 unless given')
    .action(async (options: CredentialsOptions) => {
      const wanted = await wantedOf(options, environment)
      const { awsCaller } = await import('./aws-caller.ts')
      const caller = await awsCaller(options.profile)
      const { sessionCache } = await import('./session-cache.ts')
      const cache = sessionCache(environment, [wanted, caller.accessKeyId])
      const now = Date.now()
      const kept = cache.read(now)
      const credentials = kept ?? (await newSession(wanted, caller, environment))
      if (kept === undefined) cache.write(credentials, now)
      console.log(JSON.stringify(credentials))
    })
}

async function wantedOf(options: CredentialsOptions, environment: Environment): Promise<Wanted> {
  const { endpointOf } = await import('./client-settings.ts')
  const { url, path } = endpointOf(urlOf(options, environment))
  const region =
    options.region || environment['AWS_REGION'] || environment['AWS_DEFAULT_REGION'] || 'us-east-1'
  if (!isRegion(region)) throw misuse(`'${region}' is not a Region of AWS`)
  const [, owner] = /^arn:[a-z-]+:iam::(\d{12}):role\/.+$/.exec(options.role) ?? []
  if (owner !== undefined && options.account !== undefined && owner !== options.account) {
    throw misuse(`--role is of account ${owner}, --account is ${options.account}`)
  }
  const accountId = accountOf(owner, options.account)
  const role =
    owner === undefined
      ? `arn:${partitionOf(region)}:iam::${accountId}:role/${options.role}`
      : options.role
  return { url: url.origin + path, role, accountId, region, seconds: secondsOf(options.duration) }
}

const urlOf = ({ url }: CredentialsOptions, environment: Environment): Environment =>
  url === undefined ? environment : { ...environment, TENKEY_ENDPOINT: url }

function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw misuse(`--duration '${text}' is not a number of seconds`)
}

const misuse = (message: string) => new CommandError(message, { misuse: true })

async function newSession(
  { url, role, accountId, region, seconds }: Wanted,
  caller: SigningCredentials,
  environment: Environment,
): Promise<ProcessCredentials> {
  const [{ identityRequest, identityToken }, { stsHost }, { signRequest }, { clientOf }] =
    await Promise.all([
      import('../../core/identity/aws-identity-request.ts'),
      import('../../core/identity/sts-host.ts'),
      import('../../core/signature/sign-request.ts'),
      import('./client.ts'),
    ])
  const nonce = randomBytes(16).toString('base64url')
  const request = identityRequest(stsHost(region), { service: url, role, nonce })
  const scope = { region, service: 'sts', now: Date.now() }
  const bearer = identityToken(signRequest(request, caller, scope))
  const called = `the account ${accountId}`
  const at = { ...environment, TENKEY_ENDPOINT: url }
  const client = clientOf(at, { bearer, accountId, called })
  const input = seconds === undefined ? {} : { DurationSeconds: seconds }
  const answer = await client.call('POST', '/v1/aws-identity-sessions', input).catch((cause) => {
    throw told(cause, url, region)
  })
  const made = answer['Credentials'] as Record<string, string>
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '', Expiration = '' } = made
  return { Version: 1, AccessKeyId, SecretAccessKey, SessionToken, Expiration }
}

/** A refusal that says nothing, with what it is for most. */
function told(cause: unknown, url: string, region: string): unknown {
  const silent =
    cause instanceof CommandError && cause.message.includes('(InvalidIdentityTokenException)')
  if (!silent) return cause
  return new CommandError(
    `${cause.message}: are these AWS credentials valid, has the server ${url} in TENKEY_URLS, ${region} among the Regions of TENKEY_AWS_STS, and this machine the right time? The server's log says why`,
    { cause },
  )
}

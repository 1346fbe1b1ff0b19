import { type BlockList, isIP } from 'node:net'
import { partitionOf } from '../base/arn.ts'
import { hostAddresses } from '../base/host-address.ts'
import { parseJson } from '../base/json.ts'
import { ALGORITHM } from '../signature/sigv4-fields.ts'
import { type IdentityClaim, identityRequest } from './aws-identity-request.ts'
import type { AwsCaller } from './caller.ts'
import { addressOf, Unreachable } from './issuer-address.ts'
import { deadlineIn, exchange, within } from './outgoing.ts'
import { stsHost } from './sts-host.ts'

/** ms that AWS STS has to answer, all together */
const PATIENCE = 3000
/** bytes of an answer: a Region's has some 500 */
const MAX_BYTES = 16 * 1024

/**
 * Regions of AWS STS that are asked unless an operator names them, by partition.
 * @see https://docs.aws.amazon.com/general/latest/gr/sts.html
 */
const REGIONS: Readonly<Record<string, string>> = {
  aws: `af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2
    ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7
    ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2
    eu-west-3 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1
    us-west-2`,
  'aws-cn': 'cn-north-1 cn-northwest-1',
  'aws-us-gov': 'us-gov-east-1 us-gov-west-1',
}

/** Where AWS STS of a Region is asked. */
export interface StsEndpoint {
  readonly host: string
  readonly url: URL
  /** whether an operator named the URL: it may be anywhere */
  readonly named: boolean
}

/**
 * The Regions whose AWS STS is asked.
 * @param setting TENKEY_AWS_STS: Regions, each with the URL where it is asked if that is not its own (`eu-central-1`,
 *   `us-east-1=https://…`), separated by commas; '' for all of the partition
 */
export function stsEndpoints(setting: string, partition: string): ReadonlyMap<string, StsEndpoint> {
  const all = setting === '' ? (REGIONS[partition] ?? '').split(/\s+/) : setting.split(',')
  return new Map(
    all.map((entry) => {
      const [region = '', at] = entry.split('=')
      const host = stsHost(region)
      return [region, { host, url: new URL(at ?? `https://${host}`), named: at !== undefined }]
    }),
  )
}

/** AWS STS does not know the caller by this signature; the message says what it called that, for the log. */
export class NotKnown extends Error {
  override readonly name = 'NotKnown'
}

/**
 * Asks AWS STS who signed a request, which is made anew of the claim's parts.
 * @param networks where it is asked beside public addresses; undefined for none
 * @throws NotKnown where AWS STS refuses; Unreachable where it does not answer, or not as it does
 */
export async function askSts(
  claim: IdentityClaim,
  { host, url, named }: StsEndpoint,
  networks: BlockList | undefined,
): Promise<AwsCaller> {
  const deadline = deadlineIn(PATIENCE)
  const address = await within(named ? namedAddress(url) : publicAddress(url, networks), deadline)
  const { headers, body, method } = identityRequest(host, claim)
  const signed: Record<string, string> = {
    ...headers,
    'x-amz-date': claim.timestamp,
    ...(claim.sessionToken !== undefined && { 'x-amz-security-token': claim.sessionToken }),
  }
  const names = Object.keys(signed).sort().join(';')
  const credential = `${claim.accessKeyId}/${claim.timestamp.slice(0, 8)}/${claim.region}/sts/aws4_request`
  const answer = await exchange(url, address, {
    method: method === 'POST' ? 'POST' : 'GET',
    headers: {
      ...signed,
      authorization: `${ALGORITHM} Credential=${credential}, SignedHeaders=${names}, Signature=${claim.signature}`,
      'content-length': String(body.length),
    },
    body: Buffer.from(body).toString(),
    most: MAX_BYTES,
    reads: [200, 400, 403],
    deadline,
  })
  const type = answer.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
  const json = type === 'application/json' ? jsonOf(answer.body) : undefined
  if (answer.status === 200) return identityOf(json, partitionOf(claim.region))
  const code = textOf(json, 'Error', 'Code')
  const refused = answer.status === 403 || answer.status === 400
  if (refused && code !== undefined && !/Throttl|RequestLimit|Slow/i.test(code)) {
    throw new NotKnown(`AWS STS answers ${code.slice(0, 64)}`)
  }
  throw new Unreachable(`AWS STS answers HTTP ${answer.status}`)
}

async function publicAddress(url: URL, networks: BlockList | undefined): Promise<string> {
  return (await addressOf(url, networks)).address
}

/** An operator may name any address; plain HTTP is for this machine's own. */
async function namedAddress(url: URL): Promise<string> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const { addresses, loopback } = await hostAddresses(host, undefined)
  const [address] = addresses
  if (address === undefined || isIP(address) === 0) throw new Unreachable('its host is not known')
  if (url.protocol !== 'https:' && !loopback) throw new Unreachable('it is not reached by https')
  return address
}

function jsonOf(body: Buffer): unknown {
  try {
    return parseJson(body.toString())
  } catch {
    return undefined
  }
}

/** The text at a path of objects; undefined where there is none. */
function textOf(json: unknown, ...path: readonly string[]): string | undefined {
  let at = json
  for (const name of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined
    at = Reflect.get(at, name)
  }
  return typeof at === 'string' ? at : undefined
}

const ARN = /^arn:(aws(?:-cn|-us-gov)?):(iam|sts)::(\d{12}):([\w+=,.@:/-]{1,640})$/
const USER_ID = /^[\w+=,.@:-]{2,160}$/

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
function identityOf(json: unknown, partition: string): AwsCaller {
  const result = ['GetCallerIdentityResponse', 'GetCallerIdentityResult'] as const
  const account = textOf(json, ...result, 'Account') ?? ''
  const arn = textOf(json, ...result, 'Arn') ?? ''
  const userId = textOf(json, ...result, 'UserId') ?? ''
  const [, of, , owner] = ARN.exec(arn) ?? []
  if (of !== partition || owner !== account || !USER_ID.test(userId)) {
    throw new Unreachable('what AWS STS answers is no identity of this partition')
  }
  return { account, arn, userId }
}

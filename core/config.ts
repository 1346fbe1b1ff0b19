import { isIP } from 'node:net'
import { partitionOf } from './base/arn.ts'
import { ConfigError } from './base/config-error.ts'

export { ConfigError }

/** What a running service is told by its environment, read once. */
export interface Config {
  readonly host: string
  readonly port: number
  /** folder of the embedded store and the local root key */
  readonly data: string
  readonly store: 'sqlite' | 'dynamodb' | 'memory'
  /** DynamoDB table, for store dynamodb */
  readonly table: string
  /** the Regions of an installation in several, the home first; none for one with a single table */
  readonly replicas: readonly string[]
  /** DynamoDB table of what those Regions share, a replica of it in each; that of TENKEY_TABLE is a Region's own */
  readonly sharedTable: string
  /** how the replicas of the shared table agree: `eventual`, where one takes writes; `strong`, where each does */
  readonly consistency: string
  readonly workers: number
  /** where the root key is: `file:PATH` or `aws-kms:ARN` */
  readonly root: string
  /** PEM file of the root certificate that attestation documents lead to; '' for AWS's Nitro root */
  readonly nitroRoot: string
  /** days that audit records are kept unless their tenant has a number of its own; null for ever */
  readonly auditRetention: number | null
  /** where audit records go beside the store, as JSON lines: `file:PATH`, `stdout`, or '' for nowhere */
  readonly auditForward: string
  /** whether `GET /metrics` is served; unless set, where only this machine can ask */
  readonly metrics: 'on' | 'off' | ''
  /** whether the console is served at /console: `on`, `off`, or `file:PATH` of its settings */
  readonly console: string
  /** whether the documentation is served at /docs */
  readonly docs: 'on' | 'off'
  /** the AWS partition of every ARN, e.g. `aws`: that of TENKEY_REGION, else the one that is set */
  readonly partition: string
  /** PEM files of the server's certificate, with its chain, and of its private key; '' for plain HTTP */
  readonly tlsCert: string
  readonly tlsKey: string
  /** proxies that are believed what they say of callers: addresses and CIDR ranges */
  readonly trustedProxies: readonly string[]
  /** the origins whose pages may call, as they are set: judged by core/base/cors.ts */
  readonly corsOrigins: string
  /** where identity providers are asked beside public addresses: addresses and CIDR ranges */
  readonly issuerNetworks: readonly string[]
  /** what callers call this service: AWS identities are taken for these URLs alone */
  readonly urls: readonly string[]
  /** Regions whose AWS STS is asked, and where; '' for those of the partition (core/identity/aws-sts.ts) */
  readonly awsSts: string
  /** how proxies of external key stores are called */
  readonly xks: {
    /** where, beside public addresses: addresses and CIDR ranges */
    readonly networks: readonly string[]
    /** PEM file of certificate authorities that are trusted beside the well-known ones; '' for none */
    readonly authorities: string
    readonly port: number
    /** ms that a call may take */
    readonly limit: number
  }
  /** whether others than this machine may be served without TLS, and without a proxy that is known */
  readonly plainHttp: 'on' | 'off'
  /** whether a server makes the first credentials, and its folder's own; `none` where `tenkey bootstrap` does */
  readonly credentials: 'made' | 'none'
  /** whether a server sweeps; `off` where something else does, once for all servers */
  readonly sweep: 'on' | 'off'
  /** the one Region that is served; '' for every Region of the partition that a caller names */
  readonly servedRegion: string
  /** the endpoint of DynamoDB that AWS's SDK takes from the environment; '' for AWS's own */
  readonly dynamodbEndpoint: string
  /** the Region of requests that name none: the one served, else AWS_REGION, else us-east-1 */
  readonly region: string
}

/** days that audit records may be kept where they are not kept for ever */
const MOST_RETENTION = 3653

/** Settings read elsewhere: by the functions, the command line and the tests. */
const OTHERS: ReadonlySet<string> = new Set([
  'TENKEY_CREDENTIAL_PROCESS',
  'TENKEY_ENDPOINT',
  'TENKEY_FLEET',
  'TENKEY_OPERATORS_BY_IAM',
  'TENKEY_OPERATORS_PROOF',
  'TENKEY_OPERATOR_ACCESS_KEY_ID',
  'TENKEY_OPERATOR_BY',
  'TENKEY_OPERATOR_SECRET_ACCESS_KEY',
  'TENKEY_OPERATOR_SESSION_TOKEN',
  'TENKEY_ROUTER',
  'TENKEY_TEST_DYNAMODB_ENDPOINT',
  'TENKEY_TEST_ENDPOINT',
])

const oneOf =
  <const V extends readonly string[]>(values: V) =>
  (text: string, name: string): V[number] => {
    const value = values.find((known) => known === text)
    if (value === undefined) {
      // '' is a setting that is left to itself: no word to write
      const words = values.filter((known) => known !== '').join(', ')
      throw new ConfigError(`${name} is '${text}'; it can be ${words}`)
    }
    return value
  }

const integer = (min: number, max: number) => (text: string, name: string) => {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= min && value <= max)) {
    throw new ConfigError(`${name} is '${text}'; it must be a whole number from ${min} to ${max}`)
  }
  return value
}

/** Days, or nothing for ever: ten years and leap days at most. */
const days = (text: string, name: string): number | null =>
  text === '' ? null : integer(1, MOST_RETENTION)(text, name)

const matching = (pattern: RegExp, form: string) => (text: string, name: string) => {
  if (!pattern.test(text)) throw new ConfigError(`${name} is '${text}'; it must be ${form}`)
  return text
}

/** `file:` and a path, or `aws-kms:` and the ARN of a key (not of an alias, whose key could be exchanged) */
export const ROOT = /^(file:.+|aws-kms:arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+)?$/

/** Addresses and CIDR ranges, separated by commas. */
function ranges(text: string, name: string): readonly string[] {
  const all = text.split(',').map((range) => range.trim())
  if (text.trim() === '') return []
  for (const range of all) {
    const [, address = '', bits = '0'] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(range) ?? []
    const most = isIP(address) === 6 ? 128 : 32
    if (isIP(address) === 0 || Number(bits) > most) {
      throw new ConfigError(
        `${name} has '${range}'; it must be addresses or CIDR ranges, e.g. 10.0.0.0/8,2001:db8::1`,
      )
    }
  }
  return all
}

/** Each setting: its default, and what makes a value of its text. */
const SETTINGS = {
  TENKEY_HOST: { initial: '127.0.0.1', read: matching(/^[\w.:-]+$/, 'a host name or address') },
  TENKEY_PORT: { initial: '4599', read: integer(0, 65535) },
  TENKEY_DATA: { initial: '.tenkey', read: matching(/^[^\0]+$/, 'the path of a folder') },
  TENKEY_STORE: { initial: 'sqlite', read: oneOf(['sqlite', 'dynamodb', 'memory']) },
  TENKEY_TABLE: {
    initial: 'tenkey',
    read: matching(/^[a-zA-Z0-9_.-]{3,255}$/, 'a DynamoDB table name'),
  },
  // judged by core/replicated.ts, which an installation in one Region never loads
  TENKEY_REPLICAS: { initial: '', read: (text: string) => text.split(',').filter(Boolean) },
  TENKEY_SHARED_TABLE: { initial: '', read: (text: string) => text },
  TENKEY_REPLICAS_CONSISTENCY: { initial: 'eventual', read: (text: string) => text },
  TENKEY_WORKERS: { initial: '1', read: integer(1, 64) },
  TENKEY_ROOT: { initial: '', read: matching(ROOT, 'file:PATH or aws-kms:KEY_ARN') },
  TENKEY_REGION: { initial: '', read: matching(/^([a-z]{2}(-[a-z]+)+-\d+)?$/, 'an AWS Region') },
  TENKEY_PARTITION: { initial: '', read: oneOf(['', 'aws', 'aws-cn', 'aws-us-gov']) },
  TENKEY_AUDIT_RETENTION: { initial: '', read: days },
  TENKEY_AUDIT_FORWARD: {
    initial: '',
    read: matching(/^(stdout|file:[^\0]+)?$/, 'stdout or file:PATH'),
  },
  TENKEY_METRICS: { initial: '', read: oneOf(['', 'on', 'off']) },
  TENKEY_CONSOLE: {
    initial: 'on',
    read: matching(/^(on|off|file:[^\0]+)$/, 'on, off or file:PATH'),
  },
  TENKEY_DOCS: { initial: 'on', read: oneOf(['on', 'off']) },
  TENKEY_TLS_CERT: { initial: '', read: matching(/^[^\0]*$/, 'the path of a PEM file') },
  TENKEY_TLS_KEY: { initial: '', read: matching(/^[^\0]*$/, 'the path of a PEM file') },
  TENKEY_TRUSTED_PROXY: { initial: '', read: ranges },
  // judged by core/base/cors.ts, which no function loads
  TENKEY_CORS_ORIGINS: { initial: '', read: (text: string) => text },
  TENKEY_ISSUER_NETWORKS: { initial: '', read: ranges },
  TENKEY_URLS: {
    initial: '',
    read: matching(/^((^|,)https?:\/\/[^\s,]+[^\s,/])*$/, 'URLs without a slash at their end'),
  },
  TENKEY_AWS_STS: {
    initial: '',
    read: matching(
      /^((^|,)[a-z]+(-[a-z\d]+)+(=https?:\/\/[^\s,/]+)?)*$/,
      'Regions, with =URL or without',
    ),
  },
  TENKEY_XKS_NETWORKS: { initial: '', read: ranges },
  TENKEY_XKS_CA: { initial: '', read: matching(/^[^\0]*$/, 'the path of a PEM file') },
  TENKEY_XKS_PORT: { initial: '443', read: integer(1, 65535) },
  TENKEY_XKS_TIMEOUT: { initial: '250', read: integer(50, 10_000) },
  TENKEY_PLAIN_HTTP: { initial: 'off', read: oneOf(['on', 'off']) },
  TENKEY_CREDENTIALS: { initial: 'made', read: oneOf(['made', 'none']) },
  TENKEY_SWEEP: { initial: 'on', read: oneOf(['on', 'off']) },
  TENKEY_NITRO_ROOT: { initial: '', read: matching(/^[^\0]*$/, 'the path of a PEM file') },
} as const

export const SETTING_NAMES: readonly string[] = Object.keys(SETTINGS)

/** Every setting with its default, '' where it is left to itself. */
export const SETTING_DEFAULTS: readonly (readonly [name: string, initial: string])[] =
  Object.entries(SETTINGS).map(([name, { initial }]) => [name, initial])

/**
 * Reads the settings of a server.
 * @throws ConfigError for an unknown TENKEY_ name or a value out of bounds
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  for (const name of Object.keys(environment)) {
    const known = !name.startsWith('TENKEY_') || name in SETTINGS || OTHERS.has(name)
    if (!known) {
      throw new ConfigError(`${name} is not a setting; there are ${SETTING_NAMES.join(', ')}`)
    }
  }
  const value = <N extends keyof typeof SETTINGS>(name: N) => {
    const { initial, read } = SETTINGS[name]
    return read(environment[name] ?? initial, name) as ReturnType<(typeof SETTINGS)[N]['read']>
  }
  const config = {
    host: value('TENKEY_HOST'),
    port: value('TENKEY_PORT'),
    data: value('TENKEY_DATA'),
    store: value('TENKEY_STORE'),
    table: value('TENKEY_TABLE'),
    replicas: value('TENKEY_REPLICAS'),
    sharedTable: value('TENKEY_SHARED_TABLE'),
    consistency: value('TENKEY_REPLICAS_CONSISTENCY'),
    workers: value('TENKEY_WORKERS'),
    root: value('TENKEY_ROOT') || `file:${value('TENKEY_DATA')}/root.key`,
    nitroRoot: value('TENKEY_NITRO_ROOT'),
    auditRetention: value('TENKEY_AUDIT_RETENTION'),
    auditForward: value('TENKEY_AUDIT_FORWARD'),
    metrics: value('TENKEY_METRICS'),
    console: value('TENKEY_CONSOLE'),
    docs: value('TENKEY_DOCS'),
    partition: partitionSet(value('TENKEY_PARTITION'), value('TENKEY_REGION')),
    tlsCert: value('TENKEY_TLS_CERT'),
    tlsKey: value('TENKEY_TLS_KEY'),
    trustedProxies: value('TENKEY_TRUSTED_PROXY'),
    corsOrigins: value('TENKEY_CORS_ORIGINS'),
    issuerNetworks: value('TENKEY_ISSUER_NETWORKS'),
    urls: value('TENKEY_URLS').split(',').filter(Boolean),
    awsSts: value('TENKEY_AWS_STS'),
    xks: {
      networks: value('TENKEY_XKS_NETWORKS'),
      authorities: value('TENKEY_XKS_CA'),
      port: value('TENKEY_XKS_PORT'),
      limit: value('TENKEY_XKS_TIMEOUT'),
    },
    plainHttp: value('TENKEY_PLAIN_HTTP'),
    credentials: value('TENKEY_CREDENTIALS'),
    sweep: value('TENKEY_SWEEP'),
    servedRegion: value('TENKEY_REGION'),
    dynamodbEndpoint:
      environment['AWS_ENDPOINT_URL_DYNAMODB'] || environment['AWS_ENDPOINT_URL'] || '',
    region: value('TENKEY_REGION') || environment['AWS_REGION'] || 'us-east-1',
  }
  if (partitionOf(config.region) !== config.partition) {
    throw new ConfigError(
      `Region ${config.region} is not of partition ${config.partition}: set TENKEY_REGION or TENKEY_PARTITION`,
    )
  }
  if (config.store === 'memory' && config.workers > 1) {
    throw new ConfigError('TENKEY_STORE memory can not be shared: TENKEY_WORKERS must be 1')
  }
  if ((config.tlsCert === '') !== (config.tlsKey === '')) {
    throw new ConfigError(
      'TENKEY_TLS_CERT and TENKEY_TLS_KEY belong together: set both, or neither',
    )
  }
  return Object.freeze(config)
}

/** An installation has one partition, whatever Region a request is signed for. */
function partitionSet(named: string, servedRegion: string): string {
  if (servedRegion === '') return named || 'aws'
  const partition = partitionOf(servedRegion)
  if (named === '' || named === partition) return partition
  throw new ConfigError(`TENKEY_REGION ${servedRegion} is not of TENKEY_PARTITION ${named}`)
}

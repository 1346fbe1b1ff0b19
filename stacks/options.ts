import { partitionOf } from '../core/base/arn.ts'
import { originsOf } from '../core/base/cors.ts'
import { readIamOperators } from '../core/identity/iam-operators.ts'
import { CONTAINERS } from './sizes.ts'

/** What may be chosen for a deployment. Every member has a setting of the environment, or of `.env` or `.env.<stage>`, which SST reads. */
export interface Options {
  /** STACK_DOMAIN: the host name callers use, e.g. kms.example.com; '' for API Gateway's own address */
  readonly domain: string
  /** STACK_DOMAIN_ZONE: id of its Route 53 zone; '' to look it up by name */
  readonly domainZone: string
  /** STACK_DOMAIN_CERTIFICATE: ARN of a certificate in this Region (with a router: in us-east-1), where DNS is not Route 53; the record is yours to make */
  readonly domainCertificate: string
  /** STACK_SHAPE: `functions`, one for each operation behind an API; or `container`, servers behind a load balancer */
  readonly shape: 'functions' | 'container'
  /** STACK_IMAGE: the image of a container, for arm64: repository with a tag or, better, a digest */
  readonly image: string
  /** STACK_CONTAINERS: how many there are at least; ten times as many at most */
  readonly containers: number
  /** STACK_ROUTER: `on` for a CloudFront distribution that gives each call of the AWS clients to its operation's own function */
  readonly router: boolean
  /** STACK_ROUTER_PROOF: number of the secret by which the router proves itself; the next one replaces it */
  readonly routerProof: number
  /** STACK_CONSOLE: `on` for the console at /console of the router’s domain, or `file:PATH` of the issuers at which people sign in; `off` for none */
  readonly console: string
  /** STACK_FUNCTION_URL: `on` for a second address for AWS's clients, which leads to their function past the API */
  readonly functionUrl: boolean
  /** STACK_OPERATORS_BY_IAM: who operators are, by AWS IAM: `root=ARN` or `user/NAME=ARN` for users and roles of the stage’s own AWS account, with spaces between; '' for operators who sign with keys of ours */
  readonly operatorsByIam: string
  /** STACK_CORS_ORIGINS: the origins whose pages may call, e.g. `https://app.example.com`; none unless given */
  readonly corsOrigins: readonly string[]
  /** STACK_ROOT_KEY: ARN of the AWS KMS key that wraps tenant keys, in this Region (with STACK_REPLICAS: in the first, a multi-Region key that the others have too); '' to make one */
  readonly rootKey: string
  /** STACK_REPLICAS: the Regions of an installation in several, e.g. `eu-west-1,eu-central-1`, the same list in each one's stage; the first is deployed first, and makes what they share */
  readonly replicas: readonly string[]
  /** STACK_REPLICAS_CONSISTENCY: how those Regions agree on what they share: `eventual`, or `strong` for three of one set of DynamoDB's */
  readonly consistency: 'eventual' | 'strong'
  /** STACK_REPLICAS_HOME: which of STACK_REPLICAS takes the writes of what they share, once it was moved; '' for the first */
  readonly home: string
  /** STACK_REPLICAS_WITNESS: with `strong` and two Regions, the third of the set, which answers no calls */
  readonly witness: string
  /** STACK_PROVISIONED: instances kept warm of each hot function; 0 for none */
  readonly provisioned: number
  /** STACK_XKS: instances kept warm of each function that AWS KMS calls where the stage is the proxy of external key stores; 0 for none, and no proxy */
  readonly xks: number
  /** STACK_XKS_PORT: the port of every proxy that tenants' external key stores are at; '' for 443 */
  readonly xksPort: string
  /** STACK_XKS_TIMEOUT: ms that a call of such a proxy may take; '' for AWS KMS's own 250 */
  readonly xksTimeout: string
  /** STACK_XKS_NETWORKS: with containers, networks of theirs where such proxies may be, e.g. `10.1.0.0/16`: every tenant may name a host there; '' for public addresses alone */
  readonly xksNetworks: string
  /** STACK_XKS_CA: with containers, the path in the image of a PEM file with authorities that such proxies' certificates may be of; '' for the well-known ones */
  readonly xksCa: string
  /** STACK_CANARY: per cent of the calls that a new version gets, 100 for all; 0 for no canaries, where functions are simply replaced */
  readonly canary: number
  /** STACK_RATE: requests a second that the whole API takes; the account's own limit is 10,000 unless raised */
  readonly rate: number
  /** STACK_BURST: requests at once above the rate */
  readonly burst: number
  /** STACK_MAX_READS: DynamoDB read units a second that the table takes; 0 for ten for each request of the rate */
  readonly maxReads: number
  /** STACK_MAX_WRITES: write units a second; 0 for five for each request of the rate */
  readonly maxWrites: number
  /** STACK_RESERVED: `off` to reserve no concurrency for the sweeper and for what stops a caller */
  readonly reserved: boolean
  /** STACK_WAF_RATE: requests that the router takes of one address, and of all who sign nothing, in five minutes; 0 for any number, without WAF */
  readonly wafRate: number
  /** STACK_BACKUP: `on` for a backup of the table each day, kept for a year, by AWS Backup */
  readonly backup: boolean
  /** STACK_LOG_RETENTION: how long logs are kept */
  readonly logRetention: Retention
  /** STACK_AUDIT_RETENTION: days that audit records are kept, 1 to 3653; '' for ever */
  readonly auditRetention: string
  /** STACK_AUDIT_FORWARD: `stdout` to have audit records in the functions' log group too; '' for the table alone */
  readonly auditForward: string
  /** STACK_ALARM_EMAIL: who is told of alarms, or `none`; a stage that holds keys needs one of both */
  readonly alarmEmail: string
}

/** Times that CloudWatch Logs can keep logs for, in days. */
export const RETENTIONS = {
  '1 week': 7,
  '1 month': 30,
  '3 months': 90,
  '6 months': 180,
  '1 year': 365,
  '2 years': 731,
  '10 years': 3653,
} as const
export type Retention = keyof typeof RETENTIONS

type Read<V> = (text: string, name: string) => V

const matching =
  (pattern: RegExp, form: string): Read<string> =>
  (text, name) => {
    if (text === '' || pattern.test(text)) return text
    throw new Error(`${name} is '${text}'; it must be ${form}`)
  }

const integer =
  (min: number, max: number): Read<number> =>
  (text, name) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
    if (value >= min && value <= max) return value
    throw new Error(`${name} is '${text}'; it must be a whole number from ${min} to ${max}`)
  }

const optionalInteger =
  (min: number, max: number): Read<string> =>
  (text, name) =>
    text === '' ? '' : String(integer(min, max)(text, name))

/** as TENKEY_XKS_NETWORKS takes them, which a server judges when it starts */
const RANGES = /^[0-9a-fA-F.:]+(\/\d{1,3})?(,[0-9a-fA-F.:]+(\/\d{1,3})?)*$/

const retention: Read<Retention> = (text, name) => {
  if (Object.hasOwn(RETENTIONS, text)) return text as Retention
  throw new Error(`${name} is '${text}'; it can be ${Object.keys(RETENTIONS).join(', ')}`)
}

const oneOf =
  <const V extends readonly string[]>(values: V): Read<V[number]> =>
  (text, name) => {
    const value = values.find((known) => known === text)
    if (value !== undefined) return value
    throw new Error(`${name} is '${text}'; it can be ${values.join(' or ')}`)
  }

const REGION = /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/

/** Names of Regions, with commas between. */
const regionList: Read<readonly string[]> = (text, name) => {
  const all = text === '' ? [] : text.split(',')
  const wrong = all.length === 1 || !all.every((region) => REGION.test(region))
  if (!wrong && new Set(all).size === all.length) return all
  throw new Error(`${name} is '${text}'; it must be two Regions or more, eu-west-1,eu-central-1`)
}

/** characters of a function's setting: all of its settings have 4 KB (Lambda quotas) */
const MOST_OF_A_SETTING = 2048

const iamOperators: Read<string> = (text, name) => {
  try {
    readIamOperators(text)
  } catch (error) {
    throw new Error(`${name} ${(error as Error).message}`)
  }
  if (text.length <= MOST_OF_A_SETTING) return text
  throw new Error(
    `${name} has ${text.length} characters; it can have ${MOST_OF_A_SETTING}: name roles that people share`,
  )
}

const origins: Read<readonly string[]> = (text, name) => {
  try {
    return originsOf(text)
  } catch (error) {
    throw new Error(`${name} ${(error as Error).message}`)
  }
}

const onOff: Read<boolean> = (text, name) => {
  if (text === 'on' || text === 'off') return text === 'on'
  throw new Error(`${name} is '${text}'; it can be on or off`)
}

const PREFIX = 'STACK_'

/** Each member's setting, its default, and what makes a value of its text. */
const SETTINGS: {
  readonly [N in keyof Options]: {
    readonly name: string
    readonly initial: string
    readonly read: Read<Options[N]>
  }
} = {
  domain: {
    name: 'DOMAIN',
    initial: '',
    read: matching(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'a host name'),
  },
  domainZone: { name: 'DOMAIN_ZONE', initial: '', read: matching(/^Z[A-Z0-9]+$/, 'a zone id') },
  domainCertificate: {
    name: 'DOMAIN_CERTIFICATE',
    initial: '',
    read: matching(/^arn:aws[\w-]*:acm:[\w-]+:\d{12}:certificate\/[\w-]+$/, 'an ARN of ACM'),
  },
  shape: { name: 'SHAPE', initial: 'functions', read: oneOf(['functions', 'container']) },
  image: {
    name: 'IMAGE',
    initial: '',
    read: matching(/^[\w.-]+[\w./:-]*[:@][\w.:-]+$/, 'an image with its tag or digest'),
  },
  containers: { name: 'CONTAINERS', initial: String(CONTAINERS.least), read: integer(1, 100) },
  router: { name: 'ROUTER', initial: 'off', read: onOff },
  routerProof: { name: 'ROUTER_PROOF', initial: '1', read: integer(1, 1_000_000) },
  console: {
    name: 'CONSOLE',
    initial: 'off',
    read: matching(/^(on|off|file:\/[^\0]+)$/, 'on, off or file:/PATH'),
  },
  functionUrl: { name: 'FUNCTION_URL', initial: 'off', read: onOff },
  operatorsByIam: { name: 'OPERATORS_BY_IAM', initial: '', read: iamOperators },
  corsOrigins: { name: 'CORS_ORIGINS', initial: '', read: origins },
  rootKey: {
    name: 'ROOT_KEY',
    initial: '',
    read: matching(/^arn:aws[\w-]*:kms:[\w-]+:\d{12}:key\/[\w-]+$/, 'the ARN of a KMS key'),
  },
  replicas: { name: 'REPLICAS', initial: '', read: regionList },
  consistency: {
    name: 'REPLICAS_CONSISTENCY',
    initial: 'eventual',
    read: oneOf(['eventual', 'strong']),
  },
  home: { name: 'REPLICAS_HOME', initial: '', read: matching(REGION, 'a Region') },
  witness: { name: 'REPLICAS_WITNESS', initial: '', read: matching(REGION, 'a Region') },
  provisioned: { name: 'PROVISIONED', initial: '0', read: integer(0, 1000) },
  xks: { name: 'XKS', initial: '0', read: integer(0, 1000) },
  xksPort: { name: 'XKS_PORT', initial: '', read: optionalInteger(1, 65_535) },
  xksTimeout: { name: 'XKS_TIMEOUT', initial: '', read: optionalInteger(50, 10_000) },
  xksNetworks: {
    name: 'XKS_NETWORKS',
    initial: '',
    read: matching(RANGES, 'addresses or CIDR ranges, e.g. 10.1.0.0/16,fd00::/8'),
  },
  xksCa: { name: 'XKS_CA', initial: '', read: matching(/^\/[^\0]+$/, 'a path in the image') },
  canary: { name: 'CANARY', initial: '0', read: integer(0, 100) },
  rate: { name: 'RATE', initial: '2000', read: integer(1, 100_000) },
  burst: { name: 'BURST', initial: '1000', read: integer(1, 100_000) },
  maxReads: { name: 'MAX_READS', initial: '0', read: integer(0, 10_000_000) },
  maxWrites: { name: 'MAX_WRITES', initial: '0', read: integer(0, 10_000_000) },
  reserved: { name: 'RESERVED', initial: 'on', read: onOff },
  wafRate: { name: 'WAF_RATE', initial: '0', read: integer(0, 100_000_000) },
  backup: { name: 'BACKUP', initial: 'off', read: onOff },
  logRetention: { name: 'LOG_RETENTION', initial: '3 months', read: retention },
  auditRetention: {
    name: 'AUDIT_RETENTION',
    initial: '',
    read: optionalInteger(1, 3653),
  },
  auditForward: { name: 'AUDIT_FORWARD', initial: '', read: matching(/^stdout$/, 'stdout') },
  alarmEmail: {
    name: 'ALARM_EMAIL',
    initial: '',
    read: matching(/^([^@\s]+@[^@\s]+|none)$/, 'an address, or none'),
  },
}

/** Settings that sst.config.ts reads itself, before there are stacks: whether a stage may be removed, and its Region. */
const READ_BEFORE = ['STACK_DISPOSABLE', 'STACK_REGION']

export const OPTION_NAMES: readonly string[] = [
  ...Object.values(SETTINGS).map(({ name }) => PREFIX + name),
  ...READ_BEFORE,
]

/**
 * Refuses to deploy where nobody said to which Region: a default would make another, empty installation.
 * @throws Error where neither STACK_REGION nor AWS's own settings name one
 */
export function checkRegion(environment: Readonly<Record<string, string | undefined>>): void {
  const { STACK_REGION, AWS_REGION, AWS_DEFAULT_REGION } = environment
  const named = STACK_REGION || AWS_REGION || AWS_DEFAULT_REGION || ''
  if (REGION.test(named)) return
  throw new Error(
    `the Region is '${named}': set STACK_REGION, in .env of the stage, to the one to deploy to`,
  )
}

/**
 * Reads the options of a deployment.
 * @throws Error for an unknown STACK_ name, a value out of bounds, or two that exclude each other
 */
export function readOptions(environment: Readonly<Record<string, string | undefined>>): Options {
  for (const name of Object.keys(environment)) {
    if (name.startsWith(PREFIX) && !OPTION_NAMES.includes(name)) {
      throw new Error(`${name} is not an option; there are ${OPTION_NAMES.join(', ')}`)
    }
  }
  const value = <N extends keyof Options>(member: N): Options[N] => {
    const { name, initial, read } = SETTINGS[member]
    return read(environment[PREFIX + name] ?? initial, PREFIX + name)
  }
  const options: Options = {
    domain: value('domain'),
    domainZone: value('domainZone'),
    domainCertificate: value('domainCertificate'),
    shape: value('shape'),
    image: value('image'),
    containers: value('containers'),
    router: value('router'),
    routerProof: value('routerProof'),
    console: value('console'),
    functionUrl: value('functionUrl'),
    operatorsByIam: value('operatorsByIam'),
    corsOrigins: value('corsOrigins'),
    rootKey: value('rootKey'),
    replicas: value('replicas'),
    consistency: value('consistency'),
    home: value('home'),
    witness: value('witness'),
    provisioned: value('provisioned'),
    xks: value('xks'),
    xksPort: value('xksPort'),
    xksTimeout: value('xksTimeout'),
    xksNetworks: value('xksNetworks'),
    xksCa: value('xksCa'),
    canary: value('canary'),
    rate: value('rate'),
    burst: value('burst'),
    maxReads: value('maxReads'),
    maxWrites: value('maxWrites'),
    reserved: value('reserved'),
    wafRate: value('wafRate'),
    backup: value('backup'),
    logRetention: value('logRetention'),
    auditRetention: value('auditRetention'),
    auditForward: value('auditForward'),
    alarmEmail: value('alarmEmail'),
  }
  const { domain, domainZone, domainCertificate, router } = options
  if (domain === '' && domainZone + domainCertificate !== '') {
    throw new Error('STACK_DOMAIN_ZONE and STACK_DOMAIN_CERTIFICATE need STACK_DOMAIN')
  }
  if (domainZone !== '' && domainCertificate !== '') {
    throw new Error(
      'STACK_DOMAIN_CERTIFICATE is for domains outside Route 53: leave STACK_DOMAIN_ZONE',
    )
  }
  checkShape(options)
  checkReplicas(options)
  if (router && domain === '') {
    throw new Error('STACK_ROUTER needs STACK_DOMAIN: CloudFront’s own name takes TLS 1.0 and 1.1')
  }
  if (options.console !== 'off' && !router) {
    throw new Error(
      'STACK_CONSOLE needs STACK_ROUTER, whose distribution serves it at the address of the API',
    )
  }
  if (router && options.functionUrl) {
    throw new Error('STACK_FUNCTION_URL leads past the router: leave it, or STACK_ROUTER')
  }
  if (options.canary > 0 && options.provisioned + options.xks > 0) {
    throw new Error(
      'STACK_CANARY and STACK_PROVISIONED or STACK_XKS exclude each other: instances are one version’s',
    )
  }
  if (!router && options.routerProof !== 1) throw new Error('STACK_ROUTER_PROOF needs STACK_ROUTER')
  // AWS WAF's least limit of a rate
  const guarded = router || options.shape === 'container'
  if (options.wafRate !== 0 && (!guarded || options.wafRate < 10)) {
    throw new Error(
      'STACK_WAF_RATE is 10 or more, and needs STACK_ROUTER or containers: WAF takes no HTTP API',
    )
  }
  if (router && domainCertificate !== '' && !domainCertificate.includes(':us-east-1:')) {
    throw new Error(
      'STACK_DOMAIN_CERTIFICATE must be in us-east-1 with STACK_ROUTER: CloudFront has it',
    )
  }
  return Object.freeze(options)
}

/** @throws Error for options that the shape has no use for, or lacks */
function checkShape(options: Options): void {
  const { shape, image, domain, domainZone, domainCertificate } = options
  if (shape === 'functions') {
    if (options.xksNetworks + options.xksCa !== '') {
      throw new Error(
        'STACK_XKS_NETWORKS and STACK_XKS_CA need STACK_SHAPE=container: functions are in no network, and have no file',
      )
    }
    if (image === '') return
    throw new Error('STACK_IMAGE needs STACK_SHAPE=container')
  }
  if (image === '') throw new Error('STACK_SHAPE=container needs STACK_IMAGE')
  if (domain === '' || domainZone + domainCertificate === '') {
    throw new Error(
      'STACK_SHAPE=container needs STACK_DOMAIN, and STACK_DOMAIN_ZONE or STACK_DOMAIN_CERTIFICATE: there is no TLS without a name',
    )
  }
  if (options.operatorsByIam !== '') {
    throw new Error(
      'STACK_OPERATORS_BY_IAM is of functions: API Gateway asks AWS IAM, and a load balancer does not',
    )
  }
  const { router, functionUrl, provisioned, canary, xks } = options
  if (router || functionUrl || provisioned > 0 || canary > 0 || xks > 0) {
    throw new Error(
      'STACK_ROUTER, STACK_FUNCTION_URL, STACK_PROVISIONED, STACK_XKS and STACK_CANARY are of functions: leave them with containers, which are such a proxy anyway',
    )
  }
}

/**
 * Regions among which DynamoDB keeps replicas that agree at once: three of one set, one of which may be a witness.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateGlobalTableWitnessGroupMemberAction.html
 */
const STRONG_SETS: readonly (readonly string[])[] = [
  ['us-east-1', 'us-east-2', 'us-west-2'],
  ['eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-central-1'],
  ['ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3'],
]

/** @throws Error for Regions that can't be an installation's together */
function checkReplicas({ replicas, home, consistency, witness, rootKey }: Options): void {
  const strong = consistency === 'strong'
  if (replicas.length === 0) {
    if (!strong && witness === '' && home === '') return
    throw new Error(
      'STACK_REPLICAS_HOME, STACK_REPLICAS_CONSISTENCY and STACK_REPLICAS_WITNESS need STACK_REPLICAS',
    )
  }
  if (home !== '' && (strong || !replicas.includes(home))) {
    throw new Error(
      'STACK_REPLICAS_HOME must be one of STACK_REPLICAS, and needs eventual consistency',
    )
  }
  const [first = ''] = replicas
  const other = replicas.find((region) => partitionOf(region) !== partitionOf(first))
  if (other !== undefined) {
    throw new Error(`STACK_REPLICAS: ${first} and ${other} are of two AWS partitions`)
  }
  if (rootKey !== '' && !/:key\/mrk-/.test(rootKey)) {
    throw new Error('STACK_REPLICAS needs a multi-Region key (mrk-…) as STACK_ROOT_KEY, or none')
  }
  if (!strong) {
    if (witness === '') return
    throw new Error('STACK_REPLICAS_WITNESS needs STACK_REPLICAS_CONSISTENCY=strong')
  }
  const three = [...replicas, ...(witness === '' ? [] : [witness])]
  const oneSet = STRONG_SETS.some((set) => three.every((region) => set.includes(region)))
  if (new Set(three).size === 3 && three.length === 3 && oneSet) return
  throw new Error(
    `STACK_REPLICAS_CONSISTENCY=strong needs three Regions of one set, one of which may be STACK_REPLICAS_WITNESS, not ${three}: ${STRONG_SETS.map((set) => set.join(', ')).join('; or ')}`,
  )
}

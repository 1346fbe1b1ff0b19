import type { AnyOperation } from '../core/operation.ts'

/** What a function gets, and what its route takes. */
export interface Size {
  readonly memory: `${number} MB`
  readonly timeout: `${number} seconds`
  /** requests a second, and at once above that; absent where only the whole API's limits hold */
  readonly limit?: { readonly rate: number; readonly burst: number }
}

const USUAL: Size = { memory: '512 MB', timeout: '10 seconds' }
/** one whole processor (Lambda gives 1 vCPU at 1,769 MB), and time for an RSA key of 4,096 bits */
const HEAVY: Size = {
  memory: '1769 MB',
  timeout: '28 seconds',
  limit: { rate: 50, burst: 50 },
}
/** the operator's calls are few; more are a mistake or a guess at a credential */
const OPERATOR: Size = { ...USUAL, limit: { rate: 10, burst: 20 } }
/** the entry of all AWS clients; its limits are the whole API's */
export const AWS_JSON: Size = { memory: '1769 MB', timeout: '28 seconds' }
/** administrators' calls are few; a half of a processor loads all operations of AWS IAM in time */
export const IAM: Size = {
  memory: '1024 MB',
  timeout: '28 seconds',
  limit: { rate: 100, burst: 200 },
}
/** one whole processor: AWS KMS waits 250 ms, the way to the function and back among them */
export const XKS: Size = { memory: '1769 MB', timeout: '10 seconds' }
export const PAGE: Size = { memory: '256 MB', timeout: '5 seconds', limit: { rate: 50, burst: 50 } }

/** Operations that draw an asymmetric key pair. */
const MAKES_PAIRS: ReadonlySet<string> = new Set([
  'CreateKey',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'GetParametersForImport',
])

/** Functions that callers wait for in their own calls: STACK_PROVISIONED is for these. */
export const WARM: ReadonlySet<string> = new Set([
  'AwsJson',
  ...['Encrypt', 'Decrypt', 'GenerateDataKey', 'Sign'],
])

export function sizeOf({ name, audience }: AnyOperation): Size {
  if (MAKES_PAIRS.has(name)) return HEAVY
  return audience === 'operator' ? OPERATOR : USUAL
}

/** The container shape: Fargate's units of one container, and how many there are. */
export const CONTAINERS = {
  /** a whole processor */
  cpu: 1024,
  /** MB */
  memory: 2048,
  /** per cent of their processors that they are kept at */
  busy: 60,
  /** at least, where nothing else is said */
  least: 2,
  /** zones that they are spread over; a load balancer wants two, and has an address in each */
  zones: 2,
} as const

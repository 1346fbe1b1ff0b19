import { HOME, root } from '../support/access.ts'

export {
  ALIAS,
  ALICE,
  AWAY,
  HOME,
  KEY,
  roleArn,
  root,
  sessionArn,
  userArn,
} from '../support/access.ts'

/**
 * What AWS decides, by its documentation: an explicit deny is a Deny statement that applies, an implicit one
 * the lack of an Allow.
 */
export type Expected = 'allow' | 'explicit deny' | 'implicit deny'

/** Where a policy is attached. An endpoint policy has the language of a key policy and is tried as one. */
export type Attached =
  | 'key policy'
  | 'endpoint policy'
  | 'IAM policy'
  | 'permissions boundary'
  | 'session policy'
  | 'trust policy'

export type StatementJson = Readonly<Record<string, unknown>>
export interface PolicyJson {
  readonly Version?: '2008-10-17' | '2012-10-17'
  readonly Id?: string
  readonly Statement: StatementJson | readonly StatementJson[]
}

/** Condition keys of a request, in any case; undefined where the request doesn't have it. */
export type Context = Readonly<Record<string, string | readonly string[] | undefined>>

/** What else has a say, where the policy shown is not all. */
export interface Beside {
  /** other statements of the key policy; for policies that are no key policy, the key policy: the default one */
  readonly keyPolicy?: readonly StatementJson[] | undefined
  /** other statements of the role's trust policy, or that policy: the role's account may assume it */
  readonly trust?: readonly StatementJson[] | undefined
  /** another identity policy of who asks */
  readonly identity?: readonly StatementJson[] | undefined
  readonly boundary?: readonly StatementJson[] | undefined
  readonly session?: readonly StatementJson[] | undefined
  /** operations that a grant of the key lets who asks do */
  readonly granted?: readonly string[] | undefined
}

/** One question. */
export interface Asks {
  /** ARN of who asks; the name of a service or of an identity provider that has no ARN */
  readonly as: string
  readonly action: string
  /** `*` where the action has none; KEY where nothing is said, and the role of a trust policy */
  readonly resource?: string
  readonly context?: Context
  readonly beside?: Beside
}

/** What is asked, beside what all cases of a policy ask, and what must be decided. */
export type PolicyCase = readonly [
  title: string,
  expected: Expected,
  context?: Context,
  more?: Partial<Asks>,
]

/** A policy that AWS's documentation shows, with our names, and what it must decide by the text about it. */
export interface DocumentedPolicy {
  readonly heading: string
  /** which of the heading's policies, where it has several */
  readonly example?: string
  readonly attached: Attached
  readonly policy: PolicyJson
  readonly asks: Asks
  readonly cases: readonly PolicyCase[]
}

/** A page of AWS's documentation with its policies. */
export interface Page {
  readonly title: string
  readonly url: string
  readonly policies: readonly DocumentedPolicy[]
}

/** A document of statements that the page shows without one. */
export const document = (...Statement: readonly StatementJson[]): PolicyJson => ({
  Version: '2012-10-17',
  Statement,
})

/** A policy variable. */
export const variable = (name: string): string => `$\{${name}}`

/** The condition keys of a request with an encryption context. */
export const pairs = (encryptionContext: Readonly<Record<string, string>>): Context => ({
  'kms:EncryptionContextKeys': Object.keys(encryptionContext),
  ...Object.fromEntries(
    Object.entries(encryptionContext).map(([name, value]) => [
      `kms:EncryptionContext:${name}`,
      value,
    ]),
  ),
})

/** The statement that lets an account's identity policies decide about its key. */
export const DELEGATION: StatementJson = {
  Sid: 'Enable IAM policies',
  Effect: 'Allow',
  Principal: { AWS: root(HOME) },
  Action: 'kms:*',
  Resource: '*',
}
/** An identity policy that allows everything. */
export const EVERYTHING: readonly StatementJson[] = [
  { Effect: 'Allow', Action: '*', Resource: '*' },
]
/** What a key policy is that only a Deny statement is shown of, where who asks may do everything else. */
export const OTHERWISE_ALLOWED: Beside = { keyPolicy: [DELEGATION], identity: EVERYTHING }

/** A second key of the account. */
export const OTHER_KEY = `arn:aws:kms:us-west-2:${HOME}:key/0987dcba-09fe-87dc-65ba-ab0987654321`
/** The key's counterpart in another Region. */
export const KEY_ELSEWHERE = `arn:aws:kms:us-east-1:${HOME}:key/1234abcd-12ab-34cd-56ef-1234567890ab`

import { expect } from 'vitest'
import type { Credential, Harness, Input, MadeKey, Outcome, Tenant, Via } from './harness.ts'

export type Statement = Readonly<Record<string, unknown>>
/** A user made for a test, who has an access key. */
export type User = Credential & { readonly arn: string; readonly id: string; readonly name: string }

export const document = (...Statement: Statement[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement })
export const allow = (Action: string | string[], more: Statement = {}): Statement => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  ...more,
})
export const deny = (Action: string | string[], more: Statement = {}): Statement => ({
  ...allow(Action, more),
  Effect: 'Deny',
})
export const rootOf = ({ accountId }: { accountId: string }): string =>
  `arn:aws:iam::${accountId}:root`
/** The statement that hands an account's key to its identity policies. */
export const enableIam = (tenant: Tenant): Statement =>
  allow('kms:*', { Sid: 'Enable IAM policies', Principal: { AWS: rootOf(tenant) } })

let made = 0
/** A new user of a tenant with an identity policy of some statements, or with none. */
export async function userWith(
  harness: Harness,
  tenant: Tenant,
  statements: readonly Statement[] = [],
  more: Input = {},
): Promise<User> {
  // suites share an installation, and the operator’s account with it
  const name = `User-${process.pid}-${++made}`
  const Policy = statements.length === 0 ? {} : { Policy: document(...statements) }
  const { arn, id, credential } = await harness.user(tenant, name, { ...Policy, ...more })
  if (credential === undefined) throw new Error('a user without access key')
  return { ...credential, arn, id, name }
}

/** A new key whose policy delegates to the account and has some statements more. */
export const keyWith = (
  harness: Harness,
  tenant: Tenant,
  statements: readonly Statement[],
  input: Input = {},
): Promise<MadeKey> =>
  harness.key(tenant, { ...input, Policy: document(enableIam(tenant), ...statements) })

/** Causes of a denial, as AWS words them. */
export const because = {
  identity: (action: string) => `because no identity-based policy allows the ${action} action`,
  resource: (action: string) => `because no resource-based policy allows the ${action} action`,
  boundary: (action: string) => `because no permissions boundary allows the ${action} action`,
  identityDeny: 'with an explicit deny in an identity-based policy',
  resourceDeny: 'with an explicit deny in a resource-based policy',
  boundaryDeny: 'with an explicit deny in a permissions boundary',
  stranger:
    'because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access',
} as const

export const denial = (arn: string, action: string, resource: string, cause: string): string =>
  `User: ${arn} is not authorized to perform: ${action} on resource: ${resource} ${cause}`

export function expectAllowed(outcome: Outcome): void {
  expect(outcome.code, outcome.text).toBeUndefined()
}

/** @param message AWS's very words; any denial unless given */
export function expectDenied(outcome: Outcome, message?: string): void {
  expect(outcome.code, outcome.text).toBe('AccessDeniedException')
  if (message !== undefined) expect(outcome.message).toBe(message)
}

/** One call that a policy lets through, and calls like it that it doesn't. */
export interface Decided {
  readonly title: string
  readonly operation: string
  readonly allowed: readonly Input[]
  readonly denied: readonly Input[]
}

/** Makes the denied calls, then the allowed ones: a denial must not hang on what was done before. */
export async function expectDecided(
  harness: Harness,
  who: Credential,
  { operation, allowed, denied }: Decided,
  via: Via = 'sdk',
): Promise<void> {
  for (const input of denied) expectDenied(await harness.call(via, who, operation, input))
  for (const input of allowed) expectAllowed(await harness.call(via, who, operation, input))
}

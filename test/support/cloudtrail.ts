import { expect } from 'vitest'
import type { Harness, Principal, Tenant } from './harness.ts'

/** A record as it is searched for and compared. */
export type Recorded = Record<string, unknown>

/** A user of a tenant who may do everything that AWS KMS has. */
export async function alice(
  harness: Harness,
  tenant: Tenant,
): Promise<Principal & { credential: NonNullable<Principal['credential']> }> {
  const made = await harness.user(tenant, 'Alice', {
    Policy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }],
    }),
  })
  if (made.credential === undefined) throw new Error('no access key')
  return { ...made, credential: made.credential }
}

/** What AWS's samples have of a record but we do not: nothing here ends TLS for the caller to tell of. */
export const NOT_OURS: ReadonlySet<string> = new Set(['tlsDetails'])

/** A record without what only we have: why the call was allowed or denied, and what a policy was. */
export function asAws(record: Recorded | undefined): Recorded {
  if (record === undefined) throw new Error('no record')
  const {
    decisions: _decisions,
    policyChange: _change,
    ...additional
  } = (record['additionalEventData'] ?? {}) as Recorded
  const { additionalEventData: _own, ...rest } = record
  return Object.keys(additional).length === 0 ? rest : { ...rest, additionalEventData: additional }
}

export const KEY = (ARN: string) => ({
  accountId: ARN.split(':')[4],
  type: 'AWS::KMS::Key',
  ARN,
})
export const ANY_TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
export const ANY_ID = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
export const MATERIAL = expect.stringMatching(/^[0-9a-f]{64}$/)

// @module-tag functions
import { expect, test } from 'vitest'
import { RELEASE } from '../../core/release.ts'
import { testOperation } from '../support/cases.ts'
import { describeStores, type Harness, type Tenant } from '../support/harness.ts'

async function setUp(harness: Harness) {
  return { caller: harness.operator, tenant: await harness.tenant() }
}
type F = { readonly caller: Harness['operator']; readonly tenant: Tenant }

describeStores('GetInstallation', (harness) => {
  testOperation<F>(harness, 'GetInstallation', () => setUp(harness), [
    {
      title: 'how it stands',
      input: () => ({}),
      gives: () =>
        expect.objectContaining({
          Health: 'ACTIVE',
          AuditTrail: { Status: 'ok', Lost: expect.any(Number) },
          Format: { Written: RELEASE.generation, Release: RELEASE.generation },
          RootKey: expect.objectContaining({ Id: expect.any(String) }),
          Importing: false,
          Tenants: { Count: expect.any(Number), More: expect.any(Boolean) },
        }),
    },
    {
      title: 'not to a tenant',
      caller: ({ tenant }) => tenant,
      input: () => ({}),
      refused: 'AccessDeniedException',
      message: ({ tenant }) =>
        `User: arn:aws:iam::${tenant.accountId}:root is not authorized to perform: tenkey:GetInstallation because only the operator may`,
    },
  ])

  test('counts tenants that are made', async () => {
    const counted = async () => {
      const told = await harness.ok(harness.operator, 'GetInstallation', {}, { via: 'rest' })
      return told['Tenants'] as { readonly Count: number; readonly More: boolean }
    }
    const before = await counted()
    await harness.tenant()
    const after = await counted()
    // others may make theirs in an installation that is not this suite's own
    const made = before.More ? 0 : 1
    if (harness.target.inside === undefined) expect(after.Count).toBeGreaterThanOrEqual(1)
    else expect(after.Count).toBe(before.Count + made)
  })
})

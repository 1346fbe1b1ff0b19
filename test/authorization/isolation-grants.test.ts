// @module-tag functions-long
// @module-tag long
import { expect, test } from 'vitest'
import { allow, deny, rootOf, userWith } from '../support/authorization.ts'
import { describeStores, type Harness, type Input, type Outcome } from '../support/harness.ts'

const UNKNOWN_KEY = '01234567-89ab-cdef-0123-456789abcdef'
const UNKNOWN_GRANT = '0'.repeat(64)

/** A tenant with a key, a grant on it, a token and a marker: everything a stranger might lay hands on. */
async function furnish(harness: Harness) {
  const tenant = await harness.tenant()
  const user = await userWith(harness, tenant)
  const key = await harness.key(tenant)
  const give = () =>
    harness.ok(tenant, 'CreateGrant', {
      KeyId: key.id,
      GranteePrincipal: user.arn,
      RetiringPrincipal: user.arn,
      Operations: ['Encrypt', 'RetireGrant'],
      Name: 'secret-name',
    })
  const { GrantId, GrantToken } = await give()
  await harness.ok(tenant, 'CreateGrant', {
    KeyId: key.id,
    GranteePrincipal: user.arn,
    RetiringPrincipal: user.arn,
    Operations: ['Decrypt'],
  })
  const listed = await harness.ok(tenant, 'ListGrants', { KeyId: key.id, Limit: 1 })
  const retirable = await harness.ok(tenant, 'ListRetirableGrants', {
    RetiringPrincipal: user.arn,
    Limit: 1,
  })
  return {
    tenant,
    user,
    key,
    id: String(GrantId),
    token: String(GrantToken),
    markers: [String(listed['NextMarker']), String(retirable['NextMarker'])],
  }
}

/** What a stranger is told, but for what the stranger said. */
const told = ({ code, message = '', status }: Outcome, said: readonly string[]) => ({
  code,
  status,
  message: said.reduce((text, one) => text.replaceAll(one, '…'), message),
})

describeStores('Nothing of another tenant’s grants shows', (harness) => {
  test('by key ARN, grant id, token: the same as of keys and grants that are not there', async () => {
    const owner = await furnish(harness)
    const stranger = await harness.tenant()
    const mine = await harness.key(stranger)
    const anybody = await userWith(harness, stranger, [allow('kms:*')])
    const absent = owner.key.arn.replace(/key\/.*/, `key/${UNKNOWN_KEY}`)
    const grantee = { GranteePrincipal: anybody.arn, Operations: ['Encrypt'] }
    const asks: [operation: string, of: (arn: string, id: string) => Input][] = [
      ['ListGrants', (KeyId) => ({ KeyId })],
      ['ListGrants', (KeyId, GrantId) => ({ KeyId, GrantId })],
      ['ListGrants', (KeyId) => ({ KeyId, GranteePrincipal: owner.user.arn })],
      ['RevokeGrant', (KeyId, GrantId) => ({ KeyId, GrantId })],
      ['RevokeGrant', (KeyId, GrantId) => ({ KeyId, GrantId, DryRun: true })],
      ['RetireGrant', (KeyId, GrantId) => ({ KeyId, GrantId })],
      ['RetireGrant', (KeyId, GrantId) => ({ KeyId, GrantId, DryRun: true })],
      ['CreateGrant', (KeyId) => ({ KeyId, ...grantee })],
      ['CreateGrant', (KeyId) => ({ KeyId, ...grantee, GrantTokens: [owner.token] })],
      ['DescribeKey', (KeyId) => ({ KeyId, GrantTokens: [owner.token] })],
      ['DescribeKey', (KeyId) => ({ KeyId, GrantTokens: ['x'] })],
    ]
    for (const who of [stranger, anybody]) {
      for (const [operation, of] of asks) {
        for (const via of ['sdk', 'rest'] as const) {
          const ask = (arn: string, id: string) => harness.call(via, who, operation, of(arn, id))
          const there = await ask(owner.key.arn, owner.id)
          expect(there.code).toBe('AccessDeniedException')
          const expected = told(there, [owner.key.arn, owner.id])
          for (const [arn, id] of [
            [owner.key.arn, UNKNOWN_GRANT],
            [absent, owner.id],
            [absent, UNKNOWN_GRANT],
          ] as const) {
            expect(told(await ask(arn, id), [arn, id]), operation).toEqual(expected)
          }
        }
      }
      // their ids on one's own key: as any id that isn't there
      for (const operation of ['RevokeGrant', 'RetireGrant']) {
        const ask = (GrantId: string) =>
          harness.call('aws', who, operation, { KeyId: mine.id, GrantId })
        expect(told(await ask(owner.id), [owner.id])).toEqual(
          told(await ask(UNKNOWN_GRANT), [UNKNOWN_GRANT]),
        )
      }
    }
    // and nothing was done
    const { Grants } = await harness.ok(owner.tenant, 'ListGrants', { KeyId: owner.key.id })
    expect(Grants).toHaveLength(2)
  })

  test('a token does not work for others, and a forged one for nobody', async () => {
    const owner = await furnish(harness)
    const stranger = await harness.tenant()
    const mine = await furnish(harness)
    const forge = (change: (parts: string[]) => string[]) => {
      const bytes = Buffer.from(mine.token, 'base64url')
      const parts = change(JSON.parse(bytes.subarray(16).toString()) as string[])
      const forged = Buffer.concat([bytes.subarray(0, 16), Buffer.from(JSON.stringify(parts))])
      return forged.toString('base64url')
    }
    const retire = (who: Parameters<typeof harness.call>[1], GrantToken: string) =>
      harness.call('aws', who, 'RetireGrant', { GrantToken })
    expect((await retire(stranger, owner.token)).code).toBe('AccessDeniedException')
    const toOwner = forge(([, region = '', , , nonce = '']) => [
      ...[owner.tenant.accountId, region, owner.key.id, owner.id, nonce],
    ])
    expect((await retire(mine.tenant, toOwner)).code).toBe('AccessDeniedException')
    expect((await retire(owner.tenant, toOwner)).code).toBe('InvalidGrantTokenException')
    const renewed = forge((parts) => [...parts.slice(0, 4), 'another nonce'])
    expect((await retire(mine.tenant, renewed)).code).toBe('InvalidGrantTokenException')
    for (const parts of [[], {}, null, [1, 2, 3], ['x'], 'text', ['a', 'b', 'c', 'd', 'e']]) {
      const odd = forge(() => parts as string[])
      const { code = '' } = await retire(mine.tenant, odd)
      expect(code).toMatch(/^(InvalidGrantToken|InvalidGrantId|NotFound)Exception$/)
    }
    const own = { KeyId: mine.key.id, GrantTokens: [owner.token] }
    const outcome = await harness.call('aws', mine.tenant, 'DescribeKey', own)
    expect(outcome.code).toBe('InvalidGrantTokenException')
  })

  test('markers are of one tenant and one list', async () => {
    const owner = await furnish(harness)
    const mine = await furnish(harness)
    for (const Marker of owner.markers) {
      for (const [operation, input] of [
        ['ListGrants', { KeyId: mine.key.id }],
        ['ListGrants', { KeyId: mine.key.id, GranteePrincipal: mine.user.arn }],
        ['ListRetirableGrants', { RetiringPrincipal: mine.user.arn }],
        ['ListRetirableGrants', { RetiringPrincipal: owner.user.arn }],
      ] as const) {
        const outcome = await harness.call('aws', mine.tenant, operation, { ...input, Marker })
        expect(outcome.code).toBe('InvalidMarkerException')
      }
    }
    const [ofList = '', ofRetirable = ''] = mine.markers
    for (const [operation, input] of [
      ['ListGrants', { KeyId: mine.key.id, Marker: ofRetirable }],
      ['ListRetirableGrants', { RetiringPrincipal: mine.user.arn, Marker: ofList }],
      ['ListGrants', { KeyId: mine.key.id, Marker: ofList, GranteePrincipal: mine.user.arn }],
    ] as const) {
      const outcome = await harness.call('aws', mine.tenant, operation, input)
      expect(outcome.code).toBe('InvalidMarkerException')
    }
  })

  test('another account’s retirable grants are not listed, nor its principals probed', async () => {
    const owner = await furnish(harness)
    const stranger = await harness.tenant()
    const nobody = owner.user.arn.replace(/[^/]+$/, 'nobody')
    for (const RetiringPrincipal of [owner.user.arn, rootOf(owner.tenant), nobody]) {
      const list = await harness.ok(stranger, 'ListRetirableGrants', { RetiringPrincipal })
      expect(list).toEqual({ Grants: [], Truncated: false })
    }
    const { id } = await harness.key(stranger)
    for (const arn of [owner.user.arn, nobody, 'arn:aws:iam::999999999999:user/x']) {
      const principals = { GranteePrincipal: arn, RetiringPrincipal: arn }
      const input = { KeyId: id, ...principals, Operations: ['Encrypt'], DryRun: true }
      const outcome = await harness.call('aws', stranger, 'CreateGrant', input)
      expect(outcome.code).toBe('DryRunOperationException')
    }
  })

  test('a grantee learns of its own grants by their effect, not of the others', async () => {
    const owner = await furnish(harness)
    const away = await harness.tenant()
    const guest = await userWith(harness, away, [allow('kms:*')])
    const { GrantId } = await harness.ok(owner.tenant, 'CreateGrant', {
      KeyId: owner.key.id,
      GranteePrincipal: guest.arn,
      Operations: ['DescribeKey'],
    })
    expect((await harness.call('aws', guest, 'DescribeKey', { KeyId: owner.key.arn })).code).toBe(
      undefined,
    )
    for (const [operation, input] of [
      ['ListGrants', {}],
      ['ListGrants', { GrantId }],
      ['RevokeGrant', { GrantId }],
      ['RetireGrant', { GrantId }],
      ['RetireGrant', { GrantId: owner.id }],
    ] as const) {
      const ask = { KeyId: owner.key.arn, ...input }
      const outcome = await harness.call('aws', guest, operation, ask)
      expect(outcome.code, operation).toBe('AccessDeniedException')
      expect(outcome.text).not.toContain('secret-name')
      expect(outcome.text).not.toContain(owner.user.arn)
    }
    const list = { RetiringPrincipal: guest.arn }
    expect((await harness.ok(guest, 'ListRetirableGrants', list))['Grants']).toEqual([])
    // the trail of the guest's account holds what the guest said, nothing more of the grant
    expect(JSON.stringify(await harness.trail(away))).not.toContain('secret-name')
  })

  test('a deny that asks about the key’s tags teaches a stranger nothing by RetireGrant', async () => {
    const owner = await furnish(harness)
    await harness.ok(owner.tenant, 'TagResource', {
      KeyId: owner.key.id,
      Tags: [{ TagKey: 'Team', TagValue: 'Red' }],
    })
    const away = await harness.tenant()
    const asking = (value: string) =>
      userWith(harness, away, [
        allow('kms:*'),
        deny('kms:*', { Condition: { StringEquals: { 'aws:ResourceTag/Team': value } } }),
      ])
    const answers = await Promise.all(
      [await asking('Red'), await asking('Blue')].map(async (who) => {
        const input = { KeyId: owner.key.arn, GrantId: owner.id }
        return told(await harness.call('aws', who, 'RetireGrant', input), [who.arn])
      }),
    )
    expect(answers[0]).toEqual(answers[1])
  })
})

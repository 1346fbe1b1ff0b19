// @module-tag functions
import { describe, expect, test } from 'vitest'
import { expectRefusal, testOperation } from '../support/cases.ts'
import { describeStores, type Harness, type Input } from '../support/harness.ts'

const GRANT_ID = expect.stringMatching(/^[0-9a-f]{64}$/)
const UNKNOWN = '0'.repeat(64)
const ENCRYPT = { Operations: ['Encrypt', 'Decrypt'] }

async function setUp(harness: Harness) {
  const caller = await harness.tenant()
  const key = await harness.key(caller)
  const signing = await harness.key(caller, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
  const mac = await harness.key(caller, { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' })
  const off = await harness.key(caller)
  await harness.ok(caller, 'DisableKey', { KeyId: off.id })
  const leaving = await harness.key(caller)
  await harness.ok(caller, 'ScheduleKeyDeletion', { KeyId: leaving.id })
  const user = await harness.user(caller, 'Grantee')
  const retiring = await harness.user(caller, 'Retiring')
  const arn = (resource: string) => `arn:aws:iam::${caller.accountId}:${resource}`
  return { caller, key, signing, mac, off, leaving, user, retiring, arn }
}
type F = Awaited<ReturnType<typeof setUp>>

describeStores('Grants', (harness) => {
  const prepare = () => setUp(harness)
  const withGrant = async () => {
    const f = await prepare()
    await grant(f, {
      KeyId: f.mac.id,
      Operations: ['VerifyMac', 'GenerateMac', 'VerifyMac'],
      RetiringPrincipal: f.retiring.arn,
      Name: 'mac',
    })
    return f
  }
  const grant = async ({ caller, key, user }: F, more: Input = {}) => {
    const input = { KeyId: key.id, GranteePrincipal: user.arn, ...ENCRYPT, ...more }
    const { GrantId, GrantToken } = await harness.ok(caller, 'CreateGrant', input)
    return { GrantId: String(GrantId), GrantToken: String(GrantToken) }
  }
  const listed = async ({ caller, key }: F, GrantId: string) => {
    const { Grants } = await harness.ok(caller, 'ListGrants', { KeyId: key.id, GrantId })
    const [only] = Grants as Record<string, unknown>[]
    if (only === undefined) throw new Error('the grant is not listed')
    return only
  }
  const made = (more: Input = {}) => ({
    input: ({ key, user }: F) => ({
      KeyId: key.id,
      GranteePrincipal: user.arn,
      ...ENCRYPT,
      ...more,
    }),
    gives: () => ({ GrantId: GRANT_ID, GrantToken: expect.any(String) }),
  })
  const refused = (title: string, more: Input, message: string, of: 'key' | 'signing' = 'key') => ({
    title,
    input: (f: F) => ({ KeyId: f[of].id, GranteePrincipal: f.user.arn, ...ENCRYPT, ...more }),
    refused: 'ValidationException' as const,
    message,
  })
  const invalidArn = (arn: string) => ({
    title: `no principal: ${arn}`,
    input: ({ key }: F) => ({ KeyId: key.id, GranteePrincipal: arn, ...ENCRYPT }),
    refused: 'InvalidArnException' as const,
    message: `ARN does not refer to a valid principal: ${arn}`,
  })

  testOperation<F>(harness, 'CreateGrant', prepare, [
    { title: 'answers id and token', ...made() },
    {
      title: 'with every member',
      input: ({ key, user, retiring }) => ({
        KeyId: key.arn,
        GranteePrincipal: user.arn,
        RetiringPrincipal: retiring.arn,
        Operations: ['Encrypt', 'GenerateDataKey', 'CreateGrant', 'RetireGrant', 'DescribeKey'],
        Constraints: { EncryptionContextSubset: { app: 'a' }, EncryptionContextEquals: {} },
        Name: 'all/of:it_1-2',
      }),
      gives: () => ({ GrantId: GRANT_ID, GrantToken: expect.any(String) }),
    },
    {
      title: 'to an account, to a role, to a session, to an account of others',
      ...made(),
      after: async (f) => {
        const role = await harness.role(f.caller, `r${Math.random().toString(36).slice(2)}`)
        const session = role.arn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')
        for (const GranteePrincipal of [
          f.arn('root'),
          role.arn,
          `${session}/s1`,
          'arn:aws:iam::444455556666:root',
          'arn:aws:iam::444455556666:user/anybody',
        ]) {
          await grant(f, { GranteePrincipal })
        }
      },
    },
    {
      title:
        'a map without pairs is no constraint: not in the list, and the name stands for the same',
      ...made({
        Name: 'terraform',
        Constraints: { EncryptionContextSubset: { app: 'a' }, EncryptionContextEquals: {} },
      }),
      after: async (f, { json }) => {
        const Constraints = { EncryptionContextSubset: { app: 'a' } }
        const again = await grant(f, { Name: 'terraform', Constraints })
        expect(again.GrantId).toBe(json['GrantId'])
        for (const nothing of [
          { Constraints: {} },
          { Constraints: { EncryptionContextEquals: {} } },
          { Constraints: { EncryptionContextEquals: {}, EncryptionContextSubset: {} } },
        ]) {
          const { GrantId } = await grant(f, { Name: 'nothing', ...nothing })
          expect((await grant(f, { Name: 'nothing' })).GrantId).toBe(GrantId)
          expect((await listed(f, GrantId))['Constraints']).toBeUndefined()
        }
        expect((await listed(f, again.GrantId))['Constraints']).toEqual(Constraints)
      },
    },
    {
      title: 'maps without pairs constrain no signing key either',
      input: ({ signing, user }) => ({
        KeyId: signing.id,
        GranteePrincipal: user.arn,
        Operations: ['Sign'],
        Constraints: { EncryptionContextSubset: {}, EncryptionContextEquals: {} },
      }),
      gives: () => ({ GrantId: GRANT_ID, GrantToken: expect.any(String) }),
    },
    refused(
      'two constraints',
      {
        Constraints: {
          EncryptionContextSubset: { app: 'a' },
          EncryptionContextEquals: { app: 'a' },
        },
      },
      'More than one constraint supplied',
    ),
    {
      title: 'an Idempotency-Key is not needed where there is a Name',
      ...made({ Name: 'once' }),
      after: async (f, { json }) => {
        const again = await grant(f, { Name: 'once' })
        expect(again.GrantId).toBe(json['GrantId'])
        expect(again.GrantToken).not.toBe(json['GrantToken'])
        const other = await grant(f, { Name: 'once', Operations: ['Encrypt'] })
        expect(other.GrantId).not.toBe(json['GrantId'])
        const elsewhere = await grant(f, {
          Name: 'once',
          KeyId: f.mac.id,
          Operations: ['VerifyMac'],
        })
        expect(elsewhere.GrantId).not.toBe(json['GrantId'])
      },
    },
    {
      title: 'without a Name each is a new one',
      ...made(),
      after: async (f, { json }) => expect((await grant(f)).GrantId).not.toBe(json['GrantId']),
    },
    {
      title: 'a dry run',
      input: made({ DryRun: true }).input,
      refused: 'DryRunOperationException',
      message: 'The request would have succeeded, but the DryRun option is set.',
    },
    {
      title: 'a dry run finds what is wrong',
      input: ({ key, arn }) => ({
        KeyId: key.id,
        GranteePrincipal: arn('user/nobody'),
        ...ENCRYPT,
        DryRun: true,
      }),
      refused: 'InvalidArnException',
    },
    invalidArn('111122223333'),
    invalidArn('rds.amazonaws.com'),
    invalidArn('arn:aws:iam::111122223333:group/Admins'),
    {
      title: 'a user who is not there',
      input: ({ key, arn }) => ({
        KeyId: key.id,
        GranteePrincipal: arn('user/nobody'),
        ...ENCRYPT,
      }),
      refused: 'InvalidArnException',
      message: ({ arn }) => `ARN does not refer to a valid principal: ${arn('user/nobody')}`,
    },
    {
      title: 'a retiring role that is not there',
      input: ({ key, user, arn }) => ({
        KeyId: key.id,
        GranteePrincipal: user.arn,
        ...ENCRYPT,
        RetiringPrincipal: arn('role/nobody'),
      }),
      refused: 'InvalidArnException',
      message: ({ arn }) => `ARN does not refer to a valid principal: ${arn('role/nobody')}`,
    },
    refused('no operation', { Operations: [] }, 'Grants must contain at least one operation.'),
    refused(
      'CreateGrant alone',
      { Operations: ['CreateGrant'] },
      'Grants must not contain only the CreateGrant operation.',
    ),
    refused(
      'an operation the key has not',
      { Operations: ['Encrypt', 'Sign'] },
      'Grant operation Sign is not supported by a key with KeySpec SYMMETRIC_DEFAULT and KeyUsage ENCRYPT_DECRYPT.',
    ),
    refused(
      'a constraint on a signing key',
      { Operations: ['Sign'], Constraints: { EncryptionContextSubset: { a: 'b' } } },
      'Encryption context constraints are not supported by a key with KeySpec ECC_NIST_P256 and KeyUsage SIGN_VERIFY.',
      'signing',
    ),
    refused(
      'nine pairs',
      {
        Constraints: {
          EncryptionContextSubset: Object.fromEntries([...'abcdefghi'].map((c) => [c, c])),
        },
      },
      'A grant constraint must have at most 8 encryption context pairs.',
    ),
    refused(
      '385 characters',
      { Constraints: { EncryptionContextEquals: { a: 'x'.repeat(384) } } },
      'A grant constraint must not exceed 384 characters.',
    ),
    refused(
      'a constraint that would be ignored',
      { Constraints: { SourceArn: 'arn:aws:rds:us-east-1:111122223333:db:main' } },
      'Service principals and the SourceArn constraint are not supported in grants.',
    ),
    refused(
      'a service as retiring principal',
      { RetiringServicePrincipal: 'rds.amazonaws.com' },
      'Service principals and the SourceArn constraint are not supported in grants.',
    ),
    {
      title: 'on a disabled key',
      input: ({ off, user }) => ({ KeyId: off.id, GranteePrincipal: user.arn, ...ENCRYPT }),
      refused: 'DisabledException',
      message: ({ off }) => `${off.arn} is disabled.`,
    },
    {
      title: 'on a key that is pending deletion',
      input: ({ leaving, user }) => ({ KeyId: leaving.id, GranteePrincipal: user.arn, ...ENCRYPT }),
      refused: 'KMSInvalidStateException',
      message: ({ leaving }) => `${leaving.arn} is pending deletion.`,
    },
    {
      title: 'an alias names no key here',
      input: ({ user }) => ({ KeyId: 'alias/a', GranteePrincipal: user.arn, ...ENCRYPT }),
      refused: 'InvalidArnException',
      message: 'Key Aliases are not supported for this operation.',
    },
    {
      title: 'a token that is none',
      input: made({ GrantTokens: ['no token at all'] }).input,
      refused: 'InvalidGrantTokenException',
      message: 'The grant token is not valid.',
    },
  ])

  testOperation<F>(harness, 'ListGrants', withGrant, [
    {
      title: 'none',
      input: ({ signing }) => ({ KeyId: signing.id }),
      gives: () => ({ Grants: [], Truncated: false }),
    },
    {
      title: 'every member',
      input: ({ mac }) => ({ KeyId: mac.id }),
      gives: ({ mac, user, retiring, arn }, _input, via) => ({
        Grants: [
          {
            KeyId: mac.arn,
            GrantId: GRANT_ID,
            Name: 'mac',
            CreationDate: via === 'rest' ? expect.stringMatching(/Z$/) : expect.any(Number),
            GranteePrincipal: user.arn,
            RetiringPrincipal: retiring.arn,
            IssuingAccount: arn('root'),
            Operations: ['VerifyMac', 'GenerateMac'],
          },
        ],
        Truncated: false,
      }),
    },
    {
      title: 'a grant id that can be none',
      input: ({ key }) => ({ KeyId: key.id, GrantId: 'x' }),
      refused: 'InvalidGrantIdException',
      message: 'Grant ID x is not valid',
    },
    {
      title: 'a grant id that is none',
      input: ({ key }) => ({ KeyId: key.id, GrantId: UNKNOWN }),
      gives: () => ({ Grants: [], Truncated: false }),
    },
    {
      title: 'a marker that is none',
      input: ({ key }) => ({ KeyId: key.id, Marker: 'x' }),
      refused: 'InvalidMarkerException',
    },
    {
      title: 'on keys in any state',
      input: ({ leaving }) => ({ KeyId: leaving.id }),
      gives: () => ({ Grants: [], Truncated: false }),
    },
  ])

  describe('listings', () => {
    test('are of one key, one grantee, one grant, one retiring principal; page by page', async () => {
      const f = await prepare()
      const { caller, key, user, retiring, arn } = f
      const other = await harness.user(caller, 'Other')
      const ids: string[] = []
      for (let i = 0; i < 5; i++) {
        const GranteePrincipal = i % 2 === 0 ? user.arn : other.arn
        const more = i < 3 ? { RetiringPrincipal: retiring.arn } : {}
        ids.push((await grant(f, { GranteePrincipal, ...more })).GrantId)
      }
      const read = async (operation: string, input: Input, via: 'aws' | 'rest' = 'aws') => {
        const { Grants } = await harness.ok(caller, operation, input, { via })
        return (Grants as { GrantId: string }[]).map(({ GrantId }) => GrantId)
      }
      for (const via of ['aws', 'rest'] as const) {
        expect((await read('ListGrants', { KeyId: key.arn }, via)).sort()).toEqual([...ids].sort())
        const mine = await read('ListGrants', { KeyId: key.id, GranteePrincipal: user.arn }, via)
        expect(mine.sort()).toEqual([ids[0], ids[2], ids[4]].sort())
        const one = { KeyId: key.id, GrantId: ids[3] }
        expect(await read('ListGrants', one, via)).toEqual([ids[3]])
        expect(await read('ListGrants', { ...one, GranteePrincipal: user.arn }, via)).toEqual([])
        const retirable = { RetiringPrincipal: retiring.arn }
        expect((await read('ListRetirableGrants', retirable, via)).sort()).toEqual(
          ids.slice(0, 3).sort(),
        )
        expect(await read('ListRetirableGrants', { RetiringPrincipal: arn('root') }, via)).toEqual(
          [],
        )
      }
      for (const [operation, input] of [
        ['ListGrants', { KeyId: key.id }],
        ['ListGrants', { KeyId: key.id, GranteePrincipal: user.arn }],
        ['ListRetirableGrants', { RetiringPrincipal: retiring.arn }],
      ] as const) {
        const whole = await read(operation, input)
        const pages: string[] = []
        let Marker: unknown
        for (let turn = 0; turn < 10; turn++) {
          const page = await harness.ok(caller, operation, {
            ...input,
            Limit: 2,
            ...(Marker !== undefined && { Marker }),
          })
          pages.push(...(page['Grants'] as { GrantId: string }[]).map(({ GrantId }) => GrantId))
          Marker = page['NextMarker']
          expect(page['Truncated']).toBe(Marker !== undefined)
          if (Marker === undefined) break
        }
        expect(pages).toEqual(whole)
      }
    })

    test('ListRetirableGrants refuses what is no principal', async () => {
      const caller = await harness.tenant()
      for (const [input, code] of [
        [{ RetiringPrincipal: '*' }, 'ValidationException'],
        [{ RetiringPrincipal: 'x' }, 'InvalidArnException'],
        [
          { RetiringPrincipal: `arn:aws:iam::${caller.accountId}:root`, Marker: 'x' },
          'InvalidMarkerException',
        ],
        [{}, 'ValidationException'],
      ] as const) {
        expectRefusal(await harness.call('sdk', caller, 'ListRetirableGrants', input), 'sdk', code)
      }
    })
  })

  describe('RevokeGrant and RetireGrant', () => {
    for (const via of ['sdk', 'rest'] as const) {
      test(`revoke by key and id, once (${via})`, async () => {
        const f = await prepare()
        const { caller, key, mac } = f
        const { GrantId } = await grant(f)
        const revoke = (input: Input) => harness.call(via, caller, 'RevokeGrant', input)
        expectRefusal(
          await revoke({ KeyId: key.id, GrantId, DryRun: true }),
          via,
          'DryRunOperationException',
        )
        const elsewhere = await revoke({ KeyId: mac.id, GrantId })
        expectRefusal(elsewhere, via, 'NotFoundException', `Grant ID ${GrantId} not found`)
        const done = await revoke({ KeyId: key.arn, GrantId })
        expect([done.status, done.text]).toEqual([via === 'rest' ? 204 : 200, ''])
        for (const DryRun of [false, true]) {
          const again = await revoke({ KeyId: key.id, GrantId, DryRun })
          expectRefusal(again, via, 'NotFoundException', `Grant ID ${GrantId} not found`)
        }
        expectRefusal(
          await revoke({ KeyId: key.id, GrantId: 'short' }),
          via,
          'InvalidGrantIdException',
          'Grant ID short is not valid',
        )
      })

      test(`retire by token alone, or by key and id (${via})`, async () => {
        const f = await prepare()
        const { caller, key } = f
        const first = await grant(f, { Name: 'one' })
        const same = await grant(f, { Name: 'one' })
        const second = await grant(f)
        const third = await grant(f)
        const retire = (input: Input) => harness.call(via, caller, 'RetireGrant', input)
        for (const input of [{}, { KeyId: key.id }, { GrantId: first.GrantId }]) {
          const message = 'Grant token OR (grant ID, KMS key ARN) is required'
          expectRefusal(await retire(input), via, 'ValidationException', message)
        }
        for (const GrantToken of ['x', `${first.GrantToken}A`, 'f'.repeat(64)]) {
          expectRefusal(await retire({ GrantToken }), via, 'InvalidGrantTokenException')
        }
        const mixed = { GrantToken: first.GrantToken, KeyId: key.id, GrantId: second.GrantId }
        expectRefusal(
          await retire(mixed),
          via,
          'InvalidGrantTokenException',
          'The grant token is not of this grant.',
        )
        const dry = await retire({ GrantToken: same.GrantToken, DryRun: true })
        expectRefusal(dry, via, 'DryRunOperationException')
        // every token of a grant is as good as another
        expect((await retire({ GrantToken: same.GrantToken })).code).toBeUndefined()
        expectRefusal(
          await retire({ GrantToken: first.GrantToken }),
          via,
          'NotFoundException',
          `Grant ID ${first.GrantId} not found`,
        )
        expect((await retire({ KeyId: key.arn, GrantId: second.GrantId })).code).toBeUndefined()
        const whole = { KeyId: key.id, ...third }
        expect((await retire(whole)).code).toBeUndefined()
        expect((await harness.ok(caller, 'ListGrants', { KeyId: key.id }))['Grants']).toEqual([])
      })
    }

    test('go on for keys that are disabled or leaving', async () => {
      const f = await prepare()
      const { caller, key } = f
      const one = await grant(f)
      const two = await grant(f)
      await harness.ok(caller, 'DisableKey', { KeyId: key.id })
      await harness.ok(caller, 'RetireGrant', { KeyId: key.id, GrantId: one.GrantId })
      await harness.ok(caller, 'ScheduleKeyDeletion', { KeyId: key.id })
      await harness.ok(caller, 'RevokeGrant', { KeyId: key.id, GrantId: two.GrantId })
    })
  })

  test('a grant token is taken wherever one may be given, and anything else is refused', async () => {
    const f = await prepare()
    const { caller, key, signing, mac } = f
    const { GrantToken } = await grant(f)
    const Plaintext = new Uint8Array([1])
    const { CiphertextBlob } = await harness.ok(caller, 'Encrypt', { KeyId: key.id, Plaintext })
    const ciphertext = Buffer.from(String(CiphertextBlob), 'base64')
    const Message = Plaintext
    const algorithm = { SigningAlgorithm: 'ECDSA_SHA_256', Message }
    const stranger = await setUp(harness)
    const foreign = await grant(stranger)
    for (const [operation, input] of [
      ['Encrypt', { KeyId: key.id, Plaintext }],
      ['Decrypt', { CiphertextBlob: ciphertext }],
      ['ReEncrypt', { CiphertextBlob: ciphertext, DestinationKeyId: key.id }],
      ['GenerateDataKey', { KeyId: key.id, NumberOfBytes: 8 }],
      ['GenerateDataKeyWithoutPlaintext', { KeyId: key.id, NumberOfBytes: 8 }],
      ['GenerateDataKeyPair', { KeyId: key.id, KeyPairSpec: 'ECC_NIST_P256' }],
      ['GenerateDataKeyPairWithoutPlaintext', { KeyId: key.id, KeyPairSpec: 'ECC_NIST_P256' }],
      ['DescribeKey', { KeyId: key.id }],
      ['CreateGrant', { KeyId: key.id, GranteePrincipal: f.user.arn, ...ENCRYPT }],
      ['Sign', { KeyId: signing.id, ...algorithm }],
      ['GetPublicKey', { KeyId: signing.id }],
      ['GenerateMac', { KeyId: mac.id, Message, MacAlgorithm: 'HMAC_SHA_256' }],
    ] as const) {
      const call = (GrantTokens: string[]) =>
        harness.call('sdk', caller, operation, { ...input, GrantTokens })
      const altered = GrantToken.slice(0, -2) + (GrantToken.endsWith('AA') ? 'BB' : 'AA')
      expect((await call([GrantToken])).code, operation).toBeUndefined()
      for (const token of ['x', altered, foreign.GrantToken]) {
        const outcome = await call([GrantToken, token])
        const message = 'The grant token is not valid.'
        expectRefusal(outcome, 'sdk', 'InvalidGrantTokenException', message)
      }
    }
  })
})

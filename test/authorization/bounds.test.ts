// @module-tag functions-long
import { describe, expect, test } from 'vitest'
import { allow, because, denial, deny, keyWith, userWith } from '../support/authorization.ts'
import { describeStores, type Input } from '../support/harness.ts'

const Plaintext = new Uint8Array([1])
const CiphertextBlob = new Uint8Array(100)
/** An encryption context of some bytes, two of them a name's. */
const context = (bytes: number) => ({ é: 'a'.repeat(bytes - 2) })
const many = (bytes: number) =>
  Object.fromEntries(Array.from({ length: bytes / 4 }, (_, i) => [String(i + 1_000), '']))

describeStores('Bounds of what policies look at', (harness) => {
  describe('an encryption context of more than 8,192 bytes is refused, whoever calls', () => {
    const EncryptionContext = context(8_193)
    const rows: [string, Input, string?][] = [
      ['Encrypt', { Plaintext, EncryptionContext }],
      ['Encrypt', { Plaintext, EncryptionContext: many(8_196) }],
      ['Decrypt', { CiphertextBlob, EncryptionContext }],
      ['GenerateDataKey', { KeySpec: 'AES_256', EncryptionContext }],
      ['GenerateDataKeyWithoutPlaintext', { KeySpec: 'AES_256', EncryptionContext }],
      ['GenerateDataKeyPair', { KeyPairSpec: 'ECC_NIST_P256', EncryptionContext }],
      ['GenerateDataKeyPairWithoutPlaintext', { KeyPairSpec: 'ECC_NIST_P256', EncryptionContext }],
      ['ReEncrypt', { CiphertextBlob, SourceEncryptionContext: EncryptionContext }],
      ['ReEncrypt', { CiphertextBlob, DestinationEncryptionContext: EncryptionContext }],
      [
        'CreateGrant',
        { Operations: ['Encrypt'], Constraints: { EncryptionContextSubset: EncryptionContext } },
        'A grant constraint must not exceed 384 characters.',
      ],
    ]
    test.each(rows)('%s', async (operation, input, message = 'Invalid EncryptionContext') => {
      const tenant = await harness.tenant()
      const nobody = await userWith(harness, tenant)
      const { id } = await harness.key(tenant)
      const all = {
        ...(operation === 'ReEncrypt' ? { DestinationKeyId: id } : { KeyId: id }),
        ...(operation === 'CreateGrant' && { GranteePrincipal: nobody.arn }),
        ...input,
      }
      for (const via of ['aws', 'rest'] as const) {
        const outcome = await harness.call(via, nobody, operation, all)
        expect(outcome).toMatchObject({ status: 400, code: 'ValidationException', message })
      }
    })
  })

  test('an encryption context of 8,192 bytes is taken, and policies look at all of it', async () => {
    const tenant = await harness.tenant()
    const user = await userWith(harness, tenant, [
      allow('kms:*', {
        Condition: { StringLike: { 'kms:EncryptionContext:é': `*${'a'.repeat(400)}?a` } },
      }),
    ])
    const { id } = await harness.key(tenant)
    const EncryptionContext = context(8_192)
    const { CiphertextBlob: sealed } = await harness.ok(user, 'Encrypt', {
      KeyId: id,
      Plaintext,
      EncryptionContext,
    })
    const opened = await harness.ok(user, 'Decrypt', {
      CiphertextBlob: Buffer.from(String(sealed), 'base64'),
      EncryptionContext,
    })
    expect(opened['Plaintext']).toBe(Buffer.from(Plaintext).toString('base64'))
  })

  test('a User-Agent of more than 2,048 bytes denies where a policy asks for it, as the trail says', async () => {
    const tenant = await harness.tenant()
    const user = await userWith(harness, tenant, [allow('kms:Encrypt')])
    const asking = await keyWith(harness, tenant, [
      deny('kms:Encrypt', {
        Principal: '*',
        Condition: { StringLike: { 'aws:UserAgent': '*bad*' } },
      }),
    ])
    const silent = await keyWith(harness, tenant, [])
    const encrypt = (KeyId: string, agent: string) =>
      harness.call(
        'rest',
        user,
        'Encrypt',
        { KeyId, Plaintext },
        { headers: { 'user-agent': agent } },
      )
    const beyond = `${'a'.repeat(2_048)}bad`
    expect((await encrypt(asking.id, 'good')).code).toBeUndefined()
    expect((await encrypt(silent.id, beyond)).code).toBeUndefined()
    const refused = await encrypt(asking.id, beyond)
    expect(refused.message).toBe(
      denial(user.arn, 'kms:Encrypt', asking.arn, because.identity('kms:Encrypt')),
    )
    const [newest] = await harness.trail(tenant, { EventName: 'Encrypt' })
    expect(newest?.['additionalEventData']).toEqual({
      decisions: [
        {
          action: 'kms:Encrypt',
          allowed: false,
          reason: 'Denied: a condition asks for a value of more than 2048 bytes.',
        },
      ],
    })
  })

  test('what is given to ExplainAccess is refused beyond 2,048 characters, and explained', async () => {
    const tenant = await harness.tenant()
    const user = await userWith(harness, tenant, [allow('kms:Encrypt')])
    const { id } = await keyWith(harness, tenant, [
      deny('kms:Encrypt', {
        Principal: '*',
        Condition: { StringLike: { 'aws:UserAgent': '*bad*' } },
      }),
    ])
    const ask = (agent: string) =>
      harness.call('rest', tenant, 'ExplainAccess', {
        KeyId: id,
        Principal: user.arn,
        Action: 'kms:Encrypt',
        ConditionKeys: { 'aws:UserAgent': agent },
      })
    expect((await ask('a'.repeat(2_049))).code).toBe('ValidationException')
    expect((await ask('a'.repeat(2_048))).json['Decision']).toBe('allowed')
    expect((await ask('é'.repeat(1_025))).json).toEqual({
      Decision: 'denied',
      Reason: 'Denied: a condition asks for a value of more than 2048 bytes.',
      Because: [{ Kind: 'unfinished' }],
    })
  })
})

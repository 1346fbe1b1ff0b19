// @module-tag functions-long
// @module-tag rsa
import { createPublicKey, encapsulate, generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  allow,
  expectAllowed,
  expectDecided,
  expectDenied,
  keyWith,
  rootOf,
  userWith,
} from '../support/authorization.ts'
import { expectRefusal } from '../support/cases.ts'
import { describeStores } from '../support/harness.ts'
import { bytesOf, KEM, kem, ML_KEM, SETS } from '../support/kem.ts'
import { importInto, parametersFor } from '../support/life.ts'

describeStores('Keys for encapsulation', (harness) => {
  describe('one', () => {
    test.each([
      ['Encrypt', { Plaintext: Buffer.of(1) }],
      ['GenerateDataKey', { KeySpec: 'AES_256' }],
      ['Sign', { Message: Buffer.of(1), SigningAlgorithm: 'ML_DSA_SHAKE_256' }],
      ['GenerateMac', { Message: Buffer.of(1), MacAlgorithm: 'HMAC_SHA_256' }],
      ['DeriveSharedSecret', { PublicKey: Buffer.of(1), KeyAgreementAlgorithm: 'ECDH' }],
    ])('is not for %s', async (operation, input) => {
      const caller = await harness.tenant()
      const key = await harness.key(caller, KEM('ML_KEM_512'))
      const outcome = await harness.call('sdk', caller, operation, { KeyId: key.id, ...input })
      const words = `${key.arn} key usage is ENCAPSULATE_DECAPSULATE which is not valid for ${operation}.`
      expectRefusal(outcome, 'sdk', 'InvalidKeyUsageException', words)
    })

    test('tells GetKeyLastUsage of both operations', async () => {
      const caller = await harness.tenant()
      const { id, ciphertext } = await kem(harness, caller, 'ML_KEM_512')
      // through functions another process writes it
      const last = async (KeyId: string) => {
        const { KeyLastUsage } = await harness.ok(caller, 'GetKeyLastUsage', { KeyId })
        return (KeyLastUsage as { Operation?: string }).Operation
      }
      await expect.poll(() => last(id)).toBe('Encapsulate')
      const other = await harness.key(caller, KEM('ML_KEM_512'))
      await harness.ok(caller, 'Decapsulate', {
        KeyId: other.id,
        SharedSecretCiphertextBlob: ciphertext,
        ...ML_KEM,
      })
      await expect.poll(() => last(other.id)).toBe('Decapsulate')
    })
  })

  describe('permission', () => {
    test('a grant for one operation is none for the other, and no encryption context constrains it', async () => {
      const home = await harness.tenant()
      const key = await kem(harness, home, 'ML_KEM_768')
      const user = await userWith(harness, home)
      const grant = { KeyId: key.id, GranteePrincipal: user.arn, Operations: ['Decapsulate'] }
      const { GrantToken } = await harness.ok(home, 'CreateGrant', grant)
      const blob = { SharedSecretCiphertextBlob: key.ciphertext }
      const found = await harness.call('sdk', user, 'Decapsulate', {
        KeyId: key.arn,
        ...blob,
        ...ML_KEM,
        GrantTokens: [GrantToken],
      })
      expect(bytesOf(found.json['SharedSecret'])).toEqual(key.secret)
      const encapsulation = { KeyId: key.arn, ...ML_KEM }
      expectDenied(await harness.call('sdk', user, 'Encapsulate', encapsulation))
      await harness.ok(home, 'CreateGrant', { ...grant, Operations: ['Encapsulate'] })
      expectAllowed(await harness.call('sdk', user, 'Encapsulate', encapsulation))
      const constrained = await harness.call('sdk', home, 'CreateGrant', {
        ...grant,
        Constraints: { EncryptionContextSubset: { a: 'b' } },
      })
      const words =
        'Encryption context constraints are not supported by a key with KeySpec ML_KEM_768 and KeyUsage ENCAPSULATE_DECAPSULATE.'
      expectRefusal(constrained, 'sdk', 'ValidationException', words)
      const wrong = await harness.call('sdk', home, 'CreateGrant', {
        ...grant,
        Operations: ['Decrypt'],
      })
      expectRefusal(
        wrong,
        'sdk',
        'ValidationException',
        'Grant operation Decrypt is not supported by a key with KeySpec ML_KEM_768 and KeyUsage ENCAPSULATE_DECAPSULATE.',
      )
    })

    test('another account may, where both sides let it', async () => {
      const [home, away] = [await harness.tenant(), await harness.tenant()]
      const user = await userWith(harness, away, [allow(['kms:Encapsulate', 'kms:Decapsulate'])])
      const statement = allow('kms:Encapsulate', { Principal: { AWS: rootOf(away) } })
      const key = await keyWith(harness, home, [statement], KEM('ML_KEM_512'))
      const made = await harness.call('sdk', user, 'Encapsulate', { KeyId: key.arn, ...ML_KEM })
      expectAllowed(made)
      const denied = await harness.call('sdk', user, 'Decapsulate', {
        KeyId: key.arn,
        ...ML_KEM,
        SharedSecretCiphertextBlob: bytesOf(made.json['SharedSecretCiphertextBlob']),
      })
      expectDenied(denied)
    })

    test.each(['kms:KeySpec', 'kms:CustomerMasterKeySpec'])('may hang on %s', async (condition) => {
      const home = await harness.tenant()
      const strong = await harness.key(home, KEM('ML_KEM_1024'))
      const weak = await harness.key(home, KEM('ML_KEM_512'))
      const user = await userWith(harness, home, [
        allow('kms:Encapsulate', { Condition: { StringEquals: { [condition]: 'ML_KEM_1024' } } }),
      ])
      await expectDecided(harness, user, {
        title: condition,
        operation: 'Encapsulate',
        allowed: [{ KeyId: strong.arn, ...ML_KEM }],
        denied: [{ KeyId: weak.arn, ...ML_KEM }],
      })
    })

    test('may hang on kms:KeyUsage and kms:RequestAlias', async () => {
      const home = await harness.tenant()
      const key = await harness.key(home, KEM('ML_KEM_768'))
      await harness.ok(home, 'CreateAlias', { AliasName: 'alias/a', TargetKeyId: key.id })
      await harness.ok(home, 'CreateAlias', { AliasName: 'alias/b', TargetKeyId: key.id })
      const user = await userWith(harness, home, [
        allow('kms:Encapsulate', {
          Condition: {
            StringEquals: {
              'kms:KeyUsage': 'ENCAPSULATE_DECAPSULATE',
              'kms:RequestAlias': 'alias/a',
            },
          },
        }),
      ])
      await expectDecided(harness, user, {
        title: 'by an alias',
        operation: 'Encapsulate',
        allowed: [{ KeyId: 'alias/a', ...ML_KEM }],
        denied: [
          { KeyId: 'alias/b', ...ML_KEM },
          { KeyId: key.arn, ...ML_KEM },
        ],
      })
    })

    test('to make a key may hang on its spec and usage', async () => {
      const home = await harness.tenant()
      const user = await userWith(harness, home, [
        allow('kms:CreateKey', {
          Condition: {
            StringEquals: {
              'kms:KeySpec': 'ML_KEM_768',
              'kms:KeyUsage': 'ENCAPSULATE_DECAPSULATE',
            },
          },
        }),
      ])
      await expectDecided(harness, user, {
        title: 'CreateKey',
        operation: 'CreateKey',
        allowed: [KEM('ML_KEM_768')],
        denied: [KEM('ML_KEM_512'), {}],
      })
    })
  })

  describe('imported', () => {
    test.each(SETS)('$spec decapsulates with what was imported', async ({ spec, type }) => {
      const caller = await harness.tenant()
      const { id, arn } = await harness.key(caller, { ...KEM(spec), Origin: 'EXTERNAL' })
      const { privateKey } = generateKeyPairSync(type)
      const material = privateKey.export({ format: 'der', type: 'pkcs8' })
      const parameters = await parametersFor(harness, caller, id, 'RSA_AES_KEY_WRAP_SHA_256')
      const imported = await importInto(harness, caller, id, material, {}, parameters)
      expect(imported.json).toEqual({ KeyId: arn })
      const { PublicKey } = await harness.ok(caller, 'GetPublicKey', { KeyId: id })
      const publicKey = createPublicKey(privateKey)
      expect(bytesOf(PublicKey)).toEqual(publicKey.export({ format: 'der', type: 'spki' }))
      const { sharedKey, ciphertext } = encapsulate(publicKey)
      const found = await harness.ok(caller, 'Decapsulate', {
        KeyId: id,
        SharedSecretCiphertextBlob: ciphertext,
        ...ML_KEM,
      })
      expect(bytesOf(found['SharedSecret'])).toEqual(sharedKey)
      const other = generateKeyPairSync(type).privateKey.export({ format: 'der', type: 'pkcs8' })
      const refused = await importInto(harness, caller, id, other, {}, parameters)
      expectRefusal(refused, 'sdk', 'IncorrectKeyMaterialException')
    })

    test('the private key of a data key pair comes in without a second wrapping key: it is 86 bytes', async () => {
      const caller = await harness.tenant()
      const symmetric = await harness.key(caller)
      const pair = await harness.ok(caller, 'GenerateDataKeyPair', {
        KeyId: symmetric.id,
        KeyPairSpec: 'ML_KEM_1024',
      })
      const { id } = await harness.key(caller, { ...KEM('ML_KEM_1024'), Origin: 'EXTERNAL' })
      const parameters = await parametersFor(harness, caller, id, 'RSAES_OAEP_SHA_256')
      const material = bytesOf(pair['PrivateKeyPlaintext'])
      const imported = await importInto(harness, caller, id, material, {}, parameters)
      expect(imported.code, imported.text).toBeUndefined()
      const { PublicKey } = await harness.ok(caller, 'GetPublicKey', { KeyId: id })
      expect(PublicKey).toBe(pair['PublicKey'])
    })
  })
})

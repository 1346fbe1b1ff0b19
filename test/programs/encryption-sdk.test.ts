// @module-tag functions
import { randomBytes } from 'node:crypto'
import {
  buildClient,
  CommitmentPolicy,
  getClient,
  getLocalCryptographicMaterialsCache,
  KMS,
  KmsKeyringNode,
  NodeCachingMaterialsManager,
} from '@aws-crypto/client-node'
import { expect, test } from 'vitest'
import { describeStores, type Harness, REGION } from '../support/harness.ts'

/** The AWS Encryption SDK for JavaScript, unmodified, with tenkey in the place of AWS KMS. */
const { encrypt, decrypt } = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT)
const CONTEXT = { purpose: 'test', origin: REGION }
const PLAINTEXT = randomBytes(100_000)

/** What a program is told of KMS: an endpoint and credentials. */
async function setUp(harness: Harness, keys: number) {
  const tenant = await harness.tenant()
  const made = await Promise.all(Array.from({ length: keys }, () => harness.key(tenant)))
  const credentials = {
    accessKeyId: tenant.accessKeyId,
    secretAccessKey: tenant.secretAccessKey,
  }
  const options = { endpoint: harness.target.url, credentials }
  // the library's types are not made for exactOptionalPropertyTypes
  const clientProvider = getClient(KMS as never, options)
  const arns = made.map(({ arn }) => arn)
  return { tenant, clientProvider, arns }
}

describeStores('AWS Encryption SDK', (harness) => {
  test('encrypts and decrypts with a KMS keyring of two keys', async () => {
    const { clientProvider, arns, tenant } = await setUp(harness, 2)
    const [generatorKeyId = '', ...keyIds] = arns
    const keyring = new KmsKeyringNode({ clientProvider, generatorKeyId, keyIds })
    const { result } = await encrypt(keyring, PLAINTEXT, { encryptionContext: CONTEXT })
    expect(result.includes(PLAINTEXT.subarray(0, 64))).toBe(false)

    const opened = await decrypt(keyring, result)
    expect(opened.plaintext.equals(PLAINTEXT)).toBe(true)
    expect(opened.messageHeader.encryptionContext).toMatchObject(CONTEXT)

    // either key opens it: the other one may be gone
    await harness.ok(tenant, 'DisableKey', { KeyId: generatorKeyId })
    const second = new KmsKeyringNode({ clientProvider, keyIds })
    expect((await decrypt(second, result)).plaintext.equals(PLAINTEXT)).toBe(true)
    const first = new KmsKeyringNode({ clientProvider, keyIds: [generatorKeyId] })
    await expect(decrypt(first, result)).rejects.toThrow()
  })

  test('encrypts many messages under one data key with the caching materials manager', async () => {
    const { clientProvider, arns, tenant } = await setUp(harness, 1)
    const [generatorKeyId = ''] = arns
    const backingMaterials = new KmsKeyringNode({ clientProvider, generatorKeyId })
    const manager = new NodeCachingMaterialsManager({
      backingMaterials,
      cache: getLocalCryptographicMaterialsCache(100),
      maxAge: 60_000,
      maxMessagesEncrypted: 10,
      partition: 'test',
    })
    const messages: Buffer[] = []
    for (let i = 0; i < 10; i++) {
      const plaintext = Buffer.from(`message ${i}`)
      const { result } = await encrypt(manager, plaintext, {
        encryptionContext: CONTEXT,
        plaintextLength: plaintext.length,
      })
      messages.push(result)
    }
    for (const [i, message] of messages.entries()) {
      expect((await decrypt(manager, message)).plaintext.toString()).toBe(`message ${i}`)
    }
    const calls = (await harness.trail(tenant)).map(({ eventName }) => eventName)
    expect(calls.filter((name) => name === 'GenerateDataKey')).toHaveLength(1)
    expect(calls.filter((name) => name === 'Decrypt').length).toBeLessThanOrEqual(1)
  })

  test('refuses a message whose data key was made under another encryption context', async () => {
    const { clientProvider, arns } = await setUp(harness, 1)
    const [generatorKeyId = ''] = arns
    const keyring = new KmsKeyringNode({ clientProvider, generatorKeyId })
    const { result } = await encrypt(keyring, PLAINTEXT, { encryptionContext: CONTEXT })
    const at = result.indexOf('purpose')
    const changed = Buffer.from(result)
    changed.write('Purpose', at)
    await expect(decrypt(keyring, changed)).rejects.toThrow()
  })
})

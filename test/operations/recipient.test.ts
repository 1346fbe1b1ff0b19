// @module-tag local: its enclaves have a root certificate of their own
// @module-tag rsa
// @module-tag process
import { createPublicKey, diffieHellman, generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Attestation } from '../../core/attestation/attestation.ts'
import { attest } from '../../core/recipient/attest.ts'
import { attestedValues } from '../../core/recipient/recipient.ts'
import {
  documentOf,
  MODULE_ID,
  makePki,
  openEnvelope,
  payload,
  register,
} from '../support/enclave.ts'
import { describeStores, type Harness, type Input, type Via } from '../support/harness.ts'

const pki = makePki()
const enclave = generateKeyPairSync('rsa', { modulusLength: 2048 })
const peer = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const peerSpki = peer.publicKey.export({ format: 'der', type: 'spki' })
const SECRET = Buffer.from('a secret for the enclave alone')
const bytesOf = (base64: unknown) => Buffer.from(String(base64), 'base64')
const KeyEncryptionAlgorithm = 'RSAES_OAEP_SHA_256' as const

const recipientAt = (timestamp: number) => ({
  KeyEncryptionAlgorithm,
  AttestationDocument: documentOf(payload(pki, { publicKey: enclave.publicKey, timestamp }), pki),
})
const freshRecipient = (harness: Harness) => recipientAt(harness.target.now())
const opened = (json: Record<string, unknown>) =>
  openEnvelope(bytesOf(json['CiphertextForRecipient']), enclave.privateKey)

async function setUp(harness: Harness) {
  const caller = await harness.tenant()
  const key = await harness.key(caller)
  const { CiphertextBlob } = await harness.ok(caller, 'Encrypt', {
    KeyId: key.id,
    Plaintext: SECRET,
  })
  return { caller, key, CiphertextBlob: bytesOf(CiphertextBlob) }
}

/** Calls by the SDK and by REST, and gives each answer. */
async function bothWays(
  harness: Harness,
  caller: Awaited<ReturnType<typeof setUp>>['caller'],
  operation: string,
  input: Input,
) {
  const ways: readonly Via[] = ['sdk', 'rest']
  return Promise.all(ways.map((via) => harness.ok(caller, operation, input, { via })))
}

describeStores(
  'Recipients',
  (harness) => {
    test('Decrypt answers what only the enclave opens, and no plaintext', async () => {
      const { caller, key, CiphertextBlob } = await setUp(harness)
      const input = { CiphertextBlob, Recipient: freshRecipient(harness) }
      for (const answer of await bothWays(harness, caller, 'Decrypt', input)) {
        expect(answer).toEqual({
          KeyId: key.arn,
          EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
          KeyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/),
          CiphertextForRecipient: expect.any(String),
        })
        expect(opened(answer).equals(SECRET)).toBe(true)
      }
    })

    test('Decrypt under RSA', async () => {
      const { caller } = await setUp(harness)
      const { id: KeyId } = await harness.key(caller, {
        KeySpec: 'RSA_2048',
        KeyUsage: 'ENCRYPT_DECRYPT',
      })
      const EncryptionAlgorithm = 'RSAES_OAEP_SHA_256'
      const made = await harness.ok(caller, 'Encrypt', {
        KeyId,
        Plaintext: SECRET,
        EncryptionAlgorithm,
      })
      const answer = await harness.ok(caller, 'Decrypt', {
        KeyId,
        CiphertextBlob: made['CiphertextBlob'],
        EncryptionAlgorithm,
        Recipient: freshRecipient(harness),
      })
      expect(answer['Plaintext']).toBeUndefined()
      expect(opened(answer).equals(SECRET)).toBe(true)
    })

    test('GenerateDataKey', async () => {
      const { caller, key } = await setUp(harness)
      const input = { KeyId: key.id, KeySpec: 'AES_256', Recipient: freshRecipient(harness) }
      for (const answer of await bothWays(harness, caller, 'GenerateDataKey', input)) {
        expect(Object.keys(answer).sort()).toEqual([
          'CiphertextBlob',
          'CiphertextForRecipient',
          'KeyId',
          'KeyMaterialId',
        ])
        const { CiphertextBlob } = answer
        const plain = await harness.ok(caller, 'Decrypt', { CiphertextBlob })
        expect(opened(answer).toString('base64')).toBe(plain['Plaintext'])
      }
    })

    test.each(['RSA_4096', 'ECC_NIST_P256'])('GenerateDataKeyPair, %s', async (KeyPairSpec) => {
      const { caller, key } = await setUp(harness)
      const answer = await harness.ok(
        caller,
        'GenerateDataKeyPair',
        { KeyId: key.id, KeyPairSpec, Recipient: freshRecipient(harness) },
        { via: 'sdk' },
      )
      expect(answer['PrivateKeyPlaintext']).toBeUndefined()
      const CiphertextBlob = answer['PrivateKeyCiphertextBlob']
      const plain = await harness.ok(caller, 'Decrypt', { CiphertextBlob })
      expect(opened(answer).toString('base64')).toBe(plain['Plaintext'])
    })

    test('GenerateRandom', async () => {
      const { caller } = await setUp(harness)
      const input = { NumberOfBytes: 1024, Recipient: freshRecipient(harness) }
      for (const answer of await bothWays(harness, caller, 'GenerateRandom', input)) {
        expect(Object.keys(answer)).toEqual(['CiphertextForRecipient'])
        expect(opened(answer)).toHaveLength(1024)
      }
    })

    test('DeriveSharedSecret', async () => {
      const { caller } = await setUp(harness)
      const { id: KeyId } = await harness.key(caller, {
        KeySpec: 'ECC_NIST_P256',
        KeyUsage: 'KEY_AGREEMENT',
      })
      const { PublicKey } = await harness.ok(caller, 'GetPublicKey', { KeyId })
      const publicKey = createPublicKey({ key: bytesOf(PublicKey), format: 'der', type: 'spki' })
      const secret = diffieHellman({ privateKey: peer.privateKey, publicKey })
      const input = {
        KeyId,
        PublicKey: peerSpki,
        KeyAgreementAlgorithm: 'ECDH',
        Recipient: freshRecipient(harness),
      }
      for (const answer of await bothWays(harness, caller, 'DeriveSharedSecret', input)) {
        expect(answer['SharedSecret']).toBeUndefined()
        expect(opened(answer).equals(secret)).toBe(true)
      }
    })

    test('the audit record names the enclave', async () => {
      const { caller, CiphertextBlob } = await setUp(harness)
      const Recipient = freshRecipient(harness)
      await harness.ok(caller, 'Decrypt', { CiphertextBlob, Recipient })
      const [record] = (await harness.trail(caller)).filter((one) => one['eventName'] === 'Decrypt')
      expect(record?.['additionalEventData']).toMatchObject({
        recipient: {
          attestationDocumentModuleId: MODULE_ID,
          attestationDocumentEnclaveImageDigest: register(0).toString('hex'),
          attestationDocumentEnclavePCR8: register(8).toString('hex'),
        },
      })
    })

    test('a dry run verifies the document too', async () => {
      const { caller, CiphertextBlob } = await setUp(harness)
      const Recipient = freshRecipient(harness)
      const dry = await harness.call('sdk', caller, 'Decrypt', {
        CiphertextBlob,
        Recipient,
        DryRun: true,
      })
      expect(dry.code).toBe('DryRunOperationException')
      const stale = await harness.call('sdk', caller, 'Decrypt', {
        CiphertextBlob,
        Recipient: recipientAt(harness.target.now() - 301_000),
        DryRun: true,
      })
      expect(stale.code).toBe('ValidationException')
    })

    test('refuses documents that are not valid, and what lacks one', async () => {
      const { caller, CiphertextBlob } = await setUp(harness)
      const good = freshRecipient(harness)
      const changed = Buffer.from(good.AttestationDocument)
      changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
      const words = 'The attestation document is not valid:'
      const cases = [
        [{ ...good, AttestationDocument: changed }, `${words} its signature does not match.`],
        [recipientAt(harness.target.now() - 301_000), `${words} it is not fresh.`],
        [
          { ...good, AttestationDocument: Buffer.from('none') },
          `${words} it is not CBOR in strict form.`,
        ],
        [
          { KeyEncryptionAlgorithm },
          "1 validation error detected: Value null at 'recipient.attestationDocument' failed to satisfy constraint: Member must not be null",
        ],
        [
          { AttestationDocument: good.AttestationDocument },
          "1 validation error detected: Value null at 'recipient.keyEncryptionAlgorithm' failed to satisfy constraint: Member must not be null",
        ],
        [
          { ...good, KeyEncryptionAlgorithm: 'RSAES_OAEP_SHA_1' },
          "1 validation error detected: Value 'RSAES_OAEP_SHA_1' at 'recipient.keyEncryptionAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [RSAES_OAEP_SHA_256]",
        ],
      ] as const
      for (const [Recipient, message] of cases) {
        const outcome = await harness.call('sdk', caller, 'Decrypt', { CiphertextBlob, Recipient })
        expect(outcome).toMatchObject({ code: 'ValidationException', message })
        expect(outcome.text).not.toContain(SECRET.toString('base64'))
      }
    })

    test('a key policy may ask for what the enclave runs', async () => {
      const caller = await harness.tenant()
      const statement = (Effect: string, Action: string, condition: object = {}) => ({
        Effect,
        Action,
        Principal: { AWS: `arn:aws:iam::${caller.accountId}:root` },
        Resource: '*',
        ...condition,
      })
      const only = (name: string, value: string) => ({
        Condition: { StringNotEqualsIgnoreCase: { [`kms:RecipientAttestation:${name}`]: value } },
      })
      const digest = (index: number) => register(index).toString('hex')
      for (const [name, value, allowed] of [
        ['PCR8', digest(8), true],
        ['ImageSha384', digest(0).toUpperCase(), true],
        ['PCR8', digest(9), false],
        ['PCR31', digest(31), false],
      ] as const) {
        const Policy = JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            statement('Allow', 'kms:*'),
            statement('Deny', 'kms:GenerateDataKey', only(name, value)),
          ],
        })
        const { id: KeyId } = await harness.key(caller, { Policy })
        const input = { KeyId, KeySpec: 'AES_256' }
        const Recipient = freshRecipient(harness)
        const attested = await harness.call('sdk', caller, 'GenerateDataKey', {
          ...input,
          Recipient,
        })
        expect(attested.code).toBe(allowed ? undefined : 'AccessDeniedException')
        const plain = await harness.call('sdk', caller, 'GenerateDataKey', input)
        expect(plain.code).toBe('AccessDeniedException')
      }
    })

    test('what the document says is known before any key is looked at', async () => {
      const { service } = harness.inside
      const now = harness.target.now()
      const asker = { account: '111122223333' }
      const attestation: Attestation = await attest(recipientAt(now), now, service.nitroRoot, asker)
      const values = attestedValues(attestation)
      expect(values.get('pcr8')).toBe(register(8).toString('hex'))
      expect(values.get('imagesha384')).toBe(register(0).toString('hex'))
      const { caller } = await setUp(harness)
      const outcome = await harness.call('sdk', caller, 'GenerateDataKey', {
        KeyId: 'alias/nobody',
        KeySpec: 'AES_256',
        Recipient: recipientAt(now - 301_000),
      })
      expect(outcome.code).toBe('ValidationException')
    })
  },
  ['sqlite', 'dynamodb'],
  { nitroRoot: pki.root.pem },
)

describeStores(
  'Recipients, where AWS is the root',
  (harness) => {
    test('a document of another root is refused', async () => {
      const { caller, CiphertextBlob } = await setUp(harness)
      const outcome = await harness.call('sdk', caller, 'Decrypt', {
        CiphertextBlob,
        Recipient: freshRecipient(harness),
      })
      expect(outcome).toMatchObject({
        code: 'ValidationException',
        message:
          'The attestation document is not valid: its certificates do not lead to the trusted root.',
      })
    })
  },
  ['sqlite'],
)

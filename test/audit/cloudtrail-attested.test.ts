// @module-tag local: its enclaves have a root certificate of their own
// @module-tag rsa
// @module-tag process
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { alice, asAws, KEY, MATERIAL, type Recorded } from '../support/cloudtrail.ts'
import { documentOf, MODULE_ID, makePki, payload, register } from '../support/enclave.ts'
import { describeStores, type Input, type Tenant } from '../support/harness.ts'
import { DAY, importInto } from '../support/life.ts'

/** AWS's samples whose input is made anew for each call: attested requests, and imports. */

const pki = makePki()
const enclave = generateKeyPairSync('rsa', { modulusLength: 2048 })
const peer = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const PublicKey = peer.publicKey.export({ format: 'der', type: 'spki' })
const hex = (index: number) => register(index).toString('hex')
/** additionalEventData.recipient, of the guide's ct-nitro-enclave */
const recipient = {
  attestationDocumentModuleId: MODULE_ID,
  attestationDocumentEnclaveImageDigest: hex(0),
  attestationDocumentEnclavePCR1: hex(1),
  attestationDocumentEnclavePCR2: hex(2),
  attestationDocumentEnclavePCR3: hex(3),
  attestationDocumentEnclavePCR4: hex(4),
  attestationDocumentEnclavePCR8: hex(8),
}

interface Sample {
  readonly operation: string
  /** of its key */
  readonly spec?: Input
  readonly input: (key: { id: string; arn: string }, ciphertext: unknown) => Input
  readonly parameters: (key: { id: string; arn: string }) => Recorded | null
  readonly material?: true
}

const AGREES = { KeySpec: 'ECC_NIST_P256', KeyUsage: 'KEY_AGREEMENT' }

const SAMPLES: readonly Sample[] = [
  {
    operation: 'Decrypt',
    input: (_key, CiphertextBlob) => ({ CiphertextBlob }),
    parameters: ({ arn }) => ({ encryptionAlgorithm: 'SYMMETRIC_DEFAULT', keyId: arn }),
    material: true,
  },
  {
    operation: 'GenerateDataKey',
    input: ({ id }) => ({ KeyId: id, NumberOfBytes: 32 }),
    parameters: ({ id }) => ({ keyId: id, numberOfBytes: 32 }),
    material: true,
  },
  {
    operation: 'GenerateDataKeyPair',
    input: ({ id }) => ({ KeyId: id, KeyPairSpec: 'ECC_NIST_P256' }),
    parameters: ({ id }) => ({ keyId: id, keyPairSpec: 'ECC_NIST_P256' }),
    material: true,
  },
  {
    operation: 'DeriveSharedSecret',
    spec: AGREES,
    input: ({ id }) => ({ KeyId: id, KeyAgreementAlgorithm: 'ECDH', PublicKey }),
    parameters: ({ id }) => ({ keyId: id, keyAgreementAlgorithm: 'ECDH' }),
  },
  {
    operation: 'GenerateRandom',
    input: () => ({ NumberOfBytes: 32 }),
    parameters: () => ({ numberOfBytes: 32 }),
  },
]

describeStores(
  'AWS’s sample events of attested requests and imports',
  (harness) => {
    async function found(tenant: Tenant, EventName: string): Promise<Recorded> {
      const [record, ...more] = await harness.trail(tenant, { EventName })
      expect(more).toEqual([])
      return asAws(record)
    }

    test.for(SAMPLES)('ct-nitro-enclave: $operation', async (sample) => {
      const { operation, spec = {}, input, parameters, material } = sample
      const tenant = await harness.tenant()
      const user = await alice(harness, tenant)
      const key = await harness.key(tenant, spec)
      const plain = { KeyId: key.id, Plaintext: 'AAAA' }
      const sealed = spec === AGREES ? {} : await harness.ok(tenant, 'Encrypt', plain)
      const fields = { publicKey: enclave.publicKey, timestamp: harness.target.now() }
      const AttestationDocument = documentOf(payload(pki, fields), pki)
      const Recipient = { KeyEncryptionAlgorithm: 'RSAES_OAEP_SHA_256', AttestationDocument }
      const asked = { ...input(key, sealed['CiphertextBlob']), Recipient }
      await harness.ok(user.credential, operation, asked)
      const record = await found(tenant, operation)
      expect(record).toMatchObject({
        userIdentity: { type: 'IAMUser', userName: 'Alice' },
        responseElements: null,
        readOnly: true,
        eventType: 'AwsApiCall',
      })
      expect(record['requestParameters']).toEqual(parameters(key))
      expect(record['additionalEventData']).toEqual({
        recipient,
        ...(material === true && { keyMaterialId: MATERIAL }),
      })
      expect(record['resources']).toEqual(operation === 'GenerateRandom' ? [] : [KEY(key.arn)])
      expect(JSON.stringify(record)).not.toContain(AttestationDocument.toString('base64'))
    })

    test('ct-nitro-enclave: a call that is refused has the recipient too', async () => {
      const tenant = await harness.tenant()
      const { credential } = await harness.user(tenant, 'nobody')
      if (credential === undefined) throw new Error('no access key')
      const fields = { publicKey: enclave.publicKey, timestamp: harness.target.now() }
      const AttestationDocument = documentOf(payload(pki, fields), pki)
      const Recipient = { KeyEncryptionAlgorithm: 'RSAES_OAEP_SHA_256', AttestationDocument }
      const missing = '00000000-0000-4000-8000-000000000000'
      for (const [operation, input, code] of [
        ['GenerateRandom', { NumberOfBytes: 8 }, 'AccessDeniedException'],
        ['GenerateDataKey', { KeyId: missing, KeySpec: 'AES_256' }, 'NotFoundException'],
      ] as const) {
        const outcome = await harness.call('sdk', credential, operation, { ...input, Recipient })
        expect(outcome.code).toBe(code)
        expect((await found(tenant, operation))['additionalEventData']).toEqual({ recipient })
      }
    })

    test('ct-importkeymaterial, ct-deleteimportedkeymaterial', async () => {
      const tenant = await harness.tenant()
      const { credential } = await alice(harness, tenant)
      const { id, arn } = await harness.key(tenant, { Origin: 'EXTERNAL' })
      const ValidTo = new Date(Math.floor(harness.target.now() / 1000) * 1000 + 30 * DAY)
      const imported = await importInto(harness, credential, id, randomBytes(32), {
        ValidTo,
        ExpirationModel: 'KEY_MATERIAL_EXPIRES',
        ImportType: 'NEW_KEY_MATERIAL',
        KeyMaterialDescription: 'ExampleKeyMaterialA',
      })
      expect(imported.code).toBeUndefined()
      const keyMaterialId = imported.json['KeyMaterialId']
      const record = await found(tenant, 'ImportKeyMaterial')
      expect(record).toMatchObject({
        userIdentity: { userName: 'Alice' },
        readOnly: false,
        managementEvent: true,
      })
      expect(record['requestParameters']).toEqual({
        keyId: id,
        validTo: expect.any(String),
        expirationModel: 'KEY_MATERIAL_EXPIRES',
        importType: 'NEW_KEY_MATERIAL',
        keyMaterialDescription: 'ExampleKeyMaterialA',
      })
      expect(record['responseElements']).toEqual({ keyId: arn, keyMaterialId })
      expect(record['resources']).toEqual([KEY(arn)])
      expect(record).not.toHaveProperty('additionalEventData')

      const input = { KeyId: id, KeyMaterialId: keyMaterialId }
      await harness.ok(credential, 'DeleteImportedKeyMaterial', input)
      const deleted = await found(tenant, 'DeleteImportedKeyMaterial')
      expect(deleted['requestParameters']).toEqual({ keyId: id, keyMaterialId })
      expect(deleted['responseElements']).toEqual({ keyId: arn, keyMaterialId })
      expect(deleted['resources']).toEqual([KEY(arn)])
      expect(deleted).toMatchObject({ readOnly: false })
      expect(deleted).not.toHaveProperty('additionalEventData')
    })
  },
  ['sqlite'],
  { nitroRoot: pki.root.pem },
)

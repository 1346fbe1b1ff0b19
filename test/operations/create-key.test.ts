// @module-tag functions-long
import { expect } from 'vitest'
import { testOperation } from '../support/cases.ts'
import { describeStores, REGION } from '../support/harness.ts'

const SPECS = [
  'RSA_2048, RSA_3072, RSA_4096, ECC_NIST_P256, ECC_NIST_P384, ECC_NIST_P521, ECC_SECG_P256K1',
  'SYMMETRIC_DEFAULT, HMAC_224, HMAC_256, HMAC_384, HMAC_512, SM2, ML_DSA_44, ML_DSA_65, ML_DSA_87',
  'ECC_NIST_EDWARDS25519, ML_KEM_512, ML_KEM_768, ML_KEM_1024',
].join(', ')

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

describeStores('CreateKey', (harness) => {
  const setUp = async () => ({ caller: await harness.tenant() })

  /** Metadata as AWS answers it: what doesn't apply to a key is absent. */
  const metadata = (accountId: string, more: object, less: readonly string[] = []) => {
    const members: Record<string, unknown> = {
      AWSAccountId: accountId,
      Arn: expect.stringMatching(`^arn:aws:kms:${REGION}:${accountId}:key/[0-9a-f-]{36}$`),
      CreationDate: expect.anything(),
      CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
      Description: '',
      Enabled: true,
      EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
      CurrentKeyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/),
      KeyId: expect.stringMatching(UUID),
      KeyManager: 'CUSTOMER',
      KeySpec: 'SYMMETRIC_DEFAULT',
      KeyState: 'Enabled',
      KeyUsage: 'ENCRYPT_DECRYPT',
      MultiRegion: false,
      Origin: 'AWS_KMS',
      ...more,
    }
    for (const name of less) delete members[name]
    return { KeyMetadata: members }
  }
  const kind = (spec: string, usage: string, algorithms: object) => ({
    title: `${spec} for ${usage}`,
    input: () => ({ KeySpec: spec, KeyUsage: usage }),
    gives: ({ caller }: { caller: { accountId: string } }) =>
      metadata(
        caller.accountId,
        { KeySpec: spec, CustomerMasterKeySpec: spec, KeyUsage: usage, ...algorithms },
        [
          'CurrentKeyMaterialId',
          ...('EncryptionAlgorithms' in algorithms ? [] : ['EncryptionAlgorithms']),
        ],
      ),
  })

  testOperation(harness, 'CreateKey', setUp, [
    {
      title: 'nothing said: a symmetric key of this account and Region',
      input: () => ({}),
      gives: ({ caller }) => metadata(caller.accountId, {}),
      after: ({ caller }, outcome, via) => {
        const { CreationDate } = outcome.json['KeyMetadata'] as { CreationDate: string | number }
        const at = via === 'rest' ? Date.parse(String(CreationDate)) : Number(CreationDate) * 1000
        expect(Math.abs(at - harness.target.now())).toBeLessThan(3_600_000)
        expect(caller.accountId).toMatch(/^\d{12}$/)
      },
    },
    {
      title: 'description and tags',
      input: () => ({
        Description: 'für Ärger ⚠️ \u0000',
        Tags: [{ TagKey: 'a', TagValue: '' }],
      }),
      gives: ({ caller }) => metadata(caller.accountId, { Description: 'für Ärger ⚠️ \u0000' }),
    },
    {
      title: 'CustomerMasterKeySpec in place of KeySpec',
      input: () => ({ CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT' }),
      gives: ({ caller }) => metadata(caller.accountId, {}),
    },
    {
      title: 'origin EXTERNAL waits for its material',
      input: () => ({ Origin: 'EXTERNAL' }),
      gives: ({ caller }) =>
        metadata(
          caller.accountId,
          { Origin: 'EXTERNAL', Enabled: false, KeyState: 'PendingImport' },
          ['CurrentKeyMaterialId'],
        ),
    },
    kind('ECC_NIST_P256', 'SIGN_VERIFY', { SigningAlgorithms: ['ECDSA_SHA_256'] }),
    kind('ECC_SECG_P256K1', 'SIGN_VERIFY', { SigningAlgorithms: ['ECDSA_SHA_256'] }),
    kind('ECC_NIST_P384', 'SIGN_VERIFY', { SigningAlgorithms: ['ECDSA_SHA_384'] }),
    kind('ECC_NIST_P521', 'SIGN_VERIFY', { SigningAlgorithms: ['ECDSA_SHA_512'] }),
    kind('ECC_NIST_P256', 'KEY_AGREEMENT', { KeyAgreementAlgorithms: ['ECDH'] }),
    kind('ML_KEM_512', 'ENCAPSULATE_DECAPSULATE', { EncapsulationAlgorithms: ['ML_KEM'] }),
    kind('ML_KEM_768', 'ENCAPSULATE_DECAPSULATE', { EncapsulationAlgorithms: ['ML_KEM'] }),
    kind('ML_KEM_1024', 'ENCAPSULATE_DECAPSULATE', { EncapsulationAlgorithms: ['ML_KEM'] }),
    kind('HMAC_224', 'GENERATE_VERIFY_MAC', { MacAlgorithms: ['HMAC_SHA_224'] }),
    kind('HMAC_512', 'GENERATE_VERIFY_MAC', { MacAlgorithms: ['HMAC_SHA_512'] }),
    {
      title: 'a key that is not symmetric needs a usage',
      input: () => ({ KeySpec: 'HMAC_256' }),
      refused: 'ValidationException',
      message:
        'You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.',
    },
    {
      title: 'so does one for ML-KEM',
      input: () => ({ KeySpec: 'ML_KEM_768' }),
      refused: 'ValidationException',
      message:
        'You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.',
    },
    {
      title: 'the old name of KeySpec has none of the newest specs (API_CreateKey)',
      input: () => ({ CustomerMasterKeySpec: 'ML_KEM_768', KeyUsage: 'ENCAPSULATE_DECAPSULATE' }),
      refused: 'ValidationException',
    },
    {
      title: 'the enum is checked before the usage is missed',
      input: () => ({ KeySpec: 'HMAC_random' }),
      refused: 'ValidationException',
      message: `1 validation error detected: Value 'HMAC_random' at 'keySpec' failed to satisfy constraint: Member must satisfy enum value set: [${SPECS}]`,
    },
    {
      title: 'unknown usage',
      input: () => ({ KeyUsage: 'RANDOM' }),
      refused: 'ValidationException',
      message:
        "1 validation error detected: Value 'RANDOM' at 'keyUsage' failed to satisfy constraint: Member must satisfy enum value set: [SIGN_VERIFY, ENCRYPT_DECRYPT, GENERATE_VERIFY_MAC, KEY_AGREEMENT, ENCAPSULATE_DECAPSULATE]",
    },
    ...(
      [
        ['RSA_2048', 'KEY_AGREEMENT'],
        ['SYMMETRIC_DEFAULT', 'SIGN_VERIFY'],
        ['HMAC_256', 'ENCRYPT_DECRYPT'],
        ['ECC_SECG_P256K1', 'KEY_AGREEMENT'],
        ['ECC_NIST_P256', 'ENCAPSULATE_DECAPSULATE'],
        ['ML_KEM_768', 'KEY_AGREEMENT'],
        ['ML_KEM_768', 'ENCRYPT_DECRYPT'],
      ] as const
    ).map(([spec, usage]) => ({
      title: `${usage} is not for ${spec}`,
      input: () => ({ KeySpec: spec, KeyUsage: usage }),
      refused: 'ValidationException' as const,
      message: `KeyUsage ${usage} is not compatible with KeySpec ${spec}`,
    })),
    {
      title: 'SM2 belongs to Regions in China',
      input: () => ({ KeySpec: 'SM2', KeyUsage: 'SIGN_VERIFY' }),
      refused: 'UnsupportedOperationException',
    },
    {
      title: 'both names of the spec',
      input: () => ({ KeySpec: 'HMAC_256', CustomerMasterKeySpec: 'HMAC_256' }),
      refused: 'ValidationException',
    },
    {
      title: '51 tags',
      input: () => ({
        Tags: Array.from({ length: 51 }, (_, i) => ({ TagKey: `k${i}`, TagValue: '' })),
      }),
      refused: 'TagException',
      message: 'Too many tags',
    },
    ...['aws:a', 'AWS:a'].map((TagKey) => ({
      title: `tag ${TagKey}`,
      input: () => ({ Tags: [{ TagKey, TagValue: 'v' }] }),
      refused: 'TagException' as const,
      message: 'Tags beginning with aws: are reserved',
    })),
    {
      title: 'a tag key too long',
      input: () => ({ Tags: [{ TagKey: 'k'.repeat(129), TagValue: 'v' }] }),
      refused: 'ValidationException',
      message: `1 validation error detected: Value '${'k'.repeat(129)}' at 'tags.1.member.tagKey' failed to satisfy constraint: Member must have length less than or equal to 128`,
    },
    {
      title: 'a tag value too long',
      input: () => ({ Tags: [{ TagKey: 'k', TagValue: 'v'.repeat(257) }] }),
      refused: 'ValidationException',
      message: `1 validation error detected: Value '${'v'.repeat(257)}' at 'tags.1.member.tagValue' failed to satisfy constraint: Member must have length less than or equal to 256`,
    },
    {
      title: 'a policy that is no JSON',
      input: () => ({ Policy: '{' }),
      refused: 'MalformedPolicyDocumentException',
    },
    {
      title: 'a custom key store nobody has',
      input: () => ({ CustomKeyStoreId: 'cks-1', Origin: 'AWS_CLOUDHSM' }),
      refused: 'CustomKeyStoreNotFoundException',
    },
  ])

  testOperation(
    harness,
    'CreateKey',
    setUp,
    [
      kind('RSA_2048', 'ENCRYPT_DECRYPT', {
        EncryptionAlgorithms: ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'],
      }),
    ],
    ['rsa'],
  )
})

import { INVALID_CONTEXT, MAX_CONTEXT_LENGTH } from '../core/crypto/encryption-context.ts'
import { MOST_ALIAS_NAME } from '../core/key/key-reference.ts'
import { KEY_POLICY_BYTES, TAGS_PER_KEY } from '../core/key/quotas.ts'
import { KEY_SPECS, type KeyUsage } from '../core/key/spec.ts'
import { KEY_STATES, USABLE } from '../core/key/state.ts'
import {
  blob,
  boolean,
  integer,
  list,
  map,
  oneOf,
  optional,
  string,
  struct,
  timestamp,
} from '../core/shape/shapes.ts'

/** Members that many operations share, with the bounds of AWS's API model. */
export const keyId = string({ min: 1, max: 2048 })
export const arn = string({ min: 20, max: 2048 })
export const aliasName = string({ min: 1, max: MOST_ALIAS_NAME, pattern: '^[a-zA-Z0-9:/_-]+$' })
export const description = string({ min: 0, max: 8192 })
/** AWS KMS takes 8,192 bytes at most; canonicalContext counts them alike. */
export const encryptionContext = optional(
  map({ atMost: { bytes: MAX_CONTEXT_LENGTH, refusal: INVALID_CONTEXT } }),
)
export const grantTokens = optional(
  list(string({ min: 1, max: 8192, sensitive: true, plain: true }), { min: 0, max: 10 }),
)
export const dryRun = optional(boolean)
export const limit = optional(integer({ min: 1, max: 1000 }))
export const marker = optional(string({ min: 1, max: 1024, pattern: '[\\u0020-\\u00FF]*' }))
export const materialId = string({ min: 64, max: 64, pattern: '^[a-f0-9]+$' })
export const materialDescription = string({
  min: 0,
  max: 256,
  pattern: '^[a-zA-Z0-9:/_\\s.-]+$',
})
export const expirationModel = oneOf(['KEY_MATERIAL_EXPIRES', 'KEY_MATERIAL_DOES_NOT_EXPIRE'])
/** days (API_EnableKeyRotation) */
export const rotationPeriod = integer({ min: 90, max: 2560 })
export const policyName = string({ min: 1, max: 128, pattern: '[\\w]+' })
export const policy = string({
  min: 1,
  max: 131072,
  quota: KEY_POLICY_BYTES,
  pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+',
})

export const tag = struct({
  TagKey: string({ min: 1, max: 128 }),
  TagValue: string({ min: 0, max: 256 }),
})
export const tags = list(tag, { quota: TAGS_PER_KEY })

export const encryptionAlgorithm = oneOf([
  'SYMMETRIC_DEFAULT',
  'RSAES_OAEP_SHA_1',
  'RSAES_OAEP_SHA_256',
  'SM2PKE',
])
export const dataKeySpec = oneOf(['AES_256', 'AES_128'])
export const keyUsage = oneOf([
  'SIGN_VERIFY',
  'ENCRYPT_DECRYPT',
  'GENERATE_VERIFY_MAC',
  'KEY_AGREEMENT',
  'ENCAPSULATE_DECAPSULATE',
])
/** Every KeySpec the API names, in the model's order; key/spec.ts says what each is. */
export const keySpec = oneOf(KEY_SPECS)
/** CustomerMasterKeySpec, KeySpec's old name: the specs there were when it got its new one. */
export const customerMasterKeySpec = oneOf(KEY_SPECS.slice(0, KEY_SPECS.indexOf('ML_DSA_44')))
export const origin = oneOf(['AWS_KMS', 'EXTERNAL', 'AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE'])

/** SigningAlgorithm, in the API model's order; SM2DSA is refused for every key spec there is here. */
export const signingAlgorithm = oneOf([
  'RSASSA_PSS_SHA_256',
  'RSASSA_PSS_SHA_384',
  'RSASSA_PSS_SHA_512',
  'RSASSA_PKCS1_V1_5_SHA_256',
  'RSASSA_PKCS1_V1_5_SHA_384',
  'RSASSA_PKCS1_V1_5_SHA_512',
  'ECDSA_SHA_256',
  'ECDSA_SHA_384',
  'ECDSA_SHA_512',
  'SM2DSA',
  'ML_DSA_SHAKE_256',
  'ED25519_SHA_512',
  'ED25519_PH_SHA_512',
])
/** MacAlgorithm, in the order of the recorded refusal. */
export const macAlgorithm = oneOf(['HMAC_SHA_384', 'HMAC_SHA_256', 'HMAC_SHA_224', 'HMAC_SHA_512'])
export const keyAgreementAlgorithm = oneOf(['ECDH'])
export const encapsulationAlgorithm = oneOf(['ML_KEM'])
/** What two parties have in common in the end; AWS's model bounds it as it does any plaintext. */
export const sharedSecret = blob({ min: 1, max: 4096, sensitive: true })

export const region = string({ min: 1, max: 32, pattern: '^([a-z]+-){2,3}\\d+$' })
const relatedKey = struct({ Arn: optional(arn), Region: optional(region) })

/** KeyMetadata, as CreateKey and DescribeKey answer it. */
export const keyMetadata = struct({
  AWSAccountId: optional(string()),
  KeyId: keyId,
  Arn: optional(arn),
  CreationDate: optional(timestamp),
  Enabled: optional(boolean),
  Description: optional(description),
  KeyUsage: optional(keyUsage),
  KeyState: optional(oneOf(KEY_STATES)),
  DeletionDate: optional(timestamp),
  ValidTo: optional(timestamp),
  Origin: optional(origin),
  CustomKeyStoreId: optional(string({ min: 1, max: 64 })),
  CloudHsmClusterId: optional(string({ min: 19, max: 24, pattern: 'cluster-[2-7a-zA-Z]{11,16}' })),
  ExpirationModel: optional(expirationModel),
  KeyManager: optional(oneOf(['AWS', 'CUSTOMER'])),
  CustomerMasterKeySpec: optional(keySpec),
  KeySpec: optional(keySpec),
  EncryptionAlgorithms: optional(list(encryptionAlgorithm)),
  SigningAlgorithms: optional(list(signingAlgorithm)),
  KeyAgreementAlgorithms: optional(list(keyAgreementAlgorithm)),
  EncapsulationAlgorithms: optional(list(encapsulationAlgorithm)),
  XksKeyConfiguration: optional(
    struct({ Id: optional(string({ min: 1, max: 128, pattern: '^[a-zA-Z0-9-_.]+$' })) }),
  ),
  MultiRegion: optional(boolean),
  MultiRegionConfiguration: optional(
    struct({
      MultiRegionKeyType: optional(oneOf(['PRIMARY', 'REPLICA'])),
      PrimaryKey: optional(relatedKey),
      ReplicaKeys: optional(list(relatedKey)),
    }),
  ),
  PendingDeletionWindowInDays: optional(integer({ min: 1, max: 365 })),
  MacAlgorithms: optional(list(macAlgorithm)),
  CurrentKeyMaterialId: optional(materialId),
})

export const messageType = optional(oneOf(['RAW', 'DIGEST', 'EXTERNAL_MU']))
export const keyPairSpec = oneOf([
  'RSA_2048',
  'RSA_3072',
  'RSA_4096',
  'ECC_NIST_P256',
  'ECC_NIST_P384',
  'ECC_NIST_P521',
  'ECC_SECG_P256K1',
  'SM2',
  'ECC_NIST_EDWARDS25519',
  'ML_KEM_512',
  'ML_KEM_768',
  'ML_KEM_1024',
])
/** A message to sign or authenticate, or its digest. */
export const message = blob({ min: 1, max: 4096, sensitive: true })
const recipientInfo = struct({
  KeyEncryptionAlgorithm: optional(oneOf(['RSAES_OAEP_SHA_256'])),
  AttestationDocument: optional(blob({ min: 1, max: 262144 })),
})
/**
 * Recipient: whom the answer's secret is for, proven by an attestation document. A record has who that is in
 * additionalEventData, and nothing of it among the parameters (KMS guide, ct-nitro-enclave).
 */
export const recipient = optional({ ...recipientInfo, redact: () => undefined })
export const ciphertextForRecipient = optional(blob({ min: 1, max: 6144 }))

/** An operation whose audit record says which material of its key it used. */
export const auditedMaterial = ({
  output,
}: {
  readonly output: { readonly KeyMaterialId?: string | undefined } | undefined
}) => ({ additional: output && { keyMaterialId: output.KeyMaterialId } })

/** How an operation with the member DryRun is tried. */
export const triable = {
  dryRun: ({ DryRun }: { readonly DryRun?: boolean | undefined }) => DryRun === true,
}
/** How an operation with the member GrantTokens is told of grants. */
export const grantable = {
  grantTokens: ({ GrantTokens = [] }: { readonly GrantTokens?: readonly string[] | undefined }) =>
    GrantTokens,
}
/** Both, as operations have them that use key material. */
export const usesMaterial = { ...triable, ...grantable }

/** The key of an operation that uses its material: named any way, by other accounts too, while enabled. */
export const usedKey = (usage: KeyUsage) => ({
  from: ['KeyId'] as const,
  usage,
  states: USABLE,
  whenDisabled: 'DisabledException' as const,
  alias: true,
  crossAccount: true,
})

/** What such an operation may be refused with because of its key; grant tokens and dry runs come with it. */
export const USE_ERRORS = [
  'NotFoundException',
  'DisabledException',
  'InvalidKeyUsageException',
  'InvalidGrantTokenException',
  'KMSInvalidStateException',
  'DryRunOperationException',
] as const

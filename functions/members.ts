import { KEY_SPECS } from '../core/key/spec.ts'
import { KEY_STATES } from '../core/key/state.ts'
import {
  boolean,
  integer,
  list,
  map,
  oneOf,
  optional,
  string,
  struct,
  timestamp,
} from '../core/shape.ts'

/** Members that many operations share, with the bounds of AWS's API model. */
export const keyId = string({
  min: 1,
  max: 2048,
  description: 'A key id or key ARN; where the operation allows it, an alias name or alias ARN',
})
export const arn = string({ min: 20, max: 2048 })
export const aliasName = string({ min: 1, max: 256, pattern: '^[a-zA-Z0-9:/_-]+$' })
export const description = string({ min: 0, max: 8192 })
export const encryptionContext = optional(map())
export const grantTokens = optional(
  list(string({ min: 1, max: 8192, sensitive: true }), { min: 0, max: 10 }),
)
export const dryRun = optional(boolean)
export const limit = optional(integer({ min: 1, max: 1000 }))
export const marker = optional(string({ min: 1, max: 1024, pattern: '[\\u0020-\\u00FF]*' }))
export const materialId = string({ min: 64, max: 64, pattern: '^[a-f0-9]+$' })
export const policyName = string({ min: 1, max: 128, pattern: '[\\w]+' })
export const policy = string({
  min: 1,
  max: 131072,
  pattern: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+',
})

export const tag = struct({
  TagKey: string({ min: 1, max: 128 }),
  TagValue: string({ min: 0, max: 256 }),
})
export const tags = list(tag)

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
])
/** Every KeySpec the API names, in the model's order; key/spec.ts says what each is. */
export const keySpec = oneOf(KEY_SPECS)
export const origin = oneOf(['AWS_KMS', 'EXTERNAL', 'AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE'])

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
  ExpirationModel: optional(oneOf(['KEY_MATERIAL_EXPIRES', 'KEY_MATERIAL_DOES_NOT_EXPIRE'])),
  KeyManager: optional(oneOf(['AWS', 'CUSTOMER'])),
  CustomerMasterKeySpec: optional(keySpec),
  KeySpec: optional(keySpec),
  EncryptionAlgorithms: optional(list(encryptionAlgorithm)),
  SigningAlgorithms: optional(list(string())),
  KeyAgreementAlgorithms: optional(list(string())),
  MultiRegion: optional(boolean),
  PendingDeletionWindowInDays: optional(integer({ min: 1, max: 365 })),
  MacAlgorithms: optional(list(string())),
  CurrentKeyMaterialId: optional(materialId),
})

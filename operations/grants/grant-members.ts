import { invalid } from '../../core/base/errors.ts'
import { MAX_CONTEXT_LENGTH } from '../../core/crypto/encryption-context.ts'
import { LONG_CONSTRAINT } from '../../core/grant/grant-operations.ts'
import { list, map, oneOf, optional, string, struct, timestamp } from '../../core/shape/shapes.ts'
import { keyId } from '../members.ts'

/** Members of the operations on grants, with the bounds of AWS's API model. */
export const grantId = string({ min: 1, max: 128 })
export const grantToken = string({ min: 1, max: 8192, sensitive: true, plain: true })
export const grantName = string({ min: 1, max: 256, pattern: '^[a-zA-Z0-9:/_-]+$' })
export const principalArn = string({ min: 1, max: 256, pattern: '^[\\w+=,.@:/-]+$' })
/** An AWS service by its name, e.g. rds.amazonaws.com: always refused, see `refuseServices`. */
export const servicePrincipal = optional(
  string({
    min: 1,
    max: 128,
    pattern: '^([A-Za-z0-9\\-]+)\\.([A-Za-z0-9\\-]+)(\\.[A-Za-z0-9\\-]+)+$',
  }),
)
const GRANT_OPERATIONS = [
  'Decrypt',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'ReEncryptFrom',
  'ReEncryptTo',
  'Sign',
  'Verify',
  'GetPublicKey',
  'CreateGrant',
  'RetireGrant',
  'DescribeKey',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'GenerateMac',
  'VerifyMac',
  'DeriveSharedSecret',
  'Encapsulate',
  'Decapsulate',
] as const
export const grantOperations = list(oneOf(GRANT_OPERATIONS), { quota: GRANT_OPERATIONS.length })
export const grantConstraints = struct({
  EncryptionContextSubset: optional(map()),
  EncryptionContextEquals: optional(map()),
})
/** No longer than an encryption context, as policies look at it; of its own bounds checkGrantTerms knows. */
const newConstraint = map({ atMost: { bytes: MAX_CONTEXT_LENGTH, refusal: LONG_CONSTRAINT } })

/** What a caller may ask for: SourceArn is read only to be refused, never to be ignored. */
export const newGrantConstraints = struct({
  EncryptionContextSubset: optional(newConstraint),
  EncryptionContextEquals: optional(newConstraint),
  SourceArn: optional(
    string({
      min: 20,
      max: 512,
      pattern: '^arn:aws[a-z0-9-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]{12}:.+$',
    }),
  ),
})

/**
 * No AWS service ever calls here, on nobody's behalf: a grant that names one would permit nothing,
 * and one whose SourceArn were ignored would permit too much.
 * @throws KmsError ValidationException
 */
export function refuseServices(...members: readonly (string | undefined)[]): void {
  if (members.every((member) => member === undefined)) return
  throw invalid('Service principals and the SourceArn constraint are not supported in grants.')
}

/** GrantListEntry, as both listings answer it. */
export const grantEntry = struct({
  KeyId: keyId,
  GrantId: grantId,
  Name: optional(grantName),
  CreationDate: timestamp,
  GranteePrincipal: principalArn,
  RetiringPrincipal: optional(principalArn),
  IssuingAccount: principalArn,
  Operations: grantOperations,
  Constraints: optional(grantConstraints),
})

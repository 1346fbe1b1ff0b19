import { invalid } from '../base/errors.ts'
import type { KeyUsage } from '../key/spec.ts'
import type { GrantOperation, GrantTerms } from '../policy/grant-terms.ts'

/** The key a grant is for, as far as it matters to the terms. */
export interface GrantedKey {
  readonly usage: KeyUsage
  /** KeySpec, e.g. SYMMETRIC_DEFAULT */
  readonly spec: string
  readonly asymmetric: boolean
}

/** pairs in each constraint; API_CreateGrant, Constraints */
const MAX_CONSTRAINT_PAIRS = 8
/** characters of all names and values of one constraint; "cannot exceed 384 characters" */
const MAX_CONSTRAINT_LENGTH = 384
export const LONG_CONSTRAINT = `A grant constraint must not exceed ${MAX_CONSTRAINT_LENGTH} characters.`

/** Operations on every key. */
const EVERY_KEY: readonly GrantOperation[] = ['CreateGrant', 'DescribeKey', 'RetireGrant']
const ENCRYPTION: readonly GrantOperation[] = ['Decrypt', 'Encrypt', 'ReEncryptFrom', 'ReEncryptTo']
const DATA_KEYS: readonly GrantOperation[] = [
  'GenerateDataKey',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'GenerateDataKeyWithoutPlaintext',
]
const BY_USAGE: Readonly<Record<KeyUsage, readonly GrantOperation[]>> = {
  ENCRYPT_DECRYPT: ENCRYPTION,
  SIGN_VERIFY: ['Sign', 'Verify'],
  GENERATE_VERIFY_MAC: ['GenerateMac', 'VerifyMac'],
  KEY_AGREEMENT: ['DeriveSharedSecret'],
  ENCAPSULATE_DECAPSULATE: ['Encapsulate', 'Decapsulate'],
}

/** The operations that grants for a key may permit (KMS Developer Guide, "Grant operations"). */
export function grantOperationsOf({ usage, asymmetric }: GrantedKey): ReadonlySet<GrantOperation> {
  const dataKeys = usage === 'ENCRYPT_DECRYPT' && !asymmetric ? DATA_KEYS : []
  const publicKey: readonly GrantOperation[] = asymmetric ? ['GetPublicKey'] : []
  return new Set([...EVERY_KEY, ...BY_USAGE[usage], ...dataKeys, ...publicKey])
}

/**
 * Checks the terms of a new grant against its key (API_CreateGrant): operations that the key supports, not
 * CreateGrant alone; one encryption context constraint, only for symmetric encryption keys, of at most 8 pairs
 * and 384 characters. @param terms constraints without pairs left out (givenConstraints)
 *
 * @throws KmsError ValidationException
 */
export function checkGrantTerms(key: GrantedKey, { operations, constraints }: GrantTerms): void {
  if (operations.length === 0) throw invalid('Grants must contain at least one operation.')
  if (operations.every((operation) => operation === 'CreateGrant')) {
    throw invalid('Grants must not contain only the CreateGrant operation.')
  }
  const supported = grantOperationsOf(key)
  const refused = operations.find((operation) => !supported.has(operation))
  if (refused !== undefined) {
    throw invalid(
      `Grant operation ${refused} is not supported by a key with KeySpec ${key.spec} and KeyUsage ${key.usage}.`,
    )
  }
  const given = Object.values(constraints ?? {}).filter((pairs) => pairs !== undefined)
  if (given.length > 1) throw invalid('More than one constraint supplied')
  for (const pairs of given) checkConstraint(key, Object.entries(pairs))
}

function checkConstraint(key: GrantedKey, pairs: readonly (readonly [string, string])[]): void {
  if (key.usage !== 'ENCRYPT_DECRYPT' || key.asymmetric) {
    throw invalid(
      `Encryption context constraints are not supported by a key with KeySpec ${key.spec} and KeyUsage ${key.usage}.`,
    )
  }
  if (pairs.length > MAX_CONSTRAINT_PAIRS) {
    throw invalid(
      `A grant constraint must have at most ${MAX_CONSTRAINT_PAIRS} encryption context pairs.`,
    )
  }
  const length = pairs.reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  if (length > MAX_CONSTRAINT_LENGTH) {
    throw invalid(LONG_CONSTRAINT)
  }
}

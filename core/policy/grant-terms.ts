/** What a grant may permit (API_CreateGrant, Operations); the action is `kms:` and the same name. */
export type GrantOperation =
  | 'Decrypt'
  | 'Encrypt'
  | 'GenerateDataKey'
  | 'GenerateDataKeyWithoutPlaintext'
  | 'ReEncryptFrom'
  | 'ReEncryptTo'
  | 'Sign'
  | 'Verify'
  | 'GetPublicKey'
  | 'CreateGrant'
  | 'RetireGrant'
  | 'DescribeKey'
  | 'GenerateDataKeyPair'
  | 'GenerateDataKeyPairWithoutPlaintext'
  | 'GenerateMac'
  | 'VerifyMac'
  | 'DeriveSharedSecret'
  | 'Encapsulate'
  | 'Decapsulate'

/** On which requests a grant holds, by their encryption context (API_GrantConstraints). */
export interface GrantConstraints {
  readonly EncryptionContextSubset?: Readonly<Record<string, string>> | undefined
  readonly EncryptionContextEquals?: Readonly<Record<string, string>> | undefined
}

/** What a grant permits. */
export interface GrantTerms {
  readonly operations: readonly GrantOperation[]
  readonly constraints?: GrantConstraints | undefined
}

const isEmpty = (pairs: Readonly<Record<string, string>> | undefined): boolean =>
  pairs === undefined || Object.keys(pairs).length === 0

/**
 * The constraints of a request for a grant: a map without pairs counts as not given, as AWS has it, whose
 * clients send one beside the other. @returns undefined where there is none
 */
export function givenConstraints(said: GrantConstraints = {}): GrantConstraints | undefined {
  const { EncryptionContextSubset: subset, EncryptionContextEquals: equal } = said
  if (isEmpty(subset) && isEmpty(equal)) return undefined
  return {
    ...(!isEmpty(subset) && { EncryptionContextSubset: subset }),
    ...(!isEmpty(equal) && { EncryptionContextEquals: equal }),
  }
}

/**
 * The constraints of a stored grant. Those of 0.1.0 may have maps without pairs, which count as not given;
 * but an equality that stands alone goes on to mean no encryption context: no grant gets wider by itself.
 */
export function storedConstraints(stored: GrantConstraints = {}): GrantConstraints | undefined {
  const given = givenConstraints(stored)
  const { EncryptionContextEquals: equal } = stored
  return given ?? (equal && { EncryptionContextEquals: equal })
}

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

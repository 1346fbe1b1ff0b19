/** Encryption algorithms as AWS KMS names them (API_Encrypt, EncryptionAlgorithm). */
export type EncryptionAlgorithmName = 'SYMMETRIC_DEFAULT' | OaepAlgorithmName
export type OaepAlgorithmName = 'RSAES_OAEP_SHA_1' | 'RSAES_OAEP_SHA_256'

/** Signing algorithms as AWS KMS names them (API_Sign, SigningAlgorithm), without SM2DSA. */
export type SigningAlgorithmName =
  | 'RSASSA_PSS_SHA_256'
  | 'RSASSA_PSS_SHA_384'
  | 'RSASSA_PSS_SHA_512'
  | 'RSASSA_PKCS1_V1_5_SHA_256'
  | 'RSASSA_PKCS1_V1_5_SHA_384'
  | 'RSASSA_PKCS1_V1_5_SHA_512'
  | 'ECDSA_SHA_256'
  | 'ECDSA_SHA_384'
  | 'ECDSA_SHA_512'
  | 'ML_DSA_SHAKE_256'
  | 'ED25519_SHA_512'
  | 'ED25519_PH_SHA_512'

/** MAC algorithms as AWS KMS names them (API_GenerateMac, MacAlgorithm). */
export type MacAlgorithmName = 'HMAC_SHA_224' | 'HMAC_SHA_256' | 'HMAC_SHA_384' | 'HMAC_SHA_512'

/** Key agreement algorithms as AWS KMS names them (API_DeriveSharedSecret, KeyAgreementAlgorithm). */
export type KeyAgreementAlgorithmName = 'ECDH'

/** Key encapsulation algorithms as AWS KMS names them (API_Encapsulate, EncapsulationAlgorithm). */
export type EncapsulationAlgorithmName = 'ML_KEM'

/** The row of a name that the compiler knows; a Map cannot tell that it has them all. */
export function rowOf<Row extends { readonly name: string }>(
  table: ReadonlyMap<string, Row>,
  name: Row['name'],
): Row {
  const row = table.get(name)
  if (!row) throw new TypeError(`no row for ${name}`)
  return row
}

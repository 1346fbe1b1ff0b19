import fc from 'fast-check'
import type { Case, Made } from './case.ts'
import { requests } from './grammar.ts'
import { edits } from './values.ts'

const call = (name: string, input: object, blob: Made): Case => ({
  as: 'root',
  method: 'POST',
  path: '/',
  query: '',
  headers: {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `TrentService.${name}`,
  },
  body: JSON.stringify(input),
  made: { blob },
})
const changed = (...of: string[]) =>
  fc
    .tuple(fc.constantFrom(...of), edits)
    .map(([name, changes]): Made => ({ of: name, as: 'base64', edits: changes }))

const decrypt = fc
  .tuple(
    changed('ciphertext', 'ciphertext', 'rsaCiphertext', 'victimCiphertext'),
    fc.constantFrom(
      {},
      { KeyId: '$symmetric$' },
      { KeyId: '$victimArn$' },
      { KeyId: '$rsa$', EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' },
    ),
    fc.constantFrom({}, { EncryptionContext: { a: 'b' } }),
  )
  .map(([blob, key, context]) =>
    call('Decrypt', { CiphertextBlob: '$blob$', ...key, ...context }, blob),
  )
const reEncrypt = changed('ciphertext', 'victimCiphertext').map((blob) =>
  call('ReEncrypt', { CiphertextBlob: '$blob$', DestinationKeyId: '$policyKey$' }, blob),
)
const VERIFIERS = [
  { KeyId: '$ecc$', SigningAlgorithm: 'ECDSA_SHA_256' },
  {
    KeyId: '$ecc$',
    SigningAlgorithm: 'ECDSA_SHA_256',
    MessageType: 'DIGEST',
    Message: Buffer.alloc(32, 1).toString('base64'),
  },
  { KeyId: '$edwards$', SigningAlgorithm: 'ED25519_SHA_512' },
  {
    KeyId: '$edwards$',
    SigningAlgorithm: 'ED25519_PH_SHA_512',
    MessageType: 'DIGEST',
    Message: Buffer.alloc(64, 1).toString('base64'),
  },
  { KeyId: '$pqc$', SigningAlgorithm: 'ML_DSA_SHAKE_256' },
]
const verify = fc
  .tuple(changed('signature', 'mac'), fc.constantFrom(...VERIFIERS))
  .map(([blob, input]) => call('Verify', { Message: 'AAAA', Signature: '$blob$', ...input }, blob))
const mac = changed('mac').map((blob) =>
  call(
    'VerifyMac',
    { KeyId: '$hmac$', Message: 'AAAA', Mac: '$blob$', MacAlgorithm: 'HMAC_SHA_256' },
    blob,
  ),
)
const agree = changed('publicKey', 'spki', 'pkcs8Ecc').map((blob) =>
  call(
    'DeriveSharedSecret',
    { KeyId: '$agree$', PublicKey: '$blob$', KeyAgreementAlgorithm: 'ECDH' },
    blob,
  ),
)
const decapsulate = changed('encapsulated').map((blob) =>
  call(
    'Decapsulate',
    { KeyId: '$kem$', SharedSecretCiphertextBlob: '$blob$', EncapsulationAlgorithm: 'ML_KEM' },
    blob,
  ),
)

/** Ciphertexts, signatures, MACs and public keys with changes. */
export const blobs = requests(
  'blobs',
  4,
  fc
    .oneof(
      { weight: 4, arbitrary: decrypt },
      { weight: 2, arbitrary: reEncrypt },
      { weight: 1, arbitrary: verify },
      mac,
      agree,
      decapsulate,
    )
    .map((one) => [one]),
)

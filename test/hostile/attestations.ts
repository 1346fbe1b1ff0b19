import fc from 'fast-check'
import type { Case, Made } from './case.ts'
import { requests } from './grammar.ts'
import { edits } from './values.ts'

const NAMES = [
  'GenerateRandom',
  'GenerateDataKey',
  'Decrypt',
  'DeriveSharedSecret',
  'GenerateDataKeyPair',
]
const INPUTS: Readonly<Record<string, object>> = {
  GenerateRandom: { NumberOfBytes: 32 },
  GenerateDataKey: { KeyId: '$symmetric$', NumberOfBytes: 32 },
  Decrypt: { CiphertextBlob: '$ciphertext$' },
  DeriveSharedSecret: { KeyId: '$agree$', PublicKey: '$publicKey$', KeyAgreementAlgorithm: 'ECDH' },
  GenerateDataKeyPair: { KeyId: '$symmetric$', KeyPairSpec: 'ECC_NIST_P256' },
}

/** CBOR that readers stumble over (RFC 8949): lengths without bytes, indefinite, deep, tags, floats. */
const CBOR = [
  ...['9b7fffffffffffffff', 'bb7fffffffffffffff', '5b7fffffffffffffff', '7b7fffffffffffffff'],
  ...['9f', 'bf', '5f', '7f', '9fff', 'bfff', 'd2', 'd284', 'c249010000000000000000', 'f97e00'],
  ...['fb7ff0000000000000', 'f7', 'f6', 'e0', 'ff', '1bffffffffffffffff', '3bffffffffffffffff'],
  ...['8443a10138a0a05001', '84440000000040400040'],
]
const hex = (text: string) => Buffer.from(text, 'hex').toString('latin1')
const raw = fc
  .tuple(
    fc.oneof(
      fc.constantFrom(...CBOR).map(hex),
      fc.constantFrom('81', 'd2', 'a1', 'c6', '9f').map((one) => hex(one.repeat(60_000))),
    ),
    fc.constantFrom('coseSign', undefined),
  )
  .map(
    ([put, through]): Made => ({
      of: '',
      as: 'base64',
      edits: [{ at: 0, drop: 0, put }],
      ...(through !== undefined && { through }),
    }),
  )
/** Changed after it was signed, or before. */
const changed = edits.map((changes): Made => ({ of: 'attestation', as: 'base64', edits: changes }))
const resigned = edits.map(
  (changes): Made => ({
    of: 'attestationPayload',
    as: 'base64',
    edits: changes,
    through: 'coseSign',
  }),
)

const call = fc.tuple(fc.oneof(changed, resigned, raw), fc.constantFrom(...NAMES)).map(
  ([document, name]): Case => ({
    as: 'root',
    method: 'POST',
    path: '/',
    query: '',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `TrentService.${name}`,
    },
    body: JSON.stringify({
      ...INPUTS[name],
      Recipient: {
        KeyEncryptionAlgorithm: 'RSAES_OAEP_SHA_256',
        AttestationDocument: '$document$',
      },
    }),
    made: { document },
  }),
)

/** Attestation documents: CBOR and COSE, changed, signed by an enclave or not. */
export const attestations = requests(
  'attestations',
  1,
  call.map((one) => [one]),
)

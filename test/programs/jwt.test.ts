// @module-tag functions
// @module-tag rsa
import { createPublicKey } from 'node:crypto'
import { GetPublicKeyCommand, SignCommand, type SigningAlgorithmSpec } from '@aws-sdk/client-kms'
import { jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { describeStores } from '../support/harness.ts'

/** JWS algorithm (RFC 7518, RFC 8037), key and signing algorithm, bytes of r and of s in a JWS */
const ALGORITHMS = [
  ['RS256', 'RSA_2048', 'RSASSA_PKCS1_V1_5_SHA_256', 0],
  ['RS512', 'RSA_2048', 'RSASSA_PKCS1_V1_5_SHA_512', 0],
  ['PS256', 'RSA_2048', 'RSASSA_PSS_SHA_256', 0],
  ['PS384', 'RSA_2048', 'RSASSA_PSS_SHA_384', 0],
  ['ES256', 'ECC_NIST_P256', 'ECDSA_SHA_256', 32],
  ['ES384', 'ECC_NIST_P384', 'ECDSA_SHA_384', 48],
  ['ES512', 'ECC_NIST_P521', 'ECDSA_SHA_512', 66],
  ['EdDSA', 'ECC_NIST_EDWARDS25519', 'ED25519_SHA_512', 0],
] as const
const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

describeStores('A JWT signed by Sign', (harness) => {
  test.each(ALGORITHMS)('%s is verified by jose', async (alg, KeySpec, algorithm, size) => {
    const tenant = await harness.tenant()
    const { id: KeyId } = await harness.key(tenant, { KeySpec, KeyUsage: 'SIGN_VERIFY' })
    const client = harness.client(tenant)
    const claims = { sub: 'somebody', iss: 'https://issuer.example', aud: 'tenkey' }
    const signed = `${base64url({ alg, typ: 'JWT' })}.${base64url(claims)}`
    const { Signature = new Uint8Array() } = await client.send(
      new SignCommand({
        KeyId,
        Message: Buffer.from(signed),
        MessageType: 'RAW',
        SigningAlgorithm: algorithm satisfies SigningAlgorithmSpec,
      }),
    )
    const signature = size === 0 ? Buffer.from(Signature) : rawEcdsa(Buffer.from(Signature), size)
    const token = `${signed}.${signature.toString('base64url')}`

    const { PublicKey = new Uint8Array() } = await client.send(new GetPublicKeyCommand({ KeyId }))
    const key = createPublicKey({ key: Buffer.from(PublicKey), format: 'der', type: 'spki' })
    const options = { issuer: claims.iss, audience: claims.aud, algorithms: [alg] }
    const { payload } = await jwtVerify(token, key, options)
    expect(payload).toEqual(claims)

    const [header, , tail] = token.split('.')
    const forged = `${header}.${base64url({ ...claims, sub: 'another' })}.${tail}`
    await expect(jwtVerify(forged, key, options)).rejects.toThrow('signature verification failed')
  })
})

/** DER Ecdsa-Sig-Value to r and s side by side, as a JWS has them (RFC 7518 §3.4). */
function rawEcdsa(der: Buffer, size: number): Buffer {
  const integers: Buffer[] = []
  // SEQUENCE, whose length has one byte more from 128 on
  let at = (der[1] ?? 0) & 0x80 ? 3 : 2
  while (at < der.length) {
    const length = der[at + 1] ?? 0
    const integer = der.subarray(at + 2, at + 2 + length)
    const bytes = integer.subarray(Math.max(0, integer.length - size))
    integers.push(Buffer.concat([Buffer.alloc(size - bytes.length), bytes]))
    at += 2 + length
  }
  return Buffer.concat(integers)
}

// @module-tag functions-long
// @module-tag rsa
// @module-tag process
import { createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { expect } from 'vitest'
import { type Case, testOperation } from '../support/cases.ts'
import { describeStores, type Harness, type MadeKey } from '../support/harness.ts'
import { openssl, withFiles } from '../support/openssl.ts'

const CURVES = [
  ['ECC_NIST_P256', 'P-256', 32],
  ['ECC_NIST_P384', 'P-384', 48],
  ['ECC_NIST_P521', 'P-521', 66],
] as const

const spki = (key: KeyObject) => key.export({ format: 'der', type: 'spki' })
/** A peer on each curve, outside of the service. */
const PEERS = new Map(
  CURVES.map(([spec, namedCurve]) => [spec, generateKeyPairSync('ec', { namedCurve })]),
)
const peerOf = (spec: string) => {
  const peer = PEERS.get(spec as (typeof CURVES)[number][0])
  if (peer === undefined) throw new Error(`no peer on ${spec}`)
  return peer
}
const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 })
const P256 = spki(peerOf('ECC_NIST_P256').publicKey)

async function setUp(harness: Harness) {
  const caller = await harness.tenant()
  const keys = new Map<string, MadeKey>()
  const publicKeys = new Map<string, KeyObject>()
  for (const [KeySpec] of CURVES) {
    const key = await harness.key(caller, { KeySpec, KeyUsage: 'KEY_AGREEMENT' })
    const { PublicKey } = await harness.ok(caller, 'GetPublicKey', { KeyId: key.id })
    const der = Buffer.from(String(PublicKey), 'base64')
    keys.set(KeySpec, key)
    publicKeys.set(KeySpec, createPublicKey({ key: der, format: 'der', type: 'spki' }))
  }
  const signing = await harness.key(caller, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
  const symmetric = await harness.key(caller)
  const disabled = await harness.key(caller, {
    KeySpec: 'ECC_NIST_P256',
    KeyUsage: 'KEY_AGREEMENT',
  })
  await harness.ok(caller, 'DisableKey', { KeyId: disabled.id })
  return { caller, keys, publicKeys, signing, symmetric, disabled }
}
type F = Awaited<ReturnType<typeof setUp>>
const idOf = ({ keys }: F, spec: string) => keys.get(spec)?.id
const ECDH = { KeyAgreementAlgorithm: 'ECDH' }

/** A P-256 SubjectPublicKeyInfo whose point is not on the curve. */
const offCurve = () => {
  const changed = Buffer.from(P256)
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
  return changed
}

describeStores('Shared secrets', (harness) => {
  testOperation<F>(harness, 'DeriveSharedSecret', () => setUp(harness), [
    ...CURVES.map(
      ([spec, , length]): Case<F> => ({
        title: `${spec}: what the peer derives, by node and by openssl`,
        input: (f) => ({
          KeyId: idOf(f, spec),
          PublicKey: spki(peerOf(spec).publicKey),
          ...ECDH,
        }),
        gives: ({ keys }) => ({
          KeyId: keys.get(spec)?.arn,
          SharedSecret: expect.any(String),
          KeyAgreementAlgorithm: 'ECDH',
          KeyOrigin: 'AWS_KMS',
        }),
        after({ publicKeys }, { json }) {
          const secret = Buffer.from(String(json['SharedSecret']), 'base64')
          const { privateKey } = peerOf(spec)
          const publicKey = publicKeys.get(spec)
          if (publicKey === undefined) throw new Error('no public key')
          expect(secret).toHaveLength(length)
          expect(diffieHellman({ privateKey, publicKey }).equals(secret)).toBe(true)
          expect(opensslDerive(privateKey, publicKey).equals(secret)).toBe(true)
        },
      }),
    ),
    ...[
      ['on another curve', () => spki(peerOf('ECC_NIST_P384').publicKey)],
      ['of RSA', () => spki(RSA.publicKey)],
      ['that is no DER', () => Buffer.from('not a key')],
      ['with a byte behind it', () => Buffer.concat([P256, Buffer.of(0)])],
      ['whose point is not on the curve', offCurve],
    ].map(
      ([title, make]): Case<F> => ({
        title: `a public key ${title}`,
        input: (f) => ({
          KeyId: idOf(f, 'ECC_NIST_P256'),
          PublicKey: (make as () => Buffer)(),
          ...ECDH,
        }),
        refused: 'ValidationException',
        message: null,
      }),
    ),
    ...(['signing', 'symmetric'] as const).map(
      (which): Case<F> => ({
        title: `a ${which} key`,
        input: (f) => ({ KeyId: f[which].id, PublicKey: P256, ...ECDH }),
        refused: 'InvalidKeyUsageException',
        message: (f) =>
          `${f[which].arn} key usage is ${which === 'signing' ? 'SIGN_VERIFY' : 'ENCRYPT_DECRYPT'} which is not valid for DeriveSharedSecret.`,
      }),
    ),
    {
      title: 'a disabled key',
      input: ({ disabled }) => ({ KeyId: disabled.id, PublicKey: P256, ...ECDH }),
      refused: 'DisabledException',
      message: ({ disabled }) => `${disabled.arn} is disabled.`,
    },
    {
      title: 'another algorithm',
      input: (f) => ({
        KeyId: idOf(f, 'ECC_NIST_P256'),
        PublicKey: P256,
        KeyAgreementAlgorithm: 'X25519',
      }),
      refused: 'ValidationException',
      message:
        "1 validation error detected: Value 'X25519' at 'keyAgreementAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [ECDH]",
    },
    {
      title: 'a dry run',
      input: (f) => ({
        KeyId: idOf(f, 'ECC_NIST_P256'),
        PublicKey: P256,
        ...ECDH,
        DryRun: true,
      }),
      refused: 'DryRunOperationException',
      message: 'The request would have succeeded, but the DryRun option is set.',
    },
  ])
})

function opensslDerive(privateKey: KeyObject, publicKey: KeyObject): Buffer {
  const files = {
    mine: Buffer.from(privateKey.export({ format: 'pem', type: 'pkcs8' })),
    theirs: Buffer.from(publicKey.export({ format: 'pem', type: 'spki' })),
  }
  return withFiles(files, (at) =>
    openssl('pkeyutl', '-derive', '-inkey', at.mine, '-peerkey', at.theirs),
  )
}

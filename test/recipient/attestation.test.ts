// @module-tag rsa
// @module-tag process
import { createHash, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { encode } from 'cborg'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readAttestation } from '../../core/attestation/attestation.ts'
import { NITRO_ROOT_G1 } from '../../core/attestation/nitro-root.ts'
import { sealFor } from '../../core/recipient/envelope.ts'
import { attestedEventData, attestedValues } from '../../core/recipient/recipient.ts'
import {
  coseSign1,
  documentOf,
  ES384_HEADER,
  issue,
  MODULE_ID,
  makePki,
  openEnvelope,
  payload,
  register,
} from '../support/enclave.ts'

const pki = makePki()
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const spki = rsa.publicKey.export({ format: 'der', type: 'spki' })
const now = Date.now() + 60_000
const MINUTE = 60_000
const fields = () => payload(pki, { publicKey: rsa.publicKey, timestamp: now })
const read = (document: Uint8Array, at = now, root = pki.root.pem) =>
  readAttestation(document, root, at)
const cbor = (value: unknown) => Buffer.from(encode(value))
const signed = (change: (fields: Map<string, unknown>) => void, key = pki.enclave.key) => {
  const content = fields()
  change(content)
  return coseSign1(cbor(content), key)
}
const reasonOf = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    expect((error as { code?: string }).code).toBe('ValidationException')
    const { message } = error as Error
    expect(message).toMatch(/^The attestation document is not valid: .*\.$/)
    return message.slice('The attestation document is not valid: '.length, -1)
  }
  return 'accepted'
}

describe('AWS root certificate', () => {
  test('has the fingerprint that AWS publishes', () => {
    expect(new X509Certificate(NITRO_ROOT_G1).fingerprint256).toBe(
      '64:1A:03:21:A3:E2:44:EF:E4:56:46:31:95:D6:06:31:7E:D7:CD:CC:3C:17:56:E0:98:93:F3:C6:8F:79:BB:5B',
    )
  })
})

describe('A document', () => {
  test('is read, tagged or not, with or without the root in its bundle', () => {
    const expected = {
      moduleId: MODULE_ID,
      timestamp: now,
      pcrs: new Map([0, 1, 2, 3, 4, 8].map((index) => [index, register(index).toString('hex')])),
      publicKey: Uint8Array.from(spki),
    }
    expect(read(documentOf(fields(), pki))).toEqual(expected)
    expect(read(coseSign1(cbor(fields()), pki.enclave.key, { tag: true }))).toEqual(expected)
    const without = signed((content) => content.set('cabundle', [pki.intermediate.certificate]))
    expect(read(without)).toEqual(expected)
    // as the hypervisor writes it
    const content = cbor(fields())
    const indefinite = Buffer.concat([Buffer.of(0xbf), content.subarray(1), Buffer.of(0xff)])
    expect(read(coseSign1(indefinite, pki.enclave.key))).toEqual(expected)
  })

  test('is accepted for five minutes before and after its time', () => {
    const document = documentOf(fields(), pki)
    for (const at of [now - 5 * MINUTE, now + 5 * MINUTE]) {
      expect(reasonOf(() => read(document, Math.max(at, now - 50_000)))).not.toBe('it is not fresh')
    }
    expect(reasonOf(() => read(document, now + 5 * MINUTE))).toBe('accepted')
    expect(reasonOf(() => read(document, now + 5 * MINUTE + 1))).toBe('it is not fresh')
    const early = signed((content) => content.set('timestamp', now + 5 * MINUTE + 1))
    expect(reasonOf(() => read(early))).toBe('it is not fresh')
  })

  test('is refused when any bit of it is another', () => {
    const document = documentOf(fields(), pki)
    fc.assert(
      fc.property(fc.nat(document.length * 8 - 1), (bit) => {
        const changed = Buffer.from(document)
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        return reasonOf(() => read(changed)) !== 'accepted'
      }),
      { numRuns: 150 },
    )
  })

  test('is refused when it is cut or anything follows', () => {
    const document = documentOf(fields(), pki)
    fc.assert(
      fc.property(
        fc.nat(document.length - 1),
        (length) => reasonOf(() => read(document.subarray(0, length))) !== 'accepted',
      ),
      { numRuns: 50 },
    )
    expect(reasonOf(() => read(Buffer.concat([document, Buffer.of(0)])))).toBe(
      'it is not CBOR in strict form',
    )
  })

  test('is refused whatever else it is', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        (bytes) => reasonOf(() => read(bytes)) !== 'accepted',
      ),
    )
    const nested = Buffer.concat([Buffer.alloc(100_000, 0x81), Buffer.of(0)])
    expect(reasonOf(() => read(nested))).not.toBe('accepted')
  })
})

const other = makePki()
const p256 = issue({ name: 'p256', issuer: pki.intermediate, ca: false, curve: 'P-256' })
const subordinate = issue({ name: 'sub', issuer: pki.intermediate, ca: true })
const byEnclave = issue({ name: 'by-enclave', issuer: pki.enclave, ca: false })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey
const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey
const der = (key: typeof ec) => key.export({ format: 'der', type: 'spki' })
const set = (name: string, value: unknown) => () => signed((content) => content.set(name, value))
const remove = (name: string) => () =>
  signed((content) => {
    content.delete(name)
  })

/** Replaces the first occurrence of bytes in a payload, and signs the result. */
const rewritten = (from: Uint8Array, to: Uint8Array) => () => {
  const content = cbor(fields())
  const at = content.indexOf(from)
  expect(at).toBeGreaterThanOrEqual(0)
  return coseSign1(
    Buffer.concat([content.subarray(0, at), to, content.subarray(at + from.length)]),
    pki.enclave.key,
  )
}

const NO_RSA = 'its public_key is not an RSA key of 2048, 3072 or 4096 bits'
const NO_CHAIN = 'its certificates do not lead to the trusted root'
const NOT_STRICT = 'it is not CBOR in strict form'

describe('A document is refused', () => {
  const cases: readonly (readonly [string, () => Buffer, string])[] = [
    [
      'signed by another key',
      () => signed(() => {}, other.enclave.key),
      'its signature does not match',
    ],
    [
      'of another PKI',
      () => documentOf(payload(other, { publicKey: rsa.publicKey, timestamp: now }), other),
      NO_CHAIN,
    ],
    [
      "with another PKI's intermediate",
      set('cabundle', [pki.root.certificate, other.intermediate.certificate]),
      NO_CHAIN,
    ],
    ['without its intermediate', set('cabundle', [pki.root.certificate]), NO_CHAIN],
    [
      'with its certificates out of order',
      set('cabundle', [pki.intermediate.certificate, pki.root.certificate]),
      NO_CHAIN,
    ],
    [
      'issued by a certificate that is no CA',
      () =>
        coseSign1(
          cbor(
            fields()
              .set('certificate', byEnclave.certificate)
              .set('cabundle', [
                pki.root.certificate,
                pki.intermediate.certificate,
                pki.enclave.certificate,
              ]),
          ),
          byEnclave.key,
        ),
      NO_CHAIN,
    ],
    [
      'signed by a CA',
      () => coseSign1(cbor(fields().set('certificate', subordinate.certificate)), subordinate.key),
      'it is signed by a CA',
    ],
    [
      'with a certificate on P-256',
      set('certificate', p256.certificate),
      'its certificate is not for a P-384 key',
    ],
    [
      'with a certificate that is none',
      set('certificate', Buffer.from('x')),
      'one of its certificates can not be read',
    ],
    [
      'with bytes after its certificate',
      set('certificate', Buffer.concat([pki.enclave.certificate, Buffer.of(0)])),
      'one of its certificates can not be read',
    ],
    ['without certificate', remove('certificate'), 'its certificate is missing or out of bounds'],
    ['without bundle', remove('cabundle'), 'it has no cabundle'],
    ['with an empty bundle', set('cabundle', []), 'it has no cabundle'],
    [
      'with a long chain',
      set('cabundle', Array(12).fill(pki.intermediate.certificate)),
      'its chain of certificates is too long',
    ],
    ['without public key', remove('public_key'), 'it has no public_key'],
    ['with public key null', set('public_key', null), 'it has no public_key'],
    ['with an EC public key', set('public_key', der(ec)), NO_RSA],
    ['with an RSA public key of 1,024 bits', set('public_key', der(small)), NO_RSA],
    [
      'with bytes after its public key',
      set('public_key', Buffer.concat([spki, Buffer.of(0)])),
      NO_RSA,
    ],
    ['with a public key that is none', set('public_key', Buffer.from('0000', 'hex')), NO_RSA],
    ['without module_id', remove('module_id'), 'it has no module_id'],
    ['with an empty module_id', set('module_id', ''), 'it has no module_id'],
    ['with another digest', set('digest', 'SHA256'), 'its digest is not SHA384'],
    ['without timestamp', remove('timestamp'), 'it has no timestamp'],
    ['with a negative timestamp', set('timestamp', -1), 'it has no timestamp'],
    ['without pcrs', remove('pcrs'), 'it has no pcrs'],
    ['with no register', set('pcrs', new Map()), 'it has no pcrs'],
    ['with register 32', set('pcrs', new Map([[32, register(0)]])), 'its pcrs are out of bounds'],
    [
      'with a register of 20 bytes',
      set('pcrs', new Map([[0, Buffer.alloc(20)]])),
      'its pcrs are out of bounds',
    ],
    [
      'with registers by name',
      set('pcrs', new Map([['0', register(0)]])),
      'its pcrs are out of bounds',
    ],
    [
      'with a payload that is no map',
      () => coseSign1(cbor([1]), pki.enclave.key),
      'its payload is not a map',
    ],
    [
      'with a text of indefinite length',
      rewritten(cbor('SHA384'), Buffer.concat([Buffer.of(0x7f), cbor('SHA384'), Buffer.of(0xff)])),
      NOT_STRICT,
    ],
    [
      'whose parts are a list of indefinite length',
      () => {
        const document = documentOf(fields(), pki)
        return Buffer.concat([Buffer.of(0x9f), document.subarray(1), Buffer.of(0xff)])
      },
      NOT_STRICT,
    ],
    [
      'with a key twice',
      rewritten(
        Buffer.concat([Buffer.of(0xa9)]),
        Buffer.concat([Buffer.of(0xaa), cbor('digest'), cbor('SHA384')]),
      ),
      NOT_STRICT,
    ],
    [
      'with a length longer than need be',
      rewritten(
        Buffer.from([0x66, ...Buffer.from('SHA384')]),
        Buffer.from([0x78, 6, ...Buffer.from('SHA384')]),
      ),
      NOT_STRICT,
    ],
    [
      'with algorithm ES256',
      () => coseSign1(cbor(fields()), pki.enclave.key, { header: cbor(new Map([[1, -7]])) }),
      'it is not signed with ES384',
    ],
    [
      'with no algorithm',
      () => coseSign1(cbor(fields()), pki.enclave.key, { header: cbor(new Map()) }),
      'it is not signed with ES384',
    ],
    [
      'with more in its header',
      () =>
        coseSign1(cbor(fields()), pki.enclave.key, {
          header: cbor(
            new Map([
              [1, -35],
              [4, 0],
            ]),
          ),
        }),
      'it is not signed with ES384',
    ],
    [
      'with three parts',
      () => cbor([ES384_HEADER, new Map(), cbor(fields())]),
      'it is not a COSE_Sign1',
    ],
    [
      'with a short signature',
      () => cbor([ES384_HEADER, new Map(), cbor(fields()), Buffer.alloc(95)]),
      'it is not a COSE_Sign1',
    ],
    ['that is empty', () => Buffer.alloc(0), NOT_STRICT],
  ]
  test.each(cases)('%s', (_title, make, reason) => {
    expect(reasonOf(() => read(make()))).toBe(reason)
  })

  test("under AWS's root, which has not issued it", () => {
    expect(reasonOf(() => read(documentOf(fields(), pki), now, NITRO_ROOT_G1))).toBe(NO_CHAIN)
  })

  test.each([
    ['before its certificate is valid', -2],
    ['after its certificate has expired', 2],
  ])('%s', (_title, days) => {
    const at = now + days * 86_400_000
    const document = signed((content) => content.set('timestamp', at))
    expect(reasonOf(() => read(document, at))).toBe(
      'one of its certificates is expired or not valid yet',
    )
  })
})

describe('An envelope', () => {
  test.each([2048, 3072, 4096])('for RSA of %i bits is opened by openssl', (modulusLength) => {
    const pair = generateKeyPairSync('rsa', { modulusLength })
    const publicKey = pair.publicKey.export({ format: 'der', type: 'spki' })
    for (const length of [1, 15, 16, 32, 2375, 4096]) {
      const secret = createHash('shake256', { outputLength: length }).update('secret').digest()
      const cms = sealFor(publicKey, secret)
      expect(cms.length).toBeLessThanOrEqual(6144)
      expect(openEnvelope(cms, pair.privateKey).equals(secret)).toBe(true)
    }
  })

  test('is laid out as the AWS Nitro Enclaves SDK for C walks it', () => {
    const cms = sealFor(spki, Buffer.alloc(32, 7)).toString('hex')
    // ContentInfo, its content, EnvelopedData, all of indefinite length; version 2; then a SET of definite length
    expect(cms).toMatch(/^308006092a864886f70d010703a0803080020102318201/)
    // data, AES-256-CBC with its IV, then [0] of indefinite length with one OCTET STRING; five ends
    expect(cms).toMatch(
      /308006092a864886f70d010701301d060960864801650304012a0410[0-9a-f]{32}a0800430[0-9a-f]{96}0{20}$/,
    )
  })

  test('is never twice the same, and opens for nobody else', () => {
    const secret = Buffer.from('secret')
    const cms = sealFor(spki, secret)
    expect(sealFor(spki, secret).equals(cms)).toBe(false)
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    expect(readAs(stranger, cms)).not.toBe('secret')
  })
})

function readAs(key: typeof rsa.privateKey, cms: Buffer): string {
  try {
    return openEnvelope(cms, key).toString()
  } catch {
    return 'openssl refuses'
  }
}

describe('Condition keys', () => {
  const attestation = read(documentOf(fields(), pki))
  const hex = (index: number) => register(index).toString('hex')

  test('are the registers, and the image by another name', () => {
    expect(Object.fromEntries(attestedValues(attestation))).toEqual({
      imagesha384: hex(0),
      pcr0: hex(0),
      pcr1: hex(1),
      pcr2: hex(2),
      pcr3: hex(3),
      pcr4: hex(4),
      pcr8: hex(8),
    })
    expect([...attestedValues({ ...attestation, pcrs: new Map([[31, 'ab']]) })]).toEqual([
      ['pcr31', 'ab'],
    ])
  })

  test('and what an audit record says', () => {
    expect(attestedEventData(attestation)).toEqual({
      recipient: {
        attestationDocumentModuleId: MODULE_ID,
        attestationDocumentEnclaveImageDigest: hex(0),
        attestationDocumentEnclavePCR1: hex(1),
        attestationDocumentEnclavePCR2: hex(2),
        attestationDocumentEnclavePCR3: hex(3),
        attestationDocumentEnclavePCR4: hex(4),
        attestationDocumentEnclavePCR8: hex(8),
      },
    })
  })
})

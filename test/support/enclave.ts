import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto'
import { encode, Tagged } from 'cborg'
import { openssl, withFiles } from './openssl.ts'

/** A certificate and its key. */
export interface Identity {
  readonly certificate: Buffer
  readonly pem: string
  readonly key: KeyObject
}

interface CertificateOptions {
  readonly name: string
  readonly issuer?: Identity
  readonly ca: boolean
  /** OpenSSL's name of the curve; P-384 as in AWS's PKI unless given */
  readonly curve?: string
  /** valid from now on; 1 unless given */
  readonly days?: number
  /** names of a server, as OpenSSL writes subjectAltName */
  readonly hosts?: string
}

/** Makes a certificate with openssl: self-signed, or issued by another. */
export function issue({
  name,
  issuer,
  ca,
  curve = 'P-384',
  days = 1,
  hosts,
}: CertificateOptions): Identity {
  const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: curve })
  const keyPem = key.export({ format: 'pem', type: 'pkcs8' })
  const extensions = ca
    ? ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign']
    : ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature']
  if (hosts !== undefined) extensions.push(`subjectAltName=${hosts}`)
  const pem = withFiles(
    {
      key: Buffer.from(keyPem),
      issuer: Buffer.from(issuer?.pem ?? ''),
      issuerKey: Buffer.from(issuer?.key.export({ format: 'pem', type: 'pkcs8' }) ?? ''),
    },
    (at) =>
      openssl(
        'req',
        ...['-x509', '-new', '-sha384', '-key', at.key, '-subj', `/CN=${name}`],
        ...['-days', String(days)],
        ...extensions.flatMap((extension) => ['-addext', extension]),
        ...(issuer === undefined ? [] : ['-CA', at.issuer, '-CAkey', at.issuerKey]),
      ).toString(),
  )
  const base64 = pem.replace(/-----.*-----|\s/g, '')
  return { certificate: Buffer.from(base64, 'base64'), pem, key }
}

/** A root, an intermediate and an enclave's certificate, as AWS's Nitro PKI has them (with fewer steps). */
export interface Pki {
  readonly root: Identity
  readonly intermediate: Identity
  readonly enclave: Identity
}

export function makePki(): Pki {
  const root = issue({ name: 'test.nitro-enclaves', ca: true, days: 3650 })
  const intermediate = issue({ name: 'instance.test', issuer: root, ca: true, days: 20 })
  const enclave = issue({ name: 'i-1-enc1.test', issuer: intermediate, ca: false })
  return { root, intermediate, enclave }
}

export const MODULE_ID = 'i-0123456789abcdef0-enc0123456789abcdef'
/** A register's content, different for each index. */
export const register = (index: number): Buffer => createHash('sha384').update(`${index}`).digest()

/** The payload of a document as the hypervisor writes it. */
export function payload(
  { root, intermediate, enclave }: Pki,
  { publicKey, timestamp }: { publicKey: KeyObject; timestamp: number },
): Map<string, unknown> {
  return new Map<string, unknown>([
    ['module_id', MODULE_ID],
    ['digest', 'SHA384'],
    ['timestamp', timestamp],
    ['pcrs', new Map([0, 1, 2, 3, 4, 8].map((index) => [index, register(index)]))],
    ['certificate', enclave.certificate],
    ['cabundle', [root.certificate, intermediate.certificate]],
    ['public_key', publicKey.export({ format: 'der', type: 'spki' })],
    ['user_data', null],
    ['nonce', null],
  ])
}

const cbor = (value: unknown): Buffer => Buffer.from(encode(value))
export const ES384_HEADER = cbor(new Map([[1, -35]]))

/** A COSE_Sign1 over a payload, by an independent writer of the same standard. */
export function coseSign1(
  content: Uint8Array,
  key: KeyObject,
  { header = ES384_HEADER, tag = false }: { header?: Uint8Array; tag?: boolean } = {},
): Buffer {
  const toBeSigned = cbor(['Signature1', header, Buffer.alloc(0), content])
  const signature = sign('sha384', toBeSigned, {
    key: createPrivateKey(key.export({ format: 'pem', type: 'pkcs8' })),
    dsaEncoding: 'ieee-p1363',
  })
  const parts = [header, new Map(), content, signature]
  return cbor(tag ? new Tagged(18, parts) : parts)
}

/** A document signed by the enclave's key. */
export const documentOf = (fields: Map<string, unknown>, pki: Pki): Buffer =>
  coseSign1(cbor(fields), pki.enclave.key)

/** Opens a CMS EnvelopedData with openssl's command line. */
export const openEnvelope = (cms: Uint8Array, key: KeyObject): Buffer =>
  withFiles({ cms, key: Buffer.from(key.export({ format: 'pem', type: 'pkcs8' })) }, (at) =>
    openssl('cms', ...['-decrypt', '-inform', 'DER', '-in', at.cms, '-inkey', at.key, '-binary']),
  )

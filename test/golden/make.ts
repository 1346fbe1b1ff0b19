// Makes the golden files with the code as it is: `node test/golden/make.ts`. A golden file is made once, when
// a version of the format is new, and frozen from then on, so one that exists is never written again.
import { createSecretKey, randomBytes, randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { type BlobHeader, sealBlob } from '../../core/crypto/blob.ts'
import type { EncryptionContext } from '../../core/crypto/encryption-context.ts'
import { materialId } from '../../core/crypto/material-id.ts'
import { wrapMaterial } from '../../core/crypto/wrap.ts'

const uuidKey = '1234abcd-12ab-34cd-56ef-1234567890ab'
const mrkKey = 'mrk-0123456789abcdef0123456789abcdef'

interface BlobCase {
  name: string
  length: number
  context?: EncryptionContext
  header?: Partial<Omit<BlobHeader, 'materialId'>>
}

const blobCases: BlobCase[] = [
  { name: 'one byte, no context', length: 1 },
  { name: 'a data key, no context', length: 32 },
  { name: 'the most Encrypt takes', length: 4096 },
  { name: 'nothing', length: 0 },
  { name: 'one pair', length: 32, context: { purpose: 'golden' } },
  { name: 'pairs to be sorted', length: 32, context: { b: '2', a: '1', aa: '3', '': 'empty' } },
  { name: 'unicode', length: 32, context: { '🔑': 'key', '～': 'tilde', é: '€', 'e\u0301': '' } },
  { name: 'the largest context', length: 32, context: { k: 'v'.repeat(8191) } },
  { name: 'multi-Region key', length: 32, header: { keyId: mrkKey }, context: { mrk: 'yes' } },
  { name: 'lowest account', length: 32, header: { accountId: '000000000000' } },
  { name: 'highest account', length: 32, header: { accountId: '999999999999' } },
  { name: 'a long region', length: 32, header: { region: 'ap-southeast-1' } },
  { name: 'a short region', length: 32, header: { region: 'local' } },
]

function blob({ name, length, context, header }: BlobCase) {
  const material = randomBytes(32)
  const keyId = header?.keyId ?? uuidKey
  const whole: BlobHeader = {
    accountId: '111122223333',
    region: 'eu-central-1',
    ...header,
    keyId,
    materialId: materialId(material, keyId),
  }
  const plaintext = randomBytes(length)
  const sealed = sealBlob(createSecretKey(material), whole, plaintext, context)
  return {
    name,
    material: material.toString('hex'),
    header: whole,
    context: context === undefined ? [] : Object.entries(context),
    plaintext: plaintext.toString('base64'),
    blob: sealed.toString('base64'),
  }
}

function wrapped(name: string, length: number, context: Record<string, string>) {
  const wrappingKey = randomBytes(32)
  const wrappingKeyId = randomUUID()
  const material = randomBytes(length)
  const bytes = wrapMaterial(createSecretKey(wrappingKey), wrappingKeyId, material, context)
  return {
    name,
    wrappingKey: wrappingKey.toString('hex'),
    wrappingKeyId,
    context,
    material: material.toString('base64'),
    wrapped: bytes.toString('base64'),
  }
}

function make(file: string, content: unknown): void {
  const url = new URL(file, import.meta.url)
  writeFileSync(url, `${JSON.stringify(content, null, 2)}\n`, { flag: 'wx' })
  process.stdout.write(`made ${file}\n`)
}

make('blobs.json', blobCases.map(blob))
make('wrapped.json', [
  wrapped('symmetric key material', 32, {
    tenant: '111122223333',
    region: 'eu-central-1',
    keyId: uuidKey,
    spec: 'SYMMETRIC_DEFAULT',
  }),
  wrapped('a private key', 2375, { tenant: '111122223333', keyId: mrkKey, spec: 'RSA_4096' }),
  wrapped('unicode context', 16, { tenant: '111122223333', name: '🔑 é' }),
])

// Makes the golden file of keys in external key stores, as make.ts makes the others: `node test/golden/make-external.ts`.
// Made once, when suite 2 was new, and frozen from then on. The proxy is one of AES-256-GCM, with metadata and without.
import { createCipheriv, createSecretKey, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { type BlobHeader, parseBlob, sealBlob } from '../../core/crypto/blob.ts'
import { canonicalContext, type EncryptionContext } from '../../core/crypto/encryption-context.ts'
import { outerAad, outerBlob } from '../../core/crypto/external-blob.ts'
import { materialId } from '../../core/crypto/material-id.ts'

const keyId = '1234abcd-12ab-34cd-56ef-1234567890ab'

interface Case {
  readonly name: string
  readonly length: number
  readonly context?: EncryptionContext
  readonly metadata: number
  readonly iv: number
}

const cases: readonly Case[] = [
  { name: 'a data key, no context', length: 32, metadata: 9, iv: 12 },
  { name: 'one byte, no metadata', length: 1, metadata: 0, iv: 12 },
  { name: 'the most of all', length: 4096, metadata: 20, iv: 16, context: { k: 'v'.repeat(8191) } },
  { name: 'unicode', length: 32, metadata: 1, iv: 12, context: { '🔑': 'key', é: '€' } },
]

function made({ name, length, context, metadata: metadataLength, iv: ivLength }: Case) {
  const material = randomBytes(32)
  const header: BlobHeader = {
    accountId: '111122223333',
    region: 'eu-central-1',
    keyId,
    materialId: materialId(material, keyId),
  }
  const plaintext = randomBytes(length)
  const inner = sealBlob(createSecretKey(material), header, plaintext, context, { suite: 2 })
  const parsed = parseBlob(inner)
  const [externalKey, iv, metadata] = [
    randomBytes(32),
    randomBytes(ivLength),
    randomBytes(metadataLength),
  ]
  const aad = outerAad(createSecretKey(material), parsed, canonicalContext(context))
  const cipher = createCipheriv('aes-256-gcm', externalKey, iv, { authTagLength: 16 })
  cipher.setAAD(Buffer.concat([aad, metadata]))
  const sealed = inner.subarray(parsed.header.length)
  const ciphertext = Buffer.concat([cipher.update(sealed), cipher.final()])
  const blob = outerBlob(parsed.header, { ciphertext, iv, metadata, tag: cipher.getAuthTag() })
  return {
    name,
    material: material.toString('hex'),
    externalKey: externalKey.toString('hex'),
    header,
    context: context === undefined ? [] : Object.entries(context),
    plaintext: plaintext.toString('base64'),
    blob: blob.toString('base64'),
  }
}

const url = new URL('external-blobs.json', import.meta.url)
writeFileSync(url, `${JSON.stringify(cases.map(made), null, 2)}\n`, { flag: 'wx' })

// Makes the golden file of keys in CloudHSM key stores, as make.ts makes the others: `node test/golden/make-token.ts`.
// Made once, when suite 3 was new, and frozen from then on. A token's key never leaves it, so the token here is one
// whose key is in the file: it does what CKM_AES_GCM is.
import { createCipheriv, createSecretKey, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { type BlobHeader, parseBlob, sealBlob } from '../../core/crypto/blob.ts'
import { canonicalContext, type EncryptionContext } from '../../core/crypto/encryption-context.ts'
import { materialId } from '../../core/crypto/material-id.ts'
import { tokenAad, tokenBlob } from '../../core/crypto/token-blob.ts'

const keyId = '1234abcd-12ab-34cd-56ef-1234567890ab'

interface Case {
  readonly name: string
  readonly length: number
  readonly context?: EncryptionContext
}

const cases: readonly Case[] = [
  { name: 'a data key, no context', length: 32 },
  { name: 'one byte', length: 1, context: { a: 'b' } },
  { name: 'the most of all', length: 4096, context: { k: 'v'.repeat(8191) } },
  { name: 'unicode', length: 32, context: { '🔑': 'key', é: '€' } },
]

function made({ name, length, context }: Case) {
  const material = randomBytes(32)
  const header: BlobHeader = {
    accountId: '111122223333',
    region: 'eu-central-1',
    keyId,
    materialId: materialId(material, keyId),
  }
  const plaintext = randomBytes(length)
  const inner = sealBlob(createSecretKey(material), header, plaintext, context, { suite: 3 })
  const parsed = parseBlob(inner)
  const [tokenKey, iv] = [randomBytes(32), randomBytes(12)]
  const cipher = createCipheriv('aes-256-gcm', tokenKey, iv, { authTagLength: 16 })
  cipher.setAAD(tokenAad(parsed.header, canonicalContext(context)))
  const sealed = inner.subarray(parsed.header.length)
  const ciphertext = Buffer.concat([cipher.update(sealed), cipher.final()])
  const blob = tokenBlob(parsed.header, { ciphertext, iv, tag: cipher.getAuthTag() })
  return {
    name,
    material: material.toString('hex'),
    tokenKey: tokenKey.toString('hex'),
    header,
    context: context === undefined ? [] : Object.entries(context),
    plaintext: plaintext.toString('base64'),
    blob: blob.toString('base64'),
  }
}

const url = new URL('token-blobs.json', import.meta.url)
writeFileSync(url, `${JSON.stringify(cases.map(made), null, 2)}\n`, { flag: 'wx' })

// Makes the golden file of ciphertexts for external key stores: `node test/golden/make-xks.ts`. Made once, when the
// format was new, and frozen from then on.
import { createSecretKey, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { materialId } from '../../core/crypto/material-id.ts'
import { sealXks } from '../../core/crypto/xks-ciphertext.ts'

const keyId = '1234abcd-12ab-34cd-56ef-1234567890ab'
const mrkId = 'mrk-0123456789abcdef0123456789abcdef'

const cases: readonly [name: string, key: string, length: number, aad: number][] = [
  ['one byte, no additional data', keyId, 1, 0],
  ['a data key that AWS KMS has encrypted', keyId, 64, 33],
  ['the most that a proxy must take', keyId, 4300, 8192],
  ['the most that this one takes', keyId, 8192, 16_384],
  ['a multi-Region key', mrkId, 32, 12],
]

const made = cases.map(([name, key, length, aadLength]) => {
  const material = randomBytes(32)
  const id = materialId(material, key)
  const [plaintext, aad] = [randomBytes(length), randomBytes(aadLength)]
  const sealed = sealXks(createSecretKey(material), id, plaintext, aad)
  return {
    name,
    keyId: key,
    material: material.toString('hex'),
    materialId: id,
    plaintext: plaintext.toString('base64'),
    additionalAuthenticatedData: aad.toString('base64'),
    ciphertextMetadata: sealed.metadata.toString('base64'),
    initializationVector: sealed.iv.toString('base64'),
    ciphertext: sealed.ciphertext.toString('base64'),
    authenticationTag: sealed.tag.toString('base64'),
  }
})
writeFileSync(new URL('xks.json', import.meta.url), `${JSON.stringify(made, null, 2)}\n`, {
  flag: 'wx',
})

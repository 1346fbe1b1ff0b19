import { KmsError } from '../base/errors.ts'
import { parseTokenBlob, tokenAad, tokenBlob } from '../crypto/token-blob.ts'
import {
  type Hsm,
  type StoreHome,
  TokenFailure,
  type TokenStore,
} from '../custom-key-store/cluster.ts'
import { refusedAs } from '../custom-key-store/cluster-failures.ts'
import type { ClusterKeyStore } from '../custom-key-store/custom-key-store.ts'
import type { HeldCipher } from './held-cipher.ts'
import type { Key } from './key.ts'

/** bytes of the inner tag, at the end of what the token decrypts */
const INNER_TAG = 16

/**
 * Encrypts and decrypts under keys of CloudHSM key stores: their tokens encrypt what the keys' own material made,
 * and decrypt it first. So a token's key is used for no more than 2^32 random IVs can bear without harm to what is
 * encrypted (each has a per-call key below it), and what somebody does with the token alone opens nothing.
 * @param hsm undefined where this process can have no token
 */
export const tokenCipher = (
  hsm: Pick<Hsm, 'encrypt' | 'decrypt'> | undefined,
  storeOf: (home: StoreHome, store: ClusterKeyStore) => TokenStore,
): HeldCipher => {
  const heldBy = (key: Key) => {
    const { data, held } = key
    if (held?.store?.type !== 'AWS_CLOUDHSM' || data.keyStore === undefined) {
      throw new Error('a usable key of a custom key store has a store')
    }
    if (hsm === undefined) throw new TokenFailure('NotFound')
    return { tokens: hsm, store: storeOf(key, held.store), name: data.keyStore.external }
  }
  return {
    encrypt: (key, { blob: { header, ciphertext, tag }, contextBytes }) =>
      refusedAs('use', async () => {
        const { tokens, store, name } = heldBy(key)
        const plaintext = Buffer.concat([ciphertext, tag])
        const request = { plaintext, aad: tokenAad(header, contextBytes) }
        return tokenBlob(header, await tokens.encrypt(store, name, request))
      }),

    async decrypt(key, { blob, contextBytes, open }) {
      const request = { ...parseTokenBlob(blob), aad: tokenAad(blob.header, contextBytes) }
      const inner = await refusedAs('use', async () => {
        const { tokens, store, name } = heldBy(key)
        return tokens.decrypt(store, name, request)
      })
      const tagAt = inner.length - INNER_TAG
      if (tagAt < 0) throw new KmsError('InvalidCiphertextException')
      return open({ ciphertext: inner.subarray(0, tagAt), tag: inner.subarray(tagAt) })
    },
  }
}

import { useState } from 'react'
import type { KeyMetadata } from './named-key.tsx'

/** Whether a key encrypts and decrypts. */
export const encrypts = ({ KeyUsage: usage }: KeyMetadata): boolean => usage === 'ENCRYPT_DECRYPT'
/** Whether it is one of those that make data keys. */
export const isSymmetric = ({ KeySpec: spec }: KeyMetadata): boolean => spec === 'SYMMETRIC_DEFAULT'

/** How a key encrypts: a symmetric key in its one way, with an encryption context; an RSA key in one of several. */
export function useCipher(metadata: KeyMetadata | undefined) {
  const [wanted, setWanted] = useState<string>()
  const all = metadata?.EncryptionAlgorithms ?? []
  const isAsymmetric = metadata !== undefined && encrypts(metadata) && !isSymmetric(metadata)
  const algorithm = isAsymmetric ? (all.find((one) => one === wanted) ?? all.at(-1)) : undefined
  return { isAsymmetric, algorithm, algorithms: all, choose: setWanted }
}

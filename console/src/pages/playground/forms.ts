import type { ComponentType } from 'react'
import type { TextKey } from '../../i18n/texts.tsx'
import { Blob } from './blob.tsx'
import { encrypts, isSymmetric } from './ciphers.ts'
import { DataKey } from './data-key.tsx'
import { DataKeyPair } from './data-key-pair.tsx'
import { Decrypt } from './decrypt.tsx'
import { Encrypt } from './encrypt.tsx'
import { encapsulates, Kem } from './kem.tsx'
import { Mac } from './mac.tsx'
import type { KeyMetadata, TryProps } from './named-key.tsx'
import { Random } from './random.tsx'
import { ReEncrypt } from './re-encrypt.tsx'
import { agrees, SharedSecret } from './shared-secret.tsx'
import { Sign } from './sign.tsx'

/** Something to try, at /playground/:id and on the pages of keys that can do it. */
interface TryEntry {
  readonly id: string
  readonly title: TextKey
  readonly content: ComponentType<TryProps>
  /** which keys can do it; absent where it needs none */
  readonly of?: (metadata: KeyMetadata) => boolean
}

export const FORMS: readonly TryEntry[] = [
  { id: 'encrypt', title: 'playground.encrypt', content: Encrypt, of: encrypts },
  { id: 'decrypt', title: 'playground.decrypt', content: Decrypt, of: encrypts },
  { id: 'blob', title: 'blob', content: Blob },
  { id: 're-encrypt', title: 'playground.re-encrypt', content: ReEncrypt, of: encrypts },
  { id: 'data-key', title: 'data-key', content: DataKey, of: isSymmetric },
  { id: 'data-key-pair', title: 'data-key-pair', content: DataKeyPair, of: isSymmetric },
  {
    id: 'sign',
    title: 'playground.sign',
    content: Sign,
    of: ({ KeyUsage: usage }) => usage === 'SIGN_VERIFY',
  },
  {
    id: 'mac',
    title: 'playground.mac',
    content: Mac,
    of: ({ KeyUsage: usage }) => usage === 'GENERATE_VERIFY_MAC',
  },
  { id: 'kem', title: 'kem', content: Kem, of: encapsulates },
  { id: 'shared-secret', title: 'shared-secret', content: SharedSecret, of: agrees },
  { id: 'random', title: 'random', content: Random },
]

import type { Input } from '../../api/request.ts'
import { compact } from '../../parts/json-text.ts'

type KeySpec = NonNullable<Input<'CreateKey'>['KeySpec']>
type KeyUsage = NonNullable<Input<'CreateKey'>['KeyUsage']>

/** Which specs a key of each type and usage can have, the usual one first. */
const SPECS: Readonly<
  Record<'symmetric' | 'asymmetric', Partial<Record<KeyUsage, readonly KeySpec[]>>>
> = {
  symmetric: {
    ENCRYPT_DECRYPT: ['SYMMETRIC_DEFAULT'],
    GENERATE_VERIFY_MAC: ['HMAC_256', 'HMAC_224', 'HMAC_384', 'HMAC_512'],
  },
  asymmetric: {
    SIGN_VERIFY: [
      'ECC_NIST_P256',
      'ECC_NIST_P384',
      'ECC_NIST_P521',
      'ECC_SECG_P256K1',
      'ECC_NIST_EDWARDS25519',
      'RSA_2048',
      'RSA_3072',
      'RSA_4096',
      'ML_DSA_44',
      'ML_DSA_65',
      'ML_DSA_87',
    ],
    ENCRYPT_DECRYPT: ['RSA_2048', 'RSA_3072', 'RSA_4096'],
    KEY_AGREEMENT: ['ECC_NIST_P256', 'ECC_NIST_P384', 'ECC_NIST_P521'],
    ENCAPSULATE_DECAPSULATE: ['ML_KEM_768', 'ML_KEM_512', 'ML_KEM_1024'],
  },
}

export type KeyType = keyof typeof SPECS
export const KEY_TYPES = Object.keys(SPECS) as readonly KeyType[]
export const usagesOf = (type: KeyType) => Object.keys(SPECS[type]) as readonly KeyUsage[]
export const specsOf = (type: KeyType, usage: KeyUsage): readonly KeySpec[] =>
  SPECS[type][usage] ?? []

const ORIGINS = ['AWS_KMS', 'EXTERNAL', 'AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE'] as const
export type KeyOrigin = (typeof ORIGINS)[number]

/** Where the material of a key can come from; custom key stores have keys of SYMMETRIC_DEFAULT alone. */
export const originsOf = (spec: KeySpec): readonly KeyOrigin[] =>
  spec === 'SYMMETRIC_DEFAULT' ? ORIGINS : ['AWS_KMS', 'EXTERNAL']

export type StoreOrigin = 'AWS_CLOUDHSM' | 'EXTERNAL_KEY_STORE'
/** Whether keys of an origin are in a custom key store: in one Region each. */
export const isInStore = (origin: KeyOrigin): origin is StoreOrigin =>
  origin === 'AWS_CLOUDHSM' || origin === 'EXTERNAL_KEY_STORE'

/** what AWS takes as the id of an external key (CreateKey, XksKeyId) */
const EXTERNAL_KEY = /^[a-zA-Z0-9-_.]{1,128}$/
export const isExternalKey = (id: string): boolean => EXTERNAL_KEY.test(id)

export interface Tag {
  readonly key: string
  readonly value: string
}

/** What a person has chosen of the key that will be. */
export interface Wish {
  readonly type: KeyType
  readonly usage: KeyUsage
  readonly spec: KeySpec
  readonly origin: KeyOrigin
  readonly multiRegion: boolean
  /** id of the custom key store that it is to be in; empty where its origin has none */
  readonly store: string
  /** id of the key in the external key manager; empty where its origin has none */
  readonly external: string
  /** without `alias/` */
  readonly alias: string
  readonly description: string
  readonly tags: readonly Tag[]
  readonly administrators: readonly string[]
  readonly users: readonly string[]
  readonly deletion: boolean
  /** as it was edited; undefined while it follows from the choices */
  readonly policy: string | undefined
}

export const FIRST_WISH: Wish = {
  ...{ type: 'symmetric', usage: 'ENCRYPT_DECRYPT', spec: 'SYMMETRIC_DEFAULT' },
  ...{ origin: 'AWS_KMS', multiRegion: false, store: '', external: '' },
  ...{ alias: '', description: '', tags: [] },
  ...{ administrators: [], users: [], deletion: true, policy: undefined },
}

/** Another type, with its usual usage and spec. */
export function ofType(wish: Wish, type: KeyType): Wish {
  const [usage = wish.usage] = usagesOf(type)
  return ofUsage({ ...wish, type }, usage)
}

export function ofUsage(wish: Wish, usage: KeyUsage): Wish {
  const [spec = wish.spec] = specsOf(wish.type, usage)
  return ofSpec({ ...wish, usage }, spec)
}

export function ofSpec(wish: Wish, spec: KeySpec): Wish {
  const changed = { ...wish, spec }
  return originsOf(spec).includes(wish.origin) ? changed : ofOrigin(changed, 'AWS_KMS')
}

/** Another origin, with nothing of the former one. */
export function ofOrigin(wish: Wish, origin: KeyOrigin): Wish {
  const multiRegion = wish.multiRegion && !isInStore(origin)
  return { ...wish, origin, multiRegion, store: '', external: '' }
}

/** Whether what the origin needs is there. */
export const hasPlace = ({ origin, store, external }: Wish): boolean =>
  !isInStore(origin) ||
  (store !== '' && (origin !== 'EXTERNAL_KEY_STORE' || isExternalKey(external)))

/** what AWS takes as the name of an alias (CreateAlias), but for what begins with aws/ */
const ALIAS = /^(?!aws\/)[a-zA-Z0-9/_-]{1,250}$/
export const isAlias = (name: string): boolean => name === '' || ALIAS.test(name)

/** The call that makes the key. */
export const keyOf = (wish: Wish, policy: string): Input<'CreateKey'> => ({
  KeySpec: wish.spec,
  KeyUsage: wish.usage,
  ...(wish.origin !== 'AWS_KMS' && { Origin: wish.origin }),
  ...(wish.multiRegion && { MultiRegion: true }),
  ...(wish.store !== '' && { CustomKeyStoreId: wish.store }),
  ...(wish.external !== '' && { XksKeyId: wish.external }),
  ...(wish.description !== '' && { Description: wish.description }),
  ...(wish.tags.length > 0 && {
    Tags: wish.tags.map(({ key, value }) => ({ TagKey: key, TagValue: value })),
  }),
  Policy: compact(policy),
})

import { isMultiRegionKeyId, keyArn, kmsArn } from '../base/arn.ts'
import { invalid, KmsError } from '../base/errors.ts'
import { loadOnce } from '../base/load-once.ts'
import type { BlobHeader } from '../crypto/blob.ts'
import { customKeyStoresPlace } from '../custom-key-store/custom-key-store-items.ts'
import { GLOBAL } from '../root/tenant-key-context.ts'
import type { Found, ItemKey } from '../store/store.ts'
import { heldKey } from './held.ts'
import type { Key } from './key.ts'
import { keyFromItem, keyPlace } from './key-item.ts'
import { aliasItem, type KeyName, sharedPlace } from './key-items.ts'
import { type KeyReference, MOST_ALIAS_NAME, parseKeyReference } from './key-reference.ts'
import type { KeySelector, KeyUse, KeyUses } from './key-use.ts'
import { keyAt } from './material.ts'

export const aliasPlace = (accountId: string, region: string, name: string): ItemKey =>
  aliasItem.place({ accountId, region, name })

/** The key that an alias points to, by its item's place; undefined where no key has the name, or can have it. */
export async function aliasTarget(
  accountId: string,
  region: string,
  name: string,
  found: Found,
): Promise<string | undefined> {
  if (name.length > MOST_ALIAS_NAME) return undefined
  const item = await found(aliasPlace(accountId, region, name))
  return item && aliasItem.read(item).target
}

/** One key an operation's input names: read well or not, that is told only to a proven caller. */
export interface NamedKey {
  readonly use: KeyUse<unknown>
  readonly reference?: KeyReference
  readonly refusal?: KmsError
  /** named by a ciphertext, not by the caller's own words */
  readonly byCiphertext: boolean
}

type Home = { accountId: string; region: string }

/**
 * The keys that an input's members name, by the names that an operation's record gives them.
 * @param members those that `from` may look at, decoded
 */
export function namedKeys(
  uses: KeyUses<unknown>,
  members: Readonly<Record<string, unknown>>,
  home: Home,
): Map<string, NamedKey> {
  const named = new Map<string, NamedKey>()
  for (const name in uses) {
    const use = uses[name]
    if (use === undefined) continue
    try {
      const selector = selectorOf(use, members)
      if (selector !== undefined) named.set(name, nameKey(use, selector, home))
    } catch (error) {
      if (!(error instanceof KmsError)) throw error
      named.set(name, { use, refusal: error, byCiphertext: false })
    }
  }
  return named
}

function selectorOf(
  { from, readings }: KeyUse<unknown>,
  members: Readonly<Record<string, unknown>>,
): KeySelector {
  for (const member of from) {
    const value = members[member]
    if (typeof value !== 'string' && !(value instanceof Uint8Array)) continue
    const read = readings?.[member]
    if (read !== undefined) return read(value)
    if (typeof value === 'string') return value
  }
  return undefined
}

function nameKey(use: KeyUse<unknown>, selector: NonNullable<KeySelector>, home: Home): NamedKey {
  if (typeof selector !== 'string') {
    return { use, reference: blobReference(selector, home), byCiphertext: true }
  }
  const reference = parseKeyReference(selector, home)
  if (reference.aliasName !== undefined && !use.alias) {
    throw use.whenAlias === undefined
      ? new KmsError('InvalidArnException', 'Key Aliases are not supported for this operation.')
      : invalid(use.whenAlias)
  }
  return { use, reference, byCiphertext: false }
}

/** The ciphertext of a multi-Region key names no Region: the one that is asked has the key, or not. */
const blobReference = ({ accountId, region, keyId }: BlobHeader, home: Home): KeyReference => ({
  accountId,
  region: region === GLOBAL ? home.region : region,
  keyId,
  isArn: true,
})

/** Remembers where aliases pointed, so that key and alias are read together; every use is checked. */
export interface AliasHints {
  get(alias: string): string | undefined
  set(alias: string, keyId: string): unknown
}
/** Remembers which keys are in a custom key store, so that its state is read together with them. */
const storeHint = ({ accountId, region, id }: KeyName) => `${accountId}/${region}/${id}`
const hintOf = ({ accountId, region, aliasName }: KeyReference) =>
  `${accountId}/${region}/${aliasName}`

/** The items to read for a named key. */
export function placesOf({ reference }: NamedKey, hints: AliasHints): ItemKey[] {
  if (reference === undefined) return []
  const { accountId, region, keyId, aliasName = '' } = reference
  if (keyId !== undefined) return keyPlaces({ accountId, region, id: keyId }, hints)
  if (aliasName.length > MOST_ALIAS_NAME) return []
  const guess = hints.get(hintOf(reference))
  return [
    aliasPlace(accountId, region, aliasName),
    ...(guess === undefined ? [] : keyPlaces({ accountId, region, id: guess }, hints)),
  ]
}

/** The items of a key: a multi-Region key has one with its related keys too, one of a custom key store its store's. */
function keyPlaces(name: KeyName, hints: AliasHints): ItemKey[] {
  const { accountId, region, id } = name
  const own = keyPlace(accountId, region, id)
  if (isMultiRegionKeyId(id)) return [own, sharedPlace(accountId, id)]
  return hints.get(storeHint(name)) === undefined ? [own] : [own, customKeyStoresPlace(name)]
}

/** What resolving a key needs beside its name. */
export interface Resolving {
  /** the Region that was asked */
  readonly region: string
  /** Unix ms */
  readonly now: number
  readonly found: Found
  readonly hints: AliasHints
  /** an AWS managed key that nobody has named before, as it is to be; undefined for other names */
  readonly missingAlias: (reference: {
    accountId: string
    region: string
    aliasName: string
  }) => Promise<Key | undefined>
}

/**
 * The key that was named, from what is read, as it is at this moment.
 * @throws KmsError NotFoundException in AWS's words; AccessDeniedException for a ciphertext's unknown key
 */
export async function resolveKey(
  { reference, refusal, byCiphertext }: NamedKey,
  { region, now, found, hints, missingAlias }: Resolving,
): Promise<Key> {
  if (reference === undefined) throw refusal ?? new Error('a key use without reference')
  const { accountId, aliasName } = reference
  let { keyId } = reference
  if (aliasName !== undefined) {
    const name = { accountId, region: reference.region, aliasName }
    keyId = await aliasTarget(accountId, reference.region, aliasName, found)
    if (keyId === undefined) {
      const supposed = await missingAlias(name)
      if (supposed !== undefined) return supposed
      const arn = kmsArn(reference.region, accountId, aliasName)
      throw new KmsError('NotFoundException', `Alias ${arn} is not found.`)
    }
    hints.set(hintOf(reference), keyId)
  }
  const id = keyId ?? ''
  const here = reference.region === region
  const item = here ? await found(keyPlace(accountId, reference.region, id)) : undefined
  const key = item && keyFromItem(item)
  if (key !== undefined && key.data.destroyed === undefined) {
    if (key.data.keyStore !== undefined) {
      hints.set(storeHint(key), key.id)
      return heldKey(key, found)
    }
    if (!key.data.multiRegion) return keyAt(key, now)
    const related = await (await relatedKeys()).relatedKey(key, found)
    if (related !== undefined) return keyAt(related, now)
  }
  if (byCiphertext) throw unknownCiphertextKey()
  const arn = keyArn(reference.region, accountId, id)
  throw new KmsError('NotFoundException', `Key '${arn}' does not exist`)
}

/** Loaded with the first multi-Region key. */
const relatedKeys = loadOnce(() => import('./related.ts'))

/** One text for a key that is gone, elsewhere or another tenant's: AWS tells a stranger no more. */
export const unknownCiphertextKey = (): KmsError =>
  new KmsError(
    'AccessDeniedException',
    'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
  )

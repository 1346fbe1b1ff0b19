import { KmsError } from '../base/errors.ts'
import type { Key, KeyData, StoredMaterial } from './key.ts'
import type { KeyChanges } from './key-item.ts'
import { emptied, settled } from './material.ts'
import { notPrimary } from './primary.ts'

export type ImportType = 'NEW_KEY_MATERIAL' | 'EXISTING_KEY_MATERIAL'

/** Imported material that does not meet what the key expects; AWS gives no text. */
const incorrect = () => new KmsError('IncorrectKeyMaterialException')

/**
 * What an import changes of a key. Its first material becomes current; more can be imported into a
 * symmetric encryption key, to be rotated to; otherwise only what was imported before comes back.
 * @param type what the caller says of the material; first material is new, later one is known unless said
 * @param expectedId the KeyMaterialId that the caller gave
 * @throws KmsError IncorrectKeyMaterialException; KMSInvalidStateException while other new material is pending
 */
export function placeMaterial(
  key: Key,
  imported: StoredMaterial,
  { type, expectedId }: { type: ImportType | undefined; expectedId: string | undefined },
): KeyChanges {
  const { data } = key
  const { material, pending, former = [] } = data
  const first = material === undefined
  const known = [material, pending, ...former].some((one) => one?.id === imported.id)
  const isNew =
    (type ?? (first ? 'NEW_KEY_MATERIAL' : 'EXISTING_KEY_MATERIAL')) === 'NEW_KEY_MATERIAL'
  if (expectedId !== undefined && expectedId !== imported.id) throw incorrect()
  // what is new to related keys is imported into their primary first
  if (isNew && key.related?.type === 'REPLICA') throw notPrimary(key)
  if (isNew === known) throw incorrect()
  if (first) return withState(data, { material: imported })
  if (!isNew) return withState(data, reimported(data, imported))
  if (pending === undefined) return { pending: imported }
  throw new KmsError(
    'KMSInvalidStateException',
    `New key material (id: ${imported.id}) cannot be imported into KMS key ${key.arn}, because another key material (id: ${pending.id}) is pending rotation.`,
  )
}

/** Material that comes back keeps its place and history; its expiration and description are new. */
function reimported(
  { material, pending, former }: KeyData,
  { created: _created, ...imported }: StoredMaterial,
): KeyChanges {
  const replaced = (one: StoredMaterial): StoredMaterial =>
    one.id === imported.id ? ({ ...one, validTo: undefined, ...imported } as StoredMaterial) : one
  return {
    material: material && replaced(material),
    pending: pending && replaced(pending),
    former: former?.map(replaced),
  }
}

/**
 * What the deletion of imported material changes of a key: material that waits for its rotation is
 * forgotten, other material leaves its id, and the key waits for it to be imported again.
 * @param id which; the current one unless given
 * @throws KmsError NotFoundException where the key has no such material
 */
export function removeMaterial(key: Key, id: string | undefined): KeyChanges {
  const { data } = key
  const { material, pending, former = [] } = data
  const wanted = id ?? material?.id
  if (wanted === undefined) return {}
  // a replica gives up its own copy; the primary what the related keys expect
  if (pending?.id === wanted) {
    return { pending: key.related?.type === 'REPLICA' ? emptied(pending) : undefined }
  }
  if (material?.id === wanted) return withState(data, { material: emptied(material) })
  if (!former.some((one) => one.id === wanted)) {
    throw new KmsError(
      'NotFoundException',
      `Key material (id: ${wanted}) does not exist in KMS key ${key.arn}.`,
    )
  }
  return withState(data, {
    former: former.map((one) => (one.id === wanted ? emptied(one) : one)),
  })
}

/** The changes, and the state that they bring about. */
function withState(data: KeyData, changes: KeyChanges): KeyChanges {
  return { ...changes, state: settled({ ...data, ...changes } as KeyData).state }
}

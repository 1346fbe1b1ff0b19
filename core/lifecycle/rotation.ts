import { KmsError } from '../base/errors.ts'
import type { PendingAct } from '../base/service-act.ts'
import { changeKey } from '../key/change-key.ts'
import type { Key, RotationType, StoredMaterial } from '../key/key.ts'
import { materialItem } from '../key/key-items.ts'
import { materialPlace } from '../key/keyring.ts'
import { newMaterial } from '../key/new-key.ts'
import type { DataPorts } from '../key/ports.ts'
import { specOf } from '../key/spec.ts'
import { withActs } from './pending-acts.ts'
import { synchronizations } from './synchronize.ts'

/** ms */
export const DAY = 86_400_000
/** days; API_EnableKeyRotation, RotationPeriodInDays */
export const DEFAULT_PERIOD = 365
/** on-demand rotations in a key's life (API_RotateKeyOnDemand) */
export const MOST_ON_DEMAND = 25

type Writing = Pick<DataPorts, 'read' | 'write' | 'wrapping'>

/**
 * That a key's material can be rotated at all: symmetric encryption keys alone.
 * @throws KmsError UnsupportedOperationException without text (recorded)
 */
export function checkRotatable(key: Key): void {
  if (!specOf(key).rotatable) throw new KmsError('UnsupportedOperationException')
}

/**
 * That a key's material was made here, as automatic rotation needs it.
 * @throws KmsError UnsupportedOperationException
 */
export function checkOwnMaterial(key: Key): void {
  checkRotatable(key)
  if (key.data.origin !== 'AWS_KMS') throw wrongOrigin(key)
}

/** The refusal of a key whose origin an operation can't serve, in AWS's words. */
export const wrongOrigin = ({ arn, data }: Key): KmsError =>
  new KmsError(
    'UnsupportedOperationException',
    `${arn} origin is ${data.origin} which is not valid for this operation.`,
  )

/** The date after `scheduled`: the schedule is kept, unless a whole period of it was missed. */
export function nextDate(scheduled: number, days: number, now: number): number {
  const kept = scheduled + days * DAY
  return kept > now ? kept : now + days * DAY
}

/**
 * Gives a key new material of its own making. The former is copied to its own item first, then one
 * conditional write makes the new one current: a crash between the two leaves a copy that nothing needs.
 * @returns the key as it is now, with an act that is to be put on record (pending-acts.ts)
 * @throws StoreConflict where the key was changed meanwhile
 */
export async function rotateMaterial(
  key: Key,
  ports: Writing,
  { type, now }: { type: RotationType; now: number },
): Promise<Key> {
  const former = key.data.material
  if (former === undefined) throw new Error(`key ${key.arn} has no key material`)
  const made = await newMaterial(key, ports.wrapping, now)
  await keepFormer(key, former, ports)
  const { rotation } = key.data
  return changeKey(
    key,
    {
      material: { ...made, rotated: { at: now, type } },
      ...(type === 'AUTOMATIC' &&
        rotation !== undefined && {
          rotation: { ...rotation, next: nextDate(rotation.next, rotation.days, now) },
        }),
      ...(type === 'ON_DEMAND' && { onDemandRotations: onDemandRotations(key) + 1 }),
      acts: withActs(key, [
        rotationAct(key, made.id, { type, now }),
        ...synchronizations(key, now),
      ]),
    },
    ports.write,
  )
}

/** A rotation as the audit trail has it (AWS KMS Developer Guide, "RotateKey"). @param current material's id */
const rotationAct = (
  { region, id, arn, data, related }: Key,
  current: string,
  { type, now }: { type: RotationType; now: number },
): PendingAct => ({
  at: now,
  name: 'RotateKey',
  resources: [arn],
  details: {
    rotationType: type,
    keyOrigin: data.origin,
    previousKeyMaterialId: data.material?.id,
    currentKeyMaterialId: current,
    keyId: id,
  },
  once: current,
  // by then another related key may be the primary
  ...(related !== undefined && { region }),
})

/** How often a key was rotated on demand. */
export const onDemandRotations = ({ data }: Key): number => data.onDemandRotations ?? 0

/**
 * Makes imported material that is pending the current one; the former stays with the key.
 * @returns the key as it is now, with an act that is to be put on record (pending-acts.ts)
 * @throws StoreConflict where the key was changed meanwhile
 */
export async function rotateImported(
  key: Key,
  pending: StoredMaterial,
  write: DataPorts['write'],
  now: number,
): Promise<Key> {
  const { material, former = [] } = key.data
  const rotated = { type: 'ON_DEMAND', now } as const
  return changeKey(
    key,
    {
      material: { ...pending, rotated: { at: now, type: 'ON_DEMAND' } },
      pending: undefined,
      former: [...former, ...(material === undefined ? [] : [material])],
      onDemandRotations: onDemandRotations(key) + 1,
      acts: withActs(key, [rotationAct(key, pending.id, rotated), ...synchronizations(key, now)]),
    },
    write,
  )
}

async function keepFormer(
  key: Key,
  former: StoredMaterial,
  { read, write }: Pick<DataPorts, 'read' | 'write'>,
): Promise<void> {
  const place = materialPlace(key, former.id)
  const [copy] = await read.get([place])
  // a copy is never changed: one that is there, after a crash, is this one
  if (copy !== undefined) return
  await write.put(materialItem.item(place, 1, former))
}

/** Every material of a key in the order in which they became current, the one that is pending last. */
export async function materialsOf(
  key: Key,
  read: Pick<DataPorts['read'], 'query'>,
): Promise<StoredMaterial[]> {
  const { material, former = [], pending } = key.data
  const stored: StoredMaterial[] = [...former]
  const { pk, sk: prefix } = materialPlace(key, '')
  for (let after: string | undefined; ; ) {
    const page = await read.query({
      pk,
      prefix,
      limit: 1000,
      ...(after !== undefined && { after }),
    })
    stored.push(...page.items.map(materialItem.read))
    after = page.items.at(-1)?.sk
    if (!page.more) break
  }
  const since = ({ created, rotated }: StoredMaterial) => rotated?.at ?? created
  return [
    ...stored
      // a rotation that a crash cut short leaves a copy of what is still current
      .filter(({ id }) => id !== material?.id)
      .sort((a, b) => since(a) - since(b) || (a.id < b.id ? -1 : 1)),
    ...(material === undefined ? [] : [material]),
    ...(pending === undefined ? [] : [pending]),
  ]
}

import type { PendingAct } from '../base/service-act.ts'
import type { Key, KeyData, StoredMaterial } from './key.ts'

/**
 * What the audit trail has of imported material that has expired: an act for each (AWS KMS Developer Guide,
 * "DeleteExpiredKeyMaterial").
 * @param left the key's data without it
 */
export function expiredIn({ id, arn, data }: Key, left: KeyData, now: number): PendingAct[] {
  const live = new Set(withBytes(left).map((material) => material.id))
  return withBytes(data)
    .filter((material) => !live.has(material.id))
    .map(({ id: keyMaterialId, validTo }) => ({
      at: now,
      name: 'DeleteExpiredKeyMaterial',
      resources: [arn],
      details: { keyId: id, keyMaterialId },
      once: `${keyMaterialId}/${validTo}`,
    }))
}

const withBytes = ({ material, pending, former = [], imported = [] }: KeyData): StoredMaterial[] =>
  [material, pending, ...former, ...imported].flatMap((one) =>
    one?.wrapped === undefined ? [] : [one],
  )

import { keyArn } from '../base/arn.ts'
import type { PendingAct } from '../base/service-act.ts'
import type { Key, SharedData } from '../key/key.ts'

/**
 * What the audit trail has of what related keys share being carried to their replicas: an act in the Region of
 * each, about the primary (AWS KMS Developer Guide, "SynchronizeMultiRegionKey"). The write that makes this
 * version of the shared item keeps them with it.
 * @param at Unix ms
 */
export const carried = (
  { accountId, id }: Pick<Key, 'accountId' | 'id'>,
  { primary, replicas }: Pick<SharedData, 'primary' | 'replicas'>,
  version: number,
  at: number,
): PendingAct[] =>
  replicas.map((region) => ({
    region,
    at,
    name: 'SynchronizeMultiRegionKey',
    resources: [keyArn(primary, accountId, id)],
    details: { keyId: id },
    response: { keyId: keyArn(region, accountId, id) },
    once: `${region}/${version}`,
  }))

/**
 * The same of a change that a key's primary is about to make; none for other keys.
 * @param key as it was before: the change makes its shared item one version newer
 */
export const synchronizations = (key: Key, at: number): PendingAct[] =>
  key.related === undefined ? [] : carried(key, key.related.shared, key.related.version + 1, at)

import { keyArn } from '../base/arn.ts'
import type { ServiceAct } from '../base/service-act.ts'
import type { Key } from '../key/key.ts'

/**
 * What the audit trail has of what a multi-Region key shares being carried to its replicas: an act in the
 * Region of each, about the primary (AWS KMS Developer Guide, "SynchronizeMultiRegionKey"). None for other keys.
 * @param key as it was before the change; the change makes its shared item one version newer
 */
export function synchronizations(key: Key, at: number): ServiceAct[] {
  if (key.related === undefined) return []
  const { version, shared } = key.related
  const { primary, replicas } = shared
  return replicas.map((region) =>
    synchronization(key, { primary, region, version: version + 1, at }),
  )
}

/** Puts them on record. */
export async function synchronize(
  key: Key,
  record: (act: ServiceAct) => Promise<void>,
  at: number,
): Promise<void> {
  for (const act of synchronizations(key, at)) await record(act)
}

/** What is carried to one Region. */
export interface Carried {
  /** the Region of the primary */
  readonly primary: string
  readonly region: string
  /** of the shared item */
  readonly version: number
  /** Unix ms */
  readonly at: number
}

export const synchronization = (
  { accountId, id }: Pick<Key, 'accountId' | 'id'>,
  { primary, region, version, at }: Carried,
): ServiceAct => ({
  accountId,
  region,
  at,
  name: 'SynchronizeMultiRegionKey',
  resources: [keyArn(primary, accountId, id)],
  details: { keyId: id },
  response: { keyId: keyArn(region, accountId, id) },
  once: `${region}/${version}`,
})

import { partitionOf } from '../base/arn.ts'
import type { CallContext } from '../base/call-context.ts'
import { KmsError } from '../base/errors.ts'
import type { Key } from './key.ts'

/** The refusal of a key that is no primary, in AWS's words (recorded of ReplicateKey). */
export const notPrimary = ({ arn }: Pick<Key, 'arn'>): KmsError =>
  new KmsError('UnsupportedOperationException', `${arn} is not a multi-region primary key.`)

/**
 * That a key is no replica: what related keys share is changed by their primary.
 * @throws KmsError UnsupportedOperationException
 */
export function checkPrimary(key: Key): void {
  if (key.related?.type === 'REPLICA') throw notPrimary(key)
}

export type Served = Pick<CallContext, 'region' | 'servedRegion' | 'otherRegions'>

/** Whether the installation has a Region: one of the partition, and of those that it is in if not all are served. */
export function isServed(
  { region, servedRegion, otherRegions = [] }: Served,
  wanted: string,
): boolean {
  if (servedRegion === undefined) return partitionOf(wanted) === partitionOf(region)
  return wanted === servedRegion || otherRegions.includes(wanted)
}

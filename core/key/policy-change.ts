import { type LaterFormat, WaitsForUpgrade } from '../item/item-kind.ts'
import type { StoredPolicy } from '../policy/meaning.ts'

/**
 * The last change of a policy that is on record, as the key or principal itself names it. Who changes a policy
 * stores the entry first; it counts once the same conditional write that changes the policy names it here.
 */
export interface ChangeMark {
  /** 1 for the first that is on record */
  readonly number: number
  /** tells its entry from those of writers who were cut or lost a race */
  readonly id: string
}

/** Which of a principal's policies was changed. */
export interface ChangedPolicy {
  readonly type: 'identity' | 'boundary' | 'trust'
  /** of an identity policy */
  readonly name?: string
}

/** A change of a policy, as it is kept. */
export interface PolicyChange {
  /** Unix ms */
  readonly at: number
  /** who made it: ARN, and unique id as in `aws:userid`, as they were then */
  readonly by: { readonly arn: string; readonly id: string }
  /** the request's id, which its audit record has too */
  readonly request: string
  /** of a principal */
  readonly of?: ChangedPolicy
  /** as it was before; absent where there was none */
  readonly former?: StoredPolicy
  /** as it was put; absent where it was taken away */
  readonly put?: StoredPolicy
  /** the id of the change before; absent for the first */
  readonly before?: string
}

/** Not written at all while older releases read the store: they would not remove it with its key. */
export const KEPT_SINCE_2: readonly LaterFormat[] = [
  {
    since: 2,
    upgrade: (data) => data,
    lower() {
      throw new WaitsForUpgrade('Former policies are not kept')
    },
  },
]

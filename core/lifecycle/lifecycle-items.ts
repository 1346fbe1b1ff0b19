import { operatorItem, regionItem } from '../item/item-kind.ts'

/** Where it stays known that an id was a key's: so it is never used again. */
export const tombstoneItem = regionItem<{ readonly destroyed: number }, ['id']>({
  name: 'tombstone',
  sort: ['id'],
})

/** Where a moved clock's lead is kept, so that it does not go back when the server starts again. */
export const testClockItem = operatorItem<{ readonly ahead: number }, []>({
  name: 'test-clock',
  sort: [],
})

/** How far the destruction has come of what a tenant has in a Region, which who sweeps that Region does. */
export interface RegionDeletion {
  /** Unix ms: when the deletion of the tenant began */
  readonly begun: number
  /** keys destroyed, at least: what a process that ended early had done is not counted */
  readonly keys: number
  /** Unix ms since when no key is left */
  readonly keyless?: number
  /** a token is waited for, which has keys of the tenant */
  readonly cluster?: true
  /** Unix ms: nothing is left but this */
  readonly done?: number
  /** the tenant is gone: so this goes */
  readonly over?: true
  /** Unix ms at which the sweeper must look at it next; absent once it is done */
  readonly next?: number
}

export const regionDeletionItem = regionItem<RegionDeletion, []>({
  name: 'tenant-deletion',
  sort: [],
  due: { of: ({ next }) => next },
})

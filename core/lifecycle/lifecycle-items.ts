import { operatorItem, regionItem } from '../item/item-kind.ts'

/** Where it stays known that an id was a key's: so it is never used again. */
export const tombstoneItem = regionItem<{ readonly destroyed: number }, ['id']>({
  name: 'tombstone',
  sort: ['id'],
  holds: 'when the key was destroyed',
  writtenBy: ['core/lifecycle/deletion.ts'],
})

/** Where a moved clock's lead is kept, so that it does not go back when the server starts again. */
export const testClockItem = operatorItem<{ readonly ahead: number }, []>({
  name: 'test-clock',
  sort: [],
  holds: 'how far ahead the test clock is, ms',
  writtenBy: ['core/lifecycle/clock.ts'],
})

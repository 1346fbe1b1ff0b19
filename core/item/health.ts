import { probeItem } from './item-kind.ts'

/** Read and written to see whether the store answers; nothing depends on it. */
export const healthItem = probeItem<Readonly<Record<never, never>>, []>({
  name: 'health',
  sort: [],
  holds: 'nothing: that it can be read and written shows that the store answers',
  writtenBy: ['functions/pages.ts'],
})

export const HEALTH = healthItem.place({})

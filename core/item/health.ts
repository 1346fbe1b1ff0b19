import { probeItem } from './item-kind.ts'

/** Read and written to see whether the store answers; nothing depends on it. */
export const healthItem = probeItem<Readonly<Record<never, never>>, []>({
  name: 'health',
  sort: [],
})

export const HEALTH = healthItem.place({})

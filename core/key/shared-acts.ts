import type { PendingAct } from '../base/service-act.ts'

/** Acts on what related multi-Region keys share: they are kept there, by the write that does them. */
const ON_SHARED: ReadonlySet<PendingAct['name']> = new Set([
  'RotateKey',
  'SynchronizeMultiRegionKey',
])

export const actsOnShared = (acts: readonly PendingAct[] = []): PendingAct[] =>
  acts.filter(({ name }) => ON_SHARED.has(name))

/** Acts on what is a key's own. */
export const actsOnOwn = (acts: readonly PendingAct[] = []): PendingAct[] =>
  acts.filter(({ name }) => !ON_SHARED.has(name))

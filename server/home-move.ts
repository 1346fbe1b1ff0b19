import { setTimeout as delay } from 'node:timers/promises'
import { OPERATOR_ACCOUNT } from '../core/base/arn.ts'
import { LOOK } from '../core/item/home-fence.ts'
import { INSTALLATION, type InstallationData, installationItem } from '../core/item/installation.ts'
import type { RecordAct } from '../core/lifecycle/pending-acts.ts'
import type { Item, Store } from '../core/store/store.ts'
import { allItems } from './transfer.ts'

/**
 * ms from the mark on, after which nobody writes at the former home any more: who looked before it may write for a
 * minute (LOOK), and what was signed by then is taken by AWS for five (Signature Version 4), by a clock that may be
 * five minutes ahead
 */
const DRAIN = LOOK + 10 * 60_000
/** ms between two comparisons of the replicas */
const PAUSE = 1000
/** comparisons until the replicas count as not coming together */
const MOST = 600

/** items that one look of a store takes (core/store/store.ts, `get`) */
const AT_ONCE = 100

/** A home that can't be moved; the message is one line. */
export class HomeMoveError extends Error {
  override readonly name = 'HomeMoveError'
}

/** The shared table as a Region has it. */
export type Share = Pick<Store, 'get' | 'put' | 'scan'>

export interface HomeMove {
  /** the Region that is to be home */
  readonly to: string
  /** whether home is gone for good, with what had not left it */
  readonly lost: boolean
  /** the Regions of the installation */
  readonly regions: readonly string[]
  /** the shared table as a Region has it, unfenced */
  readonly share: (region: string) => Share
  /** puts it on record, once however often it is told, before home is another */
  readonly record: RecordAct
  /** Unix ms */
  readonly now?: () => number
  readonly wait?: (ms: number) => Promise<unknown>
  /** told what is waited for */
  readonly progress?: (waits: string) => void
}

export interface HomeMoved {
  readonly from: string
  readonly to: string
  /** Unix ms of the mark that stopped writes; undefined where home was lost */
  readonly fenced?: number
}

/**
 * Makes another Region the home of an installation whose Regions agree later on what they share. First the mark, at
 * home: from then on nobody writes what is shared, neither there nor elsewhere, once they have looked
 * (core/item/home-fence.ts). When everybody has, and the new home has every item as the former has it, one write at
 * the new one makes it that. Cut short anywhere it is ended by the same call; nothing takes it back, for the two
 * homes could not agree on that. What is shared is read meanwhile, and not changed.
 *
 * A home that is lost is left without mark and comparison: what it had written and nobody received is lost.
 * @throws HomeMoveError
 */
export async function moveHome(move: HomeMove): Promise<HomeMoved> {
  const { to, lost, regions, share } = move
  if (!regions.includes(to)) {
    throw new HomeMoveError(`${to} is none of the Regions of TENKEY_REPLICAS: ${regions}`)
  }
  const there = await installationAt(share(to), to)
  const from = there.data.home
  if (from === undefined) {
    throw new HomeMoveError('the Regions of this installation have no home: they agree at once')
  }
  if (from === to) {
    const { homeMoving } = there.data
    if (homeMoving === undefined) return { from, to }
    throw new HomeMoveError(
      `home is being moved to ${homeMoving.to}, which can't be taken back: end that first`,
    )
  }
  if (lost) {
    await nameHome(there, move)
    return { from, to }
  }
  const marked = await mark(share(from), from, move)
  const { at } = marked.data.homeMoving
  await drain(at, move)
  await compare(from, move)
  await nameHome(await installationAt(share(to), to), move)
  return { from, to, fenced: at }
}

interface Known {
  readonly item: Item
  readonly data: InstallationData
}

async function installationAt(share: Share, region: string): Promise<Known> {
  const [item] = await share.get([INSTALLATION])
  if (item === undefined) throw new HomeMoveError(`${region} knows of no installation`)
  return { item, data: installationItem.read(item) }
}

/** Stops writes, unless the same move did before. */
async function mark(home: Share, from: string, { to, now = Date.now }: HomeMove) {
  for (;;) {
    const { item, data } = await installationAt(home, from)
    const { importing, moving, homeMoving } = data
    if (data.home !== from) throw new HomeMoveError(`home was moved to ${data.home} meanwhile`)
    if (homeMoving?.to === to) return { item, data: { ...data, homeMoving } }
    if (homeMoving !== undefined) {
      throw new HomeMoveError(`home is being moved to ${homeMoving.to}: end that first`)
    }
    if (importing !== undefined || moving !== undefined) {
      const begun = importing === undefined ? 'a move of its root key' : 'an import into it'
      throw new HomeMoveError(`home can't be moved: ${begun} was cut short; finish it first`)
    }
    const next = { ...data, homeMoving: { to, at: now() } }
    const marked = installationItem.next(item, next)
    if (await home.put(marked)) return { item: marked, data: next }
  }
}

/** Waits until nobody who looked before the mark writes any more. */
async function drain(at: number, { now = Date.now, wait = delay, progress }: HomeMove) {
  for (let left = at + DRAIN - now(); left > 0; left = at + DRAIN - now()) {
    progress?.(`for who may still write, ${Math.ceil(left / 1000)} s`)
    await wait(Math.min(left, 10_000))
  }
}

/** Waits until the new home has all that the former has, the mark too. @throws HomeMoveError */
async function compare(from: string, { to, share, wait = delay, progress }: HomeMove) {
  for (let looks = 1; ; looks++) {
    const missing = await missingAt(share(to), share(from))
    if (missing === 0) return
    if (looks === MOST) {
      throw new HomeMoveError(
        `${to} still lacks ${missing} items of ${from}: make the same call again once it has them`,
      )
    }
    progress?.(`for ${missing} items to come to ${to}`)
    await wait(PAUSE)
  }
}

/** How many items of two tables are not the same in both; tables of any size, of which a few are held at a time. */
async function missingAt(one: Share, other: Share): Promise<number> {
  let missing = 0
  for await (const [item, there] of beside(other, one)) {
    if (there === undefined || JSON.stringify(there) !== JSON.stringify(item)) missing++
  }
  for await (const [, there] of beside(one, other)) if (there === undefined) missing++
  return missing
}

/** The items of a table, each with what another has in its place. */
async function* beside(
  table: Share,
  other: Share,
): AsyncGenerator<readonly [Item, Item | undefined]> {
  let batch: Item[] = []
  const looked = async () => {
    const there = await other.get(batch)
    const pairs = batch.map((item, i) => [item, there[i]] as const)
    batch = []
    return pairs
  }
  for await (const item of allItems(table)) {
    batch.push(item)
    if (batch.length === AT_ONCE) yield* await looked()
  }
  if (batch.length > 0) yield* await looked()
}

/** The last write: at the new home, over what it has of the mark. On record first. */
async function nameHome({ item, data }: Known, move: HomeMove): Promise<void> {
  const { to, lost, share, now = Date.now, record } = move
  const { home: from, homeMoving, ...rest } = data
  if (from === to) return
  const at = homeMoving?.at ?? now()
  await record({
    accountId: OPERATOR_ACCOUNT,
    region: to,
    at,
    name: 'MoveHome',
    source: 'tenkey',
    resources: [],
    details: { from, to, lost },
    once: `${from} ${to} ${item.version}`,
  })
  if (await share(to).put(installationItem.next(item, { ...rest, home: to }))) return
  // by the same call, made twice at once
  const again = await installationAt(share(to), to)
  if (again.data.home !== to) throw new HomeMoveError(`something else writes at ${to}: try again`)
}

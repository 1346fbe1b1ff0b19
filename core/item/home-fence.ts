import { type Item, type ItemKey, type Store, StoreUnavailable } from '../store/store.ts'
import {
  INSTALLATION,
  type InstallationData,
  installationItem,
  isForgotten,
} from './installation.ts'

/**
 * ms for which a look at who is home counts: so long after a move of it began, processes may still write at the
 * former one (server/home-move.ts waits for that)
 */
export const LOOK = 60_000

export interface HomeFence {
  /** the Region that the settings name as home, whose replica of the shared table this is */
  readonly home: string
  /** the Region that writes */
  readonly region: string
  /** that table as the other Regions of the settings have it */
  readonly others: readonly Pick<Store, 'get'>[]
  /** Unix ms */
  readonly now?: () => number
}

const isInstallation = ({ pk, sk }: ItemKey): boolean =>
  pk === INSTALLATION.pk && sk === INSTALLATION.sk

/**
 * Home's replica of the shared table, which takes writes of those alone whose settings name the home that the
 * installation has, in a Region that it has. Settings are looked at when a process starts, but that may have been
 * before there was an installation, before word of it had come, before home was moved or the Region forgotten. So before a write the table itself is
 * asked, unless it was less than a minute ago; and who makes the installation looks for another in every Region.
 * @returns a table whose writes throw StoreUnavailable where home is another, or is being moved, or the Region is forgotten
 */
export function fencedHome(
  table: Store,
  { home, region, others, now = Date.now }: HomeFence,
): Store {
  let looked = Number.NEGATIVE_INFINITY
  let looking: Promise<void> | undefined

  async function look(): Promise<void> {
    const at = now()
    const [item] = await table.get([INSTALLATION])
    if (item === undefined) throw new StoreUnavailable(`${home} has no installation yet`)
    const installation = installationItem.read(item)
    admitHome(installation, home)
    admitRegion(installation, region)
    looked = at
  }

  /** @throws StoreUnavailable */
  async function confirm(): Promise<void> {
    const age = now() - looked
    // a clock that was put back says nothing of when it was
    if (age >= 0 && age < LOOK) return
    looking ??= look().finally(() => {
      looking = undefined
    })
    await looking
  }

  /** @throws StoreUnavailable where a Region has an installation of another home, or does not answer */
  async function lookEverywhere(): Promise<void> {
    const elsewhere = await Promise.all(others.map((one) => one.get([INSTALLATION])))
    for (const [item] of elsewhere) {
      if (item !== undefined) admitHome(installationItem.read(item), home)
    }
  }

  async function admit(item: Item): Promise<void> {
    if (!isInstallation(item)) return confirm()
    // it is what is looked at: as it is now, and by what it will say
    admitHome(installationItem.read(item), home)
    if (item.version === 1) await lookEverywhere()
    else await look()
  }

  return {
    ...table,
    async put(item) {
      await admit(item)
      return table.put(item)
    },
    async add(item) {
      await admit(item)
      return table.add(item)
    },
    async delete(key, version) {
      await confirm()
      return table.delete(key, version)
    },
  }
}

/** @throws StoreUnavailable */
function admitRegion(installation: InstallationData, region: string): void {
  const complaint = forgottenIn(installation, region)
  if (complaint !== undefined) throw new StoreUnavailable(complaint)
}

/** What is said in a Region that was forgotten, whose keys others took over; undefined where it was not. */
export const forgottenIn = (installation: InstallationData, region: string): string | undefined =>
  isForgotten(installation, region)
    ? `${region} was taken out of this installation (\`tenkey region forget\`): \`tenkey region rejoin ${region}\` takes it back`
    : undefined

/** @throws StoreUnavailable */
function admitHome({ home: stored, homeMoving }: InstallationData, home: string): void {
  if (homeMoving !== undefined) {
    throw new StoreUnavailable(
      `home is being moved from ${stored} to ${homeMoving.to}: until it is there nothing that Regions share is changed`,
    )
  }
  if (stored !== home) {
    throw new StoreUnavailable(
      `TENKEY_REPLICAS begins with ${home}, but the home of this installation is ${stored ?? 'none'}`,
    )
  }
}

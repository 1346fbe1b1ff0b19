import { setTimeout as delay } from 'node:timers/promises'
import { OPERATOR_ACCOUNT } from '../core/base/arn.ts'
import { LOOK } from '../core/item/home-fence.ts'
import {
  INSTALLATION,
  type InstallationData,
  installationItem,
  isForgotten,
} from '../core/item/installation.ts'
import { sharedItem } from '../core/key/key-items.ts'
import { type Forgotten, forgetRegion } from '../core/lifecycle/forget-region.ts'
import type { RecordAct } from '../core/lifecycle/pending-acts.ts'
import type { Store } from '../core/store/store.ts'
import { allItems, type Progress } from './transfer.ts'

/** A Region that can't be forgotten; the message is one line. */
class ForgetError extends Error {
  override readonly name = 'ForgetError'
}

export interface Forgetting {
  /** the Region that is lost for good */
  readonly region: string
  /** the Regions of the installation */
  readonly regions: readonly string[]
  /** with what Regions share as it is, and what is in other Regions (core/replicated.ts, `everywhere`) */
  readonly store: Pick<Store, 'get' | 'put' | 'scan'>
  /** puts it on record, once however often it is told, before it counts as done */
  readonly record: RecordAct
  /** Unix ms */
  readonly now: number
  readonly progress?: Progress
  readonly wait?: (ms: number) => Promise<unknown>
}

/**
 * Takes a Region that is lost for good out of an installation: first nothing is put there any more, and a minute later,
 * when whoever had begun to has ended, it is taken out of the related keys of every multi-Region key, where another
 * becomes the primary if the primary was there. Its other keys are lost with its table. Cut short it is
 * made again; afterwards the Region may be left out of the settings.
 * @returns how many related keys lost a replica there, have another primary, and were there alone
 * @throws ForgetError
 */
export async function forgetLostRegion(
  forgetting: Forgetting,
): Promise<Readonly<Record<Exclude<Forgotten, 'none'>, number>>> {
  const { region, regions, store, record, now, progress, wait = delay } = forgetting
  const [item] = await store.get([INSTALLATION])
  const installation = item && installationItem.read(item)
  const home = installation?.home
  if (item === undefined) throw new ForgetError('there is no installation')
  if (region === (home ?? regions[0])) {
    throw new ForgetError(`${region} is home: \`tenkey region move-home REGION --lost\` first`)
  }
  if (!regions.includes(region)) {
    throw new ForgetError(`${region} is none of the Regions of TENKEY_REPLICAS: ${regions}`)
  }
  const other = installation?.forgetting
  if (other !== undefined && other !== region) {
    throw new ForgetError(`${other} is being forgotten: end that first`)
  }
  await changeInstallation(store, (data) =>
    isForgotten(data, region) ? data : { ...data, forgetting: region, forgettingSince: now },
  )
  const [marked] = await store.get([INSTALLATION])
  const data = marked && installationItem.read(marked)
  // by it the same call, made again, puts the same on record
  const at = data?.forgettingSince ?? now
  await wait(LOOK)
  const counts = { replica: 0, primary: 0, alone: 0 }
  let seen = 0
  for await (const place of allItems(store)) {
    progress?.(++seen)
    if (!sharedItem.is(place)) continue
    const { accountId, id } = sharedItem.parts(place)
    const became = await forgetRegion({ accountId, id }, region, store, now)
    if (became !== 'none') counts[became]++
  }
  const here = home ?? regions.find((one) => one !== region) ?? ''
  // made again after its end it finds nothing, unless somebody was late
  const found = counts.replica + counts.primary > 0
  if (data?.forgetting === undefined && !found) return counts
  await record({
    ...{ accountId: OPERATOR_ACCOUNT, region: here, at, name: 'ForgetRegion' },
    ...{
      source: 'tenkey',
      resources: [],
      details: { region, ...counts },
      once: `${region} ${at}`,
    },
  })
  // so deployments know that it may be left out
  await changeInstallation(store, ({ forgetting: _ended, forgettingSince: _since, ...data }) => {
    const { forgotten = [] } = data
    return forgotten.includes(region) ? data : { ...data, forgotten: [...forgotten, region] }
  })
  return counts
}

/**
 * Changes what the installation says of itself, unless it says so already.
 * @throws ForgetError where there is no installation
 */
export async function changeInstallation(
  store: Pick<Store, 'get' | 'put'>,
  change: (data: InstallationData) => InstallationData,
): Promise<void> {
  for (;;) {
    const [item] = await store.get([INSTALLATION])
    if (item === undefined) throw new ForgetError('there is no installation')
    const data = installationItem.read(item)
    const next = change(data)
    if (next === data || (await store.put(installationItem.next(item, next)))) return
  }
}

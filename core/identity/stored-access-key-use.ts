import type { Store } from '../store/store.ts'
import { type AccessKey, type AccessKeyUse, accessKeyUseItem } from './access-key-use-item.ts'

/** ms within which a use that is like the one before is not written: of many processes one tells it */
const LIKE = 15 * 60 * 1000

/** Writes the last use of an access key where it tells more than what is there. */
export async function writeUse(
  store: Pick<Store, 'get' | 'put'>,
  key: AccessKey & { readonly region: string },
  use: AccessKeyUse,
): Promise<void> {
  const place = accessKeyUseItem.place(key)
  const [item] = await store.get([place])
  const before = item && accessKeyUseItem.read(item)
  if (before !== undefined) {
    const like = before.service === use.service && before.region === use.region
    if (use.at - before.at < (like ? LIKE : 1)) return
  }
  // false: another process wrote its own; an hour later this one tries again
  await store.put(accessKeyUseItem.item(place, (item?.version ?? 0) + 1, use))
}

/**
 * The last use of an access key that any Region has on record; undefined for none.
 * @param regions whose tables are asked
 * @param here what this process knows of
 */
export async function lastUse(
  store: Pick<Store, 'get'>,
  { accountId, accessKeyId }: AccessKey,
  regions: readonly string[],
  here: AccessKeyUse | undefined,
): Promise<AccessKeyUse | undefined> {
  const places = regions.map((region) => accessKeyUseItem.place({ accountId, region, accessKeyId }))
  const uses = here === undefined ? [] : [here]
  for (const item of await store.get(places)) {
    if (item !== undefined) uses.push(accessKeyUseItem.read(item))
  }
  return uses.sort((a, b) => b.at - a.at)[0]
}

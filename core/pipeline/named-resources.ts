import { keyFromItem, keyPlace } from '../key/key-item.ts'
import { aliasTarget, type NamedKey } from '../key/resolve.ts'
import type { Found } from '../store/store.ts'

/** A key that a refused call named, before anybody looked whether the caller may. */
export interface NamedResource {
  readonly accountId: string
  readonly arn: string
}

/**
 * The keys of the caller's own account that a call named which was refused before its keys were looked at:
 * its record says so all the same. Reads nothing that was not read with the call, but for an alias whose key
 * had not been guessed.
 */
export async function namedResources(
  named: ReadonlyMap<string, NamedKey>,
  accountId: string,
  found: Found,
): Promise<NamedResource[]> {
  const resources: NamedResource[] = []
  for (const { reference } of named.values()) {
    if (reference?.accountId !== accountId) continue
    const { region, keyId, aliasName = '' } = reference
    const id = keyId ?? (await aliasTarget(accountId, region, aliasName, found))
    const item = id === undefined ? undefined : await found(keyPlace(accountId, region, id))
    if (item === undefined) continue
    const key = keyFromItem(item)
    if (key.data.destroyed === undefined) resources.push({ accountId, arn: key.arn })
  }
  return resources
}

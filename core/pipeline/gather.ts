import { tenantPlace } from '../identity/credential.ts'
import { type NamedKey, namedKeys, placesOf } from '../key/resolve.ts'
import type { AnyOperation } from '../operation.ts'
import type { Service } from '../service.ts'
import { Report } from '../shape/shapes.ts'
import type { Found, ItemKey } from '../store/store.ts'
import type { Received } from './stages.ts'

/**
 * The keys that a request seems to name. Only the members that may name one are read, each within its
 * bounds; one that is not as it must be names nothing here, and is refused when the input is decoded.
 */
export function peekKeys({ route, claim, body }: Received): Map<string, NamedKey> {
  const { keys } = route.operation
  const members = 'json' in body ? peekMembers(route.operation, body.json) : {}
  return namedKeys(keys, members, { accountId: claim.accountId, region: claim.region })
}

/** Members that may name a key, decoded; without those that are not as they must be. */
export function peekMembers({ keys, input }: AnyOperation, json: unknown): Record<string, unknown> {
  const members: Record<string, unknown> = {}
  if (typeof json !== 'object' || json === null) return members
  for (const use in keys) {
    for (const name of keys[use]?.from ?? []) {
      const shape = input.fields.find((field) => field.name === name)?.shape
      const value: unknown = Reflect.get(json, name)
      if (shape === undefined || typeof value !== 'string') continue
      const report = new Report()
      try {
        const member = shape.decode(value, name, report)
        if (report.violations.length === 0) members[name] = member
      } catch {
        // told when the input is decoded
      }
    }
  }
  return members
}

/** Reads all that is known to be needed in one consistent round trip, and the rest when asked. */
export async function gather(
  { claim }: Received,
  named: ReadonlyMap<string, NamedKey>,
  service: Service,
): Promise<Found> {
  const places = await service.authenticator.places(claim)
  for (const key of named.values()) {
    const owner = key.reference?.accountId ?? claim.accountId
    const owners = owner === claim.accountId ? [] : [tenantPlace(owner)]
    for (const place of [...owners, ...placesOf(key, service.aliasHints)]) {
      if (!places.some(({ pk, sk }) => pk === place.pk && sk === place.sk)) places.push(place)
    }
  }
  const items = await service.store.get(places)
  const readNow = async (place: ItemKey) => {
    const [item] = await service.store.get([place])
    places.push(place)
    items.push(item)
    return item
  }
  return ({ pk, sk }) => {
    const index = places.findIndex((place) => place.pk === pk && place.sk === sk)
    return index >= 0 ? Promise.resolve(items[index]) : readNow({ pk, sk })
  }
}

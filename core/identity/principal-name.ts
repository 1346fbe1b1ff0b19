import { commit } from '../base/conflict.ts'
import type { DataPorts } from '../key/ports.ts'
import type { Item, ItemKey } from '../store/store.ts'
import { type PrincipalData, principalItem, principalPlace } from './credential.ts'
import { claimPlace, type NameClaim, principalNameItem } from './iam-items.ts'

/** principals read at a time */
const PAGE = 100

type Ports = Pick<DataPorts, 'read' | 'write'>

/**
 * Claims the name of a user or role that is about to be made. A claim whose principal is not there is taken
 * over: a crash left it, or another is being made, which then finds its claim gone (`confirmName`).
 * @returns the claim; undefined where another has the name, however it is spelled
 * @throws StoreConflict where another claimed it at once
 */
export async function claimName(
  ports: Ports,
  accountId: string,
  { type, name, id, created }: Pick<PrincipalData, 'type' | 'name' | 'id' | 'created'>,
): Promise<Item | undefined> {
  const all = claimPlace(accountId, type, '')
  const [there, known] = await ports.read.get([principalPlace(accountId, `${type}/${name}`), all])
  if (there !== undefined) return undefined
  if (known === undefined) await claimOlder(ports, accountId, type, created)
  const claim = { name, id, at: created }
  return takeName(ports, claimPlace(accountId, type, name), claim, (before) =>
    isAlive(ports, accountId, type, before),
  )
}

/**
 * Claims a name unless who has it is there.
 * @returns the claim; undefined where another has the name
 * @throws StoreConflict where another claimed it at once
 */
export async function takeName(
  { read, write }: Ports,
  place: ItemKey,
  wanted: NameClaim,
  isThere: (before: NameClaim) => Promise<boolean>,
): Promise<Item | undefined> {
  const [claim] = await read.get([place])
  if (claim !== undefined && (await isThere(principalNameItem.read(claim)))) return undefined
  const claimed = principalNameItem.item(place, (claim?.version ?? 0) + 1, wanted)
  await commit(write.put(claimed))
  return claimed
}

/**
 * Confirms the claim of what was made, so that who saw it before can't take it over.
 * @returns false where that was done: it has no name, and must not stay
 */
export const confirmName = ({ write }: Pick<DataPorts, 'write'>, claim: Item): Promise<boolean> =>
  write.put(principalNameItem.next(claim, principalNameItem.read(claim)))

async function isAlive(
  { read }: Ports,
  accountId: string,
  type: PrincipalData['type'],
  { name, id }: NameClaim,
): Promise<boolean> {
  const [item] = await read.get([principalPlace(accountId, `${type}/${name}`)])
  return item !== undefined && principalItem.read(item).id === id
}

/** Gives every principal that an older release made a claim to its name, once for an account and type. */
async function claimOlder(
  { read, write }: Ports,
  accountId: string,
  type: PrincipalData['type'],
  now: number,
): Promise<void> {
  const prefix = `${principalItem.prefix()}${type}/`
  let after: string | undefined
  for (let more = true; more; ) {
    const start = after === undefined ? {} : { after }
    const page = await read.query({ pk: accountId, prefix, limit: PAGE, ...start })
    for (const item of page.items) {
      const { name, id } = principalItem.read(item)
      const claim = { name, id, at: now }
      // false: it has one, or another older name differs by case alone and has it
      await write.put(principalNameItem.item(claimPlace(accountId, type, name), 1, claim))
    }
    after = page.items.at(-1)?.sk
    more = page.more
  }
  const done = { name: '', id: '', at: now }
  await write.put(principalNameItem.item(claimPlace(accountId, type, ''), 1, done))
}

/** The item that claims the name of a principal or group, to be deleted after it; undefined where there is none. */
export async function nameClaim(
  read: Ports['read'],
  accountId: string,
  { type, name, id }: { type: PrincipalData['type'] | 'group'; name: string; id: string },
): Promise<Item | undefined> {
  const [claim] = await read.get([claimPlace(accountId, type, name)])
  return claim !== undefined && principalNameItem.read(claim).id === id ? claim : undefined
}

import { commit } from '../base/conflict.ts'
import { accountItem } from '../item/item-kind.ts'
import type { DataPorts } from '../key/ports.ts'
import type { Item } from '../store/store.ts'
import { type PrincipalData, principalItem, principalPlace } from './credential.ts'

/** Who has a name, or is about to. */
export interface NameClaim {
  /** as it is spelled */
  readonly name: string
  /** the principal's unique id */
  readonly id: string
  /** Unix ms */
  readonly at: number
}

/**
 * Names of users, and of roles, are unique in an account without regard to case, whatever their paths
 * (API_CreateUser, API_CreateRole). Principals are found by their names as they are spelled, so each has an item
 * more, by its name in lower case.
 */
export const principalNameItem = accountItem<NameClaim, ['name']>({
  name: 'principal-name',
  sort: ['name'],
  holds:
    'the claim of a name: its spelling, id of the principal, when; `<name>` is in lower case, `user/` and `role/` say that older principals have theirs',
  writtenBy: ['core/identity/principal-name.ts'],
})

/** principals read at a time */
const PAGE = 100

const claimPlace = (accountId: string, type: PrincipalData['type'], name: string) =>
  principalNameItem.place({ accountId, name: `${type}/${name.toLowerCase()}` })

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
  { type, name, id, created }: PrincipalData,
): Promise<Item | undefined> {
  const place = claimPlace(accountId, type, name)
  const all = claimPlace(accountId, type, '')
  const [there, known] = await ports.read.get([principalPlace(accountId, `${type}/${name}`), all])
  if (there !== undefined) return undefined
  if (known === undefined) await claimOlder(ports, accountId, type, created)
  const [claim] = await ports.read.get([place])
  const before = claim && principalNameItem.read(claim)
  if (before !== undefined && (await isAlive(ports, accountId, type, before))) return undefined
  const version = (claim?.version ?? 0) + 1
  const claimed = principalNameItem.item(place, version, { name, id, at: created })
  await commit(ports.write.put(claimed))
  return claimed
}

/**
 * Confirms the claim of a principal that was made, so that who saw it before can't take it over.
 * @returns false where that was done: the principal has no name, and must not stay
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

/** The item that claims the name of a principal, to be deleted after it; undefined where there is none. */
export async function nameClaim(
  read: Ports['read'],
  accountId: string,
  { type, name, id }: PrincipalData,
): Promise<Item | undefined> {
  const [claim] = await read.get([claimPlace(accountId, type, name)])
  return claim !== undefined && principalNameItem.read(claim).id === id ? claim : undefined
}

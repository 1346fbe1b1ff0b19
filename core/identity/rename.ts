import { commit, StoreConflict } from '../base/conflict.ts'
import type { DataPorts } from '../key/ports.ts'
import type { Item } from '../store/store.ts'
import { credentialItem, type PrincipalData, principalItem, principalPlace } from './credential.ts'
import { exists } from './iam-errors.ts'
import { claimPlace, principalNameItem, renamedItem, renamedPlace } from './iam-items.ts'
import { resourceOf } from './principal-caller.ts'
import { claimName, confirmName, nameClaim, takeName } from './principal-name.ts'

type Ports = Pick<DataPorts, 'read' | 'write' | 'remove'>

/**
 * Gives a user another name, in an order that a crash can cut anywhere: its item is marked, so that nothing
 * of it changes; written under the new name; a pointer leads there from the id; the former item goes. Between,
 * both items say the same. Who wants to change the user ends first what is under way (`endMove`).
 * @throws KmsError EntityAlreadyExistsException; StoreConflict where another writer was first
 */
export async function renameUser(
  ports: Ports,
  accountId: string,
  item: Item,
  name: string,
  path: string,
  now: number,
): Promise<void> {
  const data = principalItem.read(item)
  await endMove(ports, accountId, item)
  const respelled = name.toLowerCase() === data.name.toLowerCase()
  const claim = respelled
    ? undefined
    : await claimName(ports, accountId, { type: 'user', name, id: data.id, created: now })
  if (!respelled && claim === undefined) throw exists('user', name)
  await nameOlderKeys(ports, accountId, data)
  const { movedFrom: _former, ...own } = data
  const marked = principalItem.next(item, { ...own, movingTo: { name, path } })
  await commit(ports.write.put(marked))
  await moveOn(ports, accountId, marked)
  if (claim !== undefined && !(await confirmName(ports, claim))) {
    // another took the claim over before the user was there by that name, and found it there then
    const wanted = { name, id: data.id, at: now }
    await takeName(ports, claimPlace(accountId, 'user', name), wanted, async (before) => {
      const [other] = await ports.read.get([principalPlace(accountId, `user/${before.name}`)])
      return other !== undefined && principalItem.read(other).id === before.id
    })
  }
}

/** names that a user had, of which grants are looked for; the oldest are given up */
const MOST_FORMER = 50

/** What a user was called before it gets a name and path. */
export function formerNames(
  data: PrincipalData,
  next: Pick<PrincipalData, 'name' | 'path'>,
): readonly string[] {
  const now = resourceOf({ type: 'user', ...next })
  const all = new Set([...(data.former ?? []), resourceOf(data)])
  all.delete(now)
  return [...all].slice(-MOST_FORMER)
}

/** Access keys that name their user by its name alone, as older releases made them, get its id. */
async function nameOlderKeys(
  { read, write }: Ports,
  accountId: string,
  { name, id }: PrincipalData,
): Promise<void> {
  for (let after: string | undefined, more = true; more; ) {
    const start = after === undefined ? {} : { after }
    const prefix = credentialItem.prefix()
    const page = await read.query({ pk: accountId, prefix, limit: 100, ...start })
    for (const key of page.items) {
      const data = credentialItem.read(key)
      if (data.principal !== `user/${name}` || data.principalId !== undefined) continue
      await commit(write.put(credentialItem.next(key, { ...data, principalId: id })))
    }
    after = page.items.at(-1)?.sk
    more = page.more
  }
}

/**
 * Ends a change of a user's name that is under way, or was left.
 * @param item the user's, under the former or the new name
 * @throws StoreConflict where the call is to be made again, since the item is not there any more
 */
export async function endMove(ports: Ports, accountId: string, item: Item): Promise<void> {
  const data = principalItem.read(item)
  if (data.movingTo !== undefined) {
    await moveOn(ports, accountId, item)
    throw new StoreConflict('the user has another name now')
  }
  if (data.movedFrom !== undefined) await dropFormer(ports, accountId, data)
}

/** From the mark to the end; again where it was cut. */
async function moveOn(ports: Ports, accountId: string, marked: Item): Promise<void> {
  const { read, write, remove } = ports
  const { movingTo = { name: '', path: '/' }, ...data } = principalItem.read(marked)
  const { name, path } = movingTo
  const place = principalPlace(accountId, `user/${name}`)
  const pointerPlace = renamedPlace(accountId, data.id)
  const [there, pointer] = await read.get([place, pointerPlace])
  if (there !== undefined && principalItem.read(there).id !== data.id) {
    // the name is another's: it stays what it was
    await commit(write.put(principalItem.next(marked, data)))
    throw new StoreConflict('another took the name')
  }
  if (there === undefined) {
    const { path: _path, ...own } = data
    const moves = (data.moves ?? 0) + 1
    const moved = {
      ...{ ...own, ...(path !== '/' && { path }), name },
      ...{ movedFrom: data.name, former: formerNames(data, { name, path }), moves },
    }
    await commit(write.put(principalItem.item(place, 1, moved)))
  }
  const leading = renamedItem.item(pointerPlace, (pointer?.version ?? 0) + 1, { name })
  await commit(write.put(leading))
  await commit(remove.delete(marked, marked.version))
  await dropClaim(ports, accountId, data, name)
  const [now] = await read.get([place])
  if (now === undefined) return
  const { movedFrom, ...settled } = principalItem.read(now)
  // whoever changes it first does that otherwise
  if (movedFrom !== undefined) await write.put(principalItem.next(now, settled))
}

/** The item of the former name, where it was left. */
async function dropFormer(ports: Ports, accountId: string, data: PrincipalData): Promise<void> {
  const [former] = await ports.read.get([principalPlace(accountId, `user/${data.movedFrom}`)])
  if (former === undefined || principalItem.read(former).id !== data.id) return
  await commit(ports.remove.delete(former, former.version))
  await dropClaim(ports, accountId, principalItem.read(former), data.name)
}

/** The claim of the former name, or its new spelling. */
async function dropClaim(
  { read, write, remove }: Ports,
  accountId: string,
  former: PrincipalData,
  name: string,
): Promise<void> {
  const claim = await nameClaim(read, accountId, former)
  if (claim === undefined) return
  const respelled = name.toLowerCase() === former.name.toLowerCase()
  if (respelled) {
    await write.put(principalNameItem.next(claim, { ...principalNameItem.read(claim), name }))
  } else await remove.delete(claim, claim.version)
}

/** Of some users those that lists show: one whose name is being changed is in the store twice for a moment. */
export async function withoutMoving(
  read: Pick<DataPorts['read'], 'get'>,
  accountId: string,
  users: readonly PrincipalData[],
): Promise<PrincipalData[]> {
  const shown: PrincipalData[] = []
  for (const data of users) {
    if (data.movedFrom !== undefined) {
      const [former] = await read.get([principalPlace(accountId, `user/${data.movedFrom}`)])
      if (former !== undefined && principalItem.read(former).id === data.id) continue
    }
    shown.push(data)
  }
  return shown
}

import { commit, StoreConflict } from '../base/conflict.ts'
import { removeHistory } from '../key/policy-history.ts'
import type { DataPorts } from '../key/ports.ts'
import type { Item } from '../store/store.ts'
import { usePlace } from './attachment.ts'
import { principalItem } from './credential.ts'
import { settled } from './entity.ts'
import { memberItem, renamedPlace } from './iam-items.ts'
import { accessKeysOf } from './key-owner.ts'
import { removeMfaDevices } from './mfa-devices.ts'
import { nameClaim } from './principal-name.ts'
import { principalChanges } from './principal-policies.ts'
import { followRename, foundIn } from './renamed.ts'
import { removeXksAccess } from './xks-access.ts'

/**
 * Deletes a user or role. With it all its credentials stop at once, since every call reads whom they stand
 * for; its access keys, credentials of external key stores, MFA devices, places in lists and what its policies
 * were are deleted afterwards. What a crash leaves of them opens nothing, and is not listed.
 * @throws StoreConflict where another writer was first
 */
export async function removePrincipal(
  ports: Pick<DataPorts, 'read' | 'write' | 'remove'>,
  accountId: string,
  item: Item,
): Promise<void> {
  const { read, remove } = ports
  const data = principalItem.read(item)
  await settled(ports, accountId, { type: data.type, item, data })
  await commit(remove.delete(item, item.version))
  if (data.type === 'user' && (await followRename(accountId, data.id, foundIn(read)))) {
    // nothing was there to delete: the user has another name since it was read
    throw new StoreConflict('the user was renamed')
  }
  const claim = await nameClaim(read, accountId, data)
  if (claim !== undefined) await remove.delete(claim, claim.version)
  if (data.type === 'user') {
    for (const key of await accessKeysOf(read, accountId, data)) {
      await remove.delete(key, key.version)
    }
  }
  const { id, attached = [], boundaryPolicy, groups = [] } = data
  const bounded = boundaryPolicy === undefined ? [] : [boundaryPolicy]
  const others = [
    ...attached.map((policy) => usePlace(accountId, policy.id, { as: 'policy', id })),
    ...bounded.map((policy) => usePlace(accountId, policy.id, { as: 'boundary', id })),
    ...groups.map((group) => memberItem.place({ accountId, group, user: id })),
    ...(data.type === 'user' ? [renamedPlace(accountId, id)] : []),
  ]
  for (const other of others.length === 0 ? [] : await read.get(others)) {
    if (other !== undefined) await remove.delete(other, other.version)
  }
  await removeXksAccess({ read, remove }, accountId, data)
  if (data.type === 'user') await removeMfaDevices({ read, remove }, accountId, data)
  await removeHistory(principalChanges(accountId, data), { read, remove })
}

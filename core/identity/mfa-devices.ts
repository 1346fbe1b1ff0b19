import { randomBytes } from 'node:crypto'
import { commit } from '../base/conflict.ts'
import { base32, MAX_DRIFT, SEED_LENGTH, stepAt } from '../crypto/totp.ts'
import type { DataPorts } from '../key/ports.ts'
import type { Item } from '../store/store.ts'
import { type MfaDeviceData, mfaDeviceItem, mfaDevicePlace } from './iam-items.ts'
import { isMfaDeviceOf, type MfaOwner, mfaSeedContext } from './mfa-serial.ts'
import { type Taken, takeCodes } from './second-factor.ts'

/** devices read at a time */
const PAGE = 100

/** What a new device is to be. */
type NewMfaDevice = Pick<MfaDeviceData, 'name' | 'path' | 'tags' | 'created'>

/**
 * Makes a device that is nobody's yet.
 * @returns its seed in base32, which is told this once; undefined where the account has one of its name, however
 *   that is spelled and whatever the path
 */
export async function createMfaDevice(
  { write, wrapping }: Pick<DataPorts, 'write' | 'wrapping'>,
  accountId: string,
  device: NewMfaDevice,
): Promise<string | undefined> {
  const seed = randomBytes(SEED_LENGTH)
  try {
    const wrapped = await wrapping.sealSecret(accountId, mfaSeedContext(device.name), seed)
    const place = mfaDevicePlace(accountId, device.name)
    const made = await write.put(mfaDeviceItem.item(place, 1, { ...device, seed: wrapped }))
    return made ? base32(seed) : undefined
  } finally {
    seed.fill(0)
  }
}

/** Two consecutive codes of a device, and when they are shown: Unix ms. */
interface ShownPair {
  readonly codes: readonly [string, string]
  readonly now: number
}
type Taking = Pick<DataPorts, 'write' | 'unwrapping'>

/**
 * Gives a device to a user or root, who shows two consecutive codes of it.
 * @throws StoreConflict where another writer was first
 */
export const enableMfaDevice = (
  ports: Taking,
  item: Item,
  owner: MfaOwner,
  shown: ShownPair,
): Promise<Taken> =>
  takeCodes(ports, item, { ...shown, changes: () => ({ ...owner, enabled: shown.now }) })

/** As enableMfaDevice, of a device whose clock went astray by ten minutes at most: how far is remembered. */
export const resyncMfaDevice = (ports: Taking, item: Item, shown: ShownPair): Promise<Taken> =>
  takeCodes(ports, item, {
    ...shown,
    astray: MAX_DRIFT,
    changes: (step) => ({ drift: step - stepAt(shown.now) }),
  })

/** Takes a device from whom it is of; its codes stay used up. @throws StoreConflict */
export async function releaseMfaDevice(
  { write }: Pick<DataPorts, 'write'>,
  item: Item,
): Promise<void> {
  const {
    principal: _principal,
    principalId: _id,
    enabled: _at,
    ...rest
  } = mfaDeviceItem.read(item)
  await commit(write.put(mfaDeviceItem.next(item, rest)))
}

/** The devices of an account, by name. */
async function* mfaDevices(
  read: Pick<DataPorts['read'], 'query'>,
  accountId: string,
): AsyncGenerator<Item> {
  const list = { pk: accountId, prefix: mfaDeviceItem.prefix(), limit: PAGE }
  for (let after: string | undefined, more = true; more; ) {
    const page = await read.query({ ...list, ...(after !== undefined && { after }) })
    yield* page.items
    after = page.items.at(-1)?.sk
    more = page.more
  }
}

/** Those of a user or root, by name. */
export async function mfaDevicesOf(
  read: Pick<DataPorts['read'], 'query'>,
  accountId: string,
  owner: MfaOwner,
): Promise<Item[]> {
  const own: Item[] = []
  for await (const item of mfaDevices(read, accountId)) {
    if (isMfaDeviceOf(mfaDeviceItem.read(item), owner)) own.push(item)
  }
  return own
}

/** Deletes the devices of a principal that is gone. */
export async function removeMfaDevices(
  { read, remove }: Pick<DataPorts, 'read' | 'remove'>,
  accountId: string,
  { id }: { readonly id: string },
): Promise<void> {
  for (const item of await mfaDevicesOf(read, accountId, { principalId: id })) {
    await remove.delete(item, item.version)
  }
}

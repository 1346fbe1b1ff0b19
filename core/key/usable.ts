import type { KeyObject } from 'node:crypto'
import type { Key } from './key.ts'
import type { Keyring } from './keyring.ts'

/** A key's current material. @throws Error where a key in a usable state has none */
export async function usable(key: Key, materials: Pick<Keyring, 'open'>): Promise<KeyObject> {
  const material = await materials.open(key)
  if (material === undefined) throw new Error(`key ${key.arn} has no key material`)
  return material
}

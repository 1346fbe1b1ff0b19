import { keyArn } from '../base/arn.ts'
import type { Asker } from '../base/call-context.ts'
import { type Key, type KeyData, materialHome, type StoredMaterial } from './key.ts'
import type { KeyName } from './key-items.ts'
import type { DataPorts } from './ports.ts'
import { specOf } from './spec.ts'

/** What must be said of a new key; the rest is as CreateKey has it where nothing else is asked for. */
export type NewKeyData = Pick<KeyData, 'spec' | 'usage' | 'created'> & Partial<KeyData>

/** A key that is about to be made, without material unless it is given. */
export function newKey({ accountId, region, id }: KeyName, given: NewKeyData): Key {
  const { spec, usage, created, origin = 'AWS_KMS', ...more } = given
  const data: KeyData = {
    spec,
    usage,
    origin,
    state: origin === 'EXTERNAL' ? 'PendingImport' : 'Enabled',
    description: '',
    created,
    manager: 'CUSTOMER',
    multiRegion: false,
    tags: [],
    aliases: [],
    ...more,
  }
  return { accountId, region, id, arn: keyArn(region, accountId, id), version: 0, data }
}

/** Draws and wraps material for a key of its spec. @param asker whose turn it is; its own account's unless given */
export async function newMaterial(
  key: Key,
  wrapping: Pick<DataPorts['wrapping'], 'seal' | 'random'>,
  now: number,
  asker: Asker = { account: key.accountId },
): Promise<StoredMaterial> {
  const bytes = await wrapping.random.material(specOf(key), asker)
  const { accountId, id } = key
  const region = materialHome(key)
  try {
    return await wrapping.seal({ accountId, region, keyId: id, spec: key.data.spec }, bytes, now)
  } finally {
    bytes.fill(0)
  }
}

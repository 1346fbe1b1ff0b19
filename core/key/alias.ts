import { commit } from '../base/conflict.ts'
import { invalid, KmsError } from '../base/errors.ts'
import type { Key } from './key.ts'
import { keyToItem } from './key-item.ts'
import { type AliasData, aliasItem } from './key-items.ts'
import type { DataPorts } from './ports.ts'
import { ALIASES_PER_KEY } from './quotas.ts'
import { aliasPlace } from './resolve.ts'

/** Of an alias that is to point to another one. */
export const NOT_TO_ALIASES = 'Aliases must refer to keys. Not aliases'

/** @throws KmsError ValidationException, NotAuthorizedException for a name that can't be made */
export function checkAliasName(name: string): void {
  if (!name.startsWith('alias/')) {
    throw invalid(
      'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
    )
  }
  if (name === 'alias/') throw invalid('Invalid identifier')
  if (name.startsWith('alias/aws/')) throw new KmsError('NotAuthorizedException')
  if (name.includes(':')) throw invalid(`${name} contains invalid characters for an alias`)
}

/**
 * Notes on a key that an alias may point to it, before the alias does: so ListAliases of a key reads
 * no other alias, and a crash between the two writes leaves a note that nothing follows.
 */
export async function noteAlias(key: Key, name: string, ports: Pick<DataPorts, 'read' | 'write'>) {
  if (key.data.aliases.includes(name)) return
  let aliases = key.data.aliases
  if (aliases.length >= ALIASES_PER_KEY) {
    aliases = (await aliasesOf(key, ports.read)).map(({ name }) => name)
  }
  if (aliases.length >= ALIASES_PER_KEY) {
    throw new KmsError('LimitExceededException', `A key has at most ${ALIASES_PER_KEY} aliases.`)
  }
  await commit(ports.write.put(keyToItem(key, { aliases: [...aliases, name] })))
}

/** Removes the note of an alias that points elsewhere now; a lost race leaves a harmless one. */
export async function forgetAlias(
  key: Key,
  name: string,
  write: DataPorts['write'],
): Promise<void> {
  if (!key.data.aliases.includes(name)) return
  const aliases = key.data.aliases.filter((noted) => noted !== name)
  await write.put(keyToItem(key, { aliases }))
}

/** The aliases that do point to a key, by name. */
export async function aliasesOf(
  key: Key,
  read: DataPorts['read'],
): Promise<{ name: string; data: AliasData }[]> {
  const names = [...key.data.aliases].sort()
  if (names.length === 0) return []
  const items = await read.get(names.map((name) => aliasPlace(key.accountId, key.region, name)))
  return names.flatMap((name, index) => {
    const item = items[index]
    const data = item && aliasItem.read(item)
    return data?.target === key.id ? [{ name, data }] : []
  })
}

import { createSecretKey, randomBytes } from 'node:crypto'
import { type Config, ConfigError } from '../core/config.ts'
import { heldRoot } from '../core/root/held.ts'
import { openRoot } from '../core/service.ts'
import type { RootOf } from '../server/installation.ts'
import type { ServiceOptions } from './types.ts'

/** bytes of a root key */
const KEY_LENGTH = 32

/**
 * Opens the root key of the options; drawn for a store in memory that has none.
 * @throws ConfigError for a table without one, and for a secret that is none
 */
export function rootOf({ store, root }: ServiceOptions, config: Config): RootOf {
  if (root?.type === 'secret') return held(root.key)
  if (root === undefined && store.type === 'memory') return held(randomBytes(KEY_LENGTH))
  if (root === undefined && store.type === 'dynamodb') {
    throw new ConfigError('root must be given for a table: its keys outlive this machine')
  }
  return (create) => openRoot(config, create)
}

function held(bytes: Uint8Array): RootOf {
  if (!(bytes instanceof Uint8Array) || bytes.length !== KEY_LENGTH) {
    throw new ConfigError(`root.key must be a Uint8Array of ${KEY_LENGTH} bytes`)
  }
  const key = createSecretKey(bytes)
  return async () => heldRoot(key)
}

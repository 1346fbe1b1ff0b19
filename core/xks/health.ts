import { createSecretKey, randomBytes } from 'node:crypto'
import { materialId } from '../crypto/material-id.ts'
import { openXks, sealXks } from '../crypto/xks-ciphertext.ts'
import { HEALTH, healthItem } from '../item/health.ts'
import { proveRoot } from '../root/prove.ts'
import type { RootKey } from '../root/root.ts'
import type { Store } from '../store/store.ts'
import type { XksHealth } from './protocol.ts'

/** What a deep look at the service asks. */
export interface HealthSources {
  readonly root: Pick<RootKey, 'wrap' | 'unwrap' | 'id'>
  readonly store: Pick<Store, 'put'>
  /** the audit trail */
  readonly audit: { standing(): { readonly status: 'ok' | 'behind' | 'unavailable' } }
  /** processes that serve */
  readonly fleet: number
}

/** ms that what was seen stands; AWS KMS asks every few minutes, and wants nothing older than a minute */
const FRESH = 60_000
/** ms after which what failed is tried again */
const FAILED = 5_000

interface Seen {
  /** of performance.now() */
  readonly at: number
  readonly health: Promise<XksHealth>
  failed: boolean
}

/** One for each service of the process. */
const seen = new WeakMap<HealthSources, Seen>()

/**
 * Whether a call that comes now will succeed, as far as what it depends on can tell: the root key wraps and
 * unwraps, the store takes writes and answers, a test key of this moment encrypts and decrypts. Looked at
 * once a minute at most, whoever asks. Never throws.
 */
export function deepHealth(
  health: HealthSources,
  now: () => number = () => performance.now(),
): Promise<XksHealth> {
  const last = seen.get(health)
  if (last !== undefined && now() - last.at < (last.failed ? FAILED : FRESH)) return last.health
  const looking: Seen = {
    at: now(),
    failed: false,
    health: look(health).catch((): XksHealth => {
      looking.failed = true
      return 'UNAVAILABLE'
    }),
  }
  seen.set(health, looking)
  return looking.health
}

async function look({ root, store, audit }: HealthSources): Promise<XksHealth> {
  tryCryptography()
  await Promise.all([
    proveRoot(root),
    // the second version of what is not there: the store refuses the write, and says so
    store.put(healthItem.item(HEALTH, 2, {})),
  ])
  const { status } = audit.standing()
  if (status === 'unavailable') throw new Error('no audit record can be written')
  return status === 'behind' ? 'DEGRADED' : 'ACTIVE'
}

/** @throws KmsError where what was encrypted does not decrypt */
function tryCryptography(): void {
  const material = randomBytes(32)
  const id = materialId(material, 'health')
  const key = createSecretKey(material)
  const none = Buffer.alloc(0)
  const sealed = sealXks(key, id, material, none)
  if (!openXks(key, id, sealed, none).equals(material)) throw new Error('AES-GCM fails')
}

import { StoreConflict } from '../base/conflict.ts'
import type { Log } from '../base/log.ts'
import type { CustomKeyStore, CustomKeyStoreName } from '../custom-key-store/custom-key-store.ts'
import { readStores, withStore, writeStores } from '../custom-key-store/custom-key-store-items.ts'
import { ProxyFailure, type XksProxies } from '../custom-key-store/xks.ts'
import { connectionError } from '../custom-key-store/xks-failures.ts'
import type { Store } from '../store/store.ts'
import { proxyStore } from './proxies.ts'

/** times that the end of an attempt is written again after another writer was first */
const MAX_TRIES = 10

/** What ends the connection or disconnection of a store that was begun. */
export interface ConnectionParts {
  readonly store: Pick<Store, 'get' | 'put'>
  readonly proxies: Pick<XksProxies, 'health'>
  readonly log: Log
}

/**
 * Carries an attempt to its end: CONNECTING to CONNECTED or FAILED, DISCONNECTING to DISCONNECTED. It is the
 * attempt's own alone: where a store has another, or none any more, nothing is changed. Whoever ends one that
 * a crash left does the same.
 * @param requestId of the call that began it, for the proxy
 * @throws StoreConflict where others write all the time
 */
export async function finishAttempt(
  name: CustomKeyStoreName,
  attempt: string,
  { store, proxies, log }: ConnectionParts,
): Promise<void> {
  const found = await attempted(name, attempt, store)
  if (found === undefined) return
  const ended = await endOf(found.one, name, attempt, proxies, log)
  for (let tries = 1; ; tries++) {
    const now = await attempted(name, attempt, store)
    if (now === undefined) return
    const { underWay: _underWay, ...one } = now.one
    try {
      await writeStores(name, now.read, withStore(now.read.stores, { ...one, ...ended }), store)
      return
    } catch (error) {
      if (!(error instanceof StoreConflict) || tries === MAX_TRIES) throw error
    }
  }
}

type End = Pick<CustomKeyStore, 'state' | 'error'>

async function attempted(
  name: CustomKeyStoreName,
  attempt: string,
  store: Pick<Store, 'get'>,
): Promise<{ one: CustomKeyStore; read: Awaited<ReturnType<typeof readStores>> } | undefined> {
  const read = await readStores(name, store)
  const one = read.stores.find(({ id }) => id === name.id)
  return one?.underWay?.attempt === attempt ? { one, read } : undefined
}

/** A proxy has nothing of a connection: whether it answers is asked, and then each call is its own. */
async function endOf(
  one: CustomKeyStore,
  name: CustomKeyStoreName,
  attempt: string,
  proxies: Pick<XksProxies, 'health'>,
  log: Log,
): Promise<End> {
  if (one.state === 'DISCONNECTING') return { state: 'DISCONNECTED' }
  try {
    const metadata = { kmsOperation: 'ConnectCustomKeyStore', kmsRequestId: attempt }
    await proxies.health(proxyStore(name, one), metadata)
    return { state: 'CONNECTED' }
  } catch (error) {
    if (error instanceof ProxyFailure) return { state: 'FAILED', error: connectionError(error) }
    log('error', { customKeyStore: name.id, connection: 'failed', error })
    return { state: 'FAILED', error: 'INTERNAL_ERROR' }
  }
}

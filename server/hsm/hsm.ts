import { statSync } from 'node:fs'
import type { Log } from '../../core/base/log.ts'
import {
  type Hsm,
  TokenFailure,
  type TokenFailureReason,
  type TokenStore,
} from '../../core/custom-key-store/cluster.ts'
import type { CustomKeyStoreName } from '../../core/custom-key-store/custom-key-store.ts'
import {
  type Registration,
  readRegistrations,
  refuseWritable,
  registrationsFile,
} from './registrations.ts'
import type { Asked } from './serve-token.ts'
import type { TokenPlace } from './token.ts'
import { bytesIn, ciphertextIn } from './token-answers.ts'
import { startTokenProcess, type TokenProcess } from './token-process.ts'

/** What may be otherwise in a test. */
export interface HsmOptions {
  /** Starts what has a token: a process, of token-main.ts. */
  readonly startToken?: (place: TokenPlace) => TokenProcess
  /** ms that a use of a key may take, and what is longer: a login, a key that is generated */
  readonly limits?: { readonly use: number; readonly other: number }
  /** ms after which a process that was asked nothing logs out */
  readonly idle?: number
  /** ms after which a token that could not be opened is tried again */
  readonly pause?: number
}

const LIMITS = { use: 5_000, other: 20_000 }
const IDLE = 60_000
const PAUSE = 1_000
/** processes with a token, in all and of one account: each takes some 30 MB */
const MOST_PROCESSES = 64
const MOST_OF_ACCOUNT = 10
/** calls of one store that wait for its token */
const MOST_UNDER_WAY = 64
/** After these a login is not tried again by itself: tokens lock a user out after a few. */
const NOT_AGAIN: ReadonlySet<TokenFailureReason> = new Set(['WrongPassword', 'LockedOut', 'NoUser'])
/** What a process that is started anew may do away with. */
const MAY_PASS: ReadonlySet<TokenFailureReason> = new Set(['Absent', 'Broken', 'LoggedIn'])

/** A token that could not be opened. */
interface Refused {
  /** what it was to be opened with; with another it is tried */
  readonly by: string
  readonly failure: TokenFailure
  /** ms, of performance.now(): until then nobody tries again */
  readonly until: number
}

/** A store's process, and what is known of it. */
interface Connection {
  /** what it was opened with; another is another connection */
  readonly by: string
  /** its process, and the same once it is logged in */
  readonly child: TokenProcess
  readonly process: Promise<TokenProcess>
  started?: TokenProcess
  underWay: number
  timer?: NodeJS.Timeout
}

/**
 * The tokens that are registered in the data folder, each store's in a process of its own: logins are a process's,
 * and so one store's password never serves another. A process is started with the first call, ended when it hangs,
 * replaced when it or its token was away, and let go when it is idle.
 */
export function openHsm(data: string, log: Log, options: HsmOptions = {}): Hsm {
  const { startToken = startTokenProcess, limits = LIMITS, idle = IDLE, pause = PAUSE } = options
  const connections = new Map<string, Connection>()
  const refused = new Map<string, Refused>()
  /** looks at clusters that are under way: whoever asks meanwhile has the same answer */
  const looks = new Map<string, Promise<void>>()
  const registrations = keptRegistrations(data)

  const find = (account: string, cluster: string): Registration | undefined =>
    registrations().find((one) => one.account === account && one.cluster === cluster)

  function required(account: string, cluster: string): Registration {
    const found = find(account, cluster)
    if (found === undefined) throw new TokenFailure('NotFound', `${cluster} is not registered`)
    return found
  }

  /** A process of its own for what is registered. @throws TokenFailure where its module is not what may be loaded */
  function start(registration: Registration): TokenProcess {
    try {
      refuseWritable(registration.module)
    } catch (error) {
      throw new TokenFailure('Unfit', error instanceof Error ? error.message : String(error))
    }
    return startToken(registration)
  }

  /** Logs in, in a process that was started. */
  async function login(
    started: TokenProcess,
    store: TokenStore,
    registration: Registration,
  ): Promise<TokenProcess> {
    const { user } = registration
    try {
      const password = await store.password()
      const pin = user === undefined ? password : `${user}:${password}`
      await started.ask({ name: 'login', pin }, limits.other)
      return started
    } catch (error) {
      await started.close()
      if (error instanceof TokenFailure) {
        const until = NOT_AGAIN.has(error.reason) ? Infinity : performance.now() + pause
        refused.set(slotOf(store), { by: keyOf(store, registration), failure: error, until })
      }
      throw error
    }
  }

  function connectionOf(store: TokenStore): Connection {
    const registration = required(store.accountId, store.cluster)
    const slot = slotOf(store)
    const by = keyOf(store, registration)
    const kept = connections.get(slot)
    if (kept?.by === by && kept.started?.usable !== false) return kept
    if (kept !== undefined) forget(slot, kept)
    const before = refused.get(slot)
    if (before?.by === by && before.until > performance.now()) throw before.failure
    makeRoom(store.accountId)
    const child = start(registration)
    const made: Connection = { by, child, process: login(child, store, registration), underWay: 0 }
    connections.set(slot, made)
    made.process.then(
      (started) => {
        made.started = started
      },
      () => {
        if (connections.get(slot) === made) connections.delete(slot)
      },
    )
    return made
  }

  /** Lets an idle process go where there are too many, the account's own first. @throws TokenFailure NoSession */
  function makeRoom(accountId: string): void {
    const all = [...connections]
    const own = all.filter(([slot]) => slot.startsWith(`${accountId}/`))
    const among =
      own.length >= MOST_OF_ACCOUNT ? own : all.length >= MOST_PROCESSES ? [...own, ...all] : []
    if (among.length === 0) return
    const idle = among.find(([, one]) => one.underWay === 0 && one.started !== undefined)
    if (idle === undefined) throw new TokenFailure('NoSession', 'too many tokens are in use')
    void forget(...idle)
  }

  /** @returns once it has ended: one that hangs in its login too */
  async function forget(slot: string, connection: Connection): Promise<void> {
    if (connections.get(slot) === connection) connections.delete(slot)
    clearTimeout(connection.timer)
    await connection.child.close()
    await connection.process.catch(() => undefined)
  }

  async function look(registration: Registration): Promise<void> {
    const started = start(registration)
    try {
      await started.ask({ name: 'inspect' }, limits.use)
    } catch (error) {
      const { cluster } = registration
      if (error instanceof TokenFailure) log('warn', { cluster, ...wordsOf(error) })
      throw error
    } finally {
      await started.close()
    }
  }

  async function askOnce(store: TokenStore, asked: Asked, limit: number): Promise<unknown> {
    const connection = connectionOf(store)
    if (connection.underWay >= MOST_UNDER_WAY) {
      throw new TokenFailure('NoSession', 'too many calls wait for the token')
    }
    connection.underWay++
    clearTimeout(connection.timer)
    try {
      return await (await connection.process).ask(asked, limit)
    } finally {
      connection.underWay--
      letGoWhenIdle(slotOf(store), connection)
    }
  }

  /** Once nothing is under way; a call that comes before stops the clock. */
  function letGoWhenIdle(slot: string, connection: Connection): void {
    clearTimeout(connection.timer)
    if (connection.underWay > 0) return
    connection.timer = setTimeout(() => void forget(slot, connection), idle).unref()
  }

  /** What a new process may do away with is tried once more. */
  async function ask(store: TokenStore, asked: Asked, limit: number): Promise<unknown> {
    try {
      return await askOnce(store, asked, limit)
    } catch (error) {
      if (!(error instanceof TokenFailure)) throw error
      told(store, error)
      if (!MAY_PASS.has(error.reason)) throw error
    }
    try {
      return await askOnce(store, asked, limit)
    } catch (error) {
      if (error instanceof TokenFailure) told(store, error)
      throw error
    }
  }

  /** Why a token fails is the operator's to know: callers are told what AWS KMS tells. */
  function told({ id, cluster }: TokenStore, failure: TokenFailure): void {
    const { reason } = failure
    if (reason === 'NotAuthentic' || reason === 'NoKey') return
    log('warn', { customKeyStore: id, cluster, ...wordsOf(failure) })
  }

  return {
    async registered(accountId, cluster) {
      const found = find(accountId, cluster)
      return found && { trustAnchor: found.trustAnchor }
    },
    async inspect(accountId, cluster) {
      const registration = required(accountId, cluster)
      const slot = JSON.stringify(registration)
      const shared = looks.get(slot) ?? look(registration).finally(() => void looks.delete(slot))
      looks.set(slot, shared)
      await shared
    },
    async connect(store) {
      const slot = slotOf(store)
      refused.delete(slot)
      const kept = connections.get(slot)
      if (kept !== undefined) await forget(slot, kept)
      try {
        const connection = connectionOf(store)
        await connection.process
        letGoWhenIdle(slot, connection)
      } catch (error) {
        if (error instanceof TokenFailure) told(store, error)
        throw error
      }
    },
    async disconnect(store) {
      const slot = slotOf(store)
      refused.delete(slot)
      const kept = connections.get(slot)
      if (kept !== undefined) await forget(slot, kept)
    },
    async generateKey(store, key, label) {
      await ask(store, { name: 'generate', key, label }, limits.other)
    },
    async destroyKey(store, key) {
      await ask(store, { name: 'destroy', key }, limits.other)
    },
    async encrypt(store, key, { plaintext, aad }) {
      const asked = { name: 'encrypt', key, plaintext, aad } as const
      return ciphertextIn(await ask(store, asked, limits.use), plaintext.length)
    },
    async decrypt(store, key, { iv, ciphertext, tag, aad }) {
      const sealed = Buffer.concat([ciphertext, tag])
      const asked = { name: 'decrypt', key, iv, sealed, aad } as const
      return bytesIn(await ask(store, asked, limits.use), ciphertext.length)
    },
    async random(store, length) {
      return bytesIn(await ask(store, { name: 'random', length }, limits.use), length)
    },
    async close() {
      await Promise.all([...connections].map(([slot, one]) => forget(slot, one)))
    },
  }
}

const wordsOf = ({ reason, message }: TokenFailure) => ({ token: reason, message })

const slotOf = ({ accountId, region, id }: CustomKeyStoreName): string =>
  `${accountId}/${region}/${id}`

/** What a connection depends on: another password, or a cluster that is registered otherwise, is another. */
const keyOf = ({ sealed }: TokenStore, registration: Registration): string =>
  JSON.stringify([sealed, registration])

/**
 * The file's content, read again where the file has changed, its mode or owner too (which its ctime tells): who
 * registers a cluster restarts no server.
 */
function keptRegistrations(data: string): () => readonly Registration[] {
  let seen: string | undefined
  let kept: readonly Registration[] = []
  return () => {
    const found = statSync(registrationsFile(data), { throwIfNoEntry: false })
    const is =
      found === undefined ? '' : `${found.ino} ${found.ctimeMs} ${found.mtimeMs} ${found.size}`
    if (is !== seen) {
      kept = readRegistrations(data)
      seen = is
    }
    return kept
  }
}

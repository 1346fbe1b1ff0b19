import type { IncomingMessage } from 'node:http'
import { blockOf } from '../core/base/address-block.ts'
import { KmsError } from '../core/base/errors.ts'
import { type BodyLimit, MAX_BODY, tooLarge } from '../core/protocol/body-limit.ts'

export interface UploadLimits {
  /** bytes that bodies take in memory until their requests are answered: in all, and of one address */
  readonly total: number
  readonly perAddress: number
  /** ms that a body may take, and the bytes that each further second must bring */
  readonly grace: number
  readonly rate: number
  /** bytes of a refused body that are read and dropped, so that its sender gets to read the answer; and ms */
  readonly drain: number
  readonly drainTime: number
}

export const UPLOAD_LIMITS: UploadLimits = {
  total: 64 * MAX_BODY,
  perAddress: 16 * MAX_BODY,
  grace: 3_000,
  rate: 64 * 1024,
  drain: 2 * MAX_BODY,
  drainTime: 5_000,
}

const NOTHING: Buffer = Buffer.alloc(0)

/** A body came too slowly: the connection is of no use any more. */
export class TooSlow extends Error {
  override readonly name = 'TooSlow'
}

/** A body in memory; `release` when the request has been answered. */
export interface Body {
  readonly bytes: Uint8Array
  release(): void
}

export interface Uploads {
  /**
   * Reads the whole body of a request.
   * @param address whose it is
   * @param limit how long it may be
   * @param announced bytes that its head says it has, where it does
   * @returns undefined where the client went away
   * @throws KmsError RequestEntityTooLargeException; ThrottlingException where memory is short and this body
   *   the slowest
   * @throws TooSlow
   */
  read(
    message: IncomingMessage,
    address: string,
    limit: BodyLimit,
    announced?: number,
  ): Promise<Body | undefined>
  /** Reads and drops what is left of a refused body, within bounds. */
  drain(message: IncomingMessage): void
  /** Lets go of bodies that come too slowly; to be called every second. */
  sweep(): void
}

interface Upload {
  readonly began: number
  length: number
  fail(error: Error): void
}

/** What one address has in memory; unfinished uploads in the order in which they began. */
interface Account {
  taken: number
  readonly open: Set<Upload>
}

/**
 * Reads bodies within bounds. Where memory is short, the unfinished body that began first loses: whoever
 * sends at a common speed is done before its turn comes.
 * @param clock ms
 */
export function uploads(limits: UploadLimits, clock: () => number): Uploads {
  let taken = 0
  const open = new Set<Upload>()
  const accounts = new Map<string, Account>()
  const draining = new Map<IncomingMessage, number>()

  function accountOf(address: string): Account {
    const known = accounts.get(address)
    if (known !== undefined) return known
    const account: Account = { taken: 0, open: new Set() }
    accounts.set(address, account)
    return account
  }

  function take(bytes: number, address: string, account: Account): void {
    taken += bytes
    account.taken += bytes
    const spent = account.taken === 0 && account.open.size === 0
    if (spent && accounts.get(address) === account) accounts.delete(address)
  }

  /** Makes room: the oldest of an address that has too much, then the oldest of all. Whether there is enough. */
  function relieve(account: Account): boolean {
    while (account.taken > limits.perAddress && loseFirst(account.open));
    while (taken > limits.total && loseFirst(open));
    return account.taken <= limits.perAddress && taken <= limits.total
  }

  function loseFirst(uploads: Set<Upload>): boolean {
    const [first] = uploads
    first?.fail(tooMany())
    return first !== undefined
  }

  async function read(
    message: IncomingMessage,
    from: string,
    limit: BodyLimit,
    announced = 0,
  ): Promise<Body | undefined> {
    const address = blockOf(from)
    const began = clock()
    // nearly every body is short: what came with its head is there once Node has taken it apart
    await undefined
    if (message.destroyed) return undefined
    return announced > 0 && message.readableLength === announced
      ? whole(message, address, limit)
      : arriving(message, address, limit, began)
  }

  /** A body that is here already. Its stream's end, which Node tells in several turns, nobody waits for. */
  function whole(message: IncomingMessage, address: string, limit: BodyLimit): Body {
    const bytes: Buffer = message.read() ?? NOTHING
    if (bytes.length > limit.bytes) throw tooLarge(limit)
    const account = accountOf(address)
    take(bytes.length, address, account)
    const release = () => take(-bytes.length, address, account)
    if (relieve(account)) return { bytes, release }
    release()
    throw tooMany()
  }

  function arriving(
    message: IncomingMessage,
    address: string,
    limit: BodyLimit,
    began: number,
  ): Promise<Body | undefined> {
    return new Promise((resolve, reject) => {
      const account = accountOf(address)
      let buffer = NOTHING
      const upload: Upload = { began, length: 0, fail }
      open.add(upload)
      account.open.add(upload)

      function close(): boolean {
        account.open.delete(upload)
        return open.delete(upload)
      }
      function release(): void {
        take(-buffer.length, address, account)
        buffer = NOTHING
      }
      function fail(error: Error | undefined): void {
        if (!close()) return
        release()
        message.removeListener('data', keep)
        if (error === undefined) resolve(undefined)
        else reject(error)
      }
      function keep(chunk: Buffer): void {
        const length = upload.length + chunk.length
        if (length > limit.bytes) {
          fail(tooLarge(limit))
          return
        }
        const before = buffer.length
        buffer = append(buffer, upload.length, chunk)
        upload.length = length
        take(buffer.length - before, address, account)
        relieve(account)
      }
      message.on('data', keep)
      message.on('end', () => {
        if (close()) resolve({ bytes: buffer.subarray(0, upload.length), release })
      })
      message.on('error', () => fail(undefined))
      // nothing, once the body is there
      message.on('close', () => fail(undefined))
    })
  }

  function drain(message: IncomingMessage): void {
    if (message.complete) return
    let length = 0
    draining.set(message, clock())
    message.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > limits.drain) message.socket.destroy()
    })
    message.on('close', () => draining.delete(message))
    message.resume()
  }

  function sweep(): void {
    const now = clock()
    for (const upload of open) {
      const { began, length } = upload
      if (now - began > limits.grace + (length / limits.rate) * 1000) upload.fail(new TooSlow())
    }
    for (const [message, since] of draining) {
      if (now - since > limits.drainTime) message.socket.destroy()
    }
  }

  return { read, drain, sweep }
}

const tooMany = () =>
  new KmsError('ThrottlingException', 'Too many requests are being sent at once.')

/** Adds a chunk to what is there. The room doubles, so that many small chunks are no many small buffers. */
function append(buffer: Buffer, length: number, chunk: Buffer): Buffer {
  if (length === 0) return chunk
  const needed = length + chunk.length
  const room =
    needed <= buffer.length
      ? buffer
      : Buffer.allocUnsafeSlow(Math.min(MAX_BODY, Math.max(needed, 2 * buffer.length)))
  if (room !== buffer) buffer.copy(room, 0, 0, length)
  chunk.copy(room, length)
  return room
}

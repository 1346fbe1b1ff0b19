import { lookup } from 'node:dns/promises'
import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'
import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import { BoundedCache } from '../base/bounded-cache.ts'
import { KmsError } from '../base/errors.ts'

/** ms an issuer has to answer, all together */
const PATIENCE = 2000
/** bytes of an answer */
const MAX_BYTES = 256 * 1024
/** ms for which keys are used without asking again */
const LIFETIME = 10 * 60_000
/** ms between two questions to one issuer: for keys that are not there, and after a failure */
const COOLDOWN = 30_000
/** issuers whose keys are kept */
const MOST_ISSUERS = 1000

export interface JwksOptions {
  /** whether issuers on loopback addresses are asked, over plain HTTP too: for laptops and tests */
  readonly loopback: boolean
}

/** Where an issuer's keys are: told, or to be found by discovery. */
export interface JwksSource {
  readonly url: string
  readonly jwksUri?: string | undefined
}

interface Kept {
  readonly keys: JWTVerifyGetKey
  readonly ids: ReadonlySet<string>
  readonly at: number
}

/** The keys of issuers, asked for when they are needed and kept for a while. */
export interface JwksReader {
  /**
   * An issuer's keys; asked for again where `kid` is not among them, at most once in 30 s.
   * @param now Unix ms
   * @throws KmsError IDPCommunicationErrorException where it does not answer, or not with keys
   */
  keys(source: JwksSource, kid: string | undefined, now: number): Promise<JWTVerifyGetKey>
}

export function jwksReader({ loopback }: JwksOptions): JwksReader {
  const kept = new BoundedCache<Kept>({ capacity: MOST_ISSUERS })
  const failed = new BoundedCache<{ at: number; error: KmsError }>({ capacity: MOST_ISSUERS })
  /** one question at a time to each issuer, shared by all who wait */
  const asking = new Map<string, Promise<Kept>>()

  async function ask(source: JwksSource, slot: string, now: number): Promise<Kept> {
    try {
      const made = { ...(await fetchKeys(source, loopback)), at: now }
      kept.set(slot, made)
      failed.delete(slot)
      return made
    } catch (error) {
      const refusal = unavailable(source.url, error)
      failed.set(slot, { at: now, error: refusal })
      throw refusal
    } finally {
      asking.delete(slot)
    }
  }

  function refresh(source: JwksSource, slot: string, now: number): Promise<Kept> {
    const recent = failed.get(slot)
    if (recent !== undefined && now - recent.at < COOLDOWN) return Promise.reject(recent.error)
    const before = asking.get(slot)
    if (before !== undefined) return before
    const made = ask(source, slot, now)
    asking.set(slot, made)
    return made
  }

  return {
    async keys(source, kid, now) {
      const slot = `${source.url} ${source.jwksUri ?? ''}`
      const have = kept.get(slot)
      if (have === undefined || now - have.at >= LIFETIME) {
        return (await refresh(source, slot, now)).keys
      }
      const known = kid === undefined || have.ids.has(kid)
      if (known || now - have.at < COOLDOWN) return have.keys
      // An issuer that fails now still vouches for the keys it gave
      return refresh(source, slot, now).then(
        ({ keys }) => keys,
        () => have.keys,
      )
    },
  }
}

/** Why an issuer could not be asked, in a few words that tell nothing of the network. */
class Unreachable extends Error {
  override readonly name = 'Unreachable'
}

function unavailable(url: string, error: unknown): KmsError {
  const words = error instanceof Unreachable ? error.message : 'it does not answer'
  return new KmsError(
    'IDPCommunicationErrorException',
    `The keys of the issuer ${url} can't be read: ${words}.`,
  )
}

async function fetchKeys({ url, jwksUri }: JwksSource, loopback: boolean) {
  const deadline = AbortSignal.timeout(PATIENCE)
  const at = jwksUri ?? (await discover(url, loopback, deadline))
  const set = await fetchJson(at, loopback, deadline)
  const { keys } = set as { keys?: unknown }
  if (!Array.isArray(keys) || !keys.every((key) => typeof key === 'object' && key !== null)) {
    throw new Unreachable('what it answers is no JSON Web Key Set')
  }
  // Of whatever else is published, nothing but public keys for signatures is of use
  const usable = (keys as Record<string, unknown>[]).filter(({ kty }) => kty !== 'oct')
  const ids = new Set(usable.map(({ kid }) => String(kid)))
  return { keys: createLocalJWKSet({ keys: usable } as unknown as JSONWebKeySet), ids }
}

/** @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationRequest */
async function discover(url: string, loopback: boolean, deadline: AbortSignal): Promise<string> {
  const at = `${url.replace(/\/$/, '')}/.well-known/openid-configuration`
  const { issuer, jwks_uri } = (await fetchJson(at, loopback, deadline)) as Record<string, unknown>
  if (issuer !== url) throw new Unreachable('its configuration names another issuer')
  if (typeof jwks_uri !== 'string') throw new Unreachable('its configuration names no jwks_uri')
  return jwks_uri
}

/** Loopback, private, link-local and other addresses that are no issuer's on the Internet (RFC 6890). */
const INNER = new BlockList()
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  INNER.addSubnet(net, prefix, 'ipv4')
}
for (const [net, prefix] of [
  ['::', 96],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  INNER.addSubnet(net, prefix, 'ipv6')
}
const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4')
LOOPBACK.addAddress('::1', 'ipv6')

const family = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4')

/**
 * The address to connect to: looked up once and used as it is, so that no second lookup answers another
 * (DNS rebinding). @throws Unreachable for addresses that must not be asked
 */
async function addressOf(url: URL, loopback: boolean, deadline: AbortSignal): Promise<string> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const found =
    isIP(host) > 0 ? [{ address: host }] : await within(lookup(host, { all: true }), deadline)
  const [first] = found
  if (first === undefined) throw new Unreachable('its host is not known')
  const local = found.every(({ address }) => LOOPBACK.check(address, family(address)))
  if (loopback && local) return first.address
  if (url.protocol !== 'https:') throw new Unreachable('it is not reached by https')
  if (found.some(({ address }) => INNER.check(address, family(address)))) {
    throw new Unreachable('its address is not a public one')
  }
  return first.address
}

/** A promise that ends with the deadline, at the latest. */
function within<T>(work: Promise<T>, deadline: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new Unreachable(TOO_SLOW))
    if (deadline.aborted) return late()
    deadline.addEventListener('abort', late, { once: true })
    work.then(resolve, reject)
  })
}

const TOO_SLOW = `it takes longer than ${PATIENCE / 1000} s`

/** Fetches a JSON document; redirects are not followed. */
async function fetchJson(text: string, loopback: boolean, deadline: AbortSignal): Promise<object> {
  if (!URL.canParse(text)) throw new Unreachable('its address is no URL')
  const url = new URL(text)
  if (!/^https?:$/.test(url.protocol)) throw new Unreachable('it is not reached by https')
  const address = await addressOf(url, loopback, deadline)
  const body = await within(download(url, address, deadline), deadline)
  try {
    const json: unknown = JSON.parse(body.toString())
    if (typeof json === 'object' && json !== null) return json
  } catch {
    // not JSON: refused below, as JSON of another form is
  }
  throw new Unreachable('what it answers is no JSON object')
}

async function download(url: URL, address: string, signal: AbortSignal): Promise<Buffer> {
  const { request } = await import(url.protocol === 'https:' ? 'node:https' : 'node:http')
  const pinned = { address, family: isIP(address) }
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = request(url, {
      signal,
      agent: false,
      headers: { accept: 'application/json' },
      lookup: (
        _host: string,
        options: { all?: boolean },
        done: (error: null, found: unknown, family?: number) => void,
      ) => (options.all === true ? done(null, [pinned]) : done(null, address, pinned.family)),
    })
    sent.on('response', resolve).on('error', reject).end()
  })
  if (message.statusCode !== 200) {
    message.destroy()
    throw new Unreachable(`it answers HTTP ${message.statusCode}`)
  }
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > MAX_BYTES) {
      message.destroy()
      throw new Unreachable(`it answers more than ${MAX_BYTES} bytes`)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

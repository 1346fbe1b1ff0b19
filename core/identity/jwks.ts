import type { BlockList } from 'node:net'
import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import { addressList } from '../base/address-list.ts'
import { BoundedCache } from '../base/bounded-cache.ts'
import { parseJson } from '../base/json.ts'
import { addressOf, Unreachable } from './issuer-address.ts'
import { type Deadline, deadlineIn, exchange, within } from './outgoing.ts'

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
  /** addresses and CIDR ranges where issuers are asked beside public ones: of the own network, of tests */
  readonly networks: readonly string[]
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
   * @throws Unreachable where it does not answer, or not with keys
   */
  keys(source: JwksSource, kid: string | undefined, now: number): Promise<JWTVerifyGetKey>
}

/** @param locate where a URL's host is: looked up unless given */
export function jwksReader(
  { networks }: JwksOptions,
  locate: typeof addressOf = addressOf,
): JwksReader {
  const allowed = networks.length === 0 ? undefined : addressList(networks)
  const kept = new BoundedCache<Kept>({ capacity: MOST_ISSUERS })
  const failed = new BoundedCache<{ at: number; error: Unreachable }>({ capacity: MOST_ISSUERS })
  /** one question at a time to each issuer, shared by all who wait */
  const asking = new Map<string, Promise<Kept>>()

  async function ask(source: JwksSource, slot: string, now: number): Promise<Kept> {
    try {
      const made = { ...(await fetchKeys(source, { networks: allowed, locate })), at: now }
      kept.set(slot, made)
      failed.delete(slot)
      return made
    } catch (error) {
      const refusal = unreachable(error)
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

const unreachable = (error: unknown): Unreachable => {
  const words = error instanceof Unreachable ? error.message : 'it does not answer'
  return new Unreachable(`the keys of its issuer can't be read: ${words}`)
}

/** How hosts are asked: in which networks beside public addresses, and until when. */
interface Asking {
  readonly networks: BlockList | undefined
  readonly locate: typeof addressOf
  readonly deadline: Deadline
}

async function fetchKeys({ url, jwksUri }: JwksSource, how: Omit<Asking, 'deadline'>) {
  const asking = { ...how, deadline: deadlineIn(PATIENCE) }
  const at = jwksUri === undefined ? await discover(url, asking) : { jwksUri, asking }
  const { json: set } = await fetchJson(at.jwksUri, at.asking)
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
async function discover(url: string, asking: Asking): Promise<{ jwksUri: string; asking: Asking }> {
  const at = `${url.replace(/\/$/, '')}/.well-known/openid-configuration`
  const { json, inner } = await fetchJson(at, asking)
  const { issuer, jwks_uri } = json as Record<string, unknown>
  if (issuer !== url) throw new Unreachable('its configuration names another issuer')
  if (typeof jwks_uri !== 'string') throw new Unreachable('its configuration names no jwks_uri')
  // what an issuer on the Internet says leads nowhere else: only one of an allowed network names another there
  return { jwksUri: jwks_uri, asking: inner ? asking : { ...asking, networks: undefined } }
}

/** Fetches a JSON document; redirects are not followed. */
async function fetchJson(
  text: string,
  { networks, locate, deadline }: Asking,
): Promise<{ json: object; inner: boolean }> {
  if (!URL.canParse(text)) throw new Unreachable('its address is no URL')
  const url = new URL(text)
  if (!/^https?:$/.test(url.protocol)) throw new Unreachable('it is not reached by https')
  const { address, inner } = await within(locate(url, networks), deadline)
  const headers = { accept: 'application/json' }
  const { status, body } = await exchange(url, address, { headers, most: MAX_BYTES, deadline })
  if (status !== 200) throw new Unreachable(`it answers HTTP ${status}`)
  try {
    const json: unknown = parseJson(body.toString())
    if (typeof json === 'object' && json !== null) return { json, inner }
  } catch {
    // not JSON: refused below, as JSON of another form is
  }
  throw new Unreachable('what it answers is no JSON object')
}

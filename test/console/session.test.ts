import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Caller, call } from '../../console/src/api/call.ts'
import type { ApiProblem } from '../../console/src/api/problem.ts'
import { Clock, whenCome } from '../../console/src/session/clock.ts'
import { begin, comeBack, type IssuerSettings } from '../../console/src/session/oidc.ts'
import { devicesOf, keySession } from '../../console/src/session/session.ts'

const SERVICE = 'https://kms.example.com'
const NOW = Date.parse('2026-03-01T12:00:00Z')
const HOUR = 3_600_000
const DAY = 24 * HOUR

const KEY = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }
const WHO = { Account: '111122223333', Arn: 'arn:aws:iam::111122223333:user/a', UserId: 'AIDA' }

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['Date', 'setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const refusal = (status: number, code: string, headers = {}) =>
  Response.json({ code, detail: 'words' }, { status, headers })

/** Answers requests, and keeps what was asked. */
function answering(answer: (request: Request) => Response | Promise<Response>): Request[] {
  const asked: Request[] = []
  vi.stubGlobal('fetch', async (given: Request | string, init?: RequestInit) => {
    const request = new Request(given, init)
    asked.push(request)
    return answer(request)
  })
  return asked
}

describe('a moment', () => {
  test.each([
    ['an hour', HOUR],
    ['30 days, for which no timer of a browser waits', 30 * DAY],
    ['400 days', 400 * DAY],
  ])('has come after %s, and not before', (_, lies) => {
    const run = vi.fn()
    whenCome(new Date(NOW + lies), run)
    vi.advanceTimersByTime(lies - 1)
    expect(run).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(run).toHaveBeenCalledTimes(1)
  })

  test('that is over has come, and one that was called off does not', () => {
    const run = vi.fn()
    whenCome(new Date(NOW), run)
    expect(run).toHaveBeenCalledTimes(1)
    whenCome(new Date(NOW + 40 * DAY), run)()
    vi.advanceTimersByTime(50 * DAY)
    expect(run).toHaveBeenCalledTimes(1)
  })
})

describe('a browser whose clock is wrong', () => {
  test.each([
    ['ahead', 3 * HOUR],
    ['behind', -3 * HOUR],
  ])('signs by the service’s: it is %s', async (_, wrong) => {
    const served = NOW - wrong
    const asked = answering((request) => {
      const [, at = ''] = /^(.{15})Z$/.exec(request.headers.get('x-amz-date') ?? '') ?? []
      const signed = Date.parse(at.replace(/(....)(..)(..)T(..)(..)(..)/, '$1-$2-$3T$4:$5:$6Z'))
      const date = new Date(served).toUTCString()
      return Math.abs(signed - served) > 5 * 60_000
        ? refusal(403, 'InvalidSignatureException', { date })
        : Response.json(WHO)
    })
    const expires = new Date(served + HOUR).toISOString()
    const session = await keySession(SERVICE, 'eu-west-1', KEY, { expires })
    expect(session.account).toBe(WHO.Account)
    expect(session.ends).toEqual(new Date(NOW + HOUR))
    expect(asked).toHaveLength(2)
    await call(session, 'GetCallerIdentity', {})
    expect(asked).toHaveLength(3)
  })

  test.each([
    ['an answer of the same time', new Date(NOW).toUTCString()],
    ['an answer without a time', undefined],
  ])('is not made of a signature that is wrong: %s', async (_, date) => {
    const asked = answering(() =>
      refusal(403, 'InvalidSignatureException', date === undefined ? {} : { date }),
    )
    await expect(keySession(SERVICE, 'eu-west-1', KEY)).rejects.toMatchObject({
      code: 'InvalidSignatureException',
    })
    expect(asked).toHaveLength(1)
  })
})

describe('a call', () => {
  const heard: ApiProblem[] = []
  const caller: Caller = {
    service: SERVICE,
    authorized: async (_, headers) => ({ ...headers }),
    refused: (problem) => void heard.push(problem),
  }
  beforeEach(() => void heard.splice(0))

  test('tells its session of a refusal, whatever it was', async () => {
    answering(() => refusal(403, 'ExpiredTokenException'))
    const changed = call(caller, 'DisableKey', { KeyId: 'a' })
    await expect(changed).rejects.toMatchObject({ code: 'ExpiredTokenException' })
    expect(heard.map(({ code }) => code)).toEqual(['ExpiredTokenException'])
  })

  test.each(['.', '..'])('is never one of another address: a user of the name %s', async (name) => {
    const asked = answering(() => Response.json({}))
    const deleted = call(caller, 'IamDeleteUser', { UserName: name })
    await expect(deleted).rejects.toThrow(`/iam/v1/users/${name} is no address`)
    expect(asked).toEqual([])
  })

  test('of a key of such a name has it in the query', async () => {
    const asked = answering(() => Response.json({}))
    await call(caller, 'DescribeKey', { KeyId: '..' })
    expect(asked.map(({ url }) => url)).toEqual([`${SERVICE}/v1/keys/~?KeyId=..`])
  })

  test.each<[string, () => Response]>([
    ['breaks off', () => new Response(new ReadableStream({ pull: (to) => to.error(new Error()) }))],
    ['is another’s page', () => new Response('<html>')],
    ['does not come', () => Response.error()],
  ])('whose answer %s is told as not answered', async (_, answer) => {
    answering(() => {
      const one = answer()
      if (one.type === 'error') throw new TypeError('Failed to fetch')
      return one
    })
    await expect(call(caller, 'ListKeys', {})).rejects.toMatchObject({ status: 0 })
  })

  test('that no request can be is not told as a matter of the connection', async () => {
    answering(() => Response.json({}))
    const own: Caller = { ...caller, authorized: async () => ({ authorization: 'AKIA…' }) }
    await expect(call(own, 'ListKeys', {})).rejects.toBeInstanceOf(TypeError)
  })
})

describe('second factors', () => {
  const session = { service: SERVICE, authorized: async () => ({}), arn: WHO.Arn }
  const own = { ...session, account: WHO.Account, region: 'a', ends: undefined, clock: new Clock() }

  test('are none of who may not list them', async () => {
    answering(() => refusal(403, 'AccessDenied'))
    expect(await devicesOf(own)).toEqual([])
  })

  test('are not taken to be none while they are not known', async () => {
    answering(() => refusal(503, 'ServiceUnavailable'))
    await expect(devicesOf(own)).rejects.toMatchObject({ status: 503 })
  })
})

describe('an issuer', () => {
  const ISSUER = 'https://sso.example.com/realms/a'
  const issuer: IssuerSettings = {
    ...{ name: 'SSO', issuer: ISSUER, clientId: 'console' },
    ...{ scope: 'openid', token: 'access_token' },
  }
  const wanted = { account: WHO.Account, region: 'eu-west-1', to: '/keys' }
  const DISCOVERED = {
    issuer: ISSUER,
    authorization_endpoint: `${ISSUER}/authorize`,
    token_endpoint: `${ISSUER}/token`,
  }
  const BACK = `${SERVICE}/console/sign-in`
  const kept = new Map<string, string>()
  beforeEach(() => {
    kept.clear()
    vi.stubGlobal('sessionStorage', {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => void kept.set(name, value),
      removeItem: (name: string) => void kept.delete(name),
    })
  })
  const says = (told: object, token: () => Response = () => Response.json({ access_token: 'a' })) =>
    answering(({ url }) =>
      url.endsWith('/openid-configuration') ? Response.json({ ...DISCOVERED, ...told }) : token(),
    )
  const begun = async () => {
    const { searchParams } = await begin(issuer, wanted, BACK)
    return searchParams.get('state') ?? ''
  }
  const back = (state: string, more: Record<string, string>) =>
    comeBack(new URLSearchParams({ state, ...more }), [issuer], BACK)

  test.each<[string, object, Record<string, string>]>([
    ['names itself', {}, { iss: ISSUER }],
    ['does not name itself', {}, {}],
  ])('that %s is answered for by its token', async (_, told, more) => {
    says(told)
    expect(await back(await begun(), { code: 'c', ...more })).toMatchObject({
      token: 'a',
      to: '/keys',
    })
    expect(kept.size).toBe(0)
  })

  test.each<[string, object, Record<string, string>]>([
    ['another names itself', {}, { iss: 'https://evil.example.com' }],
    [
      'it always names itself, and does not',
      { authorization_response_iss_parameter_supported: true },
      {},
    ],
  ])('gets no code where %s (RFC 9207)', async (_, told, more) => {
    const asked = says(told)
    const returned = back(await begun(), { code: 'c', ...more })
    await expect(returned).rejects.toThrow('this answer was not asked for')
    expect(asked.map(({ url }) => url)).not.toContain(DISCOVERED.token_endpoint)
  })

  test('gets no code that comes twice, or with another state', async () => {
    const asked = says({})
    const state = await begun()
    await expect(back(`${state}x`, { code: 'c' })).rejects.toThrow('not asked for')
    await expect(back(state, { code: 'c' })).rejects.toThrow('not asked for')
    expect(asked.map(({ url }) => url)).not.toContain(DISCOVERED.token_endpoint)
  })

  test('is told of in its own words where it gives no token', async () => {
    says({}, () =>
      Response.json({ error: 'invalid_grant', error_description: 'late' }, { status: 400 }),
    )
    const returned = back(await begun(), { code: 'c' })
    await expect(returned).rejects.toThrow(`${ISSUER}/token: invalid_grant: late`)
  })

  test.each<[string, () => Response]>([
    ['HTTP 502, no JSON', () => new Response('<html>', { status: 502 })],
    ['HTTP 200, no JSON', () => new Response('<html>')],
    ['HTTP 500', () => Response.json({}, { status: 500 })],
    ['no access_token', () => Response.json({ id_token: 'a' })],
  ])('that answers otherwise is told of: %s', async (words, token) => {
    says({}, token)
    await expect(back(await begun(), { code: 'c' })).rejects.toThrow(`${ISSUER}/token: ${words}`)
  })

  test.each([
    ['3600', 3600],
    [3600, 3600],
    [undefined, undefined],
    ['soon', undefined],
    [0, undefined],
  ])('whose token expires in %j does so after %j seconds', async (expires_in, seconds) => {
    says({}, () => Response.json({ access_token: 'a', expires_in }))
    expect((await back(await begun(), { code: 'c' })).seconds).toBe(seconds)
  })

  test.each(['http://sso.example.com/authorize', 'javascript:alert(1)', 'data:text/html,a'])(
    'leads nobody to %s',
    async (authorization_endpoint) => {
      says({ authorization_endpoint })
      await expect(begin(issuer, wanted, BACK)).rejects.toThrow('is no https URL')
      expect(kept.size).toBe(0)
    },
  )
})

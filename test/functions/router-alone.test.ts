import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  asCalled,
  digestsOf,
  proofDigest,
  ROUTER_HEADERS,
} from '../../functions/middleware/router.ts'
import { handler } from '../../functions/router-alone.ts'

const digests = ['present', 'former'].map(proofDigest)
const PROOFS: readonly [proof: string | undefined, good: boolean][] = [
  ['present', true],
  ['former', true],
  ['the one before', false],
  ['', false],
  [digests.join(','), false],
  [digests[0], false],
  [undefined, false],
]

describe('what did not come by the router is refused, while a proof is replaced too', () => {
  afterEach(() => vi.unstubAllEnvs())

  test.for(PROOFS)('%o: %o, by the API’s authorizer', async ([proof, good]) => {
    vi.stubEnv('TENKEY_ROUTER', digests.join(','))
    const identitySource = proof === undefined ? null : [proof]
    expect(await handler({ identitySource })).toEqual({ isAuthorized: good })
  })

  test.for(PROOFS)('%o: %o, by each function', ([proof, good]) => {
    const headers = { host: 'api', [ROUTER_HEADERS.host]: 'caller', [ROUTER_HEADERS.proof]: proof }
    const request = {
      ...{ method: 'GET', path: '/', query: '', headers, body: new Uint8Array() },
      ...{ sourceIp: '192.0.2.1', secure: true },
    }
    if (good) expect(asCalled(request, digests).headers['host']).toBe('caller')
    else expect(() => asCalled(request, digests)).toThrow('for the router in front alone')
    // without a router nobody is believed, and all are answered
    expect(asCalled(request, [])).toBe(request)
  })

  test('an API whose functions know no proof lets nobody through', async () => {
    vi.stubEnv('TENKEY_ROUTER', '')
    expect(await handler({ identitySource: [''] })).toEqual({ isAuthorized: false })
  })

  test('a setting that is none is refused', () => {
    const [one = ''] = digests
    for (const text of ['x', one.slice(1), `${one},`, `${one},${one},${one}`, one.toUpperCase()]) {
      expect(() => digestsOf(text), text).toThrow('must be one or two SHA-256')
    }
  })
})

import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { StoreConflict } from '../../core/base/conflict.ts'
import { KmsError } from '../../core/base/errors.ts'
import { type IssuerData, issuerItem } from '../../core/identity/issuer.ts'
import { isIssuerUrl } from '../../core/identity/issuer-url.ts'
import {
  createProvider,
  deleteProvider,
  registerIssuer,
} from '../../core/identity/oidc-provider.ts'
import type { DataPorts } from '../../core/key/ports.ts'
import { memoryStore } from '../../core/store/memory.ts'
import type { Store } from '../../core/store/store.ts'
import { meanwhile } from '../support/meanwhile.ts'

/** One ARN stands for a URL with and without a slash at its end: an account has one provider of it. */

const ACCOUNT = '111122223333'
const NOW = 1_800_000_000_000
const ARN = `arn:aws:iam::${ACCOUNT}:oidc-provider/idp.example.com/a`
const [PLAIN, SLASHED] = ['https://idp.example.com/a', 'https://idp.example.com/a/']

type Ports = Pick<DataPorts, 'read' | 'write' | 'remove'>
const portsOf = (store: Store): Ports => ({ read: store, write: store, remove: store })

const given = (url: string) => ({
  url,
  audiences: ['app'],
  thumbprints: [],
  tags: {},
  created: NOW,
})
const issuer = (url: string): IssuerData => ({
  ...{ url, audiences: ['app'], algorithms: ['ES256'], subjectClaim: 'sub', tagClaims: {} },
  created: NOW,
})

/** As the pipeline makes a call. */
async function made(act: () => Promise<unknown>): Promise<unknown> {
  for (let tries = 0; tries < 10; tries++) {
    try {
      return (await act()) ?? 'done'
    } catch (error) {
      if (error instanceof KmsError) return error.code
      if (!(error instanceof StoreConflict)) throw error
    }
  }
  return 'lost every race'
}

const urlsIn = async (store: Store) =>
  (await store.scan(undefined, 100)).items
    .filter((item) => issuerItem.is(item))
    .map((item) => issuerItem.read(item).url)

const ways: Readonly<Record<string, (ports: Ports, url: string) => Promise<unknown>>> = {
  CreateOpenIDConnectProvider: (ports, url) => createProvider(ports, ACCOUNT, given(url)),
  'CreateOidcIssuer of the operator': (ports, url) => registerIssuer(ports, ACCOUNT, issuer(url)),
}

describe.each(Object.entries(ways))('%s, with and without a slash at its end', (_name, create) => {
  test('one after the other', async () => {
    for (const [first, second] of [
      [PLAIN, SLASHED],
      [SLASHED, PLAIN],
    ] as const) {
      const store = memoryStore()
      await made(() => create(portsOf(store), first))
      expect([false, 'EntityAlreadyExistsException']).toContain(
        await made(() => create(portsOf(store), second)),
      )
      expect(await urlsIn(store)).toEqual([first])
    }
  })

  test.each(Object.entries(ways))('and %s at once', async (_other, createOther) => {
    let runs = 0
    for (let step = 0; ; step++) {
      const store = memoryStore()
      const other = () => made(() => createOther(portsOf(store), SLASHED))
      const { slowed, reached } = meanwhile(store, step, other)
      const outcome = await made(() => create(portsOf(slowed), PLAIN))
      if (!reached()) break
      runs++
      expect({ step, outcome, there: (await urlsIn(store)).length }).toEqual({
        ...{ step, there: 1 },
        outcome: expect.not.stringMatching('lost every race'),
      })
    }
    expect(runs).toBeGreaterThan(2)
  })
})

/** What a store takes for its answers, in turns of the event loop. */
function answering(store: Store, turns: number): Ports {
  const later = async <T>(answer: Promise<T>): Promise<T> => {
    for (let turn = 0; turn < turns; turn++) await setImmediate()
    return answer
  }
  return {
    read: { ...store, get: async (places) => later(store.get(places)) },
    write: { ...store, put: async (item) => later(store.put(item)) },
    remove: { ...store, delete: async (place, version) => later(store.delete(place, version)) },
  }
}

const paces = [0, 1, 2, 3, 5].flatMap((one) =>
  [0, 1, 2, 3, 5].map((other) => [one, other] as const),
)

test.each(paces)('in step, answered in %i and %i turns: one is registered', async (...turns) => {
  for (const urls of [
    [PLAIN, SLASHED],
    [SLASHED, PLAIN],
    ['https://localhost', 'http://localhost', 'https://localhost/', 'http://localhost/'],
  ]) {
    const store = memoryStore()
    const outcomes = await Promise.all(
      urls.map((url, at) => {
        const ports = answering(store, turns[at % 2] ?? 0)
        return made(() => registerIssuer(ports, ACCOUNT, issuer(url)))
      }),
    )
    const registered = urls.filter((_url, at) => outcomes[at] === true)
    expect(registered).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome === false)).toHaveLength(urls.length - 1)
    expect(await urlsIn(store)).toEqual(registered)
  }
})

test('DeleteOpenIDConnectProvider ends the trust in both that an earlier release took', async () => {
  const store = memoryStore()
  for (const url of [PLAIN, SLASHED]) await registerIssuer(spared(store), ACCOUNT, issuer(url))
  expect(await urlsIn(store)).toHaveLength(2)
  await deleteProvider(portsOf(store), ACCOUNT, ARN)
  expect(await urlsIn(store)).toEqual([])
  expect(await made(() => deleteProvider(portsOf(store), ACCOUNT, ARN))).toBe(
    'NoSuchEntityException',
  )
})

/** Ports that show no other, as an earlier release did not look. */
const spared = (store: Store): Ports => ({
  ...portsOf(store),
  read: { ...store, get: async (places) => places.map(() => undefined) },
})

test.each([
  ['https://idp.example.com', true],
  ['https://idp.example.com/a/', true],
  ['http://localhost:8080', true],
  ['http://127.0.0.1/x', true],
  ['http://127.1', true],
  ['http://[::1]:80', true],
  ['https://localhost.example.com', true],
  ['http://localhost.example.com', false],
  ['http://127.example.com', false],
  ['http://127.0.0.1.example.com', false],
  ['http://localhostx', false],
  ['http://x@localhost', false],
  ['http://example.com/localhost', false],
  ['http://[::1%25eth0]', false],
  ['http://[::2]', false],
  ['ftp://localhost', false],
  ['https://aws', false],
  ['https://idp.example.com/?a=b', false],
  ['https://idp.example.com/#a', false],
])('isIssuerUrl: %s is %s', (text, is) => {
  expect(isIssuerUrl(text)).toBe(is)
})

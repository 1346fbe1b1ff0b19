import { describe, expect, test } from 'vitest'
import { principalItem, principalPlace } from '../../core/identity/credential.ts'
import { meaningsOf, shownInPolicy } from '../../core/identity/meant-principals.ts'
import { trustOf } from '../../core/identity/role.ts'
import { trusting } from '../../core/identity/trust.ts'
import { type FormatMark, formattedStore } from '../../core/item/formats.ts'
import { WaitsForUpgrade } from '../../core/item/item-kind.ts'
import { policyPlace } from '../../core/key/key-policy.ts'
import { storePolicy } from '../../core/key/stored-policy.ts'
import { PolicyCache, policyHash } from '../../core/policy/compiled-cache.ts'
import { RELEASE } from '../../core/release.ts'
import { memoryStore } from '../../core/store/memory.ts'

const HOME = { accountId: '111122223333', region: 'us-east-1' }
const KEY = { ...HOME, id: 'k' }
const BOB = 'arn:aws:iam::111122223333:user/bob'
const document = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: BOB }, Action: 'kms:*', Resource: '*' }],
})

const storeAt = (generation: number) => {
  const raw = memoryStore()
  const mark: FormatMark = { written: () => generation, refresh: async () => undefined }
  return { raw, store: formattedStore(raw, mark, RELEASE) }
}

describe('A policy is named', () => {
  test('by its text alone where nothing in it has a meaning, as it always was', () => {
    expect(policyHash(document, {})).toBe(policyHash(document))
  })

  test('by whom it meant too, in whatever order they are kept', () => {
    const ids = ['AIDA1', 'AIDA2', ''].map((id) => policyHash(document, { [BOB]: id }))
    expect(new Set([policyHash(document), ...ids]).size).toBe(4)
    expect(policyHash(document, { a: '1', b: '2' })).toBe(policyHash(document, { b: '2', a: '1' }))
    expect(policyHash(document, { a: '1', b: '2' })).not.toBe(
      policyHash(document, { a: '2', b: '1' }),
    )
  })

  test('so that the same text for a namesake is another, where compiled ones are kept', () => {
    const cache = new PolicyCache()
    const [one, two] = ['AIDA1', 'AIDA2'].map((id) =>
      cache.compile(document, 'key-policy', { [BOB]: id }),
    )
    expect(one).not.toBe(two)
    expect(cache.compile(document, 'key-policy', { [BOB]: 'AIDA1' })).toBe(one)
    expect(cache.compile(document, 'key-policy')).not.toBe(one)
    expect(one?.principals).toEqual([BOB])
  })

  test('by its text alone while older releases read the store, which compare the two', async () => {
    const { raw, store } = storeAt(1)
    const policy = { document, meant: { [BOB]: 'AIDA1' } }
    const hash = await storePolicy(KEY, policy, store)
    expect(hash).toBe(policyHash(document))
    const [item] = await raw.get([policyPlace(KEY, hash)])
    expect(item).toEqual({ ...policyPlace(KEY, hash), version: 1, data: policy })
  })

  test('by both once the mark is raised', async () => {
    const { raw, store } = storeAt(2)
    const policy = { document, meant: { [BOB]: 'AIDA1' } }
    const hash = await storePolicy(KEY, policy, store)
    expect(hash).toBe(policyHash(document, policy.meant))
    expect((await raw.get([policyPlace(KEY, hash)]))[0]).toMatchObject({ format: 2, data: policy })
  })
})

const bob = {
  id: 'AIDA1',
  type: 'user',
  name: 'bob',
  policies: {},
  tags: {},
  created: 0,
} as const
const place = principalPlace(HOME.accountId, 'user/bob')

describe('A path', () => {
  test('waits until no older release reads the store, which would leave it out of the ARN', async () => {
    const { raw, store } = storeAt(1)
    const put = store.put(principalItem.item(place, 1, { ...bob, path: '/app/' }))
    await expect(put).rejects.toThrow(WaitsForUpgrade)
    await expect(put).rejects.toThrow(
      'Users and roles have no paths until `tenkey upgrade` was run.',
    )
    expect(await raw.get([place])).toEqual([undefined])
    expect(await store.put(principalItem.item(place, 1, bob))).toBe(true)
    expect(await raw.get([place])).toEqual([{ ...place, version: 1, data: bob }])
  })
})

describe('A name in a stored policy', () => {
  const meant = { [BOB]: 'AIDA1' }
  const shownAs = async (data: object | undefined) => {
    const store = memoryStore()
    if (data !== undefined) await store.put(principalItem.item(place, 1, { ...bob, ...data }))
    return shownInPolicy(store, meant, HOME)
  }

  test.each([
    ['there', {}, undefined],
    ['moved to a path', { path: '/app/' }, 'arn:aws:iam::111122223333:user/app/bob'],
    ['gone', undefined, 'AIDA1'],
    ['made anew', { id: 'AIDA2' }, 'AIDA1'],
  ])('of a user who is %s', async (_, data, shown) => {
    expect((await shownAs(data)).get(BOB)).toBe(shown)
  })

  const role = { ...bob, id: 'AROA1', type: 'role' as const, name: 'deploy', path: '/app/' }
  test.each([
    ['arn:aws:iam::111122223333:role/app/deploy', 'AROA1'],
    ['arn:aws:sts::111122223333:assumed-role/deploy/night', 'AROA1:night'],
    ['arn:aws:iam::111122223333:role/deploy', undefined],
    ['arn:aws:iam::111122223333:role/other/deploy', undefined],
    ['arn:aws:iam::111122223333:role/app/Deploy', undefined],
    ['arn:aws:iam::111122223333:user/app/deploy', undefined],
    ['arn:aws:sts::111122223333:assumed-role/app/deploy', undefined],
    ['arn:aws-cn:iam::111122223333:role/app/deploy', undefined],
    ['arn:aws-us-gov:iam::999999999999:root', undefined],
    ['arn:aws-cn:iam::999999999999:role/any', undefined],
  ])('%s of an account with a role app/deploy: %s', async (arn, id) => {
    const store = memoryStore()
    await store.put(principalItem.item(principalPlace(HOME.accountId, 'role/deploy'), 1, role))
    expect(await meaningsOf(store, [arn], HOME)).toEqual(
      id === undefined ? { invalid: arn } : { meant: { [arn]: id } },
    )
  })

  test.each([
    ['not there', 'arn:aws:iam::999999999999:role/any', 'arn:aws:iam::999999999999:role/any'],
    ['there', 'arn:aws:iam::444455556666:role/app/deploy', 'AROA1'],
    [
      'there by another path',
      'arn:aws:iam::444455556666:role/x/deploy',
      'arn:aws:iam::444455556666:role/x/deploy',
    ],
  ])('of another account, where it is %s, is taken', async (_, arn, meaning) => {
    const store = memoryStore()
    await store.put(principalItem.item(principalPlace('444455556666', 'role/deploy'), 1, role))
    expect(await meaningsOf(store, [arn], HOME)).toEqual({ meant: { [arn]: meaning } })
  })

  test('of a trust policy has no meaning where an older release has put another text since', () => {
    const trusted = trusting(document, meant)
    expect(trustOf(trusted)).toEqual({ document, meant })
    expect(trustOf({ ...trusted, trust: `${document} ` })).toEqual({ document: `${document} ` })
  })
})

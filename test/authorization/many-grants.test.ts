// @module-tag local: writes 50,000 grants into the store and counts what is read
// @module-tag long
import { createHash } from 'node:crypto'
import { beforeAll, expect, test, vi } from 'vitest'
import {
  anchorPlace,
  type GrantData,
  granteeItem,
  granteePlace,
  grantItem,
} from '../../core/grant/grant-items.ts'
import { keyFromItem, keyToItem } from '../../core/key/key-item.ts'
import { GRANTS_PER_KEY } from '../../core/key/quotas.ts'
import type { Item } from '../../core/store/store.ts'
import {
  expectAllowed,
  expectDenied,
  rootOf,
  type User,
  userWith,
} from '../support/authorization.ts'
import { expectRefusal } from '../support/cases.ts'
import { describeStores, type MadeKey, type Tenant } from '../support/harness.ts'
import { sliced } from '../support/slice.ts'

const Plaintext = new Uint8Array([1])
const OWN = 250
/** In `npm test` a tenth: what a call reads must not grow with them, which it would by then. */
const MANY = sliced ? GRANTS_PER_KEY / 10 : GRANTS_PER_KEY

/** As many grants on one key as it may have, written straight into the store: 250 to one user, the others to one each. */
describeStores(
  'A key with as many grants as it may have',
  (harness) => {
    let tenant: Tenant
    let key: MadeKey
    let user: User
    let nobody: User
    let made: GrantData[]

    beforeAll(async () => {
      tenant = await harness.tenant()
      key = await harness.key(tenant)
      user = await userWith(harness, tenant)
      nobody = await userWith(harness, tenant)
      const { store } = harness.inside
      const home = { accountId: tenant.accountId, region: 'us-east-1', id: key.id }
      made = Array.from({ length: MANY }, (_, index) => ({
        id: createHash('sha256').update(`grant ${index}`).digest('hex'),
        key: key.arn,
        granteePrincipal: index < OWN ? user.arn : `${user.arn}-${index}`,
        granteeMeant: index < OWN ? user.id : '',
        issuingAccount: rootOf(tenant),
        operations: index === 0 ? ['Encrypt'] : ['DescribeKey'],
        created: 0,
      }))
      for (let begin = 0; begin < made.length; begin += 1000) {
        const places = made
          .slice(begin, begin + 1000)
          .flatMap((grant) => [
            grantItem.item(anchorPlace(home, grant.id), 1, grant),
            granteeItem.item(granteePlace(home, grant), 1, grant),
          ])
        await Promise.all(places.map((item) => store.put(item)))
      }
      const [item] = await store.get([{ pk: `${tenant.accountId}/us-east-1`, sk: `key#${key.id}` }])
      if (item === undefined) throw new Error('no key')
      await store.put(keyToItem(keyFromItem(item), { granted: true }))
    })

    /** What a call reads: how many queries, and how many items all reads gave. */
    const reads = async (work: () => Promise<unknown>) => {
      const { store, service } = harness.inside
      // what calls before leave to a timer, the last use of a key and of an access key, is none of this one's
      await Promise.all([service.usage.flush(true), service.accessKeyUses.flush(true)])
      const queries = vi.spyOn(store, 'query')
      const gets = vi.spyOn(store, 'get')
      await work()
      const pages = await Promise.all(queries.mock.results.map(({ value }) => value))
      const found: (Item | undefined)[][] = await Promise.all(
        gets.mock.results.map(({ value }) => value),
      )
      const items =
        pages.reduce((sum, page) => sum + page.items.length, 0) +
        found.reduce((sum, some) => sum + some.filter((one) => one !== undefined).length, 0)
      vi.restoreAllMocks()
      return { queries: pages.length, items }
    }
    /** tenant, credential, principal, key, policy: what every call reads */
    const CALL = 5

    test('is decided upon by the grants of who asks', async () => {
      const encrypt = (who: User) =>
        harness.call('aws', who, 'Encrypt', { KeyId: key.id, Plaintext })
      const denied = await reads(async () => expectDenied(await encrypt(nobody)))
      expect(denied.items).toBeLessThanOrEqual(CALL)
      expect(denied.queries).toBe(2)
      const allowed = await reads(async () => expectAllowed(await encrypt(user)))
      expect(allowed.items).toBeLessThanOrEqual(CALL + OWN)
      // the first grant that allows ends the search
      const first = await reads(async () =>
        expectAllowed(await harness.call('aws', user, 'DescribeKey', { KeyId: key.id })),
      )
      expect(first).toMatchObject({ queries: 1 })
      expect(first.items).toBeLessThanOrEqual(CALL + 100)
    })

    test('is listed page by page, all of it once', async () => {
      const seen = new Set<string>()
      let Marker: unknown
      let pages = 0
      do {
        const { queries, items } = await reads(async () => {
          const page = await harness.ok(tenant, 'ListGrants', {
            KeyId: key.id,
            Limit: 1000,
            ...(Marker !== undefined && { Marker }),
          })
          const ids = (page['Grants'] as { GrantId: string }[]).map(({ GrantId }) => GrantId)
          expect(ids).toHaveLength(1000)
          for (const id of ids) seen.add(id)
          Marker = page['NextMarker']
        })
        expect(queries).toBe(1)
        // each grant and the item that says that it is in force
        expect(items).toBeLessThanOrEqual(2 * 1000 + CALL)
        pages++
      } while (Marker !== undefined)
      expect(pages).toBe(MANY / 1000)
      expect(seen.size).toBe(MANY)
    })

    test('shows a page, one grantee or one grant for the price of it', async () => {
      const listing = (input: object) =>
        reads(() => harness.ok(tenant, 'ListGrants', { KeyId: key.id, ...input }))
      expect((await listing({})).items).toBeLessThanOrEqual(2 * 50 + CALL)
      expect((await listing({ GranteePrincipal: user.arn })).items).toBeLessThanOrEqual(50 + CALL)
      expect((await listing({ GrantId: made[7]?.id })).items).toBeLessThanOrEqual(2 + CALL)
    })

    // in `npm test` test/grant/grant-store.test.ts stands for the quota, which counts what is there
    test.skipIf(sliced)('takes no further grant until one is gone', async () => {
      const { store } = harness.inside
      const parts = [...'0123456789abcdef'].map((digit) => ({
        pk: `${tenant.accountId}/us-east-1`,
        sk: `grant-count#${key.id}#${digit}`,
      }))
      await Promise.all(
        parts.map((place) =>
          store.put({ ...place, version: 1, data: { count: GRANTS_PER_KEY / 16 } }),
        ),
      )
      const create = async () =>
        harness.call('aws', tenant, 'CreateGrant', {
          KeyId: key.id,
          GranteePrincipal: nobody.arn,
          Operations: ['Encrypt'],
        })
      const refuse = async () =>
        expectRefusal(
          await create(),
          'aws',
          'LimitExceededException',
          'A key has at most 50000 grants.',
        )
      await refuse()
      // they were counted one by one, and aren't again for a while
      expect((await reads(refuse)).items).toBeLessThanOrEqual(CALL + 16)
      const GrantId = made[1]?.id
      await harness.ok(tenant, 'RevokeGrant', { KeyId: key.id, GrantId })
      expectAllowed(await create())
      await refuse()
    })
  },
  ['sqlite'],
)

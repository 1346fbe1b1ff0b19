// @module-tag local: the list of tenants must not grow; gateway.test.ts sends it through functions alone
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectRefusal } from '../support/cases.ts'
import {
  type Credential,
  describeStores,
  type Harness,
  type Input,
  type Via,
} from '../support/harness.ts'

/** A list operation, on an account with more than one page of whatever it lists. */
interface Listing {
  readonly operation: string
  readonly member: string
  readonly input: Input
  readonly caller: Credential
  readonly via: Via
}

const COUNT = 7

async function fill(harness: Harness) {
  const [tenant, stranger] = await Promise.all([harness.tenant(), harness.tenant()])
  const keys = []
  for (let i = 0; i < COUNT; i++) keys.push(await harness.key(tenant))
  const [key, second] = keys
  if (key === undefined || second === undefined) throw new Error('no keys')
  const Tags = Array.from({ length: COUNT }, (_, i) => ({ TagKey: `t${i}`, TagValue: 'v' }))
  for (const { id } of [key, second]) {
    await harness.ok(tenant, 'TagResource', { KeyId: id, Tags })
    for (let i = 0; i < COUNT; i++) {
      const AliasName = `alias/${id.slice(0, 8)}/${i}`
      await harness.ok(tenant, 'CreateAlias', { AliasName, TargetKeyId: id })
    }
  }
  for (let i = 0; i < COUNT; i++) await harness.user(tenant, `user${i}`)
  const AccountId = tenant.accountId
  const listings = (caller: Credential, KeyId: string): Listing[] => [
    { operation: 'ListKeys', member: 'Keys', input: {}, caller, via: 'aws' },
    { operation: 'ListAliases', member: 'Aliases', input: {}, caller, via: 'aws' },
    { operation: 'ListAliases', member: 'Aliases', input: { KeyId }, caller, via: 'aws' },
    { operation: 'ListResourceTags', member: 'Tags', input: { KeyId }, caller, via: 'aws' },
    ...(['ListAccessKeys', 'ListPrincipals'] as const).map((operation) => ({
      operation,
      member: operation === 'ListAccessKeys' ? 'AccessKeys' : 'Principals',
      input: { AccountId },
      caller: harness.operator,
      via: 'rest' as const,
    })),
    {
      operation: 'ListTenants',
      member: 'Tenants',
      input: {},
      caller: harness.operator,
      via: 'rest',
    },
  ]
  return { tenant, stranger, key, second, listings }
}

describeStores('Lists', (harness) => {
  const call = ({ via, caller, operation, input }: Listing, more: Input, region?: string) =>
    harness.call(via, caller, operation, { ...input, ...more }, region ? { region } : {})

  const page = async (listing: Listing, more: Input) => {
    const outcome = await call(listing, more)
    expect(outcome.code, outcome.text).toBeUndefined()
    const { Truncated, NextMarker, ...rest } = outcome.json
    expect(Object.keys(rest)).toEqual([listing.member])
    // a marker says that there is more, and nothing else does
    expect(NextMarker !== undefined).toBe(Truncated)
    return { items: rest[listing.member] as unknown[], NextMarker }
  }

  /** All pages, each of at most `limits[i]` items. */
  const walk = async (listing: Listing, limits: readonly number[]) => {
    const items: unknown[] = []
    let Marker: unknown
    for (let i = 0; i === 0 || Marker !== undefined; i++) {
      const Limit = limits[i % limits.length] ?? 1
      const got = await page(listing, { Limit, ...(Marker !== undefined && { Marker }) })
      expect(got.items.length).toBeLessThanOrEqual(Limit)
      expect(got.NextMarker === undefined || got.items.length === Limit).toBe(true)
      items.push(...got.items)
      Marker = got.NextMarker
    }
    return items
  }

  test('pages of any size, put together, are the whole list', async () => {
    const { tenant, key, listings } = await fill(harness)
    for (const listing of listings(tenant, key.id)) {
      const whole = (await page(listing, {})).items
      expect(whole.length, listing.operation).toBeGreaterThanOrEqual(2)
      const sizes = fc.array(fc.integer({ min: 1, max: COUNT + 2 }), { minLength: 1, maxLength: 4 })
      await fc.assert(
        fc.asyncProperty(sizes, async (limits) => {
          expect(await walk(listing, limits)).toEqual(whole)
        }),
        { numRuns: 5 },
      )
      // neither an empty page at the end nor a marker that leads to one
      expect((await page(listing, { Limit: whole.length })).NextMarker).toBeUndefined()
    }
  })

  describe('a marker', () => {
    test('is refused by another tenant, Region, key and operation, and if it is changed', async () => {
      const { tenant, stranger, key, second, listings } = await fill(harness)
      const all = listings(tenant, key.id)
      for (const listing of all) {
        const { NextMarker } = await page(listing, { Limit: 1 })
        const marker = String(NextMarker)
        const refuse = async (other: Listing, Marker: string, region?: string) => {
          const outcome = await call(other, { Marker }, region)
          expectRefusal(
            outcome,
            other.via,
            'InvalidMarkerException',
            'The marker is not one of this list.',
          )
        }
        await refuse(listing, marker.slice(0, -1))
        await refuse(listing, `${marker}A`)
        await refuse(listing, `${marker[0] === 'A' ? 'B' : 'A'}${marker.slice(1)}`)
        await refuse(listing, 'x')
        await refuse(listing, '%00 \u00ff')
        for (const other of all) if (other !== listing) await refuse(other, marker)
        if (listing.via === 'rest') continue
        if ('KeyId' in listing.input) {
          await refuse({ ...listing, input: { KeyId: second.id } }, marker)
        } else {
          await refuse({ ...listing, caller: stranger }, marker)
          await refuse(listing, marker, 'eu-west-1')
        }
      }
    })

    test('outlives what it points at', async () => {
      const { tenant, key, listings } = await fill(harness)
      const [, all, ofKey] = listings(tenant, key.id)
      for (const listing of [all, ofKey]) {
        if (listing === undefined) throw new Error('no listing')
        const whole = (await page(listing, {})).items as { AliasName: string }[]
        const { NextMarker } = await page(listing, { Limit: 2 })
        await harness.ok(tenant, 'DeleteAlias', { AliasName: whole[1]?.AliasName })
        const rest = (await page(listing, { Marker: NextMarker })).items
        expect(rest).toEqual(whole.slice(2))
      }
    })
  })

  test('the SDK pages by itself', async () => {
    const { paginateListKeys } = await import('@aws-sdk/client-kms')
    const { tenant } = await fill(harness)
    const found: (string | undefined)[] = []
    for await (const { Keys } of paginateListKeys(
      { client: harness.client(tenant), pageSize: 3 },
      {},
    )) {
      expect(Keys?.length).toBeLessThanOrEqual(3)
      found.push(...(Keys ?? []).map(({ KeyId }) => KeyId))
    }
    expect(new Set(found).size).toBe(COUNT)
  })

  test('an empty account lists nothing, in AWS’s shape', async () => {
    const caller = await harness.tenant()
    for (const [operation, json] of [
      ['ListKeys', { Keys: [], Truncated: false }],
      ['ListAliases', { Aliases: [], Truncated: false }],
    ] as const) {
      expect(await harness.ok(caller, operation)).toEqual(json)
    }
  })
})

// @module-tag functions
import { beforeAll, expect, test } from 'vitest'
import { allow, document, userWith } from '../support/authorization.ts'
import { type Credential, describeStores, type Tenant } from '../support/harness.ts'

type Entry = Readonly<Record<string, unknown>> & { readonly KeyId: string }

/** What a table of keys needs comes with the list, to whom each would be told by itself. */
describeStores('The list of keys by REST', (harness) => {
  let tenant: Tenant
  const ids: Record<string, string> = {}
  beforeAll(async () => {
    tenant = await harness.tenant()
    const root = { Principal: { AWS: tenant.accountId } }
    const made = async (name: string, input: object) => {
      ids[name] = (await harness.key(tenant, { ...input })).id
    }
    await made('plain', { Description: 'of the application' })
    await made('signing', { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
    await made('secret', {
      Description: 'not for everybody',
      Policy: document(allow('kms:*', { ...root }), {
        ...{ Effect: 'Deny', Principal: '*', Action: 'kms:DescribeKey', Resource: '*' },
        Condition: { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:user/*' } },
      }),
    })
    await made('related', { MultiRegion: true })
    for (const name of ['alias/b', 'alias/a/long']) {
      await harness.ok(tenant, 'CreateAlias', { AliasName: name, TargetKeyId: ids['plain'] })
    }
    await harness.ok(tenant, 'DisableKey', { KeyId: ids['signing'] })
  })
  const listed = async (who: Credential) => {
    const { Keys } = await harness.ok(who, 'ListKeys', {}, { via: 'rest' })
    const entries = Keys as Entry[]
    expect(entries.map(({ KeyId }) => KeyId)).toEqual(Object.values(ids).sort())
    return (name: string): Record<string, unknown> => {
      const found: Record<string, unknown> = entries.find((one) => one.KeyId === ids[name]) ?? {}
      const { KeyId, KeyArn, ...more } = found
      expect(String(KeyArn)).toContain(String(KeyId))
      return more
    }
  }

  test('has what DescribeKey and ListAliases tell', async () => {
    const of = await listed(tenant)
    for (const name of Object.keys(ids)) {
      const { KeyMetadata } = await harness.ok(
        tenant,
        'DescribeKey',
        { KeyId: ids[name] },
        { via: 'rest' },
      )
      const { Aliases, ...told } = of(name)
      expect(KeyMetadata).toMatchObject(told)
      expect(Object.keys(told).sort()).toEqual([
        ...['CreationDate', 'Description', 'KeyManager', 'KeySpec', 'KeyState', 'KeyUsage'],
        ...['MultiRegion', 'Origin'],
      ])
      expect(Aliases).toEqual(name === 'plain' ? ['alias/a/long', 'alias/b'] : [])
    }
    expect(of('signing')).toMatchObject({ KeyState: 'Disabled', KeySpec: 'ECC_NIST_P256' })
  })

  test('tells nobody more than they may ask for', async () => {
    const bare = await listed(await userWith(harness, tenant, [allow('kms:ListKeys')]))
    for (const name of Object.keys(ids)) expect(bare(name)).toEqual({})
    const describing = [allow(['kms:ListKeys', 'kms:DescribeKey'])]
    const some = await listed(await userWith(harness, tenant, describing))
    expect(some('secret')).toEqual({})
    expect(some('plain')).toMatchObject({ Description: 'of the application' })
    expect(some('plain')).not.toHaveProperty('Aliases')
    const naming = [allow(['kms:ListKeys', 'kms:ListAliases'])]
    const names = await listed(await userWith(harness, tenant, naming))
    expect(names('plain')).toEqual({ Aliases: ['alias/a/long', 'alias/b'] })
    expect(names('secret')).toEqual({ Aliases: [] })
  })

  test('is AWS’s own on AWS’s face', async () => {
    const { Keys } = await harness.ok(tenant, 'ListKeys')
    for (const entry of Keys as Entry[]) {
      expect(Object.keys(entry).sort()).toEqual(['KeyArn', 'KeyId'])
    }
  })

  test('leads from page to page by its Link header', async () => {
    const seen: string[] = []
    let query: string | undefined = 'Limit=3'
    for (let pages = 0; query !== undefined && pages < 3; pages++) {
      const { json, headers, text } = await harness.rest(tenant, 'GET /v1/keys', { query })
      seen.push(...(json['Keys'] as Entry[]).map(({ KeyId }) => KeyId))
      expect(headers['link'] === undefined, text).toBe(json['NextMarker'] === undefined)
      query = /^<\?(Limit=3&Marker=[^>]+)>; rel="next"$/.exec(headers['link'] ?? '')?.[1]
    }
    expect(seen).toEqual(Object.values(ids).sort())
  })
})

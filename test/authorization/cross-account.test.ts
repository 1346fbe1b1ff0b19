// @module-tag functions
import { expect, test } from 'vitest'
import {
  allow,
  because,
  denial,
  deny,
  expectAllowed,
  expectDenied,
  keyWith,
  rootOf,
  type Statement,
  userWith,
} from '../support/authorization.ts'
import { expectRefusal } from '../support/cases.ts'
import { describeStores, type Input } from '../support/harness.ts'

const Plaintext = new Uint8Array([1])
const UNKNOWN = '01234567-89ab-cdef-0123-456789abcdef'

describeStores('Access across accounts', (harness) => {
  const setUp = async (keyPolicy: (away: string, user: string) => Statement[]) => {
    const home = await harness.tenant()
    const away = await harness.tenant()
    const user = await userWith(harness, away, [allow('kms:Encrypt')])
    const key = await keyWith(harness, home, keyPolicy(rootOf(away), user.arn))
    return { home, away, user, key }
  }
  const encrypt = (who: Parameters<typeof harness.call>[1], KeyId: string, more: Input = {}) =>
    harness.call('sdk', who, 'Encrypt', { KeyId, Plaintext, ...more })

  const SIDES: {
    title: string
    policy: (away: string, user: string) => Statement[]
    /** whether it lets in other users of the account too, and so may tell them what they miss */
    others: boolean
  }[] = [
    {
      title: 'the account',
      policy: (away) => [allow('kms:Encrypt', { Principal: { AWS: away } })],
      others: true,
    },
    {
      title: 'the user',
      policy: (_away, user) => [allow('kms:Encrypt', { Principal: { AWS: user } })],
      others: false,
    },
    {
      title: 'everyone',
      policy: () => [allow('kms:Encrypt', { Principal: '*' })],
      others: true,
    },
    {
      title: 'everyone of an account',
      policy: (away) => [
        allow('kms:Encrypt', {
          Principal: { AWS: '*' },
          Condition: { StringEquals: { 'kms:CallerAccount': away.split(':')[4] } },
        }),
      ],
      others: true,
    },
  ]
  test.each(SIDES)('both must allow: the key policy names $title', async ({ policy, others }) => {
    const { home, away, user, key } = await setUp(policy)
    expectAllowed(await encrypt(user, key.arn))
    const poor = await userWith(harness, away)
    const cause = others ? because.identity('kms:Encrypt') : because.stranger
    expectDenied(await encrypt(poor, key.arn), denial(poor.arn, 'kms:Encrypt', key.arn, cause))
    const torn = await userWith(harness, away, [allow('kms:*'), deny('kms:Encrypt')])
    expectDenied(await encrypt(torn, key.arn))
    // without the key's side: what a stranger hears, with the permission or without
    const closed = await harness.key(home)
    for (const who of [user, poor, torn]) {
      for (const arn of [closed.arn, closed.arn.replace(/key\/.*/, `key/${UNKNOWN}`)]) {
        const outcome = await encrypt(who, arn)
        expectDenied(outcome, denial(who.arn, 'kms:Encrypt', arn, because.stranger))
      }
    }
    // by its id a key is looked for in the caller's own account
    expectRefusal(await encrypt(user, key.id), 'sdk', 'NotFoundException')
  })

  test('the root of the other account needs no identity policy', async () => {
    const { away, key } = await setUp((root) => [
      allow('kms:Encrypt', { Principal: { AWS: root } }),
    ])
    expectAllowed(await encrypt(away, key.arn))
    expectDenied(await harness.call('sdk', away, 'DescribeKey', { KeyId: key.arn }))
  })

  test('operations that stay within an account', async () => {
    const { away, key } = await setUp((root) => [allow('kms:*', { Principal: { AWS: root } })])
    for (const [operation, input] of [
      ['DisableKey', {}],
      ['GetKeyPolicy', {}],
      ['PutKeyPolicy', { Policy: '{}' }],
      ['ScheduleKeyDeletion', {}],
      ['TagResource', { Tags: [{ TagKey: 'a', TagValue: 'b' }] }],
      ['UpdateKeyDescription', { Description: 'x' }],
      ['ListResourceTags', {}],
    ] as const) {
      const outcome = await harness.call('sdk', away, operation, { KeyId: key.arn, ...input })
      const message = denial(rootOf(away), `kms:${operation}`, key.arn, because.stranger)
      expectDenied(outcome, message)
    }
    for (const [operation, input] of [
      ['DescribeKey', {}],
      ['ListGrants', {}],
      ['CreateGrant', { GranteePrincipal: rootOf(away), Operations: ['Encrypt'] }],
    ] as const) {
      expectAllowed(await harness.call('sdk', away, operation, { KeyId: key.arn, ...input }))
    }
  })

  test('a deny in the key policy looks like any denial to strangers', async () => {
    const { user, key } = await setUp((root, arn) => [
      allow('kms:*', { Principal: { AWS: root } }),
      deny('kms:Encrypt', { Principal: { AWS: arn } }),
    ])
    expectDenied(
      await encrypt(user, key.arn),
      denial(user.arn, 'kms:Encrypt', key.arn, because.stranger),
    )
  })

  test('an alias of another account, by its ARN', async () => {
    const { home, user, key } = await setUp((root) => [
      allow('kms:Encrypt', { Principal: { AWS: root } }),
    ])
    await harness.ok(home, 'CreateAlias', { AliasName: 'alias/shared', TargetKeyId: key.id })
    const alias = key.arn.replace(/key\/.*/, 'alias/shared')
    const { json } = await encrypt(user, alias)
    expect(json['KeyId']).toBe(key.arn)
    const unknown = alias.replace('shared', 'other')
    const outcome = await encrypt(user, unknown)
    expectDenied(outcome, denial(user.arn, 'kms:Encrypt', unknown, because.stranger))
  })

  test('ReEncrypt between accounts needs each key’s side', async () => {
    const { home, away, key } = await setUp((root) => [
      allow('kms:ReEncryptFrom', { Principal: { AWS: root } }),
    ])
    const mine = await harness.key(away)
    const { CiphertextBlob } = await harness.ok(home, 'Encrypt', { KeyId: key.id, Plaintext })
    const ciphertext = Buffer.from(String(CiphertextBlob), 'base64')
    const mover = await userWith(harness, away, [allow(['kms:ReEncryptFrom', 'kms:ReEncryptTo'])])
    const half = await userWith(harness, away, [allow('kms:ReEncryptTo')])
    const move = (who: typeof mover, DestinationKeyId: string) =>
      harness.call('sdk', who, 'ReEncrypt', { CiphertextBlob: ciphertext, DestinationKeyId })
    expectAllowed(await move(mover, mine.arn))
    expectDenied(await move(half, mine.arn))
    expectDenied(await move(mover, key.arn))
  })
})

import { readdirSync, readFileSync } from 'node:fs'
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { describe, expect, test, vi } from 'vitest'
import { authorizer } from '../../core/access/authorize.ts'
import { explain } from '../../core/access/explain.ts'
import { survey } from '../../core/access/survey.ts'
import { serviceEvent } from '../../core/audit/service-event.ts'
import { storeTrail } from '../../core/audit/store-trail.ts'
import { keyArn, OPERATOR_ACCOUNT } from '../../core/base/arn.ts'
import type { CallContext } from '../../core/base/call-context.ts'
import {
  customKeyStoresItem,
  readStores,
  writeStores,
} from '../../core/custom-key-store/custom-key-store-items.ts'
import { accessKeyUses } from '../../core/identity/access-key-use.ts'
import type { Caller } from '../../core/identity/caller.ts'
import { INSTALLATION } from '../../core/item/installation.ts'
import { TRAIL_SHARDS } from '../../core/item/partition.ts'
import type { Key } from '../../core/key/key.ts'
import { policyPlace } from '../../core/key/key-policy.ts'
import { GLOBAL, keyring } from '../../core/key/keyring.ts'
import { usageLog } from '../../core/key/last-usage.ts'
import { systemRandom } from '../../core/key/random-source.ts'
import { SWEEP_MARK } from '../../core/lifecycle/sweep-mark.ts'
import type { PortName } from '../../core/operation.ts'
import type { RootKey } from '../../core/root/root.ts'
import { tenantKeyContext } from '../../core/root/tenant-key-context.ts'
import { dynamodbStore } from '../../core/store/dynamodb.ts'
import { memoryStore } from '../../core/store/memory.ts'
import type { Store } from '../../core/store/store.ts'
import { deepHealth } from '../../core/xks/health.ts'
import { operations, xksOperations } from '../../operations/registry.ts'
import { type Action, grants, permissionsOf, sweepPermissions } from '../../stacks/permissions.ts'
import { fences } from '../../stacks/statements.ts'
import { ACTIONS, isAllowed, isLike, roleFence } from '../support/sst-fence.ts'

const REGION = 'eu-west-1'
const ACCOUNT = '111122223333'
const PLACES = new Map([
  ['account', ACCOUNT],
  ['region', `${ACCOUNT}/${REGION}`],
  ['related', `${ACCOUNT}/us-east-1`],
  ['used', `${ACCOUNT}/${REGION}/used`],
  ['usedElsewhere', `${ACCOUNT}/us-east-1/used`],
  ['trail', `${ACCOUNT}/audit/2026-11-22`],
])

describe('the calls that a store primitive makes of DynamoDB', () => {
  const made: string[] = []
  /** Answers nothing found, and refuses writes: the longest way through the adapter. */
  const client = {
    async send(command: object) {
      made.push(`dynamodb:${command.constructor.name.replace('Command', '')}`)
      if (command.constructor.name === 'BatchGetCommand') return { Responses: {} }
      if (command.constructor.name === 'QueryCommand') return { Items: [] }
      throw Object.assign(new Error('refused'), { name: 'ConditionalCheckFailedException' })
    },
  } as unknown as DynamoDBDocumentClient
  const store = dynamodbStore({ table: 'any', client })
  const key = { pk: ACCOUNT, sk: 'any' }

  test.for<[keyof typeof ACTIONS | 'due', () => Promise<unknown>, readonly Action[]]>([
    ['get', () => store.get([key]), ACTIONS.get],
    ['query', () => store.query({ pk: ACCOUNT, prefix: '', limit: 1 }), ACTIONS.query],
    ['put', () => store.put({ ...key, version: 1, data: {} }), ACTIONS.put],
    ['delete', () => store.delete(key, 1), ACTIONS.delete],
    ['due', () => store.due(1, 1), ['dynamodb:Query']],
  ])('%s', async ([, call, actions]) => {
    made.length = 0
    await call()
    const names = made.map((name) => name.replace(/:(BatchGet|Put|Delete)$/, ':$1Item'))
    expect(new Set(names)).toEqual(new Set(actions))
  })
})

describe('what a port is granted is what it calls, neither less nor more', () => {
  const called = new Set<string>()
  // the installation's item is the operator's, an account like any other
  const placeOf = (pk: string) =>
    pk === OPERATOR_ACCOUNT
      ? 'account'
      : pk.startsWith(`${ACCOUNT}/audit/`)
        ? 'trail'
        : ([...PLACES].find(([, partition]) => partition === pk)?.[0] ?? pk)
  const note = (actions: readonly Action[], partitions: readonly string[]) => {
    for (const action of actions)
      for (const pk of partitions) called.add(`${action} ${placeOf(pk)}`)
  }
  const inner = memoryStore()
  const store: Store = {
    ...inner,
    get(keys) {
      note(
        ACTIONS.get,
        keys.map(({ pk }) => pk),
      )
      return inner.get(keys)
    },
    query(query) {
      note(ACTIONS.query, [query.pk])
      return inner.query(query)
    },
    put(item) {
      note(ACTIONS.put, [item.pk])
      return inner.put(item)
    },
    delete(key, version) {
      note(ACTIONS.delete, [key.pk])
      return inner.delete(key, version)
    },
  }
  const root: RootKey = {
    id: 'test',
    async wrap(plaintext) {
      called.add('kms:Encrypt rootKey')
      return Buffer.from(plaintext)
    },
    async unwrap(wrapped) {
      called.add('kms:Decrypt rootKey')
      return Buffer.from(wrapped)
    },
    close: async () => undefined,
  }
  /** One with empty caches: a function that has just started. */
  const started = () => keyring({ store, root, capacity: 10, lifetime: 1000 })
  const owner = { accountId: ACCOUNT, region: REGION, keyId: 'k', spec: 'SYMMETRIC_DEFAULT' }
  const context = { kind: 'test' }
  const own = { pk: `${ACCOUNT}/${REGION}`, sk: 'any' }
  const elsewhere = { pk: `${ACCOUNT}/us-east-1`, sk: 'any' }
  const caller: Caller = {
    accountId: ACCOUNT,
    type: 'root',
    arn: `arn:aws:iam::${ACCOUNT}:root`,
    userId: ACCOUNT,
    tags: {},
    accessKeyId: 'AKIA',
    policies: { identity: {} },
  }
  const key = {
    accountId: ACCOUNT,
    region: REGION,
    id: 'k',
    version: 1,
    arn: keyArn(REGION, ACCOUNT, 'k'),
    data: { spec: 'SYMMETRIC_DEFAULT', material: { id: 'current' }, policy: 'hash', granted: true },
  } as unknown as Key

  /** names a principal that isn't there */
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${ACCOUNT}:user/nobody` },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  })

  async function prepare(): Promise<string> {
    const keys = started()
    await keys.createTenantKey(ACCOUNT, REGION, 1)
    await keys.createTenantKey(ACCOUNT, GLOBAL, 1)
    return keys.sealSecret(ACCOUNT, context, Buffer.from('secret'))
  }

  const USE: Record<PortName, (sealed: string) => Promise<unknown>> = {
    random: async () => systemRandom.bytes(1),
    read: async () => [
      await store.get([own]),
      await store.query({ pk: own.pk, prefix: '', limit: 1 }),
    ],
    write: () => store.put({ ...own, version: 1, data: {} }),
    remove: () => store.delete(own, 1),
    forget: () => store.forget(),
    // a function has no token
    clusters: async () => undefined,
    related: () => store.get([own, elsewhere]),
    async relating() {
      for (const place of [own, elsewhere]) {
        await store.put({ ...place, version: 1, data: {} })
        await store.delete(place, 1)
      }
    },
    async materials() {
      const material = await started().seal(owner, Buffer.alloc(32), 1)
      const item = { ...own, sk: `material#k#${material.id}`, version: 1 }
      await inner.put({ ...item, data: { ...material } as never })
      called.clear()
      await started().open(key, material.id)
    },
    async wrapping() {
      await started().createTenantKey(ACCOUNT, 'eu-west-2', 1)
      await started().seal(owner, Buffer.alloc(32), 1)
      await started().sealSecret(ACCOUNT, context, Buffer.from('secret'))
    },
    unwrapping: (sealed) => started().openSecret(ACCOUNT, context, sealed),
    tokens: () => started().tokenKey(ACCOUNT),
    async trail() {
      const at = Date.parse('2026-11-22T12:00:00Z')
      const query = { accountId: ACCOUNT, from: at, to: at, limit: 1 }
      const after = { day: '2026-11-22', sk: 'batch', taken: 0 }
      await storeTrail(store).find({ ...query, after })
    },
    aliases: () => store.get([own]),
    usage: () => usageLog(store).last(key),
    accessKeyUses: () =>
      accessKeyUses(store, store, [REGION, 'us-east-1']).last({
        accountId: ACCOUNT,
        accessKeyId: 'AKIA',
      }),
    acts: () =>
      storeTrail(store).record(
        [
          serviceEvent({
            ...owner,
            at: Date.parse('2026-11-22T12:00:00Z'),
            name: 'RotateKey',
            resources: [],
            details: {},
            once: '1',
          }),
        ],
        true,
      ),
    async keyStores(sealed) {
      await started().openSecret(ACCOUNT, context, sealed)
      const place = customKeyStoresItem.place({ accountId: ACCOUNT, region: REGION })
      await writeStores(owner, await readStores(owner, store), [], store)
      expect(place.pk).toBe(own.pk)
    },
    clock: async () => undefined,
    async health() {
      const audit = { standing: () => ({ status: 'ok' }) as const }
      await deepHealth({ root, store, audit, fleet: 1 })
    },
    async installation() {
      await store.get([INSTALLATION, SWEEP_MARK])
    },
    async access() {
      const context = { region: REGION }
      const asked = { caller, context, action: 'kms:PutKeyPolicy', input: {}, keys: {} }
      await expect(
        authorizer(store).checkKeyPolicy(asked as never, '', {
          text: policy,
          bypassLockoutCheck: true,
        }),
      ).rejects.toThrow('invalid principals')
    },
    async decisions() {
      const here = { region: REGION, now: 1 } as CallContext
      const place = policyPlace(key, 'hash')
      await inner.put({ ...place, version: 1, data: { document: policy } })
      for (const after of [undefined, 'g']) {
        await survey(store, here, key, { after, limit: 5 })
      }
      const nobody = { principal: `arn:aws:iam::${ACCOUNT}:user/nobody`, action: 'kms:Encrypt' }
      const decisions = { rule: authorizer(store).rule, read: store }
      await explain(decisions, here, key, { ...nobody, conditions: {} } as never)
    },
  }

  test.for(Object.keys(USE) as PortName[])('%s', async (port) => {
    const sealed = await prepare()
    called.clear()
    // a refusal of what isn't there is an answer too: what counts is what was called for it
    await USE[port](sealed).catch((error: Error) => expect(error.name).toBe('KmsError'))
    const granted = grants[port].map(
      ({ action, on }) => `${action} ${on === 'own' ? 'region' : on}`,
    )
    expect([...called].sort()).toEqual([...new Set(granted)].sort())
  })
})

describe('the partitions that a pattern lets through', () => {
  const patterns = (place: 'account' | 'region' | 'trail', action: Action) =>
    fences([{ action, on: place }], REGION)[0]?.conditions[0]?.values ?? []

  test.for<['account' | 'region' | 'trail', Action, string, boolean]>([
    ['account', 'dynamodb:PutItem', ACCOUNT, true],
    ['account', 'dynamodb:PutItem', `${ACCOUNT}/${REGION}`, false],
    ['account', 'dynamodb:PutItem', `${ACCOUNT}/audit/2026-11-22`, false],
    ['region', 'dynamodb:PutItem', `${ACCOUNT}/${REGION}`, true],
    ['region', 'dynamodb:PutItem', `${ACCOUNT}/us-east-1`, false],
    ['region', 'dynamodb:PutItem', ACCOUNT, false],
    ['region', 'dynamodb:BatchGetItem', `${ACCOUNT}/us-gov-east-1`, true],
    ['region', 'dynamodb:BatchGetItem', `${ACCOUNT}/ap-southeast-5`, true],
    ['region', 'dynamodb:BatchGetItem', `${ACCOUNT}/audit/2026-11-22`, false],
    ['region', 'dynamodb:BatchGetItem', `${ACCOUNT}/audit/2026-11-22/7`, false],
    ['region', 'dynamodb:BatchGetItem', ACCOUNT, false],
    ['trail', 'dynamodb:Query', `${ACCOUNT}/audit/2026-11-22`, true],
    ...TRAIL_SHARDS.map((shard): ['trail', Action, string, boolean] => [
      'trail',
      'dynamodb:PutItem',
      `${ACCOUNT}/audit/2026-11-22/${shard}`,
      true,
    ]),
    ['trail', 'dynamodb:Query', `${ACCOUNT}/audit/spread`, true],
    ['trail', 'dynamodb:Query', `${ACCOUNT}/${REGION}`, false],
    ['trail', 'dynamodb:Query', ACCOUNT, false],
  ])('%s, %s: %s is %s', ([place, action, partition, wanted]) => {
    expect(patterns(place, action).some((pattern) => isLike(partition, pattern))).toBe(wanted)
  })
})

describe('the role of an operation', () => {
  const roles = new Map(
    [...operations, ...xksOperations].map((operation) => [
      operation.name,
      fences(permissionsOf(operation), REGION),
    ]),
  )
  const allowed = (name: string, action: Action, place: string) =>
    isAllowed(roles.get(name) ?? [], action, [PLACES.get(place) ?? ''])

  test.for<[name: string, action: Action, place: string, wanted: boolean]>([
    ['Decrypt', 'dynamodb:BatchGetItem', 'region', true],
    ['Decrypt', 'dynamodb:DeleteItem', 'region', false],
    ['Decrypt', 'dynamodb:DeleteItem', 'account', false],
    ['Decrypt', 'dynamodb:Query', 'trail', false],
    ['GenerateRandom', 'dynamodb:PutItem', 'trail', true],
    ['GenerateRandom', 'dynamodb:PutItem', 'region', false],
    ['GenerateRandom', 'dynamodb:PutItem', 'account', false],
    ['GenerateRandom', 'dynamodb:DeleteItem', 'region', false],
    ['GenerateRandom', 'kms:Encrypt', '', false],
    ['ListKeys', 'dynamodb:Query', 'region', true],
    ['ListKeys', 'dynamodb:PutItem', 'region', false],
    ['ListAuditRecords', 'dynamodb:Query', 'trail', true],
    ['ListAuditRecords', 'dynamodb:BatchGetItem', 'region', true],
    ['ListAuditRecords', 'dynamodb:Query', 'region', false],
    ['CreateKey', 'kms:Encrypt', '', true],
    ['CreateKey', 'dynamodb:DeleteItem', 'region', false],
    ['ScheduleKeyDeletion', 'dynamodb:DeleteItem', 'region', false],
    ['ScheduleKeyDeletion', 'kms:Encrypt', '', false],
    ['CreateTenant', 'dynamodb:PutItem', 'account', true],
    ['CreateTenant', 'dynamodb:PutItem', 'region', false],
    ['SuspendTenant', 'dynamodb:BatchGetItem', 'region', false],
    ['XksEncrypt', 'dynamodb:PutItem', 'trail', true],
    ['XksEncrypt', 'dynamodb:PutItem', 'account', false],
    ['XksEncrypt', 'kms:Encrypt', '', false],
    ['XksGetKeyMetadata', 'dynamodb:PutItem', 'account', false],
    ['XksGetHealthStatus', 'kms:Encrypt', '', true],
    ['XksGetHealthStatus', 'dynamodb:BatchGetItem', 'region', false],
  ])('%s: %s on %s is %s', ([name, action, place, wanted]) => {
    expect(allowed(name, action, place)).toBe(wanted)
  })

  test('nothing scans the table, and only a sweep reads what is due', () => {
    const due = ({ on }: { on: string }) => on === 'due'
    expect(operations.flatMap(permissionsOf).filter(due)).toEqual([])
    expect(sweepPermissions.filter(due)).toEqual([{ action: 'dynamodb:Query', on: 'due' }])
  })
})

describe('what the stack and the service must say alike', () => {
  /** Shards that an adapter asks of its index, and that it writes items to. */
  async function shardsOf(adapter: typeof dynamodbStore) {
    const asked: string[] = []
    const written = new Set<string>()
    const client = {
      async send({ input }: { input: Record<string, Record<string, string>> }) {
        const shard = input['ExpressionAttributeValues']?.[':shard']
        if (shard !== undefined) asked.push(shard)
        const { dueShard } = input['Item'] ?? {}
        if (dueShard !== undefined) written.add(dueShard)
        return { Items: [] }
      },
    } as unknown as DynamoDBDocumentClient
    const store = adapter({ table: 'any', client })
    await store.due(1, 1)
    for (let n = 0; n < 1000; n++) {
      await store.put({ pk: ACCOUNT, sk: `key#${n}`, version: 1, due: 1, data: {} })
    }
    return { asked: asked.sort(), written: [...written].sort() }
  }
  const roleOf = (made: ReturnType<typeof fences>) =>
    made.filter(({ on }) => on === 'dueIndex').map(({ conditions }) => conditions[0]?.values)

  test('the sweep may read the shards that the adapter has, and no others', async () => {
    const { asked, written } = await shardsOf(dynamodbStore)
    expect(written).toEqual(asked)
    expect(roleOf(fences(sweepPermissions, REGION))).toEqual([asked])
  })

  test('of more shards both know', async () => {
    const more = Array.from({ length: 16 }, (_, shard) => String(shard)).sort()
    vi.resetModules()
    vi.doMock('../../core/store/due-index.ts', () => ({ DUE_INDEX: 'byDue', DUE_SHARDS: more }))
    try {
      const { dynamodbStore: adapter } = await import('../../core/store/dynamodb.ts')
      const { fences: statements } = await import('../../stacks/statements.ts')
      expect(await shardsOf(adapter)).toEqual({ asked: more, written: more })
      expect(roleOf(statements(sweepPermissions, REGION))).toEqual([more])
    } finally {
      vi.doUnmock('../../core/store/due-index.ts')
      vi.resetModules()
    }
  })

  test("the context that tenant keys are wrapped in is the one that a role's statement asks for", () => {
    const context = tenantKeyContext(ACCOUNT, REGION)
    const [fence] = fences([{ action: 'kms:Decrypt', on: 'rootKey' }], REGION)
    const asked = fence?.conditions ?? []
    expect(asked.length).toBe(Object.keys(context).length + 1)
    for (const { variable, values } of asked) {
      const name = variable.replace('kms:EncryptionContext:', '')
      if (name === 'kms:EncryptionContextKeys') expect(values).toEqual(Object.keys(context))
      else {
        const own = new Map(Object.entries(context)).get(name) ?? ''
        expect(values.some((pattern) => isLike(own, pattern))).toBe(true)
      }
    }
  })

  test.for<[text: string, place: string]>([
    ['tenkey/tenant-key', 'core/root/tenant-key-context.ts'],
    ["'byDue'", 'core/store/due-index.ts'],
    ['DUE_SHARDS:', 'core/store/due-index.ts'],
    ['}/audit/', 'core/item/partition.ts'],
    ["=> 'health'", 'core/item/partition.ts'],
  ])('%s is spelled in %s alone', ([text, place]) => {
    const spelled = ['core', 'functions', 'operations', 'server', 'stacks']
      .flatMap((folder) =>
        readdirSync(new URL(`../../${folder}/`, import.meta.url), {
          recursive: true,
          encoding: 'utf8',
        }).map((file) => `${folder}/${file}`),
      )
      .filter((path) => path.endsWith('.ts'))
      .filter((path) =>
        readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
          .split('\n')
          // imports name files, not what is stored
          .some((line) => line.includes(text) && !/^(import|\} from|export .* from) ?/.test(line)),
      )
    expect(spelled).toEqual([place])
  })
})

describe('the fence around a service under test', () => {
  const operation = operations.find(({ name }) => name === 'DescribeKey')

  test('tells what the role of the operation at work would not allow', async () => {
    const denied: string[] = []
    const fence = roleFence(denied)
    const store = fence.store(memoryStore())
    const route = () => ({ operation })
    const { rest } = fence.service({ rest: { route }, awsJson: {}, awsQuery: {} } as never)
    const own = { pk: `${ACCOUNT}/${REGION}`, sk: 'any' }
    await store.delete(own, 1)
    expect(denied, 'outside an operation').toEqual([])
    rest.route({} as never)
    await store.get([own])
    expect(denied, 'a read of a key').toEqual([])
    await store.delete(own, 1)
    await store.query({ pk: `${ACCOUNT}/audit/2026-11-22`, prefix: '', limit: 1 })
    expect(denied).toEqual([
      `DescribeKey: dynamodb:DeleteItem on ${own.pk}`,
      `DescribeKey: dynamodb:Query on ${ACCOUNT}/audit/2026-11-22`,
    ])
  })
})

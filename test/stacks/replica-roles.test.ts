// @module-tag rsa
import { beforeAll, describe, expect, test } from 'vitest'
import { sweep } from '../../core/lifecycle/sweep.ts'
import type { Service } from '../../core/service.ts'
import type { ItemKey, Query, Store } from '../../core/store/store.ts'
import {
  type Action,
  type Permission,
  permissionsOf,
  sweepPermissions,
} from '../../stacks/permissions.ts'
import { fences, type Replicated, type Resource } from '../../stacks/statements.ts'
import type { JsonObject } from '../support/calls.ts'
import { operationNamed } from '../support/calls.ts'
import { callService } from '../support/installed.ts'
import { AWAY, HOME, installRegions, THIRD } from '../support/installed-regions.ts'
import { wrap } from '../support/life.ts'
import { ACTIONS, isLike } from '../support/sst-fence.ts'

const REGIONS = [HOME, AWAY, THIRD]

const replicatedIn = (region: string, strong: boolean): Replicated => ({
  others: REGIONS.filter((one) => one !== region),
  writer: strong ? region : HOME,
  sweepsShared: region === HOME,
})

/** What a table in a Region is to a stack in another, or its own. */
function resourceOf(name: string, region: string, from: string): Resource {
  if (name === 'shared') return region === from ? 'shared' : 'home'
  return region === from ? 'table' : `table in ${region}`
}

describe.for([false, true])('roles in several Regions, strong: %s', (strong) => {
  const denied: string[] = []
  /** who is at work */
  let current: { readonly name: string; readonly permissions: readonly Permission[] } | undefined

  function check(actions: readonly Action[], on: Resource, from: string, pks: readonly string[]) {
    if (current === undefined) return
    const role = fences(current.permissions, from, replicatedIn(from, strong))
    for (const action of actions) {
      const allowed = role.some(
        (fence) =>
          fence.on === on &&
          fence.actions.includes(action) &&
          pks.every((pk) => fence.conditions[0]?.values.some((pattern) => isLike(pk, pattern))),
      )
      if (!allowed) denied.push(`${current.name} in ${from}: ${action} on ${on}, ${pks}`)
    }
  }
  const fault = (
    table: Store,
    { name, region, from }: { name: string; region: string; from: string },
  ): Store => {
    const on = resourceOf(name, region, from)
    const asked = (primitive: keyof typeof ACTIONS, places: readonly Pick<ItemKey, 'pk'>[]) =>
      check(
        ACTIONS[primitive],
        on,
        from,
        places.map(({ pk }) => pk),
      )
    return {
      ...table,
      get(keys) {
        asked('get', keys)
        return table.get(keys)
      },
      query(query: Query) {
        asked('query', [query])
        return table.query(query)
      },
      put(item) {
        asked('put', [item])
        return table.put(item)
      },
      delete(key, version) {
        asked('delete', [key])
        return table.delete(key, version)
      },
    }
  }

  type Regions = Awaited<ReturnType<typeof installRegions>>
  let regions: Regions
  beforeAll(async () => {
    regions = await installRegions({ fault, consistency: strong ? 'strong' : 'eventual' })
  })

  async function ask(region: string, name: string, input: JsonObject, operator = false) {
    const { tenant, operator: root } = regions.installed
    // a function that has just started
    const service = regions.service(region)
    current = { name, permissions: permissionsOf(operationNamed(name)) }
    try {
      const { status, json } = await callService(
        service,
        operator ? root : tenant,
        name,
        input,
        region,
      )
      expect(status, `${name}: ${JSON.stringify(json)}`).toBeLessThan(300)
      await service.audit.flush()
      return json
    } finally {
      current = undefined
    }
  }
  async function sweptIn(region: string, at: number) {
    const service: Service = regions.service(region, { now: () => at })
    current = { name: 'sweep', permissions: sweepPermissions }
    const result = await sweep({ ...service, store: service.everywhere }, { now: at, limit: 100 })
    current = undefined
    return result
  }

  test('let through what their functions do in each, and in each other’s tables', async () => {
    for (const region of [HOME, AWAY]) {
      const other = region === HOME ? AWAY : HOME
      const { accountId: AccountId } = regions.installed.tenant
      const user = { AccountId, Type: 'user', Name: `ann-${region}` }
      await ask(region, 'CreatePrincipal', { ...user, CreateAccessKey: true }, true)
      await ask(region, 'TagPrincipal', { ...user, Tags: [{ TagKey: 'a', TagValue: 'b' }] }, true)
      await ask(region, 'ListAccessKeys', { AccountId }, true)
      await ask(region, 'DeletePrincipal', user, true)
      await regions.settle()
      const { KeyMetadata } = await ask(region, 'CreateKey', { MultiRegion: true })
      const KeyId = String((KeyMetadata as JsonObject)['KeyId'])
      const Policy = JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: `arn:aws:iam::${AccountId}:root` },
            Action: 'kms:*',
            Resource: '*',
          },
        ],
      })
      await ask(region, 'ReplicateKey', { KeyId, ReplicaRegion: other, Policy })
      await regions.settle()
      await ask(region, 'RotateKeyOnDemand', { KeyId })
      await ask(region, 'EnableKeyRotation', { KeyId })
      const { CiphertextBlob } = await ask(region, 'Encrypt', { KeyId, Plaintext: 'eA==' })
      await ask(other, 'Decrypt', { CiphertextBlob: String(CiphertextBlob) })
      await ask(region, 'UpdatePrimaryRegion', { KeyId, PrimaryRegion: other })
      await ask(other, 'ListKeyRotations', { KeyId })
      await regions.settle()
      await ask(region, 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 })
      await ask(other, 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 })
      const day = 86_400_000
      expect(await sweptIn(region, Date.now() + 8 * day)).toMatchObject({ deleted: 1, failed: 0 })
      await regions.settle()
      expect(await sweptIn(other, Date.now() + 16 * day)).toMatchObject({ deleted: 1, failed: 0 })
      await regions.settle()
    }
    expect(denied).toEqual([])
  })

  test('pending imported material is given up in each Region', async () => {
    async function importInto(
      region: string,
      KeyId: string,
      material: Buffer,
      more: JsonObject = {},
    ) {
      const asked = { WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' }
      const { PublicKey, ImportToken } = await ask(region, 'GetParametersForImport', {
        ...{ KeyId, ...asked },
      })
      const wrapping = Buffer.from(String(PublicKey), 'base64')
      await ask(region, 'ImportKeyMaterial', {
        KeyId,
        ImportToken: String(ImportToken),
        EncryptedKeyMaterial: wrap(wrapping, 'RSAES_OAEP_SHA_256', material).toString('base64'),
        ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
        ...more,
      })
      await regions.settle()
    }
    const { KeyMetadata } = await ask(AWAY, 'CreateKey', { MultiRegion: true, Origin: 'EXTERNAL' })
    const KeyId = String((KeyMetadata as JsonObject)['KeyId'])
    const [first, next] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
    await importInto(AWAY, KeyId, first)
    await ask(AWAY, 'ReplicateKey', { KeyId, ReplicaRegion: HOME })
    await regions.settle()
    await importInto(HOME, KeyId, first)
    await importInto(AWAY, KeyId, next, { ImportType: 'NEW_KEY_MATERIAL' })
    await importInto(HOME, KeyId, next)
    const { Rotations } = await ask(AWAY, 'ListKeyRotations', {
      ...{ KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' },
    })
    const [, pending] = Rotations as JsonObject[]
    expect(pending).toMatchObject({ KeyMaterialState: 'PENDING_ROTATION' })
    await ask(AWAY, 'DeleteImportedKeyMaterial', {
      ...{ KeyId, KeyMaterialId: String(pending?.['KeyMaterialId']) },
    })
    expect(denied).toEqual([])
  })
})

describe('what roles in several Regions do not let through', () => {
  const roleIn = (name: string, region: string, strong = false) =>
    fences(permissionsOf(operationNamed(name)), region, replicatedIn(region, strong))
  const tablesOf = (name: string, region: string, action: Action, strong = false) =>
    roleIn(name, region, strong).flatMap(({ actions, on }) =>
      actions.includes(action) ? [on] : [],
    )

  test('only home’s shared table is written, unless every Region’s agrees at once', () => {
    expect(tablesOf('CreatePrincipal', HOME, 'dynamodb:PutItem').sort()).toEqual([
      'shared',
      'table',
    ])
    expect(tablesOf('CreatePrincipal', AWAY, 'dynamodb:PutItem').sort()).toEqual(['home', 'table'])
    expect(tablesOf('CreatePrincipal', AWAY, 'dynamodb:PutItem', true).sort()).toEqual([
      'shared',
      'table',
    ])
  })

  test('only what changes related keys writes another Region’s own table, and there keys alone', () => {
    for (const name of ['Encrypt', 'CreateKey', 'DisableKey', 'CreatePrincipal', 'PutKeyPolicy']) {
      for (const { on } of roleIn(name, HOME)) expect(on, name).not.toMatch(/^table in/)
    }
    for (const { on, conditions, actions } of roleIn('ReplicateKey', HOME)) {
      if (!on.startsWith('table in')) continue
      const region = on.slice('table in '.length)
      const writes = actions.some((action) => /Put|Delete/.test(action))
      const pattern = `????????????/${region}`
      if (writes) expect(conditions[0]?.values).toEqual([pattern])
      expect(conditions[0]?.values).toEqual([pattern])
    }
  })

  test('tenants’ partitions of the own table are open to Idempotency-Keys alone', () => {
    const account = (name: string) =>
      roleIn(name, HOME).some(
        ({ on, conditions }) =>
          on === 'table' && conditions[0]?.values.some((value) => isLike('111111111111', value)),
      )
    expect(account('Encrypt')).toBe(false)
    expect(account('CreateKey')).toBe(true)
  })
})

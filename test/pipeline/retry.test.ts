import { beforeAll, describe, expect, test } from 'vitest'
import type { Audit, AuditReader, AuditRecord } from '../../core/audit/audit.ts'
import { storeTrail } from '../../core/audit/store-trail.ts'
import type { Store } from '../../core/store/store.ts'
import type { JsonObject } from '../support/calls.ts'
import { callService, copyOf, type Installed, install, processOver } from '../support/installed.ts'

/**
 * A call whose write was lost to another writer is made again from what was received: what it is refused
 * for then leaves the record of a call that was refused at once, with nothing of the first attempt.
 */

const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }],
})
const named = { Type: 'user', Name: 'alice' }

interface World extends Installed {
  readonly user: Installed['tenant']
  readonly key: string
}

async function makeWorld(): Promise<World> {
  const installed = await install()
  const service = processOver(installed)
  const ok = async (who: Installed['tenant'], name: string, input: JsonObject) => {
    const { status, json } = await callService(service, who, name, input)
    if (status >= 300) throw new Error(`${name}: ${JSON.stringify(json)}`)
    return json
  }
  const { accountId } = installed.tenant
  const { KeyMetadata } = await ok(installed.tenant, 'CreateKey', {})
  const made = await ok(installed.operator, 'CreatePrincipal', {
    AccountId: accountId,
    ...named,
    Policy: POLICY,
    CreateAccessKey: true,
  })
  await service.audit.flush()
  const { AccessKeyId, SecretAccessKey } = made['AccessKey'] as Record<string, string>
  const user = {
    ...installed.tenant,
    accessKeyId: String(AccessKeyId),
    secretAccessKey: String(SecretAccessKey),
  }
  return { ...installed, user, key: String((KeyMetadata as JsonObject)['KeyId']) }
}

/** Takes the user's policy away. */
async function forbid({ operator, tenant, ...rest }: World): Promise<void> {
  const input = { AccountId: tenant.accountId, ...named, PolicyName: 'default' }
  const { status } = await callService(
    processOver({ ...rest }),
    operator,
    'DeletePrincipalPolicy',
    input,
  )
  if (status >= 300) throw new Error(`the policy was not deleted: ${status}`)
}

/** A store whose first write of an item of the account's Region is lost to another writer. */
function losingFirst(store: Store, meanwhile: () => Promise<void>): Store {
  let lost = false
  return {
    ...store,
    async put(item) {
      if (lost || !/\/[a-z]+-[a-z]+-\d$/.test(item.pk)) return store.put(item)
      lost = true
      await meanwhile()
      return false
    },
  }
}

/** What a record says of a call, without what differs from call to call. */
function told({ eventID, eventTime, requestID, ...rest }: AuditRecord): unknown {
  return JSON.parse(JSON.stringify(rest))
}

/** The records of one call by the user. */
async function recordsOf(
  { user, root }: World,
  store: Store,
  name: string,
  input: JsonObject,
): Promise<{ status: number; records: readonly AuditRecord[] }> {
  const trail = storeTrail(store)
  const records: AuditRecord[] = []
  const audit: Audit & AuditReader = {
    ...trail,
    record: async (added) => {
      records.push(...added)
    },
  }
  const service = processOver({ store, root }, { audit })
  const { status } = await callService(service, user, name, input)
  return { status, records }
}

describe('A call that is made again and then refused leaves the record of one refused at once', () => {
  let world: World
  beforeAll(async () => {
    world = await makeWorld()
  })

  const CALLS: readonly (readonly [string, JsonObject])[] = [
    ['DisableKey', {}],
    ['ScheduleKeyDeletion', { PendingWindowInDays: 7 }],
    ['TagResource', { Tags: [{ TagKey: 'a', TagValue: 'b' }] }],
    ['EnableKeyRotation', {}],
    ['UpdateKeyDescription', { Description: 'other' }],
    ['CreateAlias', { AliasName: 'alias/again' }],
  ]

  test.for(CALLS)('%s', async ([name, more]) => {
    const input = { ...more, [name === 'CreateAlias' ? 'TargetKeyId' : 'KeyId']: world.key }
    const [first, second] = [await copyOf(world), await copyOf(world)]
    await forbid({ ...world, ...first })
    const atOnce = await recordsOf(world, first.store, name, input)
    const losing = losingFirst(second.store, () => forbid({ ...world, ...second }))
    const again = await recordsOf(world, losing, name, input)
    expect(atOnce.status).toBe(403)
    expect(again.status).toBe(403)
    expect(again.records).toHaveLength(1)
    expect(again.records.map(told)).toEqual(atOnce.records.map(told))
  })
})

import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Audit, AuditReader, AuditRecord } from '../../core/audit/audit.ts'
import { storeTrail } from '../../core/audit/store-trail.ts'
import type { AnyOperation } from '../../core/operation.ts'
import { createService } from '../../core/service.ts'
import { operations } from '../../operations/registry.ts'
import type { JsonObject } from '../support/calls.ts'
import { callService, copyOf, type Installed, install, processOver } from '../support/installed.ts'

/** Whatever throws while a record is made, a call that was carried out is on record. */

const fault = (): never => {
  throw new RangeError('Invalid time value')
}

/** Each part that a record is made of, made to throw. */
const PARTS: Readonly<Record<string, (operation: AnyOperation) => AnyOperation>> = {
  'what the operation says of itself': (operation) => ({ ...operation, audited: fault }),
  'the input as it is shown': (operation) => ({
    ...operation,
    input: { ...operation.input, redact: fault },
  }),
  'the output as it is shown': (operation) => ({
    ...operation,
    ...(operation.output !== undefined && { output: { ...operation.output, redact: fault } }),
  }),
  'the alias it is about, which is asked before too': (operation) => {
    const { alias } = operation
    if (alias === undefined) return operation
    let done = false
    return {
      ...operation,
      alias: (input) => (done ? fault() : alias(input)),
      run: async (call, ports) => {
        const output = await operation.run(call, ports)
        done = true
        return output
      },
    }
  },
}

const CALLS: Readonly<Record<string, JsonObject>> = {
  CreateKey: {},
  ScheduleKeyDeletion: { PendingWindowInDays: 7 },
  TagResource: { Tags: [{ TagKey: 'a', TagValue: 'b' }] },
  DisableKey: {},
  CreateAlias: { AliasName: 'alias/one' },
}

let world: Installed & { key: string }
beforeAll(async () => {
  const installed = await install()
  const { json } = await callService(processOver(installed), installed.tenant, 'CreateKey', {})
  world = { ...installed, key: String((json['KeyMetadata'] as JsonObject)['KeyId']) }
})

/** Calls a service whose records are made from the parts, some of which throw. */
async function callWith(name: string, parts: readonly string[], calls = world.tenant, more = {}) {
  const { store, root } = await copyOf(world)
  const records: AuditRecord[] = []
  const log: unknown[] = []
  const trail = storeTrail(store)
  const audit: Audit & AuditReader = {
    ...trail,
    record: async (added) => {
      records.push(...added)
    },
  }
  const service = createService({
    operations: operations.map((operation) =>
      operation.name === name
        ? parts.reduce((made, part) => PARTS[part]?.(made) ?? made, operation as AnyOperation)
        : operation,
    ),
    store,
    root,
    audit,
    log: (level, entry) => level === 'error' && log.push(entry),
  })
  const { status } = await callService(service, calls, name, more)
  return { status, records, log }
}

describe('A changing call is on record whatever throws while its record is made', () => {
  test('any of its parts, or several (property)', { tags: ['long'] }, async () => {
    const parts = fc.subarray(Object.keys(PARTS), { minLength: 1 })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(CALLS)), parts, async (name, broken) => {
        const keyMember = name === 'CreateAlias' ? 'TargetKeyId' : 'KeyId'
        const input = {
          ...CALLS[name],
          ...(name !== 'CreateKey' && { [keyMember]: world.key }),
        }
        const { status, records, log } = await callWith(name, broken, world.tenant, input)
        expect(status).toBeLessThan(300)
        expect(records).toHaveLength(1)
        const [record] = records
        expect(record).toMatchObject({
          eventName: name,
          eventSource: 'kms.amazonaws.com',
          readOnly: false,
          recipientAccountId: world.tenant.accountId,
          userIdentity: { type: 'Root', accountId: world.tenant.accountId },
        })
        expect(record?.eventTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
        // what throws where nothing calls it leaves the record whole
        const stub = record?.additionalEventData?.['recordNotMade'] === true
        expect(log).toHaveLength(stub ? 1 : 0)
        const keys = record?.resources.map(({ ARN }) => ARN) ?? []
        expect(keys.some((arn) => arn.endsWith(world.key))).toBe(name !== 'CreateKey')
      }),
      { numRuns: 60 },
    )
  })

  test('of the operator’s work on a tenant there is a stub in both trails', async () => {
    const { records } = await callWith(
      'CreatePrincipal',
      ['the input as it is shown'],
      world.operator,
      { AccountId: world.tenant.accountId, Type: 'user', Name: 'alice' },
    )
    expect(records.map(({ recipientAccountId }) => recipientAccountId)).toEqual([
      world.operator.accountId,
      world.tenant.accountId,
    ])
    expect(new Set(records.map(({ sharedEventID }) => sharedEventID)).size).toBe(1)
    expect(JSON.stringify(records[1])).not.toContain('192.0.2.1')
    // as in a whole record: which of the operator's people it was is not told
    const { accountId } = world.operator
    const userIdentity = { type: 'AWSAccount', principalId: accountId, accountId }
    expect(records[1]?.userIdentity).toEqual(userIdentity)
  })

  test('of a call that acts in another Region there is a stub in both', async () => {
    const { KeyMetadata } = (
      await callService(processOver(world), world.tenant, 'CreateKey', { MultiRegion: true })
    ).json as { KeyMetadata: JsonObject }
    const input = { KeyId: String(KeyMetadata['KeyId']), ReplicaRegion: 'eu-west-1' }
    for (const broken of [[], ['the input as it is shown']]) {
      const { records } = await callWith('ReplicateKey', broken, world.tenant, input)
      const names = records.map(({ awsRegion, eventName }) => [awsRegion, eventName])
      expect(names, String(broken)).toContainEqual(['us-east-1', 'ReplicateKey'])
      expect(names, String(broken)).toContainEqual(['eu-west-1', 'CreateKey'])
    }
  })

  test('a call that is refused has its own', async () => {
    const { status, records } = await callWith(
      'DisableKey',
      ['the input as it is shown'],
      world.tenant,
      { KeyId: '00000000-0000-0000-0000-000000000000' },
    )
    expect(status).toBe(404)
    expect(records).toMatchObject([{ eventName: 'DisableKey', errorCode: 'NotFoundException' }])
  })
})

// @module-tag local: writes keys in every state into the store
import { beforeAll, describe, expect, test } from 'vitest'
import { KEY_STATE_TABLE, KEY_STATES, type KeyState } from '../../core/key/state.ts'
import { describeStores, REGION, type Tenant } from '../support/harness.ts'
import { ALIAS, awsOperations, keyMembers, model, sampleInput } from '../support/model.ts'

const using = awsOperations.filter(
  ({ name, keys }) => name in model.operations && Object.keys(keys).length > 0,
)

describe('Key-state table', () => {
  test('every operation that touches a key is in it, and no name that AWS lacks', () => {
    const missing = using.filter(({ name }) => !KEY_STATE_TABLE.has(name))
    expect(missing.map(({ name }) => name)).toEqual([])
    const unknown = [...KEY_STATE_TABLE.keys()].filter((name) => !(name in model.operations))
    expect(unknown).toEqual([])
  })

  test.for(using.map(({ name, keys }) => ({ name, keys })))('$name', ({ name, keys }) => {
    for (const [use, { states }] of Object.entries(keys)) {
      // note 10: of the key that an alias leaves, every state will do
      const leaves = name === 'UpdateAlias' && use === 'former'
      const wanted = leaves ? KEY_STATES : KEY_STATE_TABLE.get(name)?.states
      expect([...states].sort(), `${name}, ${use}`).toEqual([...(wanted ?? [])].sort())
    }
  })
})

/** How a refusal by state reads, after the key's ARN. */
const WORDS: Readonly<Record<KeyState, string>> = {
  Creating: 'is creating.',
  Enabled: 'is enabled.',
  Disabled: 'is disabled.',
  PendingDeletion: 'is pending deletion.',
  PendingImport: 'is pending import.',
  PendingReplicaDeletion: 'is pending replica deletion.',
  Unavailable: 'is unavailable.',
  Updating: 'is updating.',
}

/** Operations that AWS's model lets answer DisabledException (a disabled key is that for them). */
const knowsDisabled = (name: string) =>
  model.operations[name]?.errors.includes('DisabledException') === true

const named = using
  .map((operation) => ({ operation, members: keyMembers(operation) }))
  .filter(({ members }) => members.length > 0)

describeStores(
  'Every operation in every state',
  (harness) => {
    let shared: Tenant
    beforeAll(async () => {
      shared = await harness.tenant()
    })
    test.for(
      named.flatMap(({ operation, members }) =>
        KEY_STATES.map((state) => ({ name: operation.name, operation, members, state })),
      ),
    )('$name, $state', { tags: ['long'] }, async ({ name, operation, members, state }) => {
      const tenant = name.endsWith('Alias') ? await harness.tenant() : shared
      if (name === 'UpdateAlias') {
        const { id } = await harness.key(tenant)
        await harness.ok(tenant, 'CreateAlias', { AliasName: ALIAS, TargetKeyId: id })
      }
      const key = await harness.key(tenant)
      const place = { pk: `${tenant.accountId}/${REGION}`, sk: `key#${key.id}` }
      const [item] = await harness.inside.store.get([place])
      if (item === undefined) throw new Error('the key is not where keys are')
      const data = { ...item.data, state }
      await harness.inside.store.put({ ...item, version: item.version + 1, data })

      const keys = Object.fromEntries(members.map(({ member }) => [member, key.id]))
      const grantee = { GranteePrincipal: `arn:aws:iam::${tenant.accountId}:root` }
      const input = {
        ...sampleInput(operation, key.id),
        ...keys,
        ...(name === 'CreateGrant' && grantee),
      }
      const { code, message } = await harness.call('aws', tenant, name, input)
      const told = code === undefined ? 'done' : `${code} ${message ?? ''}`
      const { states = [] } = KEY_STATE_TABLE.get(name) ?? {}
      if (!states.includes(state)) {
        const disabled = state === 'Disabled' && knowsDisabled(name)
        const words = name === 'CancelKeyDeletion' ? 'is not pending deletion.' : WORDS[state]
        const wanted = disabled ? 'DisabledException' : 'KMSInvalidStateException'
        expect(told).toBe(`${wanted} ${key.arn} ${words}`)
      } else {
        expect(told).not.toContain(`${key.arn} ${WORDS[state]}`)
        expect(code).not.toBe('DisabledException')
      }
    })
  },
  ['sqlite'],
)

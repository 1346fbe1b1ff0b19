import { describe, expect, test } from 'vitest'
import type { AuditRecord } from '../../core/audit/audit.ts'
import { storeTrail } from '../../core/audit/store-trail.ts'
import type { PendingAct } from '../../core/base/service-act.ts'
import { keyToItem } from '../../core/key/key-item.ts'
import { aliasItem } from '../../core/key/key-items.ts'
import { keyAt } from '../../core/key/material.ts'
import { aliasPlace } from '../../core/key/resolve.ts'
import { managedKeys } from '../../core/lifecycle/managed-keys.ts'
import { DAY } from '../../core/lifecycle/rotation.ts'
import { sweep } from '../../core/lifecycle/sweep.ts'
import { createService } from '../../core/service.ts'
import { memoryStore } from '../../core/store/memory.ts'
import type { Store } from '../../core/store/store.ts'
import { operations } from '../../operations/registry.ts'
import { cutStore } from '../support/cut-store.ts'
import {
  ACCOUNT,
  DUE,
  IDS,
  keyOf,
  keyringOf,
  makeWorld,
  openRoot,
  REGION,
} from '../support/world.ts'

/**
 * A process killed between an act of the service's own and its record: the record is there after the sweep
 * that follows, once.
 */

const LIMIT = 1000

/** A process over a store. What it says to its log is nobody's. */
const processOver = (store: Store, now: number) =>
  createService({ operations, store, root: openRoot, log: () => undefined, now: () => now })

const sweepOver = (store: Store, now = DUE) => sweep(processOver(store, now), { now, limit: LIMIT })

/** What is on record of the service's acts: what was done to what, at any time. */
async function recorded(store: Store): Promise<string[]> {
  const query = { accountId: ACCOUNT, from: DUE - 2 * DAY, to: DUE + 2 * DAY, limit: 1000 }
  const { records } = await storeTrail(store).find(query)
  return records.map(nameOf).sort()
}
const nameOf = ({ eventName, resources: [about], eventTime }: AuditRecord) =>
  `${eventName} ${about?.ARN.split(':').at(-1)} ${eventTime}`

const at = new Date(DUE).toISOString().replace('.000', '')
const ALL = [
  `DeleteExpiredKeyMaterial key/${IDS.imported} ${at}`,
  `DeleteKey key/${IDS.leaving} ${at}`,
  `RotateAlias alias/signing ${at}`,
  `RotateKey key/${IDS.rotating} ${at}`,
]

const CUTS = [
  ['before it is done', false],
  ['after it is done', true],
] as const

describe('A process killed at any write of a sweep', () => {
  test('has its acts on record where it is not', async () => {
    const store = await makeWorld()
    await sweepOver(store)
    expect(await recorded(store)).toEqual(ALL)
    await sweepOver(store)
    expect(await recorded(store)).toEqual(ALL)
  })

  test.for(CUTS)('%s', async ([, applied]) => {
    let cuts = 0
    for (let n = 1; ; n++) {
      const store = await makeWorld()
      const dying = cutStore(store, n, applied)
      await sweepOver(dying)
      const whole = !dying.cut()
      if (!whole) cuts++
      await sweepOver(store)
      expect(await recorded(store), `write ${n}`).toEqual(ALL)
      // nothing of it is left to do
      expect(await store.due(DUE, LIMIT), `write ${n}`).toEqual([])
      if (whole) break
    }
    expect(cuts).toBeGreaterThan(20)
  })

  test('two at once: each act once', async () => {
    const store = await makeWorld()
    await Promise.all([sweepOver(store), sweepOver(store), sweepOver(store)])
    await sweepOver(store)
    expect(await recorded(store)).toEqual(ALL)
  })
})

interface Call {
  readonly before?: (store: Store) => Promise<void>
  readonly call: (store: Store) => Promise<unknown>
  /** whether the act was done */
  readonly done: (store: Store) => Promise<boolean>
}

const EARLIER = DUE - DAY
const run = (name: string, store: Store, call: object) => {
  const operation = operations.find((one) => one.name === name)
  if (operation === undefined) throw new Error(`no ${name}`)
  return operation.run(call as never, processOver(store, EARLIER).ports)
}
const MANAGED = { accountId: ACCOUNT, region: REGION, aliasName: 'alias/aws/s3' }
const managedOver = (store: Store) =>
  managedKeys(
    { read: store, write: store, wrapping: keyringOf(store) },
    processOver(store, EARLIER).ports.acts,
  )
const moved = aliasPlace(ACCOUNT, REGION, 'alias/moved')

/** Acts that a call brings about, or might lose. */
const CALLS: Readonly<Record<string, Call>> = {
  'a call that writes a key whose material has expired': {
    async before(store) {
      const key = await keyOf(store, IDS.imported)
      const material = key?.data.material
      if (key === undefined || material === undefined) throw new Error('no material')
      await store.put(keyToItem(key, { material: { ...material, validTo: EARLIER } }))
    },
    call: async (store) => {
      const key = await keyOf(store, IDS.imported)
      return run('TagResource', store, {
        input: { KeyId: IDS.imported, Tags: [{ TagKey: 'a', TagValue: 'b' }] },
        keys: { key: key && keyAt(key, EARLIER) },
        context: { now: EARLIER },
      })
    },
    // the sweep ends it, where the call did not
    done: async () => true,
  },
  RotateKeyOnDemand: {
    call: async (store) =>
      run('RotateKeyOnDemand', store, {
        input: { KeyId: IDS.rotating },
        keys: { key: await keyOf(store, IDS.rotating) },
        context: { now: EARLIER },
      }),
    done: async (store) => (await keyOf(store, IDS.rotating))?.data.onDemandRotations === 1,
  },
  'the first use of an AWS managed key': {
    async call(store) {
      const managed = managedOver(store)
      const key = await managed.supposed(MANAGED, EARLIER)
      return key && managed.make(key, EARLIER)
    },
    async done(store) {
      const key = await managedOver(store).supposed(MANAGED, EARLIER)
      return key !== undefined && (await keyOf(store, key.id)) !== undefined
    },
  },
  'DeleteAlias of one whose rotation is not on record': {
    async before(store) {
      const [alias] = await store.get([moved])
      if (alias === undefined) throw new Error('no alias')
      const resources = [`arn:aws:kms:${REGION}:${ACCOUNT}:alias/moved`]
      const act: PendingAct = {
        at: EARLIER,
        name: 'RotateAlias',
        resources,
        details: {},
        once: '1',
      }
      await store.put(aliasItem.next(alias, { ...aliasItem.read(alias), acts: [act] }))
    },
    call: async (store) =>
      run('DeleteAlias', store, {
        input: { AliasName: 'alias/moved' },
        keys: { key: await keyOf(store, IDS.rotating) },
      }),
    done: async () => true,
  },
}

describe('A process killed at any write of a call', () => {
  for (const [title, { before, call, done }] of Object.entries(CALLS)) {
    test.for(CUTS)(`${title}, %s`, async ([, applied]) => {
      let expected: string[] = []
      // the first is not cut
      for (let n = 0; ; n++) {
        const store = await makeWorld()
        await before?.(store)
        const dying = cutStore(store, n === 0 ? Number.POSITIVE_INFINITY : n, applied)
        await call(dying).catch(() => undefined)
        const acted = await done(store)
        await sweepOver(store, EARLIER)
        const found = await recorded(store)
        if (n === 0) expected = found
        expect(found, `write ${n}`).toEqual(acted ? expected : [])
        expect(await store.due(EARLIER, LIMIT), `write ${n}`).toEqual([])
        if (n > 0 && !dying.cut()) break
      }
      expect(expected).toHaveLength(1)
    })
  }
})

test('A record that can’t be written is written by a later sweep, once, and waits once', async () => {
  const store = await makeWorld()
  let down = true
  const broken: Store = {
    ...memoryStore(),
    ...store,
    put: async (item) => {
      if (down && item.pk.includes('/audit/')) throw new Error('no audit now')
      return store.put(item)
    },
  }
  const service = processOver(broken, DUE)
  for (let run = 0; run < 5; run++) await sweep(service, { now: DUE, limit: LIMIT })
  down = false
  await service.audit.flush()
  await sweep(service, { now: DUE, limit: LIMIT })
  expect(await recorded(store)).toEqual(ALL)
  expect(await store.due(DUE, LIMIT)).toEqual([])
})

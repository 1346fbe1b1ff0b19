// @module-tag local: writes the installation's own item
import { expect, test } from 'vitest'
import { INSTALLATION, installationItem } from '../../core/item/installation.ts'
import { markSweep, SWEEP_MARK, sweepMarkItem } from '../../core/lifecycle/sweep-mark.ts'
import { memoryStore } from '../../core/store/memory.ts'
import { describeStores } from '../support/harness.ts'

describeStores('What an operator is told from inside', (harness) => {
  const ask = () => harness.ok(harness.operator, 'GetInstallation', {}, { via: 'rest' })

  test('is what is due, what the sweeper did, and which command was cut short', async () => {
    const { service } = harness.inside
    const tenant = await harness.tenant()
    const key = await harness.key(tenant)
    await harness.ok(tenant, 'ScheduleKeyDeletion', { KeyId: key.id, PendingWindowInDays: 7 })
    expect((await ask())['Sweeper']).toEqual({})
    const due = service.now() + 7 * 86_400_000
    harness.advance(8 * 86_400_000)

    const at = service.now()
    const counts = { rotated: 0, expired: 0, deleted: 1, aliasesRotated: 0, importsRemoved: 0 }
    await markSweep(service.store, { ...counts, failed: 0, more: false }, at)
    const run = { At: new Date(at).toISOString(), Deleted: 1, Failed: 0 }
    const told = await ask()
    expect(told).toMatchObject({ Sweeper: { Last: run, Worked: run, Due: { Count: 1 } } })
    const { Due } = told['Sweeper'] as { readonly Due: { readonly Oldest: string } }
    expect(Math.abs(Date.parse(Due.Oldest) - due)).toBeLessThan(3_600_000)

    const [item] = await service.store.get([INSTALLATION])
    if (item === undefined) throw new Error('there is an installation')
    const data = installationItem.read(item)
    const moving = { ...data, home: 'eu-west-1', moving: 'local:other', importing: 'digest' }
    const lost = { forgotten: ['eu-west-2'], forgetting: 'eu-west-3' }
    await service.store.put(
      installationItem.next(item, {
        ...{ ...moving, ...lost },
        homeMoving: { to: 'eu-west-4', at },
      }),
    )
    const answer = await ask()
    expect(answer).toMatchObject({
      RootKey: { Id: data.root, Type: 'LOCAL', MovingTo: 'local:other' },
      Importing: true,
      Regions: {
        Home: 'eu-west-1',
        MovingHomeTo: 'eu-west-4',
        Forgotten: ['eu-west-2', 'eu-west-3'],
      },
    })
  })
})

test('a run that did nothing keeps what the last did that had something to do', async () => {
  const store = memoryStore()
  const counts = { rotated: 0, expired: 0, deleted: 0, aliasesRotated: 0, importsRemoved: 0 }
  const marked = async () => {
    const [item] = await store.get([SWEEP_MARK])
    return item && sweepMarkItem.read(item)
  }
  await markSweep(store, { ...counts, failed: 0, more: false }, 1)
  expect(await marked()).toEqual({ last: { at: 1, ...counts, failed: 0 }, left: { count: 0 } })
  await markSweep(store, { ...counts, rotated: 3, failed: 0, more: true }, 2)
  await markSweep(store, { ...counts, failed: 0, more: false }, 3)
  expect(await marked()).toEqual({
    left: { count: 0 },
    last: { at: 3, ...counts, failed: 0 },
    worked: { at: 2, ...counts, rotated: 3, failed: 0 },
  })
})

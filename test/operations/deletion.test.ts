// @module-tag local: moves the clock
import { expect, test } from 'vitest'
import { tombstoneItem } from '../../core/lifecycle/lifecycle-items.ts'
import { expectRefusal, testOperation } from '../support/cases.ts'
import { describeStores, REGION } from '../support/harness.ts'
import { DAY, decrypt, encrypt, metadata, pass } from '../support/life.ts'

describeStores('Deletion', (harness) => {
  const setUp = async () => {
    const caller = await harness.tenant()
    return { caller, ...(await harness.key(caller)) }
  }

  testOperation(harness, 'ScheduleKeyDeletion', setUp, [
    ...[6, 31, 365].map((days) => ({
      title: `${days} days`,
      input: ({ id }: { id: string }) => ({ KeyId: id, PendingWindowInDays: days }),
      refused: 'ValidationException' as const,
      message: `PendingWindowInDays should be between 7 and 30, but it is ${days}`,
    })),
    {
      title: '366 days',
      input: ({ id }) => ({ KeyId: id, PendingWindowInDays: 366 }),
      refused: 'ValidationException',
      message:
        "1 validation error detected: Value '366' at 'pendingWindowInDays' failed to satisfy constraint: Member must have value less than or equal to 365",
    },
    {
      title: '30 days unless said',
      input: ({ id }) => ({ KeyId: id }),
      via: ['sdk'],
      gives: ({ arn }) => ({
        KeyId: arn,
        KeyState: 'PendingDeletion',
        PendingWindowInDays: 30,
        DeletionDate: expect.any(Number),
      }),
      after: async ({ caller, id }, { json }) => {
        const ahead = Number(json['DeletionDate']) * 1000 - harness.target.now()
        expect(Math.round(ahead / DAY)).toBe(30)
        const described = await metadata(harness, caller, id)
        expect(described).toMatchObject({ Enabled: false, KeyState: 'PendingDeletion' })
        expect(described['DeletionDate']).toBe(json['DeletionDate'])
      },
    },
  ])

  const setUpPending = async () => {
    const made = await setUp()
    await harness.ok(made.caller, 'ScheduleKeyDeletion', { KeyId: made.id })
    return made
  }
  testOperation(harness, 'ScheduleKeyDeletion', setUpPending, [
    {
      title: 'a key that is pending deletion',
      input: ({ id }) => ({ KeyId: id }),
      refused: 'KMSInvalidStateException',
      message: ({ arn }) => `${arn} is pending deletion.`,
    },
  ])

  testOperation(harness, 'CancelKeyDeletion', setUp, [
    {
      title: 'a key that is not pending deletion',
      input: ({ id }) => ({ KeyId: id }),
      refused: 'KMSInvalidStateException',
      message: ({ arn }) => `${arn} is not pending deletion.`,
    },
  ])

  test('cancelled, the key is disabled, without a date', async () => {
    const { caller, id, arn } = await setUp()
    const ciphertext = await encrypt(harness, caller, id, 'spared')
    await harness.ok(caller, 'ScheduleKeyDeletion', { KeyId: id, PendingWindowInDays: 7 })
    expect(await harness.ok(caller, 'CancelKeyDeletion', { KeyId: id })).toEqual({ KeyId: arn })
    const described = await metadata(harness, caller, id)
    expect(described).toMatchObject({ Enabled: false, KeyState: 'Disabled' })
    expect(described).not.toHaveProperty('DeletionDate')
    expect((await pass(harness, 40 * DAY)).swept).toMatchObject({ failed: 0 })
    await harness.ok(caller, 'EnableKey', { KeyId: id })
    expect(await decrypt(harness, caller, ciphertext)).toBe('spared')
  })

  test('carried out, nothing of the key is left but that its id was used', async () => {
    const { caller, id, arn } = await setUp()
    const other = await harness.key(caller)
    const ciphertext = await encrypt(harness, caller, id, 'lost')
    await harness.ok(caller, 'RotateKeyOnDemand', { KeyId: id })
    for (const [AliasName, TargetKeyId] of [
      ['alias/gone', id],
      ['alias/moved', id],
    ]) {
      await harness.ok(caller, 'CreateAlias', { AliasName, TargetKeyId })
    }
    const { Policy } = await harness.ok(caller, 'GetKeyPolicy', { KeyId: id })
    await harness.ok(caller, 'PutKeyPolicy', { KeyId: id, Policy })
    await harness.ok(caller, 'ScheduleKeyDeletion', { KeyId: id, PendingWindowInDays: 7 })
    const moved = { AliasName: 'alias/moved', TargetKeyId: other.id }
    await harness.ok(caller, 'UpdateAlias', moved)

    await pass(harness, 6 * DAY)
    expect(await metadata(harness, caller, id)).toMatchObject({ KeyState: 'PendingDeletion' })
    expect((await pass(harness, 2 * DAY)).swept).toMatchObject({ failed: 0 })
    const gone = await harness.call('sdk', caller, 'DescribeKey', { KeyId: id })
    expectRefusal(gone, 'sdk', 'NotFoundException', `Key '${arn}' does not exist`)
    const lost = await harness.call('sdk', caller, 'Decrypt', { CiphertextBlob: ciphertext })
    expectRefusal(lost, 'sdk', 'AccessDeniedException')
    const cancel = await harness.call('sdk', caller, 'CancelKeyDeletion', { KeyId: id })
    expectRefusal(cancel, 'sdk', 'NotFoundException', `Key '${arn}' does not exist`)
    const { Aliases } = await harness.ok(caller, 'ListAliases')
    expect(Aliases).toEqual([expect.objectContaining(moved)])
    const { Keys } = await harness.ok(caller, 'ListKeys')
    expect(Keys).toEqual([{ KeyId: other.id, KeyArn: other.arn }])

    const pk = `${caller.accountId}/${REGION}`
    const { items } = await harness.inside.store.query({ pk, prefix: '', limit: 1000 })
    const left = items.filter((item) => JSON.stringify(item).includes(id))
    const place = { accountId: caller.accountId, region: REGION, id }
    expect(left).toEqual([expect.objectContaining(tombstoneItem.place(place))])
    expect(Object.keys(left[0]?.data ?? {})).toEqual(['destroyed'])
  })
})

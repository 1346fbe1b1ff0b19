// @module-tag local: moves the clock
import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { expectRefusal } from '../support/cases.ts'
import { describeStores } from '../support/harness.ts'
import {
  DAY,
  decrypt,
  encrypt,
  importInto,
  materials,
  metadata,
  parametersFor,
  pass,
} from '../support/life.ts'

describeStores('The life of a key', (harness) => {
  test('a year of automatic rotation, every earlier ciphertext opening still', async () => {
    const caller = await harness.tenant()
    const { id } = await harness.key(caller)
    await harness.ok(caller, 'EnableKeyRotation', { KeyId: id, RotationPeriodInDays: 90 })
    const written: [text: string, blob: Buffer][] = []
    for (let month = 0; month < 13; month++) {
      const text = `in month ${month}`
      written.push([text, await encrypt(harness, caller, id, text)])
      await pass(harness, 30 * DAY)
    }
    const all = await materials(harness, caller, id)
    expect(all).toHaveLength(5)
    const dates = all.slice(1).map(({ RotationDate }) => Number(RotationDate) * 1000)
    const gaps = dates.slice(1).map((date, i) => date - (dates[i] ?? 0))
    expect(gaps).toEqual([90 * DAY, 90 * DAY, 90 * DAY])
    for (const [text, blob] of written) expect(await decrypt(harness, caller, blob)).toBe(text)
  })

  test('a key imported, expired, imported again', { tags: ['rsa'] }, async () => {
    const caller = await harness.tenant()
    const { id, arn } = await harness.key(caller, { Origin: 'EXTERNAL' })
    const material = randomBytes(32)
    const ValidTo = new Date(Math.ceil((harness.target.now() + 10 * DAY) / 1000) * 1000)
    const imported = await importInto(harness, caller, id, material, { ValidTo })
    expect(imported.code, imported.text).toBeUndefined()
    expect(await metadata(harness, caller, id)).toMatchObject({
      ExpirationModel: 'KEY_MATERIAL_EXPIRES',
      ValidTo: ValidTo.getTime() / 1000,
    })
    const blob = await encrypt(harness, caller, id, 'before it expired')
    await pass(harness, 9 * DAY)
    expect(await decrypt(harness, caller, blob)).toBe('before it expired')

    // its time ends the use of it, also where the sweeper has not been by
    harness.advance(2 * DAY)
    const refused = await harness.call('sdk', caller, 'Decrypt', { CiphertextBlob: blob })
    expectRefusal(refused, 'sdk', 'KMSInvalidStateException', `${arn} is pending import.`)
    await pass(harness, 0)
    const [item] = await harness.inside.store.get([
      { pk: `${caller.accountId}/us-east-1`, sk: `key#${id}` },
    ])
    expect(JSON.stringify(item?.data)).not.toContain('wrapped')
    expect(await metadata(harness, caller, id)).toMatchObject({ KeyState: 'PendingImport' })

    const parameters = await parametersFor(harness, caller, id)
    await importInto(harness, caller, id, material, {}, parameters)
    expect(await metadata(harness, caller, id)).toMatchObject({
      KeyState: 'Enabled',
      ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
    })
    expect(await decrypt(harness, caller, blob)).toBe('before it expired')
  })

  test('a deletion scheduled, used (refused), cancelled, scheduled again, carried out', async () => {
    const caller = await harness.tenant()
    const { id, arn } = await harness.key(caller)
    const blob = await encrypt(harness, caller, id, 'while it lasts')
    const schedule = { KeyId: id, PendingWindowInDays: 7 }
    await harness.ok(caller, 'ScheduleKeyDeletion', schedule)
    await pass(harness, 6 * DAY)
    const refused = await harness.call('sdk', caller, 'Decrypt', { CiphertextBlob: blob })
    expectRefusal(refused, 'sdk', 'KMSInvalidStateException', `${arn} is pending deletion.`)
    await harness.ok(caller, 'CancelKeyDeletion', { KeyId: id })
    await pass(harness, 30 * DAY)
    await harness.ok(caller, 'EnableKey', { KeyId: id })
    expect(await decrypt(harness, caller, blob)).toBe('while it lasts')
    await harness.ok(caller, 'ScheduleKeyDeletion', schedule)
    await pass(harness, 7 * DAY)
    const gone = await harness.call('sdk', caller, 'DescribeKey', { KeyId: id })
    expectRefusal(gone, 'sdk', 'NotFoundException', `Key '${arn}' does not exist`)
  })
})

import { beforeEach, describe, expect, test } from 'vitest'
import type { QuotaOf } from '../../stacks/quotas.ts'
import { reservations } from '../../stacks/reserved.ts'
import { checkThroughput, throughput } from '../../stacks/throughput.ts'

/** What Service Quotas answers, by a quota's code; what is asked is kept. */
const quotas = new Map<string, number>()
const asked: string[] = []
const quotaOf: QuotaOf = async ({ code }) => {
  asked.push(code)
  return quotas.get(code) ?? 0
}
beforeEach(() => {
  quotas.clear()
  asked.length = 0
})

const NONE = { reserved: true, shape: 'functions', xks: 0, provisioned: 0 } as const
const sumOf = (reserved: ReadonlyMap<string, number>) =>
  [...reserved.values()].reduce((sum, one) => sum + one, 0)

// https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html: 100 stay unreserved
describe('executions of the account', () => {
  // what is wanted, what the account has, what is reserved; undefined where it stops
  test.for<[object, number, number | undefined]>([
    [{}, 132, 32],
    [{}, 131, 0],
    [{ reserved: false }, 10, 0],
    [{ shape: 'container' }, 102, 2],
    // four functions that AWS KMS calls, and as many of the version that replaces theirs
    [{ xks: 3 }, 123, undefined],
    [{ xks: 3 }, 124, 0],
    [{ xks: 3 }, 155, 0],
    [{ xks: 3 }, 156, 32],
    // five that callers wait for
    [{ provisioned: 2 }, 119, undefined],
    [{ provisioned: 2 }, 120, 0],
    [{ provisioned: 2, xks: 1, reserved: false }, 127, undefined],
    [{ provisioned: 2, xks: 1, reserved: false }, 128, 0],
    [{ provisioned: 2, xks: 1 }, 160, 32],
  ])('%o of %i', async ([wanted, value, reserved]) => {
    quotas.set('L-B99A9384', value)
    const made = reservations({ ...NONE, ...wanted }, quotaOf)
    if (reserved === undefined) {
      await expect(made).rejects.toThrow(/L-B99A9384\) gives this account \d+; have it raised/)
      return
    }
    const { reserved: own, note } = await made
    expect(sumOf(own)).toBe(reserved)
    const silent = reserved > 0 || 'reserved' in wanted
    expect(note === undefined).toBe(silent)
  })
})

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
describe('units of the table', () => {
  const bounds = (more: object) => ({ rate: 2000, maxReads: 0, maxWrites: 0, ...more })

  test('are as many as the rate may need, and no more than accounts have', () => {
    expect(throughput(bounds({}))).toEqual({
      maxReadRequestUnits: 20_000,
      maxWriteRequestUnits: 10_000,
    })
    expect(throughput(bounds({ rate: 100_000 }))).toEqual({
      maxReadRequestUnits: 40_000,
      maxWriteRequestUnits: 40_000,
    })
  })

  test('may be said to be more where the account has had its quota raised', async () => {
    await checkThroughput(bounds({ rate: 100_000, maxReads: 40_000 }), quotaOf)
    expect(asked).toEqual([])
    quotas.set('L-CF0CBE56', 60_000).set('L-AB614373', 40_000)
    await checkThroughput(bounds({ maxReads: 60_000 }), quotaOf)
    await expect(checkThroughput(bounds({ maxReads: 60_001 }), quotaOf)).rejects.toThrow(
      'STACK_MAX_READS is 60001, and the quota “Table-level read throughput limit”',
    )
    await expect(checkThroughput(bounds({ maxWrites: 50_000 }), quotaOf)).rejects.toThrow(
      'STACK_MAX_WRITES is 50000, and the quota “Table-level write throughput limit”',
    )
  })
})

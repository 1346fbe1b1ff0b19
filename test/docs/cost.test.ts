// @module-tag dynamodb
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { ASSUMED, callCost, costDocument, idleCost, monthCost } from '../../scripts/cost.ts'
import {
  type ContainerFigures,
  containerMonth,
  containersFor,
} from '../../scripts/cost-containers.ts'
import { type Measured, measure } from '../../scripts/cost-measure.ts'
import { PRICES } from '../../scripts/cost-prices.ts'

let measured: Measured
beforeAll(async () => {
  measured = await measure()
})

describe('what a warm call takes', () => {
  test.each(['Encrypt', 'Decrypt', 'GenerateDataKey', 'GenerateMac', 'Sign', 'DescribeKey'])(
    '%s: three small items in one read, its audit record, and no root key',
    (operation) => {
      const taken = measured.calls.get(operation)
      // tenant, credential and key: at most 4 KB each, and so one unit each
      expect(taken).toMatchObject({ reads: 3, root: 0 })
      // one record of less than 1 KB
      expect(taken?.writes).toBe(1)
      expect(taken?.storedBytes).toBeLessThanOrEqual(1024)
    },
  )

  test('records that are written together take a fifth of a write each, or less', () => {
    expect(measured.sharedWrites).toBeLessThanOrEqual(ASSUMED.sharedWrites)
  })

  test('two round trips, one after the other, and its line; a sweep asks eight parts of the index', () => {
    expect(measured.roundTrips).toBe(2)
    expect(measured.sweepReads).toBeGreaterThanOrEqual(8 * 0.5 + 1)
    // a line that grows is paid for a million times
    expect(measured.logBytes).toBeLessThanOrEqual(900)
  })

  test('a process with nothing in memory asks the root for two tenant keys', () => {
    expect(measured.coldRoot).toBe(2)
  })
})

describe('docs/cost.md', () => {
  test('is what scripts/cost.ts writes', () => {
    const text = readFileSync(new URL('../../docs/cost.md', import.meta.url), 'utf8')
    expect(text, 'run `npm run cost`').toBe(costDocument(measured))
  })

  test('adds up', () => {
    const taken = { reads: 3, writes: 2, storedBytes: 1000, root: 0 }
    const { total, api, compute, reads, writes, logs, root } = callCost(measured, taken, 'aws')
    expect(total).toBeCloseTo(api + compute + reads + writes + logs + root)
    expect(reads).toBeCloseTo(3 * 0.125)
    expect(writes).toBeCloseTo(2 * 0.625)
    // taken in once, and kept for three months
    const gb = (measured.logBytes * 1_000_000) / 1024 ** 3
    expect(logs).toBeCloseTo(gb * (0.5 + 3 * 0.03))
    // the root key, a dashboard and the metrics of alarms; sweeps are a few cents
    const still = 1 + 3 + 16 * 0.1
    expect(idleCost(measured)).toBeGreaterThan(still)
    expect(idleCost(measured)).toBeLessThan(still + 0.2)
    expect(idleCost(measured, 'container') - idleCost(measured)).toBeCloseTo(0.1)
    const { tenkey, awsKms } = monthCost(measured, 0, 0, 'aws')
    expect(tenkey).toBeCloseTo(idleCost(measured))
    expect(awsKms).toBe(0)
    expect(monthCost(measured, 1000, 2, 'aws').awsKms).toBe(1006)
  })

  test('more containers where more is called, and never fewer than are kept', () => {
    const figures: ContainerFigures = {
      taken: { reads: 3, writes: 1, storedBytes: 0, root: 0 },
      perCallMs: 2,
      idle: 2,
      perGbMonth: 0.45,
      sharedWrites: 0.2,
      rootShare: 0,
      functions: () => 0,
    }
    // 300 calls a second each at 60 % of a processor: 777.6 million in 30 days
    const counts = [0, 1000, 1555, 1556, 10_000].map((millions) => containersFor(figures, millions))
    expect(counts).toEqual([2, 2, 2, 3, 13])
    const { total, idle, containers, addresses, balancer, calls, records } = containerMonth(
      figures,
      0,
    )
    expect([calls, records, idle]).toEqual([0, 0, 2])
    expect(total).toBeCloseTo(idle + containers + addresses + balancer)
    expect(containers).toBeCloseTo(2 * 720 * (0.03238 + 2 * 0.00356))
    expect(containerMonth(figures, 1).calls).toBeCloseTo(3 * 0.125 + 0.2 * 0.625)
  })

  test('names a source for each price', () => {
    for (const { dollars, source } of Object.values(PRICES)) {
      expect(dollars).toBeGreaterThan(0)
      expect(source).toMatch(/^https:\/\/aws\.amazon\.com\/[a-z-]+\/pricing\/$/)
    }
  })
})

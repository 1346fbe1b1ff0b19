import { expect, test } from 'vitest'
import { callPlaces, MOST_CALLS } from '../../core/external-store/call-places.ts'

const of = (account: number, store = 'one') => ({
  accountId: String(account).padStart(12, '0'),
  region: 'us-east-1',
  id: store,
})

/** How many places a caller gets who takes all that there are. */
function most(
  take: ReturnType<typeof callPlaces>,
  caller: (call: number) => ReturnType<typeof of>,
) {
  for (let calls = 0; ; calls++) {
    try {
      take(caller(calls))
    } catch (error) {
      expect(error).toMatchObject({ code: 'ThrottlingException' })
      return calls
    }
  }
}

test('a store has 64 calls under way at most, and leaves other stores theirs', () => {
  const take = callPlaces()
  expect(most(take, () => of(1))).toBe(64)
  expect(most(take, () => of(1, 'two'))).toBe(64)
})

test('an account has half of all places at most, however many stores it has', () => {
  const take = callPlaces()
  expect(most(take, (call) => of(1, `store-${call % 10}`))).toBe(MOST_CALLS / 2)
})

test('accounts that take all they can leave the next one as much as the last of them has', () => {
  const take = callPlaces()
  const shares: number[] = []
  for (let account = 1; account <= 7; account++) {
    shares.push(most(take, (call) => of(account, `store-${call % 10}`)))
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeLessThan(MOST_CALLS)
  }
  // each finds half of what was free: none is shut out
  expect(shares).toEqual([128, 64, 32, 16, 8, 4, 2])
})

test('accounts whose calls end and begin come to equal shares', () => {
  const take = callPlaces()
  const accounts = [1, 2, 3]
  const held = new Map<number, (() => void)[]>(accounts.map((account) => [account, []]))
  const fill = (account: number) => {
    for (let call = 0; ; call++) {
      try {
        held.get(account)?.push(take(of(account, `store-${call % 10}`)))
      } catch {
        return
      }
    }
  }
  for (let round = 0; round < 200; round++) {
    for (const account of accounts) fill(account)
    // every call lasts as long as every other: the oldest of each end
    for (const account of accounts) held.get(account)?.shift()?.()
  }
  const shares = accounts.map((account) => held.get(account)?.length ?? 0)
  expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(2)
  expect(Math.min(...shares)).toBeGreaterThanOrEqual(MOST_CALLS / 4 - 2)
})

test('a place that was left is another’s', () => {
  const take = callPlaces()
  const leave = take(of(1))
  expect(most(take, () => of(1))).toBe(63)
  leave()
  expect(most(take, () => of(1))).toBe(1)
})

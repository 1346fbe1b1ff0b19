import { KmsError } from '../base/errors.ts'
import type { ProxyStore } from '../custom-key-store/xks.ts'

/** calls of a process to proxies that are under way */
export const MOST_CALLS = 256
/** of one store; AWS KMS bounds them by their rate */
const MOST_OF_STORE = 64

/**
 * Takes a place for a call; the caller leaves it when the call has ended.
 * @throws KmsError ThrottlingException where there is none for this account
 */
export type TakePlace = (store: Pick<ProxyStore, 'accountId' | 'region' | 'id'>) => () => void

/**
 * The places for calls of proxies, which may be as slow as their owners like: 64 for a store, 256 in all, and
 * no account has more than are left. So one account has half of them at most, two a third each, and whoever
 * comes next finds as many as the others have (A. K. Choudhury, E. L. Hahne, "Dynamic queue length thresholds
 * for shared-memory packet switches", IEEE/ACM Transactions on Networking 6(2), 1998).
 */
export function callPlaces(): TakePlace {
  const stores = new Map<string, number>()
  const accounts = new Map<string, number>()
  let all = 0
  return ({ accountId, region, id }) => {
    const store = `${accountId}/${region}/${id}`
    const ofStore = stores.get(store) ?? 0
    const ofAccount = accounts.get(accountId) ?? 0
    if (ofStore >= MOST_OF_STORE || ofAccount >= MOST_CALLS - all) throw tooMany()
    count(stores, store, 1)
    count(accounts, accountId, 1)
    all += 1
    return () => {
      count(stores, store, -1)
      count(accounts, accountId, -1)
      all -= 1
    }
  }
}

function count(of: Map<string, number>, slot: string, by: number): void {
  const now = (of.get(slot) ?? 0) + by
  if (now === 0) of.delete(slot)
  else of.set(slot, now)
}

const tooMany = () =>
  new KmsError(
    'ThrottlingException',
    'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.',
  )

import { randomUUID } from 'node:crypto'
import type { AuditRecord, FailedProof } from './audit.ts'
import { eventTimeOf } from './event-time.ts'

/** ms that are counted together */
const SPAN = 60_000
/** access keys counted apart at a time; what fails of others is counted for their account as a whole */
const MOST_KEYS = 1000
/** those of one account within a minute: of a tenant's thousands only its own record is less exact */
const MOST_KEYS_OF_ACCOUNT = 50
/** accounts beside them; of further ones nothing is counted, only how much that was */
const MOST_ACCOUNTS = 1000
/** addresses, and operations, that a record names */
const MOST_NAMED = 10

/** What failed within a minute, of one access key or of an account's. */
interface Tally {
  readonly first: FailedProof
  /** Unix ms of its minute's beginning */
  readonly minute: number
  readonly whole: boolean
  last: number
  count: number
  readonly reasons: Map<string, number>
  readonly addresses: Set<string>
  readonly operations: Set<string>
}

/** A record that is to be written, and Unix ms of its place. */
export interface TallyRecord {
  readonly record: AuditRecord
  readonly at: number
}

/** Failed proofs of who calls, counted in memory: a minute's for one access key become one record. */
export interface FailedProofs {
  note(proof: FailedProof): void
  /** Takes the records of what was counted, of minutes before that of `now` where it is given. */
  take(which: { readonly now?: number; readonly accountId?: string }): TallyRecord[]
  /** Whether anything is counted that was not taken. */
  waiting(): boolean
  /** Failed proofs since it was asked last that were not counted: too many accounts had some at once. */
  uncounted(): number
}

/**
 * Bounded whatever comes: an access key has one record a minute, however often it failed, an account has 50
 * and one for all others of its keys, and at most 2,000 are counted at a time.
 */
export function failedProofs(): FailedProofs {
  const tallies = new Map<string, Tally>()
  let uncounted = 0
  /** Unix ms at which the first of the minutes that are counted is over; what is taken may have been the first */
  let soonest = Number.POSITIVE_INFINITY
  let keys = 0
  /** access keys that are counted apart, by account and minute */
  const keysOf = new Map<string, number>()

  function tallyOf(proof: FailedProof): Tally | undefined {
    const minute = proof.at - (proof.at % SPAN)
    const slot = `${proof.accountId}/${proof.accessKeyId ?? proof.principal}/${minute}`
    const wider = `${proof.accountId}//${minute}`
    const own = keysOf.get(wider) ?? 0
    const whole = keys >= MOST_KEYS || own >= MOST_KEYS_OF_ACCOUNT
    const found = tallies.get(slot) ?? (whole ? tallies.get(wider) : undefined)
    if (found !== undefined) return found
    if (whole && tallies.size - keys >= MOST_ACCOUNTS) return undefined
    const made: Tally = {
      first: proof,
      minute,
      whole,
      last: proof.at,
      count: 0,
      reasons: new Map(),
      addresses: new Set(),
      operations: new Set(),
    }
    tallies.set(whole ? wider : slot, made)
    soonest = Math.min(soonest, minute + SPAN)
    if (!whole) {
      keys++
      keysOf.set(wider, own + 1)
    }
    return made
  }

  return {
    waiting: () => tallies.size > 0,

    uncounted() {
      const count = uncounted
      uncounted = 0
      return count
    },

    note(proof) {
      const tally = tallyOf(proof)
      if (tally === undefined) {
        uncounted++
        return
      }
      tally.count++
      tally.last = Math.max(tally.last, proof.at)
      tally.reasons.set(proof.code, (tally.reasons.get(proof.code) ?? 0) + 1)
      add(tally.addresses, proof.sourceIp)
      add(tally.operations, proof.eventName)
    },

    take({ now, accountId }) {
      const taken: TallyRecord[] = []
      if (now !== undefined && now < soonest) return taken
      let next = Number.POSITIVE_INFINITY
      for (const [slot, tally] of tallies) {
        const end = tally.minute + SPAN
        const isOther = accountId !== undefined && tally.first.accountId !== accountId
        if (isOther || (now !== undefined && now < end)) {
          next = Math.min(next, end)
          continue
        }
        tallies.delete(slot)
        if (!tally.whole) {
          keys--
          const wider = `${tally.first.accountId}//${tally.minute}`
          const left = (keysOf.get(wider) ?? 1) - 1
          if (left === 0) keysOf.delete(wider)
          else keysOf.set(wider, left)
        }
        taken.push({ record: recordOf(tally), at: tally.last })
      }
      soonest = next
      return taken
    },
  }
}

function add(set: Set<string>, name: string): void {
  if (set.size < MOST_NAMED) set.add(name)
}

/** Who called is not known: of the access key only that it was named. */
function recordOf({ first, whole, last, count, reasons, addresses, operations }: Tally) {
  const { accountId, region, accessKeyId, principal, code } = first
  const [address = ''] = addresses
  const key = whole ? undefined : accessKeyId
  const record: AuditRecord = {
    eventVersion: '1.11',
    userIdentity: { accountId, accessKeyId: key },
    eventTime: eventTimeOf(last),
    eventSource: 'tenkey',
    eventName: 'FailedAuthentication',
    awsRegion: region,
    sourceIPAddress: address,
    userAgent: 'AWS Internal',
    errorCode: code,
    requestParameters: null,
    responseElements: null,
    eventID: randomUUID(),
    readOnly: true,
    resources: [],
    eventType: 'AwsServiceEvent',
    managementEvent: true,
    recipientAccountId: accountId,
    serviceEventDetails: {
      count,
      firstTime: eventTimeOf(first.at),
      lastTime: eventTimeOf(last),
      accessKeyId: key,
      principal: whole ? undefined : principal,
      reasons: Object.fromEntries(reasons),
      sourceIPAddresses: [...addresses],
      eventNames: [...operations],
    },
    eventCategory: 'Management',
  }
  return record
}

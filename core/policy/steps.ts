import type { Spend } from './glob.ts'

/**
 * Characters of every policy that may have a say in one decision, by the quotas of AWS: a key policy
 * (32,768), ten managed policies (6,144 each), a role's inline policies (10,240), a permissions boundary
 * (6,144), a session policy (2,048).
 */
const WRITTEN = 32_768 + 10 * 6_144 + 10_240 + 6_144 + 2_048

/** The most that a condition key holds, in bytes: an encryption context. Every other value is shorter. */
const READ = 8_192

/** Places of a value that are looked at together: glob.ts. */
const TOGETHER = 32

/**
 * Steps one decision may take: what policies within AWS's quotas take where each of their characters is put
 * over the longest value; 29 million. A decision about an ordinary request takes some hundred. A step is a word
 * of 32 places, or as much work: three nanoseconds or so, so that no decision takes a tenth of a second.
 */
export const MOST_STEPS = WRITTEN * (READ / TOGETHER)

/** Why a decision could not be finished. */
export type Unfinished = 'steps' | 'value' | 'suspended'

/** Ends a decision from within: caught by `decide`, seen by nobody else. */
export class UnfinishedDecision extends Error {
  readonly why: Unfinished

  constructor(why: Unfinished) {
    super(`the decision could not be finished: ${why}`)
    this.why = why
  }
}

/** The work of one decision, counted. */
export class StepBudget {
  readonly most: number
  #spent = 0

  /** @param most steps that may be taken */
  constructor(most: number = MOST_STEPS) {
    this.most = most
  }

  /** steps taken so far */
  get spent(): number {
    return this.#spent
  }

  /** @throws UnfinishedDecision where there were fewer left */
  readonly spend: Spend = (steps) => {
    this.#spent += steps
    if (this.#spent > this.most) throw new UnfinishedDecision('steps')
  }
}

/** Steps after which others have their turn: some milliseconds. */
export const TURN = 2_000_000

/** Lets whatever else waits for this thread go on. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

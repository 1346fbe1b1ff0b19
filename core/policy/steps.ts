import type { Spend } from './glob.ts'

/**
 * Characters of every policy that may have a say in one decision, by the quotas of AWS: a key policy
 * (32,768), ten managed policies (6,144 each), a role's inline policies (10,240), a permissions boundary
 * (6,144), a session policy (2,048).
 */
const WRITTEN = 32_768 + 10 * 6_144 + 10_240 + 6_144 + 2_048

/** The shortest pattern for which a value has to be passed from end to end: `"*a*",` */
const PATTERN = 6

/**
 * The most that a condition key holds, in steps for one pattern: an encryption context of 8,192 bytes, or the
 * names in it, with a step more for each of them. Every other value is shorter.
 */
const READ = 2 * 8_192

/**
 * Steps one decision may take: what policies within AWS's quotas take at most on values within their bounds,
 * each pattern passing the longest value once; 308 million. A decision about an ordinary request takes some
 * hundred. A step is a character looked at, or a short comparison: some nanoseconds at most.
 */
export const MOST_STEPS = Math.ceil(WRITTEN / PATTERN) * READ

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

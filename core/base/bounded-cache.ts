export interface CacheBounds {
  /** what all entries together may weigh; each weighs 1 unless `set` says otherwise */
  readonly capacity: number
  /** ms for which an entry is answered; for ever unless given */
  readonly lifetime?: number
  /** ms, of a clock that only goes forward */
  readonly clock?: () => number
}

interface Entry<V> {
  readonly value: V
  readonly weight: number
  /** of the clock */
  readonly until: number
}

/**
 * A map that stays within bounds by forgetting what was not asked for lately. Entries live in two
 * generations of half the capacity each: new ones, and older ones that are asked for, go to the young;
 * when it is full or as old as an entry may get, it becomes the old one, and the old one is dropped. So
 * nothing is laid out in advance (a start pays for no empty table), and what has expired leaves memory
 * with the writes that follow, not only when it is asked for.
 */
export class BoundedCache<V> {
  readonly #half: number
  readonly #lifetime: number
  readonly #clock: () => number
  #young = new Map<string, Entry<V>>()
  #old = new Map<string, Entry<V>>()
  #weight = 0
  #turn: number

  constructor({ capacity, lifetime = Number.POSITIVE_INFINITY, clock }: CacheBounds) {
    this.#half = capacity / 2
    this.#lifetime = lifetime
    this.#clock = clock ?? (lifetime === Number.POSITIVE_INFINITY ? () => 0 : monotonic)
    this.#turn = this.#clock() + lifetime
  }

  get(slot: string): V | undefined {
    const young = this.#young.get(slot)
    const entry = young ?? this.#old.get(slot)
    if (entry === undefined || entry.until <= this.#clock()) return undefined
    if (young === undefined) this.#keep(slot, entry)
    return entry.value
  }

  /** @param weight more than half the capacity is not kept at all */
  set(slot: string, value: V, weight = 1): void {
    this.delete(slot)
    if (weight <= this.#half)
      this.#keep(slot, { value, weight, until: this.#clock() + this.#lifetime })
  }

  delete(slot: string): void {
    const young = this.#young.get(slot)
    if (young !== undefined) this.#weight -= young.weight
    this.#young.delete(slot)
    this.#old.delete(slot)
  }

  #keep(slot: string, entry: Entry<V>): void {
    const now = this.#clock()
    if (this.#weight + entry.weight > this.#half || this.#turn <= now) {
      this.#old = this.#young
      this.#young = new Map()
      this.#weight = 0
      this.#turn = now + this.#lifetime
    }
    this.#young.set(slot, entry)
    this.#weight += entry.weight
  }
}

const monotonic = (): number => performance.now()

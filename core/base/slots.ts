import { blockOf } from './address-block.ts'

/** What is under way at once, bounded in all and for one peer. */
export interface Slots {
  /** Takes a slot for a peer. @returns what gives it back, once; undefined where there is none */
  take(address: string): (() => void) | undefined
}

/** @param ofOne for an IPv4 address, or a /64 of IPv6 */
export function slots({ all, ofOne }: { readonly all: number; readonly ofOne: number }): Slots {
  const taken = new Map<string, number>()
  let total = 0
  return {
    take(address) {
      const peer = blockOf(address)
      const its = taken.get(peer) ?? 0
      if (total >= all || its >= ofOne) return undefined
      taken.set(peer, its + 1)
      total++
      let held = true
      return () => {
        if (!held) return
        held = false
        total--
        const left = (taken.get(peer) ?? 1) - 1
        if (left === 0) taken.delete(peer)
        else taken.set(peer, left)
      }
    },
  }
}

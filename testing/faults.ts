import { setTimeout as delay } from 'node:timers/promises'
import { KmsError } from '../core/base/errors.ts'
import type { Key } from '../core/key/key.ts'
import type { Intercept, Intercepted } from '../core/service.ts'
import type { Seed } from './seed.ts'
import type { ActiveFault, Fault, Faults } from './types.ts'

/** AWS KMS Developer Guide, "Throttling AWS KMS requests" */
const THROTTLED =
  'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.'
/** API_Decrypt, Errors */
const TIMED_OUT =
  'The system timed out while trying to fulfill the request. You can retry the request.'
/** ms; setTimeout's own bound */
const LONGEST = 2 ** 31 - 1

/** an alias's ARN, and the alias in it */
const ALIAS_ARN = /^arn:[^:]+:kms:[^:]+:\d{12}:(alias\/.+)$/

const KINDS: ReadonlySet<string> = new Set(['throttle', 'disable', 'unavailable', 'slow'])

interface Active extends ActiveFault {
  readonly fault: Fault
  hit(): void
}

/** Whether an alias leads to a key now. */
type Leads = (alias: string, key: Key) => Promise<boolean>

/** Faults that calls meet, the first that fits alone. @param given in force from the start */
export function faultsOf(
  given: readonly Fault[],
  seed: Seed,
  leads: Leads,
): Faults & { intercept: Intercept } {
  const active = new Set<Active>()
  const add = (fault: Fault): ActiveFault => {
    check(fault)
    let hits = 0
    const remove = () => {
      active.delete(made)
    }
    const made: Active = {
      fault,
      get hits() {
        return hits
      },
      hit() {
        hits++
        if (hits === fault.times) remove()
      },
      remove,
      [Symbol.dispose]: remove,
    }
    active.add(made)
    return made
  }
  for (const fault of given) add(fault)
  return {
    add,
    clear: () => active.clear(),
    async intercept(call) {
      for (const one of active) {
        if (!(await fits(one.fault, call, leads)) || !drawn(one.fault, seed)) continue
        // another call may have been its last while this one looked
        if (!active.has(one)) continue
        one.hit()
        return meet(one.fault, call)
      }
    },
  }
}

/** Of programs without types too. @throws RangeError */
function check(fault: Fault): void {
  const { type, times, probability = 1 } = fault
  if (!KINDS.has(type)) {
    throw new RangeError(`a fault's type is ${[...KINDS].join(', ')}; not '${String(type)}'`)
  }
  if (times !== undefined && !(Number.isInteger(times) && times > 0)) {
    throw new RangeError(`times of a fault is a whole number from 1 up; not ${String(times)}`)
  }
  if (!(probability >= 0 && probability <= 1)) {
    throw new RangeError(`probability of a fault is from 0 to 1; not ${String(probability)}`)
  }
  if (fault.type === 'slow' && !(fault.ms >= 0 && fault.ms <= LONGEST)) {
    throw new RangeError(`ms of a slow call is from 0 to ${LONGEST}; not ${String(fault.ms)}`)
  }
}

async function fits(
  { type, operation, key }: Fault,
  { route, keys }: Intercepted,
  leads: Leads,
): Promise<boolean> {
  const names = typeof operation === 'string' ? [operation] : operation
  if (names !== undefined && !names.includes(route.operation.name)) return false
  const named = keysOf({ keys })
  if (key === undefined) return type !== 'disable' || named.length > 0
  for (const one of named) if (await isNamed(one, key, leads)) return true
  return false
}

const keysOf = ({ keys }: Pick<Intercepted, 'keys'>): Key[] =>
  Object.values(keys).filter((key) => key !== undefined)

/** By id, ARN, alias, or an alias's ARN. */
async function isNamed(key: Key, name: string, leads: Leads): Promise<boolean> {
  if (key.id === name || key.arn === name) return true
  const alias = name.startsWith('alias/') ? name : ALIAS_ARN.exec(name)?.[1]
  return alias !== undefined && leads(alias, key)
}

/** 4 bytes as a number from 0 to below 1 */
const drawn = ({ probability = 1 }: Fault, seed: Seed): boolean =>
  probability === 1 || seed.next('fault', 4).readUInt32BE() / 2 ** 32 < probability

async function meet(fault: Fault, call: Intercepted): Promise<void> {
  const [key] = keysOf(call)
  switch (fault.type) {
    case 'throttle':
      throw new KmsError('ThrottlingException', THROTTLED)
    case 'disable':
      throw new KmsError('DisabledException', `${key?.arn} is disabled.`)
    case 'unavailable':
      throw key === undefined
        ? new KmsError('DependencyTimeoutException', TIMED_OUT)
        : new KmsError('KeyUnavailableException', `${key.arn} is unavailable.`)
    case 'slow':
      // whoever has gone away waits for nothing
      await delay(fault.ms, undefined, { signal: call.context.signal }).catch(() => undefined)
  }
}

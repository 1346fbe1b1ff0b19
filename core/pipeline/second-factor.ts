import type { HttpRequest } from '../base/http-message.ts'
import { proveSecondFactor } from '../identity/second-factor.ts'
import type { Service } from '../service.ts'
import type { Understood } from './stages.ts'

/** when requests proved a second factor that are made again since: the code is used up by then */
const proven = new WeakMap<HttpRequest, number>()

/**
 * A call whose caller has proven a second factor, where it shows one. Its code is used up whatever becomes of
 * the call.
 * @throws KmsError AccessDeniedException; StoreConflict where another code of the device was shown at once
 */
export async function withSecondFactor(call: Understood, service: Service): Promise<Understood> {
  const { caller, context, found, input, request, route } = call
  const shown = route.operation.secondFactor?.(input)
  if (shown === undefined) return call
  const { wallTime, region } = context
  let at = proven.get(request)
  if (at === undefined) {
    await proveSecondFactor(service.ports, caller, shown, { now: wallTime, region, found })
    at = wallTime
    proven.set(request, at)
  }
  return { ...call, caller: { ...caller, secondFactorAt: at } }
}

import type { ErrorCode } from '../../core/base/errors.ts'
import { StateRefusal } from '../../core/key/state.ts'
import type { Protocol } from '../../core/protocol/protocol.ts'
import type { Service } from '../../core/service.ts'

/** What is learnt of one call on its way through a function, for its line in the log. */
export interface Seen {
  /** of performance.now() */
  readonly began: number
  operation?: string | undefined
  /** absent where the call succeeded */
  code?: ErrorCode
  side?: 'client' | 'server'
  /** state of the key that a call was refused for */
  keyState?: string
  /** ms: opening the store and the root key (first call alone), the call, its audit record */
  openMs?: number
  handleMs?: number
  flushMs?: number
}

const calls = new WeakMap<object, Seen>()

/** What is known of the call that an invocation's context belongs to. */
export function seenOf(context: object): Seen {
  let seen = calls.get(context)
  if (seen === undefined) {
    seen = { began: performance.now() }
    calls.set(context, seen)
  }
  return seen
}

/** The same service, its faces noting which operation was called and what was answered. */
export const observed = (service: Service, seen: Seen): Service => ({
  ...service,
  awsJson: observedProtocol(service.awsJson, seen),
  awsQuery: observedProtocol(service.awsQuery, seen),
  rest: observedProtocol(service.rest, seen),
  xks: service.xks && observedProtocol(service.xks, seen),
  iam: service.iam && observedProtocol(service.iam, seen),
})

function observedProtocol(inner: Protocol, seen: Seen): Protocol {
  const protocol: Protocol = {
    ...inner,
    route(request) {
      const route = inner.route(request)
      seen.operation = route.operation.name
      return { ...route, protocol }
    },
    failure(error, context) {
      seen.code = error.code
      seen.side = error.fault.side
      if (error instanceof StateRefusal) seen.keyState = error.keyState
      return inner.failure(error, context)
    },
  }
  return protocol
}

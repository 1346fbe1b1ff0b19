import { randomUUID } from 'node:crypto'
import type { HttpRequest } from '../base/http-message.ts'
import type { Service } from '../service.ts'
import { gather } from './gather.ts'
import { contextOf } from './handle.ts'

/** Who sent a request that is answered for as long as its connection stays open. */
export interface Standing {
  readonly accountId: string
  /**
   * Looks again whether who sent it is still whom it says: the credential, what it was made from and its account
   * are read anew, and a session's end is compared with the clock. Only the signature's own time stands still.
   * It leaves no record: nobody has tried anything.
   * @throws KmsError where the same request would be refused now; StoreUnavailable
   */
  prove(): Promise<void>
}

/** @param request a request of REST that was answered just now, and so is proven */
export function standingOf(request: HttpRequest, service: Service): Standing {
  const route = service.rest.route(request)
  const claim = service.rest.claim(route, request, service.region)
  const signatureTime = service.signatureTime()
  return {
    accountId: claim.accountId,
    async prove() {
      const at = contextOf(request, randomUUID(), service.rest, claim, service)
      const context = { ...at, signatureTime }
      const received = { request, route, claim, context, body: { json: {} } }
      const found = await gather(received, new Map(), service)
      const circumstances = { request, context, consequential: false }
      await service.authenticator.authenticate(claim, found, circumstances)
    },
  }
}

import type { HttpRequest, RequestHead } from '../core/base/http-message.ts'
import type { AnyOperation } from '../core/operation.ts'
import { isIamPath } from '../core/protocol/iam-path.ts'
import { iamQuery } from '../core/protocol/iam-query.ts'
import type { Protocol } from '../core/protocol/protocol.ts'
import { rest } from '../core/protocol/rest.ts'
import { iamOperations } from '../operations/iam-registry.ts'
import { entry } from './lambda.ts'

/**
 * The Lambda function of AWS IAM: all of its operations, on both faces, by one route that takes whatever is
 * under /iam. They are a hundred of one form, and administrators' calls are few.
 */
const faces: { readonly query: Protocol; readonly rest: Protocol } = {
  query: iamQuery(iamOperations),
  rest: rest(iamOperations),
}

const asked = ({ path }: RequestHead): Protocol => (isIamPath(path) ? faces.query : faces.rest)

export const { handler } = entry(iamOperations, {
  find,
  facing: (service) => service,
  faceOf: asked,
  more: () => ({ iamFace: iamQuery }),
})

/** The operation that a request names; what is wrong with it is found by the protocol, whose answer says so. */
async function find(request: HttpRequest): Promise<AnyOperation | undefined> {
  try {
    return asked(request).route(request).operation
  } catch {
    return undefined
  }
}

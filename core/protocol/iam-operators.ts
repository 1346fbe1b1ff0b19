import { KmsError } from '../base/errors.ts'
import type { AwsCaller } from '../identity/caller.ts'
import { iamOperatorClaim } from '../identity/iam-operator-claim.ts'
import type { IamOperators } from '../identity/iam-operators.ts'
import type { Protocol } from './protocol.ts'

/**
 * The REST face behind AWS IAM's authorizer: who calls is whom the authorizer says, in the event's context, which
 * no caller writes; nothing that a request brings along says it, and no key of ours is looked at.
 * @param requestContext of an HTTP API's event, payload format 2.0
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
 */
export function operatorsByIam(
  rest: Protocol,
  operators: IamOperators,
  requestContext: unknown,
): Protocol {
  const protocol: Protocol = {
    ...rest,

    route(request) {
      return { ...rest.route(request), protocol }
    },

    claim(_route, { query }, home) {
      const aws = awsCallerOf(requestContext)
      if (aws === undefined) {
        throw new KmsError('MissingAuthenticationTokenException', 'Missing Authentication Token')
      }
      // a URL that is passed on would hold for as long as it says
      if (/(^|&)X-Amz-Signature=/i.test(query)) {
        throw new KmsError(
          'IncompleteSignatureException',
          'An operator’s request is signed in its Authorization header.',
        )
      }
      const operator = operators.operatorOf(aws.arn)
      if (operator === undefined) {
        throw new KmsError('AccessDeniedException', `User: ${aws.arn} is no operator of this stage`)
      }
      return iamOperatorClaim(operator, aws, home)
    },
  }
  return protocol
}

const ARN = /^arn:[a-z-]+:(?:iam|sts)::(\d{12}):./

/** Whom AWS IAM's authorizer says; undefined where there was none, or it says less than it does. */
function awsCallerOf(requestContext: unknown): AwsCaller | undefined {
  const iam = memberOf(memberOf(requestContext, 'authorizer'), 'iam')
  const account = memberOf(iam, 'accountId')
  const arn = memberOf(iam, 'userArn')
  const userId = memberOf(iam, 'userId')
  if (typeof account !== 'string' || typeof arn !== 'string' || typeof userId !== 'string') {
    return undefined
  }
  return ARN.exec(arn)?.[1] === account ? { account, arn, userId } : undefined
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined

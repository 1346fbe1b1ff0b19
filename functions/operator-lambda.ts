import { ConfigError } from '../core/config.ts'
import { type IamOperators, readIamOperators } from '../core/identity/iam-operators.ts'
import type { AnyOperation } from '../core/operation.ts'
import { operatorsByIam } from '../core/protocol/iam-operators.ts'
import { entry } from './lambda.ts'

/** TENKEY_OPERATORS_BY_IAM, as the stack's option STACK_OPERATORS_BY_IAM has it. */
const SETTING = 'TENKEY_OPERATORS_BY_IAM'

/**
 * The Lambda function of an operator's operation. Where its stage has AWS IAM say who operators are it knows no
 * other proof: API Gateway lets none through then, and what one signs with a key of ours is none for AWS.
 */
export function operatorLambda(operation: AnyOperation): ReturnType<typeof entry>['handler'] {
  return entry([operation], {
    find: async () => operation,
    facing(service, _operation, { requestContext }) {
      const text = process.env[SETTING] ?? ''
      if (text === '') return service
      return { ...service, rest: operatorsByIam(service.rest, operatorsOf(text), requestContext) }
    },
  }).handler
}

function operatorsOf(text: string): IamOperators {
  try {
    return readIamOperators(text)
  } catch (error) {
    throw new ConfigError(`${SETTING} ${(error as Error).message}`)
  }
}

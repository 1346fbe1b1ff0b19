import { ConfigError } from '../core/config.ts'
import { readIamOperators } from '../core/identity/iam-operators.ts'
import type { AnyOperation } from '../core/operation.ts'
import { operatorsByIam } from '../core/protocol/iam-operators.ts'
import { entry } from './lambda.ts'
import { isOfStage, OPERATORS_PROOF } from './middleware/operators-proof.ts'

/** TENKEY_OPERATORS_BY_IAM, as the stack's option STACK_OPERATORS_BY_IAM has it. */
const SETTING = 'TENKEY_OPERATORS_BY_IAM'

/**
 * The Lambda function of an operator's operation. Where its stage has AWS IAM say who operators are it knows no
 * other proof: API Gateway lets none through then, and what one signs with a key of ours is none for AWS.
 */
export function operatorLambda(operation: AnyOperation): ReturnType<typeof entry>['handler'] {
  return entry([operation], {
    find: async () => operation,
    facing(service, _operation, { requestContext, stageVariables }) {
      const text = process.env[SETTING] ?? ''
      if (text === '') return service
      const operators = read(SETTING, () => readIamOperators(text))
      const { setting } = OPERATORS_PROOF
      const its = read(setting, () => isOfStage(stageVariables, process.env[setting] ?? ''))
      // an event that somebody else made says of nobody who they are
      const said = its ? requestContext : undefined
      return { ...service, rest: operatorsByIam(service.rest, operators, said) }
    },
  }).handler
}

function read<T>(setting: string, by: () => T): T {
  try {
    return by()
  } catch (error) {
    throw new ConfigError(`${setting} ${(error as Error).message}`)
  }
}

import { OPERATOR_ACCOUNT } from '../core/base/arn.ts'
import { ConfigError } from '../core/config.ts'
import type { AnyOperation } from '../core/operation.ts'
import { failure, xks } from '../core/protocol/xks.ts'
import type { Service } from '../core/service.ts'
import { entry } from './lambda.ts'
import { functionLog } from './log.ts'

type Handler = ReturnType<typeof entry>['handler']

/**
 * The Lambda function of an operation of an external key store's proxy. AWS KMS waits 250 ms, which a start
 * alone takes: so it is deployed with instances kept warm, and one of those opens the service, the store's
 * connection and the root key before it is given any event. What fails then is tried with the first event.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
 */
export async function xksLambda(operation: AnyOperation): Promise<Handler> {
  const { handler, open } = entry([], {
    find: async () => operation,
    facing: (service) => service,
    failure,
    more: () => ({ xksFace: xks([operation]), fleet: fleetOf(process.env['TENKEY_FLEET'] ?? '1') }),
  })
  if (process.env['AWS_LAMBDA_INITIALIZATION_TYPE'] === 'provisioned-concurrency') {
    await open()
      .then(warm)
      .catch((error: unknown) => functionLog('warn', { start: 'not warmed', error }))
  }
  return handler
}

/** Instances of the function that are kept warm, as AWS KMS is told: TENKEY_FLEET. @throws ConfigError */
function fleetOf(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text)
  throw new ConfigError(`TENKEY_FLEET is '${text}'; it must be a whole number from 1 to 9999`)
}

/** Reads and unwraps a key of nobody's calls: store and root key are connected then. */
const warm = ({ keyring }: Service) => keyring.tokenKey(OPERATOR_ACCOUNT)

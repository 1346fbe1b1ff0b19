import { digestsOf, isProven } from './middleware/router.ts'

/** What an HTTP API asks a Lambda authorizer, as far as it is looked at: payload 2.0. */
interface Asked {
  /** the values of the authorizer's identity sources: the router's proof */
  readonly identitySource?: readonly string[] | null
}

/**
 * The Lambda authorizer of an API that has a router in front: lets through what the router sends, so that
 * nobody reaches a function past the router's limits. API Gateway asks it only about requests that have
 * the header at all, answers 401 to others by itself, and remembers an answer for an hour.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export async function handler({ identitySource }: Asked): Promise<{ isAuthorized: boolean }> {
  const [proof] = identitySource ?? []
  return { isAuthorized: isProven(proof, digestsOf(process.env['TENKEY_ROUTER'] ?? '')) }
}

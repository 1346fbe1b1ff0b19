import { digestsOf, isProven } from './router.ts'

/**
 * Where operators come by AWS IAM, API Gateway proves itself to the functions that they call: by a variable of its
 * stage, a secret that it hands to functions with each event and no caller can write. Functions know its hash. So who
 * may invoke a function directly (`lambda:InvokeFunction`) can't say who an operator is by an event of their making.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-stages.html stage variables
 */
export const OPERATORS_PROOF = {
  /** of the stage; its characters are letters, digits and those of URLs */
  variable: 'operatorsProof',
  /** of functions: SHA-256, 64 hex digits */
  setting: 'TENKEY_OPERATORS_PROOF',
} as const

/**
 * Whether an event is API Gateway's.
 * @param stageVariables of the event
 * @param text the setting
 * @throws Error for a setting that has no hash
 */
export function isOfStage(stageVariables: unknown, text: string): boolean {
  const digests = digestsOf(text)
  if (digests.length === 0) throw new Error('must be a SHA-256 of 64 hex digits')
  const { variable } = OPERATORS_PROOF
  const there = typeof stageVariables === 'object' && stageVariables !== null
  if (!there || !Object.hasOwn(stageVariables, variable)) return false
  const proof: unknown = Reflect.get(stageVariables, variable)
  return typeof proof === 'string' && isProven(proof, digests)
}

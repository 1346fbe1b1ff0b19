import type { JWTPayload } from 'jose'
import { compilePattern } from '../policy/pattern.ts'
import type { ClaimCondition, RoleRule } from './installation-issuer.ts'
import { textsAt } from './token-checks.ts'

const SYNTAX = { wildcards: true, variables: false } as const
/** no policy variables stand in these patterns */
const NO_VARIABLES = { get: () => undefined }

/** Names of the roles whose rules a token meets, in their order. */
export const rolesOf = (payload: JWTPayload, rules: readonly RoleRule[]): readonly string[] =>
  rules.filter(({ when }) => when.every((one) => meets(payload, one))).map(({ role }) => role)

/** Of a list of texts one is enough, as for a policy's ForAnyValue. */
function meets(payload: JWTPayload, { claim, equals = [], like = [] }: ClaimCondition): boolean {
  const texts = textsAt(payload, claim)
  if (texts.some((text) => equals.includes(text))) return true
  const patterns = like.map((text) => compilePattern(text, SYNTAX))
  return texts.some((text) => patterns.some((one) => one.matches(text, NO_VARIABLES)))
}

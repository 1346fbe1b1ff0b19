import { invalid } from '../../core/base/errors.ts'
import { type IssuerData, issuerId, JWS_ALGORITHMS } from '../../core/identity/issuer.ts'
import { isIssuerUrl } from '../../core/identity/issuer-url.ts'
import type { TokenChecks } from '../../core/identity/token-checks.ts'
import {
  integer,
  list,
  map,
  oneOf,
  optional,
  string,
  struct,
  timestamp,
} from '../../core/shape/shapes.ts'
import { shownText } from './admin-members.ts'

/** session tags that claims may give */
const MOST_TAGS = 50
/** characters of a claim's name, of a client's and of an audience */
const MOST_CLAIM = 255
/** claims of which a text may be required */
const MOST_REQUIRED = 10
/** s: from a minute to thirty days */
const AGES = { min: 60, max: 2_592_000 }
/** s; what clocks of machines that are set by others differ by is far less */
const TOLERANCES = { min: 0, max: 300 }

/** the name of a claim, or a JSON Pointer to one within another */
export const claimName = shownText(MOST_CLAIM)

/** What tokens of an issuer must be besides. */
export const checkMembers = {
  MaxTokenAgeSeconds: optional(integer(AGES)),
  ClockToleranceSeconds: optional(integer(TOLERANCES)),
  AuthorizedParties: optional(list(shownText(MOST_CLAIM), { min: 1, max: 100 })),
  AuthorizedPartyClaim: optional(claimName),
  AudienceClaim: optional(claimName),
  RequiredClaims: optional(map()),
}

/** What every issuer is registered with. */
export const registeredMembers = {
  Issuer: string({ min: 8, max: 255, pattern: 'https?://[!-~]+' }),
  Audiences: list(shownText(MOST_CLAIM), { min: 1, max: 100 }),
  JwksUri: optional(string({ min: 8, max: 2048, pattern: 'https?://[!-~]+' })),
  Algorithms: optional(list(oneOf(JWS_ALGORITHMS), { min: 1, max: 10 })),
  SubjectClaim: optional(claimName),
  TagClaims: optional(map()),
  ...checkMembers,
}

interface Registered {
  readonly Issuer: string
  readonly JwksUri?: string | undefined
  readonly TagClaims?: Readonly<Record<string, string>> | undefined
  readonly RequiredClaims?: Readonly<Record<string, string>> | undefined
}

/** What shapes can't say of `registeredMembers`. @throws KmsError ValidationException */
export function checkRegistered({
  Issuer,
  JwksUri,
  TagClaims = {},
  RequiredClaims = {},
}: Registered): void {
  checkUrl('Issuer', Issuer)
  if (JwksUri !== undefined) checkUrl('JwksUri', JwksUri)
  if (Object.keys(TagClaims).length > MOST_TAGS) {
    throw invalid(`A token gives at most ${MOST_TAGS} session tags.`)
  }
  if (Object.values(TagClaims).some((claim) => claim.length < 1 || claim.length > MOST_CLAIM)) {
    throw invalid(`TagClaims names claims of 1 to ${MOST_CLAIM} characters.`)
  }
  if (Object.keys(TagClaims).some((tag) => !SESSION_TAG.test(tag))) {
    throw invalid('TagClaims has a name that no session tag can have.')
  }
  const required = Object.entries(RequiredClaims)
  if (required.length > MOST_REQUIRED) {
    throw invalid(`RequiredClaims names at most ${MOST_REQUIRED} claims.`)
  }
  if (required.flat().some((text) => text.length < 1 || text.length > MOST_CLAIM)) {
    throw invalid(`RequiredClaims has names and texts of 1 to ${MOST_CLAIM} characters.`)
  }
}

const SESSION_TAG = /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/iu

function checkUrl(member: string, text: string): void {
  if (isIssuerUrl(text)) return
  throw invalid(
    `${member} must be an https URL without query and fragment; http is for loopback addresses.`,
  )
}

interface Checked {
  readonly MaxTokenAgeSeconds?: number | undefined
  readonly ClockToleranceSeconds?: number | undefined
  readonly AuthorizedParties?: readonly string[] | undefined
  readonly AuthorizedPartyClaim?: string | undefined
  readonly AudienceClaim?: string | undefined
  readonly RequiredClaims?: Readonly<Record<string, string>> | undefined
}

/** The checks that are asked for; undefined for none. */
export function checksOf(input: Checked): TokenChecks | undefined {
  const { MaxTokenAgeSeconds: maxAge, ClockToleranceSeconds: tolerance } = input
  const { AuthorizedParties: parties, AuthorizedPartyClaim: partyClaim } = input
  const { AudienceClaim: audienceClaim, RequiredClaims: required } = input
  const checks: TokenChecks = {
    ...(maxAge !== undefined && { maxAge }),
    ...(tolerance !== undefined && { tolerance }),
    ...(parties !== undefined && { parties }),
    ...(partyClaim !== undefined && { partyClaim }),
    ...(audienceClaim !== undefined && { audienceClaim }),
    ...(required !== undefined && { required: { ...required } }),
  }
  return Object.keys(checks).length === 0 ? undefined : checks
}

/** The same as it is answered. */
export const shownChecks = (checks: TokenChecks = {}) => ({
  MaxTokenAgeSeconds: checks.maxAge,
  ClockToleranceSeconds: checks.tolerance,
  AuthorizedParties: checks.parties && [...checks.parties],
  AuthorizedPartyClaim: checks.partyClaim,
  AudienceClaim: checks.audienceClaim,
  RequiredClaims: checks.required,
})

/** An OpenID Connect issuer, as it is answered. */
export const issuerMembers = struct({
  IssuerId: string(),
  Issuer: string(),
  Audiences: list(string()),
  JwksUri: optional(string()),
  Algorithms: list(oneOf(JWS_ALGORITHMS)),
  SubjectClaim: string(),
  RoleArn: optional(string()),
  RoleClaim: optional(string()),
  TagClaims: map(),
  ...checkMembers,
  CreationDate: timestamp,
})

export const shownIssuer = (data: IssuerData) => ({
  IssuerId: issuerId(data.url),
  Issuer: data.url,
  Audiences: [...data.audiences],
  JwksUri: data.jwksUri,
  Algorithms: [...data.algorithms],
  SubjectClaim: data.subjectClaim,
  RoleArn: data.roleArn,
  RoleClaim: data.roleClaim,
  TagClaims: data.tagClaims,
  ...shownChecks(data.checks),
  CreationDate: data.created,
})

import { invalid } from '../../core/base/errors.ts'
import {
  type IssuerData,
  issuerId,
  JWS_ALGORITHMS,
  type JwsAlgorithm,
} from '../../core/identity/issuer.ts'
import { DEFAULT_ALGORITHMS, isIssuerUrl } from '../../core/identity/issuer-url.ts'
import type { TokenChecks } from '../../core/identity/token-checks.ts'
import {
  described,
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
export const MOST_CLAIM = 255
/** claims of which a text may be required */
const MOST_REQUIRED = 10
/** s: from a minute to thirty days */
const AGES = { min: 60, max: 2_592_000 }
/** s; what clocks of machines that are set by others differ by is far less */
const TOLERANCES = { min: 0, max: 300 }

export const issuerIdMember = string({ min: 1, max: 64, pattern: '[0-9a-f]+' })

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

const audiences = list(shownText(MOST_CLAIM), { min: 1, max: 100 })
const algorithms = optional(list(oneOf(JWS_ALGORITHMS), { min: 1, max: 10 }))

/** What every issuer is registered with. */
export const registeredMembers = {
  Issuer: string({ min: 8, max: 255, pattern: 'https?://[!-~]+' }),
  Audiences: audiences,
  JwksUri: optional(string({ min: 8, max: 2048, pattern: 'https?://[!-~]+' })),
  Algorithms: algorithms,
  SubjectClaim: optional(claimName),
  TagClaims: optional(map()),
  ...checkMembers,
}

/**
 * What may be changed of every issuer. How its tokens name who it is, and the tenant, is what a registration is:
 * with another claim one person's tokens could be another's.
 */
export const changedMembers = {
  Audiences: optional(audiences),
  JwksUri: optional(
    described(
      'Where its keys are from now on; empty to have discovery tell',
      string({ max: 2048, pattern: '(https?://[!-~]+)?' }),
    ),
  ),
  Algorithms: algorithms,
  TagClaims: optional(described('All session tags from now on', map())),
  ...checkMembers,
  AuthorizedParties: optional(
    described(
      'All of them from now on; an empty list for anybody',
      list(shownText(MOST_CLAIM), { min: 0, max: 100 }),
    ),
  ),
  RequiredClaims: optional(described('All of them from now on; an empty map for none', map())),
}

interface Registered {
  readonly Issuer?: string | undefined
  readonly JwksUri?: string | undefined
  readonly TagClaims?: Readonly<Record<string, string>> | undefined
  readonly RequiredClaims?: Readonly<Record<string, string>> | undefined
}

/** What shapes can't say of `registeredMembers` and `changedMembers`. @throws KmsError ValidationException */
export function checkRegistered({
  Issuer,
  JwksUri,
  TagClaims = {},
  RequiredClaims = {},
}: Registered): void {
  if (Issuer !== undefined) checkUrl('Issuer', Issuer)
  if (JwksUri !== undefined && JwksUri !== '') checkUrl('JwksUri', JwksUri)
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
function checksOf(input: Checked): TokenChecks | undefined {
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

interface Given extends Checked {
  readonly Audiences: readonly string[]
  readonly JwksUri?: string | undefined
  readonly Algorithms?: readonly JwsAlgorithm[] | undefined
  readonly TagClaims?: Readonly<Record<string, string>> | undefined
}

/** A new registration. @param checks that it has where nothing else is asked for */
export function registeredOf(
  input: Given & { readonly Issuer: string; readonly SubjectClaim?: string | undefined },
  created: number,
  checks?: TokenChecks,
): RegisteredData {
  const { Issuer, JwksUri } = input
  const asked = checksOf(input)
  return {
    url: Issuer,
    audiences: input.Audiences,
    ...(JwksUri !== undefined && { jwksUri: JwksUri }),
    algorithms: input.Algorithms ?? DEFAULT_ALGORITHMS,
    subjectClaim: input.SubjectClaim ?? 'sub',
    tagClaims: { ...input.TagClaims },
    ...((asked ?? checks) !== undefined && { checks: { ...checks, ...asked } }),
    created,
  }
}

type Changed = { readonly [M in keyof Given]?: Given[M] | undefined }

/** A registration with what is given changed; what is empty is taken away. */
export function changedOf<D extends RegisteredData>(data: D, input: Changed): D {
  const { jwksUri, checks: before = {}, ...kept } = data
  const { parties, required, ...checks } = { ...before, ...checksOf(input) }
  const left: TokenChecks = {
    ...checks,
    ...(parties !== undefined && parties.length > 0 && { parties }),
    ...(required !== undefined && Object.keys(required).length > 0 && { required }),
  }
  const { Audiences, JwksUri = jwksUri, Algorithms, TagClaims } = input
  return {
    ...kept,
    ...(Audiences !== undefined && { audiences: Audiences }),
    ...(JwksUri !== undefined && JwksUri !== '' && { jwksUri: JwksUri }),
    ...(Algorithms !== undefined && { algorithms: Algorithms }),
    ...(TagClaims !== undefined && { tagClaims: { ...TagClaims } }),
    ...(Object.keys(left).length > 0 && { checks: left }),
  } as D
}

/** The same as it is answered. */
const shownChecks = (checks: TokenChecks = {}) => ({
  MaxTokenAgeSeconds: checks.maxAge,
  ClockToleranceSeconds: checks.tolerance,
  AuthorizedParties: checks.parties && [...checks.parties],
  AuthorizedPartyClaim: checks.partyClaim,
  AudienceClaim: checks.audienceClaim,
  RequiredClaims: checks.required,
})

/** What every issuer is answered with. */
export const registeredOutput = {
  IssuerId: string(),
  Issuer: string(),
  Audiences: list(string()),
  JwksUri: optional(string()),
  Algorithms: list(oneOf(JWS_ALGORITHMS)),
  SubjectClaim: string(),
  TagClaims: map(),
  ...checkMembers,
  CreationDate: timestamp,
}

/** What a registration has of every issuer. */
export type RegisteredData = Pick<
  IssuerData,
  | 'url'
  | 'audiences'
  | 'jwksUri'
  | 'algorithms'
  | 'subjectClaim'
  | 'tagClaims'
  | 'checks'
  | 'created'
>

export const shownRegistered = (data: RegisteredData) => ({
  IssuerId: issuerId(data.url),
  Issuer: data.url,
  Audiences: [...data.audiences],
  JwksUri: data.jwksUri,
  Algorithms: [...data.algorithms],
  SubjectClaim: data.subjectClaim,
  TagClaims: data.tagClaims,
  ...shownChecks(data.checks),
  CreationDate: data.created,
})

/** An OpenID Connect issuer of an account, as it is answered. */
export const issuerMembers = struct({
  ...registeredOutput,
  RoleArn: optional(string()),
  RoleClaim: optional(string()),
})

export const shownIssuer = (data: IssuerData) => ({
  ...shownRegistered(data),
  RoleArn: data.roleArn,
  RoleClaim: data.roleClaim,
})

/** The role of bearer tokens. @throws KmsError ValidationException for one of another account */
export function checkRole(accountId: string, roleArn: string | undefined): void {
  if (roleArn === undefined || roleArn === '') return
  if (/^arn:[a-z-]+:iam::(\d{12}):role\//.exec(roleArn)?.[1] === accountId) return
  throw invalid('RoleArn is not the ARN of a role of this account.')
}

import { invalid, KmsError } from '../../core/base/errors.ts'
import {
  type IssuerData,
  issuerId,
  issuerItem,
  issuerPlace,
  JWS_ALGORITHMS,
  type JwsAlgorithm,
} from '../../core/identity/issuer.ts'
import { readTenant } from '../../core/identity/tenant.ts'
import { defineOperation } from '../../core/operation.ts'
import { list, map, oneOf, optional, string, struct } from '../../core/shape/shapes.ts'
import { accountId, shownText } from './admin-members.ts'
import { onNewIssuer } from './admin-resources.ts'
import { issuerMembers, shownIssuer } from './oidc-members.ts'

/** session tags that claims may give */
const MOST_TAGS = 50
/** characters of a claim's name */
const MOST_CLAIM = 255

/** Registers an OpenID Connect issuer whose tokens are credentials of a tenant. */
export const createOidcIssuer = defineOperation({
  name: 'CreateOidcIssuer',
  summary: 'Registers an OpenID Connect issuer: its tokens are bearer tokens of the tenant.',
  http: 'POST /admin/v1/tenants/{AccountId}/oidc-issuers',
  status: 201,
  idempotencyKey: true,
  audience: 'operator',
  administers: onNewIssuer,
  input: struct({
    AccountId: accountId,
    Issuer: string({ min: 8, max: 255, pattern: 'https?://[!-~]+' }),
    Audiences: list(shownText(255), { min: 1, max: 100 }),
    JwksUri: optional(string({ min: 8, max: 2048, pattern: 'https?://[!-~]+' })),
    Algorithms: optional(list(oneOf(JWS_ALGORITHMS), { min: 1, max: 10 })),
    SubjectClaim: optional(shownText(MOST_CLAIM)),
    RoleArn: optional(string({ min: 20, max: 2048 })),
    RoleClaim: optional(shownText(MOST_CLAIM)),
    TagClaims: optional(map()),
  }),
  output: issuerMembers,
  errors: ['NotFoundException', 'AlreadyExistsException'],
  keys: {},
  mutates: true,
  uses: ['read', 'write'],
  validate({ AccountId, Issuer, JwksUri, RoleArn, TagClaims = {} }) {
    checkUrl('Issuer', Issuer)
    if (JwksUri !== undefined) checkUrl('JwksUri', JwksUri)
    const named =
      RoleArn === undefined ? undefined : /^arn:[a-z-]+:iam::(\d{12}):role\//.exec(RoleArn)
    if (RoleArn !== undefined && named?.[1] !== AccountId) {
      throw invalid('RoleArn is not the ARN of a role of this account.')
    }
    if (Object.keys(TagClaims).length > MOST_TAGS) {
      throw invalid(`A token gives at most ${MOST_TAGS} session tags.`)
    }
    if (Object.values(TagClaims).some((claim) => claim.length < 1 || claim.length > MOST_CLAIM)) {
      throw invalid(`TagClaims names claims of 1 to ${MOST_CLAIM} characters.`)
    }
    if (
      Object.keys(TagClaims).some(
        (tag) => !/^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/iu.test(tag),
      )
    ) {
      throw invalid('TagClaims has a name that no session tag can have.')
    }
  },
  async run({ input, context: { now } }, { read, write }) {
    const { AccountId, Issuer, JwksUri, RoleArn, RoleClaim } = input
    await readTenant(read, AccountId)
    const data: IssuerData = {
      url: Issuer,
      audiences: input.Audiences,
      ...(JwksUri !== undefined && { jwksUri: JwksUri }),
      algorithms: input.Algorithms ?? DEFAULT_ALGORITHMS,
      subjectClaim: input.SubjectClaim ?? 'sub',
      ...(RoleArn !== undefined && { roleArn: RoleArn }),
      ...(RoleClaim !== undefined && { roleClaim: RoleClaim }),
      tagClaims: { ...input.TagClaims },
      created: now,
    }
    const place = issuerPlace(AccountId, issuerId(Issuer))
    if (await write.put(issuerItem.item(place, 1, data))) return shownIssuer(data)
    throw new KmsError('AlreadyExistsException', `The issuer ${Issuer} is registered already.`)
  },
})

/** What most issuers sign with (OpenID Connect Core §15.1 asks for RS256). */
const DEFAULT_ALGORITHMS: JwsAlgorithm[] = ['RS256', 'ES256', 'EdDSA']

/**
 * Condition keys are named by the issuer's host: one without a dot could stand for a service's (`aws:…`).
 * @throws KmsError ValidationException
 */
function checkUrl(member: string, text: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const named = url !== undefined && /[.:]|^localhost$/.test(url.hostname)
  const plain = named && url.search === '' && url.hash === '' && url.username === ''
  const secure =
    url?.protocol === 'https:' || /^(localhost|127\.|\[::1\]$)/.test(url?.hostname ?? '')
  if (plain && secure) return
  throw invalid(
    `${member} must be an https URL without query and fragment; http is for loopback addresses.`,
  )
}

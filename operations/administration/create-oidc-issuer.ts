import { invalid, KmsError } from '../../core/base/errors.ts'
import type { IssuerData } from '../../core/identity/issuer.ts'
import { DEFAULT_ALGORITHMS } from '../../core/identity/issuer-url.ts'
import { registerIssuer } from '../../core/identity/oidc-provider.ts'
import { readTenant } from '../../core/identity/tenant.ts'
import { defineOperation } from '../../core/operation.ts'
import { optional, string, struct } from '../../core/shape/shapes.ts'
import { accountId } from './admin-members.ts'
import { onNewIssuer } from './admin-resources.ts'
import {
  checkRegistered,
  checksOf,
  claimName,
  issuerMembers,
  registeredMembers,
  shownIssuer,
} from './oidc-members.ts'

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
    ...registeredMembers,
    RoleArn: optional(string({ min: 20, max: 2048 })),
    RoleClaim: optional(claimName),
  }),
  output: issuerMembers,
  errors: ['NotFoundException', 'AlreadyExistsException'],
  keys: {},
  mutates: true,
  uses: ['read', 'write', 'remove'],
  validate(input) {
    checkRegistered(input)
    const { AccountId, RoleArn } = input
    const named =
      RoleArn === undefined ? undefined : /^arn:[a-z-]+:iam::(\d{12}):role\//.exec(RoleArn)
    if (RoleArn !== undefined && named?.[1] !== AccountId) {
      throw invalid('RoleArn is not the ARN of a role of this account.')
    }
  },
  async run({ input, context: { now } }, ports) {
    const { AccountId, Issuer, JwksUri, RoleArn, RoleClaim } = input
    await readTenant(ports.read, AccountId)
    const checks = checksOf(input)
    const data: IssuerData = {
      url: Issuer,
      audiences: input.Audiences,
      ...(JwksUri !== undefined && { jwksUri: JwksUri }),
      algorithms: input.Algorithms ?? DEFAULT_ALGORITHMS,
      subjectClaim: input.SubjectClaim ?? 'sub',
      ...(RoleArn !== undefined && { roleArn: RoleArn }),
      ...(RoleClaim !== undefined && { roleClaim: RoleClaim }),
      tagClaims: { ...input.TagClaims },
      ...(checks !== undefined && { checks }),
      created: now,
    }
    if (await registerIssuer(ports, AccountId, data)) return shownIssuer(data)
    throw new KmsError('AlreadyExistsException', `The issuer ${Issuer} is registered already.`)
  },
})

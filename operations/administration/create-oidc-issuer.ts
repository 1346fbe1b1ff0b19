import { KmsError } from '../../core/base/errors.ts'
import type { IssuerData } from '../../core/identity/issuer.ts'
import { registerIssuer } from '../../core/identity/oidc-provider.ts'
import { readTenant } from '../../core/identity/tenant.ts'
import { defineOperation } from '../../core/operation.ts'
import { optional, string, struct } from '../../core/shape/shapes.ts'
import { accountId } from './admin-members.ts'
import { onNewIssuer } from './admin-resources.ts'
import {
  checkRegistered,
  checkRole,
  claimName,
  issuerMembers,
  registeredMembers,
  registeredOf,
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
  errors: ['NotFoundException', 'AlreadyExistsException', 'UnsupportedOperationException'],
  keys: {},
  mutates: true,
  uses: ['read', 'write', 'remove'],
  validate(input) {
    checkRegistered(input)
    checkRole(input.AccountId, input.RoleArn)
  },
  async run({ input, context: { now } }, ports) {
    const { AccountId, Issuer, RoleArn, RoleClaim } = input
    await readTenant(ports.read, AccountId)
    const data: IssuerData = {
      ...registeredOf(input, now),
      ...(RoleArn !== undefined && { roleArn: RoleArn }),
      ...(RoleClaim !== undefined && { roleClaim: RoleClaim }),
    }
    if (await registerIssuer(ports, AccountId, data)) return shownIssuer(data)
    throw new KmsError('AlreadyExistsException', `The issuer ${Issuer} is registered already.`)
  },
})

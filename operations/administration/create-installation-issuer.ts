import { KmsError } from '../../core/base/errors.ts'
import {
  type InstallationIssuerData,
  installationIssuerItem,
  installationIssuerPlace,
} from '../../core/identity/installation-issuer.ts'
import { issuerId } from '../../core/identity/issuer.ts'
import { defineOperation } from '../../core/operation.ts'
import { optional, struct } from '../../core/shape/shapes.ts'
import { onNewInstallationIssuer } from './admin-resources.ts'
import {
  checkRules,
  installationIssuerMembers,
  rules,
  rulesOf,
  shownInstallationIssuer,
  tenantBy,
} from './installation-issuer-members.ts'
import { checkRegistered, claimName, registeredMembers, registeredOf } from './oidc-members.ts'

/** s that a token is taken for unless the issuer is registered with another number: a day */
const MAX_AGE = 86_400

/** Registers an OpenID Connect issuer for the whole installation: its tokens name their tenant. */
export const createInstallationIssuer = defineOperation({
  name: 'CreateInstallationIssuer',
  summary:
    'Registers an OpenID Connect issuer for all tenants: a claim of its tokens names the tenant, rules lead its claims to a role of that tenant, whose trust policy must allow it.',
  http: 'POST /admin/v1/installation-issuers',
  status: 201,
  idempotencyKey: true,
  audience: 'operator',
  administers: onNewInstallationIssuer,
  input: struct({
    ...registeredMembers,
    TenantClaim: claimName,
    TenantBy: optional(tenantBy),
    Rules: rules,
  }),
  output: installationIssuerMembers,
  errors: ['AlreadyExistsException'],
  keys: {},
  mutates: true,
  uses: ['read', 'write'],
  validate(input) {
    checkRegistered(input)
    checkRules(input.Rules)
  },
  async run({ input, context: { now } }, { write }) {
    const { Issuer, TenantClaim, TenantBy = 'account-id' } = input
    const data: InstallationIssuerData = {
      ...registeredOf(input, now, { maxAge: MAX_AGE }),
      tenant: { claim: TenantClaim, byAccountId: TenantBy === 'account-id' },
      rules: rulesOf(input.Rules),
    }
    const place = installationIssuerPlace(issuerId(Issuer))
    if (await write.put(installationIssuerItem.item(place, 1, data))) {
      return shownInstallationIssuer(data)
    }
    throw new KmsError('AlreadyExistsException', `The issuer ${Issuer} is registered already.`)
  },
})

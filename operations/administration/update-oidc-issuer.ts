import { commit } from '../../core/base/conflict.ts'
import { KmsError } from '../../core/base/errors.ts'
import { issuerItem, issuerPlace } from '../../core/identity/issuer.ts'
import { readTenant } from '../../core/identity/tenant.ts'
import { defineOperation } from '../../core/operation.ts'
import { described, optional, string, struct } from '../../core/shape/shapes.ts'
import { accountId, shownOrEmpty } from './admin-members.ts'
import { onIssuer } from './admin-resources.ts'
import {
  changedMembers,
  changedOf,
  checkRegistered,
  checkRole,
  issuerIdMember,
  issuerMembers,
  MOST_CLAIM,
  shownIssuer,
} from './oidc-members.ts'

/** Changes what an issuer of a tenant is registered with, but for how its tokens name anybody. */
export const updateOidcIssuer = defineOperation({
  name: 'UpdateOidcIssuer',
  summary:
    'Changes audiences, keys, role and checks of an OpenID Connect issuer of a tenant; what is not given stays. Tokens are judged by it from then on; sessions that were made go on.',
  http: 'PATCH /admin/v1/tenants/{AccountId}/oidc-issuers/{IssuerId}',
  audience: 'operator',
  administers: onIssuer,
  input: struct({
    AccountId: accountId,
    IssuerId: issuerIdMember,
    ...changedMembers,
    RoleArn: optional(
      described('The role of bearer tokens from now on; empty for none', string({ max: 2048 })),
    ),
    RoleClaim: optional(
      described(
        'The claim that names the role from now on; empty for none',
        shownOrEmpty(MOST_CLAIM),
      ),
    ),
  }),
  output: issuerMembers,
  errors: ['NotFoundException', 'UnsupportedOperationException'],
  keys: {},
  mutates: true,
  uses: ['read', 'write'],
  validate(input) {
    checkRegistered(input)
    checkRole(input.AccountId, input.RoleArn)
  },
  async run({ input }, { read, write }) {
    const { AccountId, IssuerId } = input
    await readTenant(read, AccountId)
    const [item] = await read.get([issuerPlace(AccountId, IssuerId)])
    if (item === undefined) {
      throw new KmsError('NotFoundException', `The issuer ${IssuerId} does not exist.`)
    }
    const { roleArn, roleClaim, ...kept } = issuerItem.read(item)
    const { RoleArn = roleArn, RoleClaim = roleClaim } = input
    const data = {
      ...changedOf(kept, input),
      ...(RoleArn !== undefined && RoleArn !== '' && { roleArn: RoleArn }),
      ...(RoleClaim !== undefined && RoleClaim !== '' && { roleClaim: RoleClaim }),
    }
    await commit(write.put(issuerItem.next(item, data)))
    return shownIssuer(data)
  },
})

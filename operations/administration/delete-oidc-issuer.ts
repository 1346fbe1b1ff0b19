import { commit } from '../../core/base/conflict.ts'
import { KmsError } from '../../core/base/errors.ts'
import { issuerPlace } from '../../core/identity/issuer.ts'
import { readTenant } from '../../core/identity/tenant.ts'
import { defineOperation } from '../../core/operation.ts'
import { struct } from '../../core/shape/shapes.ts'
import { accountId } from './admin-members.ts'
import { onIssuer } from './admin-resources.ts'
import { issuerIdMember } from './oidc-members.ts'

/** Ends the trust in an issuer: its tokens stop at once, and so do sessions made of them. */
export const deleteOidcIssuer = defineOperation({
  name: 'DeleteOidcIssuer',
  summary:
    'Ends the trust in an OpenID Connect issuer: its tokens and sessions are refused at once.',
  http: 'DELETE /admin/v1/tenants/{AccountId}/oidc-issuers/{IssuerId}',
  status: 204,
  audience: 'operator',
  administers: onIssuer,
  input: struct({
    AccountId: accountId,
    IssuerId: issuerIdMember,
  }),
  errors: ['NotFoundException'],
  keys: {},
  mutates: true,
  uses: ['read', 'remove'],
  async run({ input: { AccountId, IssuerId } }, { read, remove }) {
    await readTenant(read, AccountId)
    const place = issuerPlace(AccountId, IssuerId)
    const [item] = await read.get([place])
    if (item === undefined) {
      throw new KmsError('NotFoundException', `The issuer ${IssuerId} does not exist.`)
    }
    await commit(remove.delete(place, item.version))
  },
})

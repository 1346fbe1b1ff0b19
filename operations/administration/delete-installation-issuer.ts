import { commit } from '../../core/base/conflict.ts'
import { KmsError } from '../../core/base/errors.ts'
import { installationIssuerPlace } from '../../core/identity/installation-issuer.ts'
import { defineOperation } from '../../core/operation.ts'
import { struct } from '../../core/shape/shapes.ts'
import { onInstallationIssuer } from './admin-resources.ts'
import { issuerIdMember } from './oidc-members.ts'

/** Ends the trust in an issuer for all tenants: its tokens stop at once, and so do sessions made of them. */
export const deleteInstallationIssuer = defineOperation({
  name: 'DeleteInstallationIssuer',
  summary:
    'Ends the trust in an OpenID Connect issuer of the installation: its tokens and sessions are refused at once, by every tenant.',
  http: 'DELETE /admin/v1/installation-issuers/{IssuerId}',
  status: 204,
  audience: 'operator',
  administers: onInstallationIssuer,
  input: struct({ IssuerId: issuerIdMember }),
  errors: ['NotFoundException'],
  keys: {},
  mutates: true,
  uses: ['read', 'remove'],
  async run({ input: { IssuerId } }, { read, remove }) {
    const place = installationIssuerPlace(IssuerId)
    const [item] = await read.get([place])
    if (item === undefined) {
      throw new KmsError('NotFoundException', `The issuer ${IssuerId} does not exist.`)
    }
    await commit(remove.delete(place, item.version))
  },
})

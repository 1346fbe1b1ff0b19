import { commit } from '../../core/base/conflict.ts'
import { credentialItem } from '../../core/identity/credential.ts'
import { readPrincipal } from '../../core/identity/principal.ts'
import { nameClaim } from '../../core/identity/principal-name.ts'
import { principalChanges } from '../../core/identity/principal-policies.ts'
import { removeXksAccess } from '../../core/identity/xks-access.ts'
import { removeHistory } from '../../core/key/policy-history.ts'
import { defineOperation } from '../../core/operation.ts'
import { struct } from '../../core/shape/shapes.ts'
import { eraseSoon } from '../../core/store/store.ts'
import { principalMembers } from './admin-members.ts'
import { onPrincipal } from './admin-resources.ts'

/**
 * Deletes a user or role. With it all its credentials stop at once, since every call reads whom they
 * stand for; its access keys, credentials of external key stores and what its policies were are deleted afterwards. What a crash leaves of them
 * opens nothing, and is not listed.
 */
export const deletePrincipal = defineOperation({
  name: 'DeletePrincipal',
  summary: 'Deletes a user or role of a tenant; its access keys and sessions stop at once.',
  http: 'DELETE /admin/v1/tenants/{AccountId}/principals/{Type}/{Name}',
  status: 204,
  audience: 'operator',
  administers: onPrincipal,
  input: struct(principalMembers),
  errors: ['NotFoundException'],
  keys: {},
  mutates: true,
  uses: ['read', 'remove', 'forget'],
  async run({ input }, { read, remove, forget }) {
    const { AccountId, Type, Name } = input
    const { item, data } = await readPrincipal(read, input)
    await commit(remove.delete(item, item.version))
    const claim = await nameClaim(read, AccountId, data)
    if (claim !== undefined) await remove.delete(claim, claim.version)
    for (let after: string | undefined, more = true; more; ) {
      const start = after === undefined ? {} : { after }
      const prefix = credentialItem.prefix()
      const page = await read.query({ pk: AccountId, prefix, limit: 100, ...start })
      for (const key of page.items) {
        const { principal } = credentialItem.read(key)
        if (principal === `${Type}/${Name}`) await remove.delete(key, key.version)
      }
      after = page.items.at(-1)?.sk
      more = page.more
    }
    await removeXksAccess({ read, remove }, AccountId, data)
    await removeHistory(principalChanges(AccountId, data), { read, remove })
    await eraseSoon(forget)
  },
})

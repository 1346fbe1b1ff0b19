import type { Administered } from '../../core/identity/administered.ts'
import { principalItem, principalPlace } from '../../core/identity/credential.ts'
import { resourceOf } from '../../core/identity/principal-caller.ts'
import { prefixOfAccessKey } from '../../core/identity/xks-access.ts'
import { xksAccessItem, xksAccessPlace } from '../../core/identity/xks-access-item.ts'
import { string, struct } from '../../core/shape/shapes.ts'
import { onPrincipal } from '../administration/admin-resources.ts'

/** Members of the operator's operations on credentials of external key stores. */
/** AWS KMS's own bounds (API_XksProxyAuthenticationCredentialType) */
export const xksAccessKeyId = string({ min: 20, max: 30, pattern: '[A-Z2-7]+' })

/** What AWS KMS is given, by its names (API_CreateCustomKeyStore): a file for its console. */
export const xksCredential = struct({
  XksProxyUriPath: string(),
  XksProxyAuthenticationCredential: struct({
    AccessKeyId: xksAccessKeyId,
    RawSecretAccessKey: string({ sensitive: true }),
  }),
})

/** It is asked for by whom it stands for; one that isn't there by its account. */
export const onXksCredential: Administered<{
  readonly AccountId: string
  readonly AccessKeyId: string
}> = {
  says: `whom it stands for: ${onPrincipal.says}`,
  async of({ AccountId, AccessKeyId }, found) {
    const named = prefixOfAccessKey(AccessKeyId)
    const item =
      named?.accountId === AccountId
        ? await found(xksAccessPlace(AccountId, named.prefix))
        : undefined
    if (item === undefined) return { accountId: AccountId, name: 'root' }
    const { principal } = xksAccessItem.read(item)
    const whom = await found(principalPlace(AccountId, principal))
    const name = whom === undefined ? principal : resourceOf(principalItem.read(whom))
    return { accountId: AccountId, name, told: principal }
  },
}

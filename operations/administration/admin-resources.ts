import { OPERATOR_ACCOUNT } from '../../core/base/arn.ts'
import type { Administered, AdministeredResource } from '../../core/identity/administered.ts'
import {
  credentialItem,
  credentialPlace,
  principalItem,
  principalPlace,
} from '../../core/identity/credential.ts'
import {
  installationIssuerItem,
  installationIssuerPlace,
} from '../../core/identity/installation-issuer.ts'
import { issuerItem, issuerName, issuerPlace } from '../../core/identity/issuer.ts'
import { userOfKey } from '../../core/identity/key-owner.ts'
import { resourceOf } from '../../core/identity/principal-caller.ts'
import type { Found } from '../../core/store/store.ts'

/** What administrative actions are asked on: ARNs as IAM has them. */
const account = (accountId: string): AdministeredResource => ({ accountId, name: 'root' })

/**
 * A user or role that is there, by its own ARN with the path. Refusals leave the path out: they are told
 * alike of one that isn't there.
 * @param asked `user/<name>` or `role/<name>`
 */
async function principal(
  accountId: string,
  asked: string,
  found: Found,
): Promise<AdministeredResource> {
  const item = await found(principalPlace(accountId, asked))
  const name = item === undefined ? asked : resourceOf(principalItem.read(item))
  return { accountId, name, told: asked }
}

const ACCOUNT = '`arn:aws:iam::ACCOUNT:root`'
const USER = '`arn:aws:iam::ACCOUNT:user/PATH/NAME`'
const PRINCIPAL = `${USER} or \`…:role/PATH/NAME\``

export interface OfAccount {
  readonly AccountId: string
}
interface OfPrincipal extends OfAccount {
  readonly Type: string
  readonly Name: string
}

export const onAccount: Administered<OfAccount> = {
  says: ACCOUNT,
  of: ({ AccountId }) => account(AccountId),
}

export const onNewAccount: Administered<{ readonly AccountId?: string | undefined }> = {
  says: `${ACCOUNT}; \`arn:aws:iam::*:root\` where no AccountId is given`,
  of: ({ AccountId = '*' }) => account(AccountId),
}

export const onPrincipal: Administered<OfPrincipal> = {
  says: PRINCIPAL,
  of: ({ AccountId, Type, Name }, found) => principal(AccountId, `${Type}/${Name}`, found),
}

export const onNewPrincipal: Administered<
  OfAccount & {
    readonly Type: 'user' | 'role'
    readonly Name: string
    readonly Path?: string | undefined
  }
> = {
  says: `${PRINCIPAL}, with the Path of the request`,
  of: ({ AccountId, Type, Name, Path = '/' }) => ({
    accountId: AccountId,
    name: resourceOf({ type: Type, name: Name, path: Path }),
  }),
}

/** What is told of it is asked as GetPrincipal is. */
export const onPrincipalToRead: Administered<OfPrincipal> = {
  ...onPrincipal,
  action: 'tenkey:GetPrincipal',
  says: `${PRINCIPAL}, by the action \`tenkey:GetPrincipal\``,
}

export const onPrincipalOrAccount: Administered<
  OfAccount & { readonly Type?: string | undefined; readonly Name?: string | undefined }
> = {
  says: `${PRINCIPAL}, ${ACCOUNT} without`,
  of: ({ AccountId, Type, Name }, found) =>
    Type === undefined || Name === undefined
      ? account(AccountId)
      : principal(AccountId, `${Type}/${Name}`, found),
}

export const onUser: Administered<OfAccount & { readonly UserName: string }> = {
  says: USER,
  of: ({ AccountId, UserName }, found) => principal(AccountId, `user/${UserName}`, found),
}

export const onUserOrRoot: Administered<OfAccount & { readonly UserName?: string | undefined }> = {
  says: `${USER}, ${ACCOUNT} for the root's`,
  of: ({ AccountId, UserName }, found) =>
    UserName === undefined ? account(AccountId) : principal(AccountId, `user/${UserName}`, found),
}

/** An access key is asked for by whose it is, as IAM does; one that isn't there by its account. */
export const onAccessKey: Administered<OfAccount & { readonly AccessKeyId: string }> = {
  says: `whose key it is: ${USER}, ${ACCOUNT} for the root's`,
  async of({ AccountId, AccessKeyId }, found) {
    const item = await found(credentialPlace(AccountId, AccessKeyId))
    if (item === undefined) return account(AccountId)
    const data = credentialItem.read(item)
    if (data.principal === 'root') return account(AccountId)
    const user = await userOfKey(AccountId, data, found)
    return principal(AccountId, user === undefined ? data.principal : `user/${user.name}`, found)
  },
}

const PROVIDER = '`arn:aws:iam::ACCOUNT:oidc-provider/HOST/PATH`'
const provider = (accountId: string, url: string): AdministeredResource => ({
  accountId,
  name: `oidc-provider/${issuerName(url)}`,
})

export const onNewIssuer: Administered<OfAccount & { readonly Issuer: string }> = {
  says: PROVIDER,
  of: ({ AccountId, Issuer }) => provider(AccountId, Issuer),
}

/** One that isn't there is asked for by its account. */
export const onIssuer: Administered<OfAccount & { readonly IssuerId: string }> = {
  says: PROVIDER,
  async of({ AccountId, IssuerId }, found) {
    const item = await found(issuerPlace(AccountId, IssuerId))
    return item === undefined ? account(AccountId) : provider(AccountId, issuerItem.read(item).url)
  },
}

export const onOperator: Administered<unknown> = {
  says: '`arn:aws:iam::000000000000:root`',
  of: () => account(OPERATOR_ACCOUNT),
}

const OPERATORS_PROVIDER = '`arn:aws:iam::000000000000:oidc-provider/HOST/PATH`'

export const onNewInstallationIssuer: Administered<{ readonly Issuer: string }> = {
  says: OPERATORS_PROVIDER,
  of: ({ Issuer }) => provider(OPERATOR_ACCOUNT, Issuer),
}

/** As one of an account. */
export const onInstallationIssuer: Administered<{ readonly IssuerId: string }> = {
  says: OPERATORS_PROVIDER,
  async of({ IssuerId }, found) {
    const item = await found(installationIssuerPlace(IssuerId))
    return item === undefined
      ? account(OPERATOR_ACCOUNT)
      : provider(OPERATOR_ACCOUNT, installationIssuerItem.read(item).url)
  },
}

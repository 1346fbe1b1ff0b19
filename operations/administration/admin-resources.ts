import type { Administered, AdministeredResource } from '../../core/identity/administered.ts'
import { credentialItem, credentialPlace } from '../../core/identity/credential.ts'
import { issuerItem, issuerName, issuerPlace } from '../../core/identity/issuer.ts'

/** What administrative actions are asked on: ARNs as IAM has them. */
const account = (accountId: string): AdministeredResource => ({ accountId, name: 'root' })
const principal = (accountId: string, type: string, name: string): AdministeredResource => ({
  accountId,
  name: `${type}/${name}`,
})

const ACCOUNT = '`arn:aws:iam::ACCOUNT:root`'
const USER = '`arn:aws:iam::ACCOUNT:user/NAME`'
const PRINCIPAL = '`arn:aws:iam::ACCOUNT:user/NAME` or `…:role/NAME`'

interface OfAccount {
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
  of: ({ AccountId, Type, Name }) => principal(AccountId, Type, Name),
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
  of: ({ AccountId, Type, Name }) =>
    Type === undefined || Name === undefined
      ? account(AccountId)
      : principal(AccountId, Type, Name),
}

export const onUser: Administered<OfAccount & { readonly UserName: string }> = {
  says: USER,
  of: ({ AccountId, UserName }) => principal(AccountId, 'user', UserName),
}

export const onUserOrRoot: Administered<OfAccount & { readonly UserName?: string | undefined }> = {
  says: `${USER}, ${ACCOUNT} for the root's`,
  of: ({ AccountId, UserName }) =>
    UserName === undefined ? account(AccountId) : principal(AccountId, 'user', UserName),
}

/** An access key is asked for by whose it is, as IAM does; one that isn't there by its account. */
export const onAccessKey: Administered<OfAccount & { readonly AccessKeyId: string }> = {
  says: `whose key it is: ${USER}, ${ACCOUNT} for the root's`,
  async of({ AccountId, AccessKeyId }, found) {
    const item = await found(credentialPlace(AccountId, AccessKeyId))
    return item === undefined
      ? account(AccountId)
      : { accountId: AccountId, name: credentialItem.read(item).principal }
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

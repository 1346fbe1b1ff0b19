import { OPERATOR_ACCOUNT } from '../base/arn.ts'
import { accountItem, operatorItem } from '../item/item-kind.ts'
import type { Item, ItemKey } from '../store/store.ts'
import { type IssuerData, providerArn } from './issuer.ts'

/** One condition of a rule: the claim has one of the texts, or one that matches one of the patterns. */
export interface ClaimCondition {
  readonly claim: string
  readonly equals?: readonly string[]
  /** `*` stands for any characters, `?` for one */
  readonly like?: readonly string[]
}

/** Whose claims meet every condition acts as the tenant's role of this name. */
export interface RoleRule {
  readonly role: string
  readonly when: readonly ClaimCondition[]
}

/** How an issuer's tokens name their tenant. */
export interface TenantNaming {
  readonly claim: string
  /** whether the claim is the account's id; else it has a value that stands for the account (TenantValues) */
  readonly byAccountId: boolean
}

/**
 * What the store keeps of an OpenID Connect issuer whose tokens are credentials of every tenant they name: the
 * identity provider of who runs the installation.
 */
export interface InstallationIssuerData
  extends Omit<IssuerData, 'roleArn' | 'roleClaim' | 'thumbprints' | 'tags'> {
  readonly tenant: TenantNaming
  /** the first that is met decides */
  readonly rules: readonly RoleRule[]
}

export const installationIssuerItem = operatorItem<InstallationIssuerData, ['issuer']>({
  name: 'installation-issuer',
  sort: ['issuer'],
})

/** Which values of an installation-wide issuer's claim stand for an account. */
export interface TenantValues {
  readonly values: readonly string[]
  /** `created` of the registration that they were said of; one that comes later may mean another claim */
  readonly registered: number
}

export const tenantValuesItem = accountItem<TenantValues, ['issuer']>({
  name: 'issuer-values',
  sort: ['issuer'],
})

/** The values that stand for an account by a registration: none by those that were said of a former one. */
export function valuesOf(
  item: Item | undefined,
  registered: number | undefined,
): readonly string[] {
  const data = item && tenantValuesItem.read(item)
  return data !== undefined && data.registered === registered ? data.values : []
}

/** @param issuer `issuerId` of its URL */
export const installationIssuerPlace = (issuer: string): ItemKey =>
  installationIssuerItem.place({ issuer })
export const tenantValuesPlace = (accountId: string, issuer: string): ItemKey =>
  tenantValuesItem.place({ accountId, issuer })

/**
 * The `Federated` principal by which a tenant's trust policies let it in: a provider of the operator's account,
 * so that who trusts a provider of their own account trusts no other by that.
 */
export const installationProviderArn = (region: string, url: string): string =>
  providerArn(region, OPERATOR_ACCOUNT, url)

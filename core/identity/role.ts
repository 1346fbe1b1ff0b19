import { policyHash } from '../policy/compiled-cache.ts'
import type { StoredPolicy } from '../policy/meaning.ts'
import type { Found } from '../store/store.ts'
import {
  type PrincipalData,
  principalItem,
  principalPlace,
  type TenantData,
  tenantItem,
  tenantPlace,
} from './credential.ts'
import { principalArn, resourceOf } from './principal-caller.ts'

const ROLE_ARN = /^arn:[a-z-]+:iam::(\d{12}):role\/(?:[\w+=,.@-]+\/)*([\w+=,.@-]{1,64})$/

/** A role by its ARN, its path included; without `role` where there is none, or where its account is suspended. */
export async function readRole(
  arn: string,
  region: string,
  found: Found,
): Promise<{ accountId: string; role?: PrincipalData; account?: TenantData }> {
  const [, accountId, name] = ROLE_ARN.exec(arn) ?? []
  if (accountId === undefined || name === undefined) return { accountId: arn.split(':')[4] ?? '' }
  const named = await readNamedRole(accountId, name, found)
  const its = named && principalArn(region, accountId, resourceOf(named.role)) === arn
  return its ? { accountId, ...named } : { accountId }
}

/**
 * A role by its account and name, and its account; undefined where there is none, or where its account is
 * suspended.
 */
export async function readNamedRole(
  accountId: string,
  name: string,
  found: Found,
): Promise<{ role: PrincipalData; account: TenantData } | undefined> {
  const tenant = await found(tenantPlace(accountId))
  const item = await found(principalPlace(accountId, `role/${name}`))
  const account = tenant && tenantItem.read(tenant)
  if (item === undefined || account?.status !== 'active') return undefined
  return { role: principalItem.read(item), account }
}

/** The trust policy of a role with whom it meant, as far as that is known of this text. */
export function trustOf({
  trust,
  trusted,
}: Pick<PrincipalData, 'trust' | 'trusted'>): StoredPolicy | undefined {
  if (trust === undefined) return undefined
  const known = trusted?.of === policyHash(trust)
  return { document: trust, ...(known && { meant: trusted.meant }) }
}

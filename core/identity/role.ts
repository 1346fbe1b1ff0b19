import { partitionOf } from '../base/arn.ts'
import type { Found } from '../store/store.ts'
import {
  type PrincipalData,
  principalItem,
  principalPlace,
  type TenantData,
  tenantItem,
  tenantPlace,
} from './credential.ts'

const ROLE_ARN = /^arn:([a-z-]+):iam::(\d{12}):role\/([\w+=,.@-]{1,64})$/

/** The account and name a role's ARN tells; undefined for any other text. */
function roleNamed(arn: string, region: string) {
  const [, partition, accountId = '', name = ''] = ROLE_ARN.exec(arn) ?? []
  return partition === partitionOf(region) ? { accountId, name } : undefined
}

/** A role by its ARN; without `role` where there is none, or where its account is suspended. */
export async function readRole(
  arn: string,
  region: string,
  found: Found,
): Promise<{ accountId: string; role?: PrincipalData; account?: TenantData }> {
  const named = roleNamed(arn, region)
  if (named === undefined) return { accountId: arn.split(':')[4] ?? '' }
  const { accountId, name } = named
  const tenant = await found(tenantPlace(accountId))
  const item = await found(principalPlace(accountId, `role/${name}`))
  const account = tenant && tenantItem.read(tenant)
  if (item === undefined || account?.status !== 'active') return { accountId }
  return { accountId, role: principalItem.read(item), account }
}

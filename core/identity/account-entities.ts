import type { DataPorts } from '../key/ports.ts'
import { credentialItem, type PrincipalData, principalItem } from './credential.ts'
import { type GroupData, groupItem, type ManagedPolicyData, mfaDeviceItem } from './iam-items.ts'
import {
  IAM_QUOTAS,
  INLINE_CHARACTERS,
  MANAGED_POLICY_CHARACTERS,
  TRUST_POLICY_CHARACTERS,
} from './iam-quotas.ts'
import { allProfiles } from './instance-profile.ts'
import { issuerItem } from './issuer.ts'
import { allPolicies } from './managed-policy.ts'
import { withoutMoving } from './rename.ts'

/** All that an account has of AWS IAM. */
interface AccountEntities {
  readonly users: readonly PrincipalData[]
  readonly roles: readonly PrincipalData[]
  readonly groups: readonly GroupData[]
  readonly policies: readonly ManagedPolicyData[]
}

async function all<T>(
  read: DataPorts['read'],
  pk: string,
  prefix: string,
  dataOf: (item: Parameters<typeof principalItem.read>[0]) => T,
): Promise<T[]> {
  const found: T[] = []
  for (let after: string | undefined, more = true; more; ) {
    const start = after === undefined ? {} : { after }
    const page = await read.query({ pk, prefix, limit: 1000, ...start })
    found.push(...page.items.map(dataOf))
    after = page.items.at(-1)?.sk
    more = page.more
  }
  return found
}

async function accountEntities(
  read: DataPorts['read'],
  accountId: string,
): Promise<AccountEntities> {
  const [principals, groups, policies] = await Promise.all([
    all(read, accountId, principalItem.prefix(), (item) => principalItem.read(item)),
    all(read, accountId, groupItem.prefix(), (item) => groupItem.read(item)),
    allPolicies(read, accountId),
  ])
  const settled = await withoutMoving(read, accountId, principals)
  return {
    users: settled.filter(({ type }) => type === 'user'),
    roles: settled.filter(({ type }) => type === 'role'),
    groups,
    policies,
  }
}

/** What GetAccountSummary answers: how much there is, and how much there may be. */
export async function accountSummary(
  read: DataPorts['read'],
  accountId: string,
): Promise<Record<string, number>> {
  const [{ users, roles, groups, policies }, keys, providers, devices, profiles] =
    await Promise.all([
      accountEntities(read, accountId),
      all(read, accountId, credentialItem.prefix(), (item) => credentialItem.read(item)),
      all(read, accountId, issuerItem.prefix(), (item) => issuerItem.read(item)),
      all(read, accountId, mfaDeviceItem.prefix(), (item) => mfaDeviceItem.read(item)),
      allProfiles(read, accountId),
    ])
  const versions = policies.reduce((sum, policy) => sum + policy.versions.length, 0)
  return {
    Users: users.length,
    UsersQuota: IAM_QUOTAS.users,
    Groups: groups.length,
    GroupsQuota: IAM_QUOTAS.groups,
    Roles: roles.length,
    RolesQuota: IAM_QUOTAS.roles,
    Policies: policies.length,
    PoliciesQuota: IAM_QUOTAS.policies,
    PolicyVersionsInUse: versions,
    PolicyVersionsInUseQuota: IAM_QUOTAS.policies * IAM_QUOTAS.policyVersions,
    VersionsPerPolicyQuota: IAM_QUOTAS.policyVersions,
    PolicySizeQuota: MANAGED_POLICY_CHARACTERS,
    UserPolicySizeQuota: INLINE_CHARACTERS.user,
    GroupPolicySizeQuota: INLINE_CHARACTERS.group,
    RolePolicySizeQuota: INLINE_CHARACTERS.role,
    AssumeRolePolicySizeQuota: TRUST_POLICY_CHARACTERS,
    AttachedPoliciesPerUserQuota: IAM_QUOTAS.attachedPolicies,
    AttachedPoliciesPerGroupQuota: IAM_QUOTAS.attachedPolicies,
    AttachedPoliciesPerRoleQuota: IAM_QUOTAS.attachedPolicies,
    AccessKeysPerUserQuota: IAM_QUOTAS.accessKeys,
    GroupsPerUserQuota: IAM_QUOTAS.groupsPerUser,
    AccountAccessKeysPresent: keys.some(({ principal }) => principal === 'root') ? 1 : 0,
    AccountMFAEnabled: devices.some(({ principal }) => principal === 'root') ? 1 : 0,
    MFADevices: devices.length,
    MFADevicesInUse: devices.filter(({ principal }) => principal !== undefined).length,
    Providers: providers.length,
    AccountPasswordPresent: 0,
    AccountSigningCertificatesPresent: 0,
    InstanceProfiles: profiles.length,
    InstanceProfilesQuota: IAM_QUOTAS.instanceProfiles,
    ServerCertificates: 0,
  }
}

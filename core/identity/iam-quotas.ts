/**
 * What an account may have of AWS IAM: AWS's default quotas.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const IAM_QUOTAS = {
  users: 5000,
  roles: 1000,
  groups: 300,
  policies: 1500,
  providers: 100,
  instanceProfiles: 1000,
  /** of a user */
  accessKeys: 2,
  groupsPerUser: 10,
  mfaDevicesPerUser: 8,
  /** assigned or not: as many as there may be users */
  mfaDevices: 5000,
  /** of a user, role or group */
  attachedPolicies: 10,
  policyVersions: 5,
  /** of a user, role or policy */
  tags: 50,
} as const

/** characters of the inline policies of one, white space not counted */
export const INLINE_CHARACTERS = { user: 2048, role: 10_240, group: 5120 } as const
/** characters of a managed policy, white space not counted */
export const MANAGED_POLICY_CHARACTERS = 6144
/** characters of a role's trust policy, white space not counted */
export const TRUST_POLICY_CHARACTERS = 2048

/** Characters of a policy as quotas count them. */
export const policyLength = (...documents: readonly string[]): number =>
  documents.reduce((sum, one) => sum + one.replaceAll(/\s/g, '').length, 0)

import { allowAll, type OpenapiWorld, type Sample, trusting } from './openapi-world.ts'

const TAGS = [{ Key: 'team', Value: 'payments' }]
const TagKeys = ['team']
const INLINE = { PolicyName: 'use-keys', PolicyDocument: allowAll }

/** The operations that users, groups and roles have alike. */
function ofEntities(
  kind: 'User' | 'Group' | 'Role',
  make: (w: OpenapiWorld) => Promise<string>,
): Record<string, Sample> {
  const named = async (w: OpenapiWorld) => ({ [`${kind}Name`]: await make(w) })
  const withInline: Sample = async (w) => {
    const entity = await named(w)
    await w.call(`IamPut${kind}Policy`, { ...entity, ...INLINE })
    return { ...entity, PolicyName: INLINE.PolicyName }
  }
  const attached: Sample = async (w) => {
    const entity = { ...(await named(w)), PolicyArn: await w.policy() }
    await w.call(`IamAttach${kind}Policy`, entity)
    return entity
  }
  const only =
    (sample: Sample): Sample =>
    async (w) => {
      const input = await sample(w)
      return { [`${kind}Name`]: input[`${kind}Name`] }
    }
  return {
    [`IamGet${kind}`]: named,
    [`IamDelete${kind}`]: named,
    [`IamPut${kind}Policy`]: async (w) => ({ ...(await named(w)), ...INLINE }),
    [`IamGet${kind}Policy`]: withInline,
    [`IamDelete${kind}Policy`]: withInline,
    [`IamList${kind}Policies`]: only(withInline),
    [`IamAttach${kind}Policy`]: async (w) => ({ ...(await named(w)), PolicyArn: await w.policy() }),
    [`IamDetach${kind}Policy`]: attached,
    [`IamListAttached${kind}Policies`]: only(attached),
  }
}

/** The tags of what can have some. */
function ofTags(kind: string, named: (w: OpenapiWorld) => Promise<object>): Record<string, Sample> {
  return {
    [`IamTag${kind}`]: async (w) => ({ ...(await named(w)), Tags: TAGS }),
    [`IamUntag${kind}`]: async (w) => ({ ...(await named(w)), TagKeys }),
    [`IamList${kind}Tags`]: async (w) => {
      const one = await named(w)
      await w.call(`IamTag${kind}`, { ...one, Tags: TAGS })
      return { ...one }
    },
  }
}

function ofBoundaries(kind: 'User' | 'Role', make: (w: OpenapiWorld) => Promise<string>) {
  const bounded: Sample = async (w) => ({
    [`${kind}Name`]: await make(w),
    PermissionsBoundary: await w.policy(),
  })
  return {
    [`IamPut${kind}PermissionsBoundary`]: bounded,
    async [`IamDelete${kind}PermissionsBoundary`](w: OpenapiWorld) {
      const input = await bounded(w)
      await w.call(`IamPut${kind}PermissionsBoundary`, input)
      return { [`${kind}Name`]: input[`${kind}Name`] }
    },
  }
}

const userNamed = async (w: OpenapiWorld) => ({ UserName: await w.user() })
const roleNamed = async (w: OpenapiWorld) => ({ RoleName: await w.role() })
async function profileNamed(w: OpenapiWorld) {
  const InstanceProfileName = w.name('orders-host')
  await w.call('IamCreateInstanceProfile', { InstanceProfileName })
  return { InstanceProfileName }
}
async function profileWithRole(w: OpenapiWorld) {
  const named = { ...(await profileNamed(w)), ...(await roleNamed(w)) }
  await w.call('IamAddRoleToInstanceProfile', named)
  return named
}
const policyNamed = async (w: OpenapiWorld) => ({ PolicyArn: await w.policy() })
const providerNamed = async (w: OpenapiWorld) => ({ OpenIDConnectProviderArn: await w.provider() })
const deviceNamed = async (w: OpenapiWorld) => ({ SerialNumber: (await w.device()).serial })

async function accessKey(w: OpenapiWorld) {
  const UserName = await w.user()
  const { AccessKey } = await w.call('IamCreateAccessKey', { UserName })
  const { AccessKeyId } = AccessKey as Record<string, string>
  return { UserName, AccessKeyId }
}
async function member(w: OpenapiWorld) {
  const one = { GroupName: await w.group(), UserName: await w.user() }
  await w.call('IamAddUserToGroup', one)
  return one
}
async function version(w: OpenapiWorld) {
  const PolicyArn = await w.policy()
  const { PolicyVersion } = await w.call('IamCreatePolicyVersion', {
    PolicyArn,
    PolicyDocument: allowAll,
  })
  const { VersionId } = PolicyVersion as Record<string, string>
  return { PolicyArn, VersionId }
}
async function held(w: OpenapiWorld) {
  const UserName = await w.user()
  const device = await w.device(UserName)
  return { UserName, device, SerialNumber: device.serial }
}
const holding = async (w: OpenapiWorld) => {
  const { UserName, SerialNumber } = await held(w)
  return { UserName, SerialNumber }
}

/** Operations that are refused to everybody, as users have no passwords here: with NoSuchEntityException. */
export const NEVER_DONE: ReadonlySet<string> = new Set([
  'IamGetLoginProfile',
  'IamDeleteLoginProfile',
])

export const iamSamples: Readonly<Record<string, Sample>> = {
  ...ofEntities('User', (w) => w.user()),
  ...ofEntities('Group', (w) => w.group()),
  ...ofEntities('Role', (w) => w.role()),
  ...ofTags('User', userNamed),
  ...ofTags('Role', roleNamed),
  ...ofTags('InstanceProfile', profileNamed),
  ...ofTags('Policy', policyNamed),
  ...ofTags('OpenIDConnectProvider', providerNamed),
  ...ofTags('MFADevice', deviceNamed),
  ...ofBoundaries('User', (w) => w.user()),
  ...ofBoundaries('Role', (w) => w.role()),
  IamCreateUser: (w) => ({ UserName: w.name('alice'), Tags: TAGS }),
  IamListUsers: () => ({ MaxItems: 1 }),
  IamUpdateUser: async (w) => ({ ...(await userNamed(w)), NewPath: '/finance/' }),
  IamListGroupsForUser: async (w) => ({ UserName: (await member(w)).UserName }),
  IamCreateGroup: (w) => ({ GroupName: w.name('developers') }),
  IamListGroups: () => ({ MaxItems: 1 }),
  IamUpdateGroup: async (w) => ({ GroupName: await w.group(), NewGroupName: w.name('engineers') }),
  IamAddUserToGroup: async (w) => ({ GroupName: await w.group(), UserName: await w.user() }),
  IamRemoveUserFromGroup: member,
  IamCreateRole: (w) => ({
    RoleName: w.name('orders-app'),
    AssumeRolePolicyDocument: trusting(w.tenant.accountId),
    MaxSessionDuration: 7200,
  }),
  IamListRoles: () => ({ MaxItems: 1 }),
  IamUpdateRole: async (w) => ({ ...(await roleNamed(w)), MaxSessionDuration: 7200 }),
  IamUpdateRoleDescription: async (w) => ({ ...(await roleNamed(w)), Description: 'Orders' }),
  IamUpdateAssumeRolePolicy: async (w) => ({
    ...(await roleNamed(w)),
    PolicyDocument: trusting(w.tenant.accountId),
  }),
  IamListInstanceProfilesForRole: async (w) => {
    const { RoleName } = await profileWithRole(w)
    return { RoleName }
  },
  IamCreateInstanceProfile: (w) => ({ InstanceProfileName: w.name('orders-host') }),
  IamGetInstanceProfile: profileNamed,
  IamDeleteInstanceProfile: profileNamed,
  IamListInstanceProfiles: () => ({ MaxItems: 1 }),
  IamAddRoleToInstanceProfile: async (w) => ({
    ...(await profileNamed(w)),
    ...(await roleNamed(w)),
  }),
  IamRemoveRoleFromInstanceProfile: profileWithRole,
  IamCreateAccessKey: userNamed,
  IamListAccessKeys: async (w) => ({ UserName: (await accessKey(w)).UserName }),
  IamUpdateAccessKey: async (w) => ({ ...(await accessKey(w)), Status: 'Inactive' }),
  IamDeleteAccessKey: accessKey,
  IamGetAccessKeyLastUsed: async (w) => ({ AccessKeyId: (await accessKey(w)).AccessKeyId }),
  IamCreatePolicy: (w) => ({ PolicyName: w.name('use-keys'), PolicyDocument: allowAll }),
  IamGetPolicy: policyNamed,
  IamListPolicies: () => ({ Scope: 'Local', MaxItems: 1 }),
  IamDeletePolicy: policyNamed,
  IamListEntitiesForPolicy: async (w) => {
    const entity = { UserName: await w.user(), PolicyArn: await w.policy() }
    await w.call('IamAttachUserPolicy', entity)
    return { PolicyArn: entity.PolicyArn }
  },
  IamCreatePolicyVersion: async (w) => ({ ...(await policyNamed(w)), PolicyDocument: allowAll }),
  IamListPolicyVersions: policyNamed,
  IamGetPolicyVersion: version,
  IamDeletePolicyVersion: version,
  IamSetDefaultPolicyVersion: version,
  IamCreateOpenIDConnectProvider: (w) => ({
    Url: `https://${w.name('idp')}.example.com`,
    ClientIDList: ['orders-web'],
  }),
  IamGetOpenIDConnectProvider: providerNamed,
  IamListOpenIDConnectProviders: () => ({}),
  IamDeleteOpenIDConnectProvider: providerNamed,
  IamAddClientIDToOpenIDConnectProvider: async (w) => ({
    ...(await providerNamed(w)),
    ClientID: 'orders-mobile',
  }),
  IamRemoveClientIDFromOpenIDConnectProvider: async (w) => ({
    ...(await providerNamed(w)),
    ClientID: 'orders-web',
  }),
  IamUpdateOpenIDConnectProviderThumbprint: async (w) => ({
    ...(await providerNamed(w)),
    ThumbprintList: ['0123456789abcdef0123456789abcdef01234567'],
  }),
  IamCreateVirtualMFADevice: (w) => ({ VirtualMFADeviceName: w.name('phone') }),
  IamListVirtualMFADevices: () => ({ AssignmentStatus: 'Any', MaxItems: 1 }),
  IamDeleteVirtualMFADevice: deviceNamed,
  IamEnableMFADevice: async (w) => {
    const UserName = await w.user()
    const device = await w.device()
    return { UserName, SerialNumber: device.serial, ...device.pair() }
  },
  IamResyncMFADevice: async (w) => {
    const { UserName, SerialNumber, device } = await held(w)
    return { UserName, SerialNumber, ...device.pair(0) }
  },
  IamDeactivateMFADevice: holding,
  IamGetMFADevice: holding,
  IamListMFADevices: async (w) => ({ UserName: (await holding(w)).UserName }),
  IamListAccountAliases: () => ({}),
  IamGetAccountSummary: () => ({}),
  IamGetAccountAuthorizationDetails: () => ({ Filter: ['Group'], MaxItems: 1 }),
  IamListSigningCertificates: userNamed,
  IamListSSHPublicKeys: userNamed,
  IamListServiceSpecificCredentials: userNamed,
  IamSimulatePrincipalPolicy: async (w) => {
    const UserName = await w.user()
    await w.call('IamPutUserPolicy', { UserName, ...INLINE })
    return {
      PolicySourceArn: `arn:aws:iam::${w.tenant.accountId}:user/${UserName}`,
      ActionNames: ['kms:Decrypt'],
    }
  },
  IamSimulateCustomPolicy: () => ({ PolicyInputList: [allowAll], ActionNames: ['kms:Decrypt'] }),
  IamGetContextKeysForPrincipalPolicy: async (w) => ({
    PolicySourceArn: `arn:aws:iam::${w.tenant.accountId}:user/${await w.user()}`,
  }),
  IamGetContextKeysForCustomPolicy: () => ({
    PolicyInputList: [
      JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: 'kms:Decrypt',
          Resource: '*',
          Condition: { StringEquals: { 'kms:EncryptionContext:tenant': 'acme' } },
        },
      }),
    ],
  }),
  IamGetLoginProfile: userNamed,
  IamDeleteLoginProfile: userNamed,
}

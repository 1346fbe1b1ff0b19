// @module-tag functions
import {
  AddClientIDToOpenIDConnectProviderCommand,
  AddUserToGroupCommand,
  AttachRolePolicyCommand,
  CreateGroupCommand,
  CreateOpenIDConnectProviderCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteOpenIDConnectProviderCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  GetAccountAuthorizationDetailsCommand,
  GetAccountSummaryCommand,
  GetContextKeysForCustomPolicyCommand,
  GetLoginProfileCommand,
  GetOpenIDConnectProviderCommand,
  GetRoleCommand,
  type IAMClient,
  ListAccountAliasesCommand,
  ListInstanceProfilesForRoleCommand,
  ListOpenIDConnectProvidersCommand,
  ListOpenIDConnectProviderTagsCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  ListSigningCertificatesCommand,
  PutGroupPolicyCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  SimulateCustomPolicyCommand,
  SimulatePrincipalPolicyCommand,
  TagOpenIDConnectProviderCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateOpenIDConnectProviderThumbprintCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { allow, document, trust } from '../sessions/world.ts'
import { describeStores, type Harness, type Tenant } from '../support/harness.ts'
import { iamClients, refused } from './iam-world.ts'

/** RFC 3986, as AWS IAM answers policies. */
const encoded = (text: string) => encodeURIComponent(text).replaceAll('*', '%2A')

describeStores('An account of AWS IAM', (harness: Harness) => {
  const client = iamClients(harness)
  let tenant: Tenant
  let root: IAMClient

  beforeAll(async () => {
    tenant = await harness.tenant()
  })
  beforeEach(() => {
    root = client(tenant)
  })
  const trusting = () => document(trust({ AWS: tenant.accountId }))
  const decoded = (text?: string) => decodeURIComponent(text ?? '')

  test('has roles, from their creation to their deletion', async () => {
    const RoleName = 'deploy'
    const AssumeRolePolicyDocument = trusting()
    const made = await root.send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument,
        Path: '/app/',
        Description: 'deploys',
        MaxSessionDuration: 7200,
        Tags: [{ Key: 'a', Value: 'b' }],
      }),
    )
    const role = {
      Path: '/app/',
      RoleName,
      RoleId: expect.stringMatching(/^AROA[A-Z2-7]{16}$/),
      Arn: `arn:aws:iam::${tenant.accountId}:role/app/${RoleName}`,
      CreateDate: expect.any(Date),
      AssumeRolePolicyDocument: encoded(AssumeRolePolicyDocument),
      Description: 'deploys',
      MaxSessionDuration: 7200,
    }
    const shown = { ...role, Tags: [{ Key: 'a', Value: 'b' }], RoleLastUsed: {} }
    expect(made.Role).toEqual(shown)
    expect((await root.send(new GetRoleCommand({ RoleName }))).Role).toEqual(shown)
    expect((await root.send(new ListRolesCommand({ PathPrefix: '/app/' }))).Roles).toEqual([role])
    await root.send(new UpdateRoleCommand({ RoleName, Description: '', MaxSessionDuration: 3600 }))
    const other = document(
      trust({ AWS: tenant.accountId }, ['sts:AssumeRole'], {
        Condition: { StringEquals: { 'sts:ExternalId': 'x' } },
      }),
    )
    await root.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: other }))
    const { Role } = await root.send(new GetRoleCommand({ RoleName }))
    expect(Role?.Description).toBeUndefined()
    expect(Role?.MaxSessionDuration).toBe(3600)
    expect(decoded(Role?.AssumeRolePolicyDocument)).toBe(other)
    await root.send(new TagRoleCommand({ RoleName, Tags: [{ Key: 'A', Value: 'c' }] }))
    expect((await root.send(new ListRoleTagsCommand({ RoleName }))).Tags).toEqual([
      { Key: 'A', Value: 'c' },
    ])
    await root.send(new UntagRoleCommand({ RoleName, TagKeys: ['a'] }))
    expect((await root.send(new ListRoleTagsCommand({ RoleName }))).Tags).toEqual([])
    expect(
      (await root.send(new ListInstanceProfilesForRoleCommand({ RoleName }))).InstanceProfiles,
    ).toEqual([])
    const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
    await root.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }))
    expect(await refused(root.send(new DeleteRoleCommand({ RoleName })))).toEqual({
      code: 'DeleteConflict',
      message: 'Cannot delete entity, must detach all policies first.',
      status: 409,
    })
    await root.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }))
    await root.send(new DeleteRoleCommand({ RoleName }))
    expect((await refused(root.send(new GetRoleCommand({ RoleName })))).message).toBe(
      'The role with name deploy cannot be found.',
    )
    const wrong = document(allow('sts:AssumeRole'))
    expect(
      await refused(
        root.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: wrong })),
      ),
    ).toMatchObject({ code: 'MalformedPolicyDocument', status: 400 })
  })

  test('tells how much it has, and all that it says', async () => {
    const own = await harness.tenant()
    const iam = client(own)
    const document1 = document(allow('kms:ListKeys'))
    await iam.send(new CreateUserCommand({ UserName: 'one', Path: '/a/' }))
    await iam.send(new CreateGroupCommand({ GroupName: 'all' }))
    await iam.send(new AddUserToGroupCommand({ GroupName: 'all', UserName: 'one' }))
    const inline = { PolicyName: 'inline', PolicyDocument: document1 }
    await iam.send(new PutUserPolicyCommand({ UserName: 'one', ...inline }))
    await iam.send(new PutGroupPolicyCommand({ GroupName: 'all', ...inline }))
    const AssumeRolePolicyDocument = document(trust({ AWS: own.accountId }))
    await iam.send(new CreateRoleCommand({ RoleName: 'role', AssumeRolePolicyDocument }))
    await iam.send(new PutRolePolicyCommand({ RoleName: 'role', ...inline }))
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'managed', PolicyDocument: document1 }),
    )
    const PolicyArn = Policy?.Arn ?? ''
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'role', PolicyArn }))
    const { SummaryMap } = await iam.send(new GetAccountSummaryCommand({}))
    expect(SummaryMap).toMatchObject({
      Users: 1,
      UsersQuota: 5000,
      Groups: 1,
      Roles: 1,
      Policies: 1,
      PolicyVersionsInUse: 1,
      AccountAccessKeysPresent: 1,
      AccessKeysPerUserQuota: 2,
    })
    const all = await iam.send(new GetAccountAuthorizationDetailsCommand({}))
    const policies = [{ PolicyName: 'inline', PolicyDocument: encoded(document1) }]
    expect(all.UserDetailList).toMatchObject([
      { UserName: 'one', Path: '/a/', GroupList: ['all'], UserPolicyList: policies },
    ])
    expect(all.GroupDetailList).toMatchObject([{ GroupName: 'all', GroupPolicyList: policies }])
    expect(all.RoleDetailList).toMatchObject([
      {
        RoleName: 'role',
        RolePolicyList: policies,
        AttachedManagedPolicies: [{ PolicyName: 'managed', PolicyArn }],
        AssumeRolePolicyDocument: encoded(AssumeRolePolicyDocument),
        InstanceProfileList: [],
      },
    ])
    expect(all.Policies).toMatchObject([
      {
        PolicyName: 'managed',
        AttachmentCount: 1,
        PolicyVersionList: [
          { VersionId: 'v1', IsDefaultVersion: true, Document: encoded(document1) },
        ],
      },
    ])
    const some = await iam.send(new GetAccountAuthorizationDetailsCommand({ Filter: ['Group'] }))
    expect([some.UserDetailList, some.RoleDetailList, some.Policies]).toEqual([[], [], []])
    const seen: unknown[] = []
    let Marker: string | undefined
    do {
      const page = await iam.send(
        new GetAccountAuthorizationDetailsCommand({ MaxItems: 1, ...(Marker && { Marker }) }),
      )
      const lists = [page.UserDetailList, page.GroupDetailList, page.RoleDetailList, page.Policies]
      seen.push(...lists.flatMap((list) => list ?? []))
      Marker = page.Marker
    } while (Marker !== undefined)
    expect(seen.length).toBe(4)
    expect((await iam.send(new ListAccountAliasesCommand({}))).AccountAliases).toEqual([])
    const UserName = 'one'
    expect((await iam.send(new ListSigningCertificatesCommand({ UserName }))).Certificates).toEqual(
      [],
    )
    expect(await refused(iam.send(new GetLoginProfileCommand({ UserName })))).toMatchObject({
      code: 'NoSuchEntity',
    })
  })

  describe('simulates', () => {
    const decisions = (answer: {
      EvaluationResults?:
        | { EvalActionName?: string | undefined; EvalDecision?: string | undefined }[]
        | undefined
    }) =>
      (answer.EvaluationResults ?? []).map(({ EvalActionName, EvalDecision }) => [
        EvalActionName,
        EvalDecision,
      ])

    test('what the policies of a user, its groups and boundary decide', async () => {
      const UserName = 'simulated'
      const { Policy } = await root.send(
        new CreatePolicyCommand({
          PolicyName: 'simulated-boundary',
          PolicyDocument: document(allow(['kms:Encrypt', 'kms:Decrypt', 'kms:Sign'])),
        }),
      )
      const { User } = await root.send(
        new CreateUserCommand({ UserName, PermissionsBoundary: Policy?.Arn }),
      )
      const GroupName = 'simulated-group'
      await root.send(new CreateGroupCommand({ GroupName }))
      await root.send(new AddUserToGroupCommand({ GroupName, UserName }))
      await root.send(
        new PutGroupPolicyCommand({
          GroupName,
          PolicyName: 'group',
          PolicyDocument: document(allow(['kms:Encrypt', 'kms:Verify'])),
        }),
      )
      await root.send(
        new PutUserPolicyCommand({
          UserName,
          PolicyName: 'own',
          PolicyDocument: document(
            { Effect: 'Deny', Action: 'kms:Sign', Resource: '*' },
            allow('kms:Decrypt', { Condition: { StringEquals: { 'aws:RequestTag/a': 'b' } } }),
          ),
        }),
      )
      const ask = {
        PolicySourceArn: User?.Arn,
        ActionNames: ['kms:Encrypt', 'kms:Verify', 'kms:Sign', 'kms:Decrypt', 'kms:GetPublicKey'],
      }
      const answer = await root.send(new SimulatePrincipalPolicyCommand(ask))
      expect(decisions(answer)).toEqual([
        ['kms:Encrypt', 'allowed'],
        ['kms:Verify', 'implicitDeny'],
        ['kms:Sign', 'explicitDeny'],
        ['kms:Decrypt', 'implicitDeny'],
        ['kms:GetPublicKey', 'implicitDeny'],
      ])
      expect(answer.EvaluationResults?.[0]).toMatchObject({
        EvalResourceName: '*',
        MatchedStatements: [
          { SourcePolicyId: `group/${GroupName}/group` },
          { SourcePolicyId: 'permissions-boundary' },
        ],
        PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: true },
        MissingContextValues: ['aws:RequestTag/a'],
      })
      expect(answer.EvaluationResults?.[1]?.PermissionsBoundaryDecisionDetail).toEqual({
        AllowedByPermissionsBoundary: false,
      })
      const ContextEntries = [
        {
          ContextKeyName: 'aws:RequestTag/a',
          ContextKeyValues: ['b'],
          ContextKeyType: 'string' as const,
        },
      ]
      const given = { ...ask, ActionNames: ['kms:Decrypt'], ContextEntries }
      const known = await root.send(new SimulatePrincipalPolicyCommand(given))
      expect(decisions(known)).toEqual([['kms:Decrypt', 'allowed']])
      expect(known.EvaluationResults?.[0]?.MissingContextValues).toEqual([])
      const nobody = { ...ask, PolicySourceArn: `${User?.Arn}-not` }
      expect(await refused(root.send(new SimulatePrincipalPolicyCommand(nobody)))).toMatchObject({
        code: 'NoSuchEntity',
      })
    })

    test('no answer outgrows its request: each result has all keys that are missing', async () => {
      const keys = Array.from({ length: 1500 }, (_, i) => [`key:${i}`, 'a'])
      const Condition = { StringEquals: Object.fromEntries(keys) }
      const PolicyInputList = [document(allow('kms:*', { Condition }))]
      const ActionNames = Array.from({ length: 60 }, (_, i) => `kms:Action${i}`)
      const ask = { PolicyInputList, ActionNames, MaxItems: 1000 }
      const told: (string | undefined)[] = []
      let pages = 0
      for (let Marker: string | undefined, more = true; more; pages++) {
        const page = await root.send(new SimulateCustomPolicyCommand({ ...ask, Marker }))
        const results = page.EvaluationResults ?? []
        expect(results.every((one) => one.MissingContextValues?.length === keys.length)).toBe(true)
        expect(results.length).toBeLessThanOrEqual(13)
        told.push(...results.map((one) => one.EvalActionName))
        Marker = page.Marker
        more = page.IsTruncated === true
      }
      expect(told).toEqual(ActionNames)
      expect(pages).toBe(5)
    })

    test('policies that are given, page by page', async () => {
      const PolicyInputList = [
        document(
          allow('kms:*', {
            Resource: [
              'arn:aws:kms:us-east-1:111122223333:key/*',
              `arn:aws:kms:*:*:alias/\${aws:username}`,
            ],
          }),
        ),
      ]
      const ResourceArns = ['arn:aws:kms:us-east-1:111122223333:key/a', 'arn:aws:s3:::b']
      const ask = { PolicyInputList, ActionNames: ['kms:Encrypt', 'kms:Sign'], ResourceArns }
      const first = await root.send(new SimulateCustomPolicyCommand({ ...ask, MaxItems: 3 }))
      expect(first.IsTruncated).toBe(true)
      const second = await root.send(
        new SimulateCustomPolicyCommand({ ...ask, Marker: first.Marker }),
      )
      expect(second.IsTruncated).toBe(false)
      expect([...decisions(first), ...decisions(second)]).toEqual([
        ['kms:Encrypt', 'allowed'],
        ['kms:Encrypt', 'implicitDeny'],
        ['kms:Sign', 'allowed'],
        ['kms:Sign', 'implicitDeny'],
      ])
      const unsupported = { ...ask, ResourceHandlingOption: 'EC2-VPC-InstanceStore' }
      expect(await refused(root.send(new SimulateCustomPolicyCommand(unsupported)))).toMatchObject({
        code: 'InvalidInput',
      })
      const keys = await root.send(new GetContextKeysForCustomPolicyCommand({ PolicyInputList }))
      expect(keys.ContextKeyNames).toEqual(['aws:username'])
      expect(
        await refused(
          root.send(new SimulateCustomPolicyCommand({ ...ask, PolicyInputList: ['{}'] })),
        ),
      ).toMatchObject({ code: 'MalformedPolicyDocument' })
    })
  })

  test('has OpenID Connect providers', async () => {
    const Url = 'https://token.example.com/tenant'
    const thumbprint = 'a'.repeat(40)
    const made = await root.send(
      new CreateOpenIDConnectProviderCommand({
        Url,
        ClientIDList: ['sts.amazonaws.com'],
        ThumbprintList: [thumbprint],
        Tags: [{ Key: 'a', Value: 'b' }],
      }),
    )
    const OpenIDConnectProviderArn = `arn:aws:iam::${tenant.accountId}:oidc-provider/token.example.com/tenant`
    expect(made.OpenIDConnectProviderArn).toBe(OpenIDConnectProviderArn)
    const named = { OpenIDConnectProviderArn }
    const shown = async () => {
      const { $metadata, ...rest } = await root.send(new GetOpenIDConnectProviderCommand(named))
      return rest
    }
    expect(await shown()).toEqual({
      Url: 'token.example.com/tenant',
      ClientIDList: ['sts.amazonaws.com'],
      ThumbprintList: [thumbprint],
      CreateDate: expect.any(Date),
      Tags: [{ Key: 'a', Value: 'b' }],
    })
    expect(
      await refused(root.send(new CreateOpenIDConnectProviderCommand({ Url: `${Url}/` }))),
    ).toMatchObject({ code: 'EntityAlreadyExists', status: 409 })
    expect(
      await refused(root.send(new CreateOpenIDConnectProviderCommand({ Url: 'http://a.example' }))),
    ).toMatchObject({ code: 'InvalidInput' })
    await root.send(
      new AddClientIDToOpenIDConnectProviderCommand({ ...named, ClientID: 'another' }),
    )
    await root.send(
      new RemoveClientIDFromOpenIDConnectProviderCommand({
        ...named,
        ClientID: 'sts.amazonaws.com',
      }),
    )
    await root.send(
      new UpdateOpenIDConnectProviderThumbprintCommand({
        ...named,
        ThumbprintList: ['b'.repeat(40)],
      }),
    )
    await root.send(
      new TagOpenIDConnectProviderCommand({ ...named, Tags: [{ Key: 'c', Value: 'd' }] }),
    )
    expect(await shown()).toMatchObject({
      ClientIDList: ['another'],
      ThumbprintList: ['b'.repeat(40)],
    })
    expect((await root.send(new ListOpenIDConnectProviderTagsCommand(named))).Tags?.length).toBe(2)
    const list = await root.send(new ListOpenIDConnectProvidersCommand({}))
    expect(list.OpenIDConnectProviderList).toEqual([{ Arn: OpenIDConnectProviderArn }])
    await root.send(new DeleteOpenIDConnectProviderCommand(named))
    expect(await refused(root.send(new GetOpenIDConnectProviderCommand(named)))).toEqual({
      code: 'NoSuchEntity',
      message: `OpenIDConnect Provider not found for arn ${OpenIDConnectProviderArn}`,
      status: 404,
    })
  })
})

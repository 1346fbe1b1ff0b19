// @module-tag functions
import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateUserCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteUserPermissionsBoundaryCommand,
  DetachUserPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetUserCommand,
  type IAMClient,
  ListAttachedUserPoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListPoliciesCommand,
  ListPolicyTagsCommand,
  ListPolicyVersionsCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  SetDefaultPolicyVersionCommand,
  TagPolicyCommand,
  UntagPolicyCommand,
} from '@aws-sdk/client-iam'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { allow, credentialOf, document } from '../sessions/world.ts'
import { describeStores, type Harness, REGION, type Tenant } from '../support/harness.ts'
import type { Credential } from '../support/target.ts'
import { administrator, iamClients, refused } from './iam-world.ts'

const LIST = document(allow('kms:ListKeys'))
const ALIASES = document(allow('kms:ListAliases'))
const AWS = (name: string) => `arn:aws:iam::aws:policy/${name}`

describeStores('Managed policies of AWS IAM', (harness: Harness) => {
  const client = iamClients(harness)
  let tenant: Tenant
  let root: IAMClient
  let count = 0

  beforeAll(async () => {
    tenant = await harness.tenant()
  })
  beforeEach(() => {
    root = client(tenant)
  })

  const policyOf = async (PolicyDocument: string, PolicyName = `policy-${++count}`) => {
    const { Policy } = await root.send(new CreatePolicyCommand({ PolicyName, PolicyDocument }))
    if (Policy?.Arn === undefined) throw new Error('a policy has an ARN')
    return Policy.Arn
  }
  const may = async (credential: Credential, operation = 'ListKeys') =>
    (await harness.call('aws', credential, operation)).code

  test('have an ARN with their path, versions, tags, and an end', async () => {
    const made = await root.send(
      new CreatePolicyCommand({
        PolicyName: 'reader',
        Path: '/team/',
        Description: 'reads',
        PolicyDocument: LIST,
        Tags: [{ Key: 'a', Value: '1' }],
      }),
    )
    const Arn = `arn:aws:iam::${tenant.accountId}:policy/team/reader`
    const policy = {
      PolicyName: 'reader',
      PolicyId: expect.stringMatching(/^ANPA[A-Z2-7]{16}$/),
      Arn,
      Path: '/team/',
      DefaultVersionId: 'v1',
      AttachmentCount: 0,
      PermissionsBoundaryUsageCount: 0,
      IsAttachable: true,
      CreateDate: expect.any(Date),
      UpdateDate: expect.any(Date),
    }
    expect(made.Policy).toEqual({ ...policy, Tags: [{ Key: 'a', Value: '1' }] })
    expect((await root.send(new GetPolicyCommand({ PolicyArn: Arn }))).Policy).toEqual({
      ...policy,
      Description: 'reads',
      Tags: [{ Key: 'a', Value: '1' }],
    })
    expect(
      await refused(
        root.send(new CreatePolicyCommand({ PolicyName: 'READER', PolicyDocument: LIST })),
      ),
    ).toEqual({
      code: 'EntityAlreadyExists',
      message: 'A policy called READER already exists. Duplicate names are not allowed.',
      status: 409,
    })
    const local = await root.send(new ListPoliciesCommand({ Scope: 'Local', PathPrefix: '/team/' }))
    expect(local.Policies).toEqual([policy])

    const PolicyArn = Arn
    const second = await root.send(
      new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: ALIASES, SetAsDefault: true }),
    )
    expect(second.PolicyVersion).toEqual({
      VersionId: 'v2',
      IsDefaultVersion: true,
      CreateDate: expect.any(Date),
    })
    const { Versions } = await root.send(new ListPolicyVersionsCommand({ PolicyArn }))
    expect(
      Versions?.map(({ VersionId, IsDefaultVersion }) => [VersionId, IsDefaultVersion]),
    ).toEqual([
      ['v2', true],
      ['v1', false],
    ])
    for (const [VersionId, text] of [
      ['v1', LIST],
      ['v2', ALIASES],
    ] as const) {
      const got = await root.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }))
      expect(decodeURIComponent(got.PolicyVersion?.Document ?? '')).toBe(text)
    }
    expect(await refused(root.send(new DeletePolicyCommand({ PolicyArn })))).toMatchObject({
      code: 'DeleteConflict',
    })
    expect(
      await refused(root.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v2' }))),
    ).toMatchObject({
      code: 'DeleteConflict',
      message: 'Cannot delete the default version of a policy.',
    })
    await root.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }))
    await root.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v2' }))
    // a number is never used again
    const third = await root.send(
      new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: ALIASES }),
    )
    expect(third.PolicyVersion).toMatchObject({ VersionId: 'v3', IsDefaultVersion: false })
    await root.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v3' }))
    await root.send(new TagPolicyCommand({ PolicyArn, Tags: [{ Key: 'A', Value: '2' }] }))
    expect((await root.send(new ListPolicyTagsCommand({ PolicyArn }))).Tags).toEqual([
      { Key: 'A', Value: '2' },
    ])
    await root.send(new UntagPolicyCommand({ PolicyArn, TagKeys: ['a'] }))
    expect((await root.send(new ListPolicyTagsCommand({ PolicyArn }))).Tags).toEqual([])
    await root.send(new DeletePolicyCommand({ PolicyArn }))
    expect(await refused(root.send(new GetPolicyCommand({ PolicyArn })))).toEqual({
      code: 'NoSuchEntity',
      message: `Policy ${PolicyArn} was not found.`,
      status: 404,
    })
  })

  test('have five versions and 6,144 characters at most, white space not counted', async () => {
    const PolicyArn = await policyOf(LIST)
    for (let version = 2; version <= 5; version++) {
      await root.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: LIST }))
    }
    expect(
      await refused(root.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: LIST }))),
    ).toMatchObject({ code: 'LimitExceeded', status: 409 })
    const sid = (length: number) => document({ ...allow('kms:*'), Sid: 'a'.repeat(length) })
    const room = 6144 - sid(0).length
    await policyOf(`${sid(room)}${' '.repeat(500)}`)
    expect(await refused(policyOf(sid(room + 1)))).toEqual({
      code: 'LimitExceeded',
      message: 'Cannot exceed quota for PolicySize: 6144',
      status: 409,
    })
    expect(await refused(policyOf('{"Statement":[]}'))).toMatchObject({
      code: 'MalformedPolicyDocument',
      status: 400,
    })
  })

  describe('that are attached', () => {
    test('decide with the next call, whatever version holds, until they are taken away', async () => {
      const UserName = 'attached'
      const { credential } = await harness.user(tenant, UserName)
      if (credential === undefined) throw new Error('a user has an access key')
      expect(await may(credential)).toBe('AccessDeniedException')
      const PolicyArn = await policyOf(LIST)
      await root.send(new AttachUserPolicyCommand({ UserName, PolicyArn }))
      await root.send(new AttachUserPolicyCommand({ UserName, PolicyArn }))
      expect(await may(credential)).toBeUndefined()
      expect(
        (await root.send(new ListAttachedUserPoliciesCommand({ UserName }))).AttachedPolicies,
      ).toEqual([{ PolicyName: PolicyArn.split('/').pop(), PolicyArn }])
      const entities = await root.send(new ListEntitiesForPolicyCommand({ PolicyArn }))
      expect(entities.PolicyUsers).toEqual([{ UserName, UserId: expect.stringMatching(/^AIDA/) }])
      expect(await refused(root.send(new DeletePolicyCommand({ PolicyArn })))).toEqual({
        code: 'DeleteConflict',
        message: 'Cannot delete a policy attached to entities.',
        status: 409,
      })
      const version = { PolicyArn, PolicyDocument: ALIASES, SetAsDefault: true }
      await root.send(new CreatePolicyVersionCommand(version))
      expect(await may(credential)).toBe('AccessDeniedException')
      expect(await may(credential, 'ListAliases')).toBeUndefined()
      await root.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }))
      expect(await may(credential)).toBeUndefined()
      await root.send(new DetachUserPolicyCommand({ UserName, PolicyArn }))
      expect(await may(credential)).toBe('AccessDeniedException')
      expect(
        await refused(root.send(new DetachUserPolicyCommand({ UserName, PolicyArn }))),
      ).toMatchObject({ code: 'NoSuchEntity', message: `Policy ${PolicyArn} was not found.` })
      await root.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: 'v2' }))
      await root.send(new DeletePolicyCommand({ PolicyArn }))
      expect(
        await refused(root.send(new AttachUserPolicyCommand({ UserName, PolicyArn }))),
      ).toEqual({
        code: 'NoSuchEntity',
        message: `Policy ${PolicyArn} does not exist or is not attachable.`,
        status: 404,
      })
    })

    test('to a group are those of its users; a Deny among them decides', async () => {
      const [GroupName, UserName] = ['with-policies', 'grouped']
      const { credential } = await harness.user(tenant, UserName, { Policy: LIST })
      if (credential === undefined) throw new Error('a user has an access key')
      await root.send(new CreateGroupCommand({ GroupName }))
      await root.send(new AddUserToGroupCommand({ GroupName, UserName }))
      expect(await may(credential)).toBeUndefined()
      const PolicyArn = await policyOf(
        document(
          { Effect: 'Deny', Action: 'kms:ListKeys', Resource: '*' },
          allow('kms:ListAliases'),
        ),
      )
      await root.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn }))
      expect(await may(credential, 'ListAliases')).toBeUndefined()
      expect(await may(credential)).toBe('AccessDeniedException')
      const { PolicyGroups } = await root.send(new ListEntitiesForPolicyCommand({ PolicyArn }))
      expect(PolicyGroups).toMatchObject([{ GroupName }])
    })

    test('to a role are those of its sessions', async () => {
      await harness.role(tenant, 'worker')
      const caller = await administrator(harness, tenant, 'assumer', 'sts:AssumeRole')
      const sts = new STSClient({
        endpoint: harness.target.url,
        region: REGION,
        maxAttempts: 1,
        credentials: caller,
      })
      const RoleArn = `arn:aws:iam::${tenant.accountId}:role/worker`
      const made = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'night' }))
      sts.destroy()
      const session = credentialOf(tenant.accountId, made.Credentials)
      expect(await may(session)).toBe('AccessDeniedException')
      const PolicyArn = AWS('AWSKeyManagementServicePowerUser')
      await root.send(new AttachRolePolicyCommand({ RoleName: 'worker', PolicyArn }))
      expect(await may(session)).toBeUndefined()
      expect(await may(session, 'GenerateRandom')).toBe('ValidationException')
      const { PolicyRoles } = await root.send(new ListEntitiesForPolicyCommand({ PolicyArn }))
      expect(PolicyRoles).toMatchObject([{ RoleName: 'worker' }])
    })

    test('are ten at most', async () => {
      const UserName = 'collector'
      await root.send(new CreateUserCommand({ UserName }))
      for (let some = 0; some < 10; some++) {
        const PolicyArn = await policyOf(LIST)
        await root.send(new AttachUserPolicyCommand({ UserName, PolicyArn }))
      }
      const PolicyArn = AWS('ReadOnlyAccess')
      expect(
        await refused(root.send(new AttachUserPolicyCommand({ UserName, PolicyArn }))),
      ).toEqual({
        code: 'LimitExceeded',
        message: 'Cannot exceed quota for PoliciesPerUser: 10',
        status: 409,
      })
    })
  })

  test('that AWS manages are there by name, and nobody changes them', async () => {
    const { Policies } = await root.send(new ListPoliciesCommand({ Scope: 'AWS' }))
    expect(Policies?.map(({ PolicyName }) => PolicyName)).toEqual([
      'AWSKeyManagementServicePowerUser',
      'AdministratorAccess',
      'IAMFullAccess',
      'IAMReadOnlyAccess',
      'ReadOnlyAccess',
    ])
    const PolicyArn = AWS('ReadOnlyAccess')
    const { Policy } = await root.send(new GetPolicyCommand({ PolicyArn }))
    const VersionId = Policy?.DefaultVersionId ?? ''
    const version = await root.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }))
    expect(decodeURIComponent(version.PolicyVersion?.Document ?? '')).toContain('"kms:List*"')
    for (const change of [
      new DeletePolicyCommand({ PolicyArn }),
      new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: LIST }),
    ]) {
      expect(await refused(root.send(change as DeletePolicyCommand))).toMatchObject({
        code: 'AccessDenied',
        status: 403,
      })
    }
  })

  describe('as permissions boundary', () => {
    test('bound what policies allow, and are removed like others', async () => {
      const UserName = 'bounded'
      const boundary = await policyOf(LIST)
      const made = await root.send(
        new CreateUserCommand({ UserName, PermissionsBoundary: boundary }),
      )
      expect(made.User?.PermissionsBoundary).toEqual({
        PermissionsBoundaryType: 'Policy',
        PermissionsBoundaryArn: boundary,
      })
      const Policy = document(allow(['kms:ListKeys', 'kms:ListAliases']))
      await root.send(
        new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument: Policy }),
      )
      const made2 = await harness.rest(
        harness.operator,
        `POST /admin/v1/tenants/${tenant.accountId}/access-keys`,
        { body: JSON.stringify({ UserName }) },
      )
      const { AccessKeyId, SecretAccessKey } = made2.json as Record<string, string>
      const credential = {
        accountId: tenant.accountId,
        accessKeyId: AccessKeyId ?? '',
        secretAccessKey: SecretAccessKey ?? '',
      }
      expect(await may(credential)).toBeUndefined()
      expect(await may(credential, 'ListAliases')).toBe('AccessDeniedException')
      expect(
        await refused(root.send(new DeletePolicyCommand({ PolicyArn: boundary }))),
      ).toMatchObject({ code: 'DeleteConflict' })
      const counted = await root.send(new GetPolicyCommand({ PolicyArn: boundary }))
      expect(counted.Policy).toMatchObject({ AttachmentCount: 0, PermissionsBoundaryUsageCount: 1 })
      const other = await policyOf(ALIASES)
      await root.send(
        new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary: other }),
      )
      expect(await may(credential)).toBe('AccessDeniedException')
      expect(await may(credential, 'ListAliases')).toBeUndefined()
      await root.send(new DeletePolicyCommand({ PolicyArn: boundary }))
      await root.send(new DeleteUserPermissionsBoundaryCommand({ UserName }))
      expect(await may(credential)).toBeUndefined()
      const { User } = await root.send(new GetUserCommand({ UserName }))
      expect(User?.PermissionsBoundary).toBeUndefined()
    })

    test('of the operator can be seen, and not changed', async () => {
      const UserName = 'limited-by-operator'
      await root.send(new CreateUserCommand({ UserName }))
      const line = `PUT /admin/v1/tenants/${tenant.accountId}/principals/user/${UserName}/boundary`
      const put = await harness.rest(harness.operator, line, {
        body: JSON.stringify({ Policy: LIST }),
      })
      expect(put.status).toBe(204)
      const { User } = await root.send(new GetUserCommand({ UserName }))
      expect(User?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(
        AWS('tenkey/OperatorsBoundary'),
      )
      const PermissionsBoundary = await policyOf(ALIASES)
      for (const change of [
        new DeleteUserPermissionsBoundaryCommand({ UserName }),
        new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }),
      ]) {
        expect(
          await refused(root.send(change as DeleteUserPermissionsBoundaryCommand)),
        ).toMatchObject({ code: 'UnmodifiableEntity', status: 400 })
      }
    })
  })
})

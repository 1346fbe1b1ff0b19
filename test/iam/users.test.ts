// @module-tag functions
import {
  AddUserToGroupCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteGroupCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  GetGroupCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  type IAMClient,
  ListAccessKeysCommand,
  ListGroupsForUserCommand,
  ListUserPoliciesCommand,
  ListUsersCommand,
  PutGroupPolicyCommand,
  PutUserPolicyCommand,
  RemoveUserFromGroupCommand,
  UpdateAccessKeyCommand,
  UpdateGroupCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { allow, credentialOf, document } from '../sessions/world.ts'
import { describeStores, type Harness, REGION, type Tenant } from '../support/harness.ts'
import type { Credential } from '../support/target.ts'
import { administrator, iamClients, refused } from './iam-world.ts'

const KEYS = document(allow('kms:*'))

describeStores('Users of AWS IAM', (harness: Harness) => {
  const client = iamClients(harness)
  let tenant: Tenant
  let root: IAMClient

  beforeAll(async () => {
    tenant = await harness.tenant()
  })
  beforeEach(() => {
    root = client(tenant)
  })

  const keyOf = async (UserName: string): Promise<Credential> => {
    const { AccessKey } = await root.send(new CreateAccessKeyCommand({ UserName }))
    if (!AccessKey?.AccessKeyId || !AccessKey.SecretAccessKey) throw new Error('no access key')
    return {
      accountId: tenant.accountId,
      accessKeyId: AccessKey.AccessKeyId,
      secretAccessKey: AccessKey.SecretAccessKey,
    }
  }
  const may = async (credential: Credential) =>
    (await harness.call('aws', credential, 'ListKeys')).code

  test('from its creation to its deletion, as AWS answers each step', async () => {
    const { accountId } = tenant
    const created = await root.send(
      new CreateUserCommand({
        UserName: 'alice',
        Path: '/team/',
        Tags: [{ Key: 'cost', Value: 'a b=c' }],
      }),
    )
    const Arn = `arn:aws:iam::${accountId}:user/team/alice`
    const user = {
      Path: '/team/',
      UserName: 'alice',
      UserId: expect.stringMatching(/^AIDA[A-Z2-7]{16}$/),
      Arn,
      CreateDate: expect.any(Date),
    }
    expect(created.User).toEqual({ ...user, Tags: [{ Key: 'cost', Value: 'a b=c' }] })
    expect((await root.send(new GetUserCommand({ UserName: 'alice' }))).User).toEqual(created.User)
    expect(await refused(root.send(new CreateUserCommand({ UserName: 'ALICE' })))).toEqual({
      code: 'EntityAlreadyExists',
      message: 'User with name ALICE already exists.',
      status: 409,
    })
    const { Users } = await root.send(new ListUsersCommand({ PathPrefix: '/team/' }))
    expect(Users).toEqual([user])
    expect((await root.send(new ListUsersCommand({ PathPrefix: '/other/' }))).Users).toEqual([])

    const named = { UserName: 'alice' }
    const alice = await keyOf('alice')
    await root.send(
      new PutUserPolicyCommand({ ...named, PolicyName: 'keys', PolicyDocument: KEYS }),
    )
    expect(await may(alice)).toBeUndefined()
    const got = await root.send(new GetUserPolicyCommand({ ...named, PolicyName: 'keys' }))
    expect(decodeURIComponent(got.PolicyDocument ?? '')).toBe(KEYS)
    expect((await root.send(new ListUserPoliciesCommand(named))).PolicyNames).toEqual(['keys'])
    expect(await refused(root.send(new DeleteUserCommand(named)))).toEqual({
      code: 'DeleteConflict',
      message: 'Cannot delete entity, must delete policies first.',
      status: 409,
    })
    await root.send(new DeleteUserPolicyCommand({ ...named, PolicyName: 'keys' }))
    expect(await may(alice)).toBe('AccessDeniedException')
    expect((await refused(root.send(new DeleteUserCommand(named)))).message).toBe(
      'Cannot delete entity, must delete access keys first.',
    )
    const AccessKeyId = alice.accessKeyId
    await root.send(new UpdateAccessKeyCommand({ ...named, AccessKeyId, Status: 'Inactive' }))
    expect(await may(alice)).toBe('UnrecognizedClientException')
    expect((await root.send(new ListAccessKeysCommand(named))).AccessKeyMetadata).toEqual([
      { UserName: 'alice', AccessKeyId, Status: 'Inactive', CreateDate: expect.any(Date) },
    ])
    await root.send(new DeleteAccessKeyCommand({ ...named, AccessKeyId }))
    await root.send(new DeleteUserCommand(named))
    expect(await refused(root.send(new GetUserCommand(named)))).toEqual({
      code: 'NoSuchEntity',
      message: 'The user with name alice cannot be found.',
      status: 404,
    })
  })

  test('has two access keys at most, and names itself where nobody is named', async () => {
    const bob = await administrator(harness, tenant, 'bob', 'iam:*')
    const own = client(bob)
    expect((await own.send(new GetUserCommand({}))).User?.UserName).toBe('bob')
    const second = await own.send(new CreateAccessKeyCommand({}))
    expect(second.AccessKey).toMatchObject({ UserName: 'bob', Status: 'Active' })
    expect(await refused(own.send(new CreateAccessKeyCommand({})))).toEqual({
      code: 'LimitExceeded',
      message: 'Cannot exceed quota for AccessKeysPerUser: 2',
      status: 409,
    })
    const { AccessKeyMetadata } = await own.send(new ListAccessKeysCommand({}))
    expect(AccessKeyMetadata?.map(({ AccessKeyId }) => AccessKeyId).sort()).toEqual(
      [bob.accessKeyId, second.AccessKey?.AccessKeyId].sort(),
    )
    expect((await root.send(new GetUserCommand({}))).User).toEqual({
      UserId: tenant.accountId,
      Arn: `arn:aws:iam::${tenant.accountId}:root`,
      CreateDate: expect.any(Date),
    })
  })

  test('lists by pages, whose markers are of one list alone', async () => {
    for (const UserName of ['page-1', 'page-2', 'page-3']) {
      await root.send(new CreateUserCommand({ UserName, Path: '/pages/' }))
    }
    const seen: unknown[] = []
    let Marker: string | undefined
    do {
      const page = await root.send(new ListUsersCommand({ MaxItems: 2, ...(Marker && { Marker }) }))
      seen.push(...(page.Users ?? []).map(({ UserName }) => UserName))
      expect(page.IsTruncated).toBe(page.Marker !== undefined)
      Marker = page.Marker
    } while (Marker !== undefined)
    expect(seen).toEqual(expect.arrayContaining(['page-1', 'page-2', 'page-3']))
    expect(new Set(seen).size).toBe(seen.length)
    const first = await root.send(new ListUsersCommand({ MaxItems: 1 }))
    const other = new ListUsersCommand({ PathPrefix: '/pages/', Marker: first.Marker ?? '' })
    expect((await refused(root.send(other))).code).toBe('ValidationError')
  })

  describe('given another name (UpdateUser)', () => {
    test('keeps its access keys, sessions and policies; nobody inherits the former one', async () => {
      const names = { before: 'renamed-before', after: 'renamed-after' }
      const { UserId } =
        (await root.send(new CreateUserCommand({ UserName: names.before }))).User ?? {}
      const key = await keyOf(names.before)
      await root.send(
        new PutUserPolicyCommand({
          UserName: names.before,
          PolicyName: 'keys',
          PolicyDocument: KEYS,
        }),
      )
      const sts = new STSClient({
        endpoint: harness.target.url,
        region: REGION,
        maxAttempts: 1,
        credentials: key,
      })
      const made = await sts.send(new GetSessionTokenCommand({}))
      const session = credentialOf(tenant.accountId, made.Credentials)
      expect(await may(session)).toBeUndefined()
      const made2 = await harness.key(tenant)
      const Policy = JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { AWS: `arn:aws:iam::${tenant.accountId}:root` },
            Action: 'kms:*',
            Resource: '*',
          },
          {
            Effect: 'Deny',
            Principal: { AWS: `arn:aws:iam::${tenant.accountId}:user/${names.before}` },
            Action: 'kms:DescribeKey',
            Resource: '*',
          },
        ],
      })
      await harness.ok(tenant, 'PutKeyPolicy', { KeyId: made2.id, Policy })

      const Plaintext = Buffer.from('x').toString('base64')
      await root.send(new CreateUserCommand({ UserName: 'granted' }))
      const granted = await keyOf('granted')
      const GranteePrincipal = `arn:aws:iam::${tenant.accountId}:user/granted`
      const terms = {
        ...{ KeyId: made2.id, GranteePrincipal, Operations: ['Encrypt'] },
        RetiringPrincipal: GranteePrincipal,
      }
      await harness.ok(tenant, 'CreateGrant', terms)
      const encrypts = async (credential: Credential) =>
        (await harness.call('aws', credential, 'Encrypt', { KeyId: made2.id, Plaintext })).code
      expect(await encrypts(granted)).toBeUndefined()
      for (const change of [
        { UserName: 'granted', NewPath: '/one/' },
        { UserName: 'granted', NewUserName: 'given' },
        { UserName: 'given', NewPath: '/two/' },
      ]) {
        await root.send(new UpdateUserCommand(change))
        expect(await encrypts(granted), 'a grant follows').toBeUndefined()
      }
      const now = GranteePrincipal.replace('granted', 'two/given')
      const theirs = [expect.objectContaining({ GranteePrincipal: now, RetiringPrincipal: now })]
      const byGrantee = { KeyId: made2.id, GranteePrincipal: now }
      expect(await harness.ok(tenant, 'ListGrants', byGrantee)).toMatchObject({ Grants: theirs })
      const retirable = { RetiringPrincipal: now }
      expect(await harness.ok(tenant, 'ListRetirableGrants', retirable)).toMatchObject({
        Grants: theirs,
      })
      await root.send(new CreateUserCommand({ UserName: 'granted' }))
      const former = { KeyId: made2.id, GranteePrincipal }
      expect(await harness.ok(tenant, 'ListGrants', former)).toMatchObject({ Grants: [] })
      expect(await encrypts(await keyOf('granted')), 'to nobody else').toBe('AccessDeniedException')

      const { before: UserName, after: NewUserName } = names
      await root.send(new UpdateUserCommand({ UserName, NewUserName, NewPath: '/moved/' }))
      const { User } = await root.send(new GetUserCommand({ UserName: NewUserName }))
      const Arn = `arn:aws:iam::${tenant.accountId}:user/moved/${NewUserName}`
      expect(User).toMatchObject({ UserId, Arn, Path: '/moved/' })
      expect((await sts.send(new GetCallerIdentityCommand({}))).Arn).toBe(Arn)
      for (const credential of [key, session]) {
        expect(await may(credential)).toBeUndefined()
        const { code } = await harness.call('aws', credential, 'DescribeKey', { KeyId: made2.id })
        expect(code, 'the Deny of a key policy follows').toBe('AccessDeniedException')
      }
      const shown = await harness.ok(tenant, 'GetKeyPolicy', { KeyId: made2.id })
      expect(shown['Policy']).toContain(Arn)
      const keys = await root.send(new ListAccessKeysCommand({ UserName: NewUserName }))
      expect(keys.AccessKeyMetadata).toMatchObject([{ AccessKeyId: key.accessKeyId }])
      expect((await refused(root.send(new GetUserCommand({ UserName })))).code).toBe('NoSuchEntity')

      // a namesake is another
      await root.send(new CreateUserCommand({ UserName }))
      expect(await may(key)).toBeUndefined()
      expect((await sts.send(new GetCallerIdentityCommand({}))).UserId).toBe(UserId)
      expect((await root.send(new ListAccessKeysCommand({ UserName }))).AccessKeyMetadata).toEqual(
        [],
      )
      expect(
        (await refused(root.send(new UpdateUserCommand({ UserName, NewUserName })))).code,
      ).toBe('EntityAlreadyExists')
      sts.destroy()
    })

    test('may be spelled otherwise, and goes back to a name that it had', async () => {
      await root.send(new CreateUserCommand({ UserName: 'spelled' }))
      const rename = (UserName: string, NewUserName: string) =>
        root.send(new UpdateUserCommand({ UserName, NewUserName }))
      await rename('spelled', 'Spelled')
      await rename('Spelled', 'other-name')
      await rename('other-name', 'spelled')
      expect((await root.send(new GetUserCommand({ UserName: 'spelled' }))).User?.Path).toBe('/')
      expect((await refused(root.send(new CreateUserCommand({ UserName: 'SPELLED' })))).code).toBe(
        'EntityAlreadyExists',
      )
      await root.send(new CreateUserCommand({ UserName: 'Other-Name' }))
    })
  })

  describe('in groups', () => {
    test('have the policies of their groups, as long as they are in them', async () => {
      const GroupName = 'key-users'
      const group = await root.send(new CreateGroupCommand({ GroupName, Path: '/teams/' }))
      expect(group.Group).toEqual({
        Path: '/teams/',
        GroupName,
        GroupId: expect.stringMatching(/^AGPA[A-Z2-7]{16}$/),
        Arn: `arn:aws:iam::${tenant.accountId}:group/teams/${GroupName}`,
        CreateDate: expect.any(Date),
      })
      expect(
        await refused(root.send(new CreateGroupCommand({ GroupName: 'Key-Users' }))),
      ).toMatchObject({ code: 'EntityAlreadyExists' })
      const UserName = 'member'
      await root.send(new CreateUserCommand({ UserName }))
      const member = await keyOf(UserName)
      expect(await may(member)).toBe('AccessDeniedException')
      await root.send(
        new PutGroupPolicyCommand({ GroupName, PolicyName: 'keys', PolicyDocument: KEYS }),
      )
      await root.send(new AddUserToGroupCommand({ GroupName, UserName }))
      expect(await may(member)).toBeUndefined()
      const { Users } = await root.send(new GetGroupCommand({ GroupName }))
      expect(Users).toMatchObject([{ UserName }])
      expect((await root.send(new ListGroupsForUserCommand({ UserName }))).Groups).toEqual([
        group.Group,
      ])

      await root.send(new UpdateGroupCommand({ GroupName, NewGroupName: 'users-of-keys' }))
      await root.send(new UpdateUserCommand({ UserName, NewUserName: 'member-2' }))
      expect(await may(member)).toBeUndefined()
      const renamed = { GroupName: 'users-of-keys', UserName: 'member-2' }
      expect((await root.send(new GetGroupCommand(renamed))).Users).toMatchObject([
        { UserName: 'member-2' },
      ])
      expect(await refused(root.send(new DeleteUserCommand(renamed)))).toMatchObject({
        code: 'DeleteConflict',
        message: 'Cannot delete entity, must remove users from group first.',
      })
      await root.send(new RemoveUserFromGroupCommand(renamed))
      expect(await may(member)).toBe('AccessDeniedException')
      expect((await refused(root.send(new DeleteGroupCommand(renamed)))).message).toBe(
        'Cannot delete entity, must delete policies first.',
      )
    })

    test('keep a group from being deleted', async () => {
      const named = { GroupName: 'kept', UserName: 'keeper' }
      await root.send(new CreateGroupCommand(named))
      await root.send(new CreateUserCommand(named))
      await root.send(new AddUserToGroupCommand(named))
      expect(await refused(root.send(new DeleteGroupCommand(named)))).toMatchObject({
        code: 'DeleteConflict',
        message: 'Cannot delete entity, must remove users from group first.',
      })
      await root.send(new RemoveUserFromGroupCommand(named))
      await root.send(new DeleteGroupCommand(named))
      expect(await refused(root.send(new GetGroupCommand(named)))).toEqual({
        code: 'NoSuchEntity',
        message: 'The group with name kept cannot be found.',
        status: 404,
      })
      await root.send(new CreateGroupCommand(named))
    })
  })
})

// @module-tag functions
import {
  AddClientIDToOpenIDConnectProviderCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateOpenIDConnectProviderCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserPermissionsBoundaryCommand,
  DetachUserPolicyCommand,
  GetOpenIDConnectProviderCommand,
  GetPolicyCommand,
  GetUserCommand,
  type IAMClient,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListUsersCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  TagUserCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { signRequest } from '../../core/signature/sign-request.ts'
import {
  allow,
  deny,
  document,
  type Statement,
  type User,
  userWith,
} from '../support/authorization.ts'
import { describeStores, type Harness, type Tenant } from '../support/harness.ts'
import { send } from '../support/http.ts'
import type { Credential } from '../support/target.ts'
import { iamClients, refused } from './iam-world.ts'

const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess'

describeStores('Who may use AWS IAM', (harness: Harness) => {
  const client = iamClients(harness)
  let tenant: Tenant
  let other: Tenant
  let root: IAMClient
  let names = 0

  beforeAll(async () => {
    tenant = await harness.tenant()
    other = await harness.tenant()
  })
  beforeEach(() => {
    root = client(tenant)
  })

  const who = (...statements: Statement[]): Promise<User> => userWith(harness, tenant, statements)
  const arn = (name: string) => `arn:aws:iam::${tenant.accountId}:${name}`
  const newName = () => `made-${++names}`
  const denied = async (sent: Promise<unknown>, action: string) => {
    const refusal = await refused(sent)
    expect(refusal).toMatchObject({ code: 'AccessDenied', status: 403 })
    expect(refusal.message).toContain(`is not authorized to perform: iam:${action} on resource: `)
    return refusal.message
  }

  test('root may let an administrator in, who may all within the account', async () => {
    const UserName = newName()
    await root.send(new CreateUserCommand({ UserName }))
    await root.send(new AttachUserPolicyCommand({ UserName, PolicyArn: ADMINISTRATOR }))
    const { AccessKey } = await root.send(new CreateAccessKeyCommand({ UserName }))
    const administrator = client({
      accountId: tenant.accountId,
      accessKeyId: AccessKey?.AccessKeyId ?? '',
      secretAccessKey: AccessKey?.SecretAccessKey ?? '',
    })
    const second = newName()
    await administrator.send(new CreateUserCommand({ UserName: second }))
    await administrator.send(
      new AttachUserPolicyCommand({ UserName: second, PolicyArn: ADMINISTRATOR }),
    )
    const { Users } = await administrator.send(new ListUsersCommand({}))
    expect(Users?.map((user) => user.UserName)).toContain(second)
    expect(Users?.every((user) => user.Arn?.includes(tenant.accountId))).toBe(true)
    // the operator's operations are none of its business
    const keys = AccessKey as { AccessKeyId: string; SecretAccessKey: string }
    const credential: Credential = {
      accountId: tenant.accountId,
      accessKeyId: keys.AccessKeyId,
      secretAccessKey: keys.SecretAccessKey,
    }
    const { code } = await harness.rest(credential, 'GET /admin/v1/tenants')
    expect(code).toBe('AccessDeniedException')
  })

  test('nobody without a policy, and no other account', async () => {
    const stranger = await userWith(harness, other, [allow('iam:*')])
    const UserName = newName()
    await root.send(new CreateUserCommand({ UserName }))
    const plain = client(await who())
    const message = await denied(plain.send(new GetUserCommand({ UserName })), 'GetUser')
    expect(message).toContain(
      `on resource: ${arn(`user/${UserName}`)} because no identity-based policy allows`,
    )
    await denied(plain.send(new ListUsersCommand({})), 'ListUsers')
    const theirs = client(stranger)
    expect(await refused(theirs.send(new GetUserCommand({ UserName })))).toMatchObject({
      code: 'NoSuchEntity',
    })
    const PolicyArn = (
      await root.send(
        new CreatePolicyCommand({
          PolicyName: newName(),
          PolicyDocument: document(allow('kms:*')),
        }),
      )
    ).Policy?.Arn
    expect(
      await refused(
        theirs.send(new AttachUserPolicyCommand({ UserName: stranger.name, PolicyArn })),
      ),
    ).toMatchObject({ code: 'NoSuchEntity' })
    const { AccessKeyMetadata } = await root.send(new ListAccessKeysCommand({}))
    const AccessKeyId = AccessKeyMetadata?.[0]?.AccessKeyId
    expect(await refused(theirs.send(new DeleteAccessKeyCommand({ AccessKeyId })))).toMatchObject({
      code: 'NoSuchEntity',
    })
  })

  describe('is decided by', () => {
    test('the ARN with the path', async () => {
      const limited = client(await who(allow('iam:*', { Resource: arn('user/team/*') })))
      const inside = { UserName: newName(), Path: '/team/' }
      await limited.send(new CreateUserCommand(inside))
      await limited.send(new GetUserCommand(inside))
      await denied(limited.send(new CreateUserCommand({ UserName: newName() })), 'CreateUser')
      // not by moving one out, nor in
      const out = { UserName: inside.UserName, NewPath: '/' }
      await denied(limited.send(new UpdateUserCommand(out)), 'UpdateUser')
      const outside = newName()
      await root.send(new CreateUserCommand({ UserName: outside }))
      const moved = { UserName: outside, NewPath: '/team/' }
      await denied(limited.send(new UpdateUserCommand(moved)), 'UpdateUser')
    })

    test('iam:PolicyARN', async () => {
      const only = { Condition: { ArnEquals: { 'iam:PolicyARN': ADMINISTRATOR } } }
      const limited = client(await who(allow('iam:AttachUserPolicy', only)))
      const UserName = newName()
      await root.send(new CreateUserCommand({ UserName }))
      await limited.send(new AttachUserPolicyCommand({ UserName, PolicyArn: ADMINISTRATOR }))
      const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
      await denied(
        limited.send(new AttachUserPolicyCommand({ UserName, PolicyArn })),
        'AttachUserPolicy',
      )
    })

    test.each([
      ['AttachUserPolicy', 'aws-cn', 'aws:policy/AdministratorAccess'],
      ['AttachUserPolicy', 'x', 'aws:policy/AdministratorAccess'],
      ['PutUserPermissionsBoundary', 'aws-us-gov', 'aws:policy/AdministratorAccess'],
      ['DetachUserPolicy', 'aws-cn', 'aws:policy/AdministratorAccess'],
      ['GetPolicy', 'aws-cn', 'aws:policy/AdministratorAccess'],
    ] as const)(
      'ARNs of one spelling: %s takes none of partition %s',
      async (action, partition, policy) => {
        // a Deny of the policy by its ARN would not be about that one
        const one = { Condition: { ArnEquals: { 'iam:PolicyARN': ADMINISTRATOR } } }
        const limited = client(await who(allow('iam:*'), deny('iam:AttachUserPolicy', one)))
        const UserName = newName()
        await root.send(new CreateUserCommand({ UserName }))
        const PolicyArn = `arn:${partition}:iam::${policy}`
        const sent = {
          AttachUserPolicy: () =>
            limited.send(new AttachUserPolicyCommand({ UserName, PolicyArn })),
          DetachUserPolicy: () =>
            limited.send(new DetachUserPolicyCommand({ UserName, PolicyArn })),
          GetPolicy: () => limited.send(new GetPolicyCommand({ PolicyArn })),
          PutUserPermissionsBoundary: () =>
            limited.send(
              new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary: PolicyArn }),
            ),
        }[action]
        expect(await refused(sent())).toEqual({
          code: 'ValidationError',
          message: 'Invalid ARN partition',
          status: 400,
        })
        const { AttachedPolicies } = await root.send(
          new ListAttachedUserPoliciesCommand({ UserName }),
        )
        expect(AttachedPolicies).toEqual([])
        expect((await root.send(new GetUserCommand({ UserName }))).User).not.toHaveProperty(
          'PermissionsBoundary',
        )
      },
    )

    test('the one ARN of an OpenID Connect provider whose URL has a slash at its end', async () => {
      const made = await root.send(
        new CreateOpenIDConnectProviderCommand({
          Url: 'https://slash.example.com/',
          ClientIDList: ['own'],
        }),
      )
      const { OpenIDConnectProviderArn = '' } = made
      expect(OpenIDConnectProviderArn).toBe(arn('oidc-provider/slash.example.com'))
      const limited = client(
        await who(allow('iam:*'), deny('iam:*', { Resource: OpenIDConnectProviderArn })),
      )
      const ClientID = 'another'
      const added = (named: string) =>
        limited.send(
          new AddClientIDToOpenIDConnectProviderCommand({
            OpenIDConnectProviderArn: named,
            ClientID,
          }),
        )
      await denied(added(OpenIDConnectProviderArn), 'AddClientIDToOpenIDConnectProvider')
      expect(await refused(added(`${OpenIDConnectProviderArn}/`))).toMatchObject({
        code: 'NoSuchEntity',
      })
      const { ClientIDList } = await root.send(
        new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }),
      )
      expect(ClientIDList).toEqual(['own'])
    })

    test('iam:ResourceTag, for users and roles alone (Service Authorization Reference)', async () => {
      const Tags = [{ Key: 'team', Value: 'red' }]
      const UserName = newName()
      await root.send(new CreateUserCommand({ UserName, Tags }))
      const { Policy } = await root.send(
        new CreatePolicyCommand({
          PolicyName: newName(),
          PolicyDocument: document(allow('*')),
          Tags,
        }),
      )
      const PolicyArn = Policy?.Arn
      const tagged = (key: string) => ({ Condition: { StringEquals: { [`${key}/team`]: 'red' } } })
      const anywhere = client(await who(allow('iam:*', tagged('aws:ResourceTag'))))
      await anywhere.send(new GetUserCommand({ UserName }))
      await anywhere.send(new GetPolicyCommand({ PolicyArn }))
      const limited = client(await who(allow('iam:*', tagged('iam:ResourceTag'))))
      await limited.send(new GetUserCommand({ UserName }))
      await denied(limited.send(new GetPolicyCommand({ PolicyArn })), 'GetPolicy')
    })

    test('iam:PermissionsBoundary, for the actions alone that AWS IAM has it for (Service Authorization Reference)', async () => {
      const { Policy } = await root.send(
        new CreatePolicyCommand({ PolicyName: newName(), PolicyDocument: document(allow('*')) }),
      )
      const PermissionsBoundary = Policy?.Arn ?? ''
      const UserName = newName()
      const trust = document(
        allow('sts:AssumeRole', { Principal: { AWS: tenant.accountId }, Resource: undefined }),
      )
      await root.send(new CreateUserCommand({ UserName, PermissionsBoundary }))
      await root.send(
        new CreateRoleCommand({
          RoleName: UserName,
          AssumeRolePolicyDocument: trust,
          PermissionsBoundary,
        }),
      )
      const bounded = {
        Condition: { StringEquals: { 'iam:PermissionsBoundary': PermissionsBoundary } },
      }
      const other = {
        Condition: { StringNotEquals: { 'iam:PermissionsBoundary': PermissionsBoundary } },
      }
      const inline = { UserName, PolicyName: 'p', PolicyDocument: document(allow('kms:ListKeys')) }
      // what it is no key of is neither let in by it nor let off
      const users = [
        await who(allow('iam:*', bounded)),
        await who(allow('iam:*'), deny('iam:*', other)),
      ]
      for (const user of users) {
        const limited = client(user)
        await limited.send(new PutUserPolicyCommand(inline))
        await denied(limited.send(new CreateAccessKeyCommand({ UserName })), 'CreateAccessKey')
        await denied(
          limited.send(new UpdateUserCommand({ UserName, NewPath: '/else/' })),
          'UpdateUser',
        )
        await denied(
          limited.send(
            new UpdateAssumeRolePolicyCommand({ RoleName: UserName, PolicyDocument: trust }),
          ),
          'UpdateAssumeRolePolicy',
        )
      }
    })

    test('aws:RequestTag, aws:TagKeys and the tags of what is there', async () => {
      const red = { Condition: { StringEquals: { 'aws:RequestTag/team': 'red' } } }
      const own = { Condition: { StringEquals: { 'iam:ResourceTag/team': 'red' } } }
      const limited = client(
        await who(allow(['iam:CreateUser', 'iam:TagUser'], red), allow('iam:GetUser', own)),
      )
      const [UserName, blue] = [newName(), newName()]
      const tagged = (Value: string) => ({ Tags: [{ Key: 'team', Value }] })
      await limited.send(new CreateUserCommand({ UserName, ...tagged('red') }))
      await limited.send(new GetUserCommand({ UserName }))
      await denied(
        limited.send(new CreateUserCommand({ UserName: blue, ...tagged('blue') })),
        'CreateUser',
      )
      await root.send(new CreateUserCommand({ UserName: blue, ...tagged('blue') }))
      await denied(limited.send(new GetUserCommand({ UserName: blue })), 'GetUser')
      await denied(limited.send(new TagUserCommand({ UserName, ...tagged('blue') })), 'TagUser')
    })
  })

  test('an administrator who must give a boundary gives nobody more, not itself either (IAM User Guide, “Delegating responsibility to others using permissions boundaries”)', async () => {
    const { Policy } = await root.send(
      new CreatePolicyCommand({
        PolicyName: newName(),
        PolicyDocument: document(allow(['kms:ListKeys', 'iam:*'])),
      }),
    )
    const boundary = Policy?.Arn ?? ''
    const bounded = { Condition: { StringEquals: { 'iam:PermissionsBoundary': boundary } } }
    const delegate = await who(
      allow(
        [
          'iam:CreateUser',
          'iam:CreateRole',
          'iam:PutUserPermissionsBoundary',
          'iam:PutUserPolicy',
          'iam:AttachUserPolicy',
        ],
        bounded,
      ),
      allow('iam:CreateAccessKey'),
      deny('iam:DeleteUserPermissionsBoundary'),
    )
    await root.send(
      new PutUserPermissionsBoundaryCommand({
        UserName: delegate.name,
        PermissionsBoundary: boundary,
      }),
    )
    const asDelegate = client(delegate)
    const UserName = newName()
    await denied(asDelegate.send(new CreateUserCommand({ UserName })), 'CreateUser')
    await denied(
      asDelegate.send(
        new CreateRoleCommand({
          RoleName: UserName,
          AssumeRolePolicyDocument: document(
            allow('sts:AssumeRole', {
              Principal: { AWS: tenant.accountId },
              Resource: undefined,
            }),
          ),
        }),
      ),
      'CreateRole',
    )
    await asDelegate.send(new CreateUserCommand({ UserName, PermissionsBoundary: boundary }))
    await asDelegate.send(new AttachUserPolicyCommand({ UserName, PolicyArn: ADMINISTRATOR }))
    const { AccessKey } = await asDelegate.send(new CreateAccessKeyCommand({ UserName }))
    const made: Credential = {
      accountId: tenant.accountId,
      accessKeyId: AccessKey?.AccessKeyId ?? '',
      secretAccessKey: AccessKey?.SecretAccessKey ?? '',
    }
    expect((await harness.call('aws', made, 'ListKeys')).code).toBeUndefined()
    expect((await harness.call('aws', made, 'ListAliases')).code).toBe('AccessDeniedException')
    await denied(
      asDelegate.send(new DeleteUserPermissionsBoundaryCommand({ UserName })),
      'DeleteUserPermissionsBoundary',
    )
    // of somebody without the boundary, nothing
    const free = newName()
    await root.send(new CreateUserCommand({ UserName: free }))
    await denied(
      asDelegate.send(
        new PutUserPolicyCommand({
          UserName: free,
          PolicyName: 'all',
          PolicyDocument: document(allow('*')),
        }),
      ),
      'PutUserPolicy',
    )
    await denied(
      asDelegate.send(
        new PutUserPermissionsBoundaryCommand({
          UserName,
          PermissionsBoundary: ADMINISTRATOR,
        }),
      ),
      'PutUserPermissionsBoundary',
    )
  })

  test('in the account of the operator statements must name it', async () => {
    const operator: Tenant = { ...harness.operator, name: 'operator' }
    const wide = await userWith(harness, operator, [allow('*')])
    const UserName = `never-${process.pid}`
    await denied(client(wide).send(new CreateUserCommand({ UserName })), 'CreateUser')
    const named = await userWith(harness, operator, [
      allow('iam:GetUser', { Resource: 'arn:aws:iam::000000000000:user/*' }),
    ])
    const { User } = await client(named).send(new GetUserCommand({ UserName: named.name }))
    expect(User?.Arn).toBe(`arn:aws:iam::000000000000:user/${named.name}`)
  })

  describe('is asked by signatures', () => {
    async function signed(region: string, service: string) {
      const { host } = new URL(harness.target.url)
      const body = 'Action=ListUsers&Version=2010-05-08'
      const headers = signRequest(
        {
          method: 'POST',
          path: '/iam/',
          query: '',
          body: Buffer.from(body),
          headers: { host, 'content-type': 'application/x-www-form-urlencoded' },
        },
        tenant,
        { region, service, now: Date.now() },
      )
      return send(harness.target.url, { method: 'POST', target: '/iam/', headers, body })
    }

    test.each(['us-east-1', 'eu-central-1'])('for iam, of %s', async (region) => {
      const answer = await signed(region, 'iam')
      expect(answer.status, answer.text).toBe(200)
      expect(answer.text).toMatch(
        /^<ListUsersResponse xmlns="https:\/\/iam\.amazonaws\.com\/doc\/2010-05-08\/"><ListUsersResult><Users>/,
      )
      expect(answer.text).toMatch(/<RequestId>[0-9a-zA-Z=-]+<\/RequestId><\/ResponseMetadata>/)
    })

    test.each([
      ['us-east-1', 'kms'],
      ['us-east-1', 'sts'],
      ['cn-north-1', 'iam'],
    ])('not of %s for %s', async (region, service) => {
      const answer = await signed(region, service)
      expect(answer.status).toBe(403)
      expect(answer.text).toContain('<Code>SignatureDoesNotMatch</Code>')
    })
  })

  test('leaves a record as CloudTrail has it', async () => {
    const UserName = newName()
    await root.send(new CreateUserCommand({ UserName, Path: '/audited/' }))
    const { AccessKey } = await root.send(new CreateAccessKeyCommand({ UserName }))
    const [created] = await harness.trail(tenant, { EventName: 'CreateUser', Limit: 1 })
    const [key] = await harness.trail(tenant, { EventName: 'CreateAccessKey', Limit: 1 })
    expect(created).toMatchObject({
      eventSource: 'iam.amazonaws.com',
      eventName: 'CreateUser',
      readOnly: false,
      requestParameters: { userName: UserName, path: '/audited/' },
      responseElements: { user: { userName: UserName, path: '/audited/' } },
    })
    expect(key).toMatchObject({
      eventName: 'CreateAccessKey',
      responseElements: { accessKey: { accessKeyId: AccessKey?.AccessKeyId, status: 'Active' } },
    })
    expect(JSON.stringify(key)).not.toContain(AccessKey?.SecretAccessKey)
  })
})

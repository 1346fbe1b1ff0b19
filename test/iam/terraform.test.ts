// @module-tag functions
// @module-tag long
import * as sdk from '@aws-sdk/client-iam'
import { beforeAll, describe, expect, test } from 'vitest'
import { allow, document, trust } from '../sessions/world.ts'
import { describeStores, type Harness, type Tenant } from '../support/harness.ts'
import { iamClients, refused } from './iam-world.ts'

/**
 * The calls of Terraform's AWS provider for each of its resources of IAM, in its order: create, read, plan
 * (reads that say the same), update, destroy, with its waits: reads until the thing is there, or gone.
 * @see https://github.com/hashicorp/terraform-provider-aws/tree/main/internal/service/iam
 */
type Input = Readonly<Record<string, unknown>>
type Call = readonly [action: string, input: Input]

interface Resource {
  /** made before it and deleted after it */
  readonly needs?: readonly Call[]
  readonly create: readonly Call[]
  /** what a refresh reads */
  readonly read: readonly Call[]
  readonly update: readonly Call[]
  readonly destroy: readonly Call[]
  /** what is refused once it is gone; none for what goes with something else */
  readonly gone?: Call
  readonly undo?: readonly Call[]
}

const DOCUMENT = document(allow('kms:ListKeys'))
const OTHER = document(allow('kms:ListAliases'))
const tag = (Key: string, Value: string) => ({ Key, Value })

type Commands = Readonly<Record<string, new (input: Input) => Parameters<sdk.IAMClient['send']>[0]>>
const commands = sdk as unknown as Commands

describeStores('Terraform', (harness: Harness) => {
  const client = iamClients(harness)
  let tenant: Tenant
  beforeAll(async () => {
    tenant = await harness.tenant()
  })

  const send = async ([action, input]: Call) => {
    const Command = commands[`${action}Command`]
    if (Command === undefined) throw new Error(`the SDK has no ${action}`)
    return client(tenant).send(new Command(input))
  }
  const state = async (reads: readonly Call[]) => {
    const answers = []
    for (const read of reads) {
      const { $metadata, ...answer } = await send(read)
      answers.push(answer)
    }
    return answers
  }

  const resources = (): Readonly<Record<string, Resource>> => {
    const { accountId } = tenant
    const AssumeRolePolicyDocument = document(trust({ AWS: accountId }))
    const PolicyArn = `arn:aws:iam::${accountId}:policy/tf/managed`
    const User = { UserName: 'tf-user' }
    const Role = { RoleName: 'tf-role' }
    const Group = { GroupName: 'tf-group' }
    const role: Call = ['CreateRole', { ...Role, AssumeRolePolicyDocument }]
    const user: Call = ['CreateUser', User]
    const policy: Call = [
      'CreatePolicy',
      { PolicyName: 'managed', Path: '/tf/', PolicyDocument: DOCUMENT },
    ]
    const inline = { PolicyName: 'inline' }
    const OpenIDConnectProviderArn = `arn:aws:iam::${accountId}:oidc-provider/tf.example.com`
    const provider = { OpenIDConnectProviderArn }
    const attached = { ...Role, PolicyArn }
    return {
      aws_iam_user: {
        create: [['CreateUser', { ...User, Path: '/', Tags: [tag('a', '1')] }]],
        read: [['GetUser', User]],
        update: [
          ['UpdateUser', { UserName: 'tf-user', NewUserName: 'tf-user-2', NewPath: '/x/' }],
          ['UpdateUser', { UserName: 'tf-user-2', NewUserName: 'tf-user', NewPath: '/x/' }],
          ['UntagUser', { ...User, TagKeys: ['a'] }],
          ['TagUser', { ...User, Tags: [tag('b', '2')] }],
          [
            'PutUserPermissionsBoundary',
            { ...User, PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
          ],
          ['DeleteUserPermissionsBoundary', User],
        ],
        destroy: [
          ['ListGroupsForUser', User],
          // force_destroy
          ['ListAccessKeys', User],
          ['ListSSHPublicKeys', User],
          ['ListSigningCertificates', User],
          ['ListServiceSpecificCredentials', User],
          ['ListUserPolicies', User],
          ['ListAttachedUserPolicies', User],
          ['DeleteUser', User],
        ],
        gone: ['GetUser', User],
      },
      aws_iam_access_key: {
        needs: [user],
        create: [['CreateAccessKey', User]],
        read: [['ListAccessKeys', User]],
        update: [],
        destroy: [],
        undo: [],
      },
      aws_iam_user_policy: {
        needs: [user],
        create: [['PutUserPolicy', { ...User, ...inline, PolicyDocument: DOCUMENT }]],
        read: [['GetUserPolicy', { ...User, ...inline }]],
        update: [['PutUserPolicy', { ...User, ...inline, PolicyDocument: OTHER }]],
        destroy: [['DeleteUserPolicy', { ...User, ...inline }]],
        gone: ['GetUserPolicy', { ...User, ...inline }],
        undo: [['DeleteUser', User]],
      },
      aws_iam_group: {
        create: [['CreateGroup', { ...Group, Path: '/' }]],
        read: [['GetGroup', Group]],
        update: [
          ['UpdateGroup', { ...Group, NewGroupName: 'tf-group-2', NewPath: '/x/' }],
          ['UpdateGroup', { GroupName: 'tf-group-2', NewGroupName: 'tf-group', NewPath: '/' }],
        ],
        destroy: [['DeleteGroup', Group]],
        gone: ['GetGroup', Group],
      },
      aws_iam_role: {
        create: [
          [
            'CreateRole',
            {
              ...Role,
              AssumeRolePolicyDocument,
              Path: '/',
              MaxSessionDuration: 3600,
              Tags: [tag('a', '1')],
            },
          ],
        ],
        read: [
          ['GetRole', Role],
          ['ListRolePolicies', Role],
          ['ListAttachedRolePolicies', Role],
        ],
        update: [
          ['UpdateAssumeRolePolicy', { ...Role, PolicyDocument: AssumeRolePolicyDocument }],
          ['UpdateRoleDescription', { ...Role, Description: 'by Terraform' }],
          ['UpdateRole', { ...Role, Description: 'by Terraform', MaxSessionDuration: 7200 }],
          ['TagRole', { ...Role, Tags: [tag('b', '2')] }],
          ['UntagRole', { ...Role, TagKeys: ['a'] }],
        ],
        destroy: [
          ['ListInstanceProfilesForRole', Role],
          ['ListAttachedRolePolicies', Role],
          ['ListRolePolicies', Role],
          ['DeleteRole', Role],
        ],
        gone: ['GetRole', Role],
      },
      aws_iam_role_policy: {
        needs: [role],
        create: [['PutRolePolicy', { ...Role, ...inline, PolicyDocument: DOCUMENT }]],
        read: [['GetRolePolicy', { ...Role, ...inline }]],
        update: [['PutRolePolicy', { ...Role, ...inline, PolicyDocument: OTHER }]],
        destroy: [['DeleteRolePolicy', { ...Role, ...inline }]],
        gone: ['GetRolePolicy', { ...Role, ...inline }],
        undo: [['DeleteRole', Role]],
      },
      aws_iam_policy: {
        create: [policy],
        read: [
          ['GetPolicy', { PolicyArn }],
          ['GetPolicyVersion', { PolicyArn, VersionId: 'v1' }],
        ],
        update: [
          ['ListPolicyVersions', { PolicyArn }],
          ['CreatePolicyVersion', { PolicyArn, PolicyDocument: OTHER, SetAsDefault: true }],
          ['TagPolicy', { PolicyArn, Tags: [tag('a', '1')] }],
        ],
        destroy: [
          ['ListPolicyVersions', { PolicyArn }],
          ['DeletePolicyVersion', { PolicyArn, VersionId: 'v1' }],
          ['DeletePolicy', { PolicyArn }],
        ],
        gone: ['GetPolicy', { PolicyArn }],
      },
      aws_iam_role_policy_attachment: {
        needs: [role, policy],
        create: [['AttachRolePolicy', attached]],
        read: [['ListAttachedRolePolicies', Role]],
        update: [],
        destroy: [['DetachRolePolicy', attached]],
        gone: ['DetachRolePolicy', attached],
        undo: [
          ['DeleteRole', Role],
          ['DeletePolicy', { PolicyArn }],
        ],
      },
      aws_iam_openid_connect_provider: {
        create: [
          [
            'CreateOpenIDConnectProvider',
            {
              Url: 'https://tf.example.com',
              ClientIDList: ['a'],
              ThumbprintList: ['c'.repeat(40)],
              Tags: [tag('a', '1')],
            },
          ],
        ],
        read: [['GetOpenIDConnectProvider', provider]],
        update: [
          [
            'UpdateOpenIDConnectProviderThumbprint',
            { ...provider, ThumbprintList: ['d'.repeat(40)] },
          ],
          ['AddClientIDToOpenIDConnectProvider', { ...provider, ClientID: 'b' }],
          ['RemoveClientIDFromOpenIDConnectProvider', { ...provider, ClientID: 'a' }],
          ['TagOpenIDConnectProvider', { ...provider, Tags: [tag('b', '2')] }],
          ['UntagOpenIDConnectProvider', { ...provider, TagKeys: ['a'] }],
        ],
        destroy: [['DeleteOpenIDConnectProvider', provider]],
        gone: ['GetOpenIDConnectProvider', provider],
      },
    }
  }

  const NAMES = [
    ...['user', 'user_policy', 'access_key', 'group', 'role', 'role_policy', 'policy'],
    ...['role_policy_attachment', 'openid_connect_provider'],
  ].map((name) => `aws_iam_${name}`)

  describe('has what it calls for', () => {
    test.for(NAMES)('%s', async (name) => {
      const resource = resources()[name]
      if (resource === undefined) throw new Error(`no ${name}`)
      const { needs = [], create, read, update, destroy, gone, undo = [] } = resource
      for (const call of [...needs, ...create]) await send(call)
      const created = await state(read)
      // a plan right after: no difference
      expect(await state(read)).toEqual(created)
      for (const call of update) await send(call)
      if (update.length > 0) {
        const updated = await state(read)
        expect(await state(read)).toEqual(updated)
      }
      if (name === 'aws_iam_access_key') {
        const [{ AccessKeyMetadata = [] } = {}] = created as {
          AccessKeyMetadata?: { UserName: string; AccessKeyId: string }[]
        }[]
        for (const { UserName, AccessKeyId } of AccessKeyMetadata) {
          await send(['UpdateAccessKey', { UserName, AccessKeyId, Status: 'Inactive' }])
          await send(['DeleteAccessKey', { UserName, AccessKeyId }])
        }
        await send(['DeleteUser', { UserName: 'tf-user' }])
        return
      }
      for (const call of destroy) await send(call)
      if (gone !== undefined) expect((await refused(send(gone))).code).toBe('NoSuchEntity')
      for (const call of undo) await send(call)
      // and once more, from nothing
      for (const call of [...needs, ...create]) await send(call)
      const again = await state(read)
      expect(again.length).toBe(created.length)
      if (update.some(([action]) => action === 'CreatePolicyVersion')) {
        await send(['DeletePolicy', { PolicyArn: (destroy.at(-1) as Call)[1]['PolicyArn'] }])
      } else for (const call of [...destroy, ...undo]) await send(call)
    })
  })
})

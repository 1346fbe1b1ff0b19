import {
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeletePolicyCommand,
} from '@aws-sdk/client-iam'
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetFederationTokenCommand,
} from '@aws-sdk/client-sts'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { iamClients } from '../iam/iam-world.ts'
import { allWritten } from '../support/all-written.ts'
import type { Tenant } from '../support/harness.ts'
import type { Credential } from '../support/target.ts'
import { allow, credentialOf, document, roleArn, sessionWorld, trust } from './world.ts'

const world = sessionWorld()
const { harness } = world
const iam = iamClients(harness)
const POWER_USER = 'arn:aws:iam::aws:policy/AWSKeyManagementServicePowerUser'
let tenant: Tenant
let alice: Credential
let made = 0

beforeAll(async () => {
  tenant = await harness.tenant()
  const TrustPolicy = document(trust({ AWS: tenant.accountId }))
  const Policy = document(allow(['kms:ListKeys', 'kms:ListAliases', 'kms:GenerateRandom']))
  await harness.role(tenant, 'ops', { TrustPolicy, Policy })
  const statement = allow(['sts:*', 'kms:ListKeys', 'kms:ListAliases'])
  const { credential } = await harness.user(tenant, 'alice', { Policy: document(statement) })
  if (credential === undefined) throw new Error('a user has an access key')
  alice = credential
})

async function policyOf(action: string, by: Tenant = tenant): Promise<string> {
  const PolicyName = `policy-${++made}`
  const PolicyDocument = document(allow(action))
  const { Policy } = await iam(by).send(new CreatePolicyCommand({ PolicyName, PolicyDocument }))
  return Policy?.Arn ?? ''
}
const assume = (more: Partial<AssumeRoleCommandInput>) =>
  world
    .sts(alice)
    .send(
      new AssumeRoleCommand({ RoleArn: roleArn(tenant, 'ops'), RoleSessionName: 'night', ...more }),
    )
const named = (...arns: string[]) => ({ PolicyArns: arns.map((arn) => ({ arn })) })
async function session(more: Partial<AssumeRoleCommandInput>): Promise<Credential> {
  return credentialOf(tenant.accountId, (await assume(more)).Credentials)
}
/** Of the three that the role may, those that a session may. */
async function may(by: Credential): Promise<string[]> {
  const allowed: string[] = []
  for (const [name, input] of [
    ['ListKeys', {}],
    ['ListAliases', {}],
    ['GenerateRandom', { NumberOfBytes: 1 }],
  ] as const) {
    const { code } = await harness.call('aws', by, name, input)
    if (code === undefined) allowed.push(name)
    else expect(code).toBe('AccessDeniedException')
  }
  return allowed
}

describe('Managed session policies (API_AssumeRole, PolicyArns)', () => {
  test('limit a session, together with the one that is sent along', async () => {
    const keys = await policyOf('kms:ListKeys')
    const { PackedPolicySize } = await assume(named(keys))
    expect(PackedPolicySize).toBeGreaterThan(0)
    expect(await may(await session(named(keys)))).toEqual(['ListKeys'])
    const Policy = document(allow('kms:GenerateRandom'))
    expect(await may(await session({ ...named(keys), Policy }))).toEqual([
      'ListKeys',
      'GenerateRandom',
    ])
    // no more than the role may
    const other = await policyOf('kms:CreateKey')
    const { code } = await harness.call('aws', await session(named(other)), 'CreateKey')
    expect(code).toBe('AccessDeniedException')
  })

  test('AWS’s own', async () => {
    expect(await may(await session(named(POWER_USER)))).toEqual(
      expect.arrayContaining(['ListKeys', 'ListAliases']),
    )
  })

  test('of a federated user', async () => {
    const keys = await policyOf('kms:ListKeys')
    const command = new GetFederationTokenCommand({ Name: 'Jane', ...named(keys) })
    const { Credentials, PackedPolicySize } = await world.sts(alice).send(command)
    expect(PackedPolicySize).toBeGreaterThan(0)
    expect(await may(credentialOf(tenant.accountId, Credentials))).toEqual(['ListKeys'])
  })

  test('as they are at each call; one that is deleted, and a namesake, permit nothing', async () => {
    const arn = await policyOf('kms:ListKeys')
    const limited = await session(named(arn))
    expect(await may(limited)).toEqual(['ListKeys'])
    const PolicyDocument = document(allow('kms:ListAliases'))
    const version = { PolicyArn: arn, PolicyDocument, SetAsDefault: true }
    await iam(tenant).send(new CreatePolicyVersionCommand(version))
    expect(await may(limited)).toEqual(['ListAliases'])
    const gone = await policyOf('kms:ListKeys')
    const orphan = await session(named(gone))
    await iam(tenant).send(new DeletePolicyCommand({ PolicyArn: gone }))
    expect(await may(orphan)).toEqual([])
    const PolicyName = gone.slice(gone.lastIndexOf('/') + 1)
    await iam(tenant).send(
      new CreatePolicyCommand({ PolicyName, PolicyDocument: document(allow('*')) }),
    )
    expect(await may(orphan)).toEqual([])
  })

  test('cost its calls no further round trip', async () => {
    const limited = await session(named(await policyOf('kms:GenerateRandom'), POWER_USER))
    const plain = await session({})
    const reads = async (by: Credential) => {
      const random = () => harness.ok(by, 'GenerateRandom', { NumberOfBytes: 1 })
      await random()
      await allWritten(harness.inside.service)
      const get = vi.spyOn(harness.inside.service.store, 'get')
      await random()
      const count = get.mock.calls.length
      get.mockRestore()
      return count
    }
    const few = await reads(plain)
    expect(few).toBeGreaterThan(0)
    expect(await reads(limited)).toBe(few)
  })

  test.each([
    ['one that is not there', () => named(`arn:aws:iam::${tenant.accountId}:policy/none`)],
    ['one of AWS that is not there', () => named('arn:aws:iam::aws:policy/NoSuchPolicy')],
    ['what is no policy', () => named(`arn:aws:iam::${tenant.accountId}:user/alice`)],
  ])('refused: %s', async (_title, more) => {
    await expect(assume(more())).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('does not exist or is not attachable.'),
    })
  })

  test('refused: another account’s, and an eleventh', async () => {
    const foreign = await policyOf('kms:ListKeys', await harness.tenant())
    await expect(assume(named(foreign))).rejects.toThrow('does not exist or is not attachable.')
    const eleven = Array.from({ length: 11 }, () => POWER_USER)
    await expect(assume(named(...eleven))).rejects.toThrow('at most 10 managed session policies')
  })
})

// @module-tag long
import { beforeAll, describe, expect, test } from 'vitest'
import { iamOperations } from '../../operations/iam-registry.ts'
import type { JsonObject } from '../support/calls.ts'
import { cutStore } from '../support/cut-store.ts'
import { callService, copyOf, type Installed, install, processOver } from '../support/installed.ts'
import { deviceWith } from '../support/mfa.ts'
import { slice } from '../support/slice.ts'

/**
 * As test/promises/cut-operations.test.ts, of AWS IAM: a process killed before any write of an operation, or
 * just after it. Lists show what was before or what is after, and the same call made again by another process
 * comes to the same end.
 */

/** ms after which what was begun and not ended is nobody's */
const LEFT = 61_000

const policy = (Action: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
  })

interface World extends Installed {
  readonly accountId: string
  readonly accessKey: string
  /** seed of a virtual MFA device that nobody has, in Base32 */
  readonly seed: string
}

async function ok(world: Installed, name: string, input: JsonObject): Promise<JsonObject> {
  const service = processOver(world)
  const { status, json } = await callService(service, world.tenant, `Iam${name}`, input)
  if (status >= 300) throw new Error(`${name}: ${JSON.stringify(json)}`)
  await service.audit.flush()
  return json
}

const PROVIDER = 'id.example.com'
const tags = { Tags: [{ Key: 'a', Value: '1' }] }
const trustOf = (accountId: string, action = 'sts:AssumeRole') =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: accountId }, Action: action }],
  })

/** The code that a device shows and the one before, so that the next may begin; ahead of the clock they are others. */
function codesOf(serial: string, seed: string, ahead = 0) {
  return deviceWith(serial, seed, () => Date.now() + ahead).pair()
}

async function makeWorld(): Promise<World> {
  const installed = await install()
  const { accountId } = installed.tenant
  const arn = (name: string) => `arn:aws:iam::${accountId}:policy/${name}`
  const make = (name: string, input: JsonObject) => ok(installed, name, input)
  for (const PolicyName of ['used', 'free', 'boundary', 'other']) {
    await make('CreatePolicy', { PolicyName, PolicyDocument: policy('kms:*'), ...tags })
  }
  await make('CreatePolicyVersion', { PolicyArn: arn('other'), PolicyDocument: policy('kms:L*') })
  await make('CreateUser', { UserName: 'alice', PermissionsBoundary: arn('boundary'), ...tags })
  await make('CreateUser', { UserName: 'empty' })
  await make('CreateUser', { UserName: 'bare' })
  for (const GroupName of ['team', 'spare', 'empty']) await make('CreateGroup', { GroupName })
  const AssumeRolePolicyDocument = trustOf(accountId)
  for (const RoleName of ['worker', 'empty']) {
    await make('CreateRole', { RoleName, AssumeRolePolicyDocument, ...tags })
  }
  await make('PutRolePermissionsBoundary', {
    RoleName: 'worker',
    PermissionsBoundary: arn('boundary'),
  })
  await make('AddUserToGroup', { GroupName: 'team', UserName: 'alice' })
  for (const [kind, name] of [
    ['User', 'alice'],
    ['Group', 'team'],
    ['Role', 'worker'],
  ]) {
    const named = { [`${kind}Name`]: name }
    const inline = { PolicyName: 'inline', PolicyDocument: policy('kms:Encrypt') }
    await make(`Put${kind}Policy`, { ...named, ...inline })
    await make(`Attach${kind}Policy`, { ...named, PolicyArn: arn('used') })
  }
  const { AccessKey } = await make('CreateAccessKey', { UserName: 'alice' })
  await make('CreateOpenIDConnectProvider', {
    Url: `https://${PROVIDER}`,
    ClientIDList: ['app'],
    ThumbprintList: ['a'.repeat(40)],
    ...tags,
  })
  for (const InstanceProfileName of ['full', 'hollow']) {
    await make('CreateInstanceProfile', { InstanceProfileName, ...tags })
  }
  await make('AddRoleToInstanceProfile', { InstanceProfileName: 'full', RoleName: 'worker' })
  await make('CreateVirtualMFADevice', { VirtualMFADeviceName: 'free', ...tags })
  const device = async (VirtualMFADeviceName: string) => {
    const { VirtualMFADevice } = await make('CreateVirtualMFADevice', { VirtualMFADeviceName })
    const { Base32StringSeed } = VirtualMFADevice as { Base32StringSeed: string }
    return Buffer.from(Base32StringSeed, 'base64').toString()
  }
  const seed = await device('idle')
  const SerialNumber = `arn:aws:iam::${accountId}:mfa/worn`
  const worn = codesOf(SerialNumber, await device('worn'))
  await make('EnableMFADevice', { UserName: 'alice', SerialNumber, ...worn })
  const { AccessKeyId } = AccessKey as { AccessKeyId: string }
  return { ...installed, accountId, accessKey: AccessKeyId, seed }
}

/** Ids and dates aside, what a JSON says. */
const told = (json: unknown): unknown =>
  JSON.parse(
    JSON.stringify(json, (name, value) =>
      /(Date|Id|requestId|SecretAccessKey)$/.test(name) && name !== 'VersionId' ? undefined : value,
    ) ?? 'null',
  )
const sorted = (list: unknown): string[] =>
  (list as unknown[]).map((one) => JSON.stringify(told(one))).sort()

/** All that AWS IAM shows of the account. */
async function viewOf(world: World): Promise<string> {
  const service = processOver(world, { now: () => Date.now() + LEFT })
  const ask = async (name: string, input: JsonObject = {}) => {
    const { status, json } = await callService(service, world.tenant, `Iam${name}`, input)
    expect(status, `${name} ${JSON.stringify(json)}`).toBeLessThan(300)
    return json
  }
  const all = await ask('GetAccountAuthorizationDetails', { MaxItems: 1000 })
  const users = all['UserDetailList'] as { UserName: string }[]
  const groups = all['GroupDetailList'] as { GroupName: string }[]
  const policies = all['Policies'] as { Arn: string }[]
  const seen = {
    users: sorted(users),
    groups: sorted(groups),
    roles: [...sorted(all['RoleDetailList']), ...sorted((await ask('ListRoles'))['Roles'])],
    policies: sorted(policies),
    listed: sorted((await ask('ListUsers'))['Users']),
    profiles: [] as unknown[],
    keys: [] as unknown[],
    members: [] as unknown[],
    entities: [] as unknown[],
    providers: [] as unknown[],
    devices: [] as unknown[],
  }
  const { InstanceProfiles } = await ask('ListInstanceProfiles')
  for (const profile of InstanceProfiles as { InstanceProfileName: string }[]) {
    const { InstanceProfileName } = profile
    const { Tags } = await ask('ListInstanceProfileTags', { InstanceProfileName })
    seen.profiles.push([told(profile), sorted(Tags)])
  }
  const { VirtualMFADevices } = await ask('ListVirtualMFADevices')
  for (const device of VirtualMFADevices as { SerialNumber: string }[]) {
    const { SerialNumber } = device
    seen.devices.push([told(device), told(await ask('ListMFADeviceTags', { SerialNumber }))])
  }
  for (const { UserName } of users) {
    const { AccessKeyMetadata } = await ask('ListAccessKeys', { UserName })
    seen.keys.push([UserName, (AccessKeyMetadata as JsonObject[]).map((key) => key['Status'])])
  }
  for (const { GroupName } of groups) {
    seen.members.push([GroupName, sorted((await ask('GetGroup', { GroupName }))['Users'])])
  }
  for (const { Arn } of policies) {
    const entities = await ask('ListEntitiesForPolicy', { PolicyArn: Arn })
    const lists = [entities['PolicyUsers'], entities['PolicyGroups'], entities['PolicyRoles']]
    seen.entities.push([Arn, lists.map(sorted)])
    seen.entities.push(told(await ask('GetPolicy', { PolicyArn: Arn })))
  }
  const { OpenIDConnectProviderList } = await ask('ListOpenIDConnectProviders')
  for (const { Arn } of OpenIDConnectProviderList as { Arn: string }[]) {
    seen.providers.push(
      told(await ask('GetOpenIDConnectProvider', { OpenIDConnectProviderArn: Arn })),
    )
  }
  const { keys, members, entities, providers, devices, profiles } = seen
  for (const list of [keys, members, entities, providers, devices, profiles]) {
    list.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  }
  return JSON.stringify(seen)
}

interface CutCall {
  /** @param ahead ms that the clock of the process is ahead */
  readonly input: (world: World, ahead?: number) => JsonObject
  /** codes that say that it was done already */
  readonly done?: readonly string[]
  /** made again it makes another */
  readonly another?: true
}

const THERE = { done: ['EntityAlreadyExistsException'] } as const
const GONE = { done: ['NoSuchEntityException'] } as const
const arnOf =
  (name: string) =>
  ({ accountId }: World) =>
    `arn:aws:iam::${accountId}:policy/${name}`
const serialOf =
  (name: string) =>
  ({ accountId }: World) => ({ SerialNumber: `arn:aws:iam::${accountId}:mfa/${name}` })
const provider = ({ accountId }: World) => ({
  OpenIDConnectProviderArn: `arn:aws:iam::${accountId}:oidc-provider/${PROVIDER}`,
})

/** What is done alike to a user, group and role. */
const ofEach = (kind: 'User' | 'Group' | 'Role', name: string): Record<string, CutCall> => {
  const named = { [`${kind}Name`]: name }
  const document = policy('kms:Decrypt')
  return {
    [`Put${kind}Policy`]: {
      input: () => ({ ...named, PolicyName: 'new', PolicyDocument: document }),
    },
    [`Delete${kind}Policy`]: { input: () => ({ ...named, PolicyName: 'inline' }), ...GONE },
    [`Attach${kind}Policy`]: { input: (w) => ({ ...named, PolicyArn: arnOf('free')(w) }) },
    [`Detach${kind}Policy`]: { input: (w) => ({ ...named, PolicyArn: arnOf('used')(w) }), ...GONE },
  }
}
const bounded = (kind: 'User' | 'Role', name: string): Record<string, CutCall> => ({
  [`Put${kind}PermissionsBoundary`]: {
    input: (w) => ({ [`${kind}Name`]: name, PermissionsBoundary: arnOf('free')(w) }),
  },
  [`Delete${kind}PermissionsBoundary`]: { input: () => ({ [`${kind}Name`]: name }), ...GONE },
  [`Tag${kind}`]: {
    input: () => ({ [`${kind}Name`]: name, Tags: [{ Key: 'b', Value: '2' }] }),
  },
  [`Untag${kind}`]: { input: () => ({ [`${kind}Name`]: name, TagKeys: ['a'] }) },
})

const CUTS: Readonly<Record<string, CutCall>> = {
  ...ofEach('User', 'alice'),
  ...ofEach('Group', 'team'),
  ...ofEach('Role', 'worker'),
  ...bounded('User', 'alice'),
  ...bounded('Role', 'worker'),
  CreateUser: {
    input: (w) => ({ UserName: 'new', PermissionsBoundary: arnOf('boundary')(w) }),
    ...THERE,
  },
  UpdateUser: {
    input: () => ({ UserName: 'alice', NewUserName: 'alison', NewPath: '/moved/' }),
    ...GONE,
  },
  DeleteUser: { input: () => ({ UserName: 'empty' }), ...GONE },
  CreateAccessKey: { input: () => ({ UserName: 'bare' }), another: true },
  UpdateAccessKey: {
    input: ({ accessKey: AccessKeyId }) => ({ UserName: 'alice', AccessKeyId, Status: 'Inactive' }),
  },
  DeleteAccessKey: {
    input: ({ accessKey: AccessKeyId }) => ({ UserName: 'alice', AccessKeyId }),
    ...GONE,
  },
  CreateGroup: { input: () => ({ GroupName: 'new', Path: '/new/' }), ...THERE },
  UpdateGroup: {
    input: () => ({ GroupName: 'team', NewGroupName: 'crew', NewPath: '/moved/' }),
    ...GONE,
  },
  DeleteGroup: { input: () => ({ GroupName: 'empty' }), ...GONE },
  AddUserToGroup: { input: () => ({ GroupName: 'spare', UserName: 'alice' }) },
  RemoveUserFromGroup: { input: () => ({ GroupName: 'team', UserName: 'alice' }) },
  CreateRole: {
    input: ({ accountId }) => ({
      RoleName: 'new',
      AssumeRolePolicyDocument: trustOf(accountId),
    }),
    ...THERE,
  },
  UpdateRole: { input: () => ({ RoleName: 'worker', Description: 'works' }) },
  UpdateRoleDescription: { input: () => ({ RoleName: 'worker', Description: 'works' }) },
  UpdateAssumeRolePolicy: {
    input: ({ accountId }) => ({
      RoleName: 'worker',
      PolicyDocument: trustOf(accountId, 'sts:TagSession'),
    }),
  },
  DeleteRole: { input: () => ({ RoleName: 'empty' }), ...GONE },
  CreatePolicy: {
    input: () => ({ PolicyName: 'new', PolicyDocument: policy('kms:Sign') }),
    ...THERE,
  },
  DeletePolicy: { input: (w) => ({ PolicyArn: arnOf('free')(w) }), ...GONE },
  CreatePolicyVersion: {
    input: (w) => ({
      PolicyArn: arnOf('used')(w),
      PolicyDocument: policy('kms:Sign'),
      SetAsDefault: true,
    }),
    another: true,
  },
  SetDefaultPolicyVersion: {
    input: (w) => ({ PolicyArn: arnOf('other')(w), VersionId: 'v2' }),
  },
  DeletePolicyVersion: {
    input: (w) => ({ PolicyArn: arnOf('other')(w), VersionId: 'v2' }),
    ...GONE,
  },
  TagPolicy: {
    input: (w) => ({ PolicyArn: arnOf('used')(w), Tags: [{ Key: 'b', Value: '2' }] }),
  },
  UntagPolicy: { input: (w) => ({ PolicyArn: arnOf('used')(w), TagKeys: ['a'] }) },
  CreateOpenIDConnectProvider: {
    input: () => ({ Url: 'https://other.example.com', ClientIDList: ['app'] }),
    ...THERE,
  },
  DeleteOpenIDConnectProvider: { input: provider, ...GONE },
  AddClientIDToOpenIDConnectProvider: { input: (w) => ({ ...provider(w), ClientID: 'more' }) },
  RemoveClientIDFromOpenIDConnectProvider: { input: (w) => ({ ...provider(w), ClientID: 'app' }) },
  UpdateOpenIDConnectProviderThumbprint: {
    input: (w) => ({ ...provider(w), ThumbprintList: ['b'.repeat(40)] }),
  },
  TagOpenIDConnectProvider: {
    input: (w) => ({ ...provider(w), Tags: [{ Key: 'b', Value: '2' }] }),
  },
  CreateInstanceProfile: { input: () => ({ InstanceProfileName: 'new' }), ...THERE },
  DeleteInstanceProfile: { input: () => ({ InstanceProfileName: 'hollow' }), ...GONE },
  AddRoleToInstanceProfile: {
    input: () => ({ InstanceProfileName: 'hollow', RoleName: 'empty' }),
    done: ['LimitExceededException'],
  },
  RemoveRoleFromInstanceProfile: {
    input: () => ({ InstanceProfileName: 'full', RoleName: 'worker' }),
    ...GONE,
  },
  TagInstanceProfile: {
    input: () => ({ InstanceProfileName: 'full', Tags: [{ Key: 'b', Value: '2' }] }),
  },
  UntagInstanceProfile: { input: () => ({ InstanceProfileName: 'full', TagKeys: ['a'] }) },
  CreateVirtualMFADevice: { input: () => ({ VirtualMFADeviceName: 'new' }), ...THERE },
  DeleteVirtualMFADevice: { input: serialOf('free'), ...GONE },
  EnableMFADevice: {
    input(w, ahead = 0) {
      const { SerialNumber } = serialOf('idle')(w)
      return { UserName: 'alice', SerialNumber, ...codesOf(SerialNumber, w.seed, ahead) }
    },
    ...THERE,
  },
  DeactivateMFADevice: {
    input: (w) => ({ UserName: 'alice', ...serialOf('worn')(w) }),
    ...GONE,
  },
  TagMFADevice: {
    input: (w) => ({ ...serialOf('free')(w), Tags: [{ Key: 'b', Value: '2' }] }),
  },
  UntagMFADevice: { input: (w) => ({ ...serialOf('free')(w), TagKeys: ['a'] }) },
  UntagOpenIDConnectProvider: { input: (w) => ({ ...provider(w), TagKeys: ['a'] }) },
}

/** What changes nothing, as there is no such thing here, and what no other operation tells of. */
const NOTHING_SHOWN: ReadonlySet<string> = new Set(['DeleteLoginProfile', 'ResyncMFADevice'])

describe('A process killed between the writes of an operation of AWS IAM', () => {
  let world: World
  let before: string
  beforeAll(async () => {
    world = await makeWorld()
    before = await viewOf(world)
  })

  test('is tried for every operation that changes something', () => {
    const wanted = iamOperations
      .filter(({ mutates, name }) => mutates && !NOTHING_SHOWN.has(name))
      .map(({ name }) => name)
    expect(Object.keys(CUTS).sort()).toEqual(wanted.sort())
  })

  const cases = Object.entries(CUTS).flatMap(([name, cut]) =>
    [false, true].map((applied) => ({ name, cut, applied })),
  )
  // in `npm test` half of them before the write, the others after it
  const some = slice(cases, ({ name, applied }) => applied === (name.length % 2 === 0))
  test.for(some)('$name, the last write done: $applied', async ({ name, cut, applied }) => {
    const { input, done = [], another } = cut
    const whole: World = { ...world, ...(await copyOf(world)) }
    await ok(whole, name, input(whole))
    const after = await viewOf(whole)
    expect(after).not.toBe(before)
    let cuts = 0
    for (let at = 1; ; at++) {
      const own: World = { ...world, ...(await copyOf(world)) }
      const dying = processOver({ ...own, store: cutStore(own.store, at, applied) })
      const { status } = await callService(dying, own.tenant, `Iam${name}`, input(own))
      const seen = await viewOf(own)
      if (status < 300) {
        expect(seen, `at write ${at}`).toBe(after)
        break
      }
      cuts++
      expect([before, after], `at write ${at}`).toContain(seen)
      // both of its clocks: codes are of the machine's
      const then = () => Date.now() + LEFT
      const later = processOver(own, { now: then, wallTime: then })
      const { status: again, json } = await callService(
        later,
        own.tenant,
        `Iam${name}`,
        input(own, LEFT),
      )
      const known = done.includes(String(json['code']))
      expect(again < 300 || known, `${again} ${JSON.stringify(json)}`).toBe(true)
      if (another === undefined) expect(await viewOf(own), `at write ${at}`).toBe(after)
    }
    // its own, and its audit record
    expect(cuts).toBeGreaterThanOrEqual(2)
  })
})

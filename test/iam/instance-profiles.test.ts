// @module-tag functions
import * as sdk from '@aws-sdk/client-iam'
import { beforeAll, describe, expect, test } from 'vitest'
import { allow, document, trust } from '../sessions/world.ts'
import { describeStores, type Harness, type Tenant } from '../support/harness.ts'
import { iamClients, refused } from './iam-world.ts'

describeStores('Instance profiles', (harness: Harness) => {
  const client = iamClients(harness)
  let tenant: Tenant
  let root: sdk.IAMClient
  beforeAll(async () => {
    tenant = await harness.tenant()
    root = client(tenant)
    const AssumeRolePolicyDocument = document(trust({ AWS: tenant.accountId }))
    for (const RoleName of ['app', 'other']) {
      await root.send(new sdk.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
    }
  })

  const named = (InstanceProfileName: string) => ({ InstanceProfileName })
  const make = async (name: string, more: Partial<sdk.CreateInstanceProfileCommandInput> = {}) => {
    const input = { ...named(name), ...more }
    return (await root.send(new sdk.CreateInstanceProfileCommand(input))).InstanceProfile
  }
  const get = async (name: string) =>
    (await root.send(new sdk.GetInstanceProfileCommand(named(name)))).InstanceProfile
  const add = (name: string, RoleName: string) =>
    root.send(new sdk.AddRoleToInstanceProfileCommand({ ...named(name), RoleName }))
  const remove = (name: string, RoleName: string) =>
    root.send(new sdk.RemoveRoleFromInstanceProfileCommand({ ...named(name), RoleName }))
  const destroy = (name: string) => root.send(new sdk.DeleteInstanceProfileCommand(named(name)))

  test('one is made, read, listed, tagged and deleted', async () => {
    const made = await make('one', { Path: '/a/', Tags: [{ Key: 'k', Value: 'v' }] })
    expect(made).toMatchObject({
      Path: '/a/',
      InstanceProfileName: 'one',
      InstanceProfileId: expect.stringMatching(/^AIPA[A-Z2-7]{16}$/),
      Arn: `arn:aws:iam::${tenant.accountId}:instance-profile/a/one`,
      CreateDate: expect.any(Date),
      Roles: [],
      Tags: [{ Key: 'k', Value: 'v' }],
    })
    expect(await get('one')).toEqual(made)
    await sdk.waitUntilInstanceProfileExists({ client: root, maxWaitTime: 60 }, named('one'))
    const Tags = [{ Key: 'K', Value: 'w' }]
    await root.send(new sdk.TagInstanceProfileCommand({ ...named('one'), Tags }))
    const listed = await root.send(new sdk.ListInstanceProfileTagsCommand(named('one')))
    expect(listed.Tags).toEqual(Tags)
    await root.send(new sdk.UntagInstanceProfileCommand({ ...named('one'), TagKeys: ['k'] }))
    expect((await get('one'))?.Tags).toBeUndefined()
    await make('two')
    const pages: unknown[] = []
    const paged = sdk.paginateListInstanceProfiles({ client: root, pageSize: 1 }, {})
    for await (const { InstanceProfiles = [] } of paged) {
      pages.push(InstanceProfiles.map(({ InstanceProfileName }) => InstanceProfileName))
    }
    expect(pages).toEqual([['one'], ['two']])
    const within = new sdk.ListInstanceProfilesCommand({ PathPrefix: '/a/' })
    expect((await root.send(within)).InstanceProfiles).toHaveLength(1)
    const { SummaryMap } = await root.send(new sdk.GetAccountSummaryCommand({}))
    expect(SummaryMap).toMatchObject({ InstanceProfiles: 2, InstanceProfilesQuota: 1000 })
    for (const name of ['one', 'two']) await destroy(name)
    expect(await refused(get('one'))).toMatchObject({
      code: 'NoSuchEntity',
      message: 'Instance Profile one cannot be found.',
    })
  })

  test('it has one role; neither is deleted while that is in it', async () => {
    await make('holds')
    await add('holds', 'app')
    const profile = await get('holds')
    expect(profile?.Roles).toMatchObject([{ RoleName: 'app', RoleId: expect.any(String) }])
    const asked = new sdk.ListInstanceProfilesForRoleCommand({ RoleName: 'app' })
    // lists don't say when a role was used, as in AWS IAM
    const Roles = profile?.Roles?.map(({ RoleLastUsed: _told, ...its }) => its)
    expect((await root.send(asked)).InstanceProfiles).toEqual([{ ...profile, Roles }])
    const details = new sdk.GetAccountAuthorizationDetailsCommand({ Filter: ['Role'] })
    const { RoleDetailList = [] } = await root.send(details)
    expect(
      RoleDetailList.map(({ RoleName, InstanceProfileList = [] }) => [
        RoleName,
        InstanceProfileList.map(({ InstanceProfileName }) => InstanceProfileName),
      ]),
    ).toEqual(
      expect.arrayContaining([
        ['app', ['holds']],
        ['other', []],
      ]),
    )
    expect(await refused(add('holds', 'other'))).toMatchObject({
      code: 'LimitExceeded',
      message: 'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1',
    })
    const conflict = {
      code: 'DeleteConflict',
      message: 'Cannot delete entity, must remove roles from instance profile first.',
    }
    expect(await refused(destroy('holds'))).toMatchObject(conflict)
    const deletion = new sdk.DeleteRoleCommand({ RoleName: 'app' })
    expect(await refused(root.send(deletion))).toMatchObject(conflict)
    expect((await refused(remove('holds', 'other'))).code).toBe('NoSuchEntity')
    await remove('holds', 'app')
    expect((await get('holds'))?.Roles).toEqual([])
    await destroy('holds')
  })

  test('a role made anew under the name of one that is gone is in none', async () => {
    const AssumeRolePolicyDocument = document(trust({ AWS: tenant.accountId }))
    const role = { RoleName: 'again', AssumeRolePolicyDocument }
    await root.send(new sdk.CreateRoleCommand(role))
    await make('left')
    await add('left', 'again')
    // the operator's deletion takes no heed of profiles
    const line = `DELETE /admin/v1/tenants/${tenant.accountId}/principals/role/again`
    expect((await harness.rest(harness.operator, line)).status).toBe(204)
    await root.send(new sdk.CreateRoleCommand(role))
    expect((await get('left'))?.Roles).toEqual([])
    const asked = new sdk.ListInstanceProfilesForRoleCommand({ RoleName: 'again' })
    expect((await root.send(asked)).InstanceProfiles).toEqual([])
    await add('left', 'again')
    await remove('left', 'again')
    await destroy('left')
  })

  test('pages have room for the trust policy of the role that each repeats', async () => {
    const one = await harness.tenant()
    const iam = client(one)
    // of a policy's length white space is no part, and all of it is told
    const trusting = document(trust({ AWS: one.accountId })) + ' '.repeat(120_000)
    const RoleName = 'wide'
    const Tags = [{ Key: 'k', Value: 'v' }]
    const role = { RoleName, AssumeRolePolicyDocument: trusting, Tags }
    await iam.send(new sdk.CreateRoleCommand(role))
    const names = Array.from({ length: 20 }, (_, at) => `wide-${String(at).padStart(2, '0')}`)
    await Promise.all(
      names.map(async (name) => {
        await iam.send(new sdk.CreateInstanceProfileCommand({ ...named(name), Tags }))
        await iam.send(new sdk.AddRoleToInstanceProfileCommand({ ...named(name), RoleName }))
      }),
    )
    const lists = [
      sdk.paginateListInstanceProfiles({ client: iam }, {}),
      sdk.paginateListInstanceProfilesForRole({ client: iam }, { RoleName }),
    ]
    for (const list of lists) {
      const pages: sdk.InstanceProfile[][] = []
      for await (const { InstanceProfiles = [] } of list) pages.push(InstanceProfiles)
      expect(pages.map(({ length }) => length)).toEqual([16, 4])
      const all = pages.flat()
      expect(all.map(({ InstanceProfileName }) => InstanceProfileName)).toEqual(names)
      // lists have no tags, as in AWS IAM
      expect(all.flatMap(({ Tags, Roles = [] }) => [Tags, Roles[0]?.Tags])).toEqual(
        all.flatMap(() => [undefined, undefined]),
      )
      expect(
        new Set(all.map(({ Roles = [] }) => Roles[0]?.AssumeRolePolicyDocument?.length)).size,
      ).toBe(1)
    }
    const asked = new sdk.GetAccountAuthorizationDetailsCommand({ Filter: ['Role'] })
    const [details] = (await iam.send(asked)).RoleDetailList ?? []
    expect(decodeURIComponent(details?.AssumeRolePolicyDocument ?? '')).toBe(trusting)
    const told = details?.InstanceProfileList?.flatMap(({ Roles = [] }) => Roles) ?? []
    expect(told.map((its) => [its.RoleName, its.AssumeRolePolicyDocument])).toEqual(
      names.map(() => [RoleName, undefined]),
    )
  })

  test.each<[string, () => Promise<unknown>, string]>([
    ['a name that is taken, in another case', () => make('TAKEN'), 'EntityAlreadyExists'],
    ['another spelling of one', () => get('Taken'), 'NoSuchEntity'],
    ['a role that is not there', () => add('taken', 'nobody'), 'NoSuchEntity'],
    ['a profile that is not there', () => add('nobody', 'app'), 'NoSuchEntity'],
    ['a reserved tag', () => make('x', { Tags: [{ Key: 'aws:a', Value: '' }] }), 'InvalidInput'],
    ['a name with a slash', () => make('a/b'), 'ValidationError'],
  ])('refused: %s', async (_title, call, code) => {
    await make('taken').catch(() => undefined)
    expect((await refused(call())).code).toBe(code)
  })

  describe('who may', () => {
    test('is asked on the profile by its path, and told nothing of what is there', async () => {
      await make('guarded', { Path: '/team/', Tags: [{ Key: 'team', Value: 'red' }] })
      const arn = `arn:aws:iam::${tenant.accountId}:instance-profile/team/*`
      const Policy = document(
        allow(['iam:GetInstanceProfile', 'iam:AddRoleToInstanceProfile'], { Resource: arn }),
        allow('iam:DeleteInstanceProfile', {
          Condition: { StringEquals: { 'aws:ResourceTag/team': 'red' } },
        }),
      )
      const { credential } = await harness.user(tenant, 'profiler', { Policy })
      if (credential === undefined) throw new Error('a user has an access key')
      const own = client(credential)
      const read = (name: string) => own.send(new sdk.GetInstanceProfileCommand(named(name)))
      await make('apart')
      expect((await read('guarded')).InstanceProfile?.InstanceProfileName).toBe('guarded')
      const there = await refused(read('apart'))
      const absent = await refused(read('absen'))
      expect(there.code).toBe('AccessDenied')
      expect(there.message.replace('/apart', '')).toBe(absent.message.replace('/absen', ''))
      const deletion = (name: string) => own.send(new sdk.DeleteInstanceProfileCommand(named(name)))
      expect((await refused(deletion('apart'))).code).toBe('AccessDenied')
      await deletion('guarded')
      await destroy('apart')
    })

    test('another account has none of them', async () => {
      await make('mine')
      const other = client(await harness.tenant())
      const read = other.send(new sdk.GetInstanceProfileCommand(named('mine')))
      expect((await refused(read)).code).toBe('NoSuchEntity')
      const { InstanceProfiles } = await other.send(new sdk.ListInstanceProfilesCommand({}))
      expect(InstanceProfiles).toEqual([])
      await destroy('mine')
    })
  })
})

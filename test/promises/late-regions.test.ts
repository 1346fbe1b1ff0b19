import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { INSTALLATION, installationItem } from '../../core/item/installation.ts'
import { sharedItem } from '../../core/key/key-items.ts'
import { LAYOUT } from '../../core/layout.ts'
import { sweep } from '../../core/lifecycle/sweep.ts'
import { handle } from '../../core/pipeline/handle.ts'
import { checkRegion, openReplicated } from '../../core/replicated.ts'
import type { Service } from '../../core/service.ts'
import { signRequest } from '../../core/signature/sign-request.ts'
import { memoryStore } from '../../core/store/memory.ts'
import { type Item, type Store, StoreUnavailable } from '../../core/store/store.ts'
import type { StoredCredential } from '../../server/credential-file.ts'
import type { JsonObject } from '../support/calls.ts'
import { callService, install } from '../support/installed.ts'
import {
  AWAY,
  HOME,
  type InstalledRegions,
  installRegions,
  type RegionsOptions,
  THIRD,
} from '../support/installed-regions.ts'
import { slice } from '../support/slice.ts'
import { credentialOf } from '../support/xks.ts'

/**
 * An installation in three Regions, over tables that replicate late: what each Region may rely on, and how late a
 * revocation made in one holds in another (docs/threat-model.md, "Several Regions").
 */

/** @member path of a credential of an external key store */
type Credential = StoredCredential & { readonly sessionToken?: string; readonly path?: string }

const regionOf = (service: Service): string => service.region

interface World extends InstalledRegions {
  readonly tenant: StoredCredential
  readonly home: Service
  readonly away: Service
}

async function world(options: RegionsOptions = {}): Promise<World> {
  const regions = await installRegions(options)
  const [home, away] = [regions.service(HOME), regions.service(AWAY)]
  return { ...regions, tenant: regions.installed.tenant, home, away }
}

const call = (service: Service, caller: Credential, name: string, input: JsonObject = {}) =>
  callService(service, caller, name, input, regionOf(service))
async function ok(service: Service, caller: Credential, name: string, input: JsonObject = {}) {
  const { status, json } = await call(service, caller, name, input)
  expect(status, `${name}: ${JSON.stringify(json)}`).toBeLessThan(300)
  return json
}
const asOperator = ({ installed }: World, service: Service, name: string, input: JsonObject) =>
  ok(service, installed.operator, name, { AccountId: installed.tenant.accountId, ...input })

async function user(
  one: World,
  service = one.home,
  Name = 'ann',
): Promise<{ credential: StoredCredential }> {
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  })
  const { AccessKey } = await asOperator(one, service, 'CreatePrincipal', {
    ...{ Type: 'user', Name, CreateAccessKey: true, Policy },
  })
  const { AccessKeyId, SecretAccessKey } = AccessKey as Record<string, string>
  return {
    credential: {
      accountId: one.tenant.accountId,
      accessKeyId: String(AccessKeyId),
      secretAccessKey: String(SecretAccessKey),
    },
  }
}

async function key(service: Service, caller: Credential, more: JsonObject = {}): Promise<string> {
  const { KeyMetadata } = await ok(service, caller, 'CreateKey', more)
  return String((KeyMetadata as JsonObject)['KeyId'])
}

const text = (value: string) => Buffer.from(value).toString('base64')

interface Revocation {
  readonly title: string
  /** how who is revoked is refused */
  readonly code: string
  /** who is revoked, and how; on a fresh tenant with a user */
  readonly prepare: (one: World, credential: StoredCredential) => Promise<Credential>
  readonly revoke: (one: World, by: Service, credential: StoredCredential) => Promise<unknown>
}

const DENIAL = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
})

const itself = async (_one: World, credential: StoredCredential) => credential
const principal = { Type: 'user', Name: 'ann' }
const REVOCATIONS: readonly Revocation[] = [
  {
    title: 'an access key that is switched off',
    code: 'UnrecognizedClientException',
    prepare: itself,
    revoke: (one, by, { accessKeyId }) =>
      asOperator(one, by, 'UpdateAccessKey', { AccessKeyId: accessKeyId, Status: 'Inactive' }),
  },
  {
    title: 'an access key that is deleted',
    code: 'UnrecognizedClientException',
    prepare: itself,
    revoke: (one, by, { accessKeyId }) =>
      asOperator(one, by, 'DeleteAccessKey', { AccessKeyId: accessKeyId }),
  },
  {
    title: 'a user who is deleted',
    code: 'UnrecognizedClientException',
    prepare: itself,
    revoke: (one, by) => asOperator(one, by, 'DeletePrincipal', principal),
  },
  {
    title: 'a policy that now denies',
    code: 'AccessDeniedException',
    prepare: itself,
    revoke: (one, by) =>
      asOperator(one, by, 'PutPrincipalPolicy', {
        ...principal,
        PolicyName: 'no',
        Policy: DENIAL,
      }),
  },
  {
    title: 'a session, by RevokeSessions',
    code: 'ExpiredTokenException',
    async prepare(one, credential) {
      const { Credentials } = await ok(one.away, credential, 'GetSessionToken')
      const { AccessKeyId, SecretAccessKey, SessionToken } = Credentials as Record<string, string>
      return {
        accountId: credential.accountId,
        accessKeyId: String(AccessKeyId),
        secretAccessKey: String(SecretAccessKey),
        sessionToken: String(SessionToken),
      }
    },
    revoke: (one, by) => asOperator(one, by, 'RevokeSessions', principal),
  },
  {
    title: 'a suspended tenant',
    code: 'AccessDeniedException',
    prepare: itself,
    revoke: (one, by) => asOperator(one, by, 'SuspendTenant', {}),
  },
  {
    title: 'a credential of an external key store that is deleted',
    code: 'AuthenticationFailedException',
    prepare: xksCredential,
    async revoke(one, by) {
      const { XksCredentials } = await asOperator(one, one.home, 'ListXksCredentials', {})
      const [listed] = XksCredentials as Record<string, string>[]
      return asOperator(one, by, 'DeleteXksCredential', {
        AccessKeyId: listed?.['AccessKeyId'] ?? '',
      })
    },
  },
  {
    title: 'a credential of an external key store, by its principal',
    code: 'AuthenticationFailedException',
    prepare: xksCredential,
    revoke: (one, by) => asOperator(one, by, 'DeletePrincipal', principal),
  },
]

/** What the account itself revokes by AWS IAM, its root calling. */
const BY_IAM: readonly Revocation[] = [
  {
    title: 'an access key that is switched off by AWS IAM',
    code: 'UnrecognizedClientException',
    prepare: itself,
    revoke: (one, by, { accessKeyId }) =>
      ok(by, one.tenant, 'IamUpdateAccessKey', {
        ...{ UserName: 'ann', AccessKeyId: accessKeyId, Status: 'Inactive' },
      }),
  },
  {
    title: 'a policy of AWS IAM that now denies',
    code: 'AccessDeniedException',
    prepare: itself,
    revoke: (one, by) =>
      ok(by, one.tenant, 'IamPutUserPolicy', {
        ...{ UserName: 'ann', PolicyName: 'no', PolicyDocument: DENIAL },
      }),
  },
  {
    title: 'a group whose policy now denies',
    code: 'AccessDeniedException',
    async prepare(one, credential) {
      await ok(one.away, one.tenant, 'IamCreateGroup', { GroupName: 'staff' })
      const added = { GroupName: 'staff', UserName: 'ann' }
      await ok(one.away, one.tenant, 'IamAddUserToGroup', added)
      return credential
    },
    revoke: (one, by) =>
      ok(by, one.tenant, 'IamPutGroupPolicy', {
        ...{ GroupName: 'staff', PolicyName: 'no', PolicyDocument: DENIAL },
      }),
  },
  {
    title: 'a managed policy whose default version now denies',
    code: 'AccessDeniedException',
    async prepare(one, credential) {
      const PolicyDocument = DENIAL.replace('Deny', 'Allow')
      const made = { PolicyName: 'rule', PolicyDocument }
      const { Policy } = await ok(one.away, one.tenant, 'IamCreatePolicy', made)
      const { Arn } = Policy as Record<string, string>
      const attached = { UserName: 'ann', PolicyArn: String(Arn) }
      await ok(one.away, one.tenant, 'IamAttachUserPolicy', attached)
      return credential
    },
    revoke: (one, by) =>
      ok(by, one.tenant, 'IamCreatePolicyVersion', {
        PolicyArn: `arn:aws:iam::${one.tenant.accountId}:policy/rule`,
        ...{ PolicyDocument: DENIAL, SetAsDefault: true },
      }),
  },
]

/** A credential by which AWS KMS calls the Region that is not home; it is of no other. */
async function xksCredential(one: World): Promise<Credential> {
  const made = await asOperator(one, one.away, 'CreateXksCredential', principal)
  const { path, accessKeyId, secretAccessKey } = credentialOf(made)
  return { accountId: one.tenant.accountId, accessKeyId, secretAccessKey, path }
}

/** How a call that changes nothing is refused; undefined where it is not. */
const codeOf = async (service: Service, caller: Credential) =>
  caller.path === undefined
    ? (await call(service, caller, 'GenerateRandom', { NumberOfBytes: 8 })).json['code']
    : healthOf(service, caller, caller.path)

/** The error that AWS KMS is answered; undefined for none. */
async function healthOf(service: Service, caller: Credential, path: string) {
  const requestMetadata = { kmsOperation: 'KmsHealthCheck', kmsRequestId: '1' }
  const unsigned = {
    ...{ method: 'POST', path: `${path}/health`, query: '', headers: { host: 'tenkey.test' } },
    body: Buffer.from(JSON.stringify({ requestMetadata })),
  }
  const scope = { region: regionOf(service), service: 'kms-xks-proxy', now: Date.now() }
  const headers = { ...signRequest(unsigned, caller, scope), 'content-type': 'application/json' }
  const request = { ...unsigned, headers, sourceIp: '192.0.2.1', secure: true }
  const { body } = await handle(request, service)
  return (JSON.parse(body) as JsonObject)['errorName']
}

/** ms of the table's time between two calls */
const STEP = 10

describe('a revocation', () => {
  test.for([...REVOCATIONS, ...BY_IAM])(
    '$title: holds at home when it is answered, elsewhere with the write, and the service adds nothing',
    async ({ prepare, revoke, code }) => {
      for (const delay of slice([100, 900, 4000], (ms) => ms === 900)) {
        const one = await world({ delay: (to) => (to === AWAY ? delay : 50) })
        const { credential } = await user(one)
        await one.settle()
        const revoked = await prepare(one, credential)
        await one.settle()
        expect(await codeOf(one.away, revoked)).toBeUndefined()
        await revoke(one, one.home, credential)
        const at = one.shared.now()
        expect(await codeOf(one.home, revoked), 'at home').toBe(code)
        let held = 0
        while ((await codeOf(one.away, revoked)) === undefined) {
          held = one.shared.now() - at
          expect(held).toBeLessThan(delay)
          await one.shared.pass(STEP)
        }
        // the last call that was let through came just before the write did
        expect(held, `${delay} ms`).toBe(delay - STEP)
        expect(await codeOf(one.away, revoked)).toBe(code)
      }
    },
  )

  test.for([...REVOCATIONS, ...BY_IAM])(
    '$title, in another Region than home: holds there and at home when it is answered',
    { tags: ['long'] },
    async ({ prepare, revoke, code }) => {
      const one = await world({ delay: () => 700 })
      const { credential } = await user(one)
      await one.settle()
      const revoked = await prepare(one, credential)
      await revoke(one, one.away, credential)
      for (const service of [one.away, one.home]) {
        expect(await codeOf(service, revoked), regionOf(service)).toBe(code)
      }
    },
  )

  test.for([...REVOCATIONS, ...BY_IAM])(
    '$title, with strong consistency: holds everywhere',
    { tags: ['long'] },
    async (revocation) => {
      const one = await world({ consistency: 'strong' })
      const { credential } = await user(one)
      const revoked = await revocation.prepare(one, credential)
      await revocation.revoke(one, one.service(THIRD), credential)
      for (const service of [one.home, one.away, one.service(THIRD)]) {
        expect(await codeOf(service, revoked), regionOf(service)).toBe(revocation.code)
      }
    },
  )

  test('a key that is disabled in its Region holds there at once: it is in the Region’s own table', async () => {
    const one = await world({ delay: () => 1e9 })
    const KeyId = await key(one.home, one.tenant)
    await ok(one.home, one.tenant, 'DisableKey', { KeyId })
    const { json } = await call(one.home, one.tenant, 'Encrypt', { KeyId, Plaintext: text('x') })
    expect(json['code']).toBe('DisabledException')
  })
})

test('a change that does not come to its Region in time is answered as none, holds at home, and is on record', async () => {
  let slow = false
  const one = await world({ delay: () => (slow ? 60_000 : 100) })
  const { credential } = await user(one)
  await one.settle()
  slow = true
  const { accountId: AccountId } = one.tenant
  const input = { AccountId, AccessKeyId: credential.accessKeyId, Status: 'Inactive' }
  const { status, json } = await call(one.away, one.installed.operator, 'UpdateAccessKey', input)
  expect([status, json['code']]).toEqual([503, 'DependencyTimeoutException'])
  expect(await codeOf(one.home, credential)).toBe('UnrecognizedClientException')
  const { Records } = await ok(one.away, one.installed.operator, 'ListAuditRecords', {
    EventName: 'UpdateAccessKey',
  })
  expect(Records).toMatchObject([{ awsRegion: AWAY }])
})

/** A change that comes late; what a client sees who makes it again, as AWS's SDKs do by themselves. */
const REPEATED: readonly {
  readonly name: string
  readonly input: (credential: StoredCredential) => JsonObject
  readonly again: string
}[] = [
  {
    name: 'UpdateAccessKey',
    input: ({ accessKeyId }) => ({ AccessKeyId: accessKeyId, Status: 'Inactive' }),
    again: 'done',
  },
  {
    name: 'DeleteAccessKey',
    input: ({ accessKeyId }) => ({ AccessKeyId: accessKeyId }),
    again: 'NotFoundException',
  },
  { name: 'DeletePrincipal', input: () => principal, again: 'NotFoundException' },
  { name: 'RevokeSessions', input: () => principal, again: 'done' },
  { name: 'SuspendTenant', input: () => ({}), again: 'done' },
]

test.for(REPEATED)(
  '$name made again after it came late: answered by home’s truth, once that is the Region’s too',
  async ({ name, input, again }) => {
    let slow = false
    const one = await world({ delay: () => (slow ? 20_000 : 100) })
    const { credential } = await user(one)
    await one.settle()
    const session = await itself(one, credential)
    slow = true
    const began = one.shared.now()
    const asked = { AccountId: one.tenant.accountId, ...input(credential) }
    const seen: string[] = []
    for (;;) {
      // by another process each time: none remembers what was written
      const { status, json } = await call(one.service(AWAY), one.installed.operator, name, asked)
      seen.push(status < 300 ? 'done' : String(json['code']))
      // what is written from now on comes soon; what was is on its way
      slow = false
      if (seen.at(-1) !== 'DependencyTimeoutException') break
      expect(seen.length).toBeLessThan(10)
    }
    expect(seen[0]).toBe('DependencyTimeoutException')
    expect(seen.at(-1)).toBe(again)
    // one that writes nothing waits for what was written before, and what the answer says holds in the Region
    if (again !== 'done') expect(one.shared.now() - began).toBeGreaterThanOrEqual(20_000)
    if (name !== 'RevokeSessions') expect(await codeOf(one.away, session)).toBeDefined()
  },
)

describe('AWS IAM in another Region than home', () => {
  test('judges by home’s truth: what was made or deleted there a moment ago is there, or is not', async () => {
    const one = await world({ delay: () => 700 })
    const { tenant, home, away } = one
    await ok(home, tenant, 'IamCreateUser', { UserName: 'ann' })
    const again = await call(away, tenant, 'IamCreateUser', { UserName: 'Ann' })
    expect(again.json['code']).toBe('EntityAlreadyExistsException')
    await ok(away, tenant, 'IamCreateAccessKey', { UserName: 'ann' })
    const conflict = await call(home, tenant, 'IamDeleteUser', { UserName: 'ann' })
    expect(conflict.json['code']).toBe('DeleteConflictException')
    await ok(home, tenant, 'IamCreateGroup', { GroupName: 'staff' })
    await ok(away, tenant, 'IamAddUserToGroup', { GroupName: 'staff', UserName: 'ann' })
    await ok(away, tenant, 'IamUpdateUser', { UserName: 'ann', NewUserName: 'anna' })
    // and what was answered is seen there
    const { Users } = await ok(away, tenant, 'IamGetGroup', { GroupName: 'staff' })
    expect(Users).toMatchObject([{ UserName: 'anna' }])
    await ok(home, tenant, 'IamUpdateUser', { UserName: 'anna', NewUserName: 'ann' })
    await ok(away, tenant, 'IamUpdateUser', { UserName: 'ann', NewPath: '/team/' })
    const { User } = await ok(away, tenant, 'IamGetUser', { UserName: 'ann' })
    expect(User).toMatchObject({ UserName: 'ann', Path: '/team/' })
  })

  test('tells the last use of an access key in whichever Region it was', async () => {
    const one = await world({ delay: () => 700 })
    const { credential } = await user(one)
    await one.settle()
    const lastUse = async (service: Service) => {
      const { AccessKeyLastUsed } = await ok(service, one.tenant, 'IamGetAccessKeyLastUsed', {
        AccessKeyId: credential.accessKeyId,
      })
      return AccessKeyLastUsed
    }
    expect(await lastUse(one.home)).toEqual({ ServiceName: 'N/A', Region: 'N/A' })
    await ok(one.away, credential, 'GenerateRandom', { NumberOfBytes: 8 })
    await one.away.accessKeyUses.flush()
    for (const service of [one.home, one.away, one.service(THIRD)]) {
      expect(await lastUse(service)).toMatchObject({ ServiceName: 'kms', Region: AWAY })
    }
  })
})

test('where home does not answer, other Regions’ own keys are used and changed, and what is shared is read alone', async () => {
  let down = false
  const dead = async () => {
    throw new StoreUnavailable('home is down')
  }
  const fault = (table: Store, { region, from }: { region: string; from: string }): Store => {
    const failing = (call: (...args: never[]) => Promise<unknown>) =>
      ((...args: never[]) =>
        down && region === HOME && from !== HOME ? dead() : call(...args)) as never
    const { get, put, add, delete: remove, query } = table
    return {
      ...table,
      get: failing(get),
      put: failing(put),
      add: failing(add),
      delete: failing(remove),
      query: failing(query),
    }
  }
  const one = await world({ fault })
  await one.settle()
  const KeyId = await key(one.away, one.tenant)
  const related = await key(one.away, one.tenant, { MultiRegion: true })
  const { credential } = await user(one)
  await one.settle()
  down = true
  // a process that has nothing in memory
  const fresh = one.service(AWAY)
  const { CiphertextBlob } = await ok(fresh, one.tenant, 'Encrypt', { KeyId, Plaintext: text('x') })
  expect(
    await ok(fresh, one.tenant, 'Decrypt', { CiphertextBlob: String(CiphertextBlob) }),
  ).toMatchObject({
    Plaintext: text('x'),
  })
  await ok(fresh, one.tenant, 'DescribeKey', { KeyId })
  // a Region's keys are stopped without any other
  await ok(fresh, one.tenant, 'DisableKey', { KeyId })
  await ok(fresh, one.tenant, 'CreateKey')
  const refused: [StoredCredential, string, JsonObject][] = [
    [one.tenant, 'CreateKey', { MultiRegion: true }],
    [one.tenant, 'DisableKey', { KeyId: related }],
    [one.installed.operator, 'SuspendTenant', { AccountId: one.tenant.accountId }],
  ]
  for (const [caller, name, input] of refused) {
    const { json } = await call(fresh, caller, name, input)
    expect(json['code'], name).toBe('DependencyTimeoutException')
  }
  // what failed is waited for by nobody after it, and a lost race is made again in this Region
  const tagged = await Promise.all(
    [1, 2, 3, 4].map((n) =>
      call(fresh, one.tenant, 'TagResource', { KeyId, Tags: [{ TagKey: `t${n}`, TagValue: 'x' }] }),
    ),
  )
  expect(tagged.map(({ status }) => status)).toEqual([204, 204, 204, 204])
  const Principal = { AWS: `arn:aws:iam::${one.tenant.accountId}:user/ann` }
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal, Action: 'kms:*', Resource: '*' },
      { Effect: 'Allow', Principal: { AWS: one.tenant.accountId }, Action: 'kms:*', Resource: '*' },
    ],
  })
  await ok(fresh, one.tenant, 'PutKeyPolicy', { KeyId, Policy })
  const { Credentials } = await ok(fresh, credential, 'GetSessionToken')
  expect(Credentials).toHaveProperty('SessionToken')
  const now = Date.now()
  await sweep(one.service(AWAY, { now: () => now }), { now, limit: 10 })
})

test('a process whose list begins with another home than the stored one does not start', async () => {
  const store = memoryStore()
  const served = { servedRegion: AWAY }
  // where nothing is installed yet, home is about to be chosen
  await checkRegion({ ...served, replicas: [AWAY, HOME] }, store)
  const data = { format: 1, root: 'r', home: HOME }
  await store.put(installationItem.item(INSTALLATION, 1, data))
  await checkRegion({ ...served, replicas: [HOME, AWAY, THIRD] }, store)
  await expect(checkRegion({ ...served, replicas: [AWAY, HOME] }, store)).rejects.toThrow(
    `TENKEY_REPLICAS begins with ${AWAY}, but the home of this installation is ${HOME}`,
  )
})

test('nor does one in a Region that was forgotten; others may have it on their lists', async () => {
  const store = memoryStore()
  const data = { format: 1, root: 'r', home: HOME, forgotten: [AWAY] }
  await store.put(installationItem.item(INSTALLATION, 1, data))
  const replicas = [HOME, AWAY, THIRD]
  await checkRegion({ servedRegion: THIRD, replicas }, store)
  await expect(checkRegion({ servedRegion: AWAY, replicas }, store)).rejects.toThrow(
    `\`tenkey region rejoin ${AWAY}\` takes it back`,
  )
})

test('a Region that is not on the list is none whose keys are gone', async () => {
  const config = {
    ...({ store: 'dynamodb', root: 'file:root.key', consistency: 'eventual' } as const),
    ...{ table: 'own', sharedTable: 'shared', replicas: [HOME, AWAY], servedRegion: HOME },
  }
  const { store, regions } = openReplicated(config, LAYOUT, () => memoryStore())
  const place = (region: string) => ({ pk: `111122223333/${region}`, sk: 'key#x' })
  expect(await regions.everywhere.get([place(HOME), place(AWAY)])).toEqual([undefined, undefined])
  await expect(regions.everywhere.get([place(THIRD)])).rejects.toThrow(StoreUnavailable)
  // a call that only names such a key is told that there is none
  expect(await store.get([place(THIRD)])).toEqual([undefined])
})

/** What is to be written by several Regions at once, none of it lost. */
test('changes of one user in every Region at once are all made, and come everywhere (property)', {
  tags: ['long'],
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 30, maxLength: 30 }),
      fc.array(fc.constantFrom(HOME, AWAY, THIRD), { minLength: 2, maxLength: 5 }),
      async (delays, regions) => {
        let next = 0
        const one = await world({ delay: () => delays[next++ % delays.length] ?? 0 })
        await user(one)
        const services = new Map([HOME, AWAY, THIRD].map((name) => [name, one.service(name)]))
        const tag = (region: string, n: number) =>
          call(services.get(region) ?? one.home, one.installed.operator, 'TagPrincipal', {
            ...principal,
            AccountId: one.tenant.accountId,
            Tags: [{ TagKey: `t${n}`, TagValue: region }],
          })
        const answers = await Promise.all(regions.map(tag))
        await one.settle()
        const made = answers.flatMap(({ status }, n) => (status < 300 ? [`t${n}`] : []))
        expect(made.length).toBeGreaterThan(0)
        for (const service of services.values()) {
          const { Tags } = await asOperator(one, service, 'GetPrincipal', principal)
          const names = (Tags as { TagKey: string }[]).map(({ TagKey }) => TagKey)
          expect(names).toEqual(expect.arrayContaining(made))
        }
      },
    ),
    { numRuns: 15 },
  )
})

describe('multi-Region keys', () => {
  const sharedOf = async (one: World, region: string) => {
    const { items } = await one
      .table('shared', region)
      .query({ pk: `${one.tenant.accountId}/global`, prefix: sharedItem.prefix(), limit: 10 })
    return items.map((item: Item) => sharedItem.read(item))
  }
  const replicated = async (options: RegionsOptions = {}) => {
    const one = await world(options)
    const KeyId = await key(one.home, one.tenant, { MultiRegion: true })
    await ok(one.home, one.tenant, 'ReplicateKey', { KeyId, ReplicaRegion: AWAY })
    return { ...one, KeyId }
  }

  test('a replica has a key item in its own Region’s table, and shares the rest', async () => {
    const one = await replicated()
    await one.settle()
    const { CiphertextBlob } = await ok(one.home, one.tenant, 'Encrypt', {
      ...{ KeyId: one.KeyId, Plaintext: text('secret') },
    })
    const blob = String(CiphertextBlob)
    expect(await ok(one.away, one.tenant, 'Decrypt', { CiphertextBlob: blob })).toMatchObject({
      Plaintext: text('secret'),
    })
    const third = await call(one.service(THIRD), one.tenant, 'Decrypt', { CiphertextBlob: blob })
    expect(third.json['code']).toBe('AccessDeniedException')
    const own = await one.table('own', AWAY).scan(undefined, 100)
    const keys = own.items.filter(({ sk }) => sk.startsWith('key#'))
    expect(keys.map(({ pk }) => pk)).toEqual([`${one.tenant.accountId}/${AWAY}`])
  })

  test('each table has what is its own, and nothing else', async () => {
    const one = await replicated()
    await ok(one.home, one.tenant, 'RotateKeyOnDemand', { KeyId: one.KeyId })
    await ok(one.home, one.tenant, 'UpdatePrimaryRegion', {
      ...{ KeyId: one.KeyId, PrimaryRegion: AWAY },
    })
    await key(one.away, one.tenant)
    await one.settle()
    for (const region of [HOME, AWAY, THIRD]) {
      const own = await one.table('own', region).scan(undefined, 1000)
      for (const { pk } of own.items) expect(pk).toMatch(new RegExp(`/(${region}|audit/.*)$`))
      const shared = await one.table('shared', region).scan(undefined, 1000)
      for (const { pk } of shared.items) expect(pk).toMatch(/^\d{12}(\/global)?$/)
    }
  })

  test('what is rotated in one Region opens in another before the rotation has come there', async () => {
    const one = await replicated()
    await one.settle()
    const old = await ok(one.home, one.tenant, 'Encrypt', {
      ...{ KeyId: one.KeyId, Plaintext: text('before') },
    })
    await ok(one.home, one.tenant, 'RotateKeyOnDemand', { KeyId: one.KeyId })
    const made = await ok(one.home, one.tenant, 'Encrypt', {
      ...{ KeyId: one.KeyId, Plaintext: text('after') },
    })
    const opened = async () => {
      for (const [{ CiphertextBlob }, Plaintext] of [
        [old, text('before')],
        [made, text('after')],
      ] as const) {
        const blob = { CiphertextBlob: String(CiphertextBlob) }
        expect(await ok(one.service(AWAY), one.tenant, 'Decrypt', blob)).toMatchObject({
          Plaintext,
        })
      }
    }
    expect(await sharedOf(one, AWAY)).not.toEqual(await sharedOf(one, HOME))
    await opened()
    await one.settle()
    await opened()
  })

  test('a Region that is none of the installation, or of another partition, is refused', async () => {
    const one = await replicated()
    for (const ReplicaRegion of ['ap-south-1', 'cn-north-1']) {
      const input = { KeyId: one.KeyId, ReplicaRegion }
      const { json } = await call(one.home, one.tenant, 'ReplicateKey', input)
      expect(json).toMatchObject({
        code: 'UnsupportedOperationException',
        detail: `Region ${ReplicaRegion} is not supported.`,
      })
    }
  })

  test('the primary can be in any Region, and moves from each', async () => {
    const one = await replicated()
    await ok(one.home, one.tenant, 'ReplicateKey', { KeyId: one.KeyId, ReplicaRegion: THIRD })
    const services = new Map([HOME, AWAY, THIRD].map((name) => [name, one.service(name)]))
    let at = HOME
    for (const to of [AWAY, THIRD, HOME, THIRD]) {
      const from = services.get(at) ?? one.home
      // seen in its Region once it has come there; asked, it is judged at home
      await ok(from, one.tenant, 'UpdatePrimaryRegion', { KeyId: one.KeyId, PrimaryRegion: to })
      at = to
      expect((await sharedOf(one, HOME)).map(({ primary }) => primary)).toEqual([to])
    }
    await one.settle()
    for (const service of services.values()) {
      const { KeyMetadata } = await ok(service, one.tenant, 'DescribeKey', { KeyId: one.KeyId })
      expect(KeyMetadata).toMatchObject({
        KeyState: 'Enabled',
        MultiRegionConfiguration: {
          MultiRegionKeyType: regionOf(service) === THIRD ? 'PRIMARY' : 'REPLICA',
          PrimaryKey: { Region: THIRD },
        },
      })
    }
  })

  test.for(['eventual', 'strong'] as const)(
    'rotations and changes of the primary in all Regions at once: each that is answered was made, by one primary (property), %s',
    async (consistency) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.integer({ min: 0, max: 2000 }), { minLength: 20, maxLength: 20 }),
          fc.array(
            fc.record({
              region: fc.constantFrom(HOME, AWAY),
              to: fc.constantFrom(undefined, HOME, AWAY),
            }),
            { minLength: 2, maxLength: 4 },
          ),
          async (delays, calls) => {
            let next = 0
            const delay = () => delays[next++ % delays.length] ?? 0
            const one = await replicated({ consistency, delay })
            const services = new Map([HOME, AWAY].map((name) => [name, one.service(name)]))
            const answers = await Promise.all(
              calls.map(({ region, to }) => {
                const service = services.get(region) ?? one.home
                const { KeyId } = one
                return to === undefined
                  ? call(service, one.tenant, 'RotateKeyOnDemand', { KeyId })
                  : call(service, one.tenant, 'UpdatePrimaryRegion', { KeyId, PrimaryRegion: to })
              }),
            )
            await one.settle()
            const rotated = answers.filter(
              ({ status }, n) => status < 300 && calls[n]?.to === undefined,
            ).length
            const seen = await Promise.all(
              [...services.values()].map(async (service) => {
                const { Rotations } = await ok(service, one.tenant, 'ListKeyRotations', {
                  KeyId: one.KeyId,
                })
                const { KeyMetadata } = await ok(service, one.tenant, 'DescribeKey', {
                  KeyId: one.KeyId,
                })
                const { MultiRegionConfiguration } = KeyMetadata as Record<string, JsonObject>
                const { MultiRegionKeyType } = MultiRegionConfiguration ?? {}
                return { rotations: (Rotations as unknown[]).length, type: MultiRegionKeyType }
              }),
            )
            for (const { rotations } of seen) expect(rotations).toBe(rotated)
            expect(seen.map(({ type }) => type).sort()).toEqual(['PRIMARY', 'REPLICA'])
          },
        ),
        { numRuns: 12 },
      )
    },
  )
})

test('a new tenant, or user, is known elsewhere once it has come there', async () => {
  const one = await world({ delay: () => 1000 })
  const { credential } = await user(one)
  expect((await call(one.away, credential, 'ListKeys')).json).toMatchObject({
    code: 'UnrecognizedClientException',
  })
  await one.settle()
  await ok(one.away, credential, 'ListKeys')
})

test('an installation in one Region has none of all that', async () => {
  const { store, root } = await install()
  const { processOver } = await import('../support/installed.ts')
  const service = processOver({ store, root })
  expect(service.changing).toBeUndefined()
  expect(service.everywhere).toBe(service.store)
  expect(service.otherRegions).toEqual([])
})

// @module-tag rsa
// @module-tag long
import { beforeAll, describe, expect, test } from 'vitest'
import { operations } from '../../operations/registry.ts'
import type { JsonObject } from '../support/calls.ts'
import { cutStore } from '../support/cut-store.ts'
import { callService, copyOf, type Installed, install, processOver } from '../support/installed.ts'
import { wrap } from '../support/life.ts'
import { sliced } from '../support/slice.ts'

/**
 * A process killed before any one of an operation's writes, that of its audit record among them: what
 * was acknowledged holds, what was not shows whole or not at all, and the same call made again by
 * another process comes to the same end. (A process killed for good is test/server/installation.test.ts.)
 */

type Caller = 'operator' | 'tenant'
const PERIOD = { RotationPeriodInDays: 90 }

/** The world that every operation is tried in: keys by the names that their descriptions are. */
interface World extends Installed {
  readonly ids: Readonly<Record<string, string>>
}

/** Calls an operation as if nothing could go wrong. */
async function ok(world: Installed, caller: Caller, name: string, input: JsonObject) {
  const service = processOver(world)
  const { status, json } = await callService(service, world[caller], name, input)
  if (status >= 300) throw new Error(`${name}: ${JSON.stringify(json)}`)
  await service.audit.flush()
  return json
}

const accessPolicy = (Sid: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Sid, Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' }],
  })
const identityPolicy = (Sid: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Sid, Effect: 'Allow', Action: 'kms:*', Resource: '*' }],
  })
const trustPolicy = (account: string, Sid: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid,
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
      },
    ],
  })

async function makeWorld(): Promise<World> {
  const world = await install()
  const AccountId = world.tenant.accountId
  const ids: Record<string, string> = {}
  const key = async (name: string, more: JsonObject = {}) => {
    const { KeyMetadata } = await ok(world, 'tenant', 'CreateKey', { Description: name, ...more })
    const { KeyId, Arn } = KeyMetadata as { KeyId: string; Arn: string }
    Object.assign(ids, { [name]: KeyId, [`${name}Arn`]: Arn })
    return KeyId
  }
  const tenant = (name: string, input: JsonObject) => ok(world, 'tenant', name, input)
  const operator = (name: string, input: JsonObject) =>
    ok(world, 'operator', name, { AccountId, ...input })

  const used = await key('used')
  await tenant('CreateAlias', { AliasName: 'alias/used', TargetKeyId: used })
  await tenant('TagResource', { KeyId: used, Tags: [{ TagKey: 'a', TagValue: '1' }] })
  const root = `arn:aws:iam::${AccountId}:root`
  const grant = { KeyId: used, GranteePrincipal: root, RetiringPrincipal: root }
  const { GrantId } = await tenant('CreateGrant', { ...grant, Operations: ['Encrypt'] })
  ids['grant'] = String(GrantId)
  const disabled = await key('disabled')
  await tenant('DisableKey', { KeyId: disabled })
  await tenant('ScheduleKeyDeletion', { KeyId: await key('leaving'), PendingWindowInDays: 7 })
  await tenant('EnableKeyRotation', { KeyId: await key('rotating'), ...PERIOD })
  const hmac = await key('hmac', { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' })
  await tenant('CreateAlias', { AliasName: 'alias/hmac', TargetKeyId: hmac })
  const moved = await key('moved', { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' })
  await tenant('CreateAlias', { AliasName: 'alias/moved', TargetKeyId: moved })
  await tenant('PutAliasRotation', { AliasName: 'alias/moved', ...PERIOD })
  await key('empty', { Origin: 'EXTERNAL' })
  const imported = await key('imported', { Origin: 'EXTERNAL' })
  await tenant('ImportKeyMaterial', await materialFor(world, imported))

  const user = { Type: 'user', Name: 'alice', Policy: identityPolicy('first') }
  const { AccessKey } = await operator('CreatePrincipal', { ...user, CreateAccessKey: true })
  ids['accessKey'] = (AccessKey as { AccessKeyId: string }).AccessKeyId
  await operator('PutPermissionsBoundary', { ...named, Policy: identityPolicy('boundary') })
  await operator('TagPrincipal', { ...named, Tags: [{ TagKey: 'team', TagValue: 'red' }] })
  const TrustPolicy = trustPolicy(AccountId, 'first')
  await operator('CreatePrincipal', { Type: 'role', Name: 'reader', TrustPolicy })
  ids['xks'] = xksKeyOf(await operator('CreateXksCredential', named))
  const issuer = { Issuer: 'https://id.example.com', Audiences: ['app'] }
  ids['issuer'] = String((await operator('CreateOidcIssuer', issuer))['IssuerId'])
  const everyones = {
    ...issuer,
    TenantClaim: 'tenant',
    Rules: [{ RoleName: 'reader', Claims: [] }],
  }
  ids['everyones'] = String(
    (await ok(world, 'operator', 'CreateInstallationIssuer', everyones))['IssuerId'],
  )
  await operator('CreateTenant', { AccountId: OTHER, Name: 'other' })
  await operator('CreateTenant', { AccountId: SUSPENDED, Name: 'suspended' })
  await operator('SuspendTenant', { AccountId: SUSPENDED })
  await operator('CreateTenant', { AccountId: LEAVING, Name: 'leaving' })
  await operator('ScheduleTenantDeletion', { AccountId: LEAVING })
  return { ...world, ids }
}

const xksKeyOf = ({ XksProxyAuthenticationCredential: made }: JsonObject) =>
  (made as { AccessKeyId: string }).AccessKeyId

const OTHER = '111122223333'
const SUSPENDED = '444455556666'
const LEAVING = '888899990000'
const named = { Type: 'user', Name: 'alice' }

/** ImportKeyMaterial's input for a key: material that is the same for every import into it. */
async function materialFor(world: Installed, KeyId: string): Promise<JsonObject> {
  const asked = { KeyId, WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048' }
  const { ImportToken, PublicKey } = await ok(world, 'tenant', 'GetParametersForImport', asked)
  const publicKey = Buffer.from(String(PublicKey), 'base64')
  const material = Buffer.alloc(32, KeyId)
  const EncryptedKeyMaterial = wrap(publicKey, 'RSAES_OAEP_SHA_256', material).toString('base64')
  const ExpirationModel = 'KEY_MATERIAL_DOES_NOT_EXPIRE'
  return { KeyId, ImportToken, EncryptedKeyMaterial, ExpirationModel }
}

/** ms after which whoever began a create and did not end it counts as gone */
const LEASE = 60_000

/** A history of policies, without ids and dates: what each change made of what. */
const changesOf = ({ Changes }: JsonObject) =>
  (Changes as JsonObject[] | undefined)?.map(({ ChangeNumber, PolicyType, FormerPolicy, Policy }) =>
    [ChangeNumber, PolicyType, FormerPolicy, Policy].map((part) => part ?? null),
  )

/**
 * All that the API shows of the tenant and the operator's lists, without ids, dates and secrets.
 * @param of what a caller's operations can change, in `npm test`: a tenant's keys, or the operator's lists
 */
async function viewOf(world: Installed, of: Caller): Promise<string> {
  const [keys, lists] = [
    sliced && of === 'operator' ? {} : await keysView(world),
    sliced && of === 'tenant' ? {} : await listsView(world),
  ]
  return JSON.stringify({ ...keys, ...lists }, null, 1)
}

type Ask = (caller: Caller, name: string, input: JsonObject) => Promise<JsonObject>

/** Asks a process of its own; 400 and 404 are answers too: what a key has no such thing as. */
function asking(world: Installed): Ask {
  const service = processOver(world)
  return async (caller, name, input) => {
    const { status, json } = await callService(service, world[caller], name, input)
    if (status >= 500) expect.fail(`${name} ${JSON.stringify(json)}`)
    return json
  }
}

async function keysView(world: Installed) {
  const ask = asking(world)
  const { Keys } = await ask('tenant', 'ListKeys', {})
  const keys = []
  const names = new Map<unknown, unknown>()
  for (const { KeyId } of Keys as { KeyId: string }[]) {
    const { KeyMetadata } = await ask('tenant', 'DescribeKey', { KeyId })
    const { Description, KeyState, DeletionDate, KeyUsage } = KeyMetadata as JsonObject
    names.set(KeyId, Description)
    const rotation = await ask('tenant', 'GetKeyRotationStatus', { KeyId })
    const { Rotations } = await ask('tenant', 'ListKeyRotations', {
      KeyId,
      IncludeKeyMaterial: 'ALL_KEY_MATERIAL',
    })
    const { Grants } = await ask('tenant', 'ListGrants', { KeyId })
    const encrypted = await ask('tenant', 'Encrypt', { KeyId, Plaintext: 'aGk=' })
    keys.push({
      Description,
      KeyState,
      KeyUsage,
      deleted: DeletionDate !== undefined,
      policy: (await ask('tenant', 'GetKeyPolicy', { KeyId, PolicyName: 'default' }))['Policy'],
      changes: changesOf(await ask('tenant', 'ListKeyPolicyChanges', { KeyId })),
      tags: (await ask('tenant', 'ListResourceTags', { KeyId }))['Tags'],
      rotation: [rotation['KeyRotationEnabled'], rotation['RotationPeriodInDays']],
      materials: (Rotations as JsonObject[] | undefined)?.map((one) => [
        ...[one['KeyMaterialState'], one['ImportState'], one['RotationType']],
      ]),
      grants: (Grants as JsonObject[] | undefined)
        ?.map(({ Name, Operations }) => JSON.stringify([Name, Operations]))
        .sort(),
      encrypts: encrypted['CiphertextBlob'] !== undefined || encrypted['code'],
    })
  }
  const { Aliases } = await ask('tenant', 'ListAliases', {})
  const aliases = (Aliases as JsonObject[]).map(({ AliasName, TargetKeyId }) => [
    ...[AliasName, names.get(TargetKeyId)],
  ])
  const rotations = []
  for (const [AliasName] of aliases) {
    const shown = await ask('tenant', 'GetAliasRotation', { AliasName })
    rotations.push([AliasName, shown['RotationPeriodInDays']])
  }
  return { keys: keys.map((one) => JSON.stringify(one)).sort(), aliases, rotations }
}

async function listsView(world: Installed) {
  const { accountId: AccountId } = world.tenant
  const ask = asking(world)
  const { Principals } = await ask('operator', 'ListPrincipals', { AccountId })
  const principals = []
  for (const one of Principals as JsonObject[]) {
    const { Type, Name, SessionsValidAfter } = one
    principals.push({
      ...one,
      PrincipalId: undefined,
      CreationDate: undefined,
      SessionsValidAfter: SessionsValidAfter !== undefined,
      changes: changesOf(
        await ask('operator', 'ListPrincipalPolicyChanges', { AccountId, Type, Name }),
      ),
    })
  }
  const { AccessKeys } = await ask('operator', 'ListAccessKeys', { AccountId })
  const { XksCredentials } = await ask('operator', 'ListXksCredentials', { AccountId })
  const xks = (XksCredentials as JsonObject[]).map(({ Principal }) => Principal)
  const accessKeys = (AccessKeys as JsonObject[]).map(({ Principal, Status }) => [
    Principal,
    Status,
  ])
  const { Issuers } = await ask('operator', 'ListOidcIssuers', { AccountId })
  const everyones = (await ask('operator', 'ListInstallationIssuers', {}))['Issuers']
  const named = (await ask('operator', 'ListTenantValues', { AccountId }))['Issuers']
  const { Tenants } = await ask('operator', 'ListTenants', {})
  return {
    everyones: (everyones as JsonObject[]).map(({ Issuer, Audiences }) => [Issuer, Audiences]),
    named,
    principals,
    accessKeys: accessKeys.map((one) => JSON.stringify(one)).sort(),
    xks,
    issuers: (Issuers as JsonObject[]).map(({ Issuer, Audiences }) => [Issuer, Audiences]),
    tenants: (Tenants as JsonObject[])
      .map(({ Name, Status, DeletionState }) => `${Name} ${Status} ${DeletionState}`)
      .sort(),
  }
}

interface Cut {
  readonly caller?: Caller
  readonly input: (world: World) => JsonObject | Promise<JsonObject>
  /** codes of a refusal that says that it was done before */
  readonly done?: readonly string[]
  /** made again it makes another: nothing tells that it is the same call */
  readonly another?: true
}

const onKey =
  (name: string, more: JsonObject = {}): Cut['input'] =>
  ({ ids }) => ({
    KeyId: ids[name],
    ...more,
  })
const byOperator = (
  more: JsonObject | ((world: World) => JsonObject),
  done: string[] = [],
): Cut => ({
  caller: 'operator',
  input: (world) => ({
    AccountId: world.tenant.accountId,
    ...(typeof more === 'function' ? more(world) : more),
  }),
  done,
})
const tag = { TagKey: 'b', TagValue: '2' }
const GONE = ['NotFoundException']
const THERE = ['AlreadyExistsException']

const CUTS: Readonly<Record<string, Cut>> = {
  CreateKey: {
    input: () => ({ Description: 'new', Policy: accessPolicy('new'), Tags: [tag] }),
    another: true,
  },
  CreateAlias: {
    input: ({ ids }) => ({ AliasName: 'alias/new', TargetKeyId: ids['used'] }),
    done: THERE,
  },
  UpdateAlias: { input: ({ ids }) => ({ AliasName: 'alias/used', TargetKeyId: ids['rotating'] }) },
  DeleteAlias: { input: () => ({ AliasName: 'alias/used' }), done: GONE },
  PutAliasRotation: { input: () => ({ AliasName: 'alias/hmac', ...PERIOD }) },
  DeleteAliasRotation: { input: () => ({ AliasName: 'alias/moved' }) },
  DisableKey: { input: onKey('used') },
  EnableKey: { input: onKey('disabled') },
  ScheduleKeyDeletion: { input: onKey('used'), done: ['KMSInvalidStateException'] },
  CancelKeyDeletion: { input: onKey('leaving'), done: ['KMSInvalidStateException'] },
  UpdateKeyDescription: { input: onKey('used', { Description: 'used otherwise' }) },
  PutKeyPolicy: {
    input: onKey('used', { PolicyName: 'default', Policy: accessPolicy('changed') }),
  },
  TagResource: { input: onKey('used', { Tags: [tag] }) },
  UntagResource: { input: onKey('used', { TagKeys: ['a'] }) },
  CreateGrant: {
    input: ({ ids, tenant: { accountId } }) => ({
      KeyId: ids['used'],
      Operations: ['Decrypt'],
      Name: 'once',
      GranteePrincipal: `arn:aws:iam::${accountId}:root`,
    }),
  },
  RevokeGrant: { input: ({ ids }) => ({ KeyId: ids['used'], GrantId: ids['grant'] }), done: GONE },
  RetireGrant: {
    input: ({ ids }) => ({ KeyId: ids['usedArn'], GrantId: ids['grant'] }),
    done: GONE,
  },
  EnableKeyRotation: { input: onKey('used', PERIOD) },
  DisableKeyRotation: { input: onKey('rotating') },
  RotateKeyOnDemand: { input: onKey('used'), another: true },
  GetParametersForImport: {
    input: onKey('empty', {
      WrappingAlgorithm: 'RSAES_OAEP_SHA_256',
      WrappingKeySpec: 'RSA_2048',
    }),
  },
  ImportKeyMaterial: { input: (world) => materialFor(world, world.ids['empty'] ?? '') },
  DeleteImportedKeyMaterial: { input: onKey('imported') },
  CreateTenant: byOperator({ AccountId: '777788889999', Name: 'new' }, THERE),
  SuspendTenant: byOperator({ AccountId: OTHER }),
  ResumeTenant: byOperator({ AccountId: SUSPENDED }),
  ScheduleTenantDeletion: byOperator({ AccountId: OTHER }, ['KMSInvalidStateException']),
  CancelTenantDeletion: byOperator({ AccountId: LEAVING }, ['KMSInvalidStateException']),
  PutAuditRetention: byOperator({ AccountId: OTHER, Days: 30 }),
  UpdateTenant: byOperator({ AccountId: OTHER, Name: 'renamed', ExternalId: 'crm-1', Tags: [tag] }),
  CreatePrincipal: byOperator({ Type: 'user', Name: 'bob', CreateAccessKey: true }, THERE),
  DeletePrincipal: byOperator(named, GONE),
  RevokeSessions: byOperator(named),
  PutPrincipalPolicy: byOperator({
    ...named,
    PolicyName: 'default',
    Policy: identityPolicy('second'),
  }),
  DeletePrincipalPolicy: byOperator({ ...named, PolicyName: 'default' }, GONE),
  PutPermissionsBoundary: byOperator({ ...named, Policy: identityPolicy('other') }),
  DeletePermissionsBoundary: byOperator(named, GONE),
  PutTrustPolicy: byOperator(({ tenant }) => ({
    Type: 'role',
    Name: 'reader',
    TrustPolicy: trustPolicy(tenant.accountId, 'second'),
  })),
  TagPrincipal: byOperator({ ...named, Tags: [tag] }),
  UntagPrincipal: byOperator({ ...named, TagKeys: ['team'] }),
  CreateAccessKey: { ...byOperator({ UserName: 'alice' }), another: true },
  UpdateAccessKey: byOperator(({ ids }) => ({
    AccessKeyId: ids['accessKey'],
    Status: 'Inactive',
  })),
  DeleteAccessKey: byOperator(({ ids }) => ({ AccessKeyId: ids['accessKey'] }), GONE),
  CreateOidcIssuer: byOperator({ Issuer: 'https://other.example.com', Audiences: ['app'] }, THERE),
  DeleteOidcIssuer: byOperator(({ ids }) => ({ IssuerId: ids['issuer'] }), GONE),
  CreateInstallationIssuer: {
    caller: 'operator',
    input: () => ({
      Issuer: 'https://other.example.com',
      Audiences: ['app'],
      TenantClaim: 'tenant',
      Rules: [{ RoleName: 'reader', Claims: [] }],
    }),
    done: THERE,
  },
  DeleteInstallationIssuer: {
    caller: 'operator',
    input: ({ ids }) => ({ IssuerId: ids['everyones'] }),
    done: GONE,
  },
  UpdateOidcIssuer: byOperator(({ ids }) => ({ IssuerId: ids['issuer'], Audiences: ['other'] })),
  UpdateInstallationIssuer: {
    caller: 'operator',
    input: ({ ids }) => ({ IssuerId: ids['everyones'], Audiences: ['other'] }),
  },
  PutTenantValues: byOperator(({ ids }) => ({ IssuerId: ids['everyones'], Values: ['a', 'b'] })),
  CreateXksCredential: { ...byOperator(named), another: true },
  RotateXksCredential: byOperator(
    ({ ids }) => ({ AccessKeyId: ids['xks'] }),
    ['LimitExceededException'],
  ),
  DeleteXksCredential: byOperator(({ ids }) => ({ AccessKeyId: ids['xks'] }), GONE),
}

/** Change nothing that is stored, but the audit trail; and the clock, which no store has. */
const NOTHING_STORED: ReadonlySet<string> = new Set([
  ...[
    'AdvanceClock',
    'AssumeRole',
    // but that what proved its caller is used up, before anything else
    'AssumeRoleWithAwsIdentity',
    'AssumeRoleWithWebIdentity',
    'CreateSession',
    'GetFederationToken',
    'GetSessionToken',
  ],
])

/** Act in two Regions: test/promises/cut-multi-region.test.ts. */
const IN_TWO_REGIONS: ReadonlySet<string> = new Set(['ReplicateKey', 'UpdatePrimaryRegion'])

/** Call proxies: test/promises/cut-key-stores.test.ts, as CreateKey in a custom key store. */
const AT_PROXIES: ReadonlySet<string> = new Set([
  'ConnectCustomKeyStore',
  'CreateCustomKeyStore',
  'DeleteCustomKeyStore',
  'DisconnectCustomKeyStore',
  'UpdateCustomKeyStore',
])

describe('A process killed between the writes of an operation', () => {
  let world: World
  const before = new Map<Caller, string>()
  beforeAll(async () => {
    world = await makeWorld()
    for (const caller of ['tenant', 'operator'] as const) {
      before.set(caller, await viewOf(world, caller))
    }
  })

  test('is tried for every operation that changes something', () => {
    // those of AWS IAM: test/promises/cut-iam.test.ts
    const own = operations.filter(({ service }) => service !== 'iam')
    const changing = own.filter(({ mutates }) => mutates).map(({ name }) => name)
    const elsewhere = (name: string) =>
      NOTHING_STORED.has(name) || IN_TWO_REGIONS.has(name) || AT_PROXIES.has(name)
    const wanted = changing.filter((name) => !elsewhere(name)).sort()
    expect(Object.keys(CUTS).sort()).toEqual(wanted)
  })

  test.for(Object.entries(CUTS))('%s', async ([name, cut]) => {
    const { caller = 'tenant', input, done = [], another } = cut
    const whole: World = { ...world, ...(await copyOf(world)) }
    await ok(whole, caller, name, await input(whole))
    const after = await viewOf(whole, caller)
    let cuts = 0
    for (let at = 1; ; at++) {
      const own: World = { ...world, ...(await copyOf(world)) }
      const asked = await input(own)
      const dying = processOver({ ...own, store: cutStore(own.store, at, false) })
      const { status } = await callService(dying, own[caller], name, asked)
      const seen = await viewOf(own, caller)
      if (status < 300) {
        expect(seen, `at write ${at}`).toBe(after)
        break
      }
      cuts++
      expect([before.get(caller), after], `at write ${at}`).toContain(seen)

      const later = processOver(own, { now: () => Date.now() + LEASE })
      const { status: again, json } = await callService(later, own[caller], name, asked)
      const known = done.includes(String(json['code']))
      expect(again < 300 || known, `${again} ${JSON.stringify(json)}`).toBe(true)
      if (another === undefined) expect(await viewOf(own, caller), `at write ${at}`).toBe(after)
    }
    // its own, and its audit record
    expect(cuts).toBeGreaterThanOrEqual(2)
  })
})

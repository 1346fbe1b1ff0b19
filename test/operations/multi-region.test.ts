// @module-tag functions-long
import { expect, test } from 'vitest'
import { type Case, expectRefusal, testOperation } from '../support/cases.ts'
import {
  describeStores,
  type Harness,
  type Input,
  type MadeKey,
  type Tenant,
} from '../support/harness.ts'

const US = 'us-east-1'
const EU = 'eu-west-1'
const AP = 'ap-south-1'

const arnIn = (region: string, { accountId }: { accountId: string }, id: string) =>
  `arn:aws:kms:${region}:${accountId}:key/${id}`
const related = (region: string, caller: Tenant, id: string) => ({
  Arn: arnIn(region, caller, id),
  Region: region,
})
const policyOf = (accountId: string, Sid: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid,
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${accountId}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  })

async function setUp(harness: Harness) {
  const caller = await harness.tenant()
  const key = await harness.key(caller, {
    MultiRegion: true,
    Description: 'first',
    Tags: [{ TagKey: 'a', TagValue: '1' }],
  })
  return { caller, key }
}
type F = { readonly caller: Tenant; readonly key: MadeKey }

describeStores('Multi-Region keys', (harness) => {
  const prepare = () => setUp(harness)
  const replicate = (caller: Tenant, KeyId: string, ReplicaRegion = EU, more: Input = {}) =>
    harness.ok(caller, 'ReplicateKey', { KeyId, ReplicaRegion, ...more })
  const replicated = async () => {
    const made = await prepare()
    await replicate(made.caller, made.key.id)
    return made
  }
  const described = async (caller: Tenant, KeyId: string, region = US) =>
    (await harness.ok(caller, 'DescribeKey', { KeyId }, { region }))['KeyMetadata'] as Record<
      string,
      unknown
    >
  const inRegion = (region: string) => (caller: Tenant, name: string, input: Input) =>
    harness.ok(caller, name, input, { region })
  const blobOf = (answer: Record<string, unknown>) =>
    Buffer.from(String(answer['CiphertextBlob']), 'base64')

  test('CreateKey: the id begins with mrk-, and the key is the primary of no replicas', async () => {
    const { caller, key } = await prepare()
    expect(key.id).toMatch(/^mrk-[0-9a-f]{32}$/)
    const metadata = await described(caller, key.id)
    expect(metadata).toMatchObject({
      MultiRegion: true,
      KeyState: 'Enabled',
      MultiRegionConfiguration: {
        MultiRegionKeyType: 'PRIMARY',
        PrimaryKey: related(US, caller, key.id),
        ReplicaKeys: [],
      },
    })
    const { Keys } = await harness.ok(caller, 'ListKeys')
    expect(Keys).toEqual([{ KeyId: key.id, KeyArn: key.arn }])
    const single = await described(caller, (await harness.key(caller)).id)
    expect(single).not.toHaveProperty('MultiRegionConfiguration')
  })

  const replica = (more: (fixture: F) => Input = () => ({})) => ({
    input: (fixture: F) => ({ KeyId: fixture.key.id, ReplicaRegion: EU, ...more(fixture) }),
  })
  const notPrimary = ({ caller, key }: F, region = EU) =>
    `${arnIn(region, caller, key.id)} is not a multi-region primary key.`
  const refusedReplicas: readonly Case<F>[] = [
    {
      title: 'an alias',
      input: () => ({ KeyId: 'alias/a', ReplicaRegion: EU }),
      refused: 'InvalidArnException',
      message: 'Key Aliases are not supported for this operation.',
    },
    {
      title: 'a Region that is none (API_ReplicateKey, ReplicaRegion)',
      input: ({ key }) => ({ KeyId: key.id, ReplicaRegion: 'Europe' }),
      refused: 'ValidationException',
      message:
        "1 validation error detected: Value 'Europe' at 'replicaRegion' failed to satisfy constraint: Member must satisfy regular expression pattern: ^([a-z]+-){2,3}\\d+$",
    },
    {
      title: 'a Region of another partition',
      input: ({ key }) => ({ KeyId: key.id, ReplicaRegion: 'cn-north-1' }),
      refused: 'UnsupportedOperationException',
      message: 'Region cn-north-1 is not supported.',
    },
    {
      title: "the primary's own Region",
      input: ({ key }) => ({ KeyId: key.id, ReplicaRegion: US }),
      refused: 'AlreadyExistsException',
      message: ({ caller, key }) =>
        `A key with the ARN ${arnIn(US, caller, key.id)} already exists`,
    },
    {
      title: 'no policy',
      ...replica(() => ({ Policy: '{}' })),
      refused: 'MalformedPolicyDocumentException',
    },
    {
      title: 'a reserved tag',
      ...replica(() => ({ Tags: [{ TagKey: 'aws:a', TagValue: '' }] })),
      refused: 'TagException',
    },
    {
      title: 'no such key',
      input: () => ({ KeyId: `mrk-${'0'.repeat(32)}`, ReplicaRegion: EU }),
      refused: 'NotFoundException',
    },
  ]
  testOperation<F>(harness, 'ReplicateKey', prepare, [
    {
      title: 'has a description, policy and tags of its own, those of CreateKey unless given',
      ...replica(),
      gives: ({ caller, key }) => ({
        ReplicaKeyMetadata: {
          AWSAccountId: caller.accountId,
          Arn: arnIn(EU, caller, key.id),
          CreationDate: expect.anything(),
          CurrentKeyMaterialId: expect.stringMatching(/^[0-9a-f]{64}$/),
          CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
          Description: '',
          Enabled: true,
          EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
          KeyId: key.id,
          KeyManager: 'CUSTOMER',
          KeySpec: 'SYMMETRIC_DEFAULT',
          KeyState: 'Enabled',
          KeyUsage: 'ENCRYPT_DECRYPT',
          MultiRegion: true,
          MultiRegionConfiguration: {
            MultiRegionKeyType: 'REPLICA',
            PrimaryKey: related(US, caller, key.id),
            ReplicaKeys: [related(EU, caller, key.id)],
          },
          Origin: 'AWS_KMS',
        },
        ReplicaPolicy: expect.stringContaining('"Id": "key-default-1"'),
      }),
      after: async ({ caller, key }) => {
        const primary = await described(caller, key.id)
        const there = await described(caller, key.id, EU)
        expect(there).toMatchObject({
          KeyState: 'Enabled',
          CurrentKeyMaterialId: primary['CurrentKeyMaterialId'],
        })
        expect(primary).toMatchObject({
          KeyState: 'Enabled',
          Description: 'first',
          MultiRegionConfiguration: {
            MultiRegionKeyType: 'PRIMARY',
            ReplicaKeys: [related(EU, caller, key.id)],
          },
        })
        const { Tags } = await harness.ok(
          caller,
          'ListResourceTags',
          { KeyId: key.id },
          { region: EU },
        )
        expect(Tags).toEqual([])
      },
    },
    {
      title: 'all that can be said of it',
      ...replica(({ caller }) => ({
        Description: 'second',
        Policy: policyOf(caller.accountId, 'there'),
        Tags: [{ TagKey: 'b', TagValue: '2' }],
        BypassPolicyLockoutSafetyCheck: true,
      })),
      gives: ({ caller }) => ({
        ReplicaKeyMetadata: expect.objectContaining({ Description: 'second' }),
        ReplicaPolicy: policyOf(caller.accountId, 'there'),
        ReplicaTags: [{ TagKey: 'b', TagValue: '2' }],
      }),
      after: async ({ caller, key }) => {
        const asked = { KeyId: key.id, PolicyName: 'default' }
        const there = await harness.ok(caller, 'GetKeyPolicy', asked, { region: EU })
        expect(there['Policy']).toBe(policyOf(caller.accountId, 'there'))
        const here = await harness.ok(caller, 'GetKeyPolicy', asked)
        expect(here['Policy']).not.toBe(there['Policy'])
      },
    },
    ...refusedReplicas,
  ])
  testOperation<F>(harness, 'ReplicateKey', replicated, [
    {
      title: 'a second replica is listed after the first, by each of the keys',
      input: ({ key }) => ({ KeyId: key.id, ReplicaRegion: AP }),
      after: async ({ caller, key }) => {
        for (const region of [US, EU, AP]) {
          expect((await described(caller, key.id, region))['MultiRegionConfiguration']).toEqual({
            MultiRegionKeyType: region === US ? 'PRIMARY' : 'REPLICA',
            PrimaryKey: related(US, caller, key.id),
            ReplicaKeys: [related(EU, caller, key.id), related(AP, caller, key.id)],
          })
        }
      },
    },
    {
      title: 'a Region that has one',
      ...replica(),
      refused: 'AlreadyExistsException',
      message: ({ caller, key }) =>
        `A key with the ARN ${arnIn(EU, caller, key.id)} already exists`,
    },
    {
      title: 'a replica, before any complaint about the Region (recorded)',
      region: EU,
      ...replica(),
      refused: 'UnsupportedOperationException',
      message: (fixture) => notPrimary(fixture),
    },
  ])
  const single = async () => {
    const caller = await harness.tenant()
    return { caller, key: await harness.key(caller) }
  }
  testOperation<F>(harness, 'ReplicateKey', single, [
    {
      title: 'a key that is in one Region',
      ...replica(),
      refused: 'UnsupportedOperationException',
      message: (fixture) => notPrimary(fixture, US),
    },
  ])
  testOperation<F>(
    harness,
    'ReplicateKey',
    async () => {
      const made = await prepare()
      await harness.ok(made.caller, 'DisableKey', { KeyId: made.key.id })
      return made
    },
    [
      {
        title: 'a disabled key',
        ...replica(),
        refused: 'DisabledException',
        message: ({ key }) => `${key.arn} is disabled.`,
      },
    ],
  )
  testOperation<F>(
    harness,
    'ReplicateKey',
    async () => {
      const made = await replicated()
      const window = { KeyId: made.key.id, PendingWindowInDays: 7 }
      await harness.ok(made.caller, 'ScheduleKeyDeletion', window, { region: EU })
      return made
    },
    [
      {
        title: 'a Region whose replica is to be deleted: it is there',
        ...replica(),
        refused: 'AlreadyExistsException',
      },
    ],
  )

  testOperation<F>(harness, 'UpdatePrimaryRegion', replicated, [
    {
      title: 'the two change places',
      input: ({ key }) => ({ KeyId: key.arn, PrimaryRegion: EU }),
      gives: () => ({}),
      after: async ({ caller, key }) => {
        for (const region of [US, EU]) {
          expect(await described(caller, key.id, region)).toMatchObject({
            KeyState: 'Enabled',
            Arn: arnIn(region, caller, key.id),
            MultiRegionConfiguration: {
              MultiRegionKeyType: region === EU ? 'PRIMARY' : 'REPLICA',
              PrimaryKey: related(EU, caller, key.id),
              ReplicaKeys: [related(US, caller, key.id)],
            },
          })
        }
        const again = { KeyId: key.id, PrimaryRegion: EU }
        const refused = await harness.call('sdk', caller, 'UpdatePrimaryRegion', again)
        expectRefusal(
          refused,
          'sdk',
          'UnsupportedOperationException',
          notPrimary({ caller, key }, US),
        )
        // and back
        await harness.ok(
          caller,
          'UpdatePrimaryRegion',
          { KeyId: key.id, PrimaryRegion: US },
          { region: EU },
        )
        expect((await described(caller, key.id))['MultiRegionConfiguration']).toMatchObject({
          MultiRegionKeyType: 'PRIMARY',
        })
      },
    },
    {
      title: 'a Region without related key',
      input: ({ key }) => ({ KeyId: key.id, PrimaryRegion: AP }),
      refused: 'NotFoundException',
      message: ({ caller, key }) => `Key '${arnIn(AP, caller, key.id)}' does not exist`,
    },
    {
      title: 'the Region of the primary itself',
      input: ({ key }) => ({ KeyId: key.id, PrimaryRegion: US }),
      refused: 'ValidationException',
    },
    {
      title: 'a Region of another partition',
      input: ({ key }) => ({ KeyId: key.id, PrimaryRegion: 'us-gov-west-1' }),
      refused: 'UnsupportedOperationException',
      message: 'Region us-gov-west-1 is not supported.',
    },
    {
      title: 'called in the Region of a replica',
      region: EU,
      input: ({ key }) => ({ KeyId: key.id, PrimaryRegion: EU }),
      refused: 'UnsupportedOperationException',
      message: (fixture) => notPrimary(fixture),
    },
  ])
  testOperation<F>(harness, 'UpdatePrimaryRegion', single, [
    {
      title: 'a key that is in one Region',
      input: ({ key }) => ({ KeyId: key.id, PrimaryRegion: EU }),
      refused: 'UnsupportedOperationException',
      message: (fixture) => notPrimary(fixture, US),
    },
  ])
  const after =
    (name: string, region: string, input: Input = {}) =>
    async () => {
      const made = await replicated()
      await harness.ok(made.caller, name, { KeyId: made.key.id, ...input }, { region })
      return made
    }
  testOperation<F>(harness, 'UpdatePrimaryRegion', after('DisableKey', EU), [
    {
      title: 'a replica that is disabled (Developer Guide: both must be Enabled)',
      input: ({ key }) => ({ KeyId: key.id, PrimaryRegion: EU }),
      refused: 'DisabledException',
      message: ({ caller, key }) => `${arnIn(EU, caller, key.id)} is disabled.`,
    },
  ])
  testOperation<F>(harness, 'UpdatePrimaryRegion', after('ScheduleKeyDeletion', US), [
    {
      title: 'a primary that waits for the deletion of its replicas',
      input: ({ key }) => ({ KeyId: key.id, PrimaryRegion: EU }),
      refused: 'KMSInvalidStateException',
      message: ({ key }) => `${key.arn} is pending replica deletion.`,
    },
  ])

  test('a ciphertext of one Region opens in the others, as their own key', async () => {
    const { caller, key } = await replicated()
    const Plaintext = Buffer.from('one in all Regions')
    const EncryptionContext = { a: 'b' }
    const input = { KeyId: key.id, Plaintext, EncryptionContext }
    for (const [from, to] of [
      [US, EU],
      [EU, US],
    ] as const) {
      const made = await inRegion(from)(caller, 'Encrypt', input)
      expect(made['KeyId']).toBe(arnIn(from, caller, key.id))
      const CiphertextBlob = blobOf(made)
      for (const KeyId of [undefined, key.id, arnIn(to, caller, key.id)]) {
        const asked = { CiphertextBlob, EncryptionContext, ...(KeyId && { KeyId }) }
        const opened = await inRegion(to)(caller, 'Decrypt', asked)
        expect(opened).toMatchObject({
          KeyId: arnIn(to, caller, key.id),
          Plaintext: Plaintext.toString('base64'),
        })
      }
      const wrong = { CiphertextBlob, KeyId: arnIn(from, caller, key.id), EncryptionContext }
      const refused = await harness.call('sdk', caller, 'Decrypt', wrong, { region: to })
      expectRefusal(refused, 'sdk', 'NotFoundException', `Invalid arn ${from}`)
      const absent = await harness.call(
        'sdk',
        caller,
        'Decrypt',
        { CiphertextBlob, EncryptionContext },
        { region: AP },
      )
      expect(absent.code).toBe('AccessDeniedException')
    }
  })

  test.each([
    ['HMAC_256', 'GENERATE_VERIFY_MAC'],
    ['ECC_NIST_P256', 'SIGN_VERIFY'],
  ])('%s: what one Region makes the other verifies', async (KeySpec, KeyUsage) => {
    const caller = await harness.tenant()
    const key = await harness.key(caller, { MultiRegion: true, KeySpec, KeyUsage })
    await replicate(caller, key.id)
    const Message = Buffer.from('m')
    if (KeyUsage === 'SIGN_VERIFY') {
      const how = { KeyId: key.id, Message, SigningAlgorithm: 'ECDSA_SHA_256' }
      const { Signature } = await inRegion(EU)(caller, 'Sign', how)
      const verified = await inRegion(US)(caller, 'Verify', {
        ...how,
        Signature: Buffer.from(String(Signature), 'base64'),
      })
      expect(verified['SignatureValid']).toBe(true)
      const [here, there] = await Promise.all(
        [US, EU].map((region) => inRegion(region)(caller, 'GetPublicKey', { KeyId: key.id })),
      )
      expect(there?.['PublicKey']).toBe(here?.['PublicKey'])
    } else {
      const how = { KeyId: key.id, Message, MacAlgorithm: 'HMAC_SHA_256' }
      const [here, there] = await Promise.all(
        [US, EU].map((region) => inRegion(region)(caller, 'GenerateMac', how)),
      )
      expect(there?.['Mac']).toBe(here?.['Mac'])
    }
  })

  test('ML_KEM_512: what one Region encapsulates the other decapsulates', async () => {
    const caller = await harness.tenant()
    const KeyUsage = 'ENCAPSULATE_DECAPSULATE'
    const key = await harness.key(caller, { MultiRegion: true, KeySpec: 'ML_KEM_512', KeyUsage })
    await replicate(caller, key.id)
    const how = { KeyId: key.id, EncapsulationAlgorithm: 'ML_KEM' }
    const made = await inRegion(US)(caller, 'Encapsulate', how)
    const opened = await inRegion(EU)(caller, 'Decapsulate', {
      ...how,
      SharedSecretCiphertextBlob: Buffer.from(String(made['SharedSecretCiphertextBlob']), 'base64'),
    })
    expect(opened).toMatchObject({
      KeyId: arnIn(EU, caller, key.id),
      SharedSecret: made['SharedSecret'],
    })
  })

  test('states, aliases, tags, grants, policies and descriptions are each Region’s own', async () => {
    const { caller, key } = await replicated()
    const there = inRegion(EU)
    const here = inRegion(US)
    const KeyId = key.id
    await there(caller, 'UpdateKeyDescription', { KeyId, Description: 'there' })
    await there(caller, 'TagResource', { KeyId, Tags: [{ TagKey: 'c', TagValue: '3' }] })
    await there(caller, 'CreateAlias', { AliasName: 'alias/there', TargetKeyId: KeyId })
    const GranteePrincipal = `arn:aws:iam::${caller.accountId}:root`
    await there(caller, 'CreateGrant', { KeyId, GranteePrincipal, Operations: ['Encrypt'] })
    await there(caller, 'DisableKey', { KeyId })
    expect(await described(caller, KeyId)).toMatchObject({
      KeyState: 'Enabled',
      Description: 'first',
    })
    expect(await described(caller, 'alias/there', EU)).toMatchObject({
      KeyState: 'Disabled',
      Description: 'there',
    })
    expect((await here(caller, 'ListAliases', { KeyId }))['Aliases']).toEqual([])
    expect((await here(caller, 'ListGrants', { KeyId }))['Grants']).toEqual([])
    expect((await here(caller, 'ListResourceTags', { KeyId }))['Tags']).toEqual([
      { TagKey: 'a', TagValue: '1' },
    ])
    const Plaintext = Buffer.from('x')
    await here(caller, 'Encrypt', { KeyId, Plaintext })
    const refused = await harness.call(
      'sdk',
      caller,
      'Encrypt',
      { KeyId: 'alias/there', Plaintext },
      { region: EU },
    )
    expectRefusal(refused, 'sdk', 'DisabledException', `${arnIn(EU, caller, KeyId)} is disabled.`)
  })

  test('rotation and its schedule are the primary’s, and every Region’s', async () => {
    const { caller, key } = await replicated()
    const KeyId = key.id
    const before = await inRegion(US)(caller, 'Encrypt', { KeyId, Plaintext: Buffer.from('old') })
    await inRegion(US)(caller, 'EnableKeyRotation', { KeyId, RotationPeriodInDays: 100 })
    await inRegion(US)(caller, 'RotateKeyOnDemand', { KeyId })
    const rotations = async (region: string) =>
      (
        (await inRegion(region)(caller, 'ListKeyRotations', { KeyId }))['Rotations'] as Record<
          string,
          unknown
        >[]
      ).map(({ KeyMaterialId, RotationType }) => [KeyMaterialId, RotationType])
    const { CurrentKeyMaterialId } = await described(caller, KeyId)
    for (const region of [US, EU]) {
      const status = await inRegion(region)(caller, 'GetKeyRotationStatus', { KeyId })
      expect(status).toMatchObject({
        KeyId: arnIn(region, caller, KeyId),
        KeyRotationEnabled: true,
        RotationPeriodInDays: 100,
        NextRotationDate: expect.anything(),
      })
      expect(await rotations(region)).toEqual([[CurrentKeyMaterialId, 'ON_DEMAND']])
      expect(await described(caller, KeyId, region)).toMatchObject({ CurrentKeyMaterialId })
    }
    const opened = await inRegion(EU)(caller, 'Decrypt', { CiphertextBlob: blobOf(before) })
    expect(Buffer.from(String(opened['Plaintext']), 'base64').toString()).toBe('old')
    // a replica that is made later has every version
    await replicate(caller, KeyId, AP)
    await inRegion(AP)(caller, 'Decrypt', { CiphertextBlob: blobOf(before) })
    for (const name of ['EnableKeyRotation', 'DisableKeyRotation', 'RotateKeyOnDemand']) {
      const refused = await harness.call('sdk', caller, name, { KeyId }, { region: EU })
      expectRefusal(refused, 'sdk', 'UnsupportedOperationException', notPrimary({ caller, key }))
    }
    await harness.ok(caller, 'UpdatePrimaryRegion', { KeyId, PrimaryRegion: EU })
    await inRegion(EU)(caller, 'DisableKeyRotation', { KeyId })
    const status = await inRegion(US)(caller, 'GetKeyRotationStatus', { KeyId })
    expect(status).toMatchObject({ KeyRotationEnabled: false })
  })

  test('If-Match: what related keys share counts as changed in each Region', async () => {
    const { caller, key } = await replicated()
    const path = `/v1/keys/${key.id}`
    const read = async () =>
      (await harness.rest(caller, `GET ${path}`, { region: EU })).headers['etag'] ?? ''
    const before = await read()
    expect(before).toMatch(/^"\d+"$/)
    await inRegion(US)(caller, 'RotateKeyOnDemand', { KeyId: key.id })
    const after = await read()
    expect(after).not.toBe(before)
    const disable = (etag: string) =>
      harness.rest(caller, `POST ${path}/disable`, {
        region: EU,
        headers: { 'if-match': etag },
        body: '{}',
      })
    expect((await disable(before)).code).toBe('PreconditionFailedException')
    expect((await disable(after)).code).toBeUndefined()
  })

  test('replicas that are made at once are all listed', async () => {
    const { caller, key } = await prepare()
    const regions = [EU, AP, 'us-west-2', 'eu-central-1']
    await Promise.all(regions.map((region) => replicate(caller, key.id, region)))
    const { MultiRegionConfiguration } = await described(caller, key.id)
    const { ReplicaKeys } = MultiRegionConfiguration as { ReplicaKeys: { Region: string }[] }
    expect(ReplicaKeys.map(({ Region }) => Region).sort()).toEqual([...regions].sort())
    const twice = await Promise.all(
      [0, 1, 2].map(() =>
        harness.call('sdk', caller, 'ReplicateKey', {
          KeyId: key.id,
          ReplicaRegion: 'ca-central-1',
        }),
      ),
    )
    expect(twice.map(({ code }) => code).sort()).toEqual([
      'AlreadyExistsException',
      'AlreadyExistsException',
      undefined,
    ])
  })

  test('callers who promote different replicas at once leave one primary', async () => {
    const { caller, key } = await replicated()
    await replicate(caller, key.id, AP)
    await Promise.all(
      [EU, AP].map((PrimaryRegion) =>
        harness.call('sdk', caller, 'UpdatePrimaryRegion', { KeyId: key.id, PrimaryRegion }),
      ),
    )
    const types = []
    for (const region of [US, EU, AP]) {
      const metadata = await described(caller, key.id, region)
      expect(metadata).toMatchObject({ KeyState: 'Enabled' })
      const { MultiRegionKeyType } = metadata['MultiRegionConfiguration'] as Record<string, unknown>
      types.push(MultiRegionKeyType)
    }
    expect(types.sort()).toEqual(['PRIMARY', 'REPLICA', 'REPLICA'])
  })

  test('a primary with replicas waits for them; each is taken back on its own', async () => {
    const { caller, key } = await replicated()
    const window = { KeyId: key.id, PendingWindowInDays: 7 }
    expect(await harness.ok(caller, 'ScheduleKeyDeletion', window)).toEqual({
      KeyId: key.arn,
      KeyState: 'PendingReplicaDeletion',
      PendingWindowInDays: 7,
    })
    const waiting = await described(caller, key.id)
    expect(waiting).toMatchObject({
      KeyState: 'PendingReplicaDeletion',
      PendingDeletionWindowInDays: 7,
      Enabled: false,
    })
    expect(waiting).not.toHaveProperty('DeletionDate')
    const status = await harness.ok(caller, 'GetKeyRotationStatus', { KeyId: key.id })
    expect(status).toMatchObject({ KeyRotationEnabled: false })
    expect(await described(caller, key.id, EU)).toMatchObject({ KeyState: 'Enabled' })
    for (const name of ['ReplicateKey', 'Encrypt', 'ScheduleKeyDeletion', 'EnableKey']) {
      const refused = await harness.call('sdk', caller, name, {
        KeyId: key.id,
        ...(name === 'ReplicateKey' && { ReplicaRegion: AP }),
        ...(name === 'Encrypt' && { Plaintext: Buffer.from('x') }),
      })
      expectRefusal(
        refused,
        'sdk',
        'KMSInvalidStateException',
        `${key.arn} is pending replica deletion.`,
      )
    }
    const there = await harness.ok(caller, 'ScheduleKeyDeletion', window, { region: EU })
    expect(there).toMatchObject({ KeyState: 'PendingDeletion', DeletionDate: expect.anything() })
    await harness.ok(caller, 'CancelKeyDeletion', { KeyId: key.id })
    expect(await described(caller, key.id)).toMatchObject({ KeyState: 'Disabled' })
    expect(await described(caller, key.id, EU)).toMatchObject({ KeyState: 'PendingDeletion' })
    await harness.ok(caller, 'CancelKeyDeletion', { KeyId: key.id }, { region: EU })
    expect(await described(caller, key.id, EU)).toMatchObject({ KeyState: 'Disabled' })
  })
})

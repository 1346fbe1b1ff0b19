import { createPublicKey, constants as crypto, publicEncrypt } from 'node:crypto'
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
} from '@aws-sdk/client-iam'
import {
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GetParametersForImportCommand,
  ImportKeyMaterialCommand,
  KMSClient,
  ListAliasesCommand,
  ListKeyRotationsCommand,
  ListKeysCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms'
import { AssumeRoleCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { fixtureIn } from '../../testing/hooks.ts'
import { type Fault, startTenkey, type Tenkey, type TestingOptions } from '../../testing/index.ts'
import { useTenkey as jestTenkey } from '../../testing/jest.ts'
import { useTenkey } from '../../testing/vitest.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

function client(tenkey: Tenkey, more: object = {}): KMSClient {
  const kms = new KMSClient({ ...tenkey.clientConfig(), maxAttempts: 1, ...more })
  ends.push(() => kms.destroy())
  return kms
}

async function start(options: TestingOptions = {}): Promise<Tenkey & { kms: KMSClient }> {
  const tenkey = await startTenkey({
    keys: [{ alias: 'alias/a' }, { alias: 'alias/b' }],
    ...options,
  })
  ends.push(() => tenkey.close())
  return { ...tenkey, kms: client(tenkey) }
}

const Plaintext = Buffer.from('a secret')
const encrypt = (kms: KMSClient, KeyId = 'alias/a') =>
  kms.send(new EncryptCommand({ KeyId, Plaintext }))
const nameOf = (error: unknown): string => (error as Error).name
const outcome = (call: Promise<unknown>): Promise<string> => call.then(() => 'ok', nameOf)

/** What AWS STS and IAM answer, as clients take it. */
const ofKey = (
  key:
    | {
        AccessKeyId?: string | undefined
        SecretAccessKey?: string | undefined
        SessionToken?: string | undefined
      }
    | undefined,
) => ({
  accessKeyId: key?.AccessKeyId ?? '',
  secretAccessKey: key?.SecretAccessKey ?? '',
  ...(key?.SessionToken !== undefined && { sessionToken: key.SessionToken }),
})

describe('a clock', () => {
  const FROZEN = '2030-01-01T00:00:00.000Z'

  test('stands still, and is the time of what is made', async () => {
    const { kms, clock } = await start({ clock: FROZEN })
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
    expect(KeyMetadata?.CreationDate?.toISOString()).toBe(FROZEN)
    expect(clock.now().toISOString()).toBe(FROZEN)
    expect((await clock.advance({ days: 1, hours: 2, ms: 3 })).toISOString()).toBe(
      '2030-01-02T02:00:00.003Z',
    )
    expect((await clock.set('2031-01-01T00:00:00Z')).getUTCFullYear()).toBe(2031)
  })

  test('goes on with the machine where no date is given, and can be put forward', async () => {
    const { clock } = await start()
    const before = Date.now()
    await clock.advance({ days: 3 })
    const shown = clock.now().getTime() - 3 * 86_400_000
    expect(shown).toBeGreaterThanOrEqual(before)
    expect(shown).toBeLessThanOrEqual(Date.now())
  })

  test('carries rotation', async () => {
    const { kms, clock, key } = await start({ clock: FROZEN })
    const KeyId = key('alias/a').id
    const { CiphertextBlob } = await encrypt(kms)
    await kms.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }))
    await clock.advance({ days: 89 })
    expect((await kms.send(new ListKeyRotationsCommand({ KeyId }))).Rotations).toEqual([])
    await clock.advance({ days: 92 })
    const { Rotations = [] } = await kms.send(new ListKeyRotationsCommand({ KeyId }))
    expect(Rotations.map(({ RotationDate }) => RotationDate?.toISOString())).toEqual([
      '2030-04-01T00:00:00.000Z',
      '2030-06-30T00:00:00.000Z',
    ])
    await kms.send(new DecryptCommand({ CiphertextBlob }))
  })

  test('carries the waiting period of a deletion', async () => {
    const { kms, clock, key } = await start({ clock: FROZEN })
    const KeyId = key('alias/a').id
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }))
    await clock.advance({ days: 6 })
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }))
    expect(KeyMetadata?.KeyState).toBe('PendingDeletion')
    await clock.advance({ days: 1 })
    expect(await outcome(kms.send(new DescribeKeyCommand({ KeyId })))).toBe('NotFoundException')
  })

  test('carries the expiry of imported material', async () => {
    const { kms, clock } = await start({ clock: FROZEN })
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Origin: 'EXTERNAL' }))
    const KeyId = KeyMetadata?.KeyId ?? ''
    const { PublicKey, ImportToken } = await kms.send(
      new GetParametersForImportCommand({
        KeyId,
        WrappingAlgorithm: 'RSAES_OAEP_SHA_256',
        WrappingKeySpec: 'RSA_2048',
      }),
    )
    const key = createPublicKey({ key: Buffer.from(PublicKey ?? []), format: 'der', type: 'spki' })
    const padding = crypto.RSA_PKCS1_OAEP_PADDING
    await kms.send(
      new ImportKeyMaterialCommand({
        KeyId,
        ImportToken,
        EncryptedKeyMaterial: publicEncrypt(
          { key, padding, oaepHash: 'sha256' },
          Buffer.alloc(32, 1),
        ),
        ExpirationModel: 'KEY_MATERIAL_EXPIRES',
        ValidTo: new Date('2030-01-03T00:00:00Z'),
      }),
    )
    expect(await outcome(encrypt(kms, KeyId))).toBe('ok')
    await clock.advance({ days: 2 })
    expect(await outcome(encrypt(kms, KeyId))).toBe('KMSInvalidStateException')
  })

  test('carries sessions', async () => {
    const tenkey = await start({ clock: FROZEN })
    const sts = new STSClient(tenkey.clientConfig('sts'))
    ends.push(() => sts.destroy())
    const { Credentials } = await sts.send(new GetSessionTokenCommand({ DurationSeconds: 900 }))
    expect(Credentials?.Expiration?.toISOString()).toBe('2030-01-01T00:15:00.000Z')
    const session = client(tenkey, { credentials: ofKey(Credentials) })
    await tenkey.clock.advance({ minutes: 14, seconds: 59 })
    expect(await outcome(encrypt(session))).toBe('ok')
    await tenkey.clock.advance({ seconds: 1 })
    expect(await outcome(encrypt(session))).toBe('ExpiredTokenException')
  })

  test.each([
    [{ days: -1 }, 'days is a number from 0 up; not -1'],
    [{ ms: Number.NaN }, 'ms is a number from 0 up; not NaN'],
  ])('takes no %o', async (by, words) => {
    const { clock } = await start({ clock: FROZEN })
    await expect(clock.advance(by)).rejects.toThrow(words)
  })

  test('never goes back, and begins at a date', async () => {
    const { clock } = await start({ clock: FROZEN })
    await expect(clock.set('2029-12-31')).rejects.toThrow('only moves forward')
    await expect(clock.set('soon')).rejects.toThrow("the time to set is no date: 'soon'")
    await expect(startTenkey({ clock: 'soon' })).rejects.toThrow("clock is no date: 'soon'")
  })
})

describe('faults', () => {
  test.each<readonly [Fault, string, number]>([
    [{ type: 'throttle' }, 'ThrottlingException', 400],
    [{ type: 'disable' }, 'DisabledException', 400],
    [{ type: 'unavailable' }, 'KeyUnavailableException', 500],
  ])('are answered as AWS answers them: %o', async (fault, name, status) => {
    const { kms } = await start({ faults: [fault] })
    const error = await encrypt(kms).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ name, $metadata: { httpStatusCode: status } })
  })

  test.each<readonly [Fault['type'], number, string]>([
    ['throttle', 1, 'ok'],
    ['unavailable', 2, 'ok'],
    ['throttle', 3, 'ThrottlingException'],
    ['disable', 1, 'DisabledException'],
  ])('are tried again by an SDK, or not: %s %i times', async (type, times, expected) => {
    const tenkey = await start({ faults: [{ type, times } as Fault] })
    const kms = client(tenkey, { maxAttempts: 3 })
    expect(await outcome(encrypt(kms))).toBe(expected)
  })

  test.each<readonly [string, Omit<Fault, 'type'>, readonly string[]]>([
    ['operation', { operation: 'Encrypt' }, ['bad', 'bad', 'ok']],
    ['operations', { operation: ['DescribeKey', 'ListKeys'] }, ['ok', 'ok', 'bad']],
    ['alias', { key: 'alias/a' }, ['bad', 'ok', 'ok']],
    ['another alias', { key: 'alias/c' }, ['ok', 'ok', 'ok']],
    ['times', { times: 1 }, ['bad', 'ok', 'ok']],
    ['never', { probability: 0 }, ['ok', 'ok', 'ok']],
  ])('meet what fits: %s', async (_, scope, expected) => {
    const { kms } = await start({ faults: [{ type: 'throttle', ...scope }] })
    const seen = [
      await outcome(encrypt(kms, 'alias/a')),
      await outcome(encrypt(kms, 'alias/b')),
      await outcome(kms.send(new ListKeysCommand({}))),
    ]
    expect(seen.map((name) => (name === 'ok' ? 'ok' : 'bad'))).toEqual(expected)
  })

  test('meet a key however it is named, and whoever names it', async () => {
    const { kms, faults, key } = await start()
    const { CiphertextBlob } = await encrypt(kms)
    const { id, arn } = key('alias/a')
    for (const name of [id, arn, 'alias/a', arn.replace(/key\/.*/, 'alias/a')]) {
      using fault = faults.add({ type: 'throttle', key: name })
      for (const KeyId of [id, arn, 'alias/a']) {
        expect(await outcome(encrypt(kms, KeyId))).toBe('ThrottlingException')
      }
      expect(await outcome(kms.send(new DecryptCommand({ CiphertextBlob })))).toBe(
        'ThrottlingException',
      )
      expect(fault.hits).toBe(4)
    }
    expect(await outcome(encrypt(kms))).toBe('ok')
  })

  test('by probability follow from the seed', async () => {
    const faults: readonly Fault[] = [{ type: 'throttle', probability: 0.5 }]
    const { kms, reset } = await start({ seed: 's', faults })
    const run = async () => {
      const seen: string[] = []
      for (let i = 0; i < 20; i++) seen.push(await outcome(encrypt(kms)))
      return seen
    }
    const first = await run()
    expect(new Set(first)).toEqual(new Set(['ok', 'ThrottlingException']))
    await reset()
    expect(await run()).toEqual(first)
  })

  test('hold a call up', async () => {
    const { kms, faults } = await start()
    const slow = faults.add({ type: 'slow', ms: 60_000, operation: 'Encrypt' })
    const hurried = kms.send(new EncryptCommand({ KeyId: 'alias/a', Plaintext }), {
      abortSignal: AbortSignal.timeout(100),
    })
    expect(await outcome(hurried)).toBe('AbortError')
    expect(slow.hits).toBe(1)
    slow.remove()
    faults.add({ type: 'slow', ms: 1 })
    expect(await outcome(encrypt(kms))).toBe('ok')
  })

  test('pass where a disabled key is none, and are cleared', async () => {
    const { kms, faults } = await start({ faults: [{ type: 'disable' }] })
    expect(await outcome(kms.send(new ListKeysCommand({})))).toBe('ok')
    expect(await outcome(encrypt(kms))).toBe('DisabledException')
    faults.clear()
    expect(await outcome(encrypt(kms))).toBe('ok')
  })

  test('without a key are a dependency that timed out', async () => {
    const { kms } = await start({ faults: [{ type: 'unavailable' }] })
    expect(await outcome(kms.send(new ListKeysCommand({})))).toBe('DependencyTimeoutException')
  })

  test.each([
    [{ type: 'explode' }, "a fault's type is throttle, disable, unavailable, slow; not 'explode'"],
    [{ type: 'throttle', times: 0 }, 'times of a fault is a whole number from 1 up; not 0'],
    [{ type: 'throttle', probability: 2 }, 'probability of a fault is from 0 to 1; not 2'],
    [{ type: 'slow' }, 'ms of a slow call is from 0 to 2147483647; not undefined'],
  ])('that are none are refused: %o', async (fault, words) => {
    await expect(startTenkey({ faults: [fault as Fault] })).rejects.toThrow(words)
  })
})

describe('a reset', () => {
  test('brings everything back as it was', async () => {
    const options: TestingOptions = {
      seed: 's',
      clock: '2030-01-01',
      faults: [{ type: 'throttle', times: 1 }],
    }
    const { kms, clock, faults, reset, key } = await start(options)
    const run = async () => {
      const first = await outcome(encrypt(kms))
      const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
      const listed = await kms.send(new ListAliasesCommand({}))
      const now = (await clock.advance({ days: 1 })).getTime()
      return [first, KeyMetadata?.KeyId, listed.Aliases?.length, now, key('alias/a')]
    }
    const first = await run()
    faults.add({ type: 'disable' })
    await reset()
    expect(await run()).toEqual(first)
  })

  test('is refused once it is closed', async () => {
    const { reset, close } = await start()
    await close()
    await close()
    await expect(reset()).rejects.toThrow('this tenkey is closed')
  })
})

test.each<readonly [object, RegExp]>([
  [{ seed: 5 }, /^seed is a text$/],
  [{ accountId: '12' }, /^accountId is 12 digits, not all 0; not '12'$/],
  [{ accountId: '000000000000' }, /^accountId is 12 digits/],
  [{ region: 'nowhere' }, /^region is an AWS Region; not 'nowhere'$/],
  [{ ciphertexts: 'same' }, /^ciphertexts is random or stable; not 'same'$/],
  [{ time: '2030-01-01' }, /^'time' is no option; there are accountId, /],
  [{ port: 70_000 }, /70000/],
])('takes no %o', async (options, words) => {
  await expect(startTenkey(options)).rejects.toThrow(words)
})

test('serves Regions of other partitions', async () => {
  const { kms, key } = await start({ region: 'cn-north-1' })
  expect(key('alias/a').arn).toMatch(/^arn:aws-cn:kms:cn-north-1:/)
  expect(await outcome(encrypt(kms))).toBe('ok')
})

test('has users, roles, and sessions of them', async () => {
  const tenkey = await start()
  const iam = new IAMClient(tenkey.clientConfig('iam'))
  ends.push(() => iam.destroy())
  const { User } = await iam.send(new CreateUserCommand({ UserName: 'app' }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'app' }))
  const statement = { Effect: 'Allow', Principal: { AWS: User?.Arn }, Action: 'sts:AssumeRole' }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  const { Role } = await iam.send(
    new CreateRoleCommand({ RoleName: 'reader', AssumeRolePolicyDocument }),
  )
  const sts = new STSClient({ ...tenkey.clientConfig('sts'), credentials: ofKey(AccessKey) })
  ends.push(() => sts.destroy())
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'test' }),
  )
  const kms = client(tenkey, { credentials: ofKey(Credentials) })
  // no policy allows it anything yet
  expect(await outcome(encrypt(kms))).toBe('AccessDeniedException')
})

test('answers where a suite has a Date of its own', async () => {
  const { kms } = await start()
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2035-01-01') })
  try {
    expect(await outcome(encrypt(kms))).toBe('ok')
  } finally {
    vi.useRealTimers()
  }
})

test('leads programs to it by their environment', async () => {
  const { env, endpoint, credentials } = await start({ region: 'eu-west-1' })
  expect(env).toEqual({
    AWS_ENDPOINT_URL_KMS: endpoint,
    AWS_ENDPOINT_URL_STS: endpoint,
    AWS_ENDPOINT_URL_IAM: `${endpoint}/iam`,
    AWS_REGION: 'eu-west-1',
    AWS_DEFAULT_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  })
})

describe('the fixture for vitest', () => {
  const tenkey = useTenkey({ seed: 's' })
  const ids: unknown[] = []

  test.each([1, 2])('is as at the start for each test: %i', async () => {
    const kms = client(tenkey)
    expect((await kms.send(new ListKeysCommand({}))).Keys).toEqual([])
    ids.push((await kms.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId)
    expect(new Set(ids).size).toBe(1)
  })
})

describe('the fixture for others', () => {
  test('takes hooks as they are called, and runs between them', async () => {
    const hooks = new Map<string, () => Promise<void>>()
    const take = (name: string) => (act: () => Promise<void>) => void hooks.set(name, act)
    const taken = {
      beforeAll: take('beforeAll'),
      beforeEach: take('beforeEach'),
      afterAll: take('afterAll'),
    }
    const tenkey = fixtureIn(taken, { reset: 'never' })
    expect(() => tenkey.endpoint).toThrow('after its beforeAll')
    expect([...hooks.keys()]).toEqual(['beforeAll', 'afterAll'])
    await hooks.get('beforeAll')?.()
    expect(tenkey.endpoint).toMatch(/^http:/)
    await hooks.get('afterAll')?.()
    expect(() => tenkey.endpoint).toThrow('after its beforeAll')
  })

  test('says where a runner has no global hooks', () => {
    expect(() => jestTenkey()).toThrow('there is no global beforeAll')
  })
})

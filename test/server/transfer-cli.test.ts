// @module-tag process
// @module-tag dynamodb
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EncryptCommand,
  GetKeyPolicyCommand,
  type KMSClient,
  ListGrantsCommand,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  RotateKeyOnDemandCommand,
  SignCommand,
  VerifyCommand,
} from '@aws-sdk/client-kms'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { signRequest } from '../../core/signature/sign-request.ts'
import { runCommand } from '../support/command.ts'
import { startDynalite } from '../support/dynalite.ts'
import { type KmsBehind, startKmsBehind } from '../support/kms-root.ts'
import {
  newFolder,
  removeFolders,
  runScript,
  type ServerProcess,
  startServer,
} from '../support/process.ts'

const running: ServerProcess[] = []
const stopAll = () => Promise.all(running.splice(0).map((server) => server.stop()))
afterEach(stopAll)
afterAll(removeFolders)

let behind: KmsBehind
let dynalite: Awaited<ReturnType<typeof startDynalite>>
beforeAll(async () => {
  behind = await startKmsBehind()
  dynalite = await startDynalite()
})
afterAll(async () => {
  await behind.stop()
  await dynalite.stop()
})

type Settings = Readonly<Record<string, string>>

async function start(settings: Settings): Promise<ServerProcess> {
  const server = await startServer(settings)
  running.push(server)
  return server
}

async function tenkey(settings: Settings, ...words: string[]) {
  const { code, stdout, stderr } = await runScript(
    'server/tenkey.ts',
    [...words, '--json'],
    settings,
  )
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout)
}

async function refusal(settings: Settings, ...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await runScript('server/tenkey.ts', words, settings)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/^tenkey: [^\n]+\n$/)
  return stderr
}

/** The same of a command that needs nothing of AWS's environment, in this process. */
async function refusalHere(settings: Settings, ...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await runCommand(words, settings)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/^tenkey: [^\n]+\n$/)
  return stderr
}

/** Something of everything, and what to know it by. */
async function furnishKeys(kms: KMSClient) {
  const made = await kms.send(
    new CreateKeyCommand({ Description: 'é🔑', Tags: [{ TagKey: 'a', TagValue: 'b' }] }),
  )
  const { KeyId = '', Arn = '' } = made.KeyMetadata ?? {}
  const seal = async (text: string) =>
    (await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from(text) }))).CiphertextBlob
  const blobs: [string, Uint8Array | undefined][] = [['first', await seal('first')]]
  await kms.send(new RotateKeyOnDemandCommand({ KeyId }))
  blobs.push(['second', await seal('second')])
  await kms.send(new CreateAliasCommand({ AliasName: 'alias/moved', TargetKeyId: KeyId }))
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Id: 'mine',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${Arn.split(':')[4]}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  })
  await kms.send(new PutKeyPolicyCommand({ KeyId, Policy }))
  const { GrantId } = await kms.send(
    new CreateGrantCommand({
      KeyId,
      GranteePrincipal: `arn:aws:iam::${Arn.split(':')[4]}:root`,
      Operations: ['Decrypt'],
    }),
  )
  const signing = await kms.send(
    new CreateKeyCommand({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }),
  )
  const SigningKeyId = signing.KeyMetadata?.KeyId ?? ''
  const message = {
    KeyId: SigningKeyId,
    Message: Buffer.from('m'),
    SigningAlgorithm: 'ECDSA_SHA_256',
  } as const
  const { Signature } = await kms.send(new SignCommand(message))
  const disabled = await kms.send(new CreateKeyCommand({}))
  await kms.send(new DisableKeyCommand({ KeyId: disabled.KeyMetadata?.KeyId }))
  return {
    KeyId,
    blobs,
    Policy,
    GrantId,
    message,
    Signature,
    disabled: disabled.KeyMetadata?.KeyId ?? '',
  }
}

type Furnished = Awaited<ReturnType<typeof furnishKeys>>

async function expectAll(kms: KMSClient, made: Furnished): Promise<void> {
  for (const [text, CiphertextBlob] of made.blobs) {
    const { Plaintext } = await kms.send(new DecryptCommand({ CiphertextBlob }))
    expect(Buffer.from(Plaintext ?? []).toString()).toBe(text)
  }
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: 'alias/moved' }))
  expect(KeyMetadata).toMatchObject({ KeyId: made.KeyId, Description: 'é🔑', KeyState: 'Enabled' })
  const { KeyId } = made
  const { Tags } = await kms.send(new ListResourceTagsCommand({ KeyId }))
  expect(Tags).toEqual([{ TagKey: 'a', TagValue: 'b' }])
  expect((await kms.send(new GetKeyPolicyCommand({ KeyId }))).Policy).toBe(made.Policy)
  const { Grants } = await kms.send(new ListGrantsCommand({ KeyId }))
  expect(Grants?.map(({ GrantId }) => GrantId)).toEqual([made.GrantId])
  const verified = await kms.send(new VerifyCommand({ ...made.message, Signature: made.Signature }))
  expect(verified.SignatureValid).toBe(true)
  const { KeyMetadata: disabled } = await kms.send(new DescribeKeyCommand({ KeyId: made.disabled }))
  expect(disabled?.KeyState).toBe('Disabled')
}

/** The names of the calls in a tenant's audit trail. */
async function trailOf(server: ServerProcess, credential: Credential): Promise<string[]> {
  const path = '/v1/audit'
  const head = { method: 'GET', path, query: '', headers: { host: new URL(server.url).host } }
  const signed = signRequest({ ...head, body: Buffer.alloc(0) }, credential, {
    region: 'us-east-1',
    service: 'kms',
    now: Date.now(),
  })
  const answer = await fetch(server.url + path, { headers: signed })
  const { Records } = (await answer.json()) as { Records: { eventName: string }[] }
  return Records.map(({ eventName }) => eventName)
}

interface Credential {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

describe('an installation', () => {
  test('moves from SQLite and a file to DynamoDB and AWS KMS, and back, and every ciphertext opens', async () => {
    const local: Settings = { TENKEY_DATA: newFolder() }
    const data = local['TENKEY_DATA'] ?? ''
    const first = await start(local)
    const credential = {
      accessKeyId: first.block['AWS_ACCESS_KEY_ID'] ?? '',
      secretAccessKey: first.block['AWS_SECRET_ACCESS_KEY'] ?? '',
    }
    const made = await furnishKeys(first.kms())
    const calls = await trailOf(first, credential)
    expect(calls).toContain('RotateKeyOnDemand')

    // the server is running: an export of SQLite is of one moment
    const out = join(dirname(data), 'out.jsonl.gz')
    const exported = await tenkey(local, 'export', '--file', out)
    expect(exported).toMatchObject({ file: out, root: expect.stringMatching(/^local:/) })
    expect(readdirSync(dirname(data)).sort()).toEqual(['data', 'out.jsonl.gz'])
    await stopAll()

    const away: Settings = {
      TENKEY_DATA: newFolder(),
      TENKEY_STORE: 'dynamodb',
      TENKEY_TABLE: 'moved',
      AWS_ENDPOINT_URL_DYNAMODB: dynalite.endpoint,
      AWS_ENDPOINT_URL_KMS: behind.harness.target.url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: behind.tenant.accessKeyId,
      AWS_SECRET_ACCESS_KEY: behind.tenant.secretAccessKey,
    }
    const imported = await tenkey(away, 'import', '--file', out)
    expect(imported).toEqual({
      items: exported.items,
      root: exported.root,
      sha256: exported.sha256,
    })
    expect(await refusal(away, 'import', '--file', out)).toContain('the store is not empty')

    // the local root key comes along until the store is moved to one in AWS KMS
    const file = `file:${data}/root.key`
    const arn = (await behind.key('root')).arn
    const move = ['root', 'move', '--to', `aws-kms:${arn}`]
    const moved = await tenkey({ ...away, TENKEY_ROOT: file }, ...move)
    expect(moved).toMatchObject({
      root: arn,
      setting: `TENKEY_ROOT=aws-kms:${arn}`,
      former: expect.stringMatching(/^local:/),
      discard: expect.stringMatching(/ no server has it and no backup from before 2\S+Z is kept$/),
    })
    rmSync(`${data}/root.key`)
    const aws: Settings & { TENKEY_ROOT: string } = { ...away, TENKEY_ROOT: `aws-kms:${arn}` }
    cpSync(join(data, 'tenant.json'), join(aws['TENKEY_DATA'] ?? '', 'tenant.json'))
    const second = await start(aws)
    await expectAll(second.kms(credential), made)
    const later = await second
      .kms(credential)
      .send(new EncryptCommand({ KeyId: made.KeyId, Plaintext: Buffer.from('third') }))
    made.blobs.push(['third', later.CiphertextBlob])
    expect(await trailOf(second, credential)).toEqual(expect.arrayContaining(calls))
    await stopAll()

    // and home again: another file, another root
    const home: Settings = { TENKEY_DATA: newFolder() }
    const back = join(dirname(home['TENKEY_DATA'] ?? ''), 'back.jsonl.gz')
    expect((await tenkey(aws, 'export', '--file', back)).root).toBe(arn)
    await tenkey(home, 'import', '--file', back)
    const fromKms = {
      ...home,
      TENKEY_ROOT: aws.TENKEY_ROOT,
      AWS_ENDPOINT_URL_KMS: behind.harness.target.url,
      AWS_ACCESS_KEY_ID: behind.tenant.accessKeyId,
      AWS_SECRET_ACCESS_KEY: behind.tenant.secretAccessKey,
    }
    const refused = await runScript('server/main.ts', [], { TENKEY_PORT: '0', ...home })
    expect(refused.stderr).toContain(`the store needs root key ${arn}`)
    await tenkey(fromKms, 'root', 'move', '--to', `file:${home['TENKEY_DATA']}/root.key`)
    cpSync(join(data, 'tenant.json'), join(home['TENKEY_DATA'] ?? '', 'tenant.json'))
    const third = await start(home)
    await expectAll(third.kms(credential), made)
    expect(await trailOf(third, credential)).toEqual(expect.arrayContaining(calls))
  })
})

describe('refused in one line', () => {
  test('where there is no store', async () => {
    const settings = { TENKEY_DATA: newFolder() }
    for (const words of [
      ['export', '--file', 'x'],
      ['import', '--discard'],
      ['root', 'move', '--to', 'file:x'],
    ]) {
      expect(await refusalHere(settings, ...words)).toContain('there is no store')
    }
    expect(existsSync(settings.TENKEY_DATA)).toBe(false)
    expect(await refusalHere({ TENKEY_STORE: 'memory' }, 'export', '--file', 'x')).toContain(
      'memory',
    )
  })

  test('where the words are wrong', async () => {
    for (const words of [
      ['export'],
      ['import'],
      ['import', '--file', 'x', '--discard'],
      ['root', 'move'],
      ['root', 'move', '--to', 'x'],
    ]) {
      const { code, stderr } = await runCommand(words, {})
      expect(code).toBe(2)
      expect(stderr).toMatch(/^tenkey: [^\n]+\n$/)
    }
  })

  test('where the file or the root is not there', async () => {
    const settings = { TENKEY_DATA: newFolder() }
    expect(await refusalHere(settings, 'import', '--file', '/none')).toContain(
      'there is no such file',
    )
    const server = await start(settings)
    await server.stop()
    const away = { ...settings, TENKEY_ROOT: 'file:/none' }
    expect(await refusalHere(away, 'root', 'move', '--to', 'file:/tmp/x')).toContain(
      'root key file /none does not exist',
    )
    expect(await refusalHere(settings, 'export', '--file', '/none/x')).toContain('ENOENT')
  })
})

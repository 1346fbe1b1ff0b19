// @module-tag process
import { execFile, execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import {
  ConnectCustomKeyStoreCommand,
  DecryptCommand,
  DeleteCustomKeyStoreCommand,
  DescribeCustomKeyStoresCommand,
  DescribeKeyCommand,
} from '@aws-sdk/client-kms'
import { afterAll, describe, expect, test } from 'vitest'
import { runCommand } from '../support/command.ts'
import { newFolder, removeFolders, type ServerProcess, startServer } from '../support/process.ts'
import { noSoftHsm, SOFTHSM, softKeys, softTokens } from '../support/tokens.ts'

afterAll(removeFolders)

const folder = mkdtempSync(join(tmpdir(), 'tenkey-test-'))
const ACCOUNT = '111122223333'
const CLUSTER = 'cluster-22222222222'

/** a certificate as a cluster has one */
const ANCHOR = join(folder, 'customerCA.crt')
const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
const out = ['-keyout', join(folder, 'ca.key'), '-out', ANCHOR, '-subj', '/CN=customerCA']
execFileSync('openssl', ['req', '-x509', ...key, ...out], { stdio: 'ignore' })

const file = (name: string, text = '', mode = 0o600) => {
  const path = join(folder, name)
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

describe('tenkey hsm register refuses', () => {
  const data = newFolder()
  const given = {
    '--cluster': CLUSTER,
    '--module': file('module.so'),
    '--token': 'label',
    '--trust-anchor': ANCHOR,
  }
  const register = (more: Readonly<Record<string, string | undefined>>) =>
    runCommand(
      [
        ...['hsm', 'register', ACCOUNT],
        ...Object.entries({ ...given, ...more }).flatMap(([name, value]) =>
          value === undefined ? [] : [name, value],
        ),
      ],
      { TENKEY_DATA: data },
    )

  test.for<[title: string, more: Record<string, string | undefined>, code: number, said: RegExp]>([
    ['no cluster id', { '--cluster': undefined }, 2, /--cluster/],
    ['a cluster id of another form', { '--cluster': 'cluster-1' }, 1, /is no cluster id/],
    ['no token', { '--token': undefined }, 2, /say which token/],
    ['two tokens', { '--slot': '1' }, 2, /say which token/],
    ['no number of a slot', { '--token': undefined, '--slot': 'x' }, 2, /is no number/],
    ['a module that is not there', { '--module': '/nowhere.so' }, 1, /is no file/],
    ['a module by a relative path', { '--module': 'module.so' }, 1, /is no absolute path/],
    [
      'a module that others may change',
      { '--module': file('open.so', '', 0o666) },
      1,
      /is writable by others \(mode 0666\)/,
    ],
    ['what is no module', {}, 1, /the token can't be used: Broken/],
    ['a trust anchor that is not there', { '--trust-anchor': '/nowhere.crt' }, 1, /does not exist/],
    [
      'a trust anchor that is no certificate',
      { '--trust-anchor': file('no.crt', '-----BEGIN CERTIFICATE-----\nAAAA\n') },
      1,
      /is no certificate in PEM/,
    ],
  ])('%s', async ([, more, code, said]) => {
    const told = await register(more)
    expect(told.stderr).toMatch(said)
    expect(told).toMatchObject({ code, stdout: '' })
    expect(told.stderr.trim().split('\n')).toHaveLength(1)
    expect((await runCommand(['hsm', 'list', '--json'], { TENKEY_DATA: data })).stdout).toBe('[]\n')
  })

  test('a file of registrations that others may write to, or that is damaged', async () => {
    const own = newFolder()
    mkdirSync(own, { recursive: true, mode: 0o700 })
    const registrations = join(own, 'hsm.json')
    writeFileSync(registrations, '{"clusters":[{"account":"1"}]}')
    const list = () => runCommand(['hsm', 'list'], { TENKEY_DATA: own })
    expect(await list()).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/hsm\.json is damaged: a cluster lacks a member/),
    })
    writeFileSync(registrations, '{')
    expect((await list()).stderr).toMatch(/is damaged: it has no list of clusters/)
    chmodSync(registrations, 0o622)
    expect((await list()).stderr).toMatch(/is writable by others/)
  })

  test('a file by its path from where npm was called is found', async () => {
    const typed = { '--trust-anchor': basename(ANCHOR) }
    const words = Object.entries({ ...given, ...typed }).flat()
    const called = { npm_lifecycle_event: 'tenkey', INIT_CWD: dirname(ANCHOR), TENKEY_DATA: data }
    const told = await runCommand(['hsm', 'register', ACCOUNT, ...words], called)
    expect(told.stderr).toMatch(/the token can't be used/)
  })

  test('to unregister what is not registered', async () => {
    const words = ['hsm', 'unregister', CLUSTER]
    mkdirSync(data, { recursive: true, mode: 0o700 })
    expect(await runCommand(words, { TENKEY_DATA: data })).toMatchObject({
      code: 1,
      stderr: `tenkey: the cluster ${CLUSTER} is not registered on this machine\n`,
    })
  })
})

const missing =
  noSoftHsm() ?? (spawnSync('aws', ['--version']).status === 0 ? undefined : 'no AWS CLI')

describe.skipIf(missing !== undefined)(missing ?? 'a server with SoftHSM2, by the AWS CLI', () => {
  const run = promisify(execFile)

  test('from the registration of a cluster to the end of its last key', async () => {
    const soft = softTokens()
    const data = newFolder()
    const settings = {
      TENKEY_DATA: data,
      SOFTHSM2_CONF: process.env['SOFTHSM2_CONF'] ?? '',
      TENKEY_WORKERS: '2',
    }
    let server = await startServer(settings)
    const { accountOfAccessKey } = await import('../../core/identity/credential.ts')
    const account = accountOfAccessKey(server.block['AWS_ACCESS_KEY_ID'] ?? '') ?? ''
    const token = soft.register(account)
    const tenkey = async (...words: string[]) => {
      const told = await runCommand(['hsm', ...words, '--json'], settings)
      if (told.code !== 0) throw new Error(told.stderr)
      return JSON.parse(told.stdout)
    }
    const aws = async (operation: string, ...words: string[]) => {
      const { stdout } = await run('aws', ['kms', operation, ...words, '--output', 'json'], {
        env: { PATH: process.env['PATH'], HOME: folder, ...server.block },
      })
      return stdout === '' ? {} : JSON.parse(stdout)
    }
    const settled = async (id: string, wanted: string) => {
      const asked = new DescribeCustomKeyStoresCommand({ CustomKeyStoreId: id })
      const state = async () => (await server.kms().send(asked)).CustomKeyStores?.[0]
      await expect.poll(async () => (await state())?.ConnectionState).toBe(wanted)
    }

    // while the server runs: it notices
    const where = ['--module', SOFTHSM, '--token', token.cluster, '--trust-anchor', ANCHOR]
    expect(await tenkey('register', account, '--cluster', CLUSTER, ...where)).toMatchObject({
      account,
      cluster: CLUSTER,
      module: SOFTHSM,
      label: token.cluster,
      model: 'SoftHSM v2',
      encryptsBy: 'CKM_AES_GCM',
      next: `as the account: aws kms create-custom-key-store --custom-key-store-name NAME --cloud-hsm-cluster-id ${CLUSTER} --key-store-password PASSWORD --trust-anchor-certificate file://${ANCHOR}`,
    })
    expect(statSync(join(data, 'hsm.json')).mode & 0o777).toBe(0o600)
    expect(await tenkey('list')).toMatchObject([{ account, cluster: CLUSTER }])
    // a token is one account's, however it is named
    const link = join(folder, 'another-path.so')
    symlinkSync(SOFTHSM, link)
    const again = ['--module', link, '--token', token.cluster, '--trust-anchor', ANCHOR]
    const other = ['999900001111', '--cluster', 'cluster-55555555555', ...again]
    await expect(tenkey('register', ...other)).rejects.toThrow(/a token is one account's/)
    // a cluster is registered once, though two do it at once
    const twice = ['cluster-66666666666', ...where]
    await Promise.allSettled([1, 2].map(() => tenkey('register', account, '--cluster', ...twice)))
    expect(await tenkey('list')).toHaveLength(2)
    await tenkey('unregister', 'cluster-66666666666')

    const { CustomKeyStoreId: id } = await aws(
      'create-custom-key-store',
      ...['--custom-key-store-name', 'hsm', '--cloud-hsm-cluster-id', CLUSTER],
      ...['--key-store-password', 'kmsuser-password'],
      ...['--trust-anchor-certificate', `file://${ANCHOR}`],
    )
    const store = ['--custom-key-store-id', id]
    await aws('connect-custom-key-store', ...store)
    await settled(id, 'CONNECTED')
    const made = await aws('create-key', '--origin', 'AWS_CLOUDHSM', ...store)
    const { KeyId, CloudHsmClusterId } = made.KeyMetadata
    expect(CloudHsmClusterId).toBe(CLUSTER)
    expect(softKeys(token)).toMatchObject([
      { label: KeyId, neverExtractable: '01', extractable: '00', sensitive: '01' },
    ])
    const plaintext = file('plaintext', 'hello')
    const { CiphertextBlob } = await aws(
      'encrypt',
      ...['--key-id', KeyId, '--plaintext', `fileb://${plaintext}`],
    )
    const ciphertext = join(folder, 'ciphertext')
    writeFileSync(ciphertext, Buffer.from(CiphertextBlob, 'base64'))
    const opened = await aws('decrypt', '--ciphertext-blob', `fileb://${ciphertext}`)
    expect(Buffer.from(opened.Plaintext, 'base64').toString()).toBe('hello')
    // what the CLI has done once is done again by the SDK, in a hundredth of the time
    const decrypt = async () => {
      const asked = new DecryptCommand({ CiphertextBlob: readFileSync(ciphertext) })
      return Buffer.from((await server.kms().send(asked)).Plaintext ?? []).toString()
    }
    const random = await aws('generate-random', '--number-of-bytes', '32', ...store)
    expect(Buffer.from(random.Plaintext, 'base64')).toHaveLength(32)

    // whatever becomes of the server, the store is connected and its processes end with it
    await killed(server, token.cluster)
    server = await startServer(settings)
    expect(await decrypt()).toBe('hello')

    await aws('disconnect-custom-key-store', ...store)
    await settled(id, 'DISCONNECTED')
    await expect(decrypt()).rejects.toThrow(/is unavailable/)
    const one = { CustomKeyStoreId: id }
    expect((await server.kms().send(new DescribeKeyCommand({ KeyId }))).KeyMetadata).toMatchObject({
      KeyState: 'Unavailable',
    })
    await expect(server.kms().send(new DeleteCustomKeyStoreCommand(one))).rejects.toMatchObject({
      name: 'CustomKeyStoreHasCMKsException',
    })
    await tenkey('unregister', CLUSTER)
    await server.kms().send(new ConnectCustomKeyStoreCommand(one))
    await settled(id, 'FAILED')
    const told = await aws('describe-custom-key-stores', ...store)
    expect(told.CustomKeyStores).toMatchObject([
      { CloudHsmClusterId: CLUSTER, ConnectionErrorCode: 'CLUSTER_NOT_FOUND' },
    ])
    const ended = await server.stop()
    expect(ended.stderr + ended.stdout).not.toContain('kmsuser-password')
    expect(readFileSync(join(data, 'tenkey.db')).includes('kmsuser-password')).toBe(false)
    await expect.poll(() => tokenProcesses(token.cluster)).toEqual([])
  })
})
if (missing !== undefined) process.stderr.write(`skipped: ${missing}\n`)

/** kill -9, and what it started has ended. */
async function killed(server: ServerProcess, label: string): Promise<void> {
  const workers = tokenProcesses(label)
  expect(workers.length).toBeGreaterThan(0)
  await server.stop('SIGKILL')
  await expect.poll(() => tokenProcesses(label).filter((pid) => workers.includes(pid))).toEqual([])
}

/** ids of processes that have a token of this label */
function tokenProcesses(label: string): string[] {
  const all = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' })
  return all
    .split('\n')
    .filter((line) => line.includes('server/hsm/token-main.ts') && line.includes(label))
    .map((line) => line.trim().split(/\s+/)[0] ?? '')
}

// @module-tag dynamodb
import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { OPERATOR_ACCOUNT } from '../../core/base/arn.ts'
import { readConfig } from '../../core/config.ts'
import { tenantKeyContext } from '../../core/root/tenant-key-context.ts'
import { createTable } from '../../core/store/dynamodb-create.ts'
import { memoryStore } from '../../core/store/memory.ts'
import type { Store } from '../../core/store/store.ts'
import { bootstrap } from '../../server/bootstrap.ts'
import { serve } from '../../server/serve.ts'
import { bootstrapFences } from '../../stacks/statements.ts'
import { runCommand } from '../support/command.ts'
import { startDynalite } from '../support/dynalite.ts'
import { newFolder } from '../support/process.ts'
import { ACTIONS, isAllowed } from '../support/sst-fence.ts'

const URL = 'https://kms.example.com'
let dynalite: Awaited<ReturnType<typeof startDynalite>>
let folder: string
let environment: Record<string, string>

beforeAll(async () => {
  dynalite = await startDynalite()
})
afterAll(() => dynalite.stop())
beforeEach(async () => {
  folder = newFolder()
  environment = {
    TENKEY_TABLE: `tenkey-${randomUUID()}`,
    TENKEY_ROOT: `file:${join(folder, 'root.key')}`,
    AWS_REGION: 'eu-west-1',
    AWS_ENDPOINT_URL_DYNAMODB: dynalite.endpoint,
    AWS_ACCESS_KEY_ID: 'AKIDTEST',
    AWS_SECRET_ACCESS_KEY: 'made-up',
  }
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  // the deployment's: the command makes none
  await createTable({ table: environment['TENKEY_TABLE'] ?? '', endpoint: dynalite.endpoint })
})
afterEach(() => vi.unstubAllEnvs())

const run = (name: string, ...more: string[]) =>
  runCommand(
    ['bootstrap', '--url', URL, '--folder', join(folder, name), '--json', ...more],
    environment,
  )
const credentialIn = (name: string) =>
  JSON.parse(readFileSync(join(folder, name, 'operator.json'), 'utf8')) as Record<string, string>

describe('tenkey bootstrap', () => {
  test('makes the operator of a new store, and says where the service is', async () => {
    const { code, stdout, stderr } = await run('a')
    expect(stderr).toBe('')
    expect(code).toBe(0)
    const { accessKeyId, accountId } = credentialIn('a')
    expect(accountId).toBe(OPERATOR_ACCOUNT)
    expect(JSON.parse(stdout)).toEqual({
      accessKeyId,
      file: join(folder, 'a', 'operator.json'),
      url: URL,
      region: 'eu-west-1',
      paste: `export TENKEY_ENDPOINT=${URL} TENKEY_DATA='${join(folder, 'a')}' AWS_REGION=eu-west-1`,
    })
    expect(stdout).not.toContain(credentialIn('a')['secretAccessKey'])
  })

  test('its credential is the operator’s, and a server started later takes over nothing', async () => {
    await run('a')
    const laptop = join(folder, 'laptop')
    const other = await serve(
      readConfig({ TENKEY_STORE: 'memory', TENKEY_DATA: laptop, TENKEY_PORT: '0' }),
      { testClock: false },
    )
    await other.stop()
    expect(existsSync(join(laptop, 'operator.json'))).toBe(true)
    const running = await serve(
      readConfig({
        ...environment,
        TENKEY_STORE: 'dynamodb',
        TENKEY_DATA: laptop,
        TENKEY_PORT: '0',
      }),
      { testClock: false },
    )
    const ask = (name: string) =>
      runCommand(['tenant', 'list'], {
        TENKEY_ENDPOINT: running.address,
        TENKEY_DATA: name,
      })
    const own = await ask(join(folder, 'a'))
    const foreign = await ask(laptop)
    await running.stop()
    expect(own.code, own.stderr).toBe(0)
    expect(foreign.code).toBe(1)
  })

  test('writes over no file, and takes over none', async () => {
    await run('a')
    const before = credentialIn('a')
    environment['TENKEY_TABLE'] = `tenkey-${randomUUID()}`
    const { code, stderr } = await run('a')
    expect(code).toBe(1)
    expect(stderr).toContain('is there, and nothing is written over it')
    expect(credentialIn('a')).toEqual(before)
  })

  test('makes one operator, and another only where that is said', async () => {
    await run('a')
    const again = await run('b')
    expect(again.code).toBe(1)
    expect(again.stderr).toContain('the store has its operator')
    expect(existsSync(join(folder, 'b'))).toBe(false)
    expect((await run('b', '--another')).code).toBe(0)
    expect(credentialIn('b')['accessKeyId']).not.toBe(credentialIn('a')['accessKeyId'])
  })

  test.for<[string, Record<string, string>, string[], string]>([
    ['no table', { TENKEY_TABLE: '' }, [], 'TENKEY_TABLE is not set'],
    ['no root key', { TENKEY_ROOT: '' }, [], 'TENKEY_ROOT is not set'],
    ['no Region', { AWS_REGION: '' }, [], 'AWS_REGION is not set'],
    ['a store of this machine', { TENKEY_STORE: 'sqlite' }, [], 'its server makes its own'],
    ['a URL that is none', {}, ['--url', 'x'], '--url is'],
  ])('refuses %s', async ([, settings, words, message]) => {
    Object.assign(environment, settings)
    const { code, stderr } = await run('a', ...words)
    expect(code).toBeGreaterThan(0)
    expect(stderr).toContain(message)
    expect(existsSync(join(folder, 'a'))).toBe(false)
  })

  test('does what the policy of its role lets it, cut short and done again too', async () => {
    const inner = memoryStore()
    const denied: string[] = []
    let left = 2
    const check = (
      actions: readonly (typeof ACTIONS)[keyof typeof ACTIONS][number][],
      pk: string,
    ) => {
      for (const action of actions) {
        if (!isAllowed(bootstrapFences('table'), action, [pk])) denied.push(`${action} ${pk}`)
      }
    }
    const store: Store = {
      ...inner,
      get(keys) {
        for (const { pk } of keys) check(ACTIONS.get, pk)
        return inner.get(keys)
      },
      put(item) {
        check(ACTIONS.put, item.pk)
        if (left-- === 0) throw new Error('cut')
        return inner.put(item)
      },
      query() {
        throw new Error('no query is let through')
      },
      delete() {
        throw new Error('no delete is let through')
      },
    }
    const config = readConfig(environment)
    const make = (name: string) =>
      bootstrap(config, store, { folder: join(folder, name), another: false, now: 1 })
    await expect(make('a')).rejects.toThrow('cut')
    await make('b')
    expect(denied).toEqual([])
    // what it wraps is the operator's
    const fence = bootstrapFences('table').find(({ on }) => on === 'rootKey')
    const tenant = fence?.conditions.find(({ variable }) => variable.endsWith(':tenant'))
    expect(tenant?.values).toEqual([tenantKeyContext(OPERATOR_ACCOUNT, 'global').tenant])
  })
})

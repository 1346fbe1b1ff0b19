import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Config, ConfigError, readConfig } from '../../core/config.ts'
import { testClock } from '../../core/lifecycle/clock.ts'
import { memoryStore } from '../../core/store/memory.ts'
import { type Running, serve } from '../../server/serve.ts'
import { checkTestClock } from '../../server/test-clock.ts'
import { sendRest } from '../support/calls.ts'
import { runCommand } from '../support/command.ts'
import { newFolder } from '../support/process.ts'

const DAY = 86_400_000

describe('A test clock', () => {
  test('goes forward only, and is where it was left', async () => {
    const store = memoryStore()
    let wall = 1_000_000
    const clock = await testClock(store, () => wall)
    expect(clock.now()).toBe(wall)
    await clock.set(wall + DAY)
    await clock.set(wall)
    expect([clock.now(), clock.ahead()]).toEqual([wall + DAY, DAY])
    wall += 5
    expect((await testClock(store, () => wall)).now()).toBe(wall + DAY)
  })

  test.for([
    ['0.0.0.0', '1', "--test-clock needs a loopback address, but TENKEY_HOST is '0.0.0.0'"],
    ['192.168.1.5', '1', '--test-clock needs a loopback address'],
    ['127.0.0.1', '2', '--test-clock needs one worker, but TENKEY_WORKERS is 2'],
  ] as const)('on %s with %s workers is refused', ([TENKEY_HOST, TENKEY_WORKERS, words]) => {
    const config = readConfig({ TENKEY_HOST, TENKEY_WORKERS })
    expect(() => checkTestClock(config)).toThrow(ConfigError)
    expect(() => checkTestClock(config)).toThrow(words)
  })

  test('where a proxy leads to it is refused', () => {
    const config = readConfig({ TENKEY_TRUSTED_PROXY: '127.0.0.1' })
    expect(() => checkTestClock(config)).toThrow(ConfigError)
  })

  test.for(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('on %s is allowed', (TENKEY_HOST) => {
    expect(() => checkTestClock(readConfig({ TENKEY_HOST }))).not.toThrow()
  })
})

describe.for([true, false])('A server, --test-clock %s', (movable) => {
  const data = newFolder()
  const config: Config = readConfig({ TENKEY_DATA: data, TENKEY_PORT: '0' })
  let running: Running
  beforeAll(async () => {
    running = await serve(config, { testClock: movable })
  })
  afterAll(() => running.stop())
  const command = (...words: string[]) =>
    runCommand(['clock', ...words], { TENKEY_ENDPOINT: running.address, TENKEY_DATA: data })

  if (movable) {
    test('shows its clock and puts it forward', async () => {
      const shown = await command('show', '--json')
      expect(shown.code, shown.stderr).toBe(0)
      expect(JSON.parse(shown.stdout)).toMatchObject({ aheadSeconds: 0 })
      const advanced = await command('advance', '400d', '--json')
      expect(advanced.code, advanced.stderr).toBe(0)
      const { now, ...rest } = JSON.parse(advanced.stdout) as Record<string, unknown>
      expect(rest).toEqual({
        aheadSeconds: 400 * 86_400,
        rotated: 0,
        expired: 0,
        deleted: 0,
        aliasesRotated: 0,
        failed: 0,
      })
      expect(Date.parse(String(now)) - Date.now()).toBeGreaterThan(399 * DAY)
      // what the command does not say the server chooses, by its own clock
      const settings = { TENKEY_ENDPOINT: running.address, TENKEY_DATA: data }
      const trail = await runCommand(['audit', '--json'], settings)
      expect(trail.code, trail.stderr).toBe(0)
      // signatures go by the machine's time: the next command is understood
      expect((await command('show')).code).toBe(0)
    })
  } else {
    test('refuses', async () => {
      for (const words of [['show'], ['advance', '1d']]) {
        const { code, stderr } = await command(...words)
        expect(code).toBe(1)
        expect(stderr).toBe(
          'tenkey: The clock of this server can not be moved: it was not started with --test-clock. (UnsupportedOperationException)\n',
        )
      }
    })
  }

  test('is not for tenants', async () => {
    const { accountId = '', accessKeyId = '', secretAccessKey = '' } = running.tenant ?? {}
    const tenant = { accountId, accessKeyId, secretAccessKey }
    const target = { url: running.address, operator: tenant, now: Date.now, stop: running.stop }
    for (const [line, body] of [
      ['GET /admin/v1/clock', ''],
      ['POST /admin/v1/clock/advance', '{"Seconds":1}'],
    ] as const) {
      const { code } = await sendRest(target, tenant, line, { body })
      expect(code, line).toBe('AccessDeniedException')
    }
  })

  test('a duration that is none', async () => {
    const { code, stderr } = await command('advance', 'soon')
    expect([code, stderr]).toEqual([
      ...[2, "tenkey: 'soon' is not a duration such as 400d, 12h, 30m or 5s\n"],
    ])
  })
})

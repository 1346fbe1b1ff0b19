import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { forwardQueue } from '../../core/audit/forward-queue.ts'
import { ConfigError, readConfig } from '../../core/config.ts'
import { functionConfig } from '../../functions/function-config.ts'
import { auditForward } from '../../server/audit-forward.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tenkey-forward-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const line = (n: number) => Buffer.from(`${JSON.stringify({ eventID: n, pad: 'x'.repeat(80) })}\n`)
const idsIn = (text: string) =>
  text
    .split('\n')
    .filter((one) => one !== '')
    .map((one) => (JSON.parse(one) as { eventID: number }).eventID)
const count = (n: number) => Array.from({ length: n }, (_, index) => index)

describe('Audit records beside the store', () => {
  test('are lines of a file, in order, which is rotated; a file moved away is begun anew', async () => {
    const file = join(folder, 'audit.jsonl')
    const log: unknown[] = []
    const forward = (most?: number) => {
      const made = auditForward(
        { auditForward: `file:${file}` },
        (_, entry) => log.push(entry),
        most,
      )
      if (made === undefined) throw new Error('nothing is forwarded')
      return made
    }
    const first = forward()
    for (const n of count(50)) first.take(line(n))
    await first.close()
    expect(idsIn(readFileSync(file, 'utf8'))).toEqual(count(50))

    renameSync(file, join(folder, 'moved'))
    const second = forward(4000)
    const files = () => readdirSync(folder).filter((name) => name.startsWith('audit.jsonl'))
    const written = () => {
      const oldestFirst = files().toSorted((a, b) => numberOf(b) - numberOf(a))
      return oldestFirst.flatMap((name) => idsIn(readFileSync(join(folder, name), 'utf8')))
    }
    for (const n of count(100)) {
      second.take(line(n))
      // ten at a time, however slow the thread is that writes them: it looks at the file's length between
      if (n % 10 === 9) await vi.waitFor(() => expect(written()).toContain(n), { timeout: 60_000 })
    }
    await second.close()
    expect(files().length).toBeGreaterThan(2)
    expect(written()).toEqual(count(100))
    expect(log).toEqual([])
  })

  test.skipIf(process.platform === 'win32')(
    'do not wait for a named pipe that nobody reads, nor does a stop',
    { tags: ['process'] },
    async () => {
      const file = join(folder, 'pipe')
      execFileSync('mkfifo', [file])
      const log: Readonly<Record<string, unknown>>[] = []
      const forward = auditForward({ auditForward: `file:${file}` }, (_, entry) =>
        log.push(entry as Readonly<Record<string, unknown>>),
      )
      forward?.take(line(1))
      await forward?.close()
      expect(log.map(({ audit }) => audit)).toEqual(['can not be forwarded now', 'not forwarded'])
    },
  )

  test('hold up nobody where they are not taken, and what is lost is counted', async () => {
    const log: Readonly<Record<string, unknown>>[] = []
    let away = true
    const written: Buffer[] = []
    const queue = forwardQueue(
      async (lines) => {
        if (away) throw new Error('no space left')
        written.push(lines)
      },
      (_, entry) => log.push(entry),
    )
    const large = Buffer.from(`${'x'.repeat(1024 * 1024)}\n`)
    for (const _ of count(20)) queue.take(large)
    await vi.waitFor(() => expect(log).toHaveLength(1), { timeout: 60_000 })
    expect(log).toMatchObject([{ audit: 'can not be forwarded now' }])
    away = false
    await queue.close()
    expect(Buffer.concat(written).length).toBe(15 * large.length)
    expect(log[1]).toEqual({ audit: 'not forwarded', records: 5 })
  })

  test('go where TENKEY_AUDIT_FORWARD says: a function has no file', () => {
    expect(readConfig({}).auditForward).toBe('')
    expect(readConfig({ TENKEY_AUDIT_FORWARD: 'stdout' }).auditForward).toBe('stdout')
    expect(() => readConfig({ TENKEY_AUDIT_FORWARD: 'syslog' })).toThrow(ConfigError)
    const settings = { TENKEY_STORE: 'memory', TENKEY_DATA: folder }
    expect(() => functionConfig({ ...settings, TENKEY_AUDIT_FORWARD: 'file:x' })).toThrow(
      ConfigError,
    )
    expect(functionConfig({ ...settings, TENKEY_AUDIT_FORWARD: 'stdout' }).auditForward).toBe(
      'stdout',
    )
  })
})

const numberOf = (name: string): number => Number(name.split('.').at(2) ?? 0)

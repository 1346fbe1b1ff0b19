// @module-tag process
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readConfig } from '../../core/config.ts'
import { settingsOf, unitOf } from '../support/systemd.ts'

const text = readFileSync('packaging/tenkey.service', 'utf8')
const unit = unitOf(text)
/** tenths of a point of systemd's own score of exposure, from 0 to 100; up to 20 it says OK */
const MOST_EXPOSED = 20

describe('tenkey.service', () => {
  test('has settings that can be, and its folders where its user may write', () => {
    const settings = settingsOf(unit)
    const config = readConfig(settings)
    // a loopback address, which needs neither a certificate nor a proxy
    expect(config).toMatchObject({ store: 'sqlite', host: '127.0.0.1' })
    expect(config.data).toBe(`/var/lib/${unit.get('StateDirectory')?.[0]}`)
    expect(settings['NODE_COMPILE_CACHE']).toBe(`/var/cache/${unit.get('CacheDirectory')?.[0]}`)
  })

  test('waits longer for its end than a server takes to answer what it took', () => {
    expect(Number(unit.get('TimeoutStopSec')?.[0])).toBeGreaterThan(8)
  })

  const systemd = spawnSync('systemd-analyze', ['--version']).status === 0
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-systemd-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  describe.skipIf(!systemd)('by systemd-analyze', () => {
    const file = join(folder, 'tenkey.service')
    // the program is where npm puts it, which is here another's machine
    writeFileSync(file, text.replace('/usr/local/bin/tenkey', process.execPath))
    const analyze = (...words: string[]) =>
      spawnSync('systemd-analyze', [...words, file], { encoding: 'utf8' })

    test('is a unit without a fault', () => {
      const { status, stderr } = analyze('verify')
      // it looks at units of the machine too
      const own = stderr.split('\n').filter((line) => line.includes('tenkey.service'))
      expect({ own, status }).toEqual({ own: [], status: 0 })
    })

    test('exposes no more than it must', () => {
      const words = ['security', '--offline=true', `--threshold=${MOST_EXPOSED}`, '--no-pager']
      const { status, stdout } = analyze(...words)
      expect(status, stdout).toBe(0)
    })
  })
})

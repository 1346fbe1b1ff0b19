// @module-tag process
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readConfig } from '../../core/config.ts'
import { tenantFile, writeCredential } from '../../server/credential-file.ts'
import { greeting, jsonLine } from '../../server/greeting.ts'
import { newFolder, removeFolders } from '../support/process.ts'

const SECRET = 'a/secret+of=forty/characters+in+base64=='
const TENANT = {
  accountId: '111122223333',
  accessKeyId: 'AKIAEXAMPLE234567890',
  secretAccessKey: SECRET,
}

afterAll(removeFolders)

function started(made: boolean, name = 'data') {
  const data = join(newFolder(), name)
  writeCredential(tenantFile(data), TENANT)
  const config = readConfig({ TENKEY_DATA: data })
  return { config, running: { address: 'http://127.0.0.1:4599', tenant: TENANT, made, others: [] } }
}

/** What a shell has once the lines are pasted. */
const pasted = (text: string): string =>
  execFileSync(
    'sh',
    ['-c', `${text.slice(text.indexOf('export '))}\nprintf %s "$AWS_SECRET_ACCESS_KEY"`],
    {
      env: { PATH: process.env['PATH'] },
      encoding: 'utf8',
    },
  )

describe('what a server says when it is ready', () => {
  test.each([
    { made: true, terminal: true, shown: true },
    { made: false, terminal: true, shown: false },
    { made: true, terminal: false, shown: false },
    { made: false, terminal: false, shown: false },
  ])('the secret is shown once, to a terminal alone: %j', ({ made, terminal, shown }) => {
    const { config, running } = started(made)
    const text = greeting(running, config, terminal)
    expect(text.includes(SECRET)).toBe(shown)
    expect(text).toContain(tenantFile(config.data))
  })

  test.each(['data', "it's here", '$(exit 1) `exit 1`', 'a "b" \\1 &'])(
    'pasted, the lines have the secret of its file, in a folder named %j',
    (name) => {
      const { config, running } = started(false, name)
      expect(pasted(greeting(running, config, false))).toBe(SECRET)
    },
  )

  test('a program is told the file, never the secret', () => {
    const { config, running } = started(true)
    const { secretAccessKey: _, ...named } = TENANT
    expect(JSON.parse(jsonLine(running, config))).toEqual({
      endpoint: running.address,
      region: 'us-east-1',
      newInstallation: true,
      ...named,
      credentialFile: tenantFile(config.data),
    })
  })

  const OTHER = { address: 'http://127.0.0.1:4600', pid: 7, since: '2026-01-02T03:04:05.678Z' }
  test.each([
    { store: 'sqlite', told: true },
    // many processes work on one table, and memory is each one's own
    { store: 'memory', told: false },
  ])('another server of the same folder is told where they share a store: $store', (asked) => {
    const { config, running } = started(false)
    const store = asked.store === 'sqlite' ? 'sqlite' : 'memory'
    const text = greeting({ ...running, others: [OTHER] }, { ...config, store }, false)
    const line = `Another process (7) serves this folder since ${OTHER.since}, on ${OTHER.address}: `
    expect(text.includes(line)).toBe(asked.told)
    const { address: endpoint, ...other } = OTHER
    expect(JSON.parse(jsonLine({ ...running, others: [OTHER] }, config))).toMatchObject({
      others: [{ endpoint, ...other }],
    })
  })

  test('without a first tenant there is nothing to paste', () => {
    const { config, running } = started(false)
    expect(greeting({ ...running, tenant: undefined }, config, true)).not.toContain('export')
  })
})

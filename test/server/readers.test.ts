// @module-tag process
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { KMSClient, ListKeysCommand } from '@aws-sdk/client-kms'
import { afterAll, describe, expect, test } from 'vitest'
import { client } from '../../server/cli/client.ts'
import { launch, newFolder, type Outcome, removeFolders } from '../support/process.ts'
import { startTarget } from '../support/target.ts'

afterAll(removeFolders)

/** Runs the command with a reader of stdout that goes before anything is said. */
async function unread(words: readonly string[], settings = {}): Promise<Outcome> {
  const { child, ended } = launch('server/tenkey.ts', words, settings)
  child.stdout.destroy()
  return ended
}

describe('who read the output has gone', () => {
  test.each([
    ['help', ['--help'], 0, ''],
    ['help of one command', ['tenant', 'create', '--help'], 0, ''],
    ['what is refused', ['tenant', 'create'], 2, /^tenkey: .*--name/],
  ] as const)('a command ends as it would have: %s', async (_, words, code, stderr) => {
    const outcome = await unread(words)
    expect(outcome).toMatchObject({ code, signal: null })
    if (stderr === '') expect(outcome.stderr).toBe('')
    else expect(outcome.stderr).toMatch(stderr)
  })

  test('what goes on looking ends: `audit --follow`', async () => {
    const target = await startTarget('sqlite')
    const operator = {
      TENKEY_ENDPOINT: target.url,
      TENKEY_OPERATOR_ACCESS_KEY_ID: target.operator.accessKeyId,
      TENKEY_OPERATOR_SECRET_ACCESS_KEY: target.operator.secretAccessKey,
    }
    await client(operator).call('POST', '/admin/v1/tenants', { Name: 'on record' })
    const words = ['audit', '--follow', '--since', '1h']
    const { child, ended } = launch('server/tenkey.ts', words, operator)
    child.stdout.destroy()
    try {
      await expect.poll(() => child.exitCode, { timeout: 20_000 }).toBe(0)
      expect((await ended).stderr).toBe('')
    } finally {
      child.kill()
      await target.stop()
    }
  })

  test.each([
    ['`serve`', ['serve']],
    ['no command', []],
  ] as const)('the service goes on: %s', async (_, words) => {
    const data = newFolder()
    const { child, said, ended } = launch('server/tenkey.ts', words, {
      TENKEY_DATA: data,
      TENKEY_PORT: '0',
      // each call writes to stdout, and to stderr that stdout is gone
      TENKEY_AUDIT_FORWARD: 'stdout',
    })
    try {
      await expect.poll(() => said.stdout, { timeout: 20_000 }).toMatch(/is ready on \S+/)
      const [, endpoint = ''] = /is ready on (\S+)/.exec(said.stdout) ?? []
      child.stdout.destroy()
      child.stderr.destroy()
      const credentials = JSON.parse(readFileSync(join(data, 'tenant.json'), 'utf8'))
      const kms = new KMSClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 })
      for (let call = 0; call < 5; call++) {
        expect((await kms.send(new ListKeysCommand())).Keys).toEqual([])
      }
      kms.destroy()
      child.kill()
      expect(await ended).toMatchObject({ code: 0, signal: null })
    } finally {
      child.kill()
    }
  })
})

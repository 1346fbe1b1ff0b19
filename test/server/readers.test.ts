// @module-tag process
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { runCommand } from '../support/command.ts'
import { launch } from '../support/process.ts'
import { startTarget } from '../support/target.ts'

describe('A command whose output reaches nobody', () => {
  test('ends as it would have where the reader has gone, without a word', async () => {
    const { child, ended } = launch('server/tenkey.ts', ['--help'], {})
    child.stdout.destroy()
    expect(await ended).toMatchObject({ code: 0, stderr: '' })
  })

  test.runIf(existsSync('/dev/full')).for([['--help'], ['tenant', 'list', '--help']])(
    'fails and says so where the disk is full: %s',
    async (words) => {
      const full = openSync('/dev/full', 'w')
      const script = fileURLToPath(new URL('../../server/tenkey.ts', import.meta.url))
      const child = spawn(process.execPath, [script, ...words], { stdio: ['ignore', full, 'pipe'] })
      closeSync(full)
      let stderr = ''
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        stderr += text
      })
      const [code] = await once(child, 'close')
      expect(stderr).toMatch(/^tenkey: what it printed was not written: ENOSPC[^\n]*\n$/)
      expect(code).toBe(1)
    },
  )

  test('stops following the trail', { tags: ['long'] }, async () => {
    const target = await startTarget('memory')
    try {
      const settings = {
        TENKEY_ENDPOINT: target.url,
        TENKEY_OPERATOR_ACCESS_KEY_ID: target.operator.accessKeyId,
        TENKEY_OPERATOR_SECRET_ACCESS_KEY: target.operator.secretAccessKey,
      }
      const create = (name: string) => runCommand(['tenant', 'create', '--name', name], settings)
      await create('first')
      const words = ['audit', '--follow', '--since', '1h']
      const { child, ended } = launch('server/tenkey.ts', words, settings)
      await once(child.stdout, 'data')
      child.stdout.destroy()
      await create('second')
      expect(await ended).toMatchObject({ code: 0, stderr: '' })
    } finally {
      await target.stop()
    }
  })
})

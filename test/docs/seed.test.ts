// @module-tag process
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { runCommand } from '../support/command.ts'
import { startTarget } from '../support/target.ts'

const folder = mkdtempSync(join(tmpdir(), 'tenkey-seed-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the example of docs/seed.md is sown, and once more changes nothing', async () => {
  const page = readFileSync(new URL('../../docs/seed.md', import.meta.url), 'utf8')
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? []
  const file = join(folder, 'seed.yaml')
  writeFileSync(file, example)
  const target = await startTarget('memory')
  const sown = () =>
    runCommand(['seed', file, '--credentials', join(folder, 'made.json')], {
      TENKEY_ENDPOINT: target.url,
      TENKEY_OPERATOR_ACCESS_KEY_ID: target.operator.accessKeyId,
      TENKEY_OPERATOR_SECRET_ACCESS_KEY: target.operator.secretAccessKey,
    })
  try {
    expect(await sown()).toMatchObject({ code: 0, stderr: '' })
    expect(await sown()).toMatchObject({ code: 0, stdout: 'all is there as the file says\n' })
  } finally {
    await target.stop()
  }
})

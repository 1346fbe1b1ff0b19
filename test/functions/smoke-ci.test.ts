// @module-tag process
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('the smoke test of containers is told what was deployed, and others are not', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-ci-'))
  try {
    for (const name of ['.ci', '.sst', 'bin']) mkdirSync(join(folder, name))
    copyFileSync(new URL('../../.ci/smoke', import.meta.url), join(folder, '.ci/smoke'))
    const outputs = { url: 'https://kms.example', alarms: 'arn:topic' }
    const says = (name: string, words: string) =>
      writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${words}\n`, { mode: 0o755 })
    says('aws', 'echo {}')
    says('npm', 'echo "$@"')
    // `jq -er --arg name NAME FILTER FILE`
    says(
      'jq',
      `node -e 'const [, name, file] = process.argv
      const value = JSON.parse(require("fs").readFileSync(file))[name]
      console.log(value ?? null); process.exitCode = value === undefined ? 1 : 0' "$4" "$6"`,
    )
    const run = (more: object): string => {
      writeFileSync(join(folder, '.sst/outputs.json'), JSON.stringify({ ...outputs, ...more }))
      const env = { PATH: `${join(folder, 'bin')}:${process.env['PATH']}`, OPERATOR_SECRET: 's' }
      return execFileSync(join(folder, '.ci/smoke'), { env, encoding: 'utf8' }).trim()
    }
    const words = 'run -s smoke -- https://kms.example --alarms arn:topic'
    expect(run({})).toBe(words)
    expect(run({ service: 'cluster/server', taskDefinition: 'arn:task' })).toBe(
      `${words} --service cluster/server --task-definition arn:task`,
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
})

// @module-tag process
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sendRest } from '../support/calls.ts'
import { slice } from '../support/slice.ts'
import { type Credential, startTarget, type Target } from '../support/target.ts'

const run = promisify(execFile)
const text = readFileSync(new URL('../../docs/rest.md', import.meta.url), 'utf8')

/** The example of a language. */
function example(language: string): string {
  const found = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(text)?.[1]
  if (found === undefined) throw new Error(`docs/rest.md has no ${language}`)
  return found
}

interface Toolchain {
  readonly language: string
  readonly file: string
  /** what the machine must have beside it */
  readonly needs: string
  /** prepares its folder; fails where the machine has not what it needs */
  ready(folder: string): Promise<unknown>
  command(file: string): readonly [string, ...string[]]
}

/** Modules come from the machine's own cache alone, which can stand for a proxy. */
const OFFLINE = { GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local', GOSUMDB: 'off' }
const GO_PACKAGES = [
  'github.com/aws/aws-sdk-go-v2/aws/signer/v4',
  'github.com/aws/aws-sdk-go-v2/config',
]

const toolchains: readonly Toolchain[] = [
  {
    ...{ language: 'js', file: 'example.mjs', needs: 'Node.js' },
    ready: async (folder) =>
      symlinkSync(new URL('../../node_modules', import.meta.url), join(folder, 'node_modules')),
    command: (file) => [process.execPath, file],
  },
  {
    ...{ language: 'python', file: 'example.py', needs: 'Python 3 with botocore' },
    ready: () => run('python3', ['-c', 'import botocore.auth']),
    command: (file) => ['python3', file],
  },
  {
    ...{ language: 'go', file: 'main.go', needs: 'Go, its module cache with AWS’s SDK' },
    async ready(folder) {
      writeFileSync(join(folder, 'go.mod'), 'module example\n\ngo 1.24\n')
      const { stdout } = await run('go', ['env', 'GOMODCACHE'])
      const GOPROXY = `file://${stdout.trim()}/cache/download`
      const env = { ...process.env, ...OFFLINE, GOPROXY }
      await run('go', ['get', ...GO_PACKAGES], { cwd: folder, env })
    },
    command: (file) => ['go', 'run', file],
  },
]

describe('docs/rest.md', () => {
  let target: Target
  let tenant: Credential
  const folder = mkdtempSync(join(tmpdir(), 'rest-examples-'))
  beforeAll(async () => {
    target = await startTarget('memory')
    const line = 'POST /admin/v1/tenants'
    const { json } = await sendRest(target, target.operator, line, { body: '{"Name":"docs"}' })
    const key = json['AccessKey'] as { AccessKeyId: string; SecretAccessKey: string }
    tenant = {
      accountId: String(json['AccountId']),
      accessKeyId: key.AccessKeyId,
      secretAccessKey: key.SecretAccessKey,
    }
  })
  afterAll(async () => {
    await target.stop()
    rmSync(folder, { recursive: true })
  })

  // Go compiles AWS's SDK first: a minute of a core
  test.for(slice(toolchains, ({ language }) => language !== 'go'))(
    'the example in $language signs a call',
    async (one, { skip }) => {
      const own = mkdtempSync(join(folder, `${one.language}-`))
      const file = join(own, one.file)
      writeFileSync(file, example(one.language))
      try {
        await one.ready(own)
      } catch {
        return skip(`needs ${one.needs}`)
      }
      const [command, ...words] = one.command(file)
      const { stdout } = await run(command, words, {
        cwd: own,
        env: {
          ...process.env,
          ...OFFLINE,
          GOPROXY: 'off',
          NODE_OPTIONS: '',
          AWS_EC2_METADATA_DISABLED: 'true',
          AWS_ACCESS_KEY_ID: tenant.accessKeyId,
          AWS_SECRET_ACCESS_KEY: tenant.secretAccessKey,
          AWS_SESSION_TOKEN: '',
          AWS_ENDPOINT_URL_KMS: target.url,
        },
      })
      const { KeyMetadata } = JSON.parse(stdout)
      expect(KeyMetadata.Description).toMatch(/^by (Node\.js|Python|Go)$/)
    },
  )
})

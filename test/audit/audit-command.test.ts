// @module-tag local: it runs the command line in this process
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, test, vi } from 'vitest'
import { run } from '../../server/cli/program.ts'
import type { Recorded } from '../support/cloudtrail.ts'
import { runCommand } from '../support/command.ts'
import { type Credential, describeStores, REGION } from '../support/harness.ts'

describeStores(
  'tenkey audit',
  (harness) => {
    const environment = (credential?: Credential) => ({
      TENKEY_ENDPOINT: harness.target.url,
      TENKEY_OPERATOR_ACCESS_KEY_ID: harness.operator.accessKeyId,
      TENKEY_OPERATOR_SECRET_ACCESS_KEY: harness.operator.secretAccessKey,
      ...(credential !== undefined && {
        AWS_ACCESS_KEY_ID: credential.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credential.secretAccessKey,
      }),
    })
    const said = async (credential: Credential | undefined, ...words: string[]) => {
      const result = await runCommand(['audit', ...words], environment(credential))
      if (result.code !== 0) throw new Error(result.stderr)
      return result.stdout
    }
    const records = async (credential: Credential | undefined, ...words: string[]) =>
      JSON.parse(await said(credential, '--json', ...words)) as Recorded[]

    test('searches a tenant’s trail, and the operator’s own', async () => {
      const tenant = await harness.tenant()
      const key = await harness.key(tenant)
      await harness.ok(tenant, 'CreateAlias', {
        AliasName: 'alias/a b'.replace(' ', '/'),
        TargetKeyId: key.id,
      })
      await harness.call('aws', tenant, 'Encrypt', { KeyId: key.id, Plaintext: '' })
      const soon = new Date(Date.now() + 60_000).toISOString()
      const names = async (...words: string[]) =>
        (await records(tenant, '--tenant', ...words)).map(({ eventName }) => eventName)
      expect(await names('--key', 'alias/a/b')).toEqual(['Encrypt', 'CreateAlias', 'CreateKey'])
      expect(await names('--key', key.id, '--error', 'ValidationException')).toEqual(['Encrypt'])
      expect(await names('--event', 'CreateKey', '--since', '1h', '--until', soon)).toHaveLength(1)
      expect(await names('--principal', tenant.accessKeyId, '--limit', '1')).toHaveLength(1)
      const table = await said(tenant, '--tenant', '--key', key.id)
      expect(table).toMatch(/^time +event +outcome +principal +resources +source\n/)
      expect(table).toContain(`key/${key.id}`)
      const made = await records(undefined, '--event', 'CreateTenant')
      expect(made[0]).toMatchObject({ recipientAccountId: '000000000000' })
    })

    test('says what is wrong with its words, or has no credential', async () => {
      for (const [words, code, text] of [
        [['--since', 'yesterday'], 2, 'is no time'],
        [['--limit', '0'], 2, 'is no number'],
        [['--tenant'], 1, 'AWS_ACCESS_KEY_ID'],
        [['--event', 'Nothing'], 1, "EventName 'Nothing' matches no event"],
        [['export', '--out', 'x'], 2, '--since is missing'],
      ] as const) {
        const result = await runCommand(['audit', ...words], environment())
        expect(result.stderr).toContain(text)
        expect(result.code).toBe(code)
      }
    })

    test('goes on with what comes, each once, and does not show its own looking', {
      tags: ['long'],
    }, async () => {
      const tenant = await harness.tenant()
      const lines: Recorded[] = []
      const print = vi.spyOn(console, 'log').mockImplementation((text: string) => {
        lines.push(JSON.parse(text) as Recorded)
      })
      const words = ['audit', '--tenant', '--follow', '--json', '--since', '1h']
      // it ends with the process; here with its server's refusal of a suspended tenant
      const following = run(words, environment(tenant))
      try {
        await harness.ok(tenant, 'ListKeys')
        await vi.waitFor(
          () => expect(lines.map(({ eventName }) => eventName)).toContain('ListKeys'),
          { timeout: 120_000 },
        )
        await harness.ok(tenant, 'ListAliases')
        await vi.waitFor(
          () => expect(lines.map(({ eventName }) => eventName)).toContain('ListAliases'),
          { timeout: 120_000 },
        )
      } finally {
        const input = { AccountId: tenant.accountId }
        const error = vi.spyOn(console, 'error').mockImplementation(() => undefined)
        await harness.ok(harness.operator, 'SuspendTenant', input, { via: 'rest' })
        expect(await following).toBe(1)
        error.mockRestore()
        print.mockRestore()
      }
      expect(lines.map(({ eventName }) => eventName)).toEqual([
        'CreateTenant',
        'ListKeys',
        'ListAliases',
      ])
    })

    test('exports CloudTrail’s own files (what finds what in them: exported.test.ts)', async () => {
      const tenant = await harness.tenant()
      const { accountId } = tenant
      const key = await harness.key(tenant)
      await harness.ok(tenant, 'DisableKey', { KeyId: key.id })
      const { credential } = await harness.user(tenant, 'nobody')
      if (credential === undefined) throw new Error('no access key')
      await harness.call('aws', credential, 'ListKeys')
      const folder = mkdtempSync(join(tmpdir(), 'tenkey-export-'))
      try {
        const words = ['--tenant', '--since', '1h', 'export', '--out', folder]
        const written = await records(tenant, ...words)
        const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
          name.endsWith('.gz'),
        )
        const paths = files.map((name) => join(folder, name))
        expect(written.map(({ file }) => String(file)).sort()).toEqual(paths.sort())
        const name = new RegExp(
          `^AWSLogs/${accountId}/CloudTrail/${REGION}/\\d{4}/\\d\\d/\\d\\d/${accountId}_CloudTrail_${REGION}_\\d{8}T\\d{4}Z_[A-Za-z0-9]{16}\\.json\\.gz$`,
        )
        const all = files.flatMap((file) => {
          expect(file).toMatch(name)
          expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600)
          const json = JSON.parse(gunzipSync(readFileSync(join(folder, file))).toString())
          expect(Object.keys(json)).toEqual(['Records'])
          return json.Records as Recorded[]
        })
        // what it asks itself is on record, and there where it reads more than one day: in the hour after midnight
        const others = all.filter(({ eventName }) => eventName !== 'ListAuditRecords')
        expect(others.map(({ eventName }) => eventName)).toEqual([
          'CreateTenant',
          'CreateKey',
          'DisableKey',
          'CreatePrincipal',
          'ListKeys',
        ])
        const times = all.map(({ eventTime }) => String(eventTime))
        expect(times).toEqual(times.toSorted())
      } finally {
        rmSync(folder, { recursive: true })
      }
    })
  },
  ['sqlite'],
)

// @module-tag local: runs the command line over an installation of this process
import { beforeAll, describe, expect, test } from 'vitest'
import { runCommand } from '../support/command.ts'
import { describeStores, type Tenant } from '../support/harness.ts'
import { callXks, credentialOf, metadata } from '../support/xks.ts'

describeStores(
  'tenkey xks credential',
  (harness) => {
    let tenant: Tenant
    let environment: Record<string, string>
    const run = (...words: string[]) => runCommand(['xks', 'credential', ...words], environment)
    beforeAll(async () => {
      tenant = await harness.tenant()
      const { operator, url } = harness.target
      environment = {
        TENKEY_ENDPOINT: url,
        TENKEY_OPERATOR_ACCESS_KEY_ID: operator.accessKeyId,
        TENKEY_OPERATOR_SECRET_ACCESS_KEY: operator.secretAccessKey,
      }
    })

    const encrypts = async (json: string, key: string) => {
      const credential = credentialOf(JSON.parse(json))
      const body = {
        requestMetadata: metadata(),
        plaintext: 'SGVsbG8gV29ybGQh',
        encryptionAlgorithm: 'AES_GCM',
      }
      const path = `${credential.path}/keys/${key}/encrypt`
      const { status, errorName } = await callXks(harness.target, credential, path, body)
      return errorName ?? status
    }

    test('create prints what AWS’s console takes, and says which role it made', async () => {
      const account = ['--account', tenant.accountId]
      const made = await run('create', ...account, '--json')
      expect(made.code, made.stderr).toBe(0)
      // the file of the specification, "XKS proxy configuration in AWS KMS console"
      expect(JSON.parse(made.stdout)).toEqual({
        XksProxyUriPath: expect.stringMatching(/^\/[a-z0-9-]+\/kms\/xks\/v1$/),
        XksProxyAuthenticationCredential: {
          AccessKeyId: expect.stringMatching(/^[A-Z2-7]{30}$/),
          RawSecretAccessKey: expect.stringMatching(/^[A-Za-z0-9/+=]{64}$/),
        },
      })
      expect(made.stderr).toContain(
        `made arn:aws:iam::${tenant.accountId}:role/aws: its identity policy`,
      )
      // a key with the default policy lets it in
      const { id } = await harness.key(tenant)
      expect(await encrypts(made.stdout, id)).toBe(200)
      // one whose key policy leaves nothing to identity policies does not
      const Statement = {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${tenant.accountId}:root` },
        Action: 'kms:PutKeyPolicy',
        Resource: '*',
      }
      const closed = await harness.key(tenant, {
        Policy: JSON.stringify({ Version: '2012-10-17', Statement }),
      })
      expect(await encrypts(made.stdout, closed.id)).toBe('AccessDeniedException')
      // nobody gets to be that role otherwise
      const { code } = await harness.call('rest', tenant, 'AssumeRole', {
        RoleArn: `arn:aws:iam::${tenant.accountId}:role/aws`,
        RoleSessionName: 'me',
      })
      expect(code).toBe('AccessDeniedException')

      const again = await run('create', ...account, '--json')
      expect(again).toMatchObject({ code: 1, stdout: '' })
      expect(again.stderr).toContain('--principal role/aws')
      const another = await run('create', ...account, '--principal', 'role/aws', '--json')
      expect(another).toMatchObject({ code: 0, stderr: '' })
      expect(JSON.parse(another.stdout).XksProxyUriPath).not.toBe(
        JSON.parse(made.stdout).XksProxyUriPath,
      )
    })

    test('list, rotate and delete', async () => {
      const theirs = await harness.tenant()
      await harness.user(theirs, 'hand')
      const account = ['--account', theirs.accountId]
      const made = await run('create', ...account, '--principal', 'user/hand', '--json')
      const first = credentialOf(JSON.parse(made.stdout))
      const rotated = await run('rotate', first.accessKeyId, ...account, '--json')
      const second = credentialOf(JSON.parse(rotated.stdout))
      expect(second.path).toBe(first.path)
      const third = await run('rotate', theirs.accountId, first.accessKeyId)
      expect(third).toMatchObject({ code: 1 })
      expect(third.stderr).toContain('has 2 credentials')
      const list = await run('list', ...account, '--json')
      const ids = JSON.parse(list.stdout).map((one: Record<string, string>) => one['accessKeyId'])
      expect(ids).toEqual([first.accessKeyId, second.accessKeyId])
      expect(list.stdout).not.toContain(first.secretAccessKey)
      const gone = await run('delete', first.accessKeyId, ...account, '--json')
      expect(JSON.parse(gone.stdout)).toMatchObject({ deleted: true })
      const table = await run('list', ...account)
      expect(table.stdout).toContain(second.accessKeyId)
      expect(table.stdout).not.toContain(first.accessKeyId)
    })

    describe('is misused', () => {
      test.for([
        [['create'], '--account is missing'],
        [['create', '--account', '111122223333', '--principal', 'root'], 'is not role/NAME'],
        [['rotate', '--account', '111122223333'], 'AXKS'],
        [['delete', '111122223333', 'AKIAlower'], 'AXKS'],
      ] as const)('%s', async ([words, told]) => {
        const said = await run(...words)
        expect(said.code).toBe(2)
        expect(said.stderr).toContain(told)
      })
    })
  },
  ['sqlite'],
)

// @module-tag process
import { execFile } from 'node:child_process'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Tenant } from '../support/harness.ts'
import { type Device, deviceOf } from '../support/mfa.ts'
import type { Credential } from '../support/target.ts'
import { allow, credentialOf, document, sessionWorld } from './world.ts'

const world = sessionWorld()
const { harness } = world

const run = (words: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  new Promise<{ readonly code: number; readonly out: string; readonly err: string }>((resolve) =>
    execFile('aws', words, { env: { ...process.env, ...env } }, (error, out, err) =>
      resolve({ code: error === null ? 0 : 1, out, err }),
    ),
  )
const there = (await run(['--version'])).code === 0
if (!there) process.stderr.write('skipped: no AWS CLI is here\n')

/** The AWS CLI as a credential, whatever the machine's own settings are. */
const aws = ({ accessKeyId, secretAccessKey, sessionToken }: Credential, ...words: string[]) =>
  run([...words, '--endpoint-url', harness.target.url, '--output', 'json'], {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken ?? '',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
  })

describe.runIf(there)('aws sts', () => {
  let tenant: Tenant
  let user: Credential
  let device: Device
  let key: string

  beforeAll(async () => {
    tenant = await harness.tenant()
    const made = await harness.user(tenant, 'alice', { Policy: document(allow('kms:*')) })
    if (made.credential === undefined) throw new Error('a user has an access key')
    user = made.credential
    const owner = { principal: 'user/alice', principalId: made.id }
    device = await deviceOf(harness.inside.service, tenant.accountId, owner, 'phone')
    const everybody = { Principal: { AWS: tenant.accountId } }
    const mfa = { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }
    const Policy = document(
      allow(['kms:Create*', 'kms:Put*'], everybody),
      allow('kms:Encrypt', { ...everybody, ...mfa }),
    )
    key = (await harness.key(tenant, { Policy })).id
  })

  test('get-session-token --serial-number --token-code opens a key that asks for a second factor, once', async () => {
    const encrypt = (by: Credential) =>
      aws(by, 'kms', 'encrypt', '--key-id', key, '--plaintext', 'AAAA')
    const denied = await encrypt(user)
    expect(denied.err).toContain('(AccessDeniedException)')
    // the code that comes next is taken longest: the command needs seconds to start
    const shown = ['--serial-number', device.serial, '--token-code', device.code(1)]
    const token = await aws(user, 'sts', 'get-session-token', ...shown)
    expect(token.err).toBe('')
    const { Credentials } = JSON.parse(token.out) as { Credentials: unknown }
    const session = credentialOf(tenant.accountId, Credentials)
    const { err, out } = await encrypt(session)
    expect(err).toBe('')
    expect(JSON.parse(out)).toMatchObject({ KeyId: expect.stringContaining(key) })
    const again = await aws(user, 'sts', 'get-session-token', ...shown)
    expect(again.code).toBe(1)
    expect(again.err).toContain(
      'An error occurred (AccessDenied) when calling the GetSessionToken operation: MultiFactorAuthentication failed with invalid MFA one time pass code.',
    )
  })
})

// @module-tag process
// @module-tag local: starts processes that call the installation
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import { describeStores, type Harness, type Tenant } from '../support/harness.ts'

const SCRIPT = fileURLToPath(new URL('../support/iam-clients.py', import.meta.url))

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly errors: string
}

/** Runs a program to its end; undefined where it isn't here. */
const run = (program: string, words: readonly string[], env: Record<string, string>) =>
  new Promise<Ended | undefined>((resolve) => {
    const child = spawn(program, [...words], {
      env: { PATH: process.env['PATH'], HOME: '/nonexistent', ...env },
    })
    let [out, errors] = ['', '']
    child.stdout.on('data', (chunk) => {
      out += chunk
    })
    child.stderr.on('data', (chunk) => {
      errors += chunk
    })
    child.on('error', () => resolve(undefined))
    child.on('close', (code) => resolve({ code, out, errors }))
  })

describeStores(
  'AWS’s own clients of IAM',
  (harness: Harness) => {
    let tenant: Tenant
    beforeAll(async () => {
      tenant = await harness.tenant()
    })
    const credentials = () => ({
      AWS_ACCESS_KEY_ID: tenant.accessKeyId,
      AWS_SECRET_ACCESS_KEY: tenant.secretAccessKey,
      AWS_EC2_METADATA_DISABLED: 'true',
    })

    test('boto3 makes, reads, lists, waits for and deletes all of it', async ({ skip }) => {
      const ended = await run('python3', [SCRIPT, `${harness.target.url}/iam`], credentials())
      if (ended === undefined || ended.code === 3) {
        process.stderr.write('skipped: no Python with boto3 is here\n')
        skip()
        return
      }
      expect(ended.errors).toBe('')
      expect(JSON.parse(ended.out)).toEqual({
        account: tenant.accountId,
        exists: 'EntityAlreadyExists',
        inline: true,
        attachable: true,
        attached: ['managed'],
        document: true,
        groups: ['one', 'three', 'two'],
        status: 'Active',
        trust: true,
        simulated: ['allowed', 'implicitDeny'],
        summary: 3,
        details: true,
        conflict: 'DeleteConflict',
        gone: 'NoSuchEntity',
        invalid: 'ValidationError',
      })
    })

    test('the AWS CLI, by AWS_ENDPOINT_URL_IAM', async ({ skip }) => {
      const env = {
        ...credentials(),
        AWS_ENDPOINT_URL_IAM: `${harness.target.url}/iam`,
        AWS_REGION: 'eu-central-1',
        AWS_DEFAULT_REGION: 'eu-central-1',
      }
      const aws = (...words: string[]) => run('aws', ['iam', ...words, '--output', 'json'], env)
      const made = await aws('create-user', '--user-name', 'cli', '--tags', 'Key=a,Value=b')
      if (made === undefined) {
        process.stderr.write('skipped: no AWS CLI is here\n')
        skip()
        return
      }
      expect(made.errors).toBe('')
      expect(JSON.parse(made.out).User).toMatchObject({ UserName: 'cli', Path: '/' })
      const listed = await aws('list-users', '--query', 'Users[].UserName')
      expect(JSON.parse(listed?.out ?? '')).toContain('cli')
      const missing = await aws('get-user', '--user-name', 'nobody')
      expect(missing?.code).not.toBe(0)
      expect(missing?.errors).toContain(
        'An error occurred (NoSuchEntity) when calling the GetUser operation: The user with name nobody cannot be found.',
      )
    })
  },
  ['sqlite'],
)

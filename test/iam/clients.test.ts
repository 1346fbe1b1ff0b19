// @module-tag process
// @module-tag local: starts processes that call the installation
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import { serviceOf } from '../../core/operation.ts'
import { iamOperations } from '../../operations/iam-registry.ts'
import { operations } from '../../operations/registry.ts'
import { describeStores, type Harness, type Tenant } from '../support/harness.ts'

const scriptAt = (name: string) => fileURLToPath(new URL(`../support/${name}`, import.meta.url))

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
      const ended = await run(
        'python3',
        [scriptAt('iam-clients.py'), `${harness.target.url}/iam`],
        credentials(),
      )
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

    test('boto3 calls every operation of AWS IAM and AWS STS that is here', async ({ skip }) => {
      const { accountId, ...root } = await harness.tenant()
      const ended = await run('python3', [scriptAt('iam-everything.py'), harness.target.url], {
        ...credentials(),
        AWS_ACCESS_KEY_ID: root.accessKeyId,
        AWS_SECRET_ACCESS_KEY: root.secretAccessKey,
      })
      if (ended === undefined || ended.code === 3) {
        process.stderr.write('skipped: no Python with boto3 is here\n')
        skip()
        return
      }
      expect(ended.errors).toBe('')
      const { called, told } = JSON.parse(ended.out)
      const ofSts = operations.filter((one) => serviceOf(one) === 'sts' && one.docs !== undefined)
      expect(called).toEqual(
        [
          ...iamOperations.map(({ name }) => `iam:${name}`),
          // what is not there is refused
          'iam:CreateLoginProfile',
          ...ofSts.map(({ name }) => `sts:${name}`),
        ].sort(),
      )
      const attached = ['AWSKeyManagementServicePowerUser', 'ReadOnlyAccess', 'own']
      expect(told).toEqual({
        ...{ 'attached to user': attached, 'attached to group': attached },
        ...{ 'attached to role': attached, 'delete user': 'DeleteConflict' },
        ...{ 'delete group': 'DeleteConflict', 'delete role': 'DeleteConflict' },
        ...{ 'delete policy': 'DeleteConflict', 'delete default': 'DeleteConflict' },
        who: `arn:aws:iam::${accountId}:user/a/ana`,
        ...{ 'last used': 'sts', 'wrong codes': 'InvalidAuthenticationCode' },
        ...{ 'device in use': 'DeleteConflict', 'code again': 'AccessDenied', session: true },
        role: `arn:aws:sts::${accountId}:assumed-role/job/night`,
        federated: `arn:aws:sts::${accountId}:federated-user/bob`,
        ...{ 'key of': true, 'federated on IAM': 'InvalidClientTokenId' },
        ...{ renamed: `arn:aws:iam::${accountId}:user/b/anna`, 'its groups': ['crew'] },
        ...{ 'provider again': 'EntityAlreadyExists', 'web identity': 'InvalidIdentityToken' },
        ...{ 'delete profile': 'DeleteConflict', 'no password': 'NoSuchEntity' },
        ...{ 'no password to delete': 'NoSuchEntity', groups: 1, details: [1, 1, 1, 3] },
        ...{ simulated: ['allowed', 'implicitDeny'], 'user again': 'EntityAlreadyExists' },
        ...{ malformed: 'MalformedPolicyDocument', 'malformed trust': 'MalformedPolicyDocument' },
        ...{ 'no such': 'NoSuchEntity', 'third key': 'LimitExceeded', marker: 'ValidationError' },
        ...{ 'service password': 'InvalidAction', 'delete user in a group': 'DeleteConflict' },
        'key of who is gone': 'InvalidClientTokenId',
        'session of who is gone': 'InvalidClientTokenId',
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

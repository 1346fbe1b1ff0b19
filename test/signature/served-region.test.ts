import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ConfigError, readConfig } from '../../core/config.ts'
import { type Running, serve } from '../../server/serve.ts'
import { send } from '../support/http.ts'
import { newFolder } from '../support/process.ts'

const SERVED = 'eu-west-1'
const OTHER = 'us-east-1'

describe('A service of one Region', () => {
  let running: Running
  const client = (region: string) => {
    const { accessKeyId = '', secretAccessKey = '' } = running.tenant ?? {}
    return { region, endpoint: running.address, credentials: { accessKeyId, secretAccessKey } }
  }
  beforeAll(async () => {
    const settings = { TENKEY_DATA: newFolder(), TENKEY_PORT: '0', TENKEY_STORE: 'memory' }
    running = await serve(readConfig({ ...settings, TENKEY_REGION: SERVED }))
  })
  afterAll(() => running.stop())

  test('answers for it', async () => {
    const { KeyMetadata } = await new KMSClient(client(SERVED)).send(new CreateKeyCommand({}))
    expect(KeyMetadata?.Arn).toContain(`:kms:${SERVED}:`)
  })

  test('refuses what is signed for another, in AWS’s words', async () => {
    const refused = new KMSClient(client(OTHER)).send(new CreateKeyCommand({}))
    await expect(refused).rejects.toMatchObject({
      name: 'InvalidSignatureException',
      message: `Credential should be scoped to a valid region, not '${OTHER}'.`,
      $metadata: { httpStatusCode: 400 },
    })
  })

  test('answers AWS STS for any: what it issues belongs to none', async () => {
    const { Account } = await new STSClient(client(OTHER)).send(new GetCallerIdentityCommand({}))
    expect(Account).toBe(running.tenant?.accountId)
  })

  test('refuses a bearer token for another', async () => {
    const { status, text } = await send(running.address, {
      method: 'GET',
      target: '/v1/keys',
      body: '',
      headers: {
        host: 'localhost',
        authorization: 'Bearer e30.e30.e30',
        'x-tenkey-account': running.tenant?.accountId ?? '',
        'x-tenkey-region': OTHER,
      },
    })
    expect(status).toBe(400)
    expect(JSON.parse(text)).toMatchObject({
      code: 'IncompleteSignatureException',
      detail: `This service does not answer for Region ${OTHER}.`,
    })
  })
})

test.for(['eu-west', 'EU-WEST-1', 'eu-west-1,us-east-1'])(
  'TENKEY_REGION %s is no Region',
  (value) => {
    const read = () => readConfig({ TENKEY_REGION: value })
    expect(read).toThrow(new ConfigError(`TENKEY_REGION is '${value}'; it must be an AWS Region`))
  },
)

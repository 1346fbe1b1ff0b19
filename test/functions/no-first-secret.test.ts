// @module-tag process
// @module-tag bundles
// @module-tag dynamodb
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SignatureV4 } from '@smithy/signature-v4'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { OPERATOR_ACCOUNT } from '../../core/base/arn.ts'
import { credentialItem } from '../../core/identity/credential.ts'
import { openRoot } from '../../core/service.ts'
import { dynamodbStore } from '../../core/store/dynamodb.ts'
import { createTable } from '../../core/store/dynamodb-create.ts'
import type { Item, Store } from '../../core/store/store.ts'
import { proofDigest } from '../../functions/middleware/router.ts'
import type { IamIdentity } from '../../server/lambda-gateway/aws-iam.ts'
import { type Gateway, startGateway } from '../../server/lambda-gateway/gateway.ts'
import { runCommand } from '../support/command.ts'
import { startDynalite } from '../support/dynalite.ts'
import { send } from '../support/http.ts'
import { Sha256 } from '../support/sha256.ts'
import { builtTogether } from './build-together.ts'

/** A stage with STACK_OPERATORS_BY_IAM from its first day on: nothing is ever written to a file, and nobody has a key. */

const REGION = 'eu-west-1'
const AWS = '555566667777'
const root: IamIdentity = {
  accessKeyId: 'ASIAROOT000000000000',
  secretAccessKey: 'r'.repeat(40),
  sessionToken: Buffer.alloc(300, 7).toString('base64'),
  accountId: AWS,
  userArn: `arn:aws:sts::${AWS}:assumed-role/platform/ana@example.com`,
  userId: 'AROAPLATFORM:ana@example.com',
}
const eva: IamIdentity = {
  accessKeyId: 'AKIAEVA0000000000000',
  secretAccessKey: 'e'.repeat(40),
  accountId: AWS,
  userArn: `arn:aws:iam::${AWS}:user/eva`,
  userId: 'AIDAEVA',
}
const stranger: IamIdentity = {
  ...eva,
  accessKeyId: 'AKIASTRANGER00000000',
  userArn: `arn:aws:iam::${AWS}:user/stranger`,
}
const operators = `root=arn:aws:iam::${AWS}:role/admins/platform user/eva=${eva.userArn}`

const folder = mkdtempSync(join(tmpdir(), 'tenkey-test-'))
let dynalite: Awaited<ReturnType<typeof startDynalite>>
let gateway: Gateway
let environment: Record<string, string>
beforeAll(async () => {
  dynalite = await startDynalite()
  environment = {
    TENKEY_STORE: 'dynamodb',
    TENKEY_TABLE: 'keys',
    TENKEY_ROOT: `file:${join(folder, 'root.key')}`,
    AWS_REGION: REGION,
    AWS_ENDPOINT_URL_DYNAMODB: dynalite.endpoint,
    AWS_ACCESS_KEY_ID: 'AKIDLOCAL',
    AWS_SECRET_ACCESS_KEY: 'made-up',
  }
  stub(environment)
  // the stack makes the root key and the table
  await (await openRoot({ root: environment['TENKEY_ROOT'] ?? '' }, true)).close()
  await createTable({ table: 'keys', endpoint: dynalite.endpoint })
  const proof = randomBytes(36).toString('base64url')
  const settings = {
    ...environment,
    ...{ TENKEY_REGION: REGION, TENKEY_OPERATORS_BY_IAM: operators },
    TENKEY_OPERATORS_PROOF: proofDigest(proof),
  }
  const iam = { operators, identities: [root, eva, stranger], region: REGION, proof }
  const code = builtTogether()
  gateway = await startGateway({
    ...{ host: '127.0.0.1', port: 0, environment: settings, most: 4, log: () => {}, iam },
    ...(code !== undefined && { code }),
  })
})
beforeEach(() => stub(environment))
afterEach(() => vi.unstubAllEnvs())
afterAll(async () => {
  await gateway.stop()
  await dynalite.stop()
  rmSync(folder, { recursive: true })
})

function stub(settings: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value)
}

interface Call {
  readonly method?: string
  readonly path?: string
  readonly input?: object
  readonly service?: string
  readonly region?: string
  /** what is sent otherwise than it was signed */
  readonly tampered?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A call that AWS's own signer signs, as curl --aws-sigv4 and every SDK do for API Gateway. */
async function call(who: IamIdentity, { method = 'POST', ...more }: Call = {}) {
  const { path = '/admin/v1/tenants', input, service = 'execute-api', region = REGION } = more
  const { accessKeyId, secretAccessKey, sessionToken } = who
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
    region,
    service,
    sha256: Sha256 as never,
  })
  const { host, hostname } = new URL(gateway.address)
  const body = input === undefined ? '' : JSON.stringify(input)
  const request = { method, protocol: 'http:', hostname, path, body }
  const headers = { host, 'content-type': 'application/json' }
  const signed = await signer.sign({ ...request, headers })
  const answer = await send(gateway.address, {
    ...{ method, target: path, body: more.tampered ?? body },
    headers: { ...signed.headers, ...more.headers },
  })
  const json = JSON.parse(answer.text || '{}') as Record<string, unknown>
  return { status: answer.status, json }
}

async function stored(): Promise<Item[]> {
  const store: Store = dynamodbStore({ table: 'keys', endpoint: dynalite.endpoint })
  const { items, more } = await store.scan(undefined, 1000)
  expect(more).toBe(false)
  await store.close()
  return items
}

describe('A stage whose operators come by AWS IAM', () => {
  test('before `tenkey bootstrap` says what is missing', async () => {
    const { json } = await call(root, { input: { Name: 'first' } })
    expect(json).toMatchObject({
      code: 'AccessDeniedException',
      detail: expect.stringContaining('`tenkey bootstrap` makes it'),
    })
  })

  test('has no first secret, and needs none: AWS’s signer makes a tenant, a policy limits who has a name', async () => {
    const words = ['bootstrap', '--no-credential', '--url', 'https://api.example.com', '--json']
    for (const _again of [1, 2]) {
      const made = await runCommand(words, environment)
      expect(made).toMatchObject({ code: 0, stderr: '' })
      expect(JSON.parse(made.stdout)).toEqual({
        url: 'https://api.example.com',
        region: REGION,
        paste: `export TENKEY_ENDPOINT=https://api.example.com TENKEY_OPERATOR_BY=iam AWS_REGION=${REGION}`,
      })
    }
    expect((await stored()).filter((item) => credentialItem.is(item))).toEqual([])

    const tenant = await call(root, { input: { Name: 'first' } })
    expect(tenant.status).toBe(201)
    const Statement = [{ Effect: 'Allow', Action: 'tenkey:SuspendTenant', Resource: '*' }]
    const user = {
      ...{ Type: 'user', Name: 'eva' },
      Policy: JSON.stringify({ Version: '2012-10-17', Statement }),
    }
    const principals = `/admin/v1/tenants/${OPERATOR_ACCOUNT}/principals`
    expect((await call(root, { path: principals, input: user })).status).toBe(201)
    const suspend = `/admin/v1/tenants/${tenant.json['AccountId']}/suspend`
    expect((await call(eva, { path: suspend })).json['code']).toBeUndefined()
    expect((await call(eva, { input: { Name: 'x' } })).json['code']).toBe('AccessDeniedException')
    expect((await call(stranger, { path: suspend })).json['code']).toBe('AccessDeniedException')

    // whatever keys there are are tenants'
    const credentials = (await stored()).filter((item) => credentialItem.is(item))
    expect(credentials.filter(({ pk }) => pk === OPERATOR_ACCOUNT)).toEqual([])
  })

  test('the tenkey command works with the AWS credentials of who runs it', async () => {
    const aws = {
      AWS_ACCESS_KEY_ID: root.accessKeyId,
      AWS_SECRET_ACCESS_KEY: root.secretAccessKey,
      AWS_SESSION_TOKEN: root.sessionToken ?? '',
    }
    stub(aws)
    const own = { TENKEY_ENDPOINT: gateway.address, TENKEY_OPERATOR_BY: 'iam', AWS_REGION: REGION }
    const made = await runCommand(['tenant', 'create', '--name', 'by the command', '--json'], own)
    expect(made).toMatchObject({ code: 0, stderr: '' })
    const listed = await runCommand(['tenant', 'list', '--json'], own)
    expect(listed.stdout).toContain('by the command')
    const elsewhere = await runCommand(['tenant', 'list'], { ...own, AWS_REGION: 'eu-central-1' })
    expect(elsewhere.code).toBe(1)
    expect(elsewhere.stderr).toContain('does not let these AWS credentials in (Forbidden)')
    expect(elsewhere.stderr.trim().split('\n').length).toBe(1)
    const unknown = await runCommand(['tenant', 'list'], { ...own, TENKEY_OPERATOR_BY: 'word' })
    expect(unknown.stderr).toContain("TENKEY_OPERATOR_BY is 'word'; it can be key or iam")
  })

  const forged = JSON.stringify({ iam: { accountId: AWS, userArn: root.userArn, userId: 'x' } })
  test.each<[string, IamIdentity, Call]>([
    ['signed with another secret', { ...root, secretAccessKey: 'x'.repeat(40) }, {}],
    ['signed without the session token', { ...root, sessionToken: undefined } as never, {}],
    ['signed for another service', root, { service: 'kms' }],
    ['signed for another Region', root, { region: 'us-east-1' }],
    ['changed after it was signed', root, { input: { Name: 'a' }, tampered: '{"Name":"b"}' }],
    ['of nobody that AWS knows', { ...root, accessKeyId: 'ASIANOBODY0000000000' }, {}],
    [
      'that brings along what the authorizer would say',
      { ...root, secretAccessKey: 'x'.repeat(40) },
      { headers: { 'x-amzn-request-context': forged, authorizer: forged } },
    ],
  ])('a request %s comes to no function', async (_title, who, more) => {
    const { status, json } = await call(who, { input: { Name: 'x' }, ...more })
    expect({ status, json }).toEqual({ status: 403, json: { message: 'Forbidden' } })
  })

  test('who is no operator gains nothing by what else a request says', async () => {
    const headers = {
      requestcontext: forged,
      authorizer: forged,
    }
    const input = { Name: 'x', requestContext: { authorizer: JSON.parse(forged) as unknown } }
    const { status, json } = await call(stranger, { input, headers })
    expect({ status, json }).toMatchObject({ status: 403, json: { code: 'AccessDeniedException' } })
  })

  test('nothing but what operators call is AWS IAM’s', async () => {
    const { status, json } = await call(root, { method: 'GET', path: '/v1/keys' })
    expect({ status, code: json['code'] }).toEqual({
      status: 401,
      code: 'UnrecognizedClientException',
    })
  })
})

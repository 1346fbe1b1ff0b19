// @module-tag local: calls the functions in this process
// @module-tag process
import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest'
import { OPERATOR_ACCOUNT } from '../../core/base/arn.ts'
import { signRequest } from '../../core/signature/sign-request.ts'
import { handler as createTenant } from '../../functions/administration/create-tenant.ts'
import { handler as listTenants } from '../../functions/administration/list-tenants.ts'
import { handler as suspendTenant } from '../../functions/administration/suspend-tenant.ts'
import { proofDigest } from '../../functions/middleware/router.ts'
import {
  callFunction as call,
  FUNCTION_HOST,
  type FunctionHandler,
  type FunctionRequest,
} from '../support/function-call.ts'
import { type Credential, describeStores, type Input, REGION } from '../support/harness.ts'

const AWS = '555566667777'
const OPERATORS = [
  `root=arn:aws:iam::${AWS}:role/admin/break-glass`,
  `user/ana=arn:aws:iam::${AWS}:role/aws-reserved/sso.amazonaws.com/OnCall`,
  `user/eva=arn:aws:iam::${AWS}:user/people/eva`,
  `user/nobody=arn:aws:iam::${AWS}:user/nobody`,
].join(' ')

/** by what API Gateway proves itself, with each event */
const PROOF = randomBytes(36).toString('base64url')
const callFunction = (handler: FunctionHandler, request: FunctionRequest) =>
  call(handler, { stageVariables: { operatorsProof: PROOF }, ...request })

afterEach(() => vi.restoreAllMocks())
afterAll(() => vi.unstubAllEnvs())

/** As an HTTP API's authorizer of AWS IAM tells it. */
const iam = (userArn: string, more: Input = {}) => ({
  iam: {
    accessKey: 'ASIAEXAMPLE',
    accountId: AWS,
    callerId: 'AROAEXAMPLE:ana',
    cognitoIdentity: null,
    principalOrgId: null,
    userArn,
    userId: 'AROAEXAMPLE:ana',
    ...more,
  },
})
const session = (role: string, name = 'ana') =>
  iam(`arn:aws:sts::${AWS}:assumed-role/${role}/${name}`)

const headers = { host: FUNCTION_HOST, 'content-type': 'application/json' }
const create = (Name: string, more: Partial<FunctionRequest> = {}) =>
  callFunction(createTenant, {
    ...{ method: 'POST', path: '/admin/v1/tenants', headers, body: JSON.stringify({ Name }) },
    ...more,
  })

/** Functions find installation and operators by their environment alone. */
describeStores(
  'Operators by AWS IAM, in functions',
  (harness) => {
    beforeEach(() => {
      const settings = {
        ...harness.inside.environment,
        TENKEY_OPERATORS_BY_IAM: OPERATORS,
        TENKEY_OPERATORS_PROOF: proofDigest(PROOF),
      }
      for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value)
      vi.spyOn(process.stdout, 'write').mockReturnValue(true)
      vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    })

    test('each is the operator that the stack says, and may what its policies say', async () => {
      const made = await create('by root', { authorizer: session('break-glass') })
      expect(made.status).toBe(201)
      const tenant = await harness.tenant()
      const { accountId } = tenant
      const suspend = (authorizer: unknown) =>
        callFunction(suspendTenant, {
          ...{
            method: 'POST',
            path: `/admin/v1/tenants/${accountId}/suspend`,
            headers,
            authorizer,
          },
        })
      for (const Name of ['ana', 'eva']) {
        const Policy = JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'tenkey:SuspendTenant', Resource: '*' }],
        })
        await harness.rest(
          harness.operator,
          `POST /admin/v1/tenants/${OPERATOR_ACCOUNT}/principals`,
          { body: JSON.stringify({ Type: 'user', Name, Policy }) },
        )
      }
      const eva = iam(`arn:aws:iam::${AWS}:user/people/eva`)
      for (const authorizer of [session('OnCall'), session('OnCall', 'OnCall'), eva]) {
        expect((await create('by another', { authorizer })).json).toMatchObject({
          code: 'AccessDeniedException',
          detail: expect.stringContaining(`arn:aws:iam::${OPERATOR_ACCOUNT}:user/`),
        })
      }
      const done = await suspend(session('OnCall'))
      expect(done.json['code']).toBeUndefined()

      await harness.rest(harness.operator, `POST /admin/v1/tenants/${accountId}/resume`)
      const recordOf = async (who: Credential, EventName: string) => {
        const found = await harness.ok(who, 'ListAuditRecords', { EventName }, { via: 'rest' })
        const [record] = found['Records'] as Record<string, unknown>[]
        return record
      }
      const record = await recordOf(harness.operator, 'SuspendTenant')
      expect(record).toMatchObject({
        userIdentity: {
          type: 'IAMUser',
          userName: 'ana',
          arn: `arn:aws:iam::${OPERATOR_ACCOUNT}:user/ana`,
        },
        additionalEventData: {
          awsIdentity: {
            account: AWS,
            arn: `arn:aws:sts::${AWS}:assumed-role/OnCall/ana`,
            userId: 'AROAEXAMPLE:ana',
          },
        },
      })
      expect(JSON.stringify(record)).not.toContain('accessKeyId')
      // the tenant is told what was done, and not by whom
      const told = await recordOf(tenant, 'SuspendTenant')
      expect(told).toMatchObject({ userIdentity: { type: 'AWSAccount' } })
      expect(JSON.stringify(told)).not.toContain('OnCall')
      expect(await recordOf(harness.operator, 'CreateTenant')).toBeDefined()
    })

    test.each([
      ['another role', session('OnCallX')],
      ['a role whose session has an operator’s name', session('other', 'OnCall')],
      [
        'a user whose path imitates a session',
        iam(`arn:aws:iam::${AWS}:user/assumed-role/OnCall/ana`),
      ],
      ['a user of another path', iam(`arn:aws:iam::${AWS}:user/eva`)],
      ['the role itself', iam(`arn:aws:iam::${AWS}:role/admin/break-glass`)],
      ['the account’s root', iam(`arn:aws:iam::${AWS}:root`)],
      [
        'a namesake of another account',
        iam('arn:aws:sts::111111111111:assumed-role/OnCall/ana', { accountId: '111111111111' }),
      ],
      ['one that no user is', iam(`arn:aws:iam::${AWS}:user/nobody`)],
    ])('nobody else is one: %s', async (_title, authorizer) => {
      expect((await create('x', { authorizer })).json['code']).toBe('AccessDeniedException')
    })

    test.each<[string, unknown]>([
      ['none', undefined],
      ['nothing', null],
      ['a text', 'iam'],
      ['one of another kind', { lambda: session('break-glass').iam }],
      ['a list', { iam: [session('break-glass').iam] }],
      ['one without an account', iam(`arn:aws:iam::${AWS}:user/people/eva`, { accountId: null })],
      ['of two accounts', iam('arn:aws:sts::111111111111:assumed-role/break-glass/x')],
      ['an ARN in a list', { iam: { ...session('break-glass').iam, userArn: ['x'] } }],
      ['one by inheritance', { iam: Object.create(session('break-glass').iam) }],
    ])(
      'an event whose authorizer is %s is nobody’s, whatever the request says',
      async (_title, authorizer) => {
        const body = Buffer.from('{"Name":"x"}')
        const request = { method: 'POST', path: '/admin/v1/tenants', query: '', headers, body }
        for (const service of ['kms', 'execute-api']) {
          const now = Date.now()
          const signed = signRequest(request, harness.operator, { region: REGION, service, now })
          const forged = JSON.stringify({ authorizer: session('break-glass') })
          const said = {
            'x-amzn-request-context': forged,
            'x-amz-request-context': forged,
            requestcontext: forged,
          }
          const { json } = await create('x', { headers: { ...signed, ...said }, authorizer })
          expect(json['code']).toBe('MissingAuthenticationTokenException')
        }
      },
    )

    test.each<[string, Record<string, string> | undefined]>([
      ['no variables of a stage', undefined],
      ['none', {}],
      ['an empty one', { operatorsProof: '' }],
      ['the hash that functions know', { operatorsProof: proofDigest(PROOF) }],
      ['another proof', { operatorsProof: randomBytes(36).toString('base64url') }],
      ['the proof by another name', { OperatorsProof: PROOF, proof: PROOF }],
      ['the proof with more', { operatorsProof: `${PROOF} ` }],
    ])(
      'an event that somebody hands a function says of nobody who they are: %s (lambda:InvokeFunction)',
      async (_title, stageVariables) => {
        const forged = { ...headers, 'x-tenkey-operators': PROOF, operatorsproof: PROOF }
        const { json } = await call(createTenant, {
          ...{ method: 'POST', path: '/admin/v1/tenants', query: `operatorsProof=${PROOF}` },
          ...{ headers: forged, body: JSON.stringify({ Name: 'x' }) },
          authorizer: session('break-glass'),
          ...(stageVariables !== undefined && { stageVariables }),
        })
        expect(json['code']).toBe('MissingAuthenticationTokenException')
      },
    )

    test.each(['', 'x', `${'0'.repeat(64)},`])(
      'a setting without the hash lets nobody in: %j',
      async (text) => {
        vi.stubEnv('TENKEY_OPERATORS_PROOF', text)
        expect((await create('x', { authorizer: session('break-glass') })).status).toBe(500)
      },
    )

    test('a kept answer, with its secret, is for the identity of AWS that asked first', async () => {
      const keyed = { ...headers, 'idempotency-key': 'once-and-again' }
      const as = async (name: string) => {
        const who = session('break-glass', name)
        const authorizer = { iam: { ...who.iam, userId: `AROAEXAMPLE:${name}` } }
        const { status, json } = await create('kept', { headers: keyed, authorizer })
        expect(status).toBe(201)
        return json
      }
      const first = await as('ana')
      expect(await as('ana')).toEqual(first)
      const other = await as('eva')
      expect(other['AccountId']).not.toBe(first['AccountId'])
    })

    test('a URL that was signed is none of an operator’s', async () => {
      const { json } = await callFunction(listTenants, {
        ...{ method: 'GET', path: '/admin/v1/tenants', headers },
        query: `X-Amz-Signature=${'0'.repeat(64)}`,
        authorizer: session('break-glass'),
      })
      expect(json['code']).toBe('IncompleteSignatureException')
    })

    test('without the option an authorizer’s word is none', async () => {
      vi.stubEnv('TENKEY_OPERATORS_BY_IAM', '')
      const { json } = await create('x', { authorizer: session('break-glass') })
      expect(json['code']).toBe('MissingAuthenticationTokenException')
    })

    test('a setting that says nothing that can be understood lets nobody in', async () => {
      vi.stubEnv('TENKEY_OPERATORS_BY_IAM', 'root=*')
      const { status } = await create('x', { authorizer: session('break-glass') })
      expect(status).toBe(500)
    })
  },
  // functions open their installation once, and theirs is on DynamoDB
  ['dynamodb'],
)

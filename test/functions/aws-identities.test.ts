// @module-tag local: calls the functions in this process
// @module-tag process
import { afterAll, expect, test, vi } from 'vitest'
import { identityRequest, identityToken } from '../../core/identity/aws-identity-request.ts'
import { signRequest } from '../../core/signature/sign-request.ts'
import { handler as assume } from '../../functions/sessions/assume-role-with-aws-identity.ts'
import {
  AWS_ACCOUNT,
  AWS_REGION,
  awsUser,
  newNonce,
  SERVICE,
} from '../sessions/aws-identity-world.ts'
import { allow, credentialOf, document, roleArn, trust } from '../sessions/world.ts'
import { callFunction, FUNCTION_HOST } from '../support/function-call.ts'
import { describeStores, type Tenant } from '../support/harness.ts'
import { startSts } from '../support/sts.ts'

const aws = await startSts()
const who = aws.know(awsUser())
afterAll(async () => {
  vi.unstubAllEnvs()
  await aws.stop()
})

function signed(tenant: Tenant, service: string): string {
  const binding = { service, role: roleArn(tenant, 'app'), nonce: newNonce() }
  const request = identityRequest(`sts.${AWS_REGION}.amazonaws.com`, binding)
  const scope = { region: AWS_REGION, service: 'sts', now: Date.now() }
  return identityToken(signRequest(request, who, scope))
}

async function call({ accountId }: Tenant, token: string) {
  const headers = {
    host: FUNCTION_HOST,
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'x-tenkey-account': accountId,
  }
  const path = '/v1/aws-identity-sessions'
  return callFunction(assume, { method: 'POST', path, headers, body: '{}' })
}

/** The function finds installation, its own name and AWS STS by its environment alone. */
describeStores(
  'AWS identities in functions',
  (harness) => {
    test('get a session for the URL that the stack says, each request once in every process', async () => {
      const settings = {
        ...harness.inside.environment,
        TENKEY_URLS: SERVICE,
        TENKEY_AWS_STS: `${AWS_REGION}=${aws.url}`,
      }
      for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value)
      vi.spyOn(process.stdout, 'write').mockReturnValue(true)
      const tenant = await harness.tenant()
      const Condition = { StringEquals: { 'tenkey:AwsAccount': AWS_ACCOUNT } }
      const action = ['sts:AssumeRoleWithAwsIdentity']
      await harness.role(tenant, 'app', {
        TrustPolicy: document(trust({ Federated: 'sts.amazonaws.com' }, action, { Condition })),
        Policy: document(allow('kms:*')),
      })
      const token = signed(tenant, SERVICE)
      const made = await call(tenant, token)
      expect(made).toMatchObject({ status: 201, json: { AwsIdentity: { Arn: who.arn } } })
      // the session is one of the installation, wherever it is used
      const session = credentialOf(tenant.accountId, made.json['Credentials'])
      const { Arn } = await harness.ok(session, 'GetCallerIdentity', {}, { via: 'rest' })
      expect(Arn).toMatch(`arn:aws:sts::${tenant.accountId}:assumed-role/app/app-`)
      expect((await call(tenant, token)).json['code']).toBe('InvalidIdentityTokenException')
      const elsewhere = await call(tenant, signed(tenant, `https://${FUNCTION_HOST}`))
      expect(elsewhere.json['code']).toBe('InvalidIdentityTokenException')
      expect(aws.asked.length).toBe(2)
    })
  },
  // functions open their installation once, and theirs is on DynamoDB
  ['dynamodb'],
)

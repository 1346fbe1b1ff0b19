import { describe, expect, test } from 'vitest'
import { queryText, requestOf } from '../../console/src/api/request.ts'
import { signerOf } from '../../console/src/api/sign.ts'
import { cliWord, commandOf, shellWord } from '../../console/src/parts/aws-line.ts'

const KEY = '1234abcd-12ab-34cd-56ef-1234567890ab'
const ARN = `arn:aws:kms:us-east-1:111122223333:key/${KEY}`

describe('a request of the console', () => {
  test('has members in the path, the rest in the body', () => {
    const input = { KeyId: KEY, PendingWindowInDays: 7 }
    expect(requestOf('ScheduleKeyDeletion', input)).toEqual({
      ...{ method: 'POST', path: `/v1/keys/${KEY}/deletion`, query: {} },
      body: '{"PendingWindowInDays":7}',
    })
  })

  test('names an ARN or alias in the query, as the path has no slashes', () => {
    expect(requestOf('DescribeKey', { KeyId: 'alias/app/x' })).toEqual({
      ...{ method: 'GET', path: '/v1/keys/~', query: { KeyId: 'alias/app/x' }, body: undefined },
    })
    expect(requestOf('Encrypt', { KeyId: ARN, Plaintext: 'AA==' })).toEqual({
      ...{ method: 'POST', path: '/v1/keys/~/encrypt', query: { KeyId: ARN } },
      body: '{"Plaintext":"AA=="}',
    })
  })

  test('escapes what a route has no place for but in its path', () => {
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess'
    expect(requestOf('IamAttachUserPolicy', { UserName: 'a', PolicyArn })).toMatchObject({
      path: '/iam/v1/users/a/attached-policies/arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FAdministratorAccess',
      body: undefined,
    })
  })

  test('has the members of a request without a body in the query, lists one by one', () => {
    const { query } = requestOf('IamUntagUser', { UserName: 'a', TagKeys: ['b c', 'd'] })
    expect(queryText(query)).toBe('?TagKeys=b%20c&TagKeys=d')
    expect(queryText(requestOf('ListKeys', { Limit: 5 }).query)).toBe('?Limit=5')
    expect(queryText(requestOf('ListKeys', {}).query)).toBe('')
  })
})

describe('a signature of the console', () => {
  const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
  const key = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey }
  const request = requestOf('ListKeys', { Limit: 5 })

  test('is by AWS Signature Version 4, with the session token of short-lived credentials', async () => {
    const sign = signerOf('https://kms.example.com', 'eu-west-1', { ...key, sessionToken: 'token' })
    const headers = await sign(request, { 'if-match': '"1"' })
    expect(headers['authorization']).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/kms\/aws4_request, SignedHeaders=host;if-match;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature=[\da-f]{64}$/,
    )
    expect(headers['x-amz-security-token']).toBe('token')
    expect(headers).not.toHaveProperty('host')
    expect(JSON.stringify(headers)).not.toContain(secretAccessKey)
  })
})

describe('a command', () => {
  test.each<[string, string]>([
    ['KeyId', 'key-id'],
    ['GenerateDataKeyWithoutPlaintext', 'generate-data-key-without-plaintext'],
    ['ListMFADevices', 'list-mfa-devices'],
    ['CreateOpenIDConnectProvider', 'create-open-id-connect-provider'],
    ['PendingWindowInDays', 'pending-window-in-days'],
    ['AuthenticationCode1', 'authentication-code1'],
    ['MultiRegion', 'multi-region'],
    ['BypassPolicyLockoutSafetyCheck', 'bypass-policy-lockout-safety-check'],
    ['GetAccessKeyLastUsed', 'get-access-key-last-used'],
    ['AddClientIDToOpenIDConnectProvider', 'add-client-id-to-open-id-connect-provider'],
    ['OpenIDConnectProviderArn', 'open-id-connect-provider-arn'],
    ['ClientIDList', 'client-id-list'],
    ['ListInstanceProfilesForRole', 'list-instance-profiles-for-role'],
  ])('of %s has %s, as the AWS CLI calls it', (name, word) => {
    expect(cliWord(name)).toBe(word)
  })

  test.each([
    ['alias/app', 'alias/app'],
    ['', "''"],
    ['two words', "'two words'"],
    ["it's $HOME", "'it'\\''s $HOME'"],
  ])('has %j as the word %s', (text, word) => {
    expect(shellWord(text)).toBe(word)
  })

  test('is of the AWS CLI where AWS has the operation', () => {
    expect(
      commandOf('CreateKey', {
        Description: 'Card numbers',
        MultiRegion: true,
        Tags: [{ TagKey: 'team', TagValue: 'a' }],
      }),
    ).toBe(
      `aws kms create-key --description 'Card numbers' --multi-region --tags '[{"TagKey":"team","TagValue":"a"}]'`,
    )
    expect(commandOf('IamListMFADevices', { UserName: 'alice' })).toBe(
      'aws iam list-mfa-devices --user-name alice',
    )
    expect(commandOf('GetCallerIdentity', {})).toBe('aws sts get-caller-identity')
  })

  test('is `tenkey rest` where it is tenkey’s own', () => {
    expect(commandOf('ListAuditRecords', { KeyId: KEY, Limit: 20 })).toBe(
      `tenkey rest GET '/v1/audit?KeyId=${KEY}&Limit=20'`,
    )
    expect(commandOf('CreateTenant', { Name: 'Acme' })).toBe(
      `tenkey rest POST /admin/v1/tenants '{"Name":"Acme"}'`,
    )
  })
})

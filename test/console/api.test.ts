// @module-tag process
import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { queryClient } from '../../console/src/api/query-client.ts'
import { queryText, requestOf } from '../../console/src/api/request.ts'
import { ROUTES } from '../../console/src/api/routes.ts'
import { signerOf } from '../../console/src/api/sign.ts'
import { cliWord, commandOf, shellWord } from '../../console/src/parts/aws-line.ts'
import { idOf, serviceOf } from '../../core/operation.ts'
import { iamOperations } from '../../operations/iam-registry.ts'
import { operations } from '../../operations/registry.ts'

const KEY = '1234abcd-12ab-34cd-56ef-1234567890ab'
const ARN = `arn:aws:kms:us-east-1:111122223333:key/${KEY}`

test('what a change was given and answered is forgotten with the page that shows it', async () => {
  const client = queryClient()
  const changes = client.getMutationCache()
  // as a page that is gone by then: nobody shows it
  const change = changes.build(client, { mutationFn: async (input: string) => `${input}!` })
  expect(await change.execute('secret')).toBe('secret!')
  await expect.poll(() => changes.getAll()).toEqual([])
})

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
    const sign = signerOf(
      'https://kms.example.com',
      'eu-west-1',
      { ...key, sessionToken: 'token' },
      Date.now,
    )
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
    ['=ls', "'=ls'"],
    ['a\u0003\nid', "$'a\\003\\012id'"],
    ['\u001b[201~', "$'\\033[201~'"],
    ["it's \\ \u202egnp", "$'it\\'s \\\\ \\342\\200\\256gnp'"],
  ])('has %j as the word %s', (text, word) => {
    expect(shellWord(text)).toBe(word)
  })

  test('has words that a shell reads as they were, and that have nothing which a terminal acts on', () => {
    const parts = [
      ...'\'"`$\\!*?~=-#;&|<>(){}[]^%a0 é☃🔑\n\r\t\u0003\u001b\u007f\u0085\u200b\u202e\u2028',
    ]
    const text = fc.array(fc.constantFrom(...parts)).map((all) => all.join(''))
    const all = fc.sample(text, 200)
    const words = all.map(shellWord)
    expect(words.filter((word) => /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(word))).toEqual([])
    const read = execFileSync('bash', ['-c', `printf '%s\\0' ${words.join(' ')}`], {
      encoding: 'utf8',
    })
    expect(read.split('\0').slice(0, -1)).toEqual(all)
  })

  test.each([
    ['an option', '--force', '--description=--force'],
    ['a file', 'file:///etc/passwd', `--cli-input-json '{"Description":"file:///etc/passwd"}'`],
    ['bytes of a file', 'fileb://a', `--cli-input-json '{"Description":"fileb://a"}'`],
    ['an address', 'https://a.test', `--cli-input-json '{"Description":"https://a.test"}'`],
    ['what no argument has', 'a\0b', `--cli-input-json '{"Description":"a\\u0000b"}'`],
  ])('passes on what looks like %s', (_, Description, words) => {
    expect(commandOf('UpdateKeyDescription', { KeyId: KEY, Description })).toBe(
      `aws kms update-key-description --key-id ${KEY} ${words}`,
    )
  })

  test('names an identity provider by its URL, which the AWS CLI does not ask for', () => {
    expect(commandOf('IamCreateOpenIDConnectProvider', { Url: 'https://sso.example.com' })).toBe(
      'aws iam create-open-id-connect-provider --url https://sso.example.com',
    )
  })

  const named = [...operations, ...iamOperations].map(
    (one) => [idOf(one), one.docs === undefined ? 'tenkey' : serviceOf(one)] as const,
  )
  const isRouted = (id: string): id is keyof typeof ROUTES => id in ROUTES
  test.each(named)('of %s is one of %s', (name, service) => {
    if (!isRouted(name)) throw new Error(`${name} has no route`)
    const begin = service === 'tenkey' ? 'tenkey rest ' : `aws ${service} `
    expect(commandOf(name, {} as never).slice(0, begin.length)).toBe(begin)
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

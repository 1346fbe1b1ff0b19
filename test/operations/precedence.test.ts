// @module-tag functions
import { expect, test } from 'vitest'
import { bodyLimit } from '../../core/protocol/body-limit.ts'
import { listKeys } from '../../operations/keys/list-keys.ts'
import { callAws } from '../support/calls.ts'
import { expectRefusal } from '../support/cases.ts'
import { describeStores } from '../support/harness.ts'
import { send } from '../support/http.ts'

const UNKNOWN = '01234567-89ab-cdef-0123-456789abcdef'
const CONTENT_TYPE = 'application/x-amz-json-1.1'

/** Which refusal comes first where several would do: signature, validation, key, state, usage. */
describeStores('Precedence', (harness) => {
  test('signature, validation, key, state, usage, dry run: each before the next', async () => {
    const tenant = await harness.tenant()
    const signing = await harness.key(tenant, { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
    const Plaintext = 'AAAA'
    const ask = (input: object, credential = tenant) =>
      harness.call('aws', credential, 'Encrypt', { ...input })
    await harness.ok(tenant, 'DisableKey', { KeyId: signing.id })

    const forged = { ...tenant, secretAccessKey: 'x'.repeat(40) }
    expectRefusal(
      await ask({ KeyId: UNKNOWN, Plaintext: '' }, forged),
      'aws',
      'InvalidSignatureException',
    )
    expectRefusal(await ask({ KeyId: UNKNOWN, Plaintext: '' }), 'aws', 'ValidationException')
    expectRefusal(await ask({ KeyId: UNKNOWN, Plaintext }), 'aws', 'NotFoundException')
    expectRefusal(await ask({ KeyId: signing.id, Plaintext }), 'aws', 'DisabledException')
    await harness.ok(tenant, 'EnableKey', { KeyId: signing.id })
    expectRefusal(
      await ask({
        KeyId: signing.id,
        Plaintext,
        EncryptionAlgorithm: 'RSAES_OAEP_SHA_1',
        DryRun: true,
      }),
      'aws',
      'InvalidKeyUsageException',
      `${signing.arn} key usage is SIGN_VERIFY which is not valid for Encrypt.`,
    )
    const { id } = await harness.key(tenant)
    expectRefusal(
      await ask({ KeyId: id, Plaintext, DryRun: true }),
      'aws',
      'DryRunOperationException',
    )
  })

  test('an unreadable body is told only to who signed it', async () => {
    const tenant = await harness.tenant()
    const forged = { ...tenant, secretAccessKey: 'x'.repeat(40) }
    for (const body of ['{', '"text"', '[]', 'null', '\ufeff{}', '{"KeyId":"\\ud800"}']) {
      const unsigned = await callAws(harness.target, forged, 'DescribeKey', {}, { body })
      expectRefusal(unsigned, 'aws', 'InvalidSignatureException')
      const signed = await callAws(harness.target, tenant, 'DescribeKey', {}, { body })
      expectRefusal(signed, 'aws', 'SerializationException')
    }
  })

  test('an unknown target, another content type, no signature', async () => {
    const tenant = await harness.tenant()
    const call = (operation: string, headers: Record<string, string> = {}) =>
      callAws(harness.target, tenant, operation, {}, { headers })
    for (const name of ['Nothing', 'constructor', '__proto__', 'toString', 'ListTenants', '']) {
      expectRefusal(await call(name), 'aws', 'UnknownOperationException')
    }
    expectRefusal(
      await call('ListKeys', { 'content-type': 'application/json' }),
      'aws',
      'UnknownOperationException',
    )
    const answer = await send(harness.target.url, {
      method: 'POST',
      target: '/',
      headers: { 'content-type': CONTENT_TYPE, 'x-amz-target': 'TrentService.ListKeys' },
      body: '{}',
    })
    expect(answer.status).toBe(400)
    expect(JSON.parse(answer.text)).toMatchObject({ __type: 'MissingAuthenticationTokenException' })
    expect(answer.headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('a body over 1 MiB, or longer than the operation’s largest input', async () => {
    const tenant = await harness.tenant()
    for (const [operation, limit] of [
      ['UntagResource', 1024 * 1024],
      ['ListKeys', bodyLimit(listKeys, 'aws', 'POST').bytes],
    ] as const) {
      const body = Buffer.alloc(limit + 1, 32)
      const answer = await callAws(harness.target, tenant, operation, {}, { body })
      expect(answer.status).toBe(413)
      expect(answer.code).toBe('RequestEntityTooLargeException')
      const within = Buffer.alloc(limit, 32)
      within.write('{}')
      const read = await callAws(harness.target, tenant, operation, {}, { body: within })
      expect(read.code).toBe(operation === 'ListKeys' ? undefined : 'ValidationException')
    }
  })

  test('absurd JSON: deep, wide, repeated, with names that objects inherit', async () => {
    const tenant = await harness.tenant()
    const deep = (levels: number) => `{"Limit":5,"x":${'['.repeat(levels)}${']'.repeat(levels)}}`
    const bodies = [
      deep(99),
      `{"Limit":1001,"Limit":5}`,
      '{"__proto__":{"Limit":-1},"constructor":1,"toString":2}',
      `{${Array.from({ length: 1500 }, (_, i) => `"m${i}":null`).join()}}`,
    ]
    for (const body of bodies) {
      const outcome = await callAws(harness.target, tenant, 'ListKeys', {}, { body })
      expect(outcome.code, body.slice(0, 40)).toBeUndefined()
    }
    const outcome = await callAws(harness.target, tenant, 'ListKeys', {}, { body: deep(8000) })
    expect(outcome).toMatchObject({ status: 400, code: 'SerializationException' })
  })

  test('a header that decides, sent twice', async () => {
    const tenant = await harness.tenant()
    const answer = await send(harness.target.url, {
      method: 'POST',
      target: '/',
      headers: {
        'content-type': CONTENT_TYPE,
        'x-amz-target': ['TrentService.ListKeys', 'TrentService.ListAliases'],
        authorization: `AWS4-HMAC-SHA256 Credential=${tenant.accessKeyId}/20260101/us-east-1/kms/aws4_request, SignedHeaders=host, Signature=00`,
      },
      body: '{}',
    })
    expect(answer.status).toBe(400)
  })
})

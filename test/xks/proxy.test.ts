// @module-tag functions
import { createHash, randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { describeStores, type Tenant } from '../support/harness.ts'
import {
  callXks,
  encryption,
  metadata,
  type XksCredential,
  xksCredential,
  xksTenant,
} from '../support/xks.ts'

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
const bytesOf = (text: unknown) => Buffer.from(String(text), 'base64')
const AAD = base64(Buffer.from('project=nile,department=marketing'))

// https://github.com/aws/aws-kms-xksproxy-api-spec/blob/main/xks_proxy_api_spec.md
describeStores('an external key store proxy', (harness) => {
  let tenant: Tenant
  let credential: XksCredential
  let key: string

  beforeAll(async () => {
    ;({ tenant, credential, key } = await xksTenant(harness))
  })

  const call = (verb: string, body: unknown, options = {}, id = key) =>
    callXks(harness.target, credential, `${credential.path}/keys/${id}/${verb}`, body, options)
  type Members = Readonly<Record<string, unknown>>
  const decryption = (sealed: Members, more: Members = {}): Members => {
    const { ciphertextDataIntegrityValue: _, ...parts } = sealed
    const requestMetadata = metadata({ kmsOperation: 'Decrypt' })
    return { requestMetadata, encryptionAlgorithm: 'AES_GCM', ...parts, ...more }
  }

  test('its credential has the form that AWS KMS takes', () => {
    expect(credential.path).toMatch(/^\/[A-Za-z0-9/_-]+\/kms\/xks\/v1$/)
    expect(credential.path.length).toBeLessThanOrEqual(128)
    expect(credential.accessKeyId).toMatch(/^[A-Z2-7]{20,30}$/)
    expect(credential.secretAccessKey).toMatch(/^[A-Za-z0-9/+=]{43,64}$/)
  })

  test('GetKeyMetadata: one line of JSON, AES_256 that encrypts and decrypts', async () => {
    const { kmsKeyArn: _, ...requestMetadata } = metadata({ kmsOperation: 'CreateKey' })
    const answer = await call('metadata', { requestMetadata })
    expect(answer.text).toBe(
      '{"keySpec":"AES_256","keyUsage":["ENCRYPT","DECRYPT"],"keyStatus":"ENABLED"}',
    )
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } })
  })

  test('GetHealthStatus: what it depends on was asked', async () => {
    const requestMetadata = { kmsOperation: 'KmsHealthCheck', kmsRequestId: 'any text' }
    const answer = await callXks(harness.target, credential, `${credential.path}/health`, {
      requestMetadata,
    })
    expect(answer.status).toBe(200)
    expect(answer.json).toEqual({
      xksProxyFleetSize: expect.any(Number),
      xksProxyVendor: 'tenkey',
      xksProxyModel: 'tenkey',
      ekmVendor: 'tenkey',
      ekmFleetDetails: [{ id: 'us-east-1', model: 'tenkey', healthStatus: 'ACTIVE' }],
    })
  })

  describe('Encrypt and Decrypt', () => {
    test.for([
      ['a few bytes', 12, undefined],
      ['with additional data', 12, 33],
      // "The proxy MUST support the ability to process up to 4300 bytes", "AAD values up to 8192 bytes"
      ['the most that a proxy must take', 4300, 8192],
    ] as const)('%s', async ([, length, aadLength]) => {
      const plaintext = base64(randomBytes(length))
      const aad =
        aadLength === undefined
          ? {}
          : { additionalAuthenticatedData: base64(randomBytes(aadLength)) }
      const sealed = await call('encrypt', encryption({ plaintext, ...aad }))
      expect(Object.keys(sealed.json).sort()).toEqual([
        'authenticationTag',
        'ciphertext',
        'ciphertextMetadata',
        'initializationVector',
      ])
      expect(bytesOf(sealed.json['ciphertext'])).toHaveLength(length)
      expect(bytesOf(sealed.json['initializationVector'])).toHaveLength(12)
      expect(bytesOf(sealed.json['authenticationTag'])).toHaveLength(16)
      expect(bytesOf(sealed.json['ciphertextMetadata'])).toHaveLength(20)
      const opened = await call('decrypt', decryption(sealed.json, aad))
      expect(opened.json).toEqual({ plaintext })
    })

    test('two ciphertexts of the same have nothing in common but the version and the material', async () => {
      const [one, other] = await Promise.all([
        call('encrypt', encryption()),
        call('encrypt', encryption()),
      ])
      for (const name of ['ciphertext', 'initializationVector', 'authenticationTag']) {
        expect(one.json[name]).not.toBe(other.json[name])
      }
      const [a, b] = [one, other].map(({ json }) => bytesOf(json['ciphertextMetadata']))
      expect(a?.subarray(0, 4)).toEqual(b?.subarray(0, 4))
      expect(a?.subarray(4)).not.toEqual(b?.subarray(4))
    })

    // Appendix C
    test('the integrity value is over AAD, metadata, IV, ciphertext and tag, without lengths', async () => {
      const asked = { ciphertextDataIntegrityValueAlgorithm: 'SHA_256' }
      for (const aad of [{}, { additionalAuthenticatedData: AAD }]) {
        const { json } = await call('encrypt', encryption({ ...asked, ...aad }))
        const parts = [
          'additionalAuthenticatedData' in aad ? aad.additionalAuthenticatedData : '',
          json['ciphertextMetadata'],
          json['initializationVector'],
          json['ciphertext'],
          json['authenticationTag'],
        ]
        const wanted = createHash('sha256')
        for (const part of parts) wanted.update(bytesOf(part))
        expect(json['ciphertextDataIntegrityValue']).toBe(wanted.digest('base64'))
      }
    })

    test('ciphertexts of before a rotation open after it, by the version in their metadata', async () => {
      const { id } = await harness.key(tenant)
      const sealed: Readonly<Record<string, unknown>>[] = []
      for (let version = 0; version < 4; version++) {
        sealed.push((await call('encrypt', encryption(), {}, id)).json)
        await harness.ok(tenant, 'RotateKeyOnDemand', { KeyId: id })
      }
      const named = sealed.map(({ ciphertextMetadata }) =>
        bytesOf(ciphertextMetadata).toString('hex', 0, 4),
      )
      expect(new Set(named).size).toBe(4)
      for (const one of sealed) {
        const opened = await call('decrypt', decryption(one), {}, id)
        expect(opened.json).toEqual({ plaintext: encryption()['plaintext'] })
      }
    })

    test('a multi-Region key opens in one Region what it made in another', async () => {
      const { id } = await harness.key(tenant, { MultiRegion: true })
      await harness.ok(tenant, 'ReplicateKey', { KeyId: id, ReplicaRegion: 'eu-west-1' })
      const { json } = await call('encrypt', encryption(), {}, id)
      await harness.ok(tenant, 'RotateKeyOnDemand', { KeyId: id })
      for (const region of ['us-east-1', 'eu-west-1']) {
        const own = await xksCredential(harness, tenant, 'role/aws', region)
        const path = `${own.path}/keys/${id}/decrypt`
        const opened = await callXks(harness.target, own, path, decryption(json), { region })
        expect(opened.json).toEqual({ plaintext: encryption()['plaintext'] })
      }
    })

    test('no other key opens a ciphertext, and no bit of it may change', async () => {
      const { json } = await call('encrypt', encryption({ additionalAuthenticatedData: AAD }))
      const whole = decryption(json, { additionalAuthenticatedData: AAD })
      expect((await call('decrypt', whole)).status).toBe(200)
      const other = (await harness.key(tenant)).id
      const told = [await call('decrypt', whole, {}, other)]
      const names = [
        'ciphertext',
        'initializationVector',
        'authenticationTag',
        'ciphertextMetadata',
        'additionalAuthenticatedData',
      ] as const
      for (const name of names) {
        const bytes = bytesOf(whole[name])
        for (const at of [0, bytes.length - 1]) {
          const changed = Buffer.from(bytes)
          changed[at] = (changed[at] ?? 0) ^ 1
          told.push(await call('decrypt', { ...whole, [name]: base64(changed) }))
        }
      }
      const { additionalAuthenticatedData: _aad, ...withoutAad } = whole
      const { ciphertextMetadata: _metadata, ...withoutMetadata } = whole
      told.push(await call('decrypt', withoutAad), await call('decrypt', withoutMetadata))
      // "to avoid unintended successful decrypts"
      const { json: bare } = await call('encrypt', encryption())
      const { ciphertextMetadata, ...rest } = decryption(bare)
      told.push(await call('decrypt', { ...rest, additionalAuthenticatedData: ciphertextMetadata }))
      told.push(await call('decrypt', { ...whole, initializationVector: base64(randomBytes(16)) }))
      // which part is wrong is not told
      for (const answer of told) {
        expect(answer.text).toBe('{"errorName":"InvalidCiphertextException"}')
        expect(answer.status).toBe(400)
      }
    })
  })

  test('members that are not known are ignored, and so is an operation that is not', async () => {
    const requestMetadata = metadata({ kmsOperation: 'BulkEncrypt', newMember: { deep: [1] } })
    const { status } = await call('encrypt', encryption({ requestMetadata, more: null }))
    expect(status).toBe(200)
  })

  test('GetKeyLastUsage knows of use by AWS', async () => {
    const { id } = await harness.key(tenant)
    await call('encrypt', encryption(), {}, id)
    const { KeyLastUsage } = await harness.ok(tenant, 'GetKeyLastUsage', { KeyId: id })
    expect(KeyLastUsage).toMatchObject({ Operation: 'Encrypt' })
  })
})

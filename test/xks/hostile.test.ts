// @module-tag local: asks many random requests of an installation in this process
// @module-tag long
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { XKS_ERRORS } from '../../core/xks/protocol.ts'
import { describeStores, type Tenant } from '../support/harness.ts'
import {
  callXks,
  metadata,
  type XksCredential,
  type XksOutcome,
  xksTenant,
} from '../support/xks.ts'

const STATUSES: ReadonlyMap<string, number> = new Map(Object.entries(XKS_ERRORS))
const RUNS = { numRuns: 150 }

describeStores(
  'whatever is sent to a proxy',
  (harness) => {
    let tenant: Tenant
    let credential: XksCredential
    let key: string
    beforeAll(async () => {
      ;({ tenant, credential, key } = await xksTenant(harness))
    })

    /** One of the specification's answers; nothing here is a fault of ours. */
    function expectDocumented(answer: XksOutcome): void {
      if (answer.status === 200 || answer.status === 405) return
      expect(answer.status, answer.text).toBe(STATUSES.get(answer.errorName ?? ''))
      expect(answer.status, answer.text).not.toBe(500)
      expect(String(answer.json['errorMessage'] ?? '')).toMatch(/^[\x20-\x7e]{0,511}$/)
    }

    const verbs = fc.constantFrom('metadata', 'encrypt', 'decrypt', 'health')
    const pathOf = (verb: string) =>
      verb === 'health' ? `${credential.path}/health` : `${credential.path}/keys/${key}/${verb}`

    test('a body of any JSON', async () => {
      await fc.assert(
        fc.asyncProperty(verbs, fc.json(), async (verb, body) => {
          expectDocumented(await callXks(harness.target, credential, pathOf(verb), body))
        }),
        RUNS,
      )
    })

    test('a request with one member of any value', async () => {
      const whole: Record<string, unknown> = {
        requestMetadata: metadata(),
        plaintext: 'SGVsbG8gV29ybGQh',
        ciphertext: 'SGVsbG8gV29ybGQh',
        encryptionAlgorithm: 'AES_GCM',
        additionalAuthenticatedData: 'AAAA',
        ciphertextDataIntegrityValueAlgorithm: 'SHA_256',
        ciphertextMetadata: Buffer.alloc(20, 1).toString('base64'),
        initializationVector: Buffer.alloc(12).toString('base64'),
        authenticationTag: Buffer.alloc(16).toString('base64'),
      }
      const value = fc.oneof(
        fc.jsonValue(),
        fc.base64String({ maxLength: 64 }),
        fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('base64')),
      )
      const inside = fc.constantFrom(...Object.keys(metadata()))
      const member = fc.constantFrom(...Object.keys(whole))
      await fc.assert(
        fc.asyncProperty(
          verbs,
          member,
          inside,
          fc.boolean(),
          value,
          async (verb, name, part, deep, given) => {
            const body = deep
              ? { ...whole, requestMetadata: metadata({ [part]: given }) }
              : { ...whole, [name]: given }
            expectDocumented(await callXks(harness.target, credential, pathOf(verb), body))
          },
        ),
        RUNS,
      )
    })

    test('members that the path has, and names that objects inherit', async () => {
      const other = await harness.tenant()
      const theirs = (await harness.key(other)).id
      const body = `{"xksPrefix":"${other.accountId}-aaaaaaaa","externalKeyId":"${theirs}",
        "__proto__":{"plaintext":"AAAA"},"constructor":1,"toString":2,
        "requestMetadata":${JSON.stringify(metadata())},"encryptionAlgorithm":"AES_GCM","plaintext":"AAAA"}`
      const answer = await callXks(harness.target, credential, pathOf('encrypt'), body)
      expect(answer.status).toBe(200)
      const records = await harness.trail(tenant)
      const [record] = records.filter(({ eventName }) => eventName === 'XksEncrypt')
      expect(JSON.stringify(record)).not.toContain(theirs)
      const bare =
        '{"__proto__":{"plaintext":"AAAA","requestMetadata":{},"encryptionAlgorithm":"AES_GCM"}}'
      const refused = await callXks(harness.target, credential, pathOf('encrypt'), bare)
      expect(refused.errorName).toBe('ValidationException')
    })

    test('a path of any text', async () => {
      const segment = fc.string({ unit: fc.constantFrom(...'abc09.-_~%:/;AZ'), maxLength: 40 })
      await fc.assert(
        fc.asyncProperty(
          segment,
          segment,
          fc.constantFrom('POST', 'GET'),
          async (prefix, rest, method) => {
            const path = `/${prefix}/kms/xks/v1/${rest}`.replaceAll('//', '/')
            expectDocumented(await callXks(harness.target, credential, path, {}, { method }))
          },
        ),
        RUNS,
      )
    })

    describe('nested and long', () => {
      test.for([
        ['60,000 lists within each other', '['.repeat(60_000)],
        ['a thousand objects within each other', `${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}`],
        [
          'an ARN of 60,000 characters',
          JSON.stringify({ requestMetadata: metadata({ awsPrincipalArn: 'é'.repeat(25_000) }) }),
        ],
      ])('%s', async ([, body = '']) => {
        const answer = await callXks(harness.target, credential, pathOf('encrypt'), body)
        expect(answer.errorName).toBe('ValidationException')
      })
    })
  },
  ['sqlite'],
)

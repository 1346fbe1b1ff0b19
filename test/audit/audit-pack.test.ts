import { hash } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DICTIONARIES } from '../../core/audit/dictionary.ts'
import { pack, unpack } from '../../core/audit/pack.ts'
import { storeTrail } from '../../core/audit/store-trail.ts'
import { memoryStore } from '../../core/store/memory.ts'
import type { Json } from '../../core/store/store.ts'
import { storedBatches } from '../support/stored-batches.ts'

const LINES = ['{"eventName":"Encrypt","requestID":"1"}', '{"eventName":"Decrypt","requestID":"2"}']
/** as they were packed when form 1 was new */
const GOLDEN = { form: 1, records: 'q8aRmJA9b6hUy1WNo7BFVmekVAsA' }
/** as older versions stored them */
const PLAIN = { records: LINES.join('\n') }

const flipped = (base64: string, byte: number): string => {
  const bytes = Buffer.from(base64, 'base64')
  bytes[byte] = (bytes[byte] ?? 0) ^ 1
  return bytes.toString('base64')
}

describe('A packed batch', () => {
  test('golden batches open for ever', () => {
    expect(unpack(GOLDEN)).toEqual(LINES)
    expect(unpack(PLAIN)).toEqual(LINES)
  })

  test('a dictionary never changes', () => {
    const hashes = Object.entries(DICTIONARIES).map(([form, bytes]) => [
      form,
      hash('sha256', bytes),
    ])
    expect(hashes).toEqual([
      ['1', '98d8a53d5097f53788bbffe7505a55855404939dfa4779c8d1d998c62cb617d1'],
    ])
  })

  test('opens as what was packed', () => {
    const line = fc.json().filter((text) => !text.includes('\n'))
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 20 }), (lines) => {
        expect(unpack(pack(lines.map((text) => Buffer.from(`${text}\n`))))).toEqual(lines)
      }),
    )
  })

  test.for<[string, Readonly<Record<string, unknown>>]>([
    ['of a form that is to come', { ...GOLDEN, form: 2 }],
    ['cut', { form: 1, records: GOLDEN.records.slice(0, 16) }],
    ['that is no deflated text', { form: 1, records: flipped(GOLDEN.records, 0) }],
    [
      'that would fill the memory',
      { form: 1, records: deflateRawSync(Buffer.alloc(3 << 20)).toString('base64') },
    ],
    ['without records', { form: 1 }],
  ])('one %s is refused', ([, data]) => {
    expect(() => unpack(data)).toThrow()
  })
})

describe('The trail in a store', () => {
  const accountId = '111122223333'
  const query = { accountId, from: 0, to: Date.parse('2027-01-01'), limit: 10 }
  const record = (eventName: string, eventTime: string) => ({
    eventName,
    eventTime,
    recipientAccountId: accountId,
    resources: [],
    userIdentity: {},
  })
  const place = {
    pk: `${accountId}/audit/2026-11-22`,
    sk: '2026-11-22T10:00:00.000Z#1',
    version: 1,
  }
  const older = JSON.stringify(record('Older', '2026-11-22T10:00:00.000Z'))

  test('reads batches of older versions beside its own', async () => {
    const store = memoryStore()
    await store.put({ ...place, data: { records: older } })
    const trail = storeTrail(store)
    await trail.record([record('Newer', '2026-11-22T11:00:00.000Z') as never], true)
    const { records } = await trail.find(query)
    expect(records.map(({ eventName }) => eventName)).toEqual(['Newer', 'Older'])
  })

  test('names a batch that is damaged', async () => {
    const store = memoryStore()
    const data: { [name: string]: Json } = { form: 1, records: flipped(GOLDEN.records, 0) }
    await store.put({ ...place, data })
    await expect(storeTrail(store).find(query)).rejects.toThrow(
      `The audit batch ["${place.pk}","${place.sk}"] is damaged.`,
    )
  })

  test('a record that is written alone takes one write unit of DynamoDB', async () => {
    const store = memoryStore()
    const trail = storeTrail(store)
    await trail.record([JSON.parse(REAL)], true)
    const items = await storedBatches(store, accountId, '2026-11-22')
    const [item] = items
    // beside its data an item has keys, a version, a write id and their names: under 200 bytes
    expect(JSON.stringify(item?.data).length).toBeLessThan(1024 - 200)
    expect(JSON.stringify(item?.data).length).toBeLessThan(REAL.length / 2)
  })
})

/** a record as a caller with a session and an encryption context leaves it */
const REAL = JSON.stringify({
  eventVersion: '1.11',
  userIdentity: {
    type: 'AssumedRole',
    principalId: 'AROA7Q2MZL4XKPE3WVTJD:nightly-export',
    arn: 'arn:aws:sts::111122223333:assumed-role/exporter/nightly-export',
    accountId: '111122223333',
    accessKeyId: 'ASIARTSYYYYYRB6YVZ3M',
    sessionContext: {
      attributes: { creationDate: '2026-11-22T09:58:12.000Z', mfaAuthenticated: 'false' },
    },
  },
  eventTime: '2026-11-22T10:14:07.112Z',
  eventSource: 'kms.amazonaws.com',
  eventName: 'GenerateDataKey',
  awsRegion: 'eu-north-1',
  sourceIPAddress: '198.51.100.23',
  userAgent:
    'aws-sdk-java/2.31.7 md/io#sync md/http#Apache ua/2.1 os/Linux#6.1.141 lang/java#21.0.7',
  requestParameters: {
    keyId: 'alias/exports',
    keySpec: 'AES_256',
    encryptionContext: { customer: 'c-90210', dataset: 'invoices/2026/11', purpose: 'export' },
  },
  responseElements: null,
  additionalEventData: {
    decisions: [
      {
        action: 'kms:GenerateDataKey',
        allowed: true,
        reason: 'Allowed: Allow by statement "Exports" of identity-based policy "exporter".',
      },
    ],
  },
  requestID: '0c6b6c5e-8f4a-4a36-9d6e-0d1f6f2f7a51',
  eventID: 'b7ad6b7b-9f0e-4f3b-8b0a-6a1b8a5d3c9e',
  readOnly: true,
  resources: [
    {
      accountId: '111122223333',
      type: 'AWS::KMS::Key',
      ARN: 'arn:aws:kms:eu-north-1:111122223333:key/6f1f0f9c-5b0e-4c57-8d6b-2f4f0a6f3f11',
    },
  ],
  eventType: 'AwsApiCall',
  managementEvent: true,
  recipientAccountId: '111122223333',
  eventCategory: 'Management',
})

import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { AuditRecord } from '../core/audit/audit.ts'
import { MOST_TOGETHER, storeTrail } from '../core/audit/store-trail.ts'
import { readConfig } from '../core/config.ts'
import { createAccessKey, createTenant } from '../core/identity/tenant.ts'
import { INSTALLATION } from '../core/item/installation.ts'
import { keyring } from '../core/key/keyring.ts'
import { sweep } from '../core/lifecycle/sweep.ts'
import { handle } from '../core/pipeline/handle.ts'
import type { RootKey } from '../core/root/root.ts'
import { createService, type Service } from '../core/service.ts'
import { signRequest } from '../core/signature/sign-request.ts'
import { createTable, documentClient, dynamodbStore } from '../core/store/dynamodb.ts'
import { operations } from '../operations/registry.ts'
import { startDynalite } from '../test/support/dynalite.ts'
import { callLogBytes } from './cost-log.ts'

/** calls that a figure is the mean of */
const CALLS = 10
/** calls whose records are written together */
const SHARED = 100
/** read request units: AWS rounds up to 4 KB, here to half of it for reads that may lag; dynalite takes nothing for nothing */
const LEAST_QUERY = 0.5
/** Unix ms: an hour that is over, so that what is written once an hour is written once */
const NOW = Date.parse('2026-11-22T12:00:00Z')
const REGION = 'us-east-1'

/** What one warm call takes, as the meters of DynamoDB and AWS KMS count it. */
export interface Taken {
  /** read request units (consistent: one for each 4 KB of an item) */
  readonly reads: number
  /** write request units (one for each 1 KB of an item) */
  readonly writes: number
  /** bytes that stay in the table: the call's audit record; rounded up to hundreds, because ids pack differently */
  readonly storedBytes: number
  /** calls of the root key */
  readonly root: number
}

/** What a tenant key takes in the table. */
export interface Measured {
  readonly calls: ReadonlyMap<string, Taken>
  /** a new key's items: the key, its policy, its last use; bytes with DynamoDB's 100 for each */
  readonly keyBytes: number
  readonly createKey: Taken
  /** write request units of a call whose record is written with those of others */
  readonly sharedWrites: number
  /** the first call of an operation in a process that has nothing in memory */
  readonly coldRoot: number
  /** requests of DynamoDB that a warm Decrypt makes, one after the other */
  readonly roundTrips: number
  /** read request units of a sweep that finds nothing due */
  readonly sweepReads: number
  /** bytes of a call in CloudWatch Logs */
  readonly logBytes: number
}

interface Counts {
  requests: number
  reads: number
  writes: number
  storedBytes: number
  root: number
}

/**
 * Makes the calls of the table in docs/cost.md as a Lambda function makes them, each with what it
 * writes before it is frozen, against an independent implementation of DynamoDB that counts units.
 */
export async function measure(): Promise<Measured> {
  const dynalite = await startDynalite()
  const counts: Counts = { requests: 0, reads: 0, writes: 0, storedBytes: 0, root: 0 }
  const base = new DynamoDBClient({
    endpoint: dynalite.endpoint,
    region: REGION,
    credentials: { accessKeyId: 'AKIDCOST', secretAccessKey: 'made-up' },
  })
  countUnits(base, counts)
  const { table } = readConfig({})
  const client = documentClient(base)
  try {
    await createTable({ table, client })
    const store = dynamodbStore({ table, client })
    return await measureCalls(store, countedRoot(counts), counts)
  } finally {
    base.destroy()
    await dynalite.stop()
  }
}

/** Asks for the units of every request, and adds them up. */
function countUnits(base: DynamoDBClient, counts: Counts): void {
  base.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const metered = /^(BatchGetItem|PutItem|DeleteItem|Query)Command$/.test(commandName)
        counts.requests++
        if (metered) Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' })
        const result = await next(args)
        if (!metered) return result
        const { ConsumedCapacity } = result.output as { ConsumedCapacity?: unknown }
        const units = [ConsumedCapacity].flat().map((one) => capacityOf(one))
        const counted = units.reduce((sum, one) => sum + one, 0)
        const total = commandName === 'QueryCommand' ? Math.max(LEAST_QUERY, counted) : counted
        const writes = commandName === 'PutItemCommand' || commandName === 'DeleteItemCommand'
        counts[writes ? 'writes' : 'reads'] += total
        if (commandName === 'PutItemCommand') counts.storedBytes += sizeOf(args.input)
        return result
      },
    { step: 'initialize' },
  )
}

const capacityOf = (one: unknown): number =>
  Number((one as { CapacityUnits?: number } | undefined)?.CapacityUnits ?? 0)

/** bytes, near enough: attribute names and values, and 100 that DynamoDB charges for each item */
function sizeOf(input: object): number {
  const { Item = {} } = input as { Item?: Record<string, unknown> }
  const attributes = Object.entries(Item).map(([name, value]) => name + String(value))
  return Buffer.byteLength(attributes.join('')) + 100
}

/** A root that hides nothing: what is counted is how often it is asked. */
const countedRoot = (counts: Counts): RootKey => ({
  id: 'cost',
  async wrap(bytes) {
    counts.root++
    return Uint8Array.from(bytes)
  },
  async unwrap(bytes) {
    counts.root++
    return Uint8Array.from(bytes)
  },
  close: async () => undefined,
})

type Call = (operation: string, input: object) => Promise<Record<string, unknown>>

async function measureCalls(
  store: ReturnType<typeof dynamodbStore>,
  root: RootKey,
  counts: Counts,
): Promise<Measured> {
  const parts = { operations, store, root, log: () => undefined, now: () => NOW }
  const open = () => createService(parts)
  const wrapping = keyring({ store, root, capacity: 10, lifetime: 1000 })
  const ports = { read: store, write: store, wrapping }
  const accountId = await createTenant(ports, { name: 'cost', accountId: '111122223333', now: NOW })
  const key = await createAccessKey(ports, { accountId, principal: 'root', now: NOW })

  const service = open()
  const call: Call = (operation, input) => callOf(service, key, operation, input)
  await call('CreateKey', {})
  const taken = async (work: () => Promise<unknown>, times: number): Promise<Taken> => {
    const before = { ...counts }
    for (let i = 0; i < times; i++) await work()
    const each = (name: keyof Counts) => (counts[name] - before[name]) / times
    return {
      reads: each('reads'),
      writes: each('writes'),
      storedBytes: Math.ceil(each('storedBytes') / 100) * 100,
      root: each('root'),
    }
  }
  const createKey = await taken(() => call('CreateKey', {}), CALLS)

  const calls = new Map<string, Taken>()
  const keyOf = async (input: object) => {
    const { KeyMetadata } = await call('CreateKey', input)
    return (KeyMetadata as { KeyId: string }).KeyId
  }
  const symmetric = await keyOf({})
  const hmac = await keyOf({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' })
  const signing = await keyOf({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
  const Plaintext = Buffer.alloc(32).toString('base64')
  const { CiphertextBlob } = await call('Encrypt', { KeyId: symmetric, Plaintext })
  const table: [string, object][] = [
    ['Encrypt', { KeyId: symmetric, Plaintext }],
    ['Decrypt', { CiphertextBlob }],
    ['GenerateDataKey', { KeyId: symmetric, KeySpec: 'AES_256' }],
    ['GenerateMac', { KeyId: hmac, Message: Plaintext, MacAlgorithm: 'HMAC_SHA_256' }],
    ['Sign', { KeyId: signing, Message: Plaintext, SigningAlgorithm: 'ECDSA_SHA_256' }],
    ['DescribeKey', { KeyId: symmetric }],
  ]
  // beyond the first batches of a minute a process marks the day's audit trail as spread: once a day
  for (let i = 0; i < MOST_TOGETHER; i++) await call('DescribeKey', { KeyId: symmetric })
  for (const [operation, input] of table) {
    // the first brings material into memory and notes the key's use of this hour
    await call(operation, input)
    calls.set(operation, await taken(() => call(operation, input), CALLS))
  }
  const requests = counts.requests
  for (let i = 0; i < CALLS; i++) await call('Decrypt', { CiphertextBlob })
  const roundTrips = (counts.requests - requests) / CALLS
  const sweeping = await taken(() => sweepOnce(service, store), 1)
  const trail = storeTrail(store)
  const records: AuditRecord[] = []
  const record = async (made: readonly AuditRecord[]) => void records.push(...made)
  const gathering = createService({ ...parts, audit: { ...trail, record } })
  for (let i = 0; i < SHARED; i++) await answerOf(gathering, key, 'Decrypt', { CiphertextBlob })
  const before = counts.writes
  await trail.record(records, true)
  const sharedWrites = (counts.writes - before) / SHARED
  const fresh = open()
  const cold = await taken(() => callOf(fresh, key, 'Decrypt', { CiphertextBlob }), 1)
  return {
    calls,
    keyBytes: await keyBytes(store, accountId, symmetric),
    createKey,
    sharedWrites,
    coldRoot: cold.root,
    roundTrips,
    sweepReads: sweeping.reads,
    logBytes: callLogBytes(),
  }
}

/** As the sweeper's function does: the store's mark, then what is due. @throws Error where anything is */
async function sweepOnce(service: Service, store: ReturnType<typeof dynamodbStore>) {
  await store.get([INSTALLATION])
  const { more, failed, ...done } = await sweep(service, { now: NOW, limit: 1 })
  if (Object.values(done).some((count) => count > 0)) throw new Error('something was due')
}

type AccessKey = { AccessKeyId: string; SecretAccessKey: string }

/** One call, and the flush that a function makes before it is frozen. @throws Error for a refusal */
async function callOf(service: Service, key: AccessKey, operation: string, input: object) {
  const answer = await answerOf(service, key, operation, input)
  await service.audit.flush()
  await Promise.all([service.usage.flush(), service.accessKeyUses.flush()])
  return answer
}

async function answerOf(
  service: Service,
  { AccessKeyId, SecretAccessKey }: AccessKey,
  operation: string,
  input: object,
): Promise<Record<string, unknown>> {
  const body = Buffer.from(JSON.stringify(input))
  const head = {
    method: 'POST',
    path: '/',
    query: '',
    body,
    headers: {
      host: 'kms.us-east-1.amazonaws.com',
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `TrentService.${operation}`,
      'user-agent':
        'aws-sdk-js/3.1164.0 ua/2.1 os/linux lang/js md/nodejs#24.21.0 api/kms#3.1164.0',
    },
  }
  const credentials = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey }
  const scope = { region: REGION, service: 'kms', now: Date.now() }
  const headers = signRequest(head, credentials, scope)
  const request = { ...head, headers, sourceIp: '203.0.113.10', secure: true }
  const { status, body: answer } = await handle(request, service)
  if (status !== 200) throw new Error(`${operation}: ${answer}`)
  return JSON.parse(String(answer))
}

async function keyBytes(
  store: ReturnType<typeof dynamodbStore>,
  accountId: string,
  keyId: string,
): Promise<number> {
  const { items } = await store.query({ pk: `${accountId}/${REGION}`, prefix: '', limit: 1000 })
  const own = items.filter(({ sk }) => sk.split('#')[1] === keyId)
  const sizes = own.map((item) => Buffer.byteLength(JSON.stringify(item)) + 100)
  return sizes.reduce((sum, size) => sum + size, 0)
}

import { readFileSync, writeFileSync } from 'node:fs'
import type { AnyOperation } from '../core/operation.ts'
import { encrypt } from '../operations/cryptography/encrypt.ts'
import { RETENTIONS, readOptions } from '../stacks/options.ts'
import { AWS_JSON, sizeOf } from '../stacks/sizes.ts'
import { containerSection } from './cost-containers.ts'
import { type Measured, measure, type Taken } from './cost-measure.ts'
import { PRICED_AT, PRICES } from './cost-prices.ts'
import { dollars, number, row, table } from './cost-text.ts'

/** What is assumed; each is said in the document. */
export const ASSUMED = {
  /** ms that DynamoDB takes for one item, as AWS says of it: single digits */
  roundTripMs: 5,
  /** write units of a record that is written with others', at most: a test measures it */
  sharedWrites: 0.2,
  /** calls of the root key for each call: one for a tenant, process and five minutes */
  rootShare: 0.01,
}

/** Processor time of functions, ms, as `npm run bench:times` measured it. */
const TIMES = JSON.parse(readFileSync(new URL('cost-times.json', import.meta.url), 'utf8')) as {
  readonly processor: string
  readonly node: string
  readonly functions: Readonly<Record<'encrypt' | 'aws-clients' | 'sweep', Times>>
  /** of one call under load, of the server over DynamoDB */
  readonly server: number
}
interface Times {
  /** until the first answer */
  readonly start: number
  /** of one more call */
  readonly warm: number
}
/** metrics that the stack's alarms look at, by its shape; a test counts them */
export const ALARM_METRICS = { functions: 16, container: 17 }
/** metrics of lines that a filter of the log finds; a test counts them */
export const FILTER_METRICS = { functions: 5, container: 2 }
/** a test counts them */
export const DASHBOARDS = 1
const { logRetention } = readOptions({})
/** months that a line of a log is kept */
const LOG_MONTHS = RETENTIONS[logRetention] / 30
/** taken in, and kept for as long as logs are, dollars */
const perLogGb = PRICES.logs.dollars + LOG_MONTHS * PRICES.logStorage.dollars
/** metrics of each operation that is called and does not fail (functions/middleware/call-line.ts) */
const METRICS = 1
/** operations that are called in every hour of the month */
const CALLED = 5
/** million calls of a month after which API Gateway takes less */
const FIRST_TIER = 300
/** keys of a month of containers: so few that they cost next to nothing */
const KEYS = 1000
const MINUTES = 60 * 24 * 30
/** MB that one whole processor comes with; Lambda gives it in proportion, and more with more */
const PROCESSOR_MB = 1769
const SWEEP_MB = 512
const MILLION = 1_000_000
const GB = 1024 ** 3

/** The cost of one million warm calls by its parts, dollars. */
export interface CallCost {
  readonly api: number
  readonly compute: number
  readonly reads: number
  readonly writes: number
  readonly logs: number
  readonly root: number
  readonly total: number
}

const gbOf = (memory: string): number => Number.parseInt(memory, 10) / 1024

const REST_MEMORY = sizeOf(encrypt as unknown as AnyOperation).memory
const SIZES = {
  aws: { memory: AWS_JSON.memory, times: TIMES.functions['aws-clients'] },
  rest: { memory: REST_MEMORY, times: TIMES.functions.encrypt },
} as const
type Face = keyof typeof SIZES

/** ms on Lambda's share of a processor, as long as this machine's, rounded up as it is billed. */
const billed = (work: number, memory: string, roundTrips: number): number =>
  Math.ceil(
    work / Math.min(1, Number.parseInt(memory, 10) / PROCESSOR_MB) +
      roundTrips * ASSUMED.roundTripMs,
  )

const callMs = ({ roundTrips }: Measured, face: Face): number =>
  billed(SIZES[face].times.warm, SIZES[face].memory, roundTrips)
/** A start has a whole processor, whatever the memory. */
const startMs = ({ roundTrips }: Measured, face: Face): number =>
  billed(SIZES[face].times.start, `${PROCESSOR_MB}`, roundTrips)
/** The index is asked in one turn, after the mark. */
const sweepMs = (): number => billed(TIMES.functions.sweep.warm, `${SWEEP_MB}`, 2)

/** @param face which function answers: the one entry of AWS's clients, or the operation's own */
export function callCost(measured: Measured, { reads, writes }: Taken, face: Face): CallCost {
  const { memory } = SIZES[face]
  const seconds = callMs(measured, face) / 1000
  const parts = {
    api: PRICES.httpApi.dollars,
    compute:
      PRICES.lambdaRequests.dollars +
      seconds * gbOf(memory) * MILLION * PRICES.lambdaSeconds.dollars,
    reads: reads * PRICES.dynamodbReads.dollars,
    writes: writes * PRICES.dynamodbWrites.dollars,
    logs: ((measured.logBytes * MILLION) / GB) * perLogGb,
    root: ASSUMED.rootShare * PRICES.kmsRequests.dollars,
  }
  return { ...parts, total: Object.values(parts).reduce((sum, part) => sum + part, 0) }
}

/** What an installation costs in a month although nobody calls it, dollars: root key, sweeps, alarms, dashboard. */
export function idleCost(
  { sweepReads }: Measured,
  shape: keyof typeof ALARM_METRICS = 'functions',
): number {
  const sweeps = MINUTES / MILLION
  const each =
    PRICES.scheduler.dollars +
    PRICES.lambdaRequests.dollars +
    (sweepMs() / 1000) * (SWEEP_MB / 1024) * MILLION * PRICES.lambdaSeconds.dollars +
    sweepReads * PRICES.dynamodbReads.dollars
  return (
    PRICES.kmsKey.dollars +
    sweeps * each +
    ALARM_METRICS[shape] * PRICES.alarmMetric.dollars +
    DASHBOARDS * PRICES.dashboard.dollars
  )
}

/** Metrics of a month in which so many operations are called in every hour, dollars. */
const metricCost = (operations: number): number => operations * METRICS * PRICES.metric.dollars

/** What API Gateway takes less of so many million calls, dollars. */
const rebate = (millions: number): number =>
  Math.max(0, millions - FIRST_TIER) * (PRICES.httpApi.dollars - PRICES.httpApiMore.dollars)

const perGbMonth = PRICES.dynamodbStorage.dollars + PRICES.dynamodbBackup.dollars

/** A month of so many keys and million calls, dollars. */
export function monthCost(
  measured: Measured,
  keys: number,
  millions: number,
  face: Face,
): { tenkey: number; awsKms: number } {
  const taken = measured.calls.get('Decrypt')
  if (taken === undefined) throw new Error('Decrypt was not measured')
  const stored = (keys * measured.keyBytes + millions * MILLION * taken.storedBytes) / GB
  return {
    tenkey:
      idleCost(measured) +
      (millions > 0 ? metricCost(CALLED) : 0) +
      stored * perGbMonth +
      millions * callCost(measured, taken, face).total -
      rebate(millions),
    awsKms: keys * PRICES.kmsKey.dollars + millions * PRICES.kmsRequests.dollars,
  }
}

/** The text of docs/cost.md. */
export function costDocument(measured: Measured): string {
  const decrypt = measured.calls.get('Decrypt')
  if (decrypt === undefined) throw new Error('Decrypt was not measured')
  const aws = callCost(measured, decrypt, 'aws')
  const rest = callCost(measured, decrypt, 'rest')
  /** dollars a month for the records of a million calls */
  const kept = ((decrypt.storedBytes * MILLION) / GB) * perGbMonth
  const breakEven = ({ total }: CallCost): string => {
    const more = total + kept - PRICES.kmsRequests.dollars
    if (more <= 0) throw new Error('a call never costs more than one of AWS KMS: say so instead')
    return number(Math.round((PRICES.kmsKey.dollars / more) * 10) * 100_000)
  }

  const calls = [...measured.calls].map(([operation, taken]) => {
    const cost = callCost(measured, taken, 'aws')
    const theirs = operation === 'Sign' ? PRICES.kmsAsymmetric : PRICES.kmsRequests
    return row(
      operation,
      taken.reads,
      taken.writes,
      number(taken.storedBytes),
      dollars(cost.total),
      dollars(callCost(measured, taken, 'rest').total),
      dollars(theirs.dollars),
    )
  })
  const parts = (['api', 'compute', 'reads', 'writes', 'logs', 'root'] as const).map((part) =>
    row(PARTS[part], dollars(aws[part]), dollars(rest[part])),
  )
  const months = [1_000, 100_000, 1_000_000].flatMap((keys) =>
    [1, 100, 10_000].map((millions) => {
      const { tenkey, awsKms } = monthCost(measured, keys, millions, 'aws')
      const cheaper = tenkey < awsKms ? 'tenkey' : 'AWS KMS'
      return row(number(keys), number(millions), dollars(tenkey), dollars(awsKms), cheaper)
    }),
  )
  const prices = Object.values(PRICES).map(({ dollars: price, unit, source }) =>
    row(`$${price}`, unit, source),
  )
  const { keyBytes, createKey, coldRoot, logBytes, sweepReads, roundTrips } = measured
  return `# What it costs

<!-- Written by \`node scripts/cost.ts\` from request units that it measures; prices are in scripts/cost-prices.ts. -->

An estimate for us-east-1 at list prices as they were known on ${PRICED_AT} (look at the pages named below before you rely on them), without free tiers, savings plans, taxes and data transfer. Request units are measured: \`scripts/cost-measure.ts\` makes each call as a Lambda function does, against an independent implementation of DynamoDB that counts them. Time of a processor is measured too; what can't be measured without an AWS account is assumed, and said so below.

**In one sentence:** tenkey costs next to nothing for a key and about as much as AWS KMS for a call, so it is cheaper for many keys, and AWS KMS is cheaper for few keys that are used all the time.

## When AWS KMS is the cheaper choice

A key in AWS KMS costs ${dollars(PRICES.kmsKey.dollars)} a month and ${dollars(PRICES.kmsRequests.dollars)} for a million calls. A million calls of tenkey cost ${dollars(aws.total)} by AWS's own clients (\`POST /\`), ${dollars(rest.total)} by REST, and ${dollars(kept)} for each month that their audit records are kept. So, for symmetric keys, AWS KMS is cheaper where a key is called more than about ${breakEven(aws)} times a month on average (${breakEven(rest)} by REST), and always for a single key: the least that tenkey costs is ${dollars(idleCost(measured))} a month, for its root key, a sweep each minute, ${ALARM_METRICS.functions} metrics of alarms and the dashboard (${dollars(DASHBOARDS * PRICES.dashboard.dollars)}), and ${dollars(metricCost(1))} for the metric of each operation that is called in every hour.

For ECC and larger RSA keys AWS KMS takes ${dollars(PRICES.kmsAsymmetric.dollars)} for a million calls: there tenkey is cheaper in keys and in calls. Cache data keys on the client (the AWS Encryption SDK does) before looking at either price.

## A month

Symmetric keys, one stored record for each call, all by AWS's own clients, ${CALLED} operations called in every hour.

${table(['keys', 'million calls a month', 'tenkey', 'AWS KMS', 'cheaper'], months)}

A new version of a rotated key costs AWS KMS another ${dollars(1)} a month, for the first two rotations; tenkey some hundred bytes.

## A million calls

Warm calls. Reads and writes are DynamoDB request units of one call; stored is what its audit record leaves in the table. The caller is a role's session or its account's root; a user's access key has an item of its own, and so one read more (${dollars(PRICES.dynamodbReads.dollars)} a million).

${table(['operation', 'reads', 'writes', 'stored bytes', 'by AWS clients', 'by REST', 'AWS KMS'], calls)}

The parts of a million Decrypt:

${table(['part', 'by AWS clients', 'by REST'], parts)}

- **API Gateway and the audit record are the dearest parts**: in a function each call writes its own record, because a function is frozen once it has answered. The server in a container writes the records of many calls as one item, packed together, and has neither API Gateway nor Lambda: under load what is left of a call is its reads and a fifth of a write or less, ${dollars(decrypt.reads * PRICES.dynamodbReads.dollars + ASSUMED.sharedWrites * PRICES.dynamodbWrites.dollars)} a million, and the machine.
- **Records stay**: a million calls add ${((decrypt.storedBytes * MILLION) / GB).toFixed(1)} GB, which cost ${dollars(kept)} in every month that they are kept. The tables above have the first month.
- CreateKey takes ${createKey.reads} reads and ${createKey.writes} writes; a key takes ${number(keyBytes)} bytes, so a million keys cost ${dollars(((MILLION * keyBytes) / GB) * perGbMonth)} a month to store, backups included.
- In several Regions (\`STACK_REPLICAS\`) what Regions share is written in each, at the price of a write there ($0.625 a million units in us-east-1, and data transfer between Regions): making a user, an access key, a tenant or a multi-Region key, and rotating it. Other calls write their own Region's table alone, so a million of them cost the same; they read two tables at once, the same units. A replica of the root key costs $1.00 a month.
- A process that has nothing in memory calls the root key ${coldRoot} times for its first call (the tenant's own secrets, and its keys of the Region), then once each in five minutes.

${containerSection({
  taken: decrypt,
  perCallMs: TIMES.server,
  idle: idleCost(measured, 'container'),
  perGbMonth,
  sharedWrites: ASSUMED.sharedWrites,
  rootShare: ASSUMED.rootShare,
  functions: (millions) => monthCost(measured, KEYS, millions, 'aws').tenkey,
})}

## Measured, and assumed

| what | figure | how |
| --- | --- | --- |
| request units, stored bytes | above | counted by an independent implementation of DynamoDB (\`scripts/cost-measure.ts\`) |
| billed time of a warm call, AWS's clients | ${callMs(measured, 'aws')} ms at ${SIZES.aws.memory} | ${SIZES.aws.times.warm} ms of a processor, measured (\`npm run bench:times\`, of the bundle that is deployed), and ${roundTrips} round trips of DynamoDB, counted, at ${ASSUMED.roundTripMs} ms, **assumed** |
| billed time of a warm call, REST | ${callMs(measured, 'rest')} ms at ${SIZES.rest.memory} | the same with ${SIZES.rest.times.warm} ms, at the share of a processor that this memory comes with |
| billed time of a start and its first call | ${startMs(measured, 'aws')} ms (AWS's clients), ${startMs(measured, 'rest')} ms (REST) | ${SIZES.aws.times.start} and ${SIZES.rest.times.start} ms of a processor, measured, and the round trips; Lambda's own part, before Node.js is there, is not billed |
| log of a call | ${number(logBytes)} bytes | its line and API Gateway's, as they are written, with CloudWatch's 26 for each, kept for ${logRetention}; Lambda's own lines are switched off but for failures. CloudWatch keeps them compressed, so it takes less for that than is counted here |
| a call of a container | ${TIMES.server} ms of a processor | measured (\`npm run bench:times\`): the server over DynamoDB behind TLS, under load |
| a sweep | each minute, ${sweepMs()} ms at ${SWEEP_MB} MB, ${sweepReads} read units | ${TIMES.functions.sweep.warm} ms of a processor, measured; the store's mark and eight empty queries of the index |
| calls of the root key | ${ASSUMED.rootShare * 100} in 100 calls | **assumed**: one for a tenant, process and five minutes, so it depends on how many tenants share how many processes |

Times are of ${TIMES.processor}, Node.js ${TIMES.node}; that Lambda's arm64 is as fast is **assumed**, and what \`npm run smoke\` shows of a deployment is the truth. Cold starts come on top: ${dollars(startMs(measured, 'aws') * 1000 * gbOf(AWS_JSON.memory) * PRICES.lambdaSeconds.dollars)} for a million of them by AWS's clients, ${dollars(startMs(measured, 'rest') * 1000 * gbOf(REST_MEMORY) * PRICES.lambdaSeconds.dollars)} by REST. So do provisioned concurrency, a custom domain, AWS WAF, and each change of a key: ${dollars(PRICES.event.dollars)} for a million events, and their function; Lambda reads the table's stream at no charge. The API's routes have no metrics of their own, which would be custom metrics of each route; a metric of faults is paid for in the hours that have some, and so are the ${FILTER_METRICS.functions} that filters of the log make of lines: failed authentications, calls near their functions' end, keys pending deletion that were asked for, errors of the root key, items that a sweep passed over (${dollars(PRICES.metric.dollars)} each in a month of such hours). Options have alarms of their own, ${dollars(PRICES.alarmMetric.dollars)} for each metric: canaries, backups and Regions. CloudWatch takes less for logs beyond 10 TB a month: ${number(10_000)} million calls leave ${((logBytes * 10_000 * MILLION) / GB / 1024).toFixed(1)} TB.

## Prices

${table(['price', 'for one', 'from'], prices)}
`
}

const PARTS = {
  api: 'API Gateway',
  compute: 'Lambda',
  reads: 'DynamoDB, reads',
  writes: 'DynamoDB, writes (audit)',
  logs: 'CloudWatch Logs',
  root: 'root key in AWS KMS',
} as const

if (import.meta.main) {
  const file = new URL('../docs/cost.md', import.meta.url)
  const text = costDocument(await measure())
  if (!process.argv.includes('--check')) writeFileSync(file, text)
  else if (readFileSync(file, 'utf8') !== text) {
    console.error('stale: docs/cost.md; run `npm run cost`')
    process.exitCode = 1
  }
}

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ACCOUNT_STEPS } from '../../scripts/smoke/account.ts'
import { event } from '../../scripts/smoke/event.ts'
import { Skipped, type Smoke, type Step } from '../../scripts/smoke/step.ts'

const TOPIC = 'arn:aws:sns:us-east-1:111122223333:alarms'
const watching = (Namespace: string, MetricName: string, Name: string, Value: string) => ({
  AlarmName: MetricName,
  StateValue: 'OK',
  AlarmActions: [TOPIC],
  Namespace,
  MetricName,
  Dimensions: [{ Name, Value }],
})
const { Namespace, MetricName, Dimensions, ...computed } = watching(
  ...(['AWS/DynamoDB', 'ReadThrottleEvents', 'TableName', 'store'] as const),
)
const ALARMS = {
  MetricAlarms: [
    // a rule of the account's own bus: its alarm names no bus
    watching('AWS/Events', 'FailedInvocations', 'RuleName', 'root-key-changed'),
    watching('AWS/Events', 'FailedInvocations', 'EventBusName', 'key-events'),
    watching('AWS/ApiGateway', '5xx', 'ApiId', 'api'),
    {
      ...computed,
      Metrics: [{}, { MetricStat: { Metric: { Namespace, MetricName, Dimensions } } }],
    },
  ],
}

let folder: string
/** What the AWS CLI was asked, without its last words. */
const asked = () => readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n')

/** Puts an AWS CLI first on the path. @param answers by the operation's name, JSON */
function installCli(answers: Readonly<Record<string, object>>): void {
  const cases = Object.entries({ 'describe-alarms': ALARMS, ...answers }).map(
    ([operation, answer]) => `${operation}) echo '${JSON.stringify(answer)}';;`,
  )
  const script = `#!/bin/sh\necho "$@" >> '${folder}/asked'\ncase "$2" in\n${cases.join('\n')}\nesac\n`
  writeFileSync(join(folder, 'aws'), script, { mode: 0o755 })
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tenkey-aws-'))
  vi.stubEnv('PATH', `${folder}:/usr/bin:/bin`)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

const lines: string[] = []
const smoke = (more: Partial<Smoke> = {}): Smoke => ({
  url: 'https://kms.example',
  region: 'us-east-1',
  operator: { accessKeyId: 'o', secretAccessKey: 'o' },
  alarms: TOPIC,
  tenant: { accountId: '111122223333', accessKeyId: 't', secretAccessKey: 't' },
  key: { id: 'k1', arn: 'arn' },
  ask: async ({ line }) => {
    lines.push(line)
    return { status: 204, text: '', json: {}, ms: 1 }
  },
  ...more,
})

describe('an event that arrives', () => {
  const queue = {
    'create-queue': { QueueUrl: 'https://sqs/q' },
    'get-queue-attributes': { Attributes: { QueueArn: 'arn:q' } },
  }
  const removed = [
    'events remove-targets --rule tenkey-smoke-k1 --event-bus-name key-events --ids queue',
    'events delete-rule --name tenkey-smoke-k1 --event-bus-name key-events',
    'sqs delete-queue --queue-url https://sqs/q',
  ].map((words) => `${words} --output json`)

  test('is heard by a rule for the one key, which is put away again', async () => {
    const Body = JSON.stringify({ 'detail-type': 'Key Changed', detail: { change: 'MODIFY' } })
    installCli({ ...queue, 'receive-message': { Messages: [{ Body }] } })
    lines.length = 0
    expect(await event.run(smoke())).toMatch(/^Key Changed, MODIFY, \d+ s after/)
    expect(lines).toEqual(['PATCH /v1/keys/k1'])
    const rule = asked().find((words) => words.startsWith('events put-rule'))
    expect(rule).toContain('--event-bus-name key-events')
    expect(rule).toContain('{"source":["tenkey"],"detail":{"item":["key#k1"]}}')
    expect(asked().slice(-3)).toEqual(removed)
  })

  test('is missed in so many words where none comes, and all is put away', async () => {
    installCli({ ...queue, 'receive-message': {} })
    await expect(event.run(smoke())).rejects.toThrow('none in 120 s, of 12 changes of k1')
    expect(asked().slice(-3)).toEqual(removed)
  })

  test('is not asked for without an account', async () => {
    const { alarms: _none, ...local } = smoke()
    await expect(event.run(local)).rejects.toThrow(Skipped)
  })
})

describe('what calls cost in units', () => {
  const units = ACCOUNT_STEPS.find(({ name }) => name.includes('units')) as Step

  test('is the table’s meters over the API’s calls', async () => {
    installCli({ 'get-metric-statistics': { Datapoints: [{ Sum: 30 }, { Sum: 10 }] } })
    expect(await units.run(smoke())).toMatch(/^1\.0 read and 1\.0 write units a call \(40 calls/)
    const metrics = asked().map((words) => /--metric-name (\w+).*Name=(\w+,Value=\w+)/.exec(words))
    expect(metrics.flatMap((found) => (found ? [`${found[1]} ${found[2]}`] : [])).sort()).toEqual([
      'ConsumedReadCapacityUnits TableName,Value=store',
      'ConsumedWriteCapacityUnits TableName,Value=store',
      'Count ApiId,Value=api',
    ])
  })

  test('is left out, and why, while CloudWatch has none', async () => {
    installCli({ 'get-metric-statistics': { Datapoints: [] } })
    await expect(units.run(smoke())).rejects.toThrow('CloudWatch has none of the last 15 minutes')
  })
})

const stepNamed = (part: string): Step => {
  const found = ACCOUNT_STEPS.find(({ name }) => name.includes(part))
  if (found === undefined) throw new Error(`no step ${part}`)
  return found
}

// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html
describe('a trail that tells of the root key', () => {
  const ALL = { ReadWriteType: 'All', IncludeManagementEvents: true }
  const advanced = (...FieldSelectors: object[]) => ({
    AdvancedEventSelectors: [
      { FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }, ...FieldSelectors] },
    ],
  })
  const without = (field: object) => advanced({ Field: 'eventSource', ...field })

  test.for<[string, boolean, object]>([
    ['as a trail is made', true, { EventSelectors: [ALL] }],
    ['writes alone', true, { EventSelectors: [{ ...ALL, ReadWriteType: 'WriteOnly' }] }],
    ['reads alone', false, { EventSelectors: [{ ...ALL, ReadWriteType: 'ReadOnly' }] }],
    ['data alone', false, { EventSelectors: [{ ...ALL, IncludeManagementEvents: false }] }],
    [
      'but AWS KMS',
      false,
      { EventSelectors: [{ ...ALL, ExcludeManagementEventSources: ['kms.amazonaws.com'] }] },
    ],
    [
      'but another service',
      true,
      { EventSelectors: [{ ...ALL, ExcludeManagementEventSources: ['rdsdata.amazonaws.com'] }] },
    ],
    ['all by an advanced selector', true, advanced()],
    ['writes by one', true, advanced({ Field: 'readOnly', Equals: ['false'] })],
    ['reads by one', false, advanced({ Field: 'readOnly', Equals: ['true'] })],
    ['but AWS KMS by one', false, without({ NotEquals: ['kms.amazonaws.com'] })],
    ['but another by one', true, without({ NotEquals: ['rdsdata.amazonaws.com'] })],
    ['one service by one', false, without({ Equals: ['s3.amazonaws.com'] })],
    ['what begins like AWS KMS by one', true, without({ StartsWith: ['s3.', 'kms.'] })],
    ['but the console by one', false, advanced({ Field: 'userIdentity.arn', NotEquals: ['x'] })],
    [
      'data by one',
      false,
      {
        AdvancedEventSelectors: [
          { FieldSelectors: [{ Field: 'eventCategory', Equals: ['Data'] }] },
        ],
      },
    ],
  ])('logs %s: %o', async ([, logs, selectors]) => {
    const Trail = { Name: 'all', TrailARN: 'arn:trail', HomeRegion: 'us-east-1' }
    installCli({
      'describe-trails': { trailList: [Trail] },
      'get-trail-status': { IsLogging: true },
      'get-event-selectors': selectors,
    })
    const seen = stepNamed('a trail').run(smoke())
    if (logs) expect(await seen).toBe("all logs write events, AWS KMS's among them")
    else await expect(seen).rejects.toThrow('all leaves out write events, or AWS KMS')
    expect(asked()).toContain(
      'cloudtrail get-event-selectors --trail-name arn:trail --region us-east-1 --output json',
    )
  })

  test('is there, and switched on', async () => {
    installCli({ 'describe-trails': { trailList: [] } })
    await expect(stepNamed('a trail').run(smoke())).rejects.toThrow('there is no trail')
    const trailList = [{ Name: 'off', TrailARN: 'arn:off', HomeRegion: 'us-east-1' }]
    installCli({ 'describe-trails': { trailList }, 'get-trail-status': { IsLogging: false } })
    await expect(stepNamed('a trail').run(smoke())).rejects.toThrow('off is switched off')
  })
})

// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
describe('the containers that were deployed', () => {
  const arn = (revision: number) =>
    `arn:aws:ecs:us-east-1:111122223333:task-definition/server:${revision}`
  const containers = { service: 'cluster/server', taskDefinition: arn(7) }
  const of = (revision: number, more: object = {}) => ({
    ...{ status: 'PRIMARY', rolloutState: 'COMPLETED', runningCount: 2, desiredCount: 2 },
    taskDefinition: arn(revision),
    ...more,
  })
  const run = (...deployments: object[]) => {
    installCli({ 'describe-services': { services: [{ deployments }] } })
    return stepNamed('the containers').run(smoke({ containers }))
  }

  test('run, and no others', async () => {
    expect(await run(of(7))).toBe('2 of server:7')
    expect(asked()).toEqual([
      'ecs describe-services --cluster cluster --services server --output json',
    ])
  })

  test('are missed where the service went back to the former ones', async () => {
    const reason = 'ECS deployment circuit breaker: tasks failed to start.'
    const failed = { rolloutState: 'FAILED', runningCount: 0, rolloutStateReason: reason }
    await expect(run(of(6), of(7, { status: 'INACTIVE', ...failed }))).rejects.toThrow(
      `server:6 runs, and server:7 was deployed: ${reason}`,
    )
    await expect(run(of(6))).rejects.toThrow('server:7 was deployed: the service went back')
  })

  test('or are still coming, or none is there', async () => {
    const begun = { rolloutState: 'IN_PROGRESS', runningCount: 1 }
    await expect(run(of(7, begun))).rejects.toThrow('the deployment of server:7 is IN_PROGRESS')
    await expect(run(of(7, begun), of(6))).rejects.toThrow('server:6 runs')
    await expect(run(of(7, { runningCount: 0 }))).rejects.toThrow('no container')
    installCli({ 'describe-services': { services: [] } })
    const gone = stepNamed('the containers').run(smoke({ containers }))
    await expect(gone).rejects.toThrow('there is no service cluster/server')
  })
})

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

import { beforeAll, describe, expect } from 'vitest'
import { absence, deployed, PATIENCE, reportOf } from '../support/sst-deployed.ts'
import { judge } from '../support/sst-judge.ts'
import { ACCOUNT, REGION } from '../support/sst-mocks.ts'
import type { Deployed, Report } from '../support/sst-report.ts'

let production: Report

beforeAll(async () => {
  if ((await absence()) === undefined) production = await reportOf('production')
}, PATIENCE)

const teller = (): Deployed => {
  const found = production.functions.find(
    ({ build }) => build?.handler === 'functions/key-events.handler',
  )
  if (found === undefined) throw new Error('nobody tells of keys')
  return found
}

describe('the stream', () => {
  deployed('has the items before and after, from the first deployment', () => {
    expect(production.only('dynamodb/table').inputs).toMatchObject({
      streamEnabled: true,
      streamViewType: 'NEW_AND_OLD_IMAGES',
    })
  })

  deployed('is handed to the function by Lambda, none of it left out, late or dead', () => {
    expect(production.of('pipes/pipe')).toEqual([])
    const { inputs } = production.only('lambda/eventSourceMapping')
    expect(inputs).toMatchObject({
      eventSourceArn: expect.stringMatching(/^arn:aws:dynamodb:.*Store.*\/stream\//),
      startingPosition: 'TRIM_HORIZON',
      functionResponseTypes: ['ReportBatchItemFailures'],
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: -1,
      maximumRecordAgeInSeconds: 43_200,
      destinationConfig: {
        onFailure: { destinationArn: expect.stringMatching(/^arn:aws:sqs:.*DeadLetters/) },
      },
    })
    expect(production.functionOf(String(inputs['functionName']))).toBe(teller())
    const { filters } = inputs['filterCriteria'] as { filters: { pattern: string }[] }
    expect(filters.map(({ pattern }) => JSON.parse(pattern))).toEqual([
      { dynamodb: { Keys: { sk: { S: [{ prefix: 'key#' }, { prefix: 'tombstone#' }] } } } },
    ])
  })
})

describe('the role of the function that tells of keys', () => {
  const bus = () => `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/${busName()}`
  const busName = () => String(production.only('cloudwatch/eventBus').inputs['name'])
  const table = () =>
    `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${production.only('dynamodb/table').inputs['name']}`
  const ours = { 'events:source': 'tenkey', 'events:detail-type': 'Key Changed' }
  const cases: [string, () => string, Record<string, string>, boolean][] = [
    ['dynamodb:GetRecords', () => `${table()}/stream/now`, {}, true],
    ['dynamodb:GetShardIterator', () => `${table()}/stream/now`, {}, true],
    ['dynamodb:DescribeStream', () => `${table()}/stream/now`, {}, true],
    ['dynamodb:ListStreams', () => `${table()}/stream/now`, {}, true],
    ['dynamodb:GetItem', table, {}, false],
    ['dynamodb:Query', table, {}, false],
    ['kms:Decrypt', () => String(production.program.outputs['rootKey']), {}, false],
    ['events:PutEvents', bus, ours, true],
    ['events:PutEvents', bus, { ...ours, 'events:source': 'aws.kms' }, false],
    ['events:PutEvents', bus, { 'events:source': 'tenkey' }, false],
    ['events:PutEvents', () => bus().replace(busName(), 'default'), ours, false],
  ]
  deployed('lets it read the stream and tell the bus, nothing else', () => {
    const { statements } = production.roleOf(teller())
    for (const [action, resource, context, wanted] of cases) {
      const title = `${action} on ${resource()} with ${JSON.stringify(context)}`
      expect(judge({ action, resource: resource(), context, may: statements }), title).toBe(wanted)
    }
  })

  deployed('and its settings name the bus alone', () => {
    const { variables } = teller().inputs['environment'] as { variables: Record<string, string> }
    const own = Object.entries(variables).filter(([name]) => !name.startsWith('SST_'))
    expect(Object.fromEntries(own)).toEqual({
      TENKEY_EVENT_BUS: bus(),
      TENKEY_EVENTS_ENDPOINT: `https://events.${REGION}.amazonaws.com`,
    })
  })
})

const ruleNamed = (name: string) => {
  const found = production.of('cloudwatch/eventRule').find((one) => one.name === name)
  if (found === undefined) throw new Error(`there is no rule ${name}`)
  return found.inputs
}

describe('that a key was destroyed', () => {
  deployed('is told to the topic', () => {
    const rule = ruleNamed('KeyDestroyed')
    expect(JSON.parse(String(rule['eventPattern']))).toEqual({
      source: ['tenkey'],
      'detail-type': ['Key Changed'],
      detail: { change: ['INSERT'], item: [{ prefix: 'tombstone#' }] },
    })
    expect(rule['eventBusName']).toBe(production.only('cloudwatch/eventBus').inputs['name'])
    const { arn } = production.only('sns/topicPolicy').inputs
    const target = production
      .of('cloudwatch/eventTarget')
      .find(({ name }) => name === 'KeyDestroyedTarget')
    expect(target?.inputs['arn']).toBe(arn)
  })

  deployed('or an alarm tells that it could not be', () => {
    const alarm = production
      .of('cloudwatch/metricAlarm')
      .find(({ name }) => name === 'DestructionUntoldAlarm')
    // a custom bus has both dimensions
    expect(alarm?.inputs).toMatchObject({
      namespace: 'AWS/Events',
      metricName: 'FailedInvocations',
      dimensions: {
        EventBusName: production.only('cloudwatch/eventBus').inputs['name'],
        RuleName: expect.any(String),
      },
    })
  })
})

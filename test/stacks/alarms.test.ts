import { beforeAll, describe, expect } from 'vitest'
import { RootKeyRefused, RootKeyUnavailable } from '../../core/root/root.ts'
import { ALARM_METRICS, DASHBOARDS, FILTER_METRICS } from '../../scripts/cost.ts'
import { absence, deployed, PATIENCE, reportOf } from '../support/sst-deployed.ts'
import { OPTIONS, runProgram, TRIAL } from '../support/sst-platform.ts'
import { alarmMetrics, type Report } from '../support/sst-report.ts'

let production: Report

beforeAll(async () => {
  if ((await absence()) === undefined) production = await reportOf('production')
}, PATIENCE)

const alarmNamed = (name: string) =>
  production.of('cloudwatch/metricAlarm').find((one) => one.name === `${name}Alarm`)?.inputs
const pattern = (name: string) =>
  production.of('cloudwatch/logMetricFilter').find((one) => one.name === `${name}Filter`)?.inputs[
    'pattern'
  ]

describe('alarms', () => {
  deployed('each tells the topic', () => {
    const topic = expect.stringMatching(/^arn:aws:sns:.*Alarms/)
    const alarms = production.of('cloudwatch/metricAlarm')
    expect(alarms.map(({ name }) => name.replace(/Alarm$/, '')).sort()).toEqual([
      'AuthenticationFailures',
      'DeadLetters',
      'DestructionUntold',
      'FunctionThrottles',
      'KeyEventsErrors',
      'KeyEventsLate',
      'NearTimeout',
      'PendingDeletion',
      'RootKeyErrors',
      'RootKeyUntold',
      'ServerErrors',
      'SweepErrors',
      'SweepItem',
      'SweepMissing',
      'TableThrottles',
    ])
    for (const { inputs } of alarms) expect(inputs['alarmActions']).toEqual([topic])
    expect(alarmMetrics(production)).toBe(ALARM_METRICS.functions)
    expect(production.of('cloudwatch/dashboard')).toHaveLength(DASHBOARDS)
    expect(production.of('cloudwatch/logMetricFilter')).toHaveLength(FILTER_METRICS.functions)
  })

  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
  deployed('no sweep in ten minutes is one, though nothing is told of a minute without', () => {
    expect(alarmNamed('SweepMissing')).toMatchObject({
      metricQueries: [
        { id: 'all', expression: 'FILL(told, 0)', returnData: true },
        {
          id: 'told',
          metric: { namespace: 'AWS/Lambda', metricName: 'Invocations', stat: 'Sum', period: 60 },
        },
      ],
      comparisonOperator: 'LessThanThreshold',
      threshold: 1,
      // any more of the fifteen than ten would be late, and of none at all it stays what it was
      ...{ datapointsToAlarm: 10, evaluationPeriods: 15, treatMissingData: 'ignore' },
    })
  })

  deployed('and of a new stage it is none: sweeps come while its routes are made', () => {
    const made = production.program.made.map(({ type, name }) => `${type} ${name}`)
    const alarm = made.findIndex((one) => one.endsWith(' SweepMissingAlarm'))
    expect(alarm).toBeGreaterThan(made.findLastIndex((one) => one.includes('apigatewayv2/route:')))
    expect(alarm).toBeGreaterThan(made.findIndex((one) => one.includes('scheduler/schedule:')))
  })

  deployed('throttles of functions and of the table are', () => {
    expect(alarmNamed('FunctionThrottles')).toMatchObject({ metricName: 'Throttles' })
    const queries = alarmNamed('TableThrottles')?.['metricQueries'] as {
      id: string
      expression?: string
      metric?: { metricName: string }
    }[]
    expect(queries.map(({ id, metric }) => [id, metric?.metricName])).toEqual([
      ['all', undefined],
      ['reads', 'ReadThrottleEvents'],
      ['writes', 'WriteThrottleEvents'],
    ])
  })

  deployed('what functions log is found by members of ours, which Lambda does not rewrite', () => {
    for (const { inputs } of production.of('cloudwatch/logMetricFilter')) {
      expect(inputs['pattern']).not.toMatch(/\$\.(level|timestamp|message|requestId)\b/)
    }
    for (const { name } of [new RootKeyRefused('x'), new RootKeyUnavailable('x')]) {
      expect(pattern('RootKeyError')).toContain(`$.error.cause.name = "${name}"`)
      expect(pattern('RootKeyError')).toContain(`$.error.name = "${name}"`)
    }
    expect(pattern('NearTimeout')).toBe('{ $.Latency > 8000 }')
    expect(pattern('AuthenticationFailed')).toContain('$.code = "InvalidSignatureException"')
    expect(pattern('SweepItemFailed')).toBe('{ $.sweep = "*" }')
  })

  deployed(
    'calls on the root key that end the service are told to the topic, by CloudTrail',
    () => {
      const rule = production
        .of('cloudwatch/eventRule')
        .find(({ name }) => name === 'RootKeyChanged')?.inputs
      expect(rule?.['eventBusName']).toBeUndefined()
      expect(JSON.parse(String(rule?.['eventPattern']))).toEqual({
        source: ['aws.kms'],
        'detail-type': ['AWS API Call via CloudTrail'],
        detail: {
          eventSource: ['kms.amazonaws.com'],
          eventName: [
            'CreateGrant',
            'DisableKey',
            'DisableKeyRotation',
            'PutKeyPolicy',
            'ReplicateKey',
            'ScheduleKeyDeletion',
            'UpdatePrimaryRegion',
          ],
          resources: { ARN: [production.program.outputs['rootKey']] },
        },
      })
      // of the account's own bus, whose metrics have no name of a bus
      expect(alarmNamed('RootKeyUntold')).toMatchObject({
        namespace: 'AWS/Events',
        metricName: 'FailedInvocations',
        dimensions: { RuleName: rule?.['name'] },
      })
      for (const { inputs } of production.of('cloudwatch/eventTarget')) {
        expect(inputs['arn']).toBe(production.program.outputs['alarms'])
      }
    },
  )

  deployed('somebody is named who hears of them, or nobody on purpose', async () => {
    expect(production.of('sns/topicSubscription')).toEqual([])
    await expect(runProgram('production', { STACK_ALARM_EMAIL: '' })).rejects.toThrow(
      'who is told of alarms?',
    )
    const [trial, told] = await Promise.all([
      reportOf('trial', TRIAL),
      reportOf('production', OPTIONS),
    ])
    expect(trial.of('sns/topicSubscription')).toEqual([])
    expect(told.only('sns/topicSubscription').inputs).toMatchObject({
      protocol: 'email',
      endpoint: OPTIONS.STACK_ALARM_EMAIL,
    })
  })
})

interface Computed {
  readonly expression: string
}

describe('the dashboard', () => {
  deployed('shows metrics that there are', () => {
    const body = String(production.only('cloudwatch/dashboard').inputs['dashboardBody'])
    const { widgets } = JSON.parse(body) as {
      widgets: { x: number; width: number; properties: { metrics: (string | Computed)[][] } }[]
    }
    expect(widgets.length).toBeGreaterThan(5)
    const computed: string[] = []
    for (const { x, width, properties } of widgets) {
      expect(x + width).toBeLessThanOrEqual(24)
      // namespace, name, and dimensions in pairs
      for (const metric of properties.metrics) {
        const [first] = metric
        if (typeof first === 'string') expect(metric.length % 2).toBe(0)
        else computed.push(first?.expression ?? '')
      }
    }
    // what functions tell is one set of metrics, by table and operation
    const table = production.only('dynamodb/table').inputs['name']
    const search = (name: string, stat: string) =>
      `SEARCH('{tenkey,operation,table} MetricName="${name}" table="${table}"', '${stat}', 300)`
    expect(computed).toEqual([
      `SUM(${search('Latency', 'SampleCount')})`,
      `SUM(${search('Faults', 'Sum')})`,
      search('Latency', 'p99'),
    ])
  })
})

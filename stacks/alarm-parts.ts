/// <reference path="../.sst/platform/config.d.ts" />
import type { Table } from './data.ts'
import type { Events } from './events.ts'
import { named } from './names.ts'

/** What callers ask, as CloudWatch knows it. */
export interface Front {
  readonly namespace: string
  readonly dimension: readonly [name: string, value: $util.Input<string>]
  /** metrics of its answers: all, 4xx and 5xx */
  readonly answers: readonly [string, string, string]
  /** what is made when callers are answered, late in a deployment */
  readonly last: readonly $util.Input<$util.Resource>[]
  /** whether each call leaves a line with its metrics, as functions write it; a server has metrics of its own */
  readonly lines: boolean
}

/** What alarms and the dashboard look at. */
export interface Watched {
  readonly topic: aws.sns.Topic
  readonly queue: sst.aws.Queue
  readonly front: Front
  readonly sweep: sst.aws.CronV2
  readonly log: aws.cloudwatch.LogGroup
  readonly events: Events
  readonly table: Table
}

type AlarmArgs = Pick<aws.cloudwatch.MetricAlarmArgs, 'alarmDescription'> &
  Partial<aws.cloudwatch.MetricAlarmArgs>

type Metric = Pick<
  aws.types.input.cloudwatch.MetricAlarmMetricQueryMetric,
  'namespace' | 'metricName' | 'dimensions' | 'stat'
>

/** How alarms are made. */
export interface AlarmParts {
  /**
   * An alarm that tells the topic, above zero in one period unless said otherwise.
   * @param waits what is made before it
   */
  readonly alarm: (
    name: string,
    args: AlarmArgs,
    waits?: readonly $util.Input<$util.Resource>[],
  ) => aws.cloudwatch.MetricAlarm
  /**
   * An alarm on what is told in each minute and was not, or was less than `least`, in so many minutes: to
   * CloudWatch a minute in which nothing is told is no data, in place of which it looks at older data, so
   * that an alarm on that alone is minutes late. What never was told is no alarm: its state stays what it
   * was where there is no data at all, and it is made after `waits`, by when there is.
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
   */
  readonly absent: (
    name: string,
    args: {
      readonly alarmDescription: string
      readonly metric: Metric
      readonly least: $util.Input<number>
      readonly periods: number
    },
    waits: readonly $util.Input<$util.Resource>[],
  ) => aws.cloudwatch.MetricAlarm
  /** An alarm on a rule of the account's own bus whose target could not be told. */
  readonly untold: (rule: aws.cloudwatch.EventRule, name: string, what: string) => void
  /** A metric of the lines of functions that match a filter, which names members of our own: Lambda rewrites others. */
  readonly lines: (
    name: string,
    pattern: string,
  ) => {
    readonly metricName: string
    readonly namespace: string
    readonly statistic: string
    readonly period: number
  }
}

export function alarmParts({ topic, log }: Pick<Watched, 'topic' | 'log'>): AlarmParts {
  const alarm: AlarmParts['alarm'] = (name, args, waits = []) =>
    new aws.cloudwatch.MetricAlarm(
      name,
      {
        name: named(name, { longest: 255 }),
        comparisonOperator: 'GreaterThanThreshold',
        threshold: 0,
        evaluationPeriods: 1,
        treatMissingData: 'notBreaching',
        alarmActions: [topic.arn],
        ...args,
      },
      { dependsOn: [...waits] },
    )
  return {
    alarm,
    absent: (name, { alarmDescription, metric, least, periods }, waits) =>
      alarm(
        name,
        {
          alarmDescription,
          metricQueries: [
            { id: 'all', expression: 'FILL(told, 0)', returnData: true },
            { id: 'told', metric: { ...metric, period: 60 } },
          ],
          comparisonOperator: 'LessThanThreshold',
          threshold: least,
          datapointsToAlarm: periods,
          evaluationPeriods: periods + WITHIN,
          treatMissingData: 'ignore',
        },
        waits,
      ),
    untold(rule, name, what) {
      alarm(`${name}Alarm`, {
        alarmDescription: `${what}, and could not be told: the rule’s target refused.`,
        namespace: 'AWS/Events',
        metricName: 'FailedInvocations',
        // the account's own bus has this one dimension
        dimensions: { RuleName: rule.name },
        statistic: 'Sum',
        period: 300,
      })
    },
    lines(name, pattern) {
      const metric = { name, namespace: `${$app.name}/${$app.stage}` }
      new aws.cloudwatch.LogMetricFilter(`${name}Filter`, {
        logGroupName: log.name,
        pattern,
        metricTransformation: { ...metric, value: '1' },
      })
      return { metricName: name, namespace: metric.namespace, statistic: 'Sum', period: 300 }
    },
  }
}

/**
 * Minutes beyond those that are asked for that are looked at: so that what was told before is among them,
 * and FILL, of which it is documented nowhere what it makes of nothing at all, has something to fill.
 */
const WITHIN = 5

/** How often a table held a call back in five minutes, whatever it was: two metrics, of which either may be absent. */
export const throttles = (TableName: $util.Input<string>) => [
  { id: 'all', expression: 'FILL(reads, 0) + FILL(writes, 0)', returnData: true },
  ...(['Read', 'Write'] as const).map((kind) => ({
    id: `${kind.toLowerCase()}s`,
    metric: {
      namespace: 'AWS/DynamoDB',
      metricName: `${kind}ThrottleEvents`,
      dimensions: { TableName },
      stat: 'Sum',
      period: 300,
    },
  })),
]

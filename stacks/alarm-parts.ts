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

/** How alarms are made. */
export interface AlarmParts {
  /** An alarm that tells the topic, above zero in one period unless said otherwise. */
  readonly alarm: (name: string, args: AlarmArgs) => aws.cloudwatch.MetricAlarm
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

export const alarmParts = ({ topic, log }: Pick<Watched, 'topic' | 'log'>): AlarmParts => ({
  alarm(name, args) {
    return new aws.cloudwatch.MetricAlarm(name, {
      name: named(name, { longest: 255 }),
      comparisonOperator: 'GreaterThanThreshold',
      threshold: 0,
      evaluationPeriods: 1,
      treatMissingData: 'notBreaching',
      alarmActions: [topic.arn],
      ...args,
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
})

/// <reference path="../.sst/platform/config.d.ts" />
import type { Events } from './events.ts'
import { named } from './names.ts'
import type { Options } from './options.ts'

/**
 * Where alarms are told. CloudWatch's alarms of this account may publish, and EventBridge: that can not
 * publish to a topic whose statement for it has a Condition, so its own has none, and whoever knows the
 * topic's ARN can have EventBridge tell it something.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
 */
export function alarmTopic({ alarmEmail }: Options): aws.sns.Topic {
  const topic = new aws.sns.Topic('Alarms', { name: named('Alarms') })
  const account = aws.getCallerIdentityOutput({}).accountId
  new aws.sns.TopicPolicy('AlarmsPolicy', {
    arn: topic.arn,
    policy: $jsonStringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'cloudwatch.amazonaws.com' },
          Action: 'sns:Publish',
          Resource: topic.arn,
          Condition: { StringEquals: { 'aws:SourceAccount': account } },
        },
        {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sns:Publish',
          Resource: topic.arn,
        },
      ],
    }),
  })
  if (alarmEmail !== '') {
    new aws.sns.TopicSubscription('AlarmsEmail', {
      topic: topic.arn,
      protocol: 'email',
      endpoint: alarmEmail,
    })
  }
  return topic
}

interface Watched {
  readonly topic: aws.sns.Topic
  readonly queue: sst.aws.Queue
  readonly api: sst.aws.ApiGatewayV2
  readonly sweep: sst.aws.CronV2
  readonly log: aws.cloudwatch.LogGroup
  readonly events: Events
}

/** One alarm for each thing that somebody must look at. */
export function alarms({ topic, queue, api, sweep, log, events }: Watched): void {
  const alarm = (name: string, args: AlarmArgs) =>
    new aws.cloudwatch.MetricAlarm(name, {
      name: named(name, { longest: 255 }),
      comparisonOperator: 'GreaterThanThreshold',
      threshold: 0,
      evaluationPeriods: 1,
      treatMissingData: 'notBreaching',
      alarmActions: [topic.arn],
      ...args,
    })

  alarm('DeadLettersAlarm', {
    alarmDescription: 'A sweep or an event failed for good: its message says why.',
    namespace: 'AWS/SQS',
    metricName: 'ApproximateNumberOfMessagesVisible',
    dimensions: { QueueName: queue.nodes.queue.name },
    statistic: 'Maximum',
    period: 300,
  })
  alarm('SweepErrorsAlarm', {
    alarmDescription: 'A sweep failed; rotations, deletions and expiries may be late.',
    namespace: 'AWS/Lambda',
    metricName: 'Errors',
    dimensions: { FunctionName: $output(sweep.nodes.function).apply(({ name }) => name) },
    statistic: 'Sum',
    period: 300,
  })
  alarm('KeyEventsErrorsAlarm', {
    alarmDescription: 'The function that tells of changed keys failed; its log says why.',
    namespace: 'AWS/Lambda',
    metricName: 'Errors',
    dimensions: { FunctionName: events.teller.name },
    statistic: 'Sum',
    period: 300,
  })
  alarm('KeyEventsLateAlarm', {
    alarmDescription:
      'Changes of keys are told late: what the bus was not told of is older than 5 minutes.',
    namespace: 'AWS/Lambda',
    metricName: 'IteratorAge',
    dimensions: { FunctionName: events.teller.name },
    statistic: 'Maximum',
    period: 300,
    threshold: 300_000,
  })
  alarm('DestructionUntoldAlarm', {
    alarmDescription: 'A key was destroyed, and this topic could not be told of it.',
    namespace: 'AWS/Events',
    metricName: 'FailedInvocations',
    dimensions: { EventBusName: events.bus.name, RuleName: events.rule.name },
    statistic: 'Sum',
    period: 300,
  })
  alarm('ServerErrorsAlarm', {
    alarmDescription: 'Callers were answered 5xx: the function log has the request ids.',
    namespace: 'AWS/ApiGateway',
    metricName: '5xx',
    dimensions: { ApiId: api.nodes.api.id },
    statistic: 'Sum',
    period: 60,
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
  })

  const lines = (name: string, pattern: string) => {
    const metric = { name, namespace: `${$app.name}/${$app.stage}` }
    new aws.cloudwatch.LogMetricFilter(`${name}Filter`, {
      logGroupName: log.name,
      pattern,
      metricTransformation: { ...metric, value: '1' },
    })
    return { metricName: name, namespace: metric.namespace, statistic: 'Sum', period: 300 }
  }
  alarm('SweepItemAlarm', {
    alarmDescription: 'A sweep passed over an item that failed: the function log names it.',
    ...lines('SweepItemFailed', '{ $.level = "error" && $.sweep = "*" }'),
  })
  alarm('PendingDeletionAlarm', {
    alarmDescription:
      'A key that is pending deletion was asked for: somebody still needs it. CancelKeyDeletion keeps it.',
    ...lines('PendingDeletionUsed', PENDING_DELETION_USED),
  })
}

/** The line that functions/lambda.ts writes of a call that was refused because of its key's state. */
const PENDING_DELETION_USED =
  '{ $.code = "KMSInvalidStateException" && $.keyState = "PendingDeletion" }'

type AlarmArgs = Pick<
  aws.cloudwatch.MetricAlarmArgs,
  'alarmDescription' | 'namespace' | 'metricName' | 'dimensions' | 'statistic' | 'period'
> &
  Partial<aws.cloudwatch.MetricAlarmArgs>

/// <reference path="../.sst/platform/config.d.ts" />
import type { AlarmParts, Watched } from './alarm-parts.ts'
import { named } from './names.ts'
import type { Options } from './options.ts'

/** STACK_ALARM_EMAIL of who subscribes to the topic in another way. */
const NOBODY = 'none'

/** @throws Error where a stage that holds keys is to be deployed, and nobody was named who is told of alarms */
export function checkSubscriber({ alarmEmail }: Options): void {
  if (alarmEmail !== '' || $app.protect !== true) return
  throw new Error(
    `who is told of alarms? Set STACK_ALARM_EMAIL to an address, or to ${NOBODY} where you subscribe to the topic yourself`,
  )
}

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
  if (alarmEmail !== '' && alarmEmail !== NOBODY) {
    new aws.sns.TopicSubscription('AlarmsEmail', {
      topic: topic.arn,
      protocol: 'email',
      endpoint: alarmEmail,
    })
  }
  return topic
}

/** One alarm for each thing that somebody must look at. @returns the one on 5xx answers */
export function alarms(
  { queue, front, sweep, events }: Watched,
  { alarm, lines }: AlarmParts,
): aws.cloudwatch.MetricAlarm {
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
  const serverErrors = alarm('ServerErrorsAlarm', {
    alarmDescription: 'Callers were answered 5xx: the log has the request ids.',
    namespace: front.namespace,
    metricName: front.answers[2],
    dimensions: Object.fromEntries([front.dimension]),
    statistic: 'Sum',
    period: 60,
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
  })

  alarm('SweepItemAlarm', {
    alarmDescription: 'A sweep passed over an item that failed: the function log names it.',
    ...lines('SweepItemFailed', '{ $.sweep = "*" }'),
  })
  if (!front.lines) return serverErrors
  alarm('PendingDeletionAlarm', {
    alarmDescription:
      'A key that is pending deletion was asked for: somebody still needs it. CancelKeyDeletion keeps it.',
    ...lines('PendingDeletionUsed', PENDING_DELETION_USED),
  })
  return serverErrors
}

/** The line that functions/lambda.ts writes of a call that was refused because of its key's state. */
const PENDING_DELETION_USED =
  '{ $.code = "KMSInvalidStateException" && $.keyState = "PendingDeletion" }'

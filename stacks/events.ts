/// <reference path="../.sst/platform/config.d.ts" />
import { tombstoneItem } from '../core/lifecycle/lifecycle-items.ts'
import { DETAIL_TYPE, EVENT_SOURCE, TOLD_FILTER } from '../functions/key-changes.ts'
import { bareFunctionArgs, type Shared } from './functions.ts'
import { named } from './names.ts'

/** records that the function has at once: ten requests to EventBridge, with time for their failing */
const BATCH = 100
/**
 * s: how long Lambda tries. A stream keeps records for a day, so what goes to the dead letters, which
 * have its place in the stream alone, can be read there for half a day more.
 */
const OLDEST = 12 * 3600

/** What tells of keys that were changed. */
export interface Events {
  readonly bus: sst.aws.Bus
  readonly teller: sst.aws.Function
  /** the rule that tells of every key destroyed */
  readonly rule: aws.cloudwatch.EventRule
}

/**
 * The bus for key events, fed from the table's stream by a function: an event says which key of which
 * tenant was changed or destroyed, nothing else, although the stream has the items themselves.
 * Detail: `{ id, change: INSERT | MODIFY | REMOVE, partition: <account>/<region>, item: key#<id> }`; a
 * `tombstone#<id>` is what a destroyed key leaves. An event may come more than once, with the same id.
 */
export function events(shared: Shared, queue: sst.aws.Queue, topic: aws.sns.Topic): Events {
  const bus = new sst.aws.Bus('KeyEvents')
  const teller = tellerOf(shared, bus, queue)
  new aws.lambda.EventSourceMapping('KeyEventsMapping', {
    eventSourceArn: shared.table.nodes.table.streamArn,
    functionName: teller.arn,
    // LATEST would miss what is written while the mapping is made
    startingPosition: 'TRIM_HORIZON',
    batchSize: BATCH,
    functionResponseTypes: ['ReportBatchItemFailures'],
    bisectBatchOnFunctionError: true,
    maximumRetryAttempts: -1,
    maximumRecordAgeInSeconds: OLDEST,
    destinationConfig: { onFailure: { destinationArn: queue.arn } },
    filterCriteria: { filters: [{ pattern: JSON.stringify(TOLD_FILTER) }] },
  })
  return { bus, teller, rule: tellOfDestruction(bus, topic) }
}

function tellerOf(shared: Shared, bus: sst.aws.Bus, queue: sst.aws.Queue): sst.aws.Function {
  const suffix = aws.getPartitionOutput({}).dnsSuffix
  const args = bareFunctionArgs(
    {
      handler: 'functions/key-events.handler',
      description: 'Tells the bus of keys that were changed.',
      memory: '256 MB',
      timeout: '60 seconds',
    },
    shared,
  )
  return new sst.aws.Function('KeyEventsTeller', {
    ...args,
    environment: {
      TENKEY_EVENT_BUS: bus.arn,
      TENKEY_EVENTS_ENDPOINT: $interpolate`https://events.${shared.region}.${suffix}`,
    },
    permissions: [
      ...args.permissions,
      {
        // what Lambda does with the function's role to read the stream
        actions: [
          ...['dynamodb:DescribeStream', 'dynamodb:ListStreams'],
          ...['dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
        ],
        resources: [shared.table.nodes.table.streamArn],
      },
      {
        actions: ['events:PutEvents'],
        resources: [bus.arn],
        conditions: [
          { test: 'StringEquals', variable: 'events:source', values: [EVENT_SOURCE] },
          { test: 'StringEquals', variable: 'events:detail-type', values: [DETAIL_TYPE] },
        ],
      },
      { actions: ['sqs:SendMessage'], resources: [queue.arn] },
    ],
  })
}

/** An example of a rule, and one worth having: whoever reads the alarms is told of every key destroyed. */
function tellOfDestruction(bus: sst.aws.Bus, topic: aws.sns.Topic): aws.cloudwatch.EventRule {
  const rule = new aws.cloudwatch.EventRule('KeyDestroyed', {
    name: named('KeyDestroyed'),
    description: 'A key was destroyed.',
    eventBusName: bus.name,
    eventPattern: JSON.stringify({
      source: [EVENT_SOURCE],
      'detail-type': [DETAIL_TYPE],
      detail: { change: ['INSERT'], item: [{ prefix: tombstoneItem.prefix() }] },
    }),
  })
  new aws.cloudwatch.EventTarget('KeyDestroyedTarget', {
    eventBusName: bus.name,
    rule: rule.name,
    arn: topic.arn,
  })
  return rule
}

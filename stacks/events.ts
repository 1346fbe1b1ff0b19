/// <reference path="../.sst/platform/config.d.ts" />
import { keyItem } from '../core/key/key-items.ts'
import { tombstoneItem } from '../core/lifecycle/lifecycle-items.ts'
import type { Table } from './data.ts'

/** what sort keys of what is told of begin with */
const TOLD = [keyItem.prefix(), tombstoneItem.prefix()]

/**
 * The bus for key events, fed by the table's own stream through an EventBridge pipe: an event says
 * which key of which tenant was changed or destroyed, nothing else, because the stream has keys only.
 * Detail: `{ change: INSERT | MODIFY | REMOVE, partition: <account>/<region>, item: key#<id> }`; a
 * `tombstone#<id>` is what a destroyed key leaves.
 */
export function events(table: Table, queue: sst.aws.Queue, topic: aws.sns.Topic): sst.aws.Bus {
  const bus = new sst.aws.Bus('KeyEvents')
  const stream = table.nodes.table.streamArn
  const statements = [
    {
      Effect: 'Allow',
      // all four, or the pipe is refused: it makes sure that it may before it begins
      Action: [
        ...['dynamodb:DescribeStream', 'dynamodb:ListStreams'],
        ...['dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
      ],
      Resource: stream,
    },
    { Effect: 'Allow', Action: 'events:PutEvents', Resource: bus.arn },
    { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queue.arn },
  ]
  const role = new aws.iam.Role('KeyEventsPipeRole', {
    assumeRolePolicy: aws.iam.assumeRolePolicyForPrincipal({ Service: 'pipes.amazonaws.com' }),
    inlinePolicies: [
      {
        name: 'inline',
        policy: $jsonStringify({ Version: '2012-10-17', Statement: statements }),
      },
    ],
  })
  new aws.pipes.Pipe('KeyEventsPipe', {
    description: 'Tells the bus of keys that were changed.',
    roleArn: role.arn,
    source: stream,
    sourceParameters: {
      dynamodbStreamParameters: {
        startingPosition: 'LATEST',
        batchSize: 10,
        maximumRetryAttempts: 5,
        onPartialBatchItemFailure: 'AUTOMATIC_BISECT',
        deadLetterConfig: { arn: queue.arn },
      },
      filterCriteria: {
        filters: [
          {
            pattern: JSON.stringify({
              dynamodb: { Keys: { sk: { S: TOLD.map((prefix) => ({ prefix })) } } },
            }),
          },
        ],
      },
    },
    target: bus.arn,
    targetParameters: {
      eventbridgeEventBusParameters: { source: 'tenkey', detailType: 'Key Changed' },
      inputTemplate:
        '{"change": <$.eventName>, "partition": <$.dynamodb.Keys.pk.S>, "item": <$.dynamodb.Keys.sk.S>}',
    },
  })
  tellOfDestruction(bus, topic)
  return bus
}

/** An example of a rule, and one worth having: whoever reads the alarms is told of every key destroyed. */
function tellOfDestruction(bus: sst.aws.Bus, topic: aws.sns.Topic): void {
  const rule = new aws.cloudwatch.EventRule('KeyDestroyed', {
    description: 'A key was destroyed.',
    eventBusName: bus.name,
    eventPattern: JSON.stringify({
      source: ['tenkey'],
      'detail-type': ['Key Changed'],
      detail: { change: ['INSERT'], item: [{ prefix: tombstoneItem.prefix() }] },
    }),
  })
  new aws.cloudwatch.EventTarget('KeyDestroyedTarget', {
    eventBusName: bus.name,
    rule: rule.name,
    arn: topic.arn,
  })
}

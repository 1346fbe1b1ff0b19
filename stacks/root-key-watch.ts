/// <reference path="../.sst/platform/config.d.ts" />
import { named } from './names.ts'

/** Calls that end the service, at once or in time, or open the root key to others. */
const GRAVE = [
  'CreateGrant',
  'DisableKey',
  'DisableKeyRotation',
  'PutKeyPolicy',
  // a replica has a policy of its own; the primary is where replicas are made from
  'ReplicateKey',
  'ScheduleKeyDeletion',
  'UpdatePrimaryRegion',
]

/**
 * Tells the topic of a root key that is disabled, scheduled for deletion, or opened to others. AWS KMS
 * tells EventBridge nothing of this itself: it comes by CloudTrail, so the account needs a trail that
 * records management events.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export function watchRootKey(
  rootKey: $util.Output<string>,
  topic: aws.sns.Topic,
): aws.cloudwatch.EventRule {
  const rule = new aws.cloudwatch.EventRule('RootKeyChanged', {
    name: named('RootKeyChanged'),
    description: 'The root key was disabled, scheduled for deletion, or its policy changed.',
    eventPattern: $jsonStringify({
      source: ['aws.kms'],
      'detail-type': ['AWS API Call via CloudTrail'],
      detail: {
        eventSource: ['kms.amazonaws.com'],
        eventName: GRAVE,
        // what a call names may be an id; what it was done to is told as an ARN
        resources: { ARN: [rootKey] },
      },
    }),
  })
  new aws.cloudwatch.EventTarget('RootKeyChangedTarget', { rule: rule.name, arn: topic.arn })
  return rule
}

/// <reference path="../.sst/platform/config.d.ts" />
import { ALIAS, physical } from './canary.ts'
import { bareFunctionArgs, type Shared } from './functions.ts'
import { named } from './names.ts'

/** times that what failed is tried again before the dead-letter queue has it */
const RETRIES = 2

/**
 * Sets the aliases back when the alarm on the API's 5xx answers is raised: see functions/canary-rollback.ts.
 * @param routes names of the API's routes
 * @returns the rule that has it called
 */
export function rollback(
  shared: Shared,
  routes: readonly string[],
  alarm: aws.cloudwatch.MetricAlarm,
  queue: sst.aws.Queue,
): aws.cloudwatch.EventRule {
  const { partition, dnsSuffix } = aws.getPartitionOutput({})
  const account = aws.getCallerIdentityOutput({}).accountId
  const args = bareFunctionArgs(
    {
      handler: 'functions/canary-rollback.handler',
      description: 'Ends a canary: all calls go to the version that had them before.',
      memory: '256 MB',
      timeout: '60 seconds',
    },
    shared,
  )
  const ending = new sst.aws.Function('CanaryRollback', {
    ...args,
    environment: {
      TENKEY_LAMBDA_ENDPOINT: $interpolate`https://lambda.${shared.region}.${dnsSuffix}`,
    },
    permissions: [
      ...args.permissions,
      {
        actions: ['lambda:UpdateAlias'],
        // of the API's functions: their names in full would be longer than a role's policy may be
        resources: [
          $interpolate`arn:${partition}:lambda:${shared.region}:${account}:function:${$app.name}-${$app.stage}-ApiRoute*`,
        ],
      },
      { actions: ['sqs:SendMessage'], resources: [queue.arn] },
    ],
    retries: RETRIES,
    transform: {
      eventInvokeConfig: (config) => {
        config.destinationConfig = { onFailure: { destination: queue.arn } }
      },
    },
  })
  const rule = new aws.cloudwatch.EventRule('CanaryFailed', {
    name: named('CanaryFailed'),
    description: 'Callers were answered 5xx while a new version had a part of the calls.',
    eventPattern: $jsonStringify({
      source: ['aws.cloudwatch'],
      'detail-type': ['CloudWatch Alarm State Change'],
      resources: [alarm.arn],
      detail: { state: { value: ['ALARM'] } },
    }),
  })
  new aws.lambda.Permission('CanaryFailedPermission', {
    action: 'lambda:InvokeFunction',
    function: ending.name,
    principal: 'events.amazonaws.com',
    sourceArn: rule.arn,
  })
  new aws.cloudwatch.EventTarget('CanaryFailedTarget', {
    rule: rule.name,
    arn: ending.arn,
    input: JSON.stringify({ functions: routes.map(physical), alias: ALIAS }),
  })
  return rule
}

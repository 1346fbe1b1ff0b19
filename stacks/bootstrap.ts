/// <reference path="../.sst/platform/config.d.ts" />

import { arnOf, type Shared } from './functions.ts'
import { named, rolePath } from './names.ts'
import { bootstrapFences, type Fence } from './statements.ts'

/**
 * The role that `tenkey bootstrap` runs as: whoever may assume it by an IAM policy of the account makes
 * the operator's credential with it. It opens no tenant's key.
 */
export function bootstrapRole(shared: Shared): aws.iam.Role {
  const { region, replicas } = shared
  const account = aws.getCallerIdentityOutput({}).accountId
  const partition = aws.getPartitionOutput({}).partition
  const statements = bootstrapFences(
    replicas === undefined ? 'table' : 'shared',
    replicas?.strong === true ? [] : replicas?.others,
  )
  return new aws.iam.Role('Bootstrap', {
    name: named('Bootstrap', { region }),
    description: 'For `tenkey bootstrap`: makes the operator of a new installation.',
    path: rolePath(),
    maxSessionDuration: 3600,
    assumeRolePolicy: $jsonStringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { AWS: $interpolate`arn:${partition}:iam::${account}:root` },
        },
      ],
    }),
    inlinePolicies: [
      {
        name: 'inline',
        policy: $jsonStringify({
          Version: '2012-10-17',
          Statement: statements.map(({ actions, on, conditions }) => ({
            Effect: 'Allow',
            Action: actions,
            Resource: arnOf(on, shared),
            Condition: conditionBlock(conditions),
          })),
        }),
      },
    ],
  })
}

/** Conditions as IAM writes them: by operator, then by key. */
export function conditionBlock(conditions: Fence['conditions']) {
  const block: Record<string, Record<string, readonly string[]>> = {}
  for (const { test, variable, values } of conditions) {
    block[test] = { ...block[test], [variable]: values }
  }
  return block
}

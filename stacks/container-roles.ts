/// <reference path="../.sst/platform/config.d.ts" />
import { conditionBlock } from './bootstrap.ts'
import { arnOf, type Shared } from './functions.ts'
import { named, rolePath, trust } from './names.ts'
import type { Permission } from './permissions.ts'
import { fences } from './statements.ts'

/** An image in Amazon ECR: account, Region and repository. */
const ECR =
  /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([\w./-]+?)(?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?$/

/**
 * The role that a server has, which is at the stage's path, for the root key's policy asks for it; and
 * the one that Fargate starts it with, which is not: it gets the image, and writes the log.
 */
export function containerRoles(shared: Shared, permissions: readonly Permission[]) {
  const { region, log, options } = shared
  const assumeRolePolicy = trust('ecs-tasks.amazonaws.com')
  const task = new aws.iam.Role('ContainersRole', {
    name: named('Containers', { region }),
    path: rolePath(),
    assumeRolePolicy,
    inlinePolicies: inline(
      fences(permissions, region, shared.replicas).map(({ actions, on, conditions }) => ({
        Effect: 'Allow',
        Action: actions,
        Resource: [arnOf(on, shared)],
        Condition: conditionBlock(conditions),
      })),
    ),
  })
  const { partition } = aws.getPartitionOutput({})
  const [, account, imageRegion, repository] = ECR.exec(options.image) ?? []
  const pull = [
    {
      Effect: 'Allow',
      // AWS knows no resource for it
      Action: ['ecr:GetAuthorizationToken'],
      Resource: ['*'],
    },
    {
      Effect: 'Allow',
      Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      Resource: [
        $interpolate`arn:${partition}:ecr:${imageRegion}:${account}:repository/${repository}`,
      ],
    },
  ]
  const execution = new aws.iam.Role('ContainersStartRole', {
    name: named('ContainersStart', { region }),
    assumeRolePolicy,
    inlinePolicies: inline([
      ...(repository === undefined ? [] : pull),
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: [$interpolate`${log.arn}:log-stream:*`],
      },
    ]),
  })
  return { task, execution }
}

const inline = (Statement: readonly object[]) => [
  { name: 'inline', policy: $jsonStringify({ Version: '2012-10-17', Statement }) },
]

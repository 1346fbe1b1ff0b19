/// <reference path="../.sst/platform/config.d.ts" />
import { DUE_INDEX } from '../core/store/due-index.ts'
import { bundleSettings } from './bundle-settings.ts'
import type { Table } from './data.ts'
import { type Options, RETENTIONS } from './options.ts'
import type { Permission } from './permissions.ts'
import { type Fence, fences } from './statements.ts'

/** What every function is made with. */
export interface Shared {
  readonly table: Table
  readonly rootKey: $util.Output<string>
  /** the Region the stack serves */
  readonly region: string
  readonly log: aws.cloudwatch.LogGroup
  readonly options: Options
  /** hash of the router's proof, where there is a router */
  readonly routerDigest: $util.Output<string> | undefined
}

/** One log group for all functions, so that one filter sees them all. */
export function functionLog({ logRetention }: Options): aws.cloudwatch.LogGroup {
  return new aws.cloudwatch.LogGroup('FunctionLog', {
    name: `/${$app.name}/${$app.stage}/functions`,
    retentionInDays: RETENTIONS[logRetention],
  })
}

/** What holds for every function, whichever component makes it; to be called before them. */
export function functionDefaults(): void {
  $transform(sst.aws.Function, (args) => {
    args.transform = {
      ...args.transform,
      role: (role) => {
        // SST's own default lets every principal of the account assume the role
        role.assumeRolePolicy = aws.iam.assumeRolePolicyForPrincipal({
          Service: 'lambda.amazonaws.com',
        })
        // the managed policy for logs is for any group: logStatement is for one
        role.managedPolicyArns = []
      },
      function: (made) => {
        // Lambda's own lines of each call that went well: a third of the logs, and nothing that the
        // call's own line and Lambda's metrics don't have. Failures of the runtime are told still.
        made.loggingConfig = $output(made.loggingConfig).apply((config) => ({
          logFormat: 'JSON',
          ...config,
          systemLogLevel: 'WARN',
        }))
      },
    }
  })
}

interface Wanted {
  readonly handler: string
  readonly memory: `${number} MB`
  readonly timeout: `${number} seconds`
  readonly permissions: readonly Permission[]
  readonly description: string
  /** instances kept warm */
  readonly provisioned?: number
}

/** The arguments of a function over the service, with the least that its permissions say. */
export function functionArgs(wanted: Wanted, shared: Shared) {
  const { handler, memory, timeout, description, provisioned = 0 } = wanted
  const { table, rootKey, log } = shared
  return {
    handler,
    memory,
    timeout,
    description,
    runtime: 'nodejs24.x',
    architecture: 'arm64',
    logging: { format: 'json', logGroup: log.name },
    nodejs: bundleSettings,
    environment: {
      TENKEY_STORE: 'dynamodb',
      TENKEY_TABLE: table.name,
      TENKEY_ROOT: $interpolate`aws-kms:${rootKey}`,
      // its roles write nowhere else
      TENKEY_REGION: shared.region,
      ...(shared.options.auditRetention !== '' && {
        TENKEY_AUDIT_RETENTION: shared.options.auditRetention,
      }),
      ...(shared.options.auditForward !== '' && {
        TENKEY_AUDIT_FORWARD: shared.options.auditForward,
      }),
      ...(shared.routerDigest !== undefined && { TENKEY_ROUTER: shared.routerDigest }),
    },
    permissions: [
      logStatement(log),
      ...fences(wanted.permissions, shared.region).map((fence) => statement(fence, shared)),
    ],
    ...(provisioned > 0 && { versioning: true, concurrency: { provisioned } }),
  } satisfies sst.aws.FunctionArgs
}

/** Lines go to streams of the one group; a stream's name is Lambda's to choose. */
const logStatement = (log: aws.cloudwatch.LogGroup) => ({
  actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  resources: [$interpolate`${log.arn}:log-stream:*`],
})

function statement({ actions, on, conditions }: Fence, { table, rootKey }: Shared) {
  const resource = {
    table: table.arn,
    dueIndex: $interpolate`${table.arn}/index/${DUE_INDEX}`,
    rootKey,
  }[on]
  return {
    actions: [...actions],
    resources: [resource],
    conditions: conditions.map(({ test, variable, values }) => ({
      test,
      variable,
      values: [...values],
    })),
  }
}

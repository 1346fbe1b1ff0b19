/// <reference path="../.sst/platform/config.d.ts" />
import { DUE_INDEX } from '../core/store/due-index.ts'
import { OPERATORS_PROOF } from '../functions/middleware/operators-proof.ts'
import { bundleSettings } from './bundle-settings.ts'
import type { Canary } from './canary.ts'
import type { Table } from './data.ts'
import { devTrust, named, rolePath, trust } from './names.ts'
import type { OperatorsProof } from './operators-proof.ts'
import { type Options, RETENTIONS } from './options.ts'
import type { Permission } from './permissions.ts'
import { type Replicas, replicaSettings } from './replicas.ts'
import type { RootKeyArns } from './root-key.ts'
import { type Fence, fences, type Resource } from './statements.ts'

/** What every function is made with. */
export interface Shared {
  readonly table: Table
  /** what the Regions of the installation share, where it is in several */
  readonly replicas: Replicas | undefined
  readonly rootKey: RootKeyArns
  /** the Region the stack serves */
  readonly region: string
  readonly log: aws.cloudwatch.LogGroup
  readonly options: Options
  /** hashes of the router's proofs, as functions take them, where there is a router */
  readonly routerDigests: $util.Output<string> | undefined
  /** by what API Gateway proves itself to operators' functions, which know its hash, where operators come by AWS IAM */
  readonly operatorsProof: OperatorsProof | undefined
  /** executions that are a function's own, by the name of its operation */
  readonly reserved: ReadonlyMap<string, number>
  /** how calls are shared between versions, where there are canaries */
  readonly canary: Canary | undefined
}

/** One log group for all functions, so that one filter sees them all. */
export function functionLog({ logRetention }: Options): aws.cloudwatch.LogGroup {
  return new aws.cloudwatch.LogGroup('FunctionLog', {
    name: `/${$app.name}/${$app.stage}/functions`,
    retentionInDays: RETENTIONS[logRetention],
  })
}

/** What holds for every function, whichever component makes it; to be called before them. */
export function functionDefaults(region: string): void {
  $transform(sst.aws.Function, (args) => {
    args.transform = {
      ...args.transform,
      role: (role, _options, name) => {
        role.name = named(name, { region })
        // SST's own default lets every principal of the account assume the role; `sst dev` needs that,
        // to run functions on this machine as what they are, and is for disposable stages alone
        role.assumeRolePolicy = $dev ? devTrust() : trust('lambda.amazonaws.com')
        role.path = rolePath()
        // the managed policy for logs is for any group: logStatement is for one
        role.managedPolicyArns = []
      },
      function: (made, _options, name) => {
        made.name = named(name.replace(/Function$/, ''))
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

interface Bare {
  readonly handler: string
  readonly memory: `${number} MB`
  readonly timeout: `${number} seconds`
  readonly description: string
}

interface Wanted extends Bare {
  readonly permissions: readonly Permission[]
  /** whether it has an address of its own, which anybody may ask; callers sign */
  readonly url?: boolean
  /** whether each deployment's code and settings stay callable as a version */
  readonly versioned?: boolean
  /** instances kept warm of a version (stacks/warm.ts) */
  readonly provisioned?: number
  /** executions that are its own */
  readonly reserved?: number | undefined
  /** what callers call the service, for who takes AWS identities: they are for that name alone */
  readonly called?: $util.Input<string> | undefined
  /** who operators are, for functions behind AWS IAM's authorizer; the router in front asks none of them */
  readonly operators?: string | undefined
  /** whether it tells how many instances are kept warm */
  readonly fleet?: boolean
}

/** What all functions have: one that may do nothing but write its log. */
export function bareFunctionArgs(
  { handler, memory, timeout, description }: Bare,
  { log }: Pick<Shared, 'log'>,
) {
  return {
    handler,
    memory,
    timeout,
    description,
    runtime: 'nodejs24.x',
    architecture: 'arm64',
    logging: { format: 'json', logGroup: log.name },
    nodejs: bundleSettings,
    permissions: [logStatement(log)],
  } satisfies sst.aws.FunctionArgs
}

/** What functions and servers are told of the audit trail. */
export const auditSettings = ({ auditRetention, auditForward }: Options) => ({
  ...(auditRetention !== '' && { TENKEY_AUDIT_RETENTION: auditRetention }),
  ...(auditForward !== '' && { TENKEY_AUDIT_FORWARD: auditForward }),
})

/** What functions and servers are told of the proxies of tenants' external key stores. */
export const proxySettings = ({ xksPort, xksTimeout, xksNetworks, xksCa }: Options) => ({
  ...(xksPort !== '' && { TENKEY_XKS_PORT: xksPort }),
  ...(xksTimeout !== '' && { TENKEY_XKS_TIMEOUT: xksTimeout }),
  ...(xksNetworks !== '' && { TENKEY_XKS_NETWORKS: xksNetworks }),
  ...(xksCa !== '' && { TENKEY_XKS_CA: xksCa }),
})

/** The arguments of a function over the service, with the least that its permissions say. */
export function functionArgs(wanted: Wanted, shared: Shared) {
  const {
    provisioned = 0,
    reserved,
    url = false,
    versioned = false,
    fleet = false,
    called,
    operators,
  } = wanted
  const { table, rootKey } = shared
  const bare = bareFunctionArgs(wanted, shared)
  return {
    ...bare,
    environment: {
      TENKEY_STORE: 'dynamodb',
      TENKEY_TABLE: table.name,
      TENKEY_ROOT: $interpolate`aws-kms:${rootKey.name}`,
      ...replicaSettings(shared.replicas),
      // its roles write nowhere else
      TENKEY_REGION: shared.region,
      ...auditSettings(shared.options),
      ...proxySettings(shared.options),
      ...(operators === undefined
        ? shared.routerDigests !== undefined && { TENKEY_ROUTER: shared.routerDigests }
        : {
            TENKEY_OPERATORS_BY_IAM: operators,
            [OPERATORS_PROOF.setting]: shared.operatorsProof?.digest ?? '',
          }),
      ...(called !== undefined && { TENKEY_URLS: called }),
      ...(fleet && { TENKEY_FLEET: String(provisioned) }),
    },
    permissions: [
      ...bare.permissions,
      ...fences(wanted.permissions, shared.region, shared.replicas).map((fence) =>
        statement(fence, shared),
      ),
    ],
    ...(reserved !== undefined && { concurrency: { reserved } }),
    // SST grants both lambda:InvokeFunctionUrl and lambda:InvokeFunction, as AWS asks since October 2025
    ...(url && { url: { cors: false } }),
    ...(versioned && { versioning: true }),
    ...(provisioned > 0 && { versioning: true }),
  } satisfies sst.aws.FunctionArgs
}

/** Lines go to streams of the one group; a stream's name is Lambda's to choose. */
const logStatement = (log: aws.cloudwatch.LogGroup) => ({
  actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  resources: [$interpolate`${log.arn}:log-stream:*`],
})

/** The ARN of what a statement is on. */
export function arnOf(
  on: Resource,
  { table, rootKey, replicas }: Pick<Shared, 'table' | 'rootKey' | 'replicas'>,
): $util.Input<string> {
  if (on === 'table') return table.arn
  if (on === 'dueIndex') return $interpolate`${table.arn}/index/${DUE_INDEX}`
  if (on === 'rootKey') return rootKey.here
  if (replicas === undefined) throw new Error(`an installation in one Region has no ${on}`)
  return replicas.arnOf(on)
}

function statement({ actions, on, conditions }: Fence, shared: Shared) {
  return {
    actions: [...actions],
    resources: [arnOf(on, shared)],
    conditions: conditions.map(({ test, variable, values }) => ({
      test,
      variable,
      values: [...values],
    })),
  }
}

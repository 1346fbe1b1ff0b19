/// <reference path="../.sst/platform/config.d.ts" />

import { readIamOperators } from '../core/identity/iam-operators.ts'
import { type AlarmParts, alarmParts, type Front } from './alarm-parts.ts'
import { alarms, alarmTopic, checkSubscriber } from './alarms.ts'
import { backups } from './backup.ts'
import { bootstrapRole } from './bootstrap.ts'
import { canaryOf } from './canary.ts'
import { rollback } from './canary-rollback.ts'
import { containerAlarms, frontOf, watchDeployments } from './container-alarms.ts'
import { containers } from './containers.ts'
import { dashboard } from './dashboard.ts'
import { data } from './data.ts'
import { events } from './events.ts'
import { functionDefaults, functionLog, type Shared } from './functions.ts'
import { http } from './http-api.ts'
import { checkInUse } from './in-use.ts'
import { operatorsProof } from './operators-proof.ts'
import type { Options } from './options.ts'
import type { QuotaOf } from './quotas.ts'
import { replicaAlarms } from './replica-alarms.ts'
import { replicaSettings, replicas, tableName } from './replicas.ts'
import { reservations } from './reserved.ts'
import { rootKeyOf } from './root-key.ts'
import { watchRootKey } from './root-key-watch.ts'
import { router, routerProof } from './router.ts'
import { routes } from './routes.ts'
import { silentAlarms } from './silent-alarms.ts'
import { deadLetters, sweeper } from './sweep-schedule.ts'
import { checkThroughput } from './throughput.ts'

/** All that is deployed; answers the outputs, which end in lines to paste into a shell. */
export async function stack(options: Options) {
  checkSubscriber(options)
  checkDev()
  // what the account has no room for is said before anything is made
  const { reserved, note } = await reservations(options, quotaOf)
  await checkThroughput(options, quotaOf)
  await checkOperators(options)
  const { region } = await aws.getRegion()
  await checkInUse(options, region, { store: tableName('store'), shared: tableName('shared') })
  functionDefaults(region)
  const replicated = await replicas(options, region)
  const table = data(options, replicated && tableName('store'))
  const rootKey = await rootKeyOf(options.rootKey, region, replicated)
  const log = functionLog(options)
  const proof = options.router ? routerProof(options) : undefined
  const canary = await canaryOf(options, names)
  const routerDigests = proof?.digests
  const shared: Shared = {
    ...{ table, replicas: replicated, rootKey, region, log, options },
    ...{ routerDigests, reserved, canary, operatorsProof: operatorsProof(options) },
  }
  const queue = deadLetters()
  const topic = alarmTopic(options)
  const callers =
    options.shape === 'container' ? await byContainers(shared) : byFunctions(shared, proof)
  const sweep = sweeper(shared, queue)
  const told = events(shared, queue, topic)
  const { front } = callers
  const watched = { topic, queue, front, sweep, log, events: told, table }
  const parts = alarmParts(watched)
  const serverErrors = alarms(watched, parts)
  callers.alarms?.(parts, topic)
  if (canary !== undefined) {
    const failed = rollback(shared, names, serverErrors, queue)
    parts.untold(failed, 'CanaryUntold', 'A new version failed')
  }
  silentAlarms(watched, parts)
  if (replicated !== undefined) replicaAlarms(replicated, parts)
  parts.untold(watchRootKey(rootKey.here, topic), 'RootKeyUntold', 'The root key was changed')
  if (options.backup) backups(watched, replicated, region, parts)
  dashboard(watched, region)

  const { functionUrl, operatorsUrl } = callers
  const url = options.domain === '' ? callers.url : $output(`https://${options.domain}`)
  return {
    url,
    ...(functionUrl !== undefined && { functionUrl }),
    ...(operatorsUrl !== undefined && { operatorsUrl }),
    ...(callers.target !== undefined && { target: callers.target }),
    ...callers.outputs,
    table: table.name,
    ...(replicated !== undefined && { shared: replicated.table }),
    rootKey: rootKey.here,
    alarms: topic.arn,
    ...(note !== undefined && { note }),
    // the operator is one for all Regions, and made at home
    ...(replicated?.isHome !== false && bootstrapping(shared, operatorsUrl ?? url)),
    paste: $interpolate`export AWS_ENDPOINT_URL_KMS=${url} AWS_ENDPOINT_URL_STS=${url} AWS_ENDPOINT_URL_IAM=${url}/iam AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
  }
}

const quotaOf: QuotaOf = async ({ service, code }) => {
  const asked = { serviceCode: service, quotaCode: code }
  return (await aws.servicequotas.getServiceQuota(asked)).value
}

/** Who makes the operator, and by which command. */
function bootstrapping(shared: Shared, url: $util.Output<string>) {
  const { table, rootKey, region, replicas, options } = shared
  // where AWS IAM says who operators are, there is no secret to make
  const more = options.operatorsByIam === '' ? '' : ' --no-credential'
  const settings = {
    TENKEY_STORE: 'dynamodb',
    TENKEY_TABLE: table.name,
    TENKEY_ROOT: $interpolate`aws-kms:${rootKey.name}`,
    ...(replicas !== undefined && { TENKEY_REGION: region, ...replicaSettings(replicas) }),
    AWS_REGION: region,
  }
  const words = Object.entries(settings).map(([name, value]) => $interpolate`${name}=${value}`)
  return {
    bootstrapRole: bootstrapRole(shared).arn,
    bootstrap: $interpolate`${$util.all(words).apply((all) => all.join(' '))} npx tenkey bootstrap${more} --url ${url}`,
  }
}

/** names of the API's routes that may have canaries */
const names = routes.filter(({ xks }) => xks !== true).map(({ name }) => name)

/** What answers callers. */
interface Callers {
  readonly url: $util.Output<string>
  readonly front: Front
  readonly functionUrl?: $util.Output<string> | undefined
  /** where operators call who come by AWS IAM, if not where everybody does */
  readonly operatorsUrl?: $util.Output<string> | undefined
  /** what a domain whose DNS is elsewhere must lead to */
  readonly target?: $util.Output<string>
  /** by which its deployment is looked at */
  readonly outputs?: Readonly<Record<string, $util.Output<string>>>
  /** alarms of its own */
  readonly alarms?: (parts: AlarmParts, topic: aws.sns.Topic) => void
}

/** A function for each operation behind an HTTP API, and a router before that where one is wanted. */
function byFunctions(shared: Shared, proof: ReturnType<typeof routerProof> | undefined): Callers {
  const { api, functionUrl, answering, added } = http(shared)
  const { options } = shared
  const distribution =
    proof === undefined ? undefined : router(api, proof, answering, options, shared.region)
  return {
    url: (distribution ?? api).url,
    functionUrl,
    ...(distribution !== undefined &&
      options.operatorsByIam !== '' && { operatorsUrl: api.nodes.api.apiEndpoint }),
    // where DNS is Route 53 the record is made
    ...(options.domainCertificate !== '' && { target: targetOf(api, distribution) }),
    front: {
      namespace: 'AWS/ApiGateway',
      dimension: ['ApiId', api.nodes.api.id],
      answers: ['Count', '4xx', '5xx'],
      last: added,
      lines: true,
    },
  }
}

/** The name that a domain leads to: the distribution's, or the API's own for the domain. */
function targetOf(
  api: sst.aws.ApiGatewayV2,
  distribution: sst.aws.Cdn | undefined,
): $util.Output<string> {
  if (distribution !== undefined) return distribution.nodes.distribution.domainName
  const { domainNameConfiguration } = api.nodes.domainName
  return domainNameConfiguration.targetDomainName
}

/** Servers in containers behind a load balancer. */
async function byContainers(shared: Shared): Promise<Callers> {
  const front = await containers(shared)
  return {
    url: $interpolate`https://${front.balancer.dnsName}`,
    target: front.balancer.dnsName,
    front: frontOf(front),
    outputs: { service: front.name, taskDefinition: front.task },
    alarms(parts, topic) {
      containerAlarms(front, shared.options.containers, parts)
      watchDeployments(front, topic, parts)
    },
  }
}

/**
 * @throws Error for operators of another AWS account: an HTTP API's authorizer of AWS IAM lets in those of its own
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
 */
async function checkOperators({ operatorsByIam }: Options): Promise<void> {
  const { accounts } = readIamOperators(operatorsByIam)
  if (accounts.size === 0) return
  const { accountId } = await aws.getCallerIdentity({})
  const other = [...accounts].find((account) => account !== accountId)
  if (other === undefined) return
  throw new Error(
    `STACK_OPERATORS_BY_IAM names an identity of AWS account ${other}: an HTTP API takes those of its own account, ${accountId}, alone; let its people assume a role there`,
  )
}

/** @throws Error where `sst dev`, which lets the account's people stand in for functions, is run on a stage that holds keys */
function checkDev(): void {
  if (!$dev || $app.protect !== true) return
  throw new Error(
    `sst dev is for a stage of one’s own, which holds no keys (dev…, trial…, pr-…, your user name): ${$app.stage} is protected`,
  )
}

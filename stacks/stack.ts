/// <reference path="../.sst/platform/config.d.ts" />
import { type AlarmParts, alarmParts, type Front } from './alarm-parts.ts'
import { alarms, alarmTopic, checkSubscriber } from './alarms.ts'
import { backups } from './backup.ts'
import { bootstrapRole } from './bootstrap.ts'
import { canaryOf } from './canary.ts'
import { rollback } from './canary-rollback.ts'
import { containerAlarms, frontOf } from './container-alarms.ts'
import { containers } from './containers.ts'
import { dashboard } from './dashboard.ts'
import { data } from './data.ts'
import { events } from './events.ts'
import { functionDefaults, functionLog, type Shared } from './functions.ts'
import { http } from './http-api.ts'
import type { Options } from './options.ts'
import { replicaAlarms } from './replica-alarms.ts'
import { replicaSettings, replicas, tableName } from './replicas.ts'
import { reservations } from './reserved.ts'
import { rootKeyOf } from './root-key.ts'
import { watchRootKey } from './root-key-watch.ts'
import { router, routerProof } from './router.ts'
import { routes } from './routes.ts'
import { silentAlarms } from './silent-alarms.ts'
import { deadLetters, sweeper } from './sweep-schedule.ts'

/** All that is deployed; answers the outputs, which end in lines to paste into a shell. */
export async function stack(options: Options) {
  checkSubscriber(options)
  checkDev()
  const { region } = await aws.getRegion()
  functionDefaults(region)
  const replicated = await replicas(options, region)
  const table = data(options, replicated && tableName('store'))
  const { reserved, note } = await reservations(options)
  const rootKey = await rootKeyOf(options.rootKey, region, replicated)
  const log = functionLog(options)
  const proof = options.router ? routerProof(options) : undefined
  const canary = await canaryOf(options, names)
  const routerDigests = proof?.digests
  const shared: Shared = {
    ...{ table, replicas: replicated, rootKey, region, log, options },
    ...{ routerDigests, reserved, canary },
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
  callers.alarms?.(parts)
  if (canary !== undefined) rollback(shared, names, serverErrors, queue)
  silentAlarms(watched, parts)
  if (replicated !== undefined) replicaAlarms(replicated, parts)
  watchRootKey(rootKey.here, topic)
  if (options.backup) backups(table, replicated, region)
  dashboard(watched, region)

  const { functionUrl } = callers
  const url = options.domain === '' ? callers.url : $output(`https://${options.domain}`)
  return {
    url,
    ...(functionUrl !== undefined && { functionUrl }),
    ...(callers.target !== undefined && { target: callers.target }),
    table: table.name,
    ...(replicated !== undefined && { shared: replicated.table }),
    rootKey: rootKey.here,
    alarms: topic.arn,
    ...(note !== undefined && { note }),
    // the operator is one for all Regions, and made at home
    ...(replicated?.isHome !== false && bootstrapping(shared, url)),
    paste: $interpolate`export AWS_ENDPOINT_URL_KMS=${url} AWS_ENDPOINT_URL_STS=${url} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
  }
}

/** Who makes the operator, and by which command. */
function bootstrapping(shared: Shared, url: $util.Output<string>) {
  const { table, rootKey, region, replicas } = shared
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
    bootstrap: $interpolate`${$util.all(words).apply((all) => all.join(' '))} npx tenkey bootstrap --url ${url}`,
  }
}

/** names of the API's routes that may have canaries */
const names = routes.filter(({ xks }) => xks !== true).map(({ name }) => name)

/** What answers callers. */
interface Callers {
  readonly url: $util.Output<string>
  readonly front: Front
  readonly functionUrl?: $util.Output<string> | undefined
  /** what a domain whose DNS is elsewhere must lead to */
  readonly target?: $util.Output<string>
  /** alarms of its own */
  readonly alarms?: (parts: AlarmParts) => void
}

/** A function for each operation behind an HTTP API, and a router before that where one is wanted. */
function byFunctions(shared: Shared, proof: ReturnType<typeof routerProof> | undefined): Callers {
  const { api, functionUrl, answering } = http(shared)
  const entry = proof === undefined ? api : router(api, proof, answering, shared.options)
  return {
    url: entry.url,
    functionUrl,
    front: {
      namespace: 'AWS/ApiGateway',
      dimension: ['ApiId', api.nodes.api.id],
      answers: ['Count', '4xx', '5xx'],
      lines: true,
    },
  }
}

/** Servers in containers behind a load balancer. */
async function byContainers(shared: Shared): Promise<Callers> {
  const front = await containers(shared)
  return {
    url: $interpolate`https://${front.balancer.dnsName}`,
    target: front.balancer.dnsName,
    front: frontOf(front),
    alarms: (parts) => containerAlarms(front, shared.options.containers, parts),
  }
}

/** @throws Error where `sst dev`, which lets the account's people stand in for functions, is run on a stage that holds keys */
function checkDev(): void {
  if (!$dev || $app.protect !== true) return
  throw new Error(
    `sst dev is for a stage of one’s own, which holds no keys (dev…, trial…, pr-…, your user name): ${$app.stage} is protected`,
  )
}

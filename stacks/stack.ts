/// <reference path="../.sst/platform/config.d.ts" />
import { alarmParts } from './alarm-parts.ts'
import { alarms, alarmTopic, checkSubscriber } from './alarms.ts'
import { backups } from './backup.ts'
import { bootstrapRole } from './bootstrap.ts'
import { canaryOf } from './canary.ts'
import { rollback } from './canary-rollback.ts'
import { dashboard } from './dashboard.ts'
import { data } from './data.ts'
import { events } from './events.ts'
import { functionDefaults, functionLog, type Shared } from './functions.ts'
import { http } from './http-api.ts'
import type { Options } from './options.ts'
import { reservations } from './reserved.ts'
import { rootKeyArn } from './root-key.ts'
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
  const table = data(options)
  const { reserved, note } = await reservations(options)
  const rootKey = rootKeyArn(options.rootKey)
  const log = functionLog(options)
  const proof = options.router ? routerProof(options) : undefined
  const routerDigests = proof?.digests
  const names = routes.map(({ name }) => name)
  const canary = await canaryOf(options, names)
  const shared: Shared = { table, rootKey, region, log, options, routerDigests, reserved, canary }
  const queue = deadLetters()
  const topic = alarmTopic(options)
  const { api, functionUrl, answering } = http(shared)
  const sweep = sweeper(shared, queue)
  const told = events(shared, queue, topic)
  const watched = { topic, queue, api, sweep, log, events: told, table }
  const parts = alarmParts(watched)
  const serverErrors = alarms(watched, parts)
  if (canary !== undefined) rollback(shared, names, serverErrors, queue)
  silentAlarms(watched, parts)
  watchRootKey(rootKey, topic)
  if (options.backup) backups(table, region)
  dashboard(watched, region)

  const entry = proof === undefined ? api : router(api, proof, answering, options)
  const url = options.domain === '' ? entry.url : $output(`https://${options.domain}`)
  return {
    url,
    ...(functionUrl !== undefined && { functionUrl }),
    table: table.name,
    rootKey,
    alarms: topic.arn,
    ...(note !== undefined && { note }),
    bootstrapRole: bootstrapRole(shared).arn,
    bootstrap: $interpolate`TENKEY_STORE=dynamodb TENKEY_TABLE=${table.name} TENKEY_ROOT=aws-kms:${rootKey} AWS_REGION=${region} npx tenkey bootstrap --url ${url}`,
    paste: $interpolate`export AWS_ENDPOINT_URL_KMS=${url} AWS_ENDPOINT_URL_STS=${url} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
  }
}

/** @throws Error where `sst dev`, which lets the account's people stand in for functions, is run on a stage that holds keys */
function checkDev(): void {
  if (!$dev || $app.protect !== true) return
  throw new Error(
    `sst dev is for a stage of one’s own, which holds no keys (dev…, trial…, pr-…, your user name): ${$app.stage} is protected`,
  )
}

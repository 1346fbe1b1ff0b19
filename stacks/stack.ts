/// <reference path="../.sst/platform/config.d.ts" />
import { alarms, alarmTopic } from './alarms.ts'
import { data } from './data.ts'
import { events } from './events.ts'
import { functionDefaults, functionLog, type Shared } from './functions.ts'
import { http } from './http-api.ts'
import type { Options } from './options.ts'
import { rootKeyArn } from './root-key.ts'
import { router, routerProof } from './router.ts'
import { deadLetters, sweeper } from './sweep-schedule.ts'

/** All that is deployed; answers the outputs, which end in lines to paste into a shell. */
export async function stack(options: Options) {
  functionDefaults()
  const { region } = await aws.getRegion()
  const table = data()
  const rootKey = rootKeyArn(options.rootKey)
  const log = functionLog(options)
  const proof = options.router ? routerProof() : undefined
  const routerDigest = proof?.digest
  const shared: Shared = { table, rootKey, region, log, options, routerDigest }
  const queue = deadLetters()
  const topic = alarmTopic(options)
  const { api, functionUrl } = http(shared)
  const sweep = sweeper(shared, queue)
  events(table, queue, topic)
  alarms({ topic, queue, api, sweep, log })

  const entry = proof === undefined ? api : router(api, proof, options)
  const url = options.domain === '' ? entry.url : $output(`https://${options.domain}`)
  return {
    url,
    ...(functionUrl !== undefined && { functionUrl }),
    table: table.name,
    rootKey,
    alarms: topic.arn,
    first: $interpolate`TENKEY_STORE=dynamodb TENKEY_TABLE=${table.name} TENKEY_ROOT=aws-kms:${rootKey} AWS_REGION=${region} npm start`,
    paste: $interpolate`export AWS_ENDPOINT_URL_KMS=${url} AWS_ENDPOINT_URL_STS=${url} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
  }
}

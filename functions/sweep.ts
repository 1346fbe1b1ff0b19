import type { Context, EventBridgeEvent } from 'aws-lambda'
import { openMark } from '../core/item/formats.ts'
import { type SweepResult, sweep } from '../core/lifecycle/sweep.ts'
import { markSweep } from '../core/lifecycle/sweep-mark.ts'
import { RELEASE } from '../core/release.ts'
import { createService, openRoot, openStores, type Service } from '../core/service.ts'
import { forwardOf, functionConfig } from './function-config.ts'
import { functionLog } from './log.ts'

/** ms kept back from the function's time for finishing what is under way */
const RESERVE = 10_000
/** items of one run */
const LIMIT = 10_000

let service: Promise<Service> | undefined

/**
 * The Lambda function of the sweeper, called by an EventBridge schedule: does what has fallen due,
 * for as long as it has time. What is left is done by the next; two at once do each item once.
 */
export async function handler(
  _event: Pick<EventBridgeEvent<string, unknown>, 'source'>,
  context: Pick<Context, 'getRemainingTimeInMillis'>,
): Promise<SweepResult> {
  // a start that failed fails this event, which is tried again; it is not remembered
  service ??= open().catch((error: unknown) => {
    service = undefined
    throw error
  })
  const opened = await service
  await opened.mark.refresh()
  const result = await sweep(
    // the table is that of the one Region which the stack serves, where there are no others
    { ...opened, store: opened.everywhere, oneRegion: true },
    {
      now: opened.now(),
      limit: LIMIT,
      expired: () => context.getRemainingTimeInMillis() < RESERVE,
    },
  )
  await markSweep(opened.store, result, opened.now()).catch((error: unknown) =>
    functionLog('error', { sweep: 'the run is not marked', error }),
  )
  return result
}

async function open(): Promise<Service> {
  const config = functionConfig(process.env)
  const [{ store, regions }, root] = await Promise.all([
    openStores(config),
    openRoot(config, false),
  ])
  const mark = await openMark(store, RELEASE)
  return createService({
    operations: [],
    store,
    regions,
    mark,
    root,
    region: config.region,
    partition: config.partition,
    servedRegion: config.servedRegion || undefined,
    xks: config.xks,
    auditRetention: config.auditRetention,
    forward: forwardOf(config),
    log: functionLog,
  })
}

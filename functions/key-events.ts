import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda'
import type { EventBusOptions } from './event-bus.ts'
import { MAX_EVENTS, putEvents } from './event-bus.ts'
import { changeOf, DETAIL_TYPE, EVENT_SOURCE, type KeyChange } from './key-changes.ts'
import { functionLog } from './log.ts'

/**
 * The Lambda function that Lambda hands the table's stream: tells the bus of keys that were changed, in
 * the stream's order. What is not told is answered as failed from its first record on, and is given
 * again: an event may come twice, with the same id, and is never left out. A process that dies has
 * answered nothing, so its records are given again.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export async function handler({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  const bus = busOf(process.env)
  for (let first = 0; first < Records.length; first += MAX_EVENTS) {
    const failed = await tell(Records.slice(first, first + MAX_EVENTS), bus)
    if (failed !== undefined) return { batchItemFailures: [{ itemIdentifier: failed }] }
  }
  return { batchItemFailures: [] }
}

/** Tells of up to ten records. @returns the sequence number of the first that was not told */
async function tell(
  records: readonly DynamoDBRecord[],
  bus: EventBusOptions,
): Promise<string | undefined> {
  const told: { readonly sequence: string; readonly change: KeyChange }[] = []
  let failed: string | undefined
  for (const record of records) {
    const sequence = record.dynamodb?.SequenceNumber ?? ''
    try {
      const change = changeOf(record)
      if (change !== undefined) told.push({ sequence, change })
    } catch (error) {
      // those before it are told; it is given again alone, and then goes to the dead letters
      functionLog('error', { keyEvents: 'not told', sequence, error })
      failed = sequence
      break
    }
  }
  if (told.length === 0) return failed
  try {
    const results = await putEvents(
      told.map(({ change }) => eventOf(change)),
      bus,
    )
    const refused = results.findIndex((result) => result !== undefined)
    const sequence = told[refused]?.sequence
    if (sequence === undefined) return failed
    functionLog('error', { keyEvents: 'not told', sequence, reason: results[refused] })
    return sequence
  } catch (error) {
    const sequence = told[0]?.sequence
    functionLog('error', { keyEvents: 'not told', sequence, error })
    return sequence
  }
}

const eventOf = ({ at, ...detail }: KeyChange) => ({
  Source: EVENT_SOURCE,
  DetailType: DETAIL_TYPE,
  Detail: JSON.stringify(detail),
  Time: at,
})

/** @throws Error in one line, for a setting that is missing: no record is taken then */
function busOf(environment: Readonly<Record<string, string | undefined>>): EventBusOptions {
  const need = (name: string): string => {
    const value = environment[name]
    if (value === undefined || value === '') throw new Error(`${name} is not set`)
    return value
  }
  const sessionToken = environment['AWS_SESSION_TOKEN']
  return {
    bus: need('TENKEY_EVENT_BUS'),
    endpoint: need('TENKEY_EVENTS_ENDPOINT'),
    region: need('AWS_REGION'),
    credentials: {
      accessKeyId: need('AWS_ACCESS_KEY_ID'),
      secretAccessKey: need('AWS_SECRET_ACCESS_KEY'),
      ...(sessionToken !== undefined && { sessionToken }),
    },
  }
}

import type { AttributeValue, DynamoDBRecord } from 'aws-lambda'
import { keyItem } from '../core/key/key-items.ts'
import { tombstoneItem } from '../core/lifecycle/lifecycle-items.ts'

/** What sort keys of what is told of begin with. */
const TOLD: readonly string[] = [keyItem.prefix(), tombstoneItem.prefix()]

/** Which records of the table's stream are told of: a filter of Lambda's event source mapping. */
export const TOLD_FILTER = {
  dynamodb: { Keys: { sk: { S: TOLD.map((prefix) => ({ prefix })) } } },
} as const

export const EVENT_SOURCE = 'tenkey'
export const DETAIL_TYPE = 'Key Changed'

/** What an event says: which key of which tenant was changed, never what it holds. */
export interface KeyChange {
  /** the record's own id in the stream: the same as often as it is told */
  readonly id: string
  readonly change: 'INSERT' | 'MODIFY' | 'REMOVE'
  /** `<account>/<region>` */
  readonly partition: string
  /** `key#<id>`, or `tombstone#<id>`, which a destroyed key leaves */
  readonly item: string
  /** Unix s, of the change */
  readonly at: number
}

/**
 * What is told of a record of the table's stream; undefined for what nobody is told of. The record has
 * the item before and after; only its key is looked at.
 * @throws Error for what is no record of this table's
 */
export function changeOf({ eventID, eventName, dynamodb }: DynamoDBRecord): KeyChange | undefined {
  const partition = textOf(dynamodb?.Keys?.['pk'])
  const item = textOf(dynamodb?.Keys?.['sk'])
  const at = dynamodb?.ApproximateCreationDateTime
  if (eventID === undefined || eventName === undefined || at === undefined) {
    throw new Error('this is no record of a table’s stream')
  }
  if (!TOLD.some((prefix) => item.startsWith(prefix))) return undefined
  return { id: eventID, change: eventName, partition, item, at }
}

function textOf(value: AttributeValue | undefined): string {
  if (value?.S === undefined) throw new Error('this is no record of this table’s stream')
  return value.S
}

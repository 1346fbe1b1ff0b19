import { TABLE } from '../core/store/table-shape.ts'

const { attributes, key, index } = TABLE
/** SST's words for DynamoDB's types */
const TYPES = { S: 'string', N: 'number' } as const
const FIELDS = Object.fromEntries(
  Object.entries(attributes).map(([name, type]) => [name, TYPES[type]]),
)

/** The keys and index of core/store/table-shape.ts as SST's component takes them. */
export const TABLE_KEYS = {
  fields: FIELDS,
  primaryIndex: { hashKey: key.hash, rangeKey: key.range },
  globalIndexes: {
    [index.name]: { hashKey: index.hash, rangeKey: index.range, projection: 'keys-only' as const },
  },
}
/** TABLE.stream in SST's words; events.ts tells keys alone. */
export const TABLE_STREAM = 'new-and-old-images' as const

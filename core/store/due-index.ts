/** The index of what falls due, as the DynamoDB adapter uses it and the stack makes it and lets a role read it. */
export const DUE_INDEX = 'byDue'

/**
 * Partitions of the index: one takes about 1,000 writes a second, and every item may carry a date. More
 * may be added: items keep the one they were written to until they are written again, and all are read.
 */
export const DUE_SHARDS: readonly string[] = Array.from({ length: 8 }, (_, shard) => String(shard))

import type { DataPorts } from '../key/ports.ts'

/** Items of an account that begin with a prefix, counted up to a number. */
export async function countItems(
  read: DataPorts['read'],
  accountId: string,
  prefix: string,
  most = Number.POSITIVE_INFINITY,
): Promise<number> {
  let count = 0
  for (let after: string | undefined, more = true; more && count < most; ) {
    const start = after === undefined ? {} : { after }
    const page = await read.query({ pk: accountId, prefix, limit: 1000, ...start })
    count += page.items.length
    after = page.items.at(-1)?.sk
    more = page.more
  }
  return count
}

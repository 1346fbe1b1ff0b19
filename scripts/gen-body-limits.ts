import { type AnyOperation, idOf, serviceOf } from '../core/operation.ts'
import { ANY_BODY, bodyLimit } from '../core/protocol/body-limit.ts'

const kilobytes = (bytes: number): string => `${bytes / 1024} KB`

/** docs/api.md: how long the body of each operation's request may be, the longest last. */
export function bodyLimits(operations: readonly AnyOperation[]): string {
  const bySize = new Map<number, string[]>()
  for (const operation of operations) {
    const [method = ''] = operation.http.split(' ')
    const face = serviceOf(operation) === 'kms' ? 'aws' : 'rest'
    const limits = [bodyLimit(operation, face, face === 'aws' ? 'POST' : method)]
    if (['sts', 'iam'].includes(serviceOf(operation)))
      limits.push(bodyLimit(operation, 'query', 'POST'))
    for (const [at, { bytes }] of limits.entries()) {
      const names = bySize.get(bytes) ?? []
      bySize.set(bytes, [...names, at === 0 ? idOf(operation) : `${idOf(operation)} as a form`])
    }
  }
  const rows = [...bySize]
    .sort(([a], [b]) => a - b)
    .map(([bytes, names]) => `| ${kilobytes(bytes)} | ${names.join(', ')} |`)
  return `## Length of requests

A body is as long as the operation's largest valid input at most, as the most wasteful of clients writes it (each character escaped, each member on a line of its own; in a form percent-encoded), and 16 KB more for members that are ignored; in all ${kilobytes(ANY_BODY.bytes)}. What is longer is refused with RequestEntityTooLargeException (413), before the signature is checked and, where the length is announced, before the body is sent. On REST, where the members of GET and DELETE are in the query, their body may have 16 KB.

| At most | Operations |
|---|---|
${rows.join('\n')}
`
}

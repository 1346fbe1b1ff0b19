import { jsonLine, type Log } from '../core/base/log.ts'

/**
 * The log of a function, under names that are not Lambda's: with its JSON format Lambda reads and writes
 * `timestamp`, `level`, `requestId` and `message` itself, and its `requestId` is the invocation's, not
 * the one that the caller was told. So ours are `severity` and `callId`, which filters can rely on.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 */
export const functionLog: Log = (severity, { requestId, ...entry }) =>
  jsonLine(severity, {
    severity,
    ...(requestId !== undefined && { callId: requestId }),
    ...entry,
  })

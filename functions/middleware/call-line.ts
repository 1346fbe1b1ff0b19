import type { MiddlewareObj, Request } from '@middy/core'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import { functionLog } from '../log.ts'
import { requestIdOf } from './failure.ts'
import { type Seen, seenOf } from './seen.ts'

type Invocation = Request<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Error, Context>

/** told of each call: how many samples it has is the number of calls */
const LATENCY = { Name: 'Latency', Unit: 'Milliseconds' }
/** told of faults alone: a metric costs nothing in hours in which it is not told */
const FAULTS = { Name: 'Faults', Unit: 'Count' }
const NAMESPACE = 'tenkey'

/** whether this process has answered before */
let warm = false

/**
 * One line for each call, whatever came of it: what was called and how it went, for people and for
 * filters, and the same line is CloudWatch's embedded metric format. Nothing of the input is in it.
 */
export const callLine = (): MiddlewareObj<
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  Error,
  Context
> => ({
  before({ context }) {
    seenOf(context)
  },
  after: writeLine,
  onError: writeLine,
})

function writeLine({ event, context, response }: Invocation): void {
  const seen = seenOf(context)
  const { operation = 'Unknown', code = 'Success', side, keyState } = seen
  functionLog('info', {
    requestId: requestIdOf(event, context),
    functionRequestId: context.awsRequestId,
    function: context.functionName,
    operation,
    code,
    ...(keyState !== undefined && { keyState }),
    status: response?.statusCode,
    cold: !warm,
    ...durations(seen),
    ...metrics(performance.now() - seen.began, side === 'server'),
  })
  warm = true
}

const durations = ({ openMs, handleMs, flushMs }: Seen) => ({
  ...(openMs !== undefined && { openMs: rounded(openMs) }),
  ...(handleMs !== undefined && { handleMs: rounded(handleMs) }),
  ...(flushMs !== undefined && { flushMs: rounded(flushMs) }),
})

const rounded = (ms: number): number => Math.round(ms * 100) / 100

/**
 * One set, by installation, which its table names, and operation: what sums of it say needs no metric.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
const metrics = (latency: number, fault: boolean) => ({
  _aws: {
    Timestamp: Date.now(),
    CloudWatchMetrics: [
      {
        Namespace: NAMESPACE,
        Dimensions: [['table', 'operation']],
        Metrics: fault ? [LATENCY, FAULTS] : [LATENCY],
      },
    ],
  },
  table: process.env['TENKEY_TABLE'] ?? '',
  ...(fault && { Faults: 1 }),
  Latency: rounded(latency),
})

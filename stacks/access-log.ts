/**
 * A line of API Gateway's access log, who called what and how it went: no header and no query, because
 * both can hold a signature, and nothing that a caller writes: API Gateway does not escape a path, so one
 * with a quote could add members.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
export const ACCESS_LOG = JSON.stringify({
  time: '$context.requestTime',
  requestId: '$context.requestId',
  ip: '$context.identity.sourceIp',
  routeKey: '$context.routeKey',
  status: '$context.status',
  responseBytes: '$context.responseLength',
  latency: '$context.responseLatency',
  functionLatency: '$context.integrationLatency',
  functionError: '$context.integrationErrorMessage',
})

/// <reference path="../.sst/platform/config.d.ts" />
import { type AlarmParts, throttles, type Watched } from './alarm-parts.ts'

/** ms after which a call is near its function's end: the usual ones have ten seconds */
const SLOW = 8000
/** calls in five minutes that could not prove who makes them; some are always mistaken */
const UNPROVEN = 100
/** refusals of who can't prove who they are (core/pipeline/) */
const UNPROVEN_CODES = [
  'InvalidSignatureException',
  'UnrecognizedClientException',
  'IncompleteSignatureException',
  'InvalidIdentityTokenException',
]
/** errors of the root key (core/root/root.ts), as a line names them */
const ROOT_ERRORS = ['RootKeyUnavailable', 'RootKeyRefused']

/** Alarms for what nobody is answered with: what stops, what is held back, what comes near its bounds. */
export function silentAlarms({ sweep, table, front }: Watched, parts: AlarmParts): void {
  const { alarm, absent, lines } = parts
  absent(
    'SweepMissingAlarm',
    {
      alarmDescription:
        'There was no sweep in ten minutes: nothing rotates, expires or is deleted.',
      metric: {
        namespace: 'AWS/Lambda',
        metricName: 'Invocations',
        dimensions: { FunctionName: $output(sweep.nodes.function).apply(({ name }) => name) },
        stat: 'Sum',
      },
      least: 1,
      periods: 10,
    },
    // minutes after the schedule, which so has run
    [$output(sweep.nodes.schedule), ...front.last],
  )
  alarm('FunctionThrottlesAlarm', {
    alarmDescription:
      'Functions of the account were held back: its concurrency, which they all share, is used up.',
    // of all functions of the account and Region
    namespace: 'AWS/Lambda',
    metricName: 'Throttles',
    statistic: 'Sum',
    period: 300,
  })
  alarm('TableThrottlesAlarm', {
    alarmDescription:
      'The table held calls back: its cap (STACK_MAX_READS, STACK_MAX_WRITES), a hot partition, or the quota.',
    metricQueries: throttles(table.name),
  })
  alarm('RootKeyErrorsAlarm', {
    alarmDescription: 'The root key did not answer as asked: the function log says why.',
    ...lines('RootKeyError', anyOf(rootErrors)),
  })
  if (!front.lines) return
  alarm('NearTimeoutAlarm', {
    alarmDescription: `Calls took more than ${SLOW / 1000} s, near the end of their functions: the function log has them.`,
    ...lines('NearTimeout', `{ $.Latency > ${SLOW} }`),
  })
  alarm('AuthenticationFailuresAlarm', {
    alarmDescription: `More than ${UNPROVEN} calls in five minutes could not prove who made them: the access log has their addresses.`,
    ...lines('AuthenticationFailed', anyOf(UNPROVEN_CODES.map((code) => `$.code = "${code}"`))),
    threshold: UNPROVEN,
  })
}

/** What an error was, or what caused it. */
const rootErrors = ROOT_ERRORS.flatMap((name) =>
  ['$.error.name', '$.error.cause.name'].map((member) => `${member} = "${name}"`),
)

function anyOf(terms: readonly string[]): string {
  return `{ ${terms.join(' || ')} }`
}

/// <reference path="../.sst/platform/config.d.ts" />
import { type AlarmParts, throttles } from './alarm-parts.ts'
import type { Replicas } from './replicas.ts'

/** ms that a write takes to another Region at most, usually less than a second; a revocation holds there no sooner */
const LATE = 30_000

/** Alarms for what Regions share: that it takes calls, and where they agree later, that it is not late. */
export function replicaAlarms(replicas: Replicas, { alarm }: AlarmParts): void {
  alarm('SharedTableThrottlesAlarm', {
    alarmDescription:
      'The table that Regions share held calls back: its cap (STACK_MAX_READS, STACK_MAX_WRITES), a hot partition, or the quota.',
    metricQueries: throttles(replicas.table),
  })
  // the Region that a write was made in has the metric: home alone, and of replicas that agree later
  if (replicas.strong || !replicas.isHome) return
  for (const region of replicas.others) {
    alarm(`ReplicationLate${region.replaceAll('-', '')}Alarm`, {
      alarmDescription: `What was changed came to ${region} more than ${LATE / 1000} s later: an access key that was switched off held there as long.`,
      namespace: 'AWS/DynamoDB',
      metricName: 'ReplicationLatency',
      dimensions: { TableName: replicas.table, ReceivingRegion: region },
      statistic: 'Maximum',
      period: 300,
      threshold: LATE,
    })
  }
}

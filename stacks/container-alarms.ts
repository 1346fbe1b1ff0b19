/// <reference path="../.sst/platform/config.d.ts" />
import type { AlarmParts, Front } from './alarm-parts.ts'
import type { LoadBalancer } from './load-balancer.ts'

/** s */
const SLOW = 8

/** What a load balancer's metrics say of its answers. */
export const frontOf = ({ balancer }: LoadBalancer): Front => ({
  namespace: 'AWS/ApplicationELB',
  dimension: ['LoadBalancer', balancer.arnSuffix],
  answers: ['RequestCount', 'HTTPCode_Target_4XX_Count', 'HTTPCode_Target_5XX_Count'],
  lines: false,
})

/** Alarms for what only containers have: none that answers, fewer than there should be, slow ones. */
export function containerAlarms(
  { balancer, targets }: LoadBalancer,
  least: number,
  { alarm }: Pick<AlarmParts, 'alarm'>,
): void {
  const ofFront = { namespace: 'AWS/ApplicationELB', period: 60, evaluationPeriods: 3 }
  const dimensions = { LoadBalancer: balancer.arnSuffix }
  alarm('NobodyAnswersAlarm', {
    alarmDescription: 'The load balancer itself answered 5xx: no container took the call.',
    ...ofFront,
    metricName: 'HTTPCode_ELB_5XX_Count',
    dimensions,
    statistic: 'Sum',
    datapointsToAlarm: 2,
  })
  alarm('ContainersMissingAlarm', {
    alarmDescription: `Fewer than ${least} containers are healthy: the service's events say why.`,
    ...ofFront,
    metricName: 'HealthyHostCount',
    dimensions: { ...dimensions, TargetGroup: targets.arnSuffix },
    statistic: 'Minimum',
    comparisonOperator: 'LessThanThreshold',
    threshold: least,
    treatMissingData: 'breaching',
  })
  alarm('SlowAnswersAlarm', {
    alarmDescription: `One call in a hundred takes more than ${SLOW} s.`,
    ...ofFront,
    metricName: 'TargetResponseTime',
    dimensions,
    extendedStatistic: 'p99',
    threshold: SLOW,
  })
}

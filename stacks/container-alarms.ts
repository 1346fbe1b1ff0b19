/// <reference path="../.sst/platform/config.d.ts" />
import type { AlarmParts, Front } from './alarm-parts.ts'
import type { Containers } from './containers.ts'
import { named } from './names.ts'

/** s */
const SLOW = 8
/** minutes; what CloudWatch does not know yet, of the last two, counts as nothing */
const MISSING = 5

/** What a load balancer's metrics say of its answers. */
export const frontOf = ({ balancer, service }: Containers): Front => ({
  namespace: 'AWS/ApplicationELB',
  dimension: ['LoadBalancer', balancer.arnSuffix],
  answers: ['RequestCount', 'HTTPCode_Target_4XX_Count', 'HTTPCode_Target_5XX_Count'],
  last: [service],
  lines: false,
})

/** Alarms for what only containers have: none that answers, fewer than there should be, slow ones. */
export function containerAlarms(
  { balancer, targets, service }: Containers,
  least: number,
  { alarm, absent }: Pick<AlarmParts, 'alarm' | 'absent'>,
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
  absent(
    'ContainersMissingAlarm',
    {
      alarmDescription: `Fewer than ${least} containers were healthy for ${MISSING} minutes: the service's events say why.`,
      metric: {
        namespace: 'AWS/ApplicationELB',
        metricName: 'HealthyHostCount',
        dimensions: { ...dimensions, TargetGroup: targets.arnSuffix },
        stat: 'Minimum',
      },
      least,
      periods: MISSING,
    },
    [service],
  )
  alarm('SlowAnswersAlarm', {
    alarmDescription: `One call in a hundred takes more than ${SLOW} s.`,
    ...ofFront,
    metricName: 'TargetResponseTime',
    dimensions,
    extendedStatistic: 'p99',
    threshold: SLOW,
  })
}

/** Tells the topic of a deployment whose containers did not come up: the former ones answer still. */
export function watchDeployments(
  { service }: Containers,
  topic: aws.sns.Topic,
  { untold }: Pick<AlarmParts, 'untold'>,
): void {
  const rule = new aws.cloudwatch.EventRule('DeploymentFailed', {
    name: named('DeploymentFailed'),
    description: 'New containers did not come up, and the service went back to the former ones.',
    eventPattern: $jsonStringify({
      source: ['aws.ecs'],
      'detail-type': ['ECS Deployment State Change'],
      // a service's id is its ARN
      resources: [service.id],
      detail: { eventName: ['SERVICE_DEPLOYMENT_FAILED'] },
    }),
  })
  new aws.cloudwatch.EventTarget('DeploymentFailedTarget', { rule: rule.name, arn: topic.arn })
  untold(rule, 'DeploymentUntold', 'A deployment failed')
}

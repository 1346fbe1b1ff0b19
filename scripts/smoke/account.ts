import { alarmsOf, sumOf, watchedBy } from './aws-cli.ts'
import { deployment } from './deployment.ts'
import { Skipped, type Smoke, type Step } from './step.ts'
import { trail } from './trail.ts'

/** minutes that are looked at: CloudWatch's metrics are late by some */
const MINUTES = 15

const alarmStates: Step = {
  name: 'no alarm',
  async run(smoke) {
    const own = await alarmsOf(smoke)
    const raised = own.filter(({ StateValue }) => StateValue === 'ALARM')
    if (raised.length === 0) return `${own.length} alarms, none raised`
    throw new Error(`raised: ${raised.map(({ AlarmName }) => AlarmName).join(', ')}`)
  },
}

const sweep: Step = {
  name: 'a sweep',
  async run(smoke) {
    const [namespace, name, dimension] = ['AWS/Lambda', 'Invocations', 'FunctionName'] as const
    const value = await watchedBy(smoke, { namespace, metric: name, dimension })
    const runs = (await sumOf({ namespace, name, dimension, value }, MINUTES)) ?? 0
    if (runs === 0) throw new Error(`${value} was not called in ${MINUTES} minutes`)
    return `${runs} in ${MINUTES} minutes`
  },
}

/** Calls that whatever is in front counted: an API, or a load balancer. */
async function calledIn(smoke: Smoke): Promise<number | undefined> {
  const balanced = (await alarmsOf(smoke)).some(({ Namespace }) => Namespace === BALANCED.namespace)
  const { namespace, name, dimension, metric } = balanced ? BALANCED : BY_API
  const value = await watchedBy(smoke, { namespace, metric, dimension })
  return sumOf({ namespace, name, dimension, value }, MINUTES)
}
const BY_API = { namespace: 'AWS/ApiGateway', metric: '5xx', name: 'Count', dimension: 'ApiId' }
const BALANCED = {
  namespace: 'AWS/ApplicationELB',
  metric: 'HTTPCode_Target_5XX_Count',
  name: 'RequestCount',
  dimension: 'LoadBalancer',
}

/** What the table's meters say, over the calls that were counted: whatever else was called is in it. */
const units: Step = {
  name: 'what calls cost in units',
  async run(smoke) {
    const table = await watchedBy(smoke, {
      ...{ namespace: 'AWS/DynamoDB', metric: 'ReadThrottleEvents', dimension: 'TableName' },
    })
    const consumed = (name: string) =>
      sumOf({ namespace: 'AWS/DynamoDB', name, dimension: 'TableName', value: table }, MINUTES)
    const [reads, writes, calls] = await Promise.all([
      consumed('ConsumedReadCapacityUnits'),
      consumed('ConsumedWriteCapacityUnits'),
      calledIn(smoke),
    ])
    if (reads === undefined || writes === undefined || !calls) {
      throw new Skipped(`CloudWatch has none of the last ${MINUTES} minutes yet: try in five`)
    }
    const each = (sum: number) => (sum / calls).toFixed(1)
    return `${each(reads)} read and ${each(writes)} write units a call (${calls} calls in ${MINUTES} minutes, sweeps among their units)`
  },
}

/** What only the AWS account shows, once all else was asked. */
export const ACCOUNT_STEPS: readonly Step[] = [deployment, trail, alarmStates, sweep, units]

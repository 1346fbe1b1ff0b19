import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Skipped, type Smoke, type Step } from './step.ts'

const run = promisify(execFile)

/** minutes in which a schedule of one minute must have swept; CloudWatch's metrics are late by some */
const SWEPT_WITHIN = 15
/** characters of what the AWS CLI said that are repeated */
const MAX_SHOWN = 300

interface Alarm {
  readonly AlarmName: string
  readonly StateValue: string
  readonly Namespace?: string
  readonly MetricName?: string
  readonly AlarmActions: readonly string[]
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[]
}

/** Asks CloudWatch by the AWS CLI, with the credentials and the Region of the environment. */
async function cloudwatch(...words: readonly string[]): Promise<unknown> {
  try {
    const env = { ...process.env, AWS_PAGER: '' }
    const { stdout } = await run('aws', ['cloudwatch', ...words, '--output', 'json'], { env })
    return JSON.parse(stdout)
  } catch (error) {
    const { code, stderr } = error as NodeJS.ErrnoException & { stderr?: string }
    if (code === 'ENOENT') throw new Skipped('the AWS CLI is not installed')
    throw new Error(`aws cloudwatch ${words[0]}: ${(stderr || String(error)).slice(0, MAX_SHOWN)}`)
  }
}

/** The alarms that are told to the stack's topic. */
async function alarmsOf({ alarms }: Smoke): Promise<readonly Alarm[]> {
  if (alarms === undefined) throw new Skipped('--alarms names no topic of an AWS account')
  const { MetricAlarms } = (await cloudwatch('describe-alarms')) as { MetricAlarms: Alarm[] }
  const own = MetricAlarms.filter(({ AlarmActions }) => AlarmActions.includes(alarms))
  if (own.length === 0) throw new Error(`no alarm of this Region is told to ${alarms}`)
  return own
}

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
    const watch = (await alarmsOf(smoke)).find(
      ({ Namespace, MetricName }) => Namespace === 'AWS/Lambda' && MetricName === 'Invocations',
    )
    const dimension = watch?.Dimensions?.find(({ Name }) => Name === 'FunctionName')
    if (dimension === undefined) throw new Error('no alarm watches whether the sweeper is called')
    const now = Date.now()
    const { Datapoints } = (await cloudwatch(
      'get-metric-statistics',
      ...['--namespace', 'AWS/Lambda', '--metric-name', 'Invocations', '--statistics', 'Sum'],
      ...['--dimensions', `Name=FunctionName,Value=${dimension.Value}`, '--period', '60'],
      ...['--start-time', new Date(now - SWEPT_WITHIN * 60_000).toISOString()],
      ...['--end-time', new Date(now).toISOString()],
    )) as { Datapoints: { Sum: number }[] }
    const runs = Datapoints.reduce((sum, { Sum }) => sum + Sum, 0)
    if (runs === 0) throw new Error(`${dimension.Value} was not called in ${SWEPT_WITHIN} minutes`)
    return `${runs} in ${SWEPT_WITHIN} minutes`
  },
}

/** What only the AWS account shows. */
export const ACCOUNT_STEPS: readonly Step[] = [alarmStates, sweep]

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { Skipped, type Smoke } from './step.ts'

const run = promisify(execFile)

/** characters of what the AWS CLI said that are repeated */
const MAX_SHOWN = 300

/** Asks a service of AWS by the AWS CLI, with the credentials and the Region of the environment. */
export async function askAws(service: string, ...words: readonly string[]): Promise<unknown> {
  try {
    const env = { ...process.env, AWS_PAGER: '' }
    const { stdout } = await run('aws', [service, ...words, '--output', 'json'], { env })
    return stdout.trim() === '' ? {} : JSON.parse(stdout)
  } catch (error) {
    const { code, stderr } = error as NodeJS.ErrnoException & { stderr?: string }
    if (code === 'ENOENT') throw new Skipped('the AWS CLI is not installed')
    throw new Error(`aws ${service} ${words[0]}: ${(stderr || String(error)).slice(0, MAX_SHOWN)}`)
  }
}

interface Metric {
  readonly Namespace?: string
  readonly MetricName?: string
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[]
}

export interface Alarm extends Metric {
  readonly AlarmName: string
  readonly StateValue: string
  readonly AlarmActions: readonly string[]
  /** of an alarm on what is computed of several */
  readonly Metrics?: readonly { readonly MetricStat?: { readonly Metric: Metric } }[]
}

/** The alarms that are told to the stack's topic. */
export async function alarmsOf({ alarms }: Smoke): Promise<readonly Alarm[]> {
  if (alarms === undefined) throw new Skipped('--alarms names no topic of an AWS account')
  const { MetricAlarms } = (await askAws('cloudwatch', 'describe-alarms')) as {
    MetricAlarms: Alarm[]
  }
  const own = MetricAlarms.filter(({ AlarmActions }) => AlarmActions.includes(alarms))
  if (own.length === 0) throw new Error(`no alarm of this Region is told to ${alarms}`)
  return own
}

/**
 * What the stack's alarms look at, which names its parts.
 * @throws Error where none looks at that
 */
export async function watchedBy(
  smoke: Smoke,
  { namespace, metric, dimension }: Readonly<Record<'namespace' | 'metric' | 'dimension', string>>,
): Promise<string> {
  const metrics = (await alarmsOf(smoke)).flatMap(({ Metrics = [], ...alarm }): Metric[] => [
    alarm,
    ...Metrics.flatMap(({ MetricStat }) => (MetricStat === undefined ? [] : [MetricStat.Metric])),
  ])
  const value = metrics
    .filter(({ Namespace, MetricName }) => Namespace === namespace && MetricName === metric)
    .flatMap(({ Dimensions = [] }) => Dimensions)
    .find(({ Name }) => Name === dimension)?.Value
  if (value === undefined) throw new Error(`no alarm watches ${metric} of ${namespace}`)
  return value
}

/** The sum of a metric over the last minutes; undefined where CloudWatch has none. */
export async function sumOf(
  metric: { namespace: string; name: string; dimension: string; value: string },
  minutes: number,
): Promise<number | undefined> {
  const now = Date.now()
  const { Datapoints } = (await askAws(
    'cloudwatch',
    ...['get-metric-statistics', '--namespace', metric.namespace, '--metric-name', metric.name],
    ...['--dimensions', `Name=${metric.dimension},Value=${metric.value}`],
    ...['--statistics', 'Sum', '--period', '60'],
    ...['--start-time', new Date(now - minutes * 60_000).toISOString()],
    ...['--end-time', new Date(now).toISOString()],
  )) as { Datapoints: { Sum: number }[] }
  if (Datapoints.length === 0) return undefined
  return Datapoints.reduce((sum, { Sum }) => sum + Sum, 0)
}

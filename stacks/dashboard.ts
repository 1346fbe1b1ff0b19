/// <reference path="../.sst/platform/config.d.ts" />
import type { Watched } from './alarm-parts.ts'
import { named } from './names.ts'

/** A metric (namespace, name, dimensions in pairs), or what is computed of several. */
type Shown =
  | readonly $util.Input<string>[]
  | readonly [{ readonly expression: $util.Input<string>; readonly label?: string }]

/** A widget's title, its metrics, and the statistic they show. */
type Widget = readonly [title: string, metrics: readonly Shown[], stat: string]

/** seconds */
const PERIOD = 300

/** One page with what one looks at first: how much is called and how it goes, and what works by itself. */
export function dashboard({ front, table, sweep, events, queue }: Watched, region: string): void {
  /** of each operation of the installation that is called */
  const each = (metric: string, stat: string) =>
    $interpolate`SEARCH('{tenkey,operation,table} MetricName="${metric}" table="${table.name}"', '${stat}', ${PERIOD})`
  const summed = (label: string, metric: string, stat: string): Shown => [
    { expression: $interpolate`SUM(${each(metric, stat)})`, label },
  ]
  const tableName = ['TableName', table.name] as const
  const sweeper = ['FunctionName', $output(sweep.nodes.function).apply(({ name }) => name)] as const
  const teller = ['FunctionName', events.teller.name] as const
  const calls: readonly Widget[] = [
    [
      'Calls and faults',
      [summed('Calls', 'Latency', 'SampleCount'), summed('Faults', 'Faults', 'Sum')],
      'Sum',
    ],
    ['Latency in functions, p99', [[{ expression: each('Latency', 'p99') }]], 'p99'],
  ]
  const widgets: readonly Widget[] = [
    ...(front.lines ? calls : []),
    ['Answers', front.answers.map((name) => [front.namespace, name, ...front.dimension]), 'Sum'],
    [
      'Table: units and throttles',
      [
        'ConsumedReadCapacityUnits',
        'ConsumedWriteCapacityUnits',
        'ReadThrottleEvents',
        'WriteThrottleEvents',
      ].map((name) => ['AWS/DynamoDB', name, ...tableName]),
      'Sum',
    ],
    [
      'Functions of the account',
      ['ConcurrentExecutions', 'Throttles'].map((name) => ['AWS/Lambda', name]),
      'Maximum',
    ],
    ['Sweeps', ['Invocations', 'Errors'].map((name) => ['AWS/Lambda', name, ...sweeper]), 'Sum'],
    ['Events: ms behind', [['AWS/Lambda', 'IteratorAge', ...teller]], 'Maximum'],
    [
      'Dead letters',
      [['AWS/SQS', 'ApproximateNumberOfMessagesVisible', ...['QueueName', queue.nodes.queue.name]]],
      'Maximum',
    ],
  ]
  new aws.cloudwatch.Dashboard('Dashboard', {
    dashboardName: named('Dashboard'),
    dashboardBody: $jsonStringify({
      widgets: widgets.map(([title, metrics, stat], n) => ({
        type: 'metric',
        // two in a row of 24
        ...{ x: (n % 2) * 12, y: Math.floor(n / 2) * 6, width: 12, height: 6 },
        properties: { title, metrics, stat, region, period: PERIOD, view: 'timeSeries' },
      })),
    }),
  })
}

import { askAws } from './aws-cli.ts'
import { Skipped, type Step } from './step.ts'

interface Service {
  readonly deployments: readonly {
    readonly status: string
    readonly taskDefinition: string
    readonly runningCount: number
    readonly rolloutState?: string
    readonly rolloutStateReason?: string
  }[]
}

/** `<family>:<revision>` of a task definition's ARN. */
const shortOf = (arn: string): string => arn.split('/').at(-1) ?? arn

/**
 * Whether the containers that run are those that were deployed: where they did not come up the service goes
 * back to the former ones, and whoever waits for it to be steady hears that all is well.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
 */
export const deployment: Step = {
  name: 'the containers that were deployed',
  async run({ containers }) {
    if (containers === undefined) throw new Skipped('--service and --task-definition name none')
    const { service, taskDefinition } = containers
    const [cluster = '', name = ''] = service.split('/')
    const { services } = (await askAws(
      'ecs',
      ...['describe-services', '--cluster', cluster, '--services', name],
    )) as { services: Service[] }
    const [found] = services
    if (found === undefined) throw new Error(`there is no service ${service}`)
    const running = found.deployments.filter(({ runningCount }) => runningCount > 0)
    const others = running.filter((one) => one.taskDefinition !== taskDefinition)
    const [other] = others
    if (other !== undefined) {
      const why = found.deployments.map(({ rolloutStateReason = '' }) => rolloutStateReason)
      throw new Error(
        `${shortOf(other.taskDefinition)} runs, and ${shortOf(taskDefinition)} was deployed: ${why.filter(Boolean).join(' ') || 'the service went back'}`,
      )
    }
    const [own] = running
    if (own === undefined) throw new Error(`no container of ${service} runs`)
    const { rolloutState = 'COMPLETED', runningCount } = own
    if (rolloutState !== 'COMPLETED') {
      throw new Error(`the deployment of ${shortOf(taskDefinition)} is ${rolloutState}`)
    }
    return `${runningCount} of ${shortOf(taskDefinition)}`
  },
}

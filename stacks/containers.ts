/// <reference path="../.sst/platform/config.d.ts" />
import { operations, xksOperations } from '../operations/registry.ts'
import { containerRoles } from './container-roles.ts'
import { auditSettings, proxySettings, type Shared } from './functions.ts'
import { type LoadBalancer, loadBalancer, PORT } from './load-balancer.ts'
import { named } from './names.ts'
import { type Network, network } from './network.ts'
import type { Options } from './options.ts'
import { serverPermissions } from './permissions.ts'
import { replicaSettings } from './replicas.ts'
import { CONTAINERS } from './sizes.ts'

/** s between SIGTERM, after which the server answers what it took for 8, and SIGKILL */
const STOP = 30
/** times as many containers as are wanted at least, when they are busy */
const MOST = 10
/**
 * What a deployment may take: containers that don't come up are tried three times, and taken back. It ends
 * well then too, so `npm run smoke` looks at what is running.
 * @see https://github.com/hashicorp/terraform-provider-aws/issues/19519
 */
const PATIENCE = '30m'

/** The load balancer, and what it leads to. */
export interface Containers extends LoadBalancer {
  readonly service: aws.ecs.Service
  /** `<cluster>/<service>`, by which AWS is asked about it */
  readonly name: $util.Output<string>
  /** ARN of the task definition that is deployed */
  readonly task: $util.Output<string>
}

/**
 * The container shape: servers on Fargate behind a load balancer, over the same table and root key, in
 * place of the API and the functions of operations. They make no credentials (`tenkey bootstrap` does)
 * and do not sweep: the one sweeper is the function, as everywhere.
 */
export async function containers(shared: Shared): Promise<Containers> {
  const { options, region } = shared
  const place = await network(region)
  const front = loadBalancer(place, options)
  const task = taskOf(shared, place)
  const cluster = new aws.ecs.Cluster('Containers', { name: named('Containers', { longest: 255 }) })
  const access = new aws.ec2.SecurityGroup('ContainersAccess', {
    name: named('ContainersAccess', { longest: 255 }),
    description: 'The load balancer calls; AWS and identity providers are called.',
    vpcId: place.vpc.id,
    ingress: [
      { protocol: 'tcp', fromPort: PORT, toPort: PORT, securityGroups: [front.callers.id] },
    ],
    egress: calledPorts(options).map((port) => ({
      ...{ protocol: 'tcp', fromPort: port, toPort: port },
      cidrBlocks: ['0.0.0.0/0'],
    })),
  })
  const service = new aws.ecs.Service(
    'ContainersService',
    {
      name: named('Server', { longest: 255 }),
      cluster: cluster.arn,
      taskDefinition: task.arn,
      launchType: 'FARGATE',
      desiredCount: options.containers,
      // a new one answers before an old one goes; what does not come up is taken back
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      healthCheckGracePeriodSeconds: 60,
      networkConfiguration: {
        subnets: place.subnets.map(({ id }) => id),
        securityGroups: [access.id],
        assignPublicIp: true,
      },
      loadBalancers: [
        { targetGroupArn: front.targets.arn, containerName: 'tenkey', containerPort: PORT },
      ],
      enableExecuteCommand: false,
      waitForSteadyState: true,
    },
    {
      dependsOn: [front.listener, ...place.ready],
      // how many there are is the scaling's once they run
      ignoreChanges: ['desiredCount'],
      customTimeouts: { create: PATIENCE, update: PATIENCE },
    },
  )
  scaling(cluster, service, options.containers)
  return {
    ...front,
    service,
    name: $interpolate`${cluster.name}/${service.name}`,
    task: task.arn,
  }
}

/** HTTPS, and the port of external key store proxies where that is another. */
const calledPorts = ({ xksPort }: Options): readonly number[] => [
  ...new Set([443, Number(xksPort || 443)]),
]

function taskOf(shared: Shared, { ranges }: Network): aws.ecs.TaskDefinition {
  const { table, rootKey, region, log, options } = shared
  const { task, execution } = containerRoles(
    shared,
    serverPermissions([...operations, ...xksOperations]),
  )
  const environment = {
    AWS_REGION: region,
    TENKEY_STORE: 'dynamodb',
    TENKEY_TABLE: table.name,
    TENKEY_ROOT: $interpolate`aws-kms:${rootKey.name}`,
    ...replicaSettings(shared.replicas),
    TENKEY_REGION: region,
    TENKEY_TRUSTED_PROXY: ranges.join(','),
    TENKEY_CREDENTIALS: 'none',
    TENKEY_SWEEP: 'off',
    TENKEY_URLS: `https://${options.domain}`,
    ...(options.corsOrigins.length > 0 && {
      TENKEY_CORS_ORIGINS: options.corsOrigins.join(','),
    }),
    ...auditSettings(options),
    ...proxySettings(options),
  }
  return new aws.ecs.TaskDefinition('ContainersTask', {
    family: named('Server', { longest: 255 }),
    requiresCompatibilities: ['FARGATE'],
    networkMode: 'awsvpc',
    cpu: String(CONTAINERS.cpu),
    memory: String(CONTAINERS.memory),
    runtimePlatform: { operatingSystemFamily: 'LINUX', cpuArchitecture: 'ARM64' },
    taskRoleArn: task.arn,
    executionRoleArn: execution.arn,
    volumes: [{ name: 'data' }],
    containerDefinitions: $jsonStringify([
      {
        name: 'tenkey',
        image: options.image,
        essential: true,
        portMappings: [{ containerPort: PORT, protocol: 'tcp' }],
        environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
        readonlyRootFilesystem: true,
        linuxParameters: { initProcessEnabled: true, capabilities: { drop: ['ALL'] } },
        mountPoints: [{ sourceVolume: 'data', containerPath: '/data' }],
        stopTimeout: STOP,
        healthCheck: {
          command: ['CMD', 'node', '/tenkey/dist/health-check.js'],
          interval: 10,
          timeout: 5,
          retries: 3,
          startPeriod: 30,
        },
        logConfiguration: {
          logDriver: 'awslogs',
          options: {
            'awslogs-group': log.name,
            'awslogs-region': region,
            'awslogs-stream-prefix': 'server',
          },
        },
      },
    ]),
  })
}

function scaling(cluster: aws.ecs.Cluster, service: aws.ecs.Service, least: number): void {
  const target = new aws.appautoscaling.Target('ContainersScaling', {
    serviceNamespace: 'ecs',
    scalableDimension: 'ecs:service:DesiredCount',
    resourceId: $interpolate`service/${cluster.name}/${service.name}`,
    minCapacity: least,
    maxCapacity: least * MOST,
  })
  new aws.appautoscaling.Policy('ContainersBusy', {
    name: named('ContainersBusy', { longest: 255 }),
    policyType: 'TargetTrackingScaling',
    serviceNamespace: target.serviceNamespace,
    scalableDimension: target.scalableDimension,
    resourceId: target.resourceId,
    targetTrackingScalingPolicyConfiguration: {
      targetValue: CONTAINERS.busy,
      predefinedMetricSpecification: { predefinedMetricType: 'ECSServiceAverageCPUUtilization' },
    },
  })
}

// @module-tag stages
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect } from 'vitest'
import { readConfig } from '../../core/config.ts'
import { operations, xksOperations } from '../../operations/registry.ts'
import { ALARM_METRICS, FILTER_METRICS } from '../../scripts/cost.ts'
import { checkExposure } from '../../server/exposure.ts'
import { serverPermissions } from '../../stacks/permissions.ts'
import { fences } from '../../stacks/statements.ts'
import { instructionsOf, stagesOf } from '../support/dockerfile.ts'
import { absence, deployed, PATIENCE, reportOf } from '../support/sst-deployed.ts'
import { judge } from '../support/sst-judge.ts'
import { ACCOUNT, REGION } from '../support/sst-mocks.ts'
import { CONTAINER, PROJECT } from '../support/sst-platform.ts'
import { alarmMetrics, type Report, type Role } from '../support/sst-report.ts'

let report: Report
/** in a zone that is elsewhere, with the rates of AWS WAF and a root key of its own */
let given: Report

beforeAll(async () => {
  if ((await absence()) !== undefined) return
  const { STACK_DOMAIN_ZONE: _zone, ...elsewhere } = CONTAINER
  ;[report, given] = await Promise.all([
    reportOf('production', CONTAINER),
    reportOf('production', {
      ...elsewhere,
      STACK_DOMAIN_CERTIFICATE: `arn:aws:acm:${REGION}:${ACCOUNT}:certificate/c`,
      STACK_WAF_RATE: '2000',
      STACK_CONTAINERS: '3',
      STACK_AUDIT_RETENTION: '365',
      STACK_AUDIT_FORWARD: 'stdout',
      STACK_XKS_NETWORKS: '10.1.0.0/16,fd00::/8',
      STACK_XKS_CA: '/etc/tenkey/xks-ca.pem',
      STACK_XKS_PORT: '8443',
      STACK_XKS_TIMEOUT: '500',
    }),
  ])
}, PATIENCE)

interface Container {
  readonly image: string
  readonly environment: readonly { readonly name: string; readonly value: string }[]
  readonly mountPoints: readonly { readonly containerPath: string }[]
  readonly healthCheck: { readonly command: readonly string[] }
  readonly stopTimeout: number
}
const containerOf = (of: Report): Container => {
  const text = String(of.only('ecs/taskDefinition').inputs['containerDefinitions'])
  const [container] = JSON.parse(text) as Container[]
  if (container === undefined) throw new Error('no container')
  return container
}
const settingsOf = (of: Report) =>
  Object.fromEntries(containerOf(of).environment.map(({ name, value }) => [name, value]))
const roleNamed = (name: string): Role => {
  const role = report.roles.find((one) => one.name === name)
  if (role === undefined) throw new Error(`no role ${name}`)
  return role
}

describe('the container shape', () => {
  deployed('has no function of an operation and no API, and the one sweeper', () => {
    expect(report.functions.map(({ build }) => build?.handler).sort()).toEqual([
      'functions/key-events.handler',
      'functions/sweep.handler',
    ])
    expect(report.of('apigatewayv2/api')).toEqual([])
    expect(report.only('scheduler/schedule').inputs['scheduleExpression']).toBe('rate(1 minute)')
    expect(settingsOf(report)['TENKEY_SWEEP']).toBe('off')
  })

  deployed('its servers start with what they are told, over the same table and root', () => {
    const settings = settingsOf(report)
    const config = readConfig({ TENKEY_HOST: '0.0.0.0', ...settings })
    expect(config).toMatchObject({
      store: 'dynamodb',
      table: report.only('dynamodb/table').inputs['name'],
      root: `aws-kms:${report.program.outputs['rootKey']}`,
      servedRegion: REGION,
      credentials: 'none',
      sweep: 'off',
      corsOrigins: CONTAINER.STACK_CORS_ORIGINS,
    })
    expect([`${report.program.outputs['url']}`]).toEqual(config.urls)
    // behind the load balancer of these subnets, and of no others
    expect(() => checkExposure(config)).not.toThrow()
    expect(config.trustedProxies).toEqual(
      report.of('ec2/subnet').map(({ inputs }) => inputs['cidrBlock']),
    )
    expect(Object.values(settings).join()).not.toMatch(/secret/i)
    const { auditRetention, auditForward, xks } = readConfig({
      TENKEY_HOST: '0.0.0.0',
      ...settingsOf(given),
    })
    expect([auditRetention, auditForward]).toEqual([365, 'stdout'])
    expect(xks).toEqual({
      networks: ['10.1.0.0/16', 'fd00::/8'],
      authorities: '/etc/tenkey/xks-ca.pem',
      port: 8443,
      limit: 500,
    })
    const portsOf = (one: Report) =>
      one
        .of('ec2/securityGroup')
        .flatMap(({ inputs }) => inputs['egress'] as { toPort: number }[])
        .map(({ toPort }) => toPort)
    expect(portsOf(report)).not.toContain(8443)
    expect(portsOf(given)).toContain(8443)
  })

  deployed('callers get in by TLS 1.2 and newer alone, under the names they signed', () => {
    for (const one of [report, given]) {
      expect(one.only('lb/listener').inputs).toMatchObject({
        port: 443,
        protocol: 'HTTPS',
        sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
        certificateArn: expect.stringMatching(/^arn:aws:acm:eu-west-1:.*:certificate\//),
      })
      expect(one.only('lb/loadBalancer').inputs).toMatchObject({
        preserveHostHeader: true,
        dropInvalidHeaderFields: true,
        enableDeletionProtection: true,
      })
      const name = String(one.only('lb/loadBalancer').inputs['name'])
      expect(name).toMatch(/^[a-zA-Z0-9][a-zA-Z0-9-]{0,30}[a-zA-Z0-9]$/)
      expect(one.program.outputs['url']).toBe(`https://${CONTAINER.STACK_DOMAIN}`)
    }
    const records = report.of('route53/record').map(({ inputs }) => inputs['type'])
    expect(records.sort()).toEqual(['A', 'CNAME'])
    expect(given.of('route53/record')).toEqual([])
    expect(given.program.outputs['target']).toMatch(/\.elb\.amazonaws\.com$/)
  })

  deployed('nobody but the load balancer reaches a container, and it calls HTTPS alone', () => {
    const groups = new Map(report.of('ec2/securityGroup').map((one) => [one.name, one]))
    const front = groups.get('FrontAccess')
    expect(front?.inputs['ingress']).toEqual([
      { protocol: 'tcp', fromPort: 443, toPort: 443, cidrBlocks: ['0.0.0.0/0'] },
    ])
    expect(groups.get('ContainersAccess')?.inputs).toMatchObject({
      ingress: [{ protocol: 'tcp', fromPort: 4599, toPort: 4599, securityGroups: [front?.id] }],
      egress: [{ protocol: 'tcp', fromPort: 443, toPort: 443 }],
    })
  })

  deployed('a container is asked whether it answers, and stops once it has answered', () => {
    expect(report.only('lb/targetGroup').inputs).toMatchObject({
      targetType: 'ip',
      deregistrationDelay: 15,
      healthCheck: { path: '/health', matcher: '200' },
    })
    const { healthCheck, stopTimeout, mountPoints } = containerOf(report)
    // a server answers for up to 8 s what it took
    expect(stopTimeout).toBeGreaterThan(8)
    const text = readFileSync(join(PROJECT, 'packaging', 'Dockerfile'), 'utf8')
    const image = stagesOf(instructionsOf(text)).at(-1) ?? []
    const said = image.find(({ name }) => name === 'HEALTHCHECK')?.words ?? ''
    expect(['CMD', ...JSON.parse(/CMD (\[.*\])/.exec(said)?.[1] ?? '[]')]).toEqual(
      healthCheck.command,
    )
    expect(image.find(({ name }) => name === 'VOLUME')?.words).toBe(mountPoints[0]?.containerPath)
    expect(image.find(({ name }) => name === 'EXPOSE')?.words).toBe('4599')
  })

  // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html, InvalidSubnet
  deployed('the way to the Internet is there before the load balancer and the service are', () => {
    const made = report.program.made.map(({ type }) => type.replace(/^aws:|:\w+$/g, ''))
    const ready = Math.max(
      made.lastIndexOf('ec2/internetGateway'),
      made.lastIndexOf('ec2/routeTableAssociation'),
    )
    expect(report.of('ec2/routeTableAssociation')).toHaveLength(2)
    for (const one of ['lb/loadBalancer', 'ecs/service']) {
      expect(made.indexOf(one), one).toBeGreaterThan(ready)
    }
  })

  deployed(
    'it is in zones of the Region itself, whatever others the account has opted in to',
    () => {
      const zones = report.of('ec2/subnet').map(({ inputs }) => inputs['availabilityZone'])
      expect(zones).toEqual([`${REGION}a`, `${REGION}b`])
    },
  )

  deployed('a deployment that does not come up is taken back, and load brings more', () => {
    expect(report.only('ecs/service').inputs).toMatchObject({
      launchType: 'FARGATE',
      desiredCount: 2,
      deploymentMinimumHealthyPercent: 100,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      enableExecuteCommand: false,
      // a deployment ends when it is decided
      waitForSteadyState: true,
    })
    expect(given.only('appautoscaling/target').inputs).toMatchObject({
      minCapacity: 3,
      maxCapacity: 30,
    })
  })

  deployed('what was taken back is told to the topic, and seen by what the outputs name', () => {
    const { service, taskDefinition, alarms } = report.program.outputs
    expect(taskDefinition).toBe(report.only('ecs/service').inputs['taskDefinition'])
    expect(service).toBe(
      `${report.only('ecs/cluster').inputs['name']}/${report.only('ecs/service').inputs['name']}`,
    )
    const rule = report.of('cloudwatch/eventRule').find(({ name }) => name === 'DeploymentFailed')
    // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
    expect(JSON.parse(String(rule?.inputs['eventPattern']))).toEqual({
      source: ['aws.ecs'],
      'detail-type': ['ECS Deployment State Change'],
      resources: [report.only('ecs/service').id],
      detail: { eventName: ['SERVICE_DEPLOYMENT_FAILED'] },
    })
    const target = report
      .of('cloudwatch/eventTarget')
      .find(({ name }) => name === 'DeploymentFailedTarget')
    expect(target?.inputs).toMatchObject({ rule: rule?.inputs['name'], arn: alarms })
  })

  deployed('its role is the sum of the operations’, and what starts it may use no key', () => {
    const task = roleNamed('ContainersRole')
    expect(task.statements).toHaveLength(
      fences(serverPermissions([...operations, ...xksOperations]), REGION).length,
    )
    expect(task.arn).toContain(`:role/tenkey/production/`)
    expect(JSON.stringify(task.statements).length).toBeLessThan(10_240)
    const table = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${report.only('dynamodb/table').inputs['name']}`
    const ask = (role: Role, action: string, resource: string, more: object = {}) =>
      judge({ role: role.arn, may: role.statements, action, resource, ...more })
    const leading = (key: string) => ({ context: { 'dynamodb:LeadingKeys': [key] } })
    for (const key of ['000000000000', '111122223333', `111122223333/${REGION}`, 'health']) {
      for (const action of ['BatchGetItem', 'PutItem']) {
        expect(ask(task, `dynamodb:${action}`, table, leading(key)), `${action} ${key}`).toBe(true)
      }
    }
    const away = leading('111122223333/us-east-1')
    expect(ask(task, 'dynamodb:PutItem', table, away)).toBe(false)
    for (const action of ['dynamodb:Scan', 'dynamodb:DeleteTable', 'iam:PassRole']) {
      expect(ask(task, action, table), action).toBe(false)
    }
    // the index of what is due is the sweeper's
    const index = `${table}/index/byDue`
    expect(ask(task, 'dynamodb:Query', index, leading('0'))).toBe(false)

    const key = report.only('kms/key')
    const encryptionContext = {
      tenant: '111122223333',
      region: REGION,
      purpose: 'tenkey/tenant-key',
    }
    const context = { 'kms:EncryptionContextKeys': Object.keys(encryptionContext) }
    const resourcePolicy = String(key.inputs['policy'])
    const arn = String(report.program.outputs['rootKey'])
    for (const [name, may] of [
      ['ContainersRole', true],
      ['ContainersStartRole', false],
    ] as const) {
      const more = { context, encryptionContext, resourcePolicy }
      expect(ask(roleNamed(name), 'kms:Decrypt', arn, more), name).toBe(may)
    }
  })

  deployed('what starts it gets the one image and writes the one log', () => {
    const { statements, trust } = roleNamed('ContainersStartRole')
    expect(statements).toEqual([
      { Effect: 'Allow', Action: ['ecr:GetAuthorizationToken'], Resource: ['*'] },
      {
        Effect: 'Allow',
        Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
        Resource: [`arn:aws:ecr:eu-west-1:${ACCOUNT}:repository/tenkey`],
      },
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: [
          `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/tenkey/production/functions:log-stream:*`,
        ],
      },
    ])
    expect(trust).toEqual([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { Service: 'ecs-tasks.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } },
      },
    ])
  })

  deployed('its alarms are on the load balancer, and on nothing that only functions tell', () => {
    const alarms = report.of('cloudwatch/metricAlarm')
    const named = new Map(alarms.map(({ name, inputs }) => [name.replace(/Alarm$/, ''), inputs]))
    expect(named.get('ServerErrors')).toMatchObject({
      namespace: 'AWS/ApplicationELB',
      metricName: 'HTTPCode_Target_5XX_Count',
    })
    for (const name of [
      ...['NobodyAnswers', 'ContainersMissing', 'SlowAnswers', 'SweepMissing'],
      ...['RootKeyUntold', 'DeploymentUntold'],
    ]) {
      expect([...named.keys()]).toContain(name)
    }
    // made once there are containers: fewer than wanted in a minute of which nothing is told
    expect(named.get('ContainersMissing')).toMatchObject({
      metricQueries: [
        { expression: 'FILL(told, 0)', returnData: true },
        { metric: { metricName: 'HealthyHostCount', stat: 'Minimum', period: 60 } },
      ],
      comparisonOperator: 'LessThanThreshold',
      threshold: 2,
      ...{ datapointsToAlarm: 5, evaluationPeriods: 10, treatMissingData: 'ignore' },
    })
    const order = report.program.made.map(({ name }) => name)
    expect(order.indexOf('ContainersMissingAlarm')).toBeGreaterThan(
      order.indexOf('ContainersService'),
    )
    for (const name of ['NearTimeout', 'AuthenticationFailures', 'PendingDeletion']) {
      expect([...named.keys()]).not.toContain(name)
    }
    expect(JSON.stringify(report.of('cloudwatch/dashboard'))).not.toContain('SEARCH')
    expect(alarmMetrics(report)).toBe(ALARM_METRICS.container)
    expect(report.of('cloudwatch/logMetricFilter')).toHaveLength(FILTER_METRICS.container)
  })

  deployed('rates of AWS WAF hold at the load balancer', () => {
    expect(given.only('wafv2/webAcl').inputs).toMatchObject({ scope: 'REGIONAL' })
    expect(given.only('wafv2/webAcl').inputs['region']).toBeUndefined()
    expect(given.of('wafv2/webAclAssociation')).toHaveLength(1)
    expect(report.of('wafv2/webAcl')).toEqual([])
  })
})

import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Inputs, REGION } from './sst-mocks.ts'
import type { Made } from './sst-report.ts'

/** A call of AWS that a deployment makes, its members named as AWS does but for their case. */
export interface AwsCall {
  /** the resource it makes */
  readonly title: string
  readonly service: string
  readonly operation: string
  readonly input: Inputs
}

type Named = Readonly<Record<string, string>>
type Call = readonly [service: string, operation: string, input: Inputs]

const list = (value: unknown): readonly Inputs[] => (Array.isArray(value) ? value : [])
const inner = (value: unknown): Inputs => ({ ...Object(value) })
const numbered = (items: readonly unknown[]) => ({ Quantity: items.length, Items: items })

/** The inputs, some under AWS's names for them, some left out ('' as a name). */
const as = (inputs: Inputs, names: Named = {}): Inputs =>
  Object.fromEntries(
    Object.entries(inputs).flatMap(([name, value]) => {
      const own = names[name] ?? name
      return own === '' ? [] : [[own, value]]
    }),
  )
const tagged = (tags: unknown) =>
  Object.entries(inner(tags)).map(([Key, Value]) => ({ Key, Value }))

/** By type: the calls of AWS that its provider makes to make it. What a provider does besides, waiting and reading, has no input of ours. */
const CALLS: Readonly<Record<string, (inputs: Inputs) => readonly Call[]>> = {
  'acm/certificate': (i) => [['acm', 'RequestCertificate', as(i, { subjectAlternativeNames: '' })]],
  // an empty one is none
  'apigatewayv2/api': ({ corsConfiguration, ...i }) => [
    [
      'apigatewayv2',
      'CreateApi',
      { ...i, ...(Object.keys(inner(corsConfiguration)).length > 0 && { corsConfiguration }) },
    ],
  ],
  'apigatewayv2/authorizer': (i) => [
    ['apigatewayv2', 'CreateAuthorizer', as(i, { identitySources: 'identitySource' })],
  ],
  'apigatewayv2/apiMapping': (i) => [['apigatewayv2', 'CreateApiMapping', as(i)]],
  'apigatewayv2/domainName': ({ domainNameConfiguration, ...i }) => [
    [
      'apigatewayv2',
      'CreateDomainName',
      { ...i, domainNameConfigurations: [domainNameConfiguration] },
    ],
  ],
  'apigatewayv2/integration': (i) => [['apigatewayv2', 'CreateIntegration', as(i)]],
  'apigatewayv2/route': (i) => [['apigatewayv2', 'CreateRoute', as(i)]],
  'apigatewayv2/stage': ({ name, routeSettings, ...i }) => [
    [
      'apigatewayv2',
      'CreateStage',
      {
        ...i,
        stageName: name,
        routeSettings: Object.fromEntries(
          list(routeSettings).map(({ routeKey, ...one }) => [String(routeKey), one]),
        ),
      },
    ],
  ],
  'appautoscaling/policy': (i) => [
    ['application-autoscaling', 'PutScalingPolicy', as(i, { name: 'policyName' })],
  ],
  'appautoscaling/target': (i) => [['application-autoscaling', 'RegisterScalableTarget', as(i)]],
  'backup/plan': ({ name, rules }) => [
    [
      'backup',
      'CreateBackupPlan',
      {
        BackupPlan: {
          BackupPlanName: name,
          Rules: list(rules).map(({ lifecycle, ...rule }) => ({
            ...as(rule, {
              targetVaultName: 'TargetBackupVaultName',
              schedule: 'ScheduleExpression',
            }),
            Lifecycle: { DeleteAfterDays: inner(lifecycle)['deleteAfter'] },
          })),
        },
      },
    ],
  ],
  'backup/selection': ({ planId, ...i }) => [
    [
      'backup',
      'CreateBackupSelection',
      { backupPlanId: planId, BackupSelection: as(i, { name: 'selectionName' }) },
    ],
  ],
  'backup/vault': (i) => [['backup', 'CreateBackupVault', as(i, { name: 'backupVaultName' })]],
  'cloudfront/distribution': ({ origins, defaultCacheBehavior, viewerCertificate, ...i }) => [
    [
      'cloudfront',
      'CreateDistribution',
      {
        DistributionConfig: {
          CallerReference: 'made',
          Comment: i['comment'],
          Enabled: i['enabled'],
          ...(i['webAclId'] !== undefined && { WebACLId: i['webAclId'] }),
          Aliases: numbered((i['aliases'] ?? []) as string[]),
          Origins: numbered(list(origins).map(originOf)),
          DefaultCacheBehavior: behaviorOf(inner(defaultCacheBehavior)),
          Restrictions: {
            GeoRestriction: {
              ...inner(inner(i['restrictions'])['geoRestriction']),
              Quantity: 0,
            },
          },
          ViewerCertificate: viewerCertificate,
        },
      },
    ],
  ],
  'cloudfront/function': ({ name, code, comment, runtime }) => [
    [
      'cloudfront',
      'CreateFunction',
      {
        Name: name ?? 'RouterCode',
        FunctionCode: code,
        FunctionConfig: { comment, runtime },
      },
    ],
  ],
  'cloudwatch/dashboard': (i) => [['cloudwatch', 'PutDashboard', as(i)]],
  'cloudwatch/eventBus': (i) => [['events', 'CreateEventBus', as(i)]],
  'cloudwatch/eventRule': (i) => [['events', 'PutRule', as(i)]],
  'cloudwatch/eventTarget': ({ rule, eventBusName, ...target }) => [
    [
      'events',
      'PutTargets',
      {
        rule,
        ...(eventBusName !== undefined && { eventBusName }),
        targets: [{ Id: 'target', ...target }],
      },
    ],
  ],
  'cloudwatch/logGroup': ({ name, retentionInDays }) => [
    ['logs', 'CreateLogGroup', { logGroupName: name }],
    ['logs', 'PutRetentionPolicy', { logGroupName: name, retentionInDays }],
  ],
  'cloudwatch/logMetricFilter': ({ metricTransformation: told, name = 'Filter', ...i }) => [
    [
      'logs',
      'PutMetricFilter',
      {
        ...as(i, { pattern: 'filterPattern' }),
        filterName: name,
        metricTransformations: [
          as(inner(told), {
            name: 'metricName',
            namespace: 'metricNamespace',
            value: 'metricValue',
          }),
        ],
      },
    ],
  ],
  'cloudwatch/metricAlarm': ({ name, dimensions, metricQueries, ...i }) => [
    [
      'cloudwatch',
      'PutMetricAlarm',
      {
        ...i,
        alarmName: name,
        ...(dimensions !== undefined && { dimensions: dimensionsOf(dimensions) }),
        ...(metricQueries !== undefined && {
          metrics: list(metricQueries).map(({ metric, ...query }) => {
            if (metric === undefined) return query
            const { stat, period, namespace, metricName, dimensions: of } = inner(metric)
            const measured = { namespace, metricName, dimensions: dimensionsOf(of) }
            return { ...query, metricStat: { stat, period, metric: measured } }
          }),
        }),
      },
    ],
  ],
  'dynamodb/table': ({ attributes, globalSecondaryIndexes, ...i }) => [
    [
      'dynamodb',
      'CreateTable',
      {
        TableName: i['name'],
        BillingMode: i['billingMode'],
        DeletionProtectionEnabled: i['deletionProtectionEnabled'],
        AttributeDefinitions: list(attributes).map((one) =>
          as(one, { name: 'AttributeName', type: 'AttributeType' }),
        ),
        KeySchema: keysOf(i),
        GlobalSecondaryIndexes: list(globalSecondaryIndexes).map((index) => ({
          IndexName: index['name'],
          KeySchema: keysOf(index),
          Projection: { ProjectionType: index['projectionType'] },
        })),
        OnDemandThroughput: i['onDemandThroughput'],
        SSESpecification: inner(i['serverSideEncryption']),
        StreamSpecification: {
          StreamEnabled: i['streamEnabled'],
          StreamViewType: i['streamViewType'],
        },
      },
    ],
    [
      'dynamodb',
      'UpdateContinuousBackups',
      {
        TableName: i['name'],
        PointInTimeRecoverySpecification: as(inner(i['pointInTimeRecovery']), {
          enabled: 'PointInTimeRecoveryEnabled',
        }),
      },
    ],
    ...(i['ttl'] === undefined
      ? []
      : [
          [
            'dynamodb',
            'UpdateTimeToLive',
            { TableName: i['name'], TimeToLiveSpecification: i['ttl'] },
          ] as const,
        ]),
    ...replicasOf(i),
  ],
  'ec2/internetGateway': ({ vpcId, tags }) => [
    ['ec2', 'CreateInternetGateway', { TagSpecifications: [{ Tags: tagged(tags) }] }],
    ['ec2', 'AttachInternetGateway', { internetGatewayId: 'igw-1', vpcId }],
  ],
  'ec2/routeTable': ({ vpcId, routes }) => [
    ['ec2', 'CreateRouteTable', { vpcId }],
    ...list(routes).map(
      ({ cidrBlock, gatewayId }): Call => [
        'ec2',
        'CreateRoute',
        { routeTableId: 'rtb-1', destinationCidrBlock: cidrBlock, gatewayId },
      ],
    ),
  ],
  'ec2/vpc': ({ cidrBlock, enableDnsHostnames: Value }) => [
    ['ec2', 'CreateVpc', { cidrBlock }],
    ['ec2', 'ModifyVpcAttribute', { vpcId: 'vpc-1', enableDnsHostnames: { Value } }],
  ],
  'ec2/routeTableAssociation': (i) => [['ec2', 'AssociateRouteTable', as(i)]],
  'ec2/securityGroup': ({ name, ingress, egress, ...i }) => [
    ['ec2', 'CreateSecurityGroup', { ...i, groupName: name }],
    ...[ingress, egress].map(
      (rules, n): Call => [
        'ec2',
        n === 0 ? 'AuthorizeSecurityGroupIngress' : 'AuthorizeSecurityGroupEgress',
        { GroupId: 'sg-1', IpPermissions: list(rules).map(portsOf) },
      ],
    ),
  ],
  'ec2/subnet': ({ tags, ...i }) => [
    ['ec2', 'CreateSubnet', { ...i, TagSpecifications: [{ Tags: tagged(tags) }] }],
  ],
  'ec2/vpcEndpoint': (i) => [['ec2', 'CreateVpcEndpoint', as(i)]],
  'ecs/cluster': (i) => [['ecs', 'CreateCluster', as(i, { name: 'clusterName' })]],
  'ecs/service': ({ networkConfiguration, name, ...i }) => [
    [
      'ecs',
      'CreateService',
      {
        ...as(i, {
          deploymentMinimumHealthyPercent: '',
          deploymentMaximumPercent: '',
          deploymentCircuitBreaker: '',
          // the provider's own
          waitForSteadyState: '',
        }),
        serviceName: name,
        deploymentConfiguration: {
          minimumHealthyPercent: i['deploymentMinimumHealthyPercent'],
          maximumPercent: i['deploymentMaximumPercent'],
          deploymentCircuitBreaker: i['deploymentCircuitBreaker'],
        },
        networkConfiguration: {
          awsvpcConfiguration: {
            ...inner(networkConfiguration),
            assignPublicIp: inner(networkConfiguration)['assignPublicIp'] ? 'ENABLED' : 'DISABLED',
          },
        },
      },
    ],
  ],
  'ecs/taskDefinition': ({ containerDefinitions, ...i }) => [
    [
      'ecs',
      'RegisterTaskDefinition',
      { ...i, containerDefinitions: JSON.parse(String(containerDefinitions)) },
    ],
  ],
  'iam/role': ({ inlinePolicies, managedPolicyArns, ...i }) => [
    [
      'iam',
      'CreateRole',
      as(i, { name: 'roleName', assumeRolePolicy: 'AssumeRolePolicyDocument' }),
    ],
    ...list(inlinePolicies).map(
      ({ name, policy }): Call => [
        'iam',
        'PutRolePolicy',
        { roleName: i['name'], policyName: name, policyDocument: policy },
      ],
    ),
    ...((managedPolicyArns ?? []) as string[]).map(
      (policyArn): Call => ['iam', 'AttachRolePolicy', { roleName: i['name'], policyArn }],
    ),
  ],
  'kms/alias': (i) => [['kms', 'CreateAlias', as(i, { name: 'aliasName' })]],
  'kms/key': ({ policy, description, multiRegion }) => [
    ['kms', 'CreateKey', { policy, description, multiRegion }],
  ],
  'kms/replicaKey': ({ policy, description, primaryKeyArn }) => [
    ['kms', 'ReplicateKey', { policy, description, keyId: primaryKeyArn, replicaRegion: REGION }],
  ],
  'lambda/alias': (i) => [['lambda', 'CreateAlias', as(i)]],
  'lambda/eventSourceMapping': ({ destinationConfig, ...i }) => [
    [
      'lambda',
      'CreateEventSourceMapping',
      {
        ...i,
        destinationConfig: {
          onFailure: as(inner(inner(destinationConfig)['onFailure']), {
            destinationArn: 'destination',
          }),
        },
      },
    ],
  ],
  'lambda/function': ({ name, s3Bucket, s3Key, reservedConcurrentExecutions: own, ...i }) => [
    ['lambda', 'CreateFunction', { ...i, functionName: name, Code: { s3Bucket, s3Key } }],
    ...(own === undefined || Number(own) < 0
      ? []
      : [
          [
            'lambda',
            'PutFunctionConcurrency',
            { functionName: name, reservedConcurrentExecutions: own },
          ] as const,
        ]),
  ],
  'lambda/functionEventInvokeConfig': (i) => [['lambda', 'PutFunctionEventInvokeConfig', as(i)]],
  'lambda/functionUrl': ({ authorizationType: authType, ...i }) => [
    ['lambda', 'CreateFunctionUrlConfig', { ...i, authType }],
  ],
  'lambda/permission': (i) => [
    ['lambda', 'AddPermission', { ...as(i, { function: 'functionName' }), StatementId: 'made' }],
  ],
  'lambda/provisionedConcurrencyConfig': (i) => [
    ['lambda', 'PutProvisionedConcurrencyConfig', as(i)],
  ],
  'lb/listener': ({ certificateArn, ...i }) => [
    ['elbv2', 'CreateListener', { ...i, certificates: [{ certificateArn }] }],
  ],
  'lb/loadBalancer': (i) => [
    [
      'elbv2',
      'CreateLoadBalancer',
      as(i, {
        loadBalancerType: 'type',
        dropInvalidHeaderFields: '',
        enableDeletionProtection: '',
        preserveHostHeader: '',
      }),
    ],
  ],
  'lb/targetGroup': ({ healthCheck, deregistrationDelay: _later, ...i }) => [
    [
      'elbv2',
      'CreateTargetGroup',
      {
        ...i,
        ...as(inner(healthCheck), {
          path: 'healthCheckPath',
          interval: 'healthCheckIntervalSeconds',
          timeout: 'healthCheckTimeoutSeconds',
          healthyThreshold: 'healthyThresholdCount',
          unhealthyThreshold: 'unhealthyThresholdCount',
          matcher: '',
        }),
        matcher: { httpCode: inner(healthCheck)['matcher'] },
      },
    ],
  ],
  'route53/record': ({ zoneId, name, type, records, ttl, aliases }) => [
    [
      'route53',
      'ChangeResourceRecordSets',
      {
        HostedZoneId: zoneId,
        ChangeBatch: {
          Changes: [
            {
              Action: 'CREATE',
              ResourceRecordSet: {
                name,
                type,
                ...(ttl !== undefined && { ttl }),
                ...(records !== undefined && {
                  ResourceRecords: (records as string[]).map((Value) => ({ Value })),
                }),
                ...list(aliases).map((one) => ({
                  AliasTarget: as(one, { name: 'DNSName', zoneId: 'HostedZoneId' }),
                }))[0],
              },
            },
          ],
        },
      },
    ],
  ],
  'scheduler/schedule': (i) => [['scheduler', 'CreateSchedule', as(i)]],
  'sns/topic': (i) => [['sns', 'CreateTopic', as(i)]],
  'sns/topicPolicy': ({ arn, policy }) => [
    [
      'sns',
      'SetTopicAttributes',
      { topicArn: arn, attributeName: 'Policy', attributeValue: policy },
    ],
  ],
  'sns/topicSubscription': (i) => [['sns', 'Subscribe', as(i, { topic: 'topicArn' })]],
  'sqs/queue': ({ name }) => [['sqs', 'CreateQueue', { queueName: name }]],
  'wafv2/webAcl': ({ region: _told, ...i }) => [['wafv2', 'CreateWebACL', waf(i) as Inputs]],
  'wafv2/webAclAssociation': (i) => [['wafv2', 'AssociateWebACL', as(i)]],
}

/** Replicas are made by updates of the table, which is empty still: those that agree at once in one. */
function replicasOf({ name, replicas, globalTableWitness }: Inputs): readonly Call[] {
  const made = list(replicas)
  const [first] = made
  if (first === undefined) return []
  const { regionName: witness } = inner(globalTableWitness)
  return [
    [
      'dynamodb',
      'UpdateTable',
      {
        TableName: name,
        MultiRegionConsistency: first['consistencyMode'],
        ReplicaUpdates: made.map(({ regionName }) => ({ Create: { RegionName: regionName } })),
        ...(witness !== undefined && {
          GlobalTableWitnessUpdates: [{ Create: { RegionName: witness } }],
        }),
      },
    ],
  ]
}

const originOf = ({ originId, domainName, customHeaders, customOriginConfig }: Inputs) => {
  const { originSslProtocols, ...asked } = inner(customOriginConfig)
  return {
    Id: originId,
    DomainName: domainName,
    CustomHeaders: numbered(
      list(customHeaders).map((one) => as(one, { name: 'headerName', value: 'headerValue' })),
    ),
    CustomOriginConfig: {
      ...asked,
      OriginSslProtocols: numbered((originSslProtocols ?? []) as string[]),
    },
  }
}

const behaviorOf = ({ allowedMethods, cachedMethods, functionAssociations, ...i }: Inputs) => ({
  ...i,
  AllowedMethods: {
    ...numbered((allowedMethods ?? []) as string[]),
    CachedMethods: numbered((cachedMethods ?? []) as string[]),
  },
  FunctionAssociations: numbered(list(functionAssociations)),
})

const dimensionsOf = (dimensions: unknown) =>
  Object.entries(inner(dimensions)).map(([name, value]) => ({ name, value }))

const keysOf = ({ hashKey, rangeKey }: Inputs) => [
  { AttributeName: hashKey, KeyType: 'HASH' },
  { AttributeName: rangeKey, KeyType: 'RANGE' },
]

const portsOf = ({ protocol, fromPort, toPort, cidrBlocks = [], securityGroups = [] }: Inputs) => ({
  IpProtocol: protocol,
  FromPort: fromPort,
  ToPort: toPort,
  IpRanges: (cidrBlocks as string[]).map((CidrIp) => ({ CidrIp })),
  UserIdGroupPairs: (securityGroups as string[]).map((GroupId) => ({ GroupId })),
})

/** AWS WAF's statements: a list where the provider has several, one where it has one. */
function waf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(waf)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      if (name !== 'notStatement') return [name, waf(one)]
      const [statement] = list(inner(one)['statements'])
      return [name, { statement: waf(statement) }]
    }),
  )
}

/** The calls that a resource comes to; undefined for a type that is not translated. */
export function callsOf({ type, name, inputs }: Made): readonly AwsCall[] | undefined {
  const [, kind = ''] = /^aws:([^:]+):/.exec(type) ?? []
  const title = `${kind} ${name}`
  return CALLS[kind]?.(inputs).map(([service, operation, input]) => ({
    ...{ title, service, operation, input },
  }))
}

/**
 * What AWS's own parameter models have against calls, by botocore.
 * @returns undefined where this machine has no Python with botocore
 */
export async function judgedByModels(
  calls: readonly AwsCall[],
): Promise<readonly string[] | undefined> {
  const script = fileURLToPath(new URL('aws-models.py', import.meta.url))
  const child = spawn('python3', [script], { stdio: ['pipe', 'pipe', 'pipe'] })
  const said = { out: '', error: '' }
  child.stdout.on('data', (chunk: Buffer) => {
    said.out += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    said.error += chunk.toString()
  })
  child.stdin.on('error', () => undefined)
  child.stdin.end(JSON.stringify(calls))
  const code = await new Promise<number | null>((resolve) => {
    child.on('error', () => resolve(-1))
    child.on('close', resolve)
  })
  if (code === -1 || said.error.includes("No module named 'botocore")) return undefined
  if (code !== 0) throw new Error(said.error)
  return JSON.parse(said.out) as string[]
}

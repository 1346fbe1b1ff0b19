/** AWS, as far as a program can see it while it runs: what Pulumi's mocks answer. */

export const ACCOUNT = '123456789012'
/** that tests deploy to, unless they say another */
export const REGION = 'eu-west-1'
/** that this program is deployed to: as the provider takes it from sst.config.ts */
export const HERE = process.env['STACK_REGION'] || REGION

export type Inputs = Record<string, unknown>
export type Answer = Inputs

const arn = (service: string, rest: string, region = HERE) =>
  `arn:aws:${service}:${region}:${ACCOUNT}:${rest}`

const invocation = (version: string, how: string, of: string) =>
  `arn:aws:apigateway:${HERE}:lambda:path/${version}/functions/${of}/${how}`

type StateOf = (named: string, inputs: Inputs, name: string) => Inputs

/** An error as a provider's reaches the program: its words are the details of a call. */
const failed = (details: string) => Object.assign(new Error(details), { details })

/** What the stage has from deployments before; nothing unless a test says so. */
interface InUse {
  readonly tables: readonly string[]
  readonly shared?: Inputs
  /** the data of the installation item */
  readonly installation?: string
}
const inUse = (): InUse => ({ tables: [], ...JSON.parse(process.env['TEST_IN_USE'] ?? '{}') })

/** What AWS adds to a resource that is made, by its service and kind. */
const STATES: ReadonlyMap<string, StateOf> = new Map<string, StateOf>([
  [
    's3/bucket',
    (named) => {
      const bucket = named.toLowerCase()
      const bucketRegionalDomainName = `${bucket}.s3.${HERE}.amazonaws.com`
      return { bucket, arn: `arn:aws:s3:::${bucket}`, bucketRegionalDomainName }
    },
  ],
  [
    'lambda/function',
    (named) => {
      const own = arn('lambda', `function:${named}`)
      return {
        name: named,
        arn: own,
        version: '1',
        qualifiedArn: `${own}:1`,
        lastModified: 'now',
        invokeArn: invocation('2015-03-31', 'invocations', own),
        responseStreamingInvokeArn: invocation('2021-11-15', 'response-streaming-invocations', own),
        qualifiedInvokeArn: invocation('2015-03-31', 'invocations', `${own}:1`),
      }
    },
  ],
  [
    'iam/role',
    (named, { path = '/' }) => ({ name: named, arn: arn('iam', `role${path}${named}`, '') }),
  ],
  [
    'dynamodb/table',
    (named) => ({
      name: named,
      arn: arn('dynamodb', `table/${named}`),
      streamArn: arn('dynamodb', `table/${named}/stream/now`),
    }),
  ],
  [
    'apigatewayv2/api',
    (named, _inputs, name) => ({
      name: named,
      executionArn: arn('execute-api', named),
      apiEndpoint: `https://${name.toLowerCase()}.execute-api.${HERE}.amazonaws.com`,
    }),
  ],
  [
    'apigatewayv2/domainName',
    (_named, { domainName }) => ({
      domainName,
      domainNameConfiguration: { targetDomainName: 'target.invalid', hostedZoneId: 'ZTARGET' },
    }),
  ],
  [
    'acm/certificate',
    (_named, { domainName }, name) => ({
      arn: arn('acm', `certificate/${name}`),
      domainValidationOptions: [
        {
          domainName,
          resourceRecordName: `_check.${domainName}`,
          resourceRecordType: 'CNAME',
          resourceRecordValue: 'check.invalid',
        },
      ],
    }),
  ],
  [
    'cloudfront/distribution',
    (_named, _inputs, name) => ({
      arn: arn('cloudfront', `distribution/${name}`, ''),
      domainName: `${name.toLowerCase()}.cloudfront.net`,
      hostedZoneId: 'ZCLOUDFRONT',
      etag: 'E',
    }),
  ],
  [
    'lambda/alias',
    (named, { functionName }) => ({
      name: named,
      arn: arn('lambda', `function:${functionName}:${named}`),
    }),
  ],
  [
    'lb/loadBalancer',
    (named) => ({
      name: named,
      arn: arn('elasticloadbalancing', `loadbalancer/app/${named}/1`),
      arnSuffix: `app/${named}/1`,
      dnsName: `${named}.${HERE}.elb.amazonaws.com`,
      zoneId: 'ZELB',
    }),
  ],
  [
    'lb/targetGroup',
    (named) => ({
      name: named,
      arn: arn('elasticloadbalancing', `targetgroup/${named}/1`),
      arnSuffix: `targetgroup/${named}/1`,
    }),
  ],
  [
    'cloudfront/function',
    (named) => ({ arn: `arn:aws:cloudfront::${ACCOUNT}:function/${named}`, etag: 'E' }),
  ],
  ['acm/certificateValidation', (_named, { certificateArn }) => ({ certificateArn })],
  ['cloudwatch/eventBus', (named) => ({ name: named, arn: arn('events', `event-bus/${named}`) })],
  ['cloudwatch/eventRule', (named) => ({ name: named, arn: arn('events', `rule/${named}`) })],
  ['cloudwatch/logGroup', (named) => ({ name: named, arn: arn('logs', `log-group:${named}`) })],
  [
    'scheduler/schedule',
    (named) => ({ name: named, arn: arn('scheduler', `schedule/default/${named}`) }),
  ],
  [
    'lambda/functionUrl',
    (_named, _inputs, name) => ({
      functionUrl: `https://${name.toLowerCase()}.lambda-url.${HERE}.on.aws/`,
    }),
  ],
  [
    'sqs/queue',
    (named) => ({
      name: named,
      arn: arn('sqs', named),
      url: `https://sqs.${HERE}.amazonaws.com/${ACCOUNT}/${named}`,
    }),
  ],
  ['sns/topic', (named) => ({ name: named, arn: arn('sns', named) })],
  [
    'kms/key',
    (_named, { multiRegion }, name) => {
      const keyId = multiRegion === true ? `mrk-${name}` : name
      return { arn: arn('kms', `key/${keyId}`), keyId }
    },
  ],
  [
    'kms/replicaKey',
    (_named, { primaryKeyArn }) => {
      const keyId = String(primaryKeyArn).split('/').at(-1) ?? ''
      return { arn: arn('kms', `key/${keyId}`), keyId }
    },
  ],
  ['s3/bucketObjectv2', (_named, { bucket, key }) => ({ bucket, key })],
])

/** @param type e.g. `aws:lambda/function:Function` */
export function stateOf(type: string, name: string, inputs: Inputs): Inputs {
  const [, service = '', kind = ''] = /^aws:(\w+)\/(\w+):/.exec(type) ?? []
  const named = String(inputs['name'] ?? name)
  const known = STATES.get(`${service}/${kind}`)
  if (known !== undefined) return known(named, inputs, name)
  if (type.startsWith('random:index/randomBytes')) {
    return { base64: Buffer.alloc(Number(inputs['length'])).toString('base64'), hex: '' }
  }
  if (type.startsWith('random:index/randomPassword')) {
    return { result: name.padEnd(Number(inputs['length']), 'p') }
  }
  return service === '' ? {} : { arn: arn(service, named) }
}

/** Answers a question that a program asks of AWS. */
export function answerOf(token: string, inputs: Inputs): Answer {
  switch (token) {
    case 'aws:index/getPartition:getPartition':
      return { partition: 'aws', dnsSuffix: 'amazonaws.com', id: 'aws' }
    case 'aws:index/getRegion:getRegion':
      return { region: HERE, name: HERE, id: HERE }
    case 'aws:index/getCallerIdentity:getCallerIdentity':
      return { accountId: ACCOUNT, id: ACCOUNT, arn: arn('iam', 'root', ''), userId: ACCOUNT }
    case 'aws:servicequotas/getServiceQuota:getServiceQuota':
      return { ...inputs, id: 'quota', value: Number(process.env['TEST_CONCURRENCY'] ?? 1000) }
    case 'aws:lambda/getAlias:getAlias': {
      // the version that the last deployment left the calls with; new functions have none
      const version = process.env['TEST_ALIAS']
      if (version === undefined) {
        // the engine's words are an RPC's details
        const details = 'reading Lambda Alias: ResourceNotFoundException: Cannot find alias arn'
        throw failed(details)
      }
      return { ...inputs, id: 'alias', functionVersion: version, arn: '', description: '' }
    }
    case 'aws:dynamodb/getTable:getTable':
      if (process.env['TEST_HOME'] === 'none') throw failed('couldn’t find resource')
      return {
        ...inputs,
        ...{ id: 'table', arn: arn('dynamodb', `table/${inputs['name']}`) },
        ...{ tags: {}, replicas: [], ...inUse().shared },
      }
    case 'aws:dynamodb/getTableItem:getTableItem': {
      const { installation } = inUse()
      if (installation === undefined)
        throw failed('reading DynamoDB Table Item: couldn’t find resource')
      return { ...inputs, id: 'item', item: JSON.stringify({ data: { S: installation } }) }
    }
    case 'aws:resourcegroupstaggingapi/getResources:getResources':
      return {
        ...inputs,
        id: 'tagged',
        resourceTagMappingLists: inUse().tables.map((name) => ({
          resourceArn: arn('dynamodb', `table/${name}`),
        })),
      }
    case 'aws:kms/getKey:getKey':
      // before the first deployment there is none in the Region
      if (inputs['region'] === HERE && process.env['TEST_HOME'] !== 'here') {
        throw new Error('NotFoundException: Alias is not found')
      }
      return { ...inputs, id: 'key', arn: arn('kms', 'key/mrk-home', String(inputs['region'])) }
    case 'aws:index/getAvailabilityZones:getAvailabilityZones': {
      // somebody of the account has opted in to a Local Zone, which sorts before the Region's own
      const filters = (inputs['filters'] ?? []) as { name: string; values: string[] }[]
      const own = filters.some(
        ({ name, values }) => name === 'opt-in-status' && values.join() === 'opt-in-not-required',
      )
      const zones = [...(own ? [] : ['-bos-1a']), 'a', 'b', 'c']
      return { id: 'zones', names: zones.map((zone) => HERE + zone), zoneIds: [] }
    }
    case 'aws:route53/getZone:getZone':
      return { zoneId: 'ZOWN', id: 'ZOWN', name: '', ...inputs }
    case 'aws:iam/getPolicyDocument:getPolicyDocument': {
      const statements = (inputs['statements'] ?? []) as Inputs[]
      const json = JSON.stringify({ Version: '2012-10-17', Statement: statements.map(statement) })
      return {
        ...(statements.length > 0 && { statements }),
        json,
        minifiedJson: json,
        id: 'policy',
      }
    }
    default:
      return { ...inputs, id: token }
  }
}

/** A statement as the provider renders it. */
function statement(given: Inputs): Inputs {
  const conditions = (given['conditions'] ?? []) as {
    test: string
    variable: string
    values: string[]
  }[]
  const principals = (given['principals'] ?? []) as { type: string; identifiers: string[] }[]
  const Condition: Record<string, Record<string, string[]>> = {}
  for (const { test, variable, values } of conditions) {
    Condition[test] = { ...Condition[test], [variable]: values }
  }
  return {
    Effect: given['effect'] ?? 'Allow',
    ...(principals.length > 0 && {
      Principal: Object.fromEntries(principals.map(({ type, identifiers }) => [type, identifiers])),
    }),
    Action: given['actions'],
    ...(given['resources'] !== undefined && { Resource: given['resources'] }),
    ...(conditions.length > 0 && { Condition }),
  }
}

/** The marks by which Pulumi's wire format tells secrets, archives and references from data. */
const SIGNATURE = '4dabf18193072939515e22adb298388d'
const SECRET = '1b47061264138c4ac30d75fd1eb44270'

/** Inputs as plain data: secrets unwrapped, archives and other resources by name. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  const fields = value as Inputs
  if (fields[SIGNATURE] === SECRET) return plain(fields['value'])
  if (fields[SIGNATURE] !== undefined) return fields['urn'] ?? fields['path'] ?? '(asset)'
  if (fields['__pulumiAsset'] || fields['__pulumiArchive']) return '(asset)'
  if (fields['__pulumiResource']) return '(resource)'
  return Object.fromEntries(Object.entries(fields).map(([name, one]) => [name, plain(one)]))
}

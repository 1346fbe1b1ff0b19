import { hash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { beforeAll, describe, expect, test } from 'vitest'
import { consoleHeaders } from '../../core/base/console.ts'
import { CORS_EXPOSED, CORS_HEADERS, CORS_MAX_AGE, CORS_METHODS } from '../../core/base/cors.ts'
import { tableDefinition } from '../../core/store/dynamodb-create.ts'
import { operationFiles, operations, xksOperations } from '../../operations/registry.ts'
import { bundleSettings } from '../../stacks/bundle-settings.ts'
import { consoleCode } from '../../stacks/console-code.ts'
import { OPTION_NAMES } from '../../stacks/options.ts'
import {
  awsJsonPermissions,
  iamPermissions,
  type Permission,
  pagePermissions,
  permissionsOf,
  sweepPermissions,
} from '../../stacks/permissions.ts'
import { routerCode } from '../../stacks/router-code.ts'
import { sliced } from '../support/slice.ts'
import { absence, deployed, PATIENCE, reportOf, whole } from '../support/sst-deployed.ts'
import { ACCOUNT, REGION } from '../support/sst-mocks.ts'
import {
  OPTIONS,
  OTHER_OPTIONS,
  PROJECT,
  runProgram,
  TRIAL,
  typeErrors,
} from '../support/sst-platform.ts'
import { type Deployed, expected, type Report, type Statement } from '../support/sst-report.ts'

let trial: Report
let production: Report
/** production with every option, the router in front among them */
let rich: Report
/** with those that exclude some of them; in `npm run test:all` alone */
let other: Report

beforeAll(async () => {
  if ((await absence()) !== undefined) return
  ;[trial, production, rich] = await Promise.all([
    reportOf('trial', TRIAL),
    reportOf('production'),
    reportOf('production', OPTIONS),
  ])
  if (!sliced) other = await reportOf('production', OTHER_OPTIONS)
}, PATIENCE)

/** the operations that are deployed, each by itself */
const live = operations.filter(({ uses, service }) => !uses.includes('clock') && service !== 'iam')

/** What a function of CloudFront makes of a request. */
const askedOf = (code: string, uri: string, more = {}): unknown =>
  runInNewContext(`${code}\nhandler(event)`, { event: { request: { uri, ...more } } })

const EXTRA = new Map<string, readonly Permission[]>([
  ['POST /', awsJsonPermissions(live)],
  ['GET /', awsJsonPermissions(live)],
  ['ANY /iam/{proxy+}', iamPermissions(operations)],
  ['ANY /iam', iamPermissions(operations)],
  ['ANY /iam/', iamPermissions(operations)],
  ['GET /health', pagePermissions],
  ['GET /v1/openapi.json', []],
])

const handlerOf = (name: string) => `functions/${operationFiles.get(name)}.handler`

/** handlers of what operators call */
const operated = new Set<string | undefined>(
  live.filter(({ audience }) => audience === 'operator').map(({ name }) => handlerOf(name)),
)

test('no operation of POST / has a port to write users, roles, policies or access keys by', () => {
  const account = operations.filter((one) => one.service === 'sts')
  expect(account.length).toBeGreaterThan(5)
  for (const { name, uses } of account) {
    expect(uses, name).not.toContain('write')
    expect(uses, name).not.toContain('remove')
  }
  // what AWS IAM's may is none of its function's
  const others = operations.filter(({ service }) => service !== 'iam')
  expect(awsJsonPermissions(operations)).toEqual(awsJsonPermissions(others))
  const deletes = iamPermissions(operations).filter(
    ({ action }) => action === 'dynamodb:DeleteItem',
  )
  expect(deletes).toEqual([{ action: 'dynamodb:DeleteItem', on: 'account' }])
  expect(awsJsonPermissions(operations)).not.toContainEqual(deletes[0])
})

describe('routes', () => {
  const own = [...live.map(({ http }) => http), ...EXTRA.keys()]
  const others = [
    'ANY /{xksPrefix}/kms/xks/{rest+}',
    'ANY /{xksPrefix}/{more}/kms/xks/{rest+}',
    'ANY /kms/xks/{rest+}',
  ]
  const proxy = [...xksOperations.map(({ http }) => http), ...others]

  deployed('every operation has its own, and there are no others but a few', () => {
    for (const report of [trial, production]) {
      expect([...report.routes.keys()].sort()).toEqual([...own].sort())
    }
  })

  deployed('all but those of the clock, which in AWS nobody can move', () => {
    const left = operations.filter(
      (operation) => !live.includes(operation) && operation.service !== 'iam',
    )
    expect(left.map(({ name }) => name)).toEqual(['AdvanceClock', 'GetClock'])
  })

  deployed('with the router, each of AWS KMS has another, which leads to the same function', () => {
    const kms = live.filter(({ docs, service }) => docs !== undefined && service === undefined)
    const targets = kms.map(({ name }) => `POST /aws/${name}`)
    expect([...rich.routes.keys()].sort()).toEqual([...own, ...targets, ...proxy].sort())
    for (const { name, http } of kms) {
      expect(rich.routes.get(`POST /aws/${name}`), name).toBe(rich.routes.get(http))
    }
    // one more: the authorizer, beside those of a proxy of external key stores
    expect(rich.functions.length).toBe(production.functions.length + 1 + xksOperations.length)
  })

  deployed(
    'a proxy of external key stores is an option; all its paths lead to its functions',
    () => {
      for (const operation of xksOperations) {
        const { http, name } = operation
        expect(production.routes.has(http)).toBe(false)
        const made = rich.routes.get(http)
        expect(made?.build?.handler).toBe(handlerOf(name))
        const settings = { variables: { TENKEY_FLEET: '3' } }
        expect(made?.inputs['environment'], name).toMatchObject(settings)
        expect(made && rich.roleOf(made).statements, name).toEqual(
          expected(rich, permissionsOf(operation)),
        )
      }
      // AWS KMS reads no errors but a proxy's own
      for (const other of others) {
        expect(rich.routes.get(other)?.build?.handler).toBe(handlerOf('XksGetHealthStatus'))
      }
    },
  )

  deployed('each leads to a function of its own, with the handler of its operation', () => {
    for (const { name, http } of live) {
      expect(production.routes.get(http)?.build?.handler).toBe(handlerOf(name))
    }
    const names = [...production.routes.values()].map(({ name }) => name)
    // POST / and GET / are one entry, and all that is under /iam another
    expect(new Set(names).size).toBe(names.length - 3)
  })

  deployed(
    'with every option there are fewer than 200, and integrations: API Gateway has 300 of those for good',
    () => {
      for (const report of sliced ? [production, rich] : [production, rich, other]) {
        expect(report.routes.size).toBeLessThan(200)
        const made = report.of('apigatewayv2/integration')
        expect(made.length).toBeGreaterThan(50)
        expect(made.length).toBeLessThan(200)
      }
    },
  )

  deployed('every handler file exports its handler', async () => {
    for (const { handler } of production.program.builds) {
      const [path = '', name = ''] = handler.split('.')
      const file = join(PROJECT, `${path}.ts`)
      expect(existsSync(file), file).toBe(true)
      expect(await import(file)).toHaveProperty(name, expect.any(Function))
    }
  })

  deployed('they are made before the stage that limits them', () => {
    const index = (type: string) =>
      production.program.made.findLastIndex((made) => made.type === type)
    expect(index('aws:apigatewayv2/stage:Stage')).toBeGreaterThan(
      index('aws:apigatewayv2/route:Route'),
    )
  })

  deployed('all are limited, the operator and the makers of key pairs more', () => {
    const { defaultRouteSettings, routeSettings } = production.only('apigatewayv2/stage').inputs
    expect(defaultRouteSettings).toMatchObject({
      throttlingRateLimit: 2000,
      throttlingBurstLimit: 1000,
    })
    const limited = new Map(
      (routeSettings as { routeKey: string; throttlingRateLimit: number }[]).map((one) => [
        one.routeKey,
        one.throttlingRateLimit,
      ]),
    )
    for (const { http, audience } of live) {
      if (audience === 'operator') expect(limited.get(http), http).toBe(10)
    }
    expect(limited.get('POST /v1/keys')).toBe(50)
  })

  deployed('their access log has no header, no query and no path', () => {
    const { accessLogSettings } = production.only('apigatewayv2/stage').inputs
    const { format } = accessLogSettings as { format: string }
    expect(Object.keys(JSON.parse(format))).toContain('requestId')
    expect(format).not.toMatch(/header|query|authorizer|override/i)
    // nor what a caller writes, which API Gateway does not escape
    expect(format).not.toMatch(/context\.(path|protocol|domain|error\.message)/)
  })
})

describe('roles', () => {
  const statementsOf = (report: Report, of: Deployed | undefined) =>
    of === undefined ? [] : report.roleOf(of).statements

  deployed('each is what the ports of its operation need, and nothing else', () => {
    for (const report of [trial, production, rich]) {
      for (const operation of live) {
        const found = statementsOf(report, report.routes.get(operation.http))
        expect(found, operation.name).toEqual(expected(report, permissionsOf(operation)))
      }
      for (const [route, permissions] of EXTRA) {
        const found = statementsOf(report, report.routes.get(route))
        expect(found, route).toEqual(expected(report, permissions))
      }
    }
  })

  deployed("the sweeper's has what a sweep needs, and its dead letters", () => {
    const sweep = production.functions.find(
      ({ build }) => build?.handler === 'functions/sweep.handler',
    )
    expect(statementsOf(production, sweep)).toEqual([
      ...expected(production, sweepPermissions),
      {
        Effect: 'Allow',
        Action: ['sqs:SendMessage'],
        Resource: [expect.stringMatching(/^arn:aws:sqs:.*DeadLetters/)],
      },
    ])
  })

  deployed('one service of this account alone may assume each: Lambda, or the scheduler', () => {
    for (const report of [trial, production, rich]) {
      const lambdas = new Set(report.functions.map(({ role }) => role))
      for (const { name, trust } of report.roles) {
        const kind = name === 'BackupRole' ? 'backup' : 'scheduler'
        const Principal = { Service: `${lambdas.has(name) ? 'lambda' : kind}.amazonaws.com` }
        const own = { StringEquals: { 'aws:SourceAccount': ACCOUNT } }
        expect(trust, name).toEqual([
          name === 'Bootstrap'
            ? {
                Effect: 'Allow',
                Action: 'sts:AssumeRole',
                Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
              }
            : {
                ...{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal },
                // AWS Backup says nowhere that it names its account when it assumes a role
                ...(name !== 'BackupRole' && { Condition: own }),
              },
        ])
      }
    }
  })

  deployed('names of what a stage has begin with it, and are not too long', () => {
    const named =
      /^(iam\/role|sns\/topic|cloudwatch\/(eventRule|metricAlarm|eventBus)|lambda\/function|sqs\/queue|dynamodb\/table):/
    for (const { type, name, inputs } of production.program.made) {
      if (!named.test(type.replace('aws:', ''))) continue
      expect(inputs['name'], name).toMatch(/^tenkey-production-/)
      if (!type.includes('metricAlarm')) expect(String(inputs['name']).length).toBeLessThan(65)
    }
  })

  deployed('none has a managed policy, a wildcard for an action, or one for a resource', () => {
    for (const report of [trial, production, rich]) {
      for (const { name, statements, managed } of report.roles) {
        if (name !== 'BackupRole') expect(managed, name).toEqual([])
        for (const { Action, Resource, Effect } of statements) {
          expect(Effect).toBe('Allow')
          for (const action of [Action].flat()) expect(action).toMatch(/^[a-z]+:[A-Za-z]+$/)
          for (const arn of [Resource].flat()) {
            // a log stream's name is Lambda's to choose: the group is named
            expect(arn, name).toMatch(/^arn:aws:[a-z]+:[^*]*(:log-stream:\*)?$/)
          }
        }
        // IAM's limit for a role's inline policies
        expect(JSON.stringify(statements).length, name).toBeLessThan(10_240)
      }
    }
  })

  deployed('nothing is linked: a link would grant every action', () => {
    for (const { links, functionID } of production.program.builds) {
      expect(links, functionID).toEqual({})
    }
  })
})

describe('functions', () => {
  deployed('all run the newest Node.js on arm64, minified ES modules, with a bound on time', () => {
    const byThemselves = ['functions/sweep.handler', 'functions/key-events.handler']
    for (const { inputs, build, name } of production.functions) {
      expect(inputs, name).toMatchObject({ runtime: 'nodejs24.x', architectures: ['arm64'] })
      expect(inputs['timeout'], name).toBeLessThanOrEqual(
        byThemselves.includes(build?.handler ?? '') ? 60 : 29,
      )
      expect(build?.properties, name).toMatchObject(bundleSettings)
    }
  })

  /** those over the service */
  const serving = (report: Report) =>
    report.functions.filter(({ build }) => build?.handler !== 'functions/key-events.handler')

  deployed('their settings name the table and the root key, and hold no secret', () => {
    const called = handlerOf('AssumeRoleWithAwsIdentity')
    for (const { inputs, name, build } of serving(production)) {
      const { variables } = inputs['environment'] as { variables: Record<string, string> }
      const own = Object.keys(variables).filter((variable) => !variable.startsWith('SST_'))
      expect(own.sort(), name).toEqual([
        ...['TENKEY_REGION', 'TENKEY_ROOT', 'TENKEY_STORE', 'TENKEY_TABLE'],
        ...(build?.handler === called ? ['TENKEY_URLS'] : []),
      ])
      expect(variables['TENKEY_REGION'], name).toBe(REGION)
    }
  })

  deployed('who takes AWS identities takes those for what callers call the service', () => {
    const calledIn = (report: Report) => {
      const { inputs = {} } = report.routes.get('POST /v1/aws-identity-sessions') ?? {}
      const { variables } = inputs['environment'] as { variables: Record<string, string> }
      return variables['TENKEY_URLS']
    }
    // those stages alone that are looked at
    for (const report of [trial, production, rich, other].filter((one) => one !== undefined)) {
      expect(calledIn(report)).toBe(report.program.outputs['url'])
    }
    expect(calledIn(rich)).toBe(`https://${OPTIONS['STACK_DOMAIN']}`)
    expect(calledIn(production)).toMatch(/^https:\/\/[\w-]+\.execute-api\.[\w-]+\.amazonaws\.com$/)
  })

  deployed('all log to one group, which is kept as long as it was asked', () => {
    const groups = (report: Report) =>
      new Set(
        report.functions.map(
          ({ inputs }) => (inputs['loggingConfig'] as { logGroup: string }).logGroup,
        ),
      )
    expect([...groups(production)]).toEqual(['/tenkey/production/functions'])
    for (const { inputs, name } of production.functions) {
      expect(inputs['loggingConfig'], name).toMatchObject({
        logFormat: 'JSON',
        systemLogLevel: 'WARN',
      })
    }
    for (const { inputs } of production.of('cloudwatch/logGroup')) {
      expect(inputs['retentionInDays']).toBe(90)
    }
    for (const { inputs } of rich.of('cloudwatch/logGroup')) {
      expect(inputs['retentionInDays']).toBe(365)
    }
  })

  deployed('the hot ones are kept warm where that is asked', () => {
    expect(production.of('lambda/provisionedConcurrencyConfig')).toEqual([])
    const warm = rich
      .of('lambda/provisionedConcurrencyConfig')
      .map(({ name, inputs }) => [
        name.replace(/^ApiRoute(\w+)HandlerProvisioned.*$/, '$1'),
        inputs['provisionedConcurrentExecutions'],
      ])
    expect(warm.sort()).toEqual(
      [
        ...['AwsJson', 'Decrypt', 'Encrypt', 'GenerateDataKey', 'Sign'].map((name) => [name, 2]),
        // AWS KMS waits 250 ms: a cold start alone is longer
        ...xksOperations.map(({ name }) => [name, 3]),
      ].sort(),
    )
  })

  deployed('and a version is called once its instances are warm, not before', () => {
    const made = rich.program.made.map(({ type, name }) => `${type} ${name}`)
    const index = (like: RegExp) => made.findIndex((one) => like.test(one))
    for (const name of [
      ...['AwsJson', 'Encrypt', 'Sign'],
      ...xksOperations.map(({ name }) => name),
    ]) {
      const warm = index(new RegExp(`provisionedConcurrencyConfig:.* ApiRoute${name}HandlerProv`))
      expect(warm, name).toBeGreaterThan(0)
      expect(
        index(new RegExp(`apigatewayv2/integration:.* ApiRoute${name}Integration`)),
        name,
      ).toBeGreaterThan(warm)
    }
  })
})

describe('data', () => {
  deployed('the table has the keys and the index that the adapter declares', () => {
    const definition = tableDefinition('any')
    const { inputs } = production.only('dynamodb/table')
    const [pk, sk] = definition.KeySchema ?? []
    expect(inputs).toMatchObject({
      billingMode: definition.BillingMode,
      hashKey: pk?.AttributeName,
      rangeKey: sk?.AttributeName,
      ttl: { attributeName: 'expires', enabled: true },
    })
    const attributes = inputs['attributes'] as { name: string; type: string }[]
    const names = (list: { name: string; type: string }[]) =>
      list.map(({ name, type }) => `${name} ${type}`).sort()
    expect(names(attributes)).toEqual(
      names(
        (definition.AttributeDefinitions ?? []).map(
          ({ AttributeName = '', AttributeType = '' }) => ({
            name: AttributeName,
            type: AttributeType,
          }),
        ),
      ),
    )
    const [index] = definition.GlobalSecondaryIndexes ?? []
    const [shard, due] = index?.KeySchema ?? []
    expect(inputs['globalSecondaryIndexes']).toEqual([
      expect.objectContaining({
        name: index?.IndexName,
        hashKey: shard?.AttributeName,
        rangeKey: due?.AttributeName,
        projectionType: index?.Projection?.ProjectionType,
      }),
    ])
  })

  deployed('it is encrypted and can be recovered; but in a trial it cannot be deleted', () => {
    const safe = {
      serverSideEncryption: { enabled: true },
      pointInTimeRecovery: { enabled: true, recoveryPeriodInDays: 35 },
    }
    expect(production.only('dynamodb/table').inputs).toMatchObject({
      ...safe,
      deletionProtectionEnabled: true,
    })
    expect(trial.only('dynamodb/table').inputs).toMatchObject({
      ...safe,
      deletionProtectionEnabled: false,
    })
  })

  deployed('the root key rotates, cannot be deleted at once, and wraps tenant keys alone', () => {
    const { inputs } = production.only('kms/key')
    expect(inputs).toMatchObject({ enableKeyRotation: true, deletionWindowInDays: 30 })
    const { Statement } = JSON.parse(String(inputs['policy'])) as { Statement: Statement[] }
    const AWS = `arn:aws:iam::${ACCOUNT}:root`
    for (const { Principal, Action, Condition } of Statement) {
      expect(Principal).toEqual({ AWS })
      for (const action of [Action].flat()) expect(action).toMatch(/^kms:[A-Za-z]+$/)
      const cryptographic = [Action]
        .flat()
        .some((action) => /crypt|DataKey|CreateGrant/.test(action))
      const purpose = {
        StringEquals: { 'kms:EncryptionContext:purpose': 'tenkey/tenant-key' },
        ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${ACCOUNT}:role/tenkey/production/*` },
      }
      expect(Condition).toEqual(cryptographic ? purpose : undefined)
    }
    expect(rich.of('kms/key')).toEqual([])
    expect(rich.program.outputs['rootKey']).toBe(OPTIONS.STACK_ROOT_KEY)
  })
})

describe('bounds', () => {
  deployed('the table takes what the rate may need, or what is said', () => {
    expect(production.only('dynamodb/table').inputs['onDemandThroughput']).toEqual({
      maxReadRequestUnits: 20_000,
      maxWriteRequestUnits: 10_000,
    })
    expect(rich.only('dynamodb/table').inputs['onDemandThroughput']).toEqual({
      maxReadRequestUnits: 7000,
      maxWriteRequestUnits: 3000,
    })
  })

  const reservedIn = (report: Report) =>
    Object.fromEntries(
      report.functions.flatMap(({ build, inputs }) => {
        const reserved = inputs['reservedConcurrentExecutions']
        return reserved === undefined ? [] : [[build?.handler, reserved]]
      }),
    )

  deployed('a flood of calls does not keep from running what stops it, nor the sweep', () => {
    const own = ['SuspendTenant', 'DeleteAccessKey', 'UpdateAccessKey', 'DeletePrincipal']
    for (const report of [production, rich]) {
      expect(reservedIn(report)).toEqual({
        'functions/sweep.handler': 2,
        ...Object.fromEntries(
          [...own, 'DisableKey', 'RevokeGrant'].map((name) => [handlerOf(name), 5]),
        ),
      })
    }
  })

  deployed('the router takes of one address what is said, by a rule of AWS WAF', () => {
    const acl = rich.only('wafv2/webAcl')
    expect(acl.inputs).toMatchObject({
      region: 'us-east-1',
      scope: 'CLOUDFRONT',
      rules: [
        { statement: { rateBasedStatement: { limit: 2000, aggregateKeyType: 'IP' } } },
        { statement: { rateBasedStatement: { limit: 2000, aggregateKeyType: 'CONSTANT' } } },
      ],
    })
    // an address of AWS KMS is everybody's who uses a key store: what it signs does not count by address
    const [address] = acl.inputs['rules'] as { statement: { rateBasedStatement: object } }[]
    expect(address?.statement.rateBasedStatement).toMatchObject({
      scopeDownStatement: {
        notStatement: {
          statements: [
            {
              andStatement: {
                statements: [
                  {
                    sizeConstraintStatement: {
                      fieldToMatch: { singleHeader: { name: 'authorization' } },
                      comparisonOperator: 'GT',
                      size: 0,
                    },
                  },
                  {
                    byteMatchStatement: {
                      fieldToMatch: { uriPath: {} },
                      positionalConstraint: 'CONTAINS',
                      searchString: '/kms/xks/v1/',
                    },
                  },
                ],
              },
            },
          ],
        },
      },
    })
    for (const { http } of xksOperations) expect(http).toContain('/kms/xks/v1/')
    // what names no caller, of all addresses together: neither a header nor a query with a signature
    const [, unsigned] = acl.inputs['rules'] as { statement: object }[]
    const looked = JSON.stringify(unsigned?.statement)
    expect(looked.match(/notStatement/g)).toHaveLength(2)
    for (const part of ['authorization', 'X-Amz-Signature=', '/health']) {
      expect(looked).toContain(`"${part}"`)
    }
    expect(rich.only('cloudfront/distribution').inputs['webAclId']).toMatch(/^arn:aws:wafv2:/)
    expect(production.of('wafv2/webAcl')).toEqual([])
  })

  deployed('the router takes TLS 1.2 and newer', () => {
    expect(rich.only('cloudfront/distribution').inputs['viewerCertificate']).toMatchObject({
      minimumProtocolVersion: 'TLSv1.2_2021',
    })
  })

  deployed('backups by AWS Backup are an option', () => {
    expect(production.of('backup/plan')).toEqual([])
    expect(rich.only('backup/selection').inputs['resources']).toEqual([
      expect.stringMatching(/^arn:aws:dynamodb:.*:table\/.*Store/),
    ])
    expect(rich.only('backup/plan').inputs['rules']).toMatchObject([
      { lifecycle: { deleteAfter: 365 }, schedule: 'cron(0 3 * * ? *)' },
    ])
    // https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html
    const rule = rich.of('cloudwatch/eventRule').find(({ name }) => name === 'BackupFailed')
    expect(JSON.parse(String(rule?.inputs['eventPattern']))).toEqual({
      source: ['aws.backup'],
      'detail-type': ['Backup Job State Change'],
      detail: {
        backupVaultName: [rich.only('backup/vault').inputs['name']],
        state: ['FAILED', 'ABORTED', 'EXPIRED'],
      },
    })
    const told = rich.of('cloudwatch/eventTarget').find(({ name }) => name === 'BackupFailedTarget')
    expect(told?.inputs).toMatchObject({
      rule: rule?.inputs['name'],
      arn: rich.program.outputs['alarms'],
    })
    expect(
      rich.of('cloudwatch/metricAlarm').find(({ name }) => name === 'BackupUntoldAlarm')?.inputs,
    ).toMatchObject({ dimensions: { RuleName: rule?.inputs['name'] } })
  })

  deployed('a stage with every option stays under 200 routes and integrations', () => {
    for (const report of sliced ? [rich] : [rich, other]) {
      expect(report.of('apigatewayv2/route').length).toBeLessThan(200)
      expect(report.of('apigatewayv2/integration').length).toBeLessThan(200)
    }
  })

  whole('and so does one with those that exclude some of them', () => {
    expect(other.of('lambda/alias').length).toBeGreaterThan(80)
    expect(other.of('dynamodb/table')).toHaveLength(2)
  })

  test('between them those two stages have every option of functions', () => {
    const left = OPTION_NAMES.filter((name) => !(name in OPTIONS || name in OTHER_OPTIONS))
    expect(left.sort()).toEqual([
      ...['STACK_CONTAINERS', 'STACK_DISPOSABLE', 'STACK_FUNCTION_URL', 'STACK_IMAGE'],
      ...['STACK_REGION', 'STACK_SHAPE', 'STACK_XKS_CA', 'STACK_XKS_NETWORKS'],
    ])
  })
})

describe('what happens by itself', () => {
  deployed('the sweep runs every minute, is tried again, and what fails is kept', () => {
    const { inputs } = production.only('scheduler/schedule')
    expect(inputs['scheduleExpression']).toBe('rate(1 minute)')
    const queue = expect.stringMatching(/^arn:aws:sqs:.*DeadLetters/)
    const target = inputs['target'] as { arn: string }
    expect(target).toMatchObject({
      retryPolicy: { maximumRetryAttempts: 2 },
      deadLetterConfig: { arn: queue },
    })
    expect(production.functionOf(target.arn).build?.handler).toBe('functions/sweep.handler')
    expect(production.only('lambda/functionEventInvokeConfig').inputs).toMatchObject({
      maximumRetryAttempts: 2,
      destinationConfig: { onFailure: { destination: queue } },
    })
  })
})

describe('options and outputs', () => {
  deployed("a domain is the one way in, and the outputs' address", () => {
    expect(production.only('apigatewayv2/api').inputs['disableExecuteApiEndpoint']).not.toBe(true)
    expect(trial.only('apigatewayv2/api').inputs['disableExecuteApiEndpoint']).toBe(true)
    expect(trial.only('apigatewayv2/domainName').inputs['domainName']).toBe(OPTIONS.STACK_DOMAIN)
    expect(trial.program.outputs['url']).toBe(`https://${OPTIONS.STACK_DOMAIN}`)
  })

  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
  deployed('the API itself answers browsers, for the origins that are listed and no other', () => {
    expect(rich.only('apigatewayv2/api').inputs['corsConfiguration']).toEqual({
      allowOrigins: OPTIONS.STACK_CORS_ORIGINS.split(','),
      allowMethods: [...CORS_METHODS],
      allowHeaders: [...CORS_HEADERS],
      exposeHeaders: [...CORS_EXPOSED],
      allowCredentials: false,
      maxAge: CORS_MAX_AGE,
    })
    // so nothing that a browser sends by itself is let in, and no function is one for preflights
    const routes = rich.of('apigatewayv2/route').map(({ inputs }) => String(inputs['routeKey']))
    expect(routes.filter((key) => key.startsWith('OPTIONS'))).toEqual([])
    expect(production.only('apigatewayv2/api').inputs['corsConfiguration']).toEqual({})
  })

  // https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
  deployed(
    'a function URL is an option: of AWS’s clients alone, with both of its permissions',
    () => {
      expect(production.of('lambda/functionUrl')).toEqual([])
      const { inputs } = trial.only('lambda/functionUrl')
      expect(inputs).toMatchObject({ authorizationType: 'NONE', invokeMode: 'BUFFERED' })
      expect(inputs).not.toHaveProperty('cors')
      const named = trial.functions.find(({ inputs: { name } }) => name === inputs['functionName'])
      expect(named?.build?.handler).toBe('functions/aws-clients.handler')
      const open = trial
        .of('lambda/permission')
        .filter((made) => made.inputs['principal'] === '*')
        .map((made) => made.inputs)
      expect(open).toHaveLength(2)
      expect(open).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            action: 'lambda:InvokeFunctionUrl',
            function: inputs['functionName'],
            functionUrlAuthType: 'NONE',
          }),
          expect.objectContaining({
            action: 'lambda:InvokeFunction',
            function: inputs['functionName'],
            invokedViaFunctionUrl: true,
          }),
        ]),
      )
      expect(trial.program.outputs).toHaveProperty('functionUrl')
      expect(production.program.outputs).not.toHaveProperty('functionUrl')
    },
  )

  deployed('with the router the domain is the distribution’s, which asks API Gateway', () => {
    const { inputs } = rich.only('cloudfront/distribution')
    expect(rich.of('apigatewayv2/domainName')).toEqual([])
    expect(rich.program.outputs['url']).toBe(`https://${OPTIONS.STACK_DOMAIN}`)
    const endpoint = /^\w+\.execute-api\.eu-west-1\.amazonaws\.com$/
    expect(inputs).toMatchObject({
      aliases: [OPTIONS.STACK_DOMAIN],
      origins: [
        {
          domainName: expect.stringMatching(endpoint),
          customOriginConfig: { originProtocolPolicy: 'https-only' },
        },
        { originId: 'console' },
      ],
      defaultCacheBehavior: {
        viewerProtocolPolicy: 'https-only',
        // Managed-CachingDisabled and Managed-AllViewerExceptHostHeader
        cachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
        originRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
        functionAssociations: [{ eventType: 'viewer-request' }],
      },
    })
    expect(production.of('cloudfront/distribution')).toEqual([])
  })

  // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-custom-domain-names.html
  whole('where DNS is elsewhere, the outputs tell what the name must lead to', async () => {
    expect(other.of('route53/record')).toEqual([])
    expect(other.program.outputs['target']).toMatch(/^[\w-]+\.cloudfront\.net$/)
    const own = await reportOf('production', {
      STACK_DOMAIN: 'kms.example.com',
      STACK_DOMAIN_CERTIFICATE: `arn:aws:acm:${REGION}:${ACCOUNT}:certificate/c`,
    })
    expect(own.of('route53/record')).toEqual([])
    expect(own.program.outputs['target']).toBe('target.invalid')
    for (const report of [trial, production, rich]) {
      expect(report.program.outputs).not.toHaveProperty('target')
    }
  })

  deployed('the console is read at the domain, from a bucket that the router alone reads', () => {
    const { inputs } = rich.only('cloudfront/distribution')
    const [, origin] = inputs['origins'] as Record<string, unknown>[]
    expect(origin).toMatchObject({
      originId: 'console',
      domainName: expect.stringMatching(/\.s3\..*amazonaws\.com$/),
      originAccessControlId: expect.any(String),
    })
    expect(inputs['orderedCacheBehaviors']).toMatchObject(
      ['/console', '/console/*'].map((pathPattern) => ({
        ...{ pathPattern, targetOriginId: 'console', viewerProtocolPolicy: 'redirect-to-https' },
        ...{ allowedMethods: ['GET', 'HEAD'], compress: true },
      })),
    )
    expect(rich.only('s3/bucketPublicAccessBlock').inputs).toMatchObject({
      ...{ blockPublicAcls: true, blockPublicPolicy: true },
      ...{ ignorePublicAcls: true, restrictPublicBuckets: true },
    })
    const { Statement } = JSON.parse(String(rich.only('s3/bucketPolicy').inputs['policy']))
    expect(Statement).toMatchObject([
      {
        ...{ Effect: 'Allow', Principal: { Service: 'cloudfront.amazonaws.com' } },
        ...{ Action: 's3:GetObject' },
        Condition: {
          StringEquals: { 'aws:SourceArn': expect.stringMatching(/^arn:aws:cloudfront:/) },
        },
      },
      { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    ])
    const headers = rich.only('cloudfront/responseHeadersPolicy').inputs
    expect(headers['securityHeadersConfig']).toMatchObject({
      contentSecurityPolicy: {
        contentSecurityPolicy: consoleHeaders([])['content-security-policy'],
        override: true,
      },
    })
    const objects = new Map(
      rich.of('s3/bucketObjectv2').map(({ inputs }) => [String(inputs['key']), inputs]),
    )
    expect(objects.get('console/index.html')).toMatchObject({
      ...{ contentType: 'text/html; charset=utf-8', cacheControl: 'no-cache' },
    })
    expect(objects.get('console/config.json')).toMatchObject({
      ...{
        contentType: 'application/json',
        content: '{"region":"eu-west-1","regions":["eu-west-1"],"issuers":[]}',
      },
    })
    const scripts = [...objects].filter(([key]) => key.endsWith('.js'))
    expect(scripts.length).toBeGreaterThan(5)
    for (const [, object] of scripts) {
      expect(object['cacheControl']).toBe('public, max-age=31536000, immutable')
    }
    expect([...objects.keys()].filter((key) => /\.(br|gz)$/.test(key))).toEqual([])
    expect(production.of('cloudfront/originAccessControl')).toEqual([])
  })

  test.each([
    ['/console/', '/console/index.html'],
    ['/console/keys/1234/policy', '/console/index.html'],
    ['/console/assets/index-AbCd1234.js', '/console/assets/index-AbCd1234.js'],
    ['/console/config.json', '/console/config.json'],
    ['/console/LICENSES.txt', '/console/LICENSES.txt'],
    ['/console/assets/a/b.js', '/console/index.html'],
  ])('the console’s code leads %s to %s', (uri, file) => {
    expect(askedOf(consoleCode(), uri)).toEqual({ uri: file })
  })

  test.each([
    ['', {}],
    ['?account=123456789012', { account: { value: '123456789012' } }],
    ['?a=%0D%0A&b=c', { a: { value: '%0D%0A' }, b: { value: 'c' } }],
  ])('the console’s code leads its bare name to it, with %j', (query, querystring) => {
    expect(askedOf(consoleCode(), '/console', { querystring })).toEqual({
      ...{ statusCode: 308, headers: { location: { value: `/console/${query}` } } },
    })
  })

  deployed('functions know a hash of the router’s proof, and nobody else anything', () => {
    const [origin] = rich.only('cloudfront/distribution').inputs['origins'] as {
      customHeaders: { name: string; value: string }[]
    }[]
    const [header] = origin?.customHeaders ?? []
    expect(header?.name).toBe('x-tenkey-router')
    const proof = header?.value ?? ''
    expect(proof).toMatch(/^RouterProof2p+$/)
    expect(proof.length).toBe(48)
    // the number before is good still: functions know both before the distribution sends the new one
    const former = 'RouterProof'.padEnd(48, 'p')
    for (const { inputs, name, build } of rich.functions) {
      const { variables } = inputs['environment'] as { variables: Record<string, string> }
      if (build?.handler === 'functions/key-events.handler') continue
      // API Gateway's authorizer of AWS IAM is in front of those, and no router
      if (operated.has(build?.handler)) {
        expect(variables['TENKEY_ROUTER'], name).toBeUndefined()
        continue
      }
      expect(variables['TENKEY_ROUTER'], name).toBe(
        [proof, former].map((one) => hash('sha256', one)).join(','),
      )
      expect(JSON.stringify(inputs), name).not.toContain(proof)
    }
    expect(JSON.stringify(rich.program.outputs)).not.toContain(proof)
  })

  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
  deployed('and what the router did not send comes to no function: no route is without', () => {
    const authorizer = rich.only('apigatewayv2/authorizer')
    expect(authorizer.inputs).toMatchObject({
      authorizerType: 'REQUEST',
      identitySources: ['$request.header.x-tenkey-router'],
      authorizerPayloadFormatVersion: '2.0',
      enableSimpleResponses: true,
      authorizerResultTtlInSeconds: 3600,
    })
    const asked = rich.functionOf(String(authorizer.inputs['authorizerUri']))
    expect(asked.build?.handler).toBe('functions/router-alone.handler')
    // it may do nothing but write its log
    expect(rich.roleOf(asked).statements).toEqual(expected(rich, []))
    for (const { inputs } of rich.of('apigatewayv2/route')) {
      if (String(inputs['routeKey']).includes(' /admin/v1/')) continue
      expect(inputs, String(inputs['routeKey'])).toMatchObject({
        authorizationType: 'CUSTOM',
        authorizerId: authorizer.id,
      })
    }
    for (const { inputs } of production.of('apigatewayv2/route')) {
      expect(inputs['authorizationType'] ?? 'NONE').toBe('NONE')
    }
  })

  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control-iam.html
  deployed(
    'operators come by AWS IAM where that is asked, to what operators call and nothing else',
    () => {
      const routesOf = (report: Report) =>
        new Map(
          report
            .of('apigatewayv2/route')
            .map(({ inputs }) => [
              String(inputs['routeKey']),
              inputs['authorizationType'] ?? 'NONE',
            ]),
        )
      const [asked, plain] = [routesOf(rich), routesOf(production)]
      for (const { http, audience } of live) {
        expect(asked.get(http), http).toBe(audience === 'operator' ? 'AWS_IAM' : 'CUSTOM')
        expect(plain.get(http), http).toBe('NONE')
      }
      expect([...asked.values()].filter((type) => type === 'AWS_IAM').length).toBe(operated.size)
      for (const { inputs, name, build } of rich.functions) {
        const { variables } = inputs['environment'] as { variables: Record<string, string> }
        expect(variables['TENKEY_OPERATORS_BY_IAM'], name).toBe(
          operated.has(build?.handler) ? OPTIONS['STACK_OPERATORS_BY_IAM'] : undefined,
        )
        // what they know of API Gateway's proof is its hash alone
        expect(variables['TENKEY_OPERATORS_PROOF'] ?? '', name).toMatch(
          operated.has(build?.handler) ? /^[0-9a-f]{64}$/ : /^$/,
        )
      }
      const proofOf = (report: Report) =>
        (report.only('apigatewayv2/stage').inputs['stageVariables'] ?? {}) as Record<
          string,
          unknown
        >
      expect(Object.keys(proofOf(rich))).toEqual(['operatorsProof'])
      expect(proofOf(production)).toEqual({})
      // API Gateway's own address: CloudFront's Host is none that it has verified a signature for
      const { operatorsUrl, bootstrap } = rich.program.outputs
      expect(operatorsUrl).toMatch(/^https:\/\/\w+\.execute-api\./)
      expect(bootstrap).toContain(`npx tenkey bootstrap --no-credential --url ${operatorsUrl}`)
      expect(production.program.outputs['bootstrap']).not.toContain('--no-credential')
    },
  )

  deployed('a new proof is known to functions before the distribution sends it', () => {
    const index = (like: RegExp) =>
      rich.program.made.findLastIndex(({ type, name }) => like.test(`${type} ${name}`))
    const answering = index(/^aws:lambda\/function:Function ApiRoute/)
    expect(answering).toBeGreaterThan(0)
    expect(index(/^aws:cloudfront\/distribution:/)).toBeGreaterThan(answering)
  })

  deployed('the router’s code and the console’s are what CloudFront Functions takes', () => {
    const made = rich.of('cloudfront/function').map(({ inputs }) => inputs)
    for (const inputs of made) {
      expect(inputs).toMatchObject({ runtime: 'cloudfront-js-2.0', publish: true })
      // its limit is 10 KB
      expect(String(inputs['code']).length).toBeLessThan(10_000)
    }
    expect(new Set(made.map(({ code }) => code))).toEqual(new Set([routerCode(), consoleCode()]))
  })

  deployed('the outputs can be pasted', () => {
    const { url, paste } = production.program.outputs
    expect(url).toMatch(/^https:\/\/\w+\.execute-api\.eu-west-1\.amazonaws\.com$/)
    expect(paste).toBe(
      `export AWS_ENDPOINT_URL_KMS=${url} AWS_ENDPOINT_URL_STS=${url} AWS_ENDPOINT_URL_IAM=${url}/iam AWS_REGION=${REGION} AWS_DEFAULT_REGION=${REGION}`,
    )
  })

  deployed('operators of another AWS account stop the program', async () => {
    await expect(
      runProgram('test', { STACK_OPERATORS_BY_IAM: 'root=arn:aws:iam::999999999999:role/ops' }),
    ).rejects.toThrow('names an identity of AWS account 999999999999')
  })

  deployed('an unknown option stops the program', async () => {
    await expect(runProgram('test', { STACK_DOMIAN: 'x' })).rejects.toThrow(
      'STACK_DOMIAN is not an option',
    )
  })
})

deployed('the types of SST hold', async () => {
  expect(await typeErrors()).toEqual([])
})

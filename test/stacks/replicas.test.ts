// @module-tag stages
import { beforeAll, describe, expect } from 'vitest'
import { readConfig } from '../../core/config.ts'
import { tableDefinition } from '../../core/store/dynamodb-create.ts'
import { operations } from '../../operations/registry.ts'
import {
  iamPermissions,
  type Permission,
  permissionsOf,
  sweepPermissions,
} from '../../stacks/permissions.ts'
import { fences, type Replicated, type Resource } from '../../stacks/statements.ts'
import { callsOf, judgedByModels } from '../support/aws-calls.ts'
import { absence, deployed, PATIENCE, reportOf } from '../support/sst-deployed.ts'
import { ACCOUNT, REGION } from '../support/sst-mocks.ts'
import { CONTAINER } from '../support/sst-platform.ts'
import type { Deployed, Made, Report, Statement } from '../support/sst-report.ts'

/** The Region that stages are deployed to here is the first of three, the second of others, or one of two with a witness. */
const OTHERS = ['eu-central-1', 'us-east-1']
const AT_HOME = { STACK_REPLICAS: [REGION, ...OTHERS].join(','), STACK_BACKUP: 'on' }
const AWAY = { STACK_REPLICAS: ['eu-central-1', REGION, 'us-east-1'].join(',') }
const STRONG = {
  STACK_REPLICAS: `eu-central-1,${REGION}`,
  STACK_REPLICAS_CONSISTENCY: 'strong',
  STACK_REPLICAS_WITNESS: 'eu-west-2',
}

let home: Report
let away: Report
/** at home of those that agree at once */
let strong: Report
/** not at home, servers in containers */
let container: Report

beforeAll(async () => {
  if ((await absence()) !== undefined) return
  ;[home, away, strong, container] = await Promise.all([
    reportOf('production', AT_HOME),
    reportOf('production', AWAY),
    reportOf('production', { ...STRONG, STACK_REPLICAS: `${REGION},eu-central-1` }),
    reportOf('production', { ...CONTAINER, ...STRONG }),
  ])
}, PATIENCE)

const table = (region: string, which: string) =>
  `arn:aws:dynamodb:${region}:${ACCOUNT}:table/tenkey-production-${which}`
const rootKey = (report: Report) => String(report.program.outputs['rootKey'])

/** Those of AWS IAM share one function and route. */
const live = operations.filter(({ uses, service }) => !uses.includes('clock') && service !== 'iam')
const tables = (report: Report) => report.of('dynamodb/table')
const named = (report: Report, name: string): Made | undefined =>
  tables(report).find(({ inputs }) => inputs['name'] === name)

/** What a role must say: the statements of its permissions in a Region of several. */
function expected(
  permissions: readonly Permission[],
  replicated: Replicated,
  homeRegion: string,
  key: string,
): Statement[] {
  const arnOf = (on: Resource): string => {
    if (on === 'table') return table(REGION, 'store')
    if (on === 'dueIndex') return `${table(REGION, 'store')}/index/byDue`
    if (on === 'shared') return table(REGION, 'shared')
    if (on === 'sharedIndex') return `${table(REGION, 'shared')}/index/byDue`
    if (on === 'home') return table(homeRegion, 'shared')
    return on === 'rootKey' ? key : table(on.slice('table in '.length), 'store')
  }
  return fences(permissions, REGION, replicated).map(({ actions, on, conditions }) => {
    const Condition: Record<string, Record<string, readonly string[]>> = {}
    for (const { test, variable, values } of conditions) {
      Condition[test] = { ...Condition[test], [variable]: values }
    }
    return { Effect: 'Allow', Action: actions, Resource: [arnOf(on)], Condition }
  })
}
const statementsOf = (report: Report, of: Deployed | undefined) =>
  (of === undefined ? [] : report.roleOf(of).statements).filter(
    ({ Action }) => !/^(logs|sqs):/.test([Action].flat()[0] ?? ''),
  )
const sweeperOf = (report: Report) =>
  report.functions.find(({ build }) => build?.handler === 'functions/sweep.handler')

describe('the table that Regions share', () => {
  deployed(
    'is made at home, with a replica in each of the others, as the adapter declares it',
    () => {
      const made = named(home, 'tenkey-production-shared')?.inputs ?? {}
      const { AttributeDefinitions = [] } = tableDefinition('')
      expect(made).toMatchObject({
        ...{ hashKey: 'pk', rangeKey: 'sk', billingMode: 'PAY_PER_REQUEST' },
        globalSecondaryIndexes: [{ name: 'byDue', projectionType: 'KEYS_ONLY' }],
        // by which replicas that agree later are told
        ...{ streamEnabled: true, streamViewType: 'NEW_AND_OLD_IMAGES' },
        deletionProtectionEnabled: true,
        serverSideEncryption: { enabled: true },
        pointInTimeRecovery: { enabled: true, recoveryPeriodInDays: 35 },
        replicas: OTHERS.map((regionName) => ({
          regionName,
          consistencyMode: 'EVENTUAL',
          pointInTimeRecovery: true,
          deletionProtectionEnabled: true,
          propagateTags: true,
        })),
      })
      expect(made['attributes']).toHaveLength(AttributeDefinitions.length)
      // nothing that is shared expires
      expect(made['ttl']).toBeUndefined()
      expect(named(home, 'tenkey-production-store')?.inputs['ttl']).toMatchObject({ enabled: true })
    },
  )

  deployed('is taken from home by the others', () => {
    for (const report of [away, container]) {
      expect(tables(report).map(({ inputs }) => inputs['name'])).toEqual([
        'tenkey-production-store',
      ])
      expect(report.program.outputs).not.toHaveProperty('bootstrap')
      expect(report.roles.map(({ name }) => name)).not.toContain('Bootstrap')
    }
    // who makes the installation looks whether another Region has one of another home
    const maker = home.roles.find(({ name }) => name === 'Bootstrap')
    const looked = maker?.statements.filter(({ Action }) => `${Action}` === 'dynamodb:BatchGetItem')
    expect(looked?.map(({ Resource }) => `${Resource}`)).toEqual(
      OTHERS.map((region) => table(region, 'shared')),
    )
    expect(home.program.outputs['bootstrap']).toContain(
      'TENKEY_SHARED_TABLE=tenkey-production-shared',
    )
  })

  deployed(
    'agrees at once where that is chosen: two replicas and a witness, no stream, no TTL',
    () => {
      const made = named(strong, 'tenkey-production-shared')?.inputs ?? {}
      expect(made).toMatchObject({
        replicas: [{ regionName: 'eu-central-1', consistencyMode: 'STRONG' }],
        globalTableWitness: { regionName: 'eu-west-2' },
      })
      expect(made['streamEnabled'] ?? false).toBe(false)
      expect(made['ttl']).toBeUndefined()
    },
  )

  deployed(
    'no other than home can come first, and a Region that is none of them is refused',
    async () => {
      const none = { ...AWAY, TEST_HOME: 'none' }
      await expect(reportOf('production', none)).rejects.toThrow(
        'deploy this stage to eu-central-1 first',
      )
      const other = { STACK_REPLICAS: OTHERS.join(',') }
      await expect(reportOf('production', other)).rejects.toThrow(`has no ${REGION}`)
    },
  )

  deployed(
    'is watched: throttles in each Region, at home how late writes are, and backed up there',
    () => {
      const late = (report: Report) =>
        report
          .of('cloudwatch/metricAlarm')
          .filter(({ inputs }) => inputs['metricName'] === 'ReplicationLatency')
          .map(({ inputs }) => inputs['dimensions'])
      const TableName = 'tenkey-production-shared'
      expect(late(home)).toEqual(OTHERS.map((ReceivingRegion) => ({ TableName, ReceivingRegion })))
      for (const report of [away, strong, container]) expect(late(report)).toEqual([])
      for (const report of [home, away, strong, container]) {
        const throttles = report
          .of('cloudwatch/metricAlarm')
          .find(({ name }) => name === 'SharedTableThrottlesAlarm')
        expect(JSON.stringify(throttles?.inputs)).toContain(TableName)
      }
      expect(home.only('backup/selection').inputs['resources']).toEqual([
        table(REGION, 'store'),
        table(REGION, 'shared'),
      ])
    },
  )
})

describe('a stage in use', () => {
  const [store, shared] = ['tenkey-production-store', 'tenkey-production-shared']
  const used = (tables: readonly string[], more: object = {}) => ({
    TEST_IN_USE: JSON.stringify({ tables, ...more }),
  })
  const of = (regions: readonly string[], home: string, more: object = {}) => ({
    shared: {
      tags: { 'tenkey:maker': regions[0] },
      replicas: regions.slice(1).map((regionName) => ({ regionName })),
    },
    installation: JSON.stringify({ format: 2, root: 'r', home, ...more }),
  })
  const three = [REGION, ...OTHERS]
  const REFUSED: readonly [title: string, settings: Record<string, string>, words: string][] = [
    [
      'STACK_REPLICAS where there is a single table',
      { ...AT_HOME, ...used(['tenkey-production-StoreTable-abc']) },
      'with its keys in tenkey-production-StoreTable-abc: leave STACK_REPLICAS',
    ],
    [
      'no STACK_REPLICAS where there were several Regions',
      used([store, shared]),
      `with its keys in ${store}: set STACK_REPLICAS as it was`,
    ],
    [
      'another order',
      { ...AWAY, ...used([store, shared], of(three, REGION)) },
      `${shared} was made by ${REGION}: it stays the first; STACK_REPLICAS_HOME`,
    ],
    [
      'another home',
      { ...AT_HOME, STACK_REPLICAS_HOME: 'us-east-1', ...used([store], of(three, REGION)) },
      `the home of this installation is ${REGION}, not us-east-1`,
    ],
    [
      'a home that was moved',
      { ...AT_HOME, ...used([store, shared], of(three, 'us-east-1')) },
      'set STACK_REPLICAS_HOME=us-east-1',
    ],
    [
      'a list without a Region that has keys',
      {
        STACK_REPLICAS: `${REGION},eu-central-1`,
        ...used([store, shared], of(three, REGION)),
      },
      '`tenkey region forget us-east-1` first',
    ],
    [
      'a Region that was forgotten',
      {
        ...AWAY,
        ...used(
          [store, shared],
          of(['eu-central-1', REGION], 'eu-central-1', { forgotten: [REGION] }),
        ),
      },
      `\`tenkey region rejoin ${REGION}\` takes it back`,
    ],
  ]
  deployed(
    'is not given empty tables, another home, or a Region less: one line says why',
    async () => {
      const answers = await Promise.all(
        REFUSED.map(([title, settings]) =>
          reportOf('production', settings).then(
            () => [title, 'deployed'],
            (error: unknown) => [title, String(error)],
          ),
        ),
      )
      for (const [n, [title = '', words = '']] of answers.entries()) {
        expect(words, title).toContain(REFUSED[n]?.[2])
      }
    },
  )

  deployed(
    'is deployed as it is, with the home that it has, without a Region it forgot',
    async () => {
      const [moved, less] = await Promise.all([
        reportOf('production', {
          ...{ ...AT_HOME, STACK_REPLICAS_HOME: 'us-east-1' },
          ...used([store, shared], of(three, 'us-east-1')),
        }),
        reportOf('production', {
          STACK_REPLICAS: `${REGION},eu-central-1`,
          ...used([store, shared], of(three, REGION, { forgotten: ['us-east-1'] })),
        }),
      ])
      // the table is its maker's for ever, whoever takes the writes
      expect(named(moved, shared)?.inputs['tags']).toMatchObject({ 'tenkey:maker': REGION })
      expect(moved.program.outputs).not.toHaveProperty('bootstrap')
      const environment = sweeperOf(moved)?.inputs['environment'] as { variables: object }
      expect(environment.variables).toMatchObject({
        TENKEY_REPLICAS: `us-east-1,${REGION},eu-central-1`,
      })
      expect(named(less, shared)?.inputs['replicas']).toHaveLength(1)
    },
  )
})

describe('the root key', () => {
  deployed('is a multi-Region key, made at home and replicated by the others', () => {
    expect(home.only('kms/key').inputs).toMatchObject({
      multiRegion: true,
      enableKeyRotation: true,
    })
    expect(home.of('kms/replicaKey')).toEqual([])
    const replica = away.only('kms/replicaKey').inputs
    const primary = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/mrk-home`
    expect(replica).toMatchObject({ primaryKeyArn: primary, deletionWindowInDays: 30 })
    // one policy, but for the Regions, which are others' here
    const named = (policy: unknown, regions: readonly string[]) =>
      String(policy).replace(JSON.stringify(regions), '[]')
    const policy = named(replica['policy'], [REGION, 'us-east-1'])
    expect(policy).toBe(named(home.only('kms/key').inputs['policy'], OTHERS))
    expect(policy).toContain('{"kms:ReplicaRegion":[]}')
    expect(away.of('kms/key')).toEqual([])
    expect(rootKey(away)).toBe(primary.replace('eu-central-1', REGION))
    expect(away.only('kms/alias').inputs['name']).toBe('alias/tenkey/production')
  })
})

describe('functions and servers', () => {
  deployed(
    'know the Regions, the shared table, and the root key by the name it has at home',
    () => {
      for (const { inputs, build } of away.functions) {
        if (!/^functions\/(cryptography|keys|sweep)/.test(build?.handler ?? '')) continue
        const { variables } = inputs['environment'] as { variables: Record<string, string> }
        const ours = Object.entries(variables).filter(([name]) => name.startsWith('TENKEY_'))
        expect(readConfig(Object.fromEntries(ours))).toMatchObject({
          replicas: ['eu-central-1', REGION, 'us-east-1'],
          sharedTable: 'tenkey-production-shared',
          table: 'tenkey-production-store',
          consistency: 'eventual',
          servedRegion: REGION,
          root: `aws-kms:arn:aws:kms:eu-central-1:${ACCOUNT}:key/mrk-home`,
        })
      }
      const task = JSON.stringify(
        container.only('ecs/taskDefinition').inputs['containerDefinitions'],
      )
      for (const part of ['TENKEY_REPLICAS_CONSISTENCY', 'strong', 'tenkey-production-shared']) {
        expect(task).toContain(part)
      }
    },
  )

  deployed('may do in each table what their ports need there, and nothing else', () => {
    const cases: [Report, Replicated, string][] = [
      [home, { others: OTHERS, writer: REGION, sweepsShared: true }, REGION],
      [
        away,
        { others: ['eu-central-1', 'us-east-1'], writer: 'eu-central-1', sweepsShared: false },
        'eu-central-1',
      ],
      [strong, { others: ['eu-central-1'], writer: REGION, sweepsShared: true }, REGION],
    ]
    for (const [report, replicated, homeRegion] of cases) {
      const want = (permissions: readonly Permission[]) =>
        expected(permissions, replicated, homeRegion, rootKey(report))
      for (const operation of live) {
        const found = statementsOf(report, report.routes.get(operation.http))
        expect(found, operation.name).toEqual(want(permissionsOf(operation)))
      }
      const iam = statementsOf(report, report.routes.get('ANY /iam/{proxy+}'))
      expect(iam).toEqual(want(iamPermissions(operations)))
      expect(statementsOf(report, sweeperOf(report))).toEqual(want(sweepPermissions))
    }
  })

  /** IAM and AWS STS quotas: all inline policies of a role together, without white space */
  deployed('have roles within IAM’s bound of 10,240 characters', () => {
    for (const report of [home, away, strong, container]) {
      for (const { name, inputs } of report.of('iam/role')) {
        const all = ((inputs['inlinePolicies'] ?? []) as { policy: string }[])
          .map(({ policy }) => JSON.stringify(JSON.parse(policy)).length)
          .reduce((sum, length) => sum + length, 0)
        expect(all, name).toBeLessThan(10_240)
      }
    }
  })
})

deployed(
  'AWS’s own parameter models refuse none of the calls that make tables and keys',
  async () => {
    const made = [home, away, strong].flatMap((report) =>
      [...tables(report), ...report.of('kms/key'), ...report.of('kms/replicaKey')].flatMap(
        (one) => callsOf(one) ?? [],
      ),
    )
    expect(made.map(({ operation }) => operation)).toContain('ReplicateKey')
    expect(made.filter(({ operation }) => operation === 'UpdateTable')).toHaveLength(2)
    expect((await judgedByModels(made)) ?? []).toEqual([])
  },
)

import { beforeAll, describe, expect } from 'vitest'
import { OPERATOR_ACCOUNT } from '../../core/base/arn.ts'
import { DUE_SHARDS } from '../../core/store/due-index.ts'
import { operations } from '../../operations/registry.ts'
import {
  awsJsonPermissions,
  iamPermissions,
  type Permission,
  permissionsOf,
} from '../../stacks/permissions.ts'
import { absence, deployed, PATIENCE, reportOf } from '../support/sst-deployed.ts'
import { judge, judgeService } from '../support/sst-judge.ts'
import { ACCOUNT, REGION } from '../support/sst-mocks.ts'
import type { Report, Role } from '../support/sst-report.ts'

let production: Report

beforeAll(async () => {
  if ((await absence()) === undefined) production = await reportOf('production')
}, PATIENCE)

const TENANT = '111122223333'
/** A partition of each kind, as core/item/partition.ts makes them. */
const PARTITIONS = new Map<string, string>([
  ['account', TENANT],
  ['region', `${TENANT}/${REGION}`],
  ['used', `${TENANT}/${REGION}/used`],
  ['trail', `${TENANT}/audit/2026-11-22`],
  ['health', 'health'],
])
const ACTIONS = ['BatchGetItem', 'Query', 'PutItem', 'DeleteItem'] as const

const live = operations.filter(({ uses, service }) => !uses.includes('clock') && service !== 'iam')
const entries: readonly [route: string, permissions: () => readonly Permission[]][] = [
  ...live.map((one): [string, () => Permission[]] => [one.http, () => permissionsOf(one)]),
  ['POST /', () => awsJsonPermissions(operations)],
  ['ANY /iam/{proxy+}', () => iamPermissions(operations)],
]

const tableArn = () =>
  `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${production.only('dynamodb/table').inputs['name']}`

/** Whether the role may make a call of DynamoDB on these partitions. */
const mayCall = ({ arn, statements }: Role, action: string, keys: readonly string[]): boolean =>
  judge({
    role: arn,
    may: statements,
    action,
    resource: tableArn(),
    context: { 'dynamodb:LeadingKeys': [...keys] },
  })

const roleOf = (route: string): Role => {
  const found = production.routes.get(route)
  if (found === undefined) throw new Error(`nobody answers ${route}`)
  return production.roleOf(found)
}

describe('our own policy engine, asked about each role', () => {
  deployed(
    'lets the calls that its function makes, on the partitions it makes them on, and no others',
    () => {
      for (const [route, permissions] of entries) {
        const role = roleOf(route)
        // what stays in its Region is in the account's partition, and the table is one
        const placeOf = (on: string) => (on === 'stays' ? 'account' : on)
        const wanted = new Set(permissions().map(({ action, on }) => `${action} ${placeOf(on)}`))
        for (const action of ACTIONS) {
          for (const [place, partition] of PARTITIONS) {
            const title = `${route}: ${action} on ${partition}`
            const may = mayCall(role, `dynamodb:${action}`, [partition])
            expect(may, title).toBe(wanted.has(`dynamodb:${action} ${place}`))
          }
        }
      }
    },
  )

  deployed('lets one read name partitions of several kinds at once, as calls do', () => {
    for (const [route] of entries.filter(([route]) => route.includes('{KeyId}'))) {
      const keys = [OPERATOR_ACCOUNT, TENANT, `${TENANT}/${REGION}`]
      expect(mayCall(roleOf(route), 'dynamodb:BatchGetItem', keys), route).toBe(true)
    }
  })

  deployed('lets none write to another Region, nor read or end the table as a whole', () => {
    for (const [route] of entries) {
      const role = roleOf(route)
      const away = [`${TENANT}/us-east-1`]
      expect(mayCall(role, 'dynamodb:PutItem', away), route).toBe(false)
      for (const action of ['Scan', 'DeleteTable', 'UpdateTable', 'ExportTableToPointInTime']) {
        expect(mayCall(role, `dynamodb:${action}`, [TENANT]), `${route}: ${action}`).toBe(false)
      }
      for (const action of ['iam:PassRole', 'sts:AssumeRole', 'lambda:InvokeFunction']) {
        const may = judge({ role: role.arn, may: role.statements, action, resource: role.arn })
        expect(may, `${route}: ${action}`).toBe(false)
      }
    }
  })

  deployed(
    'lets the sweeper find and do what is due, and add to the trail, which it does not search',
    () => {
      const sweep = production.functions.find(
        ({ build }) => build?.handler === 'functions/sweep.handler',
      )
      if (sweep === undefined) throw new Error('no sweeper')
      const { arn, statements } = production.roleOf(sweep)
      const may = (action: string, resource: string, key: string) =>
        judge({
          role: arn,
          may: statements,
          action: `dynamodb:${action}`,
          resource,
          context: { 'dynamodb:LeadingKeys': [key] },
        })
      for (const shard of DUE_SHARDS) {
        expect(may('Query', `${tableArn()}/index/byDue`, shard), shard).toBe(true)
      }
      expect(may('Query', `${tableArn()}/index/byDue`, TENANT)).toBe(false)
      for (const action of ACTIONS) {
        expect(may(action, tableArn(), `${TENANT}/${REGION}`), action).toBe(true)
        // an act that is there is not written again: that is one place, read by its name
        const adds = action === 'PutItem' || action === 'BatchGetItem'
        expect(may(action, tableArn(), `${TENANT}/audit/2026-11-22`), action).toBe(adds)
      }
    },
  )

  deployed('lets the schedule call the sweeper, and nobody else', () => {
    const { target } = production.only('scheduler/schedule').inputs as {
      target: { arn: string; roleArn: string }
    }
    const role = production.roles.find(({ arn }) => arn === target.roleArn)
    if (role === undefined) throw new Error('the schedule has no role')
    const may = (resource: string) =>
      judge({ role: role.arn, may: role.statements, action: 'lambda:InvokeFunction', resource })
    expect(may(target.arn)).toBe(true)
    for (const { inputs } of production.functions) {
      const other = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${inputs['name']}`
      expect(may(other), other).toBe(other === target.arn)
    }
  })
})

describe('our own policy engine, asked about the topic of alarms', () => {
  const arn = () => String(production.program.outputs['alarms'])
  const may = (
    service: string,
    context: Record<string, string> = {},
    action = 'sns:Publish',
    resource = arn(),
  ) => {
    const resourcePolicy = String(production.only('sns/topicPolicy').inputs['policy'])
    const name = `${service}.amazonaws.com`
    return judgeService({ service: name, action, resource, resourcePolicy, context })
  }
  const alarm = (account: string) => ({
    'aws:SourceAccount': account,
    'aws:SourceArn': `arn:aws:cloudwatch:${REGION}:${account}:alarm:any`,
  })

  deployed('every alarm of CloudWatch is published to it, and of this account alone', () => {
    for (const { inputs } of production.of('cloudwatch/metricAlarm')) {
      for (const topic of inputs['alarmActions'] as string[]) {
        expect(may('cloudwatch', alarm(ACCOUNT), 'sns:Publish', topic)).toBe(true)
      }
    }
    expect(may('cloudwatch', alarm(TENANT))).toBe(false)
    expect(may('cloudwatch')).toBe(false)
  })

  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
  deployed('and what every rule of EventBridge tells, which says of no account', () => {
    const targets = production.of('cloudwatch/eventTarget')
    expect(targets.length).toBeGreaterThan(1)
    for (const { inputs } of targets) {
      expect(may('events', {}, 'sns:Publish', String(inputs['arn']))).toBe(true)
    }
  })

  deployed('and nothing else is done to it, by them or by others', () => {
    for (const action of ['sns:Subscribe', 'sns:SetTopicAttributes', 'sns:DeleteTopic']) {
      for (const service of ['events', 'cloudwatch']) {
        expect(may(service, alarm(ACCOUNT), action), action).toBe(false)
      }
    }
    for (const service of ['s3', 'lambda', 'budgets', 'backup']) {
      expect(may(service, alarm(ACCOUNT)), service).toBe(false)
    }
    expect(may('events', {}, 'sns:Publish', `${arn()}2`)).toBe(false)
    const resourcePolicy = String(production.only('sns/topicPolicy').inputs['policy'])
    const lists = [{ Effect: 'Allow', Action: 'sns:ListTopics', Resource: '*' }]
    const somebody = { action: 'sns:Publish', resource: arn(), resourcePolicy, may: lists }
    expect(judge(somebody)).toBe(false)
  })
})

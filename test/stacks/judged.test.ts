import { beforeAll, describe, expect } from 'vitest'
import { OPERATOR_ACCOUNT } from '../../core/base/arn.ts'
import { operations } from '../../operations/registry.ts'
import { awsJsonPermissions, type Permission, permissionsOf } from '../../stacks/permissions.ts'
import { absence, deployed, PATIENCE, reportOf } from '../support/sst-deployed.ts'
import { judge } from '../support/sst-judge.ts'
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
  ['trail', `${TENANT}/audit/2026-11-22`],
  ['health', 'health'],
])
const ACTIONS = ['BatchGetItem', 'Query', 'PutItem', 'DeleteItem'] as const

const live = operations.filter(({ uses }) => !uses.includes('clock'))
const entries: readonly [route: string, permissions: () => readonly Permission[]][] = [
  ...live.map((one): [string, () => Permission[]] => [one.http, () => permissionsOf(one)]),
  ['POST /', () => awsJsonPermissions(live)],
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
        const wanted = new Set(permissions().map(({ action, on }) => `${action} ${on}`))
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
})

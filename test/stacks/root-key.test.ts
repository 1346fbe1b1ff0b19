import { afterAll, beforeAll, describe, expect } from 'vitest'
import { OPERATOR_ACCOUNT } from '../../core/base/arn.ts'
import { GLOBAL, tenantKeyContext } from '../../core/root/tenant-key-context.ts'
import { operationNamed } from '../support/calls.ts'
import { Harness, type Input, type MadeKey, type Tenant } from '../support/harness.ts'
import { sliced } from '../support/slice.ts'
import { absence, deployed, PATIENCE, reportOf, whole } from '../support/sst-deployed.ts'
import { judge } from '../support/sst-judge.ts'
import { ACCOUNT, REGION } from '../support/sst-mocks.ts'
import type { Deployed, Made, Report, Statement } from '../support/sst-report.ts'
import { type Credential, startTarget } from '../support/target.ts'

const OTHER = 'eu-central-1'

/** The account that is deployed to, and the KMS in it: a tenkey of its own. */
const harness = new Harness()
let account: Tenant
/** who deploys: may do everything by its IAM policy, and hence what the key's policy delegates */
let deployer: Credential
/** the key and the alias that the program asks for */
let asked: Made
let alias: Made
let production: Report
/** in the first of two Regions, and in the second; in `npm run test:all` alone */
let primary: Report
let replica: Report

beforeAll(async () => {
  if ((await absence()) !== undefined) return
  harness.attach(await startTarget('memory'))
  account = await harness.tenant()
  deployer = await user('deployer')
  production = await reportOf('production')
  if (!sliced) {
    ;[primary, replica] = await Promise.all([
      reportOf('production', { STACK_REPLICAS: `${REGION},${OTHER}` }),
      reportOf('production', { STACK_REPLICAS: `${OTHER},${REGION}` }),
    ])
  }
  asked = production.only('kms/key')
  alias = production.only('kms/alias')
}, PATIENCE)

afterAll(async () => {
  if ((await absence()) !== undefined) return
  const { target } = harness
  harness.attach(undefined)
  await target.stop()
})

/** A user who may do everything on everything, as far as its own policies say. */
async function user(name: string): Promise<Credential> {
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }],
  })
  const made = await harness.user(account, name, { Policy })
  if (made.credential === undefined) throw new Error('a user has no access key')
  return made.credential
}

/** The policy that the program asks for, in this account. */
const policy = () => String(asked.inputs['policy']).replaceAll(ACCOUNT, account.accountId)

async function rootKey(): Promise<MadeKey> {
  const input = { Policy: policy(), Description: 'x', Tags: [{ TagKey: 'a', TagValue: 'b' }] }
  const { KeyMetadata } = await harness.ok(deployer, 'CreateKey', input)
  const { KeyId, Arn } = KeyMetadata as { KeyId: string; Arn: string }
  return { id: KeyId, arn: Arn }
}

/**
 * Calls that the provider makes, in its order.
 * @see https://github.com/hashicorp/terraform-provider-aws internal/service/kms/key.go, alias.go, tags_gen.go
 */
function providerCalls(KeyId: string, other: string): readonly [string, Input][] {
  const AliasName = String(alias.inputs['name'])
  const KEY_READ: [string, Input][] = [
    ['DescribeKey', { KeyId }],
    ['GetKeyPolicy', { KeyId, PolicyName: 'default' }],
    ['GetKeyRotationStatus', { KeyId }],
    ['ListResourceTags', { KeyId }],
  ]
  return [
    // a key: after CreateKey
    ['EnableKeyRotation', { KeyId }],
    ...KEY_READ,
    // an alias
    ['CreateAlias', { AliasName, TargetKeyId: KeyId }],
    ['ListAliases', {}],
    ['UpdateAlias', { AliasName, TargetKeyId: other }],
    ['UpdateAlias', { AliasName, TargetKeyId: KeyId }],
    // changes of the key
    ['EnableKeyRotation', { KeyId, RotationPeriodInDays: 180 }],
    ['DisableKeyRotation', { KeyId }],
    ['UpdateKeyDescription', { KeyId, Description: 'other' }],
    ['PutKeyPolicy', { KeyId, PolicyName: 'default', Policy: policy() }],
    ['TagResource', { KeyId, Tags: [{ TagKey: 'c', TagValue: 'd' }] }],
    ['UntagResource', { KeyId, TagKeys: ['a'] }],
    ['DisableKey', { KeyId }],
    ['EnableKey', { KeyId }],
    ...KEY_READ,
    // its end, where it is not retained
    ['DeleteAlias', { AliasName }],
    ['ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 30 }],
    ['DescribeKey', { KeyId }],
    // and what an administrator does about it
    ['CancelKeyDeletion', { KeyId }],
    ['ListGrants', { KeyId }],
    ['ListKeyPolicies', { KeyId }],
    ['ListKeyRotations', { KeyId }],
    ['EnableKey', { KeyId }],
    ['RotateKeyOnDemand', { KeyId }],
  ]
}

describe('the policy of the root key', () => {
  deployed('lets who deploys make every call of the provider’s Key and Alias', async () => {
    const key = await rootKey()
    const other = await rootKey()
    for (const [operation, input] of providerCalls(key.id, other.id)) {
      const { code, text } = await harness.call('aws', deployer, operation, input)
      expect(code, `${operation}: ${text}`).toBeUndefined()
    }
  })

  /** A call with a tenant's key in its context, as core/root/aws-kms.ts makes it. */
  const unwraps = (
    action: string,
    caller: { role: string; may: readonly Statement[] },
    tenant = '111122223333',
    context: Readonly<Record<string, string>> = tenantKeyContext(tenant, REGION),
  ) =>
    judge({
      ...caller,
      action,
      resource: String(production.program.outputs['rootKey']),
      resourcePolicy: String(asked.inputs['policy']),
      context: { 'kms:EncryptionContextKeys': Object.keys(context) },
      encryptionContext: context,
    })
  const ANYTHING = [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }]

  deployed('lets the stage’s functions unwrap tenant keys, each as its role says', () => {
    const may = (name: string) => {
      const { role, ...found } = production.functions.find((one) => one.name === name) ?? {}
      if (role === undefined) throw new Error(`no function ${name}`)
      const { arn, statements } = production.roleOf({ ...found, role } as Deployed)
      return { role: arn, may: statements }
    }
    const named = (operation: string) =>
      may(production.routes.get(operationNamed(operation).http)?.name ?? '')
    for (const operation of ['Encrypt', 'Decrypt', 'CreateKey', 'GenerateRandom']) {
      expect(unwraps('kms:Decrypt', named(operation)), operation).toBe(true)
    }
    expect(unwraps('kms:Encrypt', named('CreateKey'))).toBe(true)
    expect(unwraps('kms:Encrypt', named('GenerateRandom'))).toBe(false)
    expect(unwraps('kms:Decrypt', named('Decrypt'), '111122223333', { purpose: 'x' })).toBe(false)
  })

  deployed('lets nobody else: not an administrator, nor another stage’s role', () => {
    for (const role of [
      `arn:aws:iam::${ACCOUNT}:role/Admin`,
      `arn:aws:iam::${ACCOUNT}:role/tenkey/production-2/Encrypt`,
      `arn:aws:iam::${ACCOUNT}:role/other/tenkey/production/Encrypt`,
    ]) {
      for (const action of ['kms:Decrypt', 'kms:Encrypt', 'kms:CreateGrant', 'kms:ReEncryptFrom']) {
        expect(unwraps(action, { role, may: ANYTHING }), `${action} as ${role}`).toBe(false)
      }
    }
    const own = `arn:aws:iam::${ACCOUNT}:role/tenkey/production/Encrypt`
    expect(unwraps('kms:Decrypt', { role: own, may: ANYTHING })).toBe(true)
  })

  deployed('lets who makes the operator wrap the operator’s tenant key alone', () => {
    const role = production.roles.find(({ name }) => name === 'Bootstrap')
    const caller = { role: role?.arn ?? '', may: role?.statements ?? [] }
    const operator = tenantKeyContext(OPERATOR_ACCOUNT, GLOBAL)
    for (const action of ['kms:Decrypt', 'kms:Encrypt']) {
      expect(unwraps(action, caller, '', operator)).toBe(true)
      expect(unwraps(action, caller)).toBe(false)
      expect(unwraps(action, caller, '', tenantKeyContext(OPERATOR_ACCOUNT, REGION))).toBe(false)
    }
  })

  const ADMIN = `arn:aws:iam::${ACCOUNT}:role/Admin`
  /** What an administrator, who may do anything by IAM, may do to a root key in several Regions. */
  const administers = (report: Report, action: string, context: Record<string, string> = {}) =>
    judge({
      role: ADMIN,
      may: ANYTHING,
      action,
      resource: String(report.program.outputs['rootKey']),
      resourcePolicy: String(
        (report.of('kms/key')[0] ?? report.only('kms/replicaKey')).inputs['policy'],
      ),
      context,
    })

  // https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-auth.html
  whole('lets a replica be made in the Regions of the installation, and in no other', () => {
    const replicates = (report: Report, region?: string) =>
      administers(report, 'kms:ReplicateKey', {
        ...(region !== undefined && { 'kms:ReplicaRegion': region }),
      })
    expect(replicates(primary, OTHER)).toBe(true)
    for (const region of ['us-east-1', 'eu-central-2', undefined]) {
      expect(replicates(primary, region), region).toBe(false)
    }
    // a replica may become the primary: it says the same of its own
    expect(replicates(replica, 'us-east-1')).toBe(false)
    for (const region of [OTHER, REGION]) expect(replicates(production, region)).toBe(false)
  })

  // https://github.com/hashicorp/terraform-provider-aws internal/service/kms/replica_key.go
  whole('lets who deploys make every call of the provider’s ReplicaKey, and no other', () => {
    expect(administers(primary, 'kms:ReplicateKey', { 'kms:ReplicaRegion': OTHER })).toBe(true)
    for (const call of [
      ...['TagResource', 'UntagResource', 'DescribeKey', 'GetKeyPolicy', 'GetKeyRotationStatus'],
      ...['ListResourceTags', 'DisableKey', 'EnableKey', 'UpdateKeyDescription', 'PutKeyPolicy'],
      ...['CreateAlias', 'UpdateAlias', 'DeleteAlias', 'ScheduleKeyDeletion', 'CancelKeyDeletion'],
    ]) {
      expect(administers(replica, `kms:${call}`), call).toBe(true)
    }
    for (const report of [primary, replica]) {
      for (const call of ['Decrypt', 'Encrypt', 'ReEncryptFrom', 'CreateGrant']) {
        expect(administers(report, `kms:${call}`), call).toBe(false)
      }
    }
  })
})

import type { ServiceAct } from '../audit/service-event.ts'
import { keyArn, kmsArn } from '../base/arn.ts'
import { uuidOf } from '../base/uuid.ts'
import { keyToItem } from '../key/key-item.ts'
import { aliasItem } from '../key/key-items.ts'
import { storePolicy } from '../key/key-policy.ts'
import { newKey, newMaterial } from '../key/new-key.ts'
import type { DataPorts } from '../key/ports.ts'
import { aliasPlace } from '../key/resolve.ts'
import type { Item } from '../store/store.ts'
import { DAY, DEFAULT_PERIOD } from './rotation.ts'

/**
 * AWS services with a managed key of their own, by the last part of its alias `alias/aws/<service>`
 * (AWS KMS Developer Guide, "AWS managed keys"; the services' own guides). Other names are not found,
 * as at AWS, so a slip of the pen makes no key.
 */
const SERVICES: ReadonlySet<string> = new Set([
  'acm',
  'athena',
  'backup',
  'cloudtrail',
  'cloudwatch',
  'codeartifact',
  'codecommit',
  'connect',
  'dax',
  'dms',
  'dynamodb',
  'ebs',
  'ecr',
  'eks',
  'elasticache',
  'elasticfilesystem',
  'es',
  'fsx',
  'glue',
  'kafka',
  'kendra',
  'kinesis',
  'kinesisvideo',
  'lambda',
  'lex',
  'lightsail',
  'mq',
  'neptune',
  'rds',
  'redshift',
  's3',
  'sagemaker',
  'secretsmanager',
  'sns',
  'sqs',
  'ssm',
  'timestream',
  'transfer',
  'workmail',
  'workspaces',
  'xray',
])

const PREFIX = 'alias/aws/'

/** The service an alias name belongs to; undefined for names that are not of a managed key. */
function managedService(aliasName: string): string | undefined {
  const service = aliasName.startsWith(PREFIX) ? aliasName.slice(PREFIX.length) : ''
  return SERVICES.has(service) ? service : undefined
}

/**
 * The policy of a managed key, after AWS's own (e.g. Id `auto-ebs-2`). There the first statement also
 * demands `kms:ViaService`; here no service stands between, so the account's principals use the key
 * directly. Neither lets anybody disable, delete, tag or rename it, or change this policy.
 */
const managedPolicy = (service: string, accountId: string, rootArn: string): string =>
  JSON.stringify(
    {
      Version: '2012-10-17',
      Id: `auto-${service}-1`,
      Statement: [
        {
          Sid: 'Allow use of the key by all principals in the account',
          Effect: 'Allow',
          Principal: { AWS: '*' },
          Action: [
            'kms:Encrypt',
            'kms:Decrypt',
            'kms:ReEncrypt*',
            'kms:GenerateDataKey*',
            'kms:CreateGrant',
            'kms:DescribeKey',
          ],
          Resource: '*',
          Condition: { StringEquals: { 'kms:CallerAccount': accountId } },
        },
        {
          Sid: 'Allow direct access to key metadata to the account',
          Effect: 'Allow',
          Principal: { AWS: rootArn },
          Action: ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:RevokeGrant'],
          Resource: '*',
        },
      ],
    },
    null,
    2,
  )

/** Makes what is named before it exists. */
export interface ManagedKeys {
  /** The alias item of a managed key, made with its key where it is missing; undefined for other names. */
  ensure(
    place: { accountId: string; region: string; aliasName: string },
    now: number,
  ): Promise<Item | undefined>
}

/**
 * AWS managed keys: each comes to be when it is first named. Its id follows from account, Region and
 * alias, so that callers who race make the same items, and whoever is second finds them made.
 * @param acts records that the service made one
 */
export function managedKeys(
  ports: Pick<DataPorts, 'read' | 'write' | 'wrapping'>,
  acts: (act: ServiceAct) => Promise<void>,
): ManagedKeys {
  return {
    async ensure({ accountId, region, aliasName }, now) {
      const service = managedService(aliasName)
      if (service === undefined) return undefined
      const id = uuidOf(`tenkey/v1/managed-key/${accountId}/${region}/${aliasName}`)
      const arn = keyArn(region, accountId, id)
      const place = { accountId, region, id }
      const [, partition = 'aws'] = arn.split(':')
      const rootArn = `arn:${partition}:iam::${accountId}:root`
      await ports.wrapping.createTenantKey(accountId, region, now)
      const policy = await storePolicy(
        place,
        managedPolicy(service, accountId, rootArn),
        ports.write,
      )
      const key = newKey(place, {
        spec: 'SYMMETRIC_DEFAULT',
        usage: 'ENCRYPT_DECRYPT',
        description: `Default key that protects my ${service} data when no other key is defined`,
        created: now,
        manager: 'AWS',
        aliases: [aliasName],
        policy,
        rotation: { days: DEFAULT_PERIOD, next: now + DEFAULT_PERIOD * DAY },
      })
      // false, of either: another call made the same
      const made = await ports.write.put(
        keyToItem(key, { material: await newMaterial(key, ports.wrapping, now) }),
      )
      const alias = aliasPlace(accountId, region, aliasName)
      const data = { target: id, created: now, updated: now }
      await ports.write.put(aliasItem.item(alias, 1, data))
      if (made) await acts(creationAct({ accountId, region, aliasName, id, at: now }))
      const [item] = await ports.read.get([alias])
      return item
    },
  }
}

interface Made {
  readonly accountId: string
  readonly region: string
  readonly aliasName: string
  readonly id: string
  /** Unix ms */
  readonly at: number
}

function creationAct({ accountId, region, aliasName, id, at }: Made): ServiceAct {
  const arn = keyArn(region, accountId, id)
  return {
    accountId,
    region,
    at,
    name: 'CreateKey',
    resources: [arn, kmsArn(region, accountId, aliasName)],
    details: { keyId: id, keyManager: 'AWS', aliasName },
    once: aliasName,
  }
}

import { keyArn, kmsArn } from '../base/arn.ts'
import { StoreConflict } from '../base/conflict.ts'
import type { PendingAct } from '../base/service-act.ts'
import { uuidOf } from '../base/uuid.ts'
import type { Key } from '../key/key.ts'
import { keyFromItem, keyPlace, keyToItem } from '../key/key-item.ts'
import { aliasItem } from '../key/key-items.ts'
import { managedPolicy } from '../key/managed-policy.ts'
import { newKey, newMaterial } from '../key/new-key.ts'
import type { DataPorts } from '../key/ports.ts'
import { aliasPlace } from '../key/resolve.ts'
import { storePolicy } from '../key/stored-policy.ts'
import { type RecordAct, recordActs } from './pending-acts.ts'
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

type Name = { readonly accountId: string; readonly region: string; readonly aliasName: string }

/** Managed keys that are named before they exist. */
export interface ManagedKeys {
  /**
   * The key that a managed key's alias is to lead to, as it would be at `now`: nothing is stored of it
   * (its version is 0). undefined for names that are no managed key's.
   */
  supposed(name: Name, now: number): Promise<Key | undefined>
  /** The supposed key once it is stored, with its alias, by this call or by another that was first. */
  make(supposed: Key, now: number): Promise<Key>
}

/**
 * AWS managed keys: each comes to be when it is first named by who may use it. Its id follows from
 * account, Region and alias, so that callers who race make the same items, and whoever is second finds
 * them made.
 * @param record puts it on record that the service made one
 */
export function managedKeys(
  ports: Pick<DataPorts, 'read' | 'write' | 'wrapping'>,
  record: RecordAct,
): ManagedKeys {
  return {
    async supposed({ accountId, region, aliasName }, now) {
      const service = managedService(aliasName)
      if (service === undefined) return undefined
      const id = uuidOf(`tenkey/v1/managed-key/${accountId}/${region}/${aliasName}`)
      return newKey(
        { accountId, region, id },
        {
          spec: 'SYMMETRIC_DEFAULT',
          usage: 'ENCRYPT_DECRYPT',
          description: `Default key that protects my ${service} data when no other key is defined`,
          created: now,
          manager: 'AWS',
          aliases: [aliasName],
          rotation: { days: DEFAULT_PERIOD, next: now + DEFAULT_PERIOD * DAY },
        },
      )
    },

    async make(supposed, now) {
      const { accountId, region, id, data } = supposed
      await ports.wrapping.createTenantKey(accountId, region, now)
      // what decides follows from the key; it is stored for older releases on the same store
      const document = managedPolicy(supposed)
      const policy = await storePolicy(supposed, { document, meant: {} }, ports.write)
      const material = await newMaterial(supposed, ports.wrapping, now)
      // false, of either: another call made the same
      const [aliasName = ''] = data.aliases
      const acts = [creationAct({ accountId, region, aliasName, id, at: now })]
      const first = keyToItem(supposed, { policy, material, acts })
      const made = await ports.write.put(first)
      const alias = { target: id, created: now, updated: now }
      await ports.write.put(aliasItem.item(aliasPlace(accountId, region, aliasName), 1, alias))
      if (made) await recordActs(keyFromItem(first), record, ports.write)
      const [item] = await ports.read.get([keyPlace(accountId, region, id)])
      if (item === undefined) throw new StoreConflict('the managed key is gone')
      return keyFromItem(item)
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

function creationAct({ accountId, region, aliasName, id, at }: Made): PendingAct {
  const arn = keyArn(region, accountId, id)
  return {
    at,
    name: 'CreateKey',
    resources: [arn, kmsArn(region, accountId, aliasName)],
    details: { keyId: id, keyManager: 'AWS', aliasName },
    once: aliasName,
  }
}

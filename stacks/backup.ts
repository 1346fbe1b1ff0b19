/// <reference path="../.sst/platform/config.d.ts" />
import type { Table } from './data.ts'
import { named, trust } from './names.ts'
import type { Replicas } from './replicas.ts'

/** days that a backup is kept */
const KEPT = 365

/**
 * A backup of the table, at home of what Regions share too, each day by AWS Backup, for longer than the 35 days of point-in-time recovery, in
 * a vault of its own. Its role has AWS's managed policy, which says what AWS Backup itself may need.
 */
export function backups(table: Table, replicas: Replicas | undefined, region: string): void {
  const vault = new aws.backup.Vault('Backups', { name: named('Backups', { longest: 50 }) })
  const plan = new aws.backup.Plan('BackupPlan', {
    name: named('BackupPlan', { longest: 50 }),
    rules: [
      {
        ruleName: 'daily',
        targetVaultName: vault.name,
        schedule: 'cron(0 3 * * ? *)',
        lifecycle: { deleteAfter: KEPT },
      },
    ],
  })
  const { partition } = aws.getPartitionOutput({})
  const role = new aws.iam.Role('BackupRole', {
    name: named('BackupRole', { region }),
    assumeRolePolicy: trust('backup.amazonaws.com'),
    managedPolicyArns: [
      $interpolate`arn:${partition}:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup`,
    ],
  })
  new aws.backup.Selection('BackupSelection', {
    name: named('Store', { longest: 50 }),
    planId: plan.id,
    iamRoleArn: role.arn,
    resources: [table.arn, ...(replicas?.isHome === true ? [replicas.arn] : [])],
  })
}

/// <reference path="../.sst/platform/config.d.ts" />
import type { AlarmParts, Watched } from './alarm-parts.ts'
import { named, trustOfAnyAccount } from './names.ts'
import type { Replicas } from './replicas.ts'

/** days that a backup is kept */
const KEPT = 365

/**
 * A backup of the table, at home of what Regions share too, each day by AWS Backup, for longer than the 35 days of point-in-time recovery, in
 * a vault of its own. Its role has AWS's managed policy, which says what AWS Backup itself may need. The topic
 * is told of a backup that comes to nothing.
 */
export function backups(
  { table, topic }: Pick<Watched, 'table' | 'topic'>,
  replicas: Replicas | undefined,
  region: string,
  { untold }: Pick<AlarmParts, 'untold'>,
): void {
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
    // of aws:SourceAccount AWS Backup says nothing for roles, and a role can't be passed to another account
    assumeRolePolicy: trustOfAnyAccount('backup.amazonaws.com'),
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
  const rule = new aws.cloudwatch.EventRule('BackupFailed', {
    name: named('BackupFailed'),
    description: 'A backup of the table came to nothing.',
    // https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html
    eventPattern: $jsonStringify({
      source: ['aws.backup'],
      'detail-type': ['Backup Job State Change'],
      detail: { backupVaultName: [vault.name], state: ['FAILED', 'ABORTED', 'EXPIRED'] },
    }),
  })
  new aws.cloudwatch.EventTarget('BackupFailedTarget', { rule: rule.name, arn: topic.arn })
  untold(rule, 'BackupUntold', 'A backup failed')
}

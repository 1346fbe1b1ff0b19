/// <reference path="../.sst/platform/config.d.ts" />
import { functionArgs, type Shared } from './functions.ts'
import { named, trust } from './names.ts'
import { sweepPermissions } from './permissions.ts'

/** times a sweep that failed is tried again before the dead-letter queue has its event */
const RETRIES = 2

/** Where events go that nobody could handle; kept for two weeks, SQS's longest. */
export function deadLetters(): sst.aws.Queue {
  return new sst.aws.Queue('DeadLetters', {
    transform: {
      queue: { messageRetentionSeconds: 14 * 24 * 3600, sqsManagedSseEnabled: true },
    },
  })
}

/**
 * The sweeper, every minute: rotations, deletions and expiries. A schedule only hands its event over,
 * so what the function fails at comes to the dead-letter queue from Lambda, what it could not be given
 * from the scheduler.
 */
export function sweeper(shared: Shared, queue: sst.aws.Queue) {
  const args = functionArgs(
    {
      handler: 'functions/sweep.handler',
      description: 'Rotates, deletes and expires what is due.',
      memory: '512 MB',
      timeout: '60 seconds',
      permissions: sweepPermissions,
      reserved: shared.reserved.get('Sweep'),
    },
    shared,
  )
  return new sst.aws.CronV2('Sweep', {
    schedule: 'rate(1 minute)',
    function: {
      ...args,
      // under `sst dev` too: a sweep is due whether a developer's machine is on or not
      dev: false,
      permissions: [...args.permissions, { actions: ['sqs:SendMessage'], resources: [queue.arn] }],
      retries: RETRIES,
      transform: {
        eventInvokeConfig: (config) => {
          config.maximumEventAgeInSeconds = 300
          config.destinationConfig = { onFailure: { destination: queue.arn } }
        },
      },
    },
    retries: RETRIES,
    dlq: queue.arn,
    transform: {
      role: (role) => {
        role.name = named('SweepSchedule', { region: shared.region })
        role.assumeRolePolicy = trust('scheduler.amazonaws.com')
        // not at the path of those that use the root key
        role.path = '/'
      },
    },
  })
}

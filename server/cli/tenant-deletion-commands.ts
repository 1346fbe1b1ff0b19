import { setTimeout } from 'node:timers/promises'
import type { Command } from 'commander'
import { printable } from '../../core/base/printable.ts'
import {
  accountOf,
  CommandError,
  type CommonOptions,
  command,
  type Environment,
} from './command.ts'
import { printOne } from './output.ts'

const TENANTS = '/admin/v1/tenants'
/** days of the waiting period unless given: AWS KMS's of a key */
const DAYS = 30
/** ms between two looks at a deletion that is waited for */
const PAUSE = 2000

interface AccountOption extends CommonOptions {
  readonly account?: string
}

interface WaitOptions extends AccountOption {
  readonly wait?: boolean
}

interface DeleteOptions extends AccountOption {
  readonly days?: string
  readonly confirm?: string
}

/** @throws CommandError */
function daysOf({ days }: DeleteOptions): number {
  if (days === undefined) return DAYS
  if (/^([7-9]|[12]\d|30)$/.test(days)) return Number(days)
  throw new CommandError(`--days is '${days}'; it can be 7 to 30`, { misuse: true })
}

/** What is said once a deletion is scheduled: what can be done, and what it will not reach. */
const said = (accountId: string) => ({
  cancel: `tenkey tenant cancel-deletion ${accountId}, until then`,
  progress: `tenkey tenant deletion ${accountId}, which with --wait stays until it is deleted`,
  stays:
    'that there was a tenant of this account id and when it was deleted; its audit trail, for as long as it is kept',
  backups:
    'what backups, exports and point-in-time copies of the store have of it opens with the root key until they are gone: docs/erasure.md',
})

/** Adds `tenkey tenant delete|cancel-deletion|deletion`. @param group the group of tenants */
export function tenantDeletionCommands(group: Command, environment: Environment): void {
  const connect = async () => (await import('./client.ts')).client(environment)

  command(
    group,
    'delete [account]',
    'Suspend a tenant now, and delete it with all its keys after a waiting period.',
  )
    .option('--account <id>', 'the account, 12 digits')
    .option('--days <n>', `days of the waiting period, 7 to 30; ${DAYS} unless given`)
    .option('--confirm <account>', 'the account once more, in a script; else it is asked twice')
    .action(async (word: string | undefined, options: DeleteOptions) => {
      const accountId = accountOf(word, options.account)
      const days = daysOf(options)
      if (options.confirm !== undefined && options.confirm !== accountId) {
        throw new CommandError(`--confirm is '${options.confirm}', not ${accountId}`, {
          misuse: true,
        })
      }
      const server = await connect()
      if (options.confirm === undefined) {
        const { confirm, terminal } = await import('./confirm.ts')
        const here = terminal()
        // who can't be asked is told so before anything is looked up
        const name = here.present ? await nameOf(accountId, server) : ''
        await confirm(
          [
            {
              asks: `Tenant ${accountId}${name} is suspended now. In ${days} days its keys in all Regions are destroyed, then all else it has: what they encrypted is lost.\nIts account id, to go on: `,
              answer: accountId,
            },
            { asks: "Once more: 'delete', to have it deleted: ", answer: 'delete' },
          ],
          `--confirm ${accountId}`,
          here,
        )
      }
      const input = { PendingWindowInDays: days }
      const made = await server.call('POST', `${TENANTS}/${accountId}/deletion`, input)
      const deletionDate = made['DeletionDate']
      printOne({ accountId, status: 'suspended', deletionDate, ...said(accountId) }, options)
    })

  command(group, 'cancel-deletion [account]', 'Cancel the deletion of a tenant, before its date.')
    .option('--account <id>', 'the account, 12 digits')
    .action(async (word: string | undefined, options: AccountOption) => {
      const accountId = accountOf(word, options.account)
      const made = await (await connect()).call('DELETE', `${TENANTS}/${accountId}/deletion`)
      printOne({ accountId, status: made['Status'] }, options)
    })

  command(group, 'deletion [account]', 'Show how far the deletion of a tenant is.')
    .option('--account <id>', 'the account, 12 digits')
    .option('--wait', 'look again until it is deleted, or its deletion is cancelled')
    .action(async (word: string | undefined, options: WaitOptions) => {
      const accountId = accountOf(word, options.account)
      const server = await connect()
      const look = () => server.call('GET', `${TENANTS}/${accountId}/deletion`)
      const told = options.wait === true ? await deleted(look, options) : await look()
      const regions = (told['Regions'] as Record<string, unknown>[]).map((one) => ({
        region: String(one['Region']),
        state: one['State'],
        keysDestroyed: one['KeysDestroyed'],
      }))
      const unreached = told['UnreachedRegions'] as string[]
      const shown = {
        accountId,
        state: told['DeletionState'],
        scheduledDate: told['ScheduledDate'],
        pendingWindowInDays: told['PendingWindowInDays'],
        deletionDate: told['DeletionDate'],
        begunDate: told['BegunDate'],
        keysDestroyedDate: told['KeysDestroyedDate'],
      }
      if (options.json === true) return printOne({ ...shown, regions, unreached }, options)
      const words = regions.map(
        ({ region, state, keysDestroyed }) => [region, `${state}(${keysDestroyed})`] as const,
      )
      printOne(
        {
          ...shown,
          ...(words.length > 0 && { 'regions (keys destroyed)': Object.fromEntries(words) }),
          ...(unreached.length > 0 && { 'never reached': unreached.join(' ') }),
        },
        options,
      )
    })
}

/**
 * Looks until the tenant is deleted, and shows meanwhile how far it is. A server that is gone for a while is waited
 * for, once it was there.
 * @throws CommandError as the look, which is refused once the deletion is cancelled
 */
async function deleted(
  look: () => Promise<Record<string, unknown>>,
  options: CommonOptions,
): Promise<Record<string, unknown>> {
  const { withProgress } = await import('./progress.ts')
  return withProgress('keys destroyed', options, async ({ progress, waits }) => {
    let told = await look()
    while (told['DeletionState'] !== 'Deleted') {
      if (told['DeletionState'] === 'PendingDeletion') waits(`until ${told['DeletionDate']}`)
      else progress(keysDestroyed(told), undefined)
      await setTimeout(PAUSE)
      told = await look().catch((error: unknown) => {
        if (error instanceof CommandError && error.passing) return told
        throw error
      })
    }
    return told
  })
}

const keysDestroyed = ({ Regions }: Record<string, unknown>): number =>
  (Regions as Record<string, unknown>[]).reduce((sum, one) => sum + Number(one['KeysDestroyed']), 0)

type Lists = { list(path: string, member: string): Promise<Record<string, unknown>[]> }

/** What people call a tenant, in brackets; '' where there is none of that account, or who asks may not list them. */
async function nameOf(accountId: string, server: Lists): Promise<string> {
  const found = await server.list(TENANTS, 'Tenants').catch((error: unknown) => {
    if (error instanceof CommandError) return []
    throw error
  })
  const name = found.find((one) => one['AccountId'] === accountId)?.['Name']
  return name === undefined ? '' : ` (${printable(String(name))})`
}

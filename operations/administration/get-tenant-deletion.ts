import { KmsError } from '../../core/base/errors.ts'
import { tenantItem } from '../../core/identity/credential.ts'
import { readAnyTenant } from '../../core/identity/tenant.ts'
import {
  DELETION_STATES,
  deletionDate,
  deletionState,
  MOST_DAYS,
} from '../../core/identity/tenant-deletion.ts'
import { regionDeletionItem } from '../../core/lifecycle/lifecycle-items.ts'
import { defineOperation } from '../../core/operation.ts'
import {
  integer,
  list,
  oneOf,
  optional,
  string,
  struct,
  timestamp,
} from '../../core/shape/shapes.ts'
import type { Store } from '../../core/store/store.ts'
import { accountId } from './admin-members.ts'
import { onAccount } from './admin-resources.ts'

const regionState = oneOf(['Waiting', 'DestroyingKeys', 'WaitingForCluster', 'Erasing', 'Done'])

/** How far the deletion of a tenant is; of one that was deleted, that it was and when. */
export const getTenantDeletion = defineOperation({
  name: 'GetTenantDeletion',
  summary: 'Tells how far the deletion of a tenant is, Region by Region, or that it was deleted.',
  http: 'GET /admin/v1/tenants/{AccountId}/deletion',
  audience: 'operator',
  administers: onAccount,
  input: struct({ AccountId: accountId }),
  output: struct({
    AccountId: accountId,
    DeletionState: oneOf(DELETION_STATES),
    ScheduledDate: timestamp,
    PendingWindowInDays: integer({ min: 1, max: MOST_DAYS }),
    DeletionDate: timestamp,
    BegunDate: optional(timestamp),
    KeysDestroyedDate: optional(timestamp),
    Regions: list(
      struct({ Region: string(), State: regionState, KeysDestroyed: integer({ min: 0 }) }),
    ),
    UnreachedRegions: list(string()),
  }),
  errors: ['NotFoundException'],
  keys: {},
  mutates: false,
  uses: ['read', 'related'],
  async run({ input: { AccountId } }, { read, related }) {
    const { deletion } = tenantItem.read(await readAnyTenant(read, AccountId))
    if (deletion === undefined) {
      throw new KmsError('NotFoundException', `Account ${AccountId} is not pending deletion.`)
    }
    const { keyless, regions = [], unreached = [] } = deletion
    return {
      AccountId,
      DeletionState: deletionState(deletion),
      ScheduledDate: deletion.asked,
      PendingWindowInDays: deletion.days,
      DeletionDate: deletionDate(deletion),
      BegunDate: deletion.begun,
      KeysDestroyedDate: keyless,
      Regions: await Promise.all(
        regions.map(async ({ region, keys }) =>
          keyless === undefined
            ? progressIn({ accountId: AccountId, region }, related)
            : { Region: region, State: 'Done' as const, KeysDestroyed: keys ?? 0 },
        ),
      ),
      UnreachedRegions: [...unreached],
    }
  },
})

/** Of a Region that does not answer nothing is known: it is waited for. */
async function progressIn(
  home: { readonly accountId: string; readonly region: string },
  store: Pick<Store, 'get'>,
) {
  const found = await store.get([regionDeletionItem.place(home)]).catch(() => [])
  const [item] = found
  const Region = home.region
  if (item === undefined) return { Region, State: 'Waiting' as const, KeysDestroyed: 0 }
  const { keys, keyless, cluster, done } = regionDeletionItem.read(item)
  const waits = cluster === true ? ('WaitingForCluster' as const) : ('Erasing' as const)
  const left = keyless === undefined ? ('DestroyingKeys' as const) : waits
  return { Region, State: done === undefined ? left : ('Done' as const), KeysDestroyed: keys }
}

import {
  installationIssuerItem,
  installationIssuerPlace,
  tenantValuesItem,
  valuesOf,
} from '../../core/identity/installation-issuer.ts'
import { defineOperation } from '../../core/operation.ts'
import { boolean, list, string, struct } from '../../core/shape/shapes.ts'
import type { Item, Store } from '../../core/store/store.ts'
import { marker } from '../members.ts'
import { accountPage, listsAccount } from './account-lists.ts'

/** items of one read; Store.get */
const READ = 100

/** Lists by which values of which issuers' tokens a tenant is named: those of registrations that are gone name nobody. */
export const listTenantValues = defineOperation({
  ...listsAccount,
  name: 'ListTenantValues',
  summary: "Lists by which values of the installation's issuers a tenant is named.",
  http: 'GET /admin/v1/tenants/{AccountId}/installation-issuers',
  output: struct({
    Issuers: list(struct({ IssuerId: string(), Values: list(string()) })),
    NextMarker: marker,
    Truncated: boolean,
  }),
  async run(call, ports) {
    const prefix = tenantValuesItem.prefix()
    const { items, members } = await accountPage(call, ports, 'ListTenantValues', prefix)
    const registrations = await registrationsOf(items, ports.read)
    const Issuers = items.flatMap((item) => {
      const IssuerId = tenantValuesItem.parts(item).issuer
      const Values = [...valuesOf(item, registrations.get(IssuerId))]
      return Values.length === 0 ? [] : [{ IssuerId, Values }]
    })
    return { Issuers, ...members }
  },
})

/** When each issuer that is registered was. */
async function registrationsOf(
  items: readonly Item[],
  read: Pick<Store, 'get'>,
): Promise<ReadonlyMap<string, number>> {
  const registrations = new Map<string, number>()
  for (let first = 0; first < items.length; first += READ) {
    const ids = items.slice(first, first + READ).map((item) => tenantValuesItem.parts(item).issuer)
    for (const [index, found] of (await read.get(ids.map(installationIssuerPlace))).entries()) {
      if (found === undefined) continue
      registrations.set(ids[index] ?? '', installationIssuerItem.read(found).created)
    }
  }
  return registrations
}

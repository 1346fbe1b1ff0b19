import { expect, test } from 'vitest'
import { tenantItem, tenantPlace } from '../../core/identity/credential.ts'
import { ownMark, type Release } from '../../core/item/formats.ts'
import { INSTALLATION, installationItem } from '../../core/item/installation.ts'
import { RELEASE } from '../../core/release.ts'
import { upgradeStore } from '../../server/upgrade.ts'
import { callService, install, processOver } from '../support/installed.ts'

test('Tenants have external ids and tags once no release that would lose them may use the store', async () => {
  const installed = await install()
  const { store, operator, tenant } = installed
  const former: Release = { ...RELEASE, generation: 1 }
  const [mark] = await store.get([INSTALLATION])
  if (mark === undefined) throw new Error('the store is furnished')
  const data = { ...installationItem.read(mark), format: former.generation }
  await store.put(installationItem.next(mark, data))
  const call = async (release: Release, operation: string, input: Record<string, unknown>) => {
    const service = processOver(installed, { mark: ownMark(release) })
    const { status, json } = await callService(service, operator, operation, input)
    return [status, json['detail'] ?? json['Name']]
  }
  const { accountId: AccountId } = tenant
  const words = 'Tenants have no external ids and tags until `tenkey upgrade` was run.'
  const labelled = { AccountId, ExternalId: 'crm-1' }
  expect(await call(former, 'UpdateTenant', labelled)).toEqual([400, words])
  const tagged = { Name: 'n', Tags: [{ TagKey: 'a', TagValue: 'b' }] }
  expect(await call(former, 'CreateTenant', tagged)).toEqual([400, words])
  expect(await call(former, 'UpdateTenant', { AccountId, Name: 'renamed' })).toEqual([
    200,
    'renamed',
  ])
  const [before] = await store.get([tenantPlace(AccountId)])
  expect(before?.format ?? 1).toBe(1)

  await upgradeStore(store, RELEASE)
  // what an older release wrote is read as it is, and written with what is new
  expect(await call(RELEASE, 'GetTenant', { AccountId })).toEqual([200, 'renamed'])
  expect(await call(RELEASE, 'UpdateTenant', labelled)).toEqual([200, 'renamed'])
  const [after] = await store.get([tenantPlace(AccountId)])
  expect(after?.format).toBe(4)
  expect(after && tenantItem.read(after)).toMatchObject({ name: 'renamed', externalId: 'crm-1' })
})

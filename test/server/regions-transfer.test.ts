import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { INSTALLATION, installationItem } from '../../core/item/installation.ts'
import { LAYOUT } from '../../core/layout.ts'
import { openReplicated } from '../../core/replicated.ts'
import { memoryStore } from '../../core/store/memory.ts'
import { exportStore, importStore } from '../../server/transfer.ts'
import type { JsonObject } from '../support/calls.ts'
import { Cut, cutStore } from '../support/cut-store.ts'
import { callService, processOver } from '../support/installed.ts'
import { AWAY, HOME, installRegions, THIRD } from '../support/installed-regions.ts'
import { lateTable } from '../support/late-table.ts'

const folder = mkdtempSync(join(tmpdir(), 'tenkey-regions-transfer-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const REGIONS = [HOME, AWAY, THIRD]

/** Empty tables of an installation in several Regions. */
function empty(replicas: readonly string[]) {
  const shared = lateTable(REGIONS, () => 300)
  const own = new Map(REGIONS.map((region) => [region, memoryStore()]))
  const stores = (servedRegion: string) =>
    openReplicated(
      {
        ...({ store: 'dynamodb', root: 'file:root.key', consistency: 'eventual' } as const),
        ...{ table: 'own', sharedTable: 'shared', replicas, servedRegion },
      },
      LAYOUT,
      (name, region) =>
        name === 'shared' ? shared.in(region) : (own.get(region) ?? memoryStore()),
      { wait: (ms) => shared.pass(ms), now: shared.now },
    )
  return { shared, stores }
}

test('what home has is restored by export and import: its own table and the shared one, with its home', async () => {
  const one = await installRegions({ delay: () => 300 })
  const { tenant } = one.installed
  const ok = async (
    region: string,
    name: string,
    input: JsonObject,
    service = one.service(region),
  ) => {
    const { status, json } = await callService(service, tenant, name, input, region)
    expect(status, `${name}: ${JSON.stringify(json)}`).toBeLessThan(300)
    return json
  }
  await one.settle()
  const { KeyMetadata } = await ok(HOME, 'CreateKey', { MultiRegion: true })
  const KeyId = String((KeyMetadata as JsonObject)['KeyId'])
  await one.settle()
  const { CiphertextBlob } = await ok(HOME, 'Encrypt', { KeyId, Plaintext: 'aGk=' })
  const file = join(folder, 'home.jsonl.gz')
  const { everywhere: from } = one.service(HOME)
  const { items } = await exportStore(from, file, Date.now())
  expect(items).toBeGreaterThan(5)

  // cut short, it is ended by the same import; nothing else is served meanwhile
  const there = empty(REGIONS)
  const { latest } = there.stores(HOME).regions
  await expect(importStore(cutStore(latest, 3, true), file)).rejects.toThrow(Cut)
  expect(await importStore(there.stores(HOME).regions.latest, file)).toMatchObject({ items })
  await there.shared.pass(there.shared.pending())
  for (const region of REGIONS) {
    const [item] = await there.shared.in(region).get([INSTALLATION])
    expect(item && installationItem.read(item)).toMatchObject({ home: HOME })
  }
  const service = processOver(
    { root: one.installed.root, store: there.stores(HOME).store },
    { ...there.stores(HOME), region: HOME, servedRegion: HOME },
  )
  const opened = await ok(HOME, 'Decrypt', { CiphertextBlob: String(CiphertextBlob) }, service)
  expect(opened['Plaintext']).toBe('aGk=')
  // from there it is replicated anew to Regions whose own tables are gone too
  await ok(HOME, 'ReplicateKey', { KeyId, ReplicaRegion: THIRD }, service)

  // tables whose settings begin with another home take nothing of it
  const other = empty([AWAY, HOME, THIRD])
  await expect(importStore(other.stores(AWAY).regions.latest, file)).rejects.toThrow(
    `TENKEY_REPLICAS begins with ${AWAY}`,
  )
  expect((await other.shared.in(AWAY).scan(undefined, 10)).items).toEqual([])
})

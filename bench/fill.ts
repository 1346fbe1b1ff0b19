import { keyArn, newKeyId } from '../core/base/arn.ts'
import { readConfig } from '../core/config.ts'
import { keyToItem } from '../core/key/key-item.ts'
import { keyring } from '../core/key/keyring.ts'
import { openStore } from '../core/service.ts'
import { makeDataFolder } from '../server/data-folder.ts'
import { furnish, openInstallation } from '../server/installation.ts'

/** Fills a new data folder with keys of its first tenant, without a server; answers their ids. */
export async function fillKeys(data: string, count: number): Promise<string[]> {
  const config = readConfig({ TENKEY_DATA: data })
  makeDataFolder(data)
  const store = await openStore(config)
  const root = await openInstallation(config, store)
  const { tenant } = await furnish(config, store, root, Date.now())
  const accountId = tenant?.accountId ?? ''
  const region = 'us-east-1'
  const keys = keyring({ store, root, capacity: 10, lifetime: 60_000 })
  const now = Date.now()
  await keys.createTenantKey(accountId, region, now)
  const ids: string[] = []
  for (let begin = 0; begin < count; begin += 500) {
    const batch = Array.from({ length: Math.min(500, count - begin) }, newKeyId)
    await Promise.all(batch.map(write))
    ids.push(...batch)
  }
  await store.close()
  await root.close()
  return ids

  async function write(id: string): Promise<void> {
    const bytes = crypto.getRandomValues(new Uint8Array(32))
    const owner = { accountId, region, keyId: id, spec: 'SYMMETRIC_DEFAULT' }
    const material = await keys.seal(owner, bytes, now)
    await store.put(
      keyToItem({
        accountId,
        region,
        id,
        arn: keyArn(region, accountId, id),
        version: 0,
        data: {
          spec: 'SYMMETRIC_DEFAULT',
          usage: 'ENCRYPT_DECRYPT',
          origin: 'AWS_KMS',
          state: 'Enabled',
          description: '',
          created: now,
          manager: 'CUSTOMER',
          multiRegion: false,
          tags: [],
          aliases: [],
          material,
        },
      }),
    )
  }
}

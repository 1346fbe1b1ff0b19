import { afterEach, expect, test, vi } from 'vitest'
import { readConfig } from '../../core/config.ts'
import { openStore } from '../../core/service.ts'
import { handler } from '../../functions/sweep.ts'
import { makeDataFolder } from '../../server/data-folder.ts'
import { openInstallation } from '../../server/installation.ts'
import { newFolder } from '../support/process.ts'

afterEach(() => vi.unstubAllEnvs())

const NOTHING = { rotated: 0, expired: 0, deleted: 0, aliasesRotated: 0, importsRemoved: 0 }

test('the sweeper’s Lambda function does what is due, while it has time', async () => {
  const data = newFolder()
  const config = readConfig({ TENKEY_DATA: data })
  makeDataFolder(data)
  const store = await openStore(config)
  const root = await openInstallation(config, store)
  const place = { pk: '111122223333/us-east-1', sk: 'import#a#b' }
  await store.put({ ...place, version: 1, due: 1, data: {} })
  await Promise.all([root.close(), store.close()])

  vi.stubEnv('TENKEY_STORE', 'sqlite')
  vi.stubEnv('TENKEY_DATA', data)
  const sweepFor = (ms: number) =>
    handler({ source: 'aws.scheduler' }, { getRemainingTimeInMillis: () => ms })
  expect(await sweepFor(5_000)).toEqual({ ...NOTHING, failed: 0, more: true })
  expect(await sweepFor(60_000)).toEqual({
    ...NOTHING,
    importsRemoved: 1,
    failed: 0,
    more: false,
  })
})

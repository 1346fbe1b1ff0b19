import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readConfig } from '../../core/config.ts'
import type { Service } from '../../core/service.ts'
import { openStore } from '../../core/service.ts'
import { bootstrap } from '../../server/bootstrap.ts'
import { operatorFile } from '../../server/credential-file.ts'
import { serve } from '../../server/serve.ts'
import { startSweeper } from '../../server/sweeper.ts'
import { newFolder, removeFolders } from '../support/process.ts'

afterAll(removeFolders)

describe('TENKEY_CREDENTIALS=none', () => {
  test('a server makes no credential, on a new store nor in a new folder of an old one', async () => {
    const data = newFolder()
    const config = readConfig({ TENKEY_DATA: data, TENKEY_PORT: '0', TENKEY_CREDENTIALS: 'none' })
    for (const _start of ['first', 'second']) {
      const running = await serve(config)
      expect(running).toMatchObject({ tenant: undefined, made: false })
      expect((await fetch(`${running.address}/health`)).status).toBe(200)
      await running.stop()
      expect(readdirSync(data).filter((name) => name.endsWith('.json'))).toEqual([])
    }
    // the operator's is made by who may, once, whether a server ran before or not
    const folder = join(data, 'operator')
    const store = await openStore(config)
    const made = { folder, another: false, now: Date.now() }
    await bootstrap(config, store, made)
    expect(existsSync(operatorFile(folder))).toBe(true)
    await expect(bootstrap(config, store, { ...made, folder: newFolder() })).rejects.toThrow(
      'the store has its operator',
    )
    await store.close()
  })
})

describe('TENKEY_SWEEP=off', () => {
  /** What a sweeper does in its first turn: whether it looks at the mark, and what its runs came to. */
  async function firstTurn(sweeps: boolean) {
    const store = await openStore(readConfig({ TENKEY_STORE: 'memory' }))
    const seen = { marks: 0, swept: [] as unknown[] }
    const mark = { refresh: async () => void seen.marks++ }
    const service = {
      ...{ mark, store, everywhere: store },
      ...{ now: () => 0, log: () => undefined },
    } as unknown as Service
    await new Promise<void>((resolve) => {
      const end = startSweeper(service, (result) => seen.swept.push(result), sweeps)
      setImmediate(() => resolve(end()))
    })
    return seen
  }

  test('a server that does not sweep looks at the store’s mark still', async () => {
    expect(await firstTurn(false)).toEqual({ marks: 1, swept: [] })
  })

  test('by itself it sweeps', async () => {
    const { marks, swept } = await firstTurn(true)
    expect(marks).toBe(1)
    expect(swept).toHaveLength(1)
  })
})

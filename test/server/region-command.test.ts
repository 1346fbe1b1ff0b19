// @module-tag process
// @module-tag dynamodb
import {
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  ReplicateKeyCommand,
} from '@aws-sdk/client-kms'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { INSTALLATION, installationItem } from '../../core/item/installation.ts'
import { keyItem } from '../../core/key/key-items.ts'
import { dynamodbStore } from '../../core/store/dynamodb.ts'
import { memoryStore } from '../../core/store/memory.ts'
import { rejoinRegion } from '../../server/region-rejoin.ts'
import { runCommand } from '../support/command.ts'
import { startDynalite } from '../support/dynalite.ts'
import { DAY } from '../support/life.ts'
import { newFolder, removeFolders, type ServerProcess, startServer } from '../support/process.ts'

/**
 * `tenkey region` over DynamoDB's protocol. An endpoint on this machine has one table of a name for all Regions, so
 * replicas agree at once here; what comes late is in home-move.test.ts and forget-region.test.ts.
 */

// what is waited for is nobody's here
vi.mock('node:timers/promises', async (load) => {
  const timers = await load<typeof import('node:timers/promises')>()
  return { ...timers, setTimeout: (ms: number) => timers.setTimeout(Math.min(ms, 10)) }
})

const HOME = 'eu-west-1'
const AWAY = 'eu-central-1'

let dynalite: Awaited<ReturnType<typeof startDynalite>>
const running: ServerProcess[] = []
beforeAll(async () => {
  dynalite = await startDynalite()
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await Promise.all(running.map((server) => server.stop('SIGKILL')))
  await dynalite.stop()
  removeFolders()
})

test('a Region that is lost, and was home: another is home, takes over its primaries, and it may be left out', async () => {
  const data = newFolder()
  const settings = (regions: string, region: string) => ({
    ...{ TENKEY_DATA: data, TENKEY_STORE: 'dynamodb', TENKEY_TABLE: 'own' },
    ...{ TENKEY_SHARED_TABLE: 'shared', TENKEY_REPLICAS: regions, TENKEY_REGION: region },
    ...{ AWS_REGION: region, AWS_ENDPOINT_URL_DYNAMODB: dynalite.endpoint },
    ...{ AWS_ACCESS_KEY_ID: 'AKIDTEST', AWS_SECRET_ACCESS_KEY: 'made-up' },
  })
  const start = async (regions: string, region: string) => {
    const server = await startServer(settings(regions, region))
    running.push(server)
    return server.kms()
  }
  const tenkey = (regions: string, ...words: string[]) => tenkeyIn(AWAY, regions, ...words)
  const tenkeyIn = async (region: string, regions: string, ...words: string[]) => {
    const environment = settings(regions, region)
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
    return runCommand([...words, '--json'], environment)
  }
  const [before, after] = [`${HOME},${AWAY}`, `${AWAY},${HOME}`]
  const home = await start(before, HOME)
  const { KeyMetadata } = await home.send(new CreateKeyCommand({ MultiRegion: true }))
  const KeyId = KeyMetadata?.KeyId ?? ''
  await home.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: AWAY }))
  const Plaintext = Buffer.from('secret')
  const { CiphertextBlob } = await home.send(new EncryptCommand({ KeyId, Plaintext }))

  const early = await tenkey(before, 'region', 'forget', HOME)
  expect(early).toMatchObject({ code: 1, stderr: expect.stringContaining('is home') })
  const moved = await tenkey(before, 'region', 'move-home', AWAY, '--lost')
  expect(moved.stderr).toBe('')
  expect(JSON.parse(moved.stdout)).toMatchObject({
    ...{ from: HOME, to: AWAY, setting: `TENKEY_REPLICAS=${after}` },
  })
  // settings of before are none any more
  const stale = await tenkey(before, 'region', 'forget', HOME)
  expect(stale.stderr).toContain(
    `begins with ${HOME}, but the home of this installation is ${AWAY}`,
  )
  const forgotten = await tenkey(after, 'region', 'forget', HOME)
  expect(forgotten.stderr).toBe('')
  expect(JSON.parse(forgotten.stdout)).toMatchObject({
    ...{ region: HOME, replica: 0, primary: 1, alone: 0 },
    next: expect.stringContaining(`leave ${HOME} on the list`),
  })

  // again, and from the Region itself, which serves nobody any more
  const once = await tenkeyIn(HOME, after, 'region', 'forget', HOME)
  expect(once.stderr).toBe('')
  expect(JSON.parse(once.stdout)).toMatchObject({ replica: 0, primary: 0, alone: 0 })

  const away = await start(after, AWAY)
  const found = await away.send(new DescribeKeyCommand({ KeyId }))
  expect(found.KeyMetadata?.MultiRegionConfiguration).toMatchObject({
    ...{ MultiRegionKeyType: 'PRIMARY', PrimaryKey: { Region: AWAY }, ReplicaKeys: [] },
  })
  const opened = await away.send(new DecryptCommand({ CiphertextBlob }))
  expect(Buffer.from(opened.Plaintext ?? [])).toEqual(Plaintext)

  // should it come back it serves nobody: its table still has what others took over
  await expect(start(after, HOME)).rejects.toThrow(`tenkey region rejoin ${HOME}`)
  const stillThere = await tenkey(after, 'region', 'rejoin', HOME)
  expect(stillThere).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`1 multi-Region keys are still in the table of ${HOME}`),
  })
  const own = dynamodbStore({ table: `own.${HOME}`, region: HOME })
  const { items } = await own.scan(undefined, 1000)
  const left = items.filter((item) => keyItem.is(item) && keyItem.parts(item).region === HOME)
  expect(left.length).toBeGreaterThan(0)
  for (const item of left) await own.delete(item, item.version)
  await own.close()
  const rejoined = await tenkey(after, 'region', 'rejoin', HOME)
  expect(rejoined.stderr).toBe('')
  expect(JSON.parse(rejoined.stdout)).toMatchObject({
    ...{ region: HOME, keys: 0, setting: `TENKEY_REPLICAS=${after}` },
  })
  const twice = await tenkey(after, 'region', 'rejoin', HOME)
  expect(twice).toMatchObject({ code: 1, stderr: expect.stringContaining('was not forgotten') })
  const back = await start(after, HOME)
  await away.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: HOME }))
  const again = await back.send(new DecryptCommand({ CiphertextBlob }))
  expect(Buffer.from(again.Plaintext ?? [])).toEqual(Plaintext)

  // a move that was begun and cut long ago: the same call ends it, and tells since when nobody writes
  const at = Date.now() - DAY
  const shared = dynamodbStore({ table: 'shared', region: AWAY })
  const [installation] = await shared.get([INSTALLATION])
  if (installation === undefined) throw new Error('there is no installation')
  const known = installationItem.read(installation)
  const begun = { ...known, homeMoving: { to: HOME, at } }
  expect(await shared.put(installationItem.next(installation, begun))).toBe(true)
  await shared.close()
  const ended = await tenkey(after, 'region', 'move-home', HOME)
  expect(ended.stderr).toBe('')
  expect(JSON.parse(ended.stdout)).toEqual({
    ...{ from: AWAY, to: HOME, fenced: new Date(at).toISOString() },
    setting: `TENKEY_REPLICAS=${before}`,
    next: expect.stringContaining(`STACK_REPLICAS_HOME=${HOME} and deploy`),
  })
  const nothing = await tenkey(before, 'region', 'move-home', HOME)
  expect(JSON.parse(nothing.stdout)).toEqual({
    ...{ from: HOME, to: HOME, setting: `TENKEY_REPLICAS=${before}` },
    next: `${HOME} is home already: nothing was done`,
  })
})

test('a Region that is being forgotten can’t rejoin before that is ended', async () => {
  const store = memoryStore()
  const data = { format: 1, root: 'r', home: HOME, forgetting: AWAY }
  await store.put(installationItem.item(INSTALLATION, 1, data))
  const asked = { regions: [HOME, AWAY], own: store, store, record: async () => {}, now: 0 }
  await expect(rejoinRegion({ ...asked, region: AWAY })).rejects.toThrow('end that first')
  await expect(rejoinRegion({ ...asked, region: HOME })).rejects.toThrow('was not forgotten')
})

test('without Regions there is nothing to move or forget', async () => {
  for (const words of [
    ['move-home', AWAY],
    ['forget', AWAY],
    ['rejoin', AWAY],
  ]) {
    const said = await runCommand(['region', ...words], {
      ...{ TENKEY_STORE: 'dynamodb', TENKEY_TABLE: 'own', AWS_REGION: AWAY },
    })
    expect(said).toMatchObject({ code: 1, stderr: expect.stringContaining('no Regions') })
  }
})

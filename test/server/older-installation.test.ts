// @module-tag process
import { chmodSync, cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  type KMSClient,
  ListAliasesCommand,
  ListGrantsCommand,
  VerifyCommand,
  VerifyMacCommand,
} from '@aws-sdk/client-kms'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { INSTALLATION, installationItem } from '../../core/item/installation.ts'
import { kindOf } from '../../core/item/item-kind.ts'
import { ITEMS } from '../../core/items.ts'
import { RELEASE } from '../../core/release.ts'
import { memoryStore } from '../../core/store/memory.ts'
import { sqliteStore } from '../../core/store/sqlite.ts'
import type { Item, Store } from '../../core/store/store.ts'
import { allItems, importStore } from '../../server/transfer.ts'
import kept from '../golden/installation-1/kept.json' with { type: 'json' }
import { runCommand } from '../support/command.ts'
import {
  newFolder,
  removeFolders,
  runScript,
  type ServerProcess,
  startServer,
} from '../support/process.ts'

/** What 0.1.0 left on a disk; test/golden/make-installation.ts says how. */
const GOLDEN = fileURLToPath(new URL('../golden/installation-1/', import.meta.url))
const EXPORT = join(GOLDEN, 'export.jsonl.gz')
const FILES = ['root.key', 'tenant.json', 'operator.json'] as const

const running: ServerProcess[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()))
})
afterAll(removeFolders)

/** A data folder with some of the files of the old one. */
function folderWith(...files: readonly string[]): string {
  const data = newFolder()
  mkdirSync(data, { mode: 0o700 })
  for (const name of files) {
    cpSync(join(GOLDEN, name), join(data, name))
    // git keeps no modes but the one for programs
    chmodSync(join(data, name), 0o600)
  }
  return data
}

async function start(data: string): Promise<KMSClient> {
  const server = await startServer({ TENKEY_DATA: data })
  running.push(server)
  return server.kms()
}

const bytes = (base64: string) => Buffer.from(base64, 'base64')
const Message = Buffer.from('golden')

/** Whether all that callers of the old installation kept is still of use to them. */
async function everythingOpens(kms: KMSClient): Promise<void> {
  for (const { text, blob } of kept.ciphertexts) {
    const input = { CiphertextBlob: bytes(blob), EncryptionContext: { golden: 'yes' } }
    const { Plaintext = [] } = await kms.send(new DecryptCommand(input))
    expect(Buffer.from(Plaintext).toString()).toBe(text)
  }
  const { plain, mac, signer, external } = kept.keys
  const { MacValid } = await kms.send(
    new VerifyMacCommand({
      KeyId: mac,
      Message,
      Mac: bytes(kept.mac),
      MacAlgorithm: 'HMAC_SHA_256',
    }),
  )
  const { SignatureValid } = await kms.send(
    new VerifyCommand({
      KeyId: signer,
      Message,
      Signature: bytes(kept.signature),
      SigningAlgorithm: 'ECDSA_SHA_256',
    }),
  )
  expect([MacValid, SignatureValid]).toEqual([true, true])
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: external }))
  expect(KeyMetadata).toMatchObject({ Origin: 'EXTERNAL', KeyState: 'PendingImport' })
  const { Grants } = await kms.send(new ListGrantsCommand({ KeyId: plain }))
  expect(Grants?.map(({ GrantId }) => GrantId)).toEqual([kept.grantId])
  const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId: plain }))
  expect(JSON.parse(Policy ?? '')).toMatchObject({ Statement: [{ Action: 'kms:*' }] })
  const { Aliases } = await kms.send(new ListAliasesCommand({}))
  const names = Aliases?.map(({ AliasName }) => AliasName)
  expect(names).toEqual(['alias/aws/s3', 'alias/golden', 'alias/moving'])
}

async function itemsOf(store: Store): Promise<Item[]> {
  const found: Item[] = []
  for await (const item of allItems(store)) found.push(item)
  return found
}

describe('An installation of 0.1.0', () => {
  test('opens: its ciphertexts, signatures, grants, policies and aliases are what they were', async () => {
    const kms = await start(folderWith('tenkey.db', ...FILES))
    await everythingOpens(kms)
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
    const alias = { AliasName: 'alias/later', TargetKeyId: KeyMetadata?.KeyId }
    await kms.send(new CreateAliasCommand(alias))
  })

  test('is imported from its export', async () => {
    const data = folderWith(...FILES)
    const settings = { TENKEY_DATA: data }
    expect(await runCommand(['import', '--file', EXPORT], settings)).toMatchObject({ code: 0 })
    await everythingOpens(await start(data))
  })

  test('has every item of a kind that is listed, and most kinds', async () => {
    const store = memoryStore()
    await importStore(store, EXPORT)
    const kinds = (await itemsOf(store)).map((item) => kindOf(ITEMS, item))
    expect(kinds).not.toContain(undefined)
    // all that release kept, but the test clock, principals and their names, issuers, last usage and tombstones
    expect(new Set(kinds).size).toBe(18)
  })
})

/** A data folder whose store a newer tenkey writes. */
async function newerFolder(): Promise<string> {
  const data = folderWith('tenkey.db', ...FILES)
  const store = sqliteStore({ file: join(data, 'tenkey.db') })
  const [item] = await store.get([INSTALLATION])
  if (item === undefined) throw new Error('there is no installation')
  const format = RELEASE.generation + 1
  await store.put(installationItem.next(item, { ...installationItem.read(item), format }))
  await store.close()
  return data
}

const TOO_NEW = new RegExp(
  `^tenkey: the store was made by a newer tenkey \\(format ${RELEASE.generation + 1}\\): this one reads up to format ${RELEASE.generation}\\n$`,
)

describe('tenkey upgrade', () => {
  test('says from which format to which', async () => {
    const settings = { TENKEY_DATA: folderWith('tenkey.db', ...FILES) }
    const { code, stdout } = await runCommand(['upgrade', '--json'], settings)
    expect({ code, ...JSON.parse(stdout) }).toEqual({ code: 0, from: 1, to: RELEASE.generation })
    expect(await runCommand(['upgrade'], settings)).toMatchObject({
      stdout: `from  ${RELEASE.generation}\nto    ${RELEASE.generation}\n`,
    })
  })

  test('is refused on a store of a newer tenkey, or where there is none', async () => {
    const newer = await runCommand(['upgrade'], { TENKEY_DATA: await newerFolder() })
    expect(newer).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(TOO_NEW) })
    const none = await runCommand(['upgrade'], { TENKEY_DATA: newFolder() })
    expect(none.stderr).toMatch(/^tenkey: there is no store: [^\n]+\n$/)
  })

  test('a store of a newer tenkey is refused at the start, with one line', async () => {
    const settings = { TENKEY_DATA: await newerFolder(), TENKEY_PORT: '0' }
    const { code, stdout, stderr } = await runScript('server/main.ts', [], settings)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(TOO_NEW)
  })

  test('and by every command that writes', async () => {
    const data = await newerFolder()
    const settings = { TENKEY_DATA: data }
    const moved = await runCommand(['root', 'move', '--to', `file:${data}/other.key`], settings)
    expect(moved).toMatchObject({ code: 1, stderr: expect.stringMatching(TOO_NEW) })
  })
})

import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sweep } from '../../core/lifecycle/sweep.ts'
import type { Service } from '../../core/service.ts'
import { sqliteStore } from '../../core/store/sqlite.ts'
import type { Item } from '../../core/store/store.ts'
import { allItems } from '../../server/transfer.ts'
import type { JsonObject } from '../support/calls.ts'
import { callService, type Installed, processOver } from '../support/installed.ts'
import type { Credential } from '../support/target.ts'
import type { World } from './world.ts'

/** ms */
const DAY = 86_400_000

/** What was attacked, taken to a SQLite file of its own: what is done to it there harms no further case. */
interface Aftermath {
  readonly world: World
  readonly file: string
  readonly installed: Installed
  readonly service: Service
  /** an account's items, by its root's credential */
  readonly victim: Credential
  /** what is answered: undefined for success, else the refusal's code */
  refusal(credential: Credential, operation: string, input: JsonObject): Promise<unknown>
  ok(credential: Credential, operation: string, input?: JsonObject): Promise<JsonObject>
}

/** A promise of docs/threat-model.md, by its heading, and what must hold of it now. @returns what does not */
type Promised = (after: Aftermath) => Promise<string | false>

const idOf = (made: JsonObject): string => String((made['KeyMetadata'] as JsonObject)['KeyId'])
const sealedBy = async ({ ok, victim }: Aftermath, KeyId: string): Promise<string> =>
  String((await ok(victim, 'Encrypt', { KeyId, Plaintext: 'AAAA' }))['CiphertextBlob'])

async function itemsOf({ installed }: Pick<Aftermath, 'installed'>): Promise<Item[]> {
  const items: Item[] = []
  for await (const item of allItems(installed.store)) items.push(item)
  return items
}

/** The promises; the test of this suite reads the headings of the document, and wants one here for each. */
export const PROMISES: Readonly<Record<string, Promised>> = {
  "No answer, log, error, metric or audit record contains plaintext key material, a secret, or another tenant's existence":
    async (after) => {
      const { world, ok, refusal, victim } = after
      const attacker = credentialOf(world, 'root')
      const stored = JSON.stringify(await itemsOf(after))
      if (world.secrets.some((secret) => stored.includes(secret))) return 'a secret is stored'
      const trail = JSON.stringify(await ok(attacker, 'ListAuditRecords', { Limit: 100 }))
      if (world.secrets.some((secret) => trail.includes(secret))) return 'the trail has a secret'
      const none = '00000000-0000-4000-8000-000000000000'
      const told = []
      for (const id of [world.victim.keyId, none]) {
        const KeyId = `arn:aws:kms:us-east-1:${victim.accountId}:key/${id}`
        told.push(await refusal(attacker, 'DescribeKey', { KeyId }))
      }
      return told[0] !== told[1] && `a key that is there is told from one that is not: ${told}`
    },

  'An acknowledged write survives a crash; an unacknowledged one leaves nothing visible': async ({
    file,
    installed,
    ok,
    victim,
  }) => {
    const KeyId = idOf(await ok(victim, 'CreateKey', { Description: 'acknowledged' }))
    const left = `${file}.crashed`
    for (const end of ['', '-wal']) if (existsSync(file + end)) copyFileSync(file + end, left + end)
    const service = processOver({ store: sqliteStore({ file: left }), root: installed.root })
    const { json } = await callService(service, victim, 'DescribeKey', { KeyId })
    await service.close()
    const { Description } = (json['KeyMetadata'] ?? {}) as JsonObject
    return Description !== 'acknowledged' && `the key is lost: ${JSON.stringify(json)}`
  },

  "A tenant's items are useless without that tenant's key, and that key without its root": async (
    after,
  ) => {
    const { world, installed, victim, ok, refusal } = after
    const attacker = credentialOf(world, 'root')
    const KeyId = idOf(await ok(victim, 'CreateKey'))
    const own = idOf(await ok(attacker, 'CreateKey'))
    const items = await itemsOf(after)
    const stolen = items.find(({ sk }) => sk === `key#${KeyId}`)
    const mine = items.find(({ sk }) => sk === `key#${own}`)
    if (stolen === undefined || mine === undefined) return 'a key has no item'
    // a writer of the store puts the victim's material into a key of its own
    const data = { ...mine.data, material: stolen.data['material'] ?? null }
    await installed.store.put({ ...mine, version: mine.version + 1, data })
    const told = await refusal(attacker, 'Encrypt', { KeyId: own, Plaintext: 'AAAA' })
    return told === undefined && 'the material of another tenant’s key opens'
  },

  'After DisableKey, a revoked credential or a suspended tenant is acknowledged, no later call succeeds anywhere':
    async ({ installed, ok, refusal, victim, world }) => {
      const KeyId = idOf(await ok(victim, 'CreateKey'))
      await ok(victim, 'DisableKey', { KeyId })
      const told = [await refusal(victim, 'Encrypt', { KeyId, Plaintext: 'AAAA' })]
      const admin = credentialOf(world, 'admin')
      const { operator } = installed
      const named = { AccountId: admin.accountId, AccessKeyId: admin.accessKeyId }
      await ok(operator, 'UpdateAccessKey', { ...named, Status: 'Inactive' })
      told.push(await refusal(admin, 'ListKeys', {}))
      await ok(operator, 'SuspendTenant', { AccountId: admin.accountId })
      told.push(await refusal(credentialOf(world, 'session'), 'ListKeys', {}))
      const wanted = ['DisabledException', 'UnrecognizedClientException', 'AccessDeniedException']
      return told.join() !== wanted.join() && `answered ${told}`
    },

  'Deleting never happens before its date, and never to a key whose deletion was cancelled': async (
    after,
  ) => {
    const { ok, refusal, service, victim } = after
    const [early, cancelled] = [
      idOf(await ok(victim, 'CreateKey')),
      idOf(await ok(victim, 'CreateKey')),
    ]
    const blob = await sealedBy(after, early)
    for (const KeyId of [early, cancelled]) {
      await ok(victim, 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 })
    }
    await ok(victim, 'CancelKeyDeletion', { KeyId: cancelled })
    await sweep(service, { now: Date.now() + 6 * DAY, limit: 1_000 })
    await ok(victim, 'CancelKeyDeletion', { KeyId: early })
    await sweep(service, { now: Date.now() + 30 * DAY, limit: 1_000 })
    for (const KeyId of [early, cancelled]) await ok(victim, 'EnableKey', { KeyId })
    const told = await refusal(victim, 'Decrypt', { CiphertextBlob: blob })
    return told !== undefined && `a key that is not to be deleted is gone: ${told}`
  },

  'What was destroyed is in no file of the store': async (after) => {
    const { file, ok, service, victim } = after
    const KeyId = idOf(await ok(victim, 'CreateKey'))
    const item = (await itemsOf(after)).find(({ sk }) => sk === `key#${KeyId}`)
    const { wrapped } = (item?.data['material'] ?? {}) as { wrapped?: string }
    if (wrapped === undefined) return 'a key has no material'
    await ok(victim, 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 })
    await sweep(service, { now: Date.now() + 8 * DAY, limit: 1_000 })
    const files = ['', '-wal', '-shm'].map((end) => file + end).filter((path) => existsSync(path))
    const left = files.some((path) => {
      const bytes = readFileSync(path)
      return bytes.includes(wrapped) || bytes.includes(Buffer.from(wrapped, 'base64'))
    })
    return left && 'wrapped material of a destroyed key is in a file'
  },

  'Every ciphertext ever produced decrypts until its key is deleted; and never after': async (
    after,
  ) => {
    const { ok, refusal, service, victim, world } = after
    const opened = await ok(victim, 'Decrypt', { CiphertextBlob: world.victim.ciphertext })
    if (opened['Plaintext'] !== world.victim.plaintext) return 'another plaintext'
    const KeyId = idOf(await ok(victim, 'CreateKey'))
    const blob = await sealedBy(after, KeyId)
    await ok(victim, 'ScheduleKeyDeletion', { KeyId, PendingWindowInDays: 7 })
    await sweep(service, { now: Date.now() + 8 * DAY, limit: 1_000 })
    const told = await refusal(victim, 'Decrypt', { CiphertextBlob: blob })
    return told !== 'AccessDeniedException' && `after its deletion: ${told}`
  },
}

function credentialOf({ credentials }: World, name: 'root' | 'admin' | 'session'): Credential {
  const found = credentials.get(name)
  if (found === undefined) throw new Error(`nobody is ${name}`)
  return found
}

/** Asks for every promise once more, of what the cases left. @returns those that are broken */
export async function brokenPromises(world: World): Promise<string[]> {
  await world.service.audit.flush()
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-hostile-'))
  try {
    const broken: string[] = []
    const whole = join(folder, 'whole.db')
    const store = sqliteStore({ file: whole })
    for await (const item of allItems(world.installed.store)) await store.add(item)
    await store.close()
    for (const [index, [promise, holds]] of Object.entries(PROMISES).entries()) {
      const file = join(folder, `${index}.db`)
      copyFileSync(whole, file)
      const what = await asked(holds, file, world)
      if (what !== undefined) broken.push(`${promise}: ${what}`)
    }
    return broken
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function asked(holds: Promised, file: string, world: World): Promise<string | undefined> {
  // the services of one promise end before the next is asked for; the root goes on
  const root = { ...world.installed.root, close: async () => undefined }
  const installed = { ...world.installed, store: sqliteStore({ file }), root }
  const service = processOver(installed)
  const call = async (credential: Credential, operation: string, input: JsonObject) => {
    const { status, json } = await callService(service, credential, operation, input)
    return status < 300 ? { json } : { json, code: String(json['code']) }
  }
  try {
    const what = await holds({
      world,
      file,
      installed,
      service,
      victim: world.victim.credential,
      refusal: async (...asking) => (await call(...asking)).code,
      async ok(credential, operation, input = {}) {
        const { code, json } = await call(credential, operation, input)
        if (code !== undefined) throw new Error(`${operation}: ${JSON.stringify(json)}`)
        return json
      },
    })
    return what === false ? undefined : what
  } catch (error) {
    return String(error)
  } finally {
    await service.close()
  }
}

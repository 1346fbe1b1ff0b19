// @module-tag process
import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { type Hsm, TokenFailure, type TokenStore } from '../../core/custom-key-store/cluster.ts'
import type { HsmOptions } from '../../server/hsm/hsm.ts'
import { CKM_AES_GCM, CKM_AES_KEY_GEN, CKM_CLOUDHSM_AES_GCM, CKR } from '../../server/hsm/pkcs11.ts'
import { type Registration, registrationsFile } from '../../server/hsm/registrations.ts'
import { identityOf } from '../../server/hsm/token-identity.ts'
import type { FakeToken, TokenFault } from '../support/fake-pkcs11.ts'
import { slice } from '../support/slice.ts'
import { fakeTokens, PASSWORD } from '../support/tokens.ts'

/** What tokens and their modules do that they should not, and what comes of it. */

const ACCOUNT = '111122223333'
const AAD = Buffer.from('additional')
const tokens = fakeTokens()
const open: Hsm[] = []
const logged: Readonly<Record<string, unknown>>[] = []
beforeEach(() => void logged.splice(0))
afterAll(async () => {
  await Promise.all(open.map((one) => one.close()))
})

let stores = 0
interface World {
  readonly registration: Registration
  readonly store: TokenStore
  readonly hsm: Hsm
  readonly name: string
  readonly change: (change: Partial<FakeToken>) => void
  readonly fault: (...faults: TokenFault[]) => void
}

/** @param more of the token */
async function world(more: Partial<FakeToken> = {}, options: HsmOptions = {}): Promise<World> {
  const registration = tokens.register(ACCOUNT)
  tokens.change(registration, more)
  const hsm = tokens.open(options, (_level, entry) => void logged.push(entry))
  open.push(hsm)
  const { cluster } = registration
  const store = {
    accountId: ACCOUNT,
    region: 'us-east-1',
    id: `cks-${++stores}`,
    cluster,
    sealed: 'sealed',
    password: async () => PASSWORD,
  }
  const change = (what: Partial<FakeToken>) => tokens.change(registration, what)
  const name = randomBytes(16).toString('hex')
  return { registration, store, hsm, name, change, fault: (...faults) => change({ faults }) }
}

async function made(more: Partial<FakeToken> = {}, options: HsmOptions = {}) {
  const one = await world(more, options)
  await one.hsm.generateKey(one.store, one.name, 'key')
  const plaintext = randomBytes(32)
  const sealed = await one.hsm.encrypt(one.store, one.name, { plaintext, aad: AAD })
  const encrypt = () => one.hsm.encrypt(one.store, one.name, { plaintext, aad: AAD })
  const decrypt = () => one.hsm.decrypt(one.store, one.name, { ...sealed, aad: AAD })
  return { ...one, plaintext, sealed, encrypt, decrypt }
}

async function reasonOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'done'
  } catch (error) {
    return error instanceof TokenFailure ? error.reason : String(error)
  }
}

/** Codes and what comes of them; in `npm test` without those `alike`, of which another row has the same end. */
type Code = readonly [name: keyof typeof CKR, reason: string]
const codes = (rows: readonly Code[], alike: readonly (keyof typeof CKR)[]): readonly Code[] =>
  slice(rows, ([name]) => !alike.includes(name))

const hours = 3_600_000
const WITHIN = { timeout: 60_000, interval: 50 }
const LONG = { limits: { use: hours, other: hours } }
/** Limits that a test shortens for what hangs: nothing else is ever late. */
const changing = () => ({ limits: { use: hours, other: hours } })

describe('a token that can not have keys of a store', () => {
  test.for<[title: string, more: Partial<FakeToken>, reason: string]>([
    ['encrypts by no AES-GCM', { mechanisms: [CKM_AES_KEY_GEN] }, 'Unfit'],
    ['generates no AES keys', { mechanisms: [CKM_AES_GCM] }, 'Unfit'],
    ['is not initialized', { initialized: false }, 'NotInitialized'],
    ['is of another label', { label: 'another' }, 'NotFound'],
    ['is another than was registered', { serial: '2' }, 'NotFound'],
  ])('%s', async ([, more, reason]) => {
    const { hsm, registration } = await world(more)
    expect(await reasonOf(hsm.inspect(ACCOUNT, registration.cluster))).toBe(reason)
    const { cluster } = registration
    expect(logged).toMatchObject([{ cluster, token: reason }])
  })

  test('makes keys that can be extracted: none of them is left', async () => {
    const { hsm, store, name, registration } = await world({ extractable: true })
    expect(await reasonOf(hsm.generateKey(store, name, 'key'))).toBe('Unfit')
    expect(tokens.keysIn(registration)).toEqual([])
  })

  test('is asked of a key that an earlier try has made, too', async () => {
    const { hsm, store, name, registration, fault } = await world({ extractable: true })
    // the key is there when this fails, and the call is made again in another process
    fault({ function: 'C_GetAttributeValue', times: 1 })
    expect(await reasonOf(hsm.generateKey(store, name, 'key'))).toBe('Unfit')
    expect(tokens.keysIn(registration)).toEqual([])
  })

  test('is of a module that others may write to since it was registered', async () => {
    const { hsm, store, registration } = await world()
    chmodSync(registration.module, 0o666)
    expect(await reasonOf(hsm.inspect(ACCOUNT, registration.cluster))).toBe('Unfit')
    expect(await reasonOf(hsm.connect(store))).toBe('Unfit')
    chmodSync(registration.module, 0o644)
    await hsm.connect(store)
  })

  test('is of a file of registrations that others may write to since it was read', async () => {
    const { hsm, registration } = await world()
    await hsm.inspect(ACCOUNT, registration.cluster)
    const file = registrationsFile(tokens.data)
    chmodSync(file, 0o666)
    expect(await reasonOf(hsm.inspect(ACCOUNT, registration.cluster))).toMatch(/writable by others/)
    chmodSync(file, 0o600)
    await hsm.inspect(ACCOUNT, registration.cluster)
  })

  test('a slot by its number: with a token, without one, none of the number', async () => {
    const registration = tokens.register(ACCOUNT, { token: 7 })
    const other = tokens.register(ACCOUNT, { token: 8 })
    const hsm = tokens.open()
    await hsm.inspect(ACCOUNT, registration.cluster)
    tokens.remove(registration)
    expect(await reasonOf(hsm.inspect(ACCOUNT, registration.cluster))).toBe('Absent')
    expect(await reasonOf(hsm.inspect(ACCOUNT, other.cluster))).toBe('NotFound')
  })
})

describe('a login', () => {
  test.for<[title: string, more: Partial<FakeToken>, reason: string]>([
    ['with a PIN that is another', { pin: 'another-password' }, 'WrongPassword'],
    ['of a user who is locked out', { tries: 0 }, 'LockedOut'],
    ['of a user whom the token does not have', { hasUser: false }, 'NoUser'],
    ['of a user who is logged in elsewhere', { elsewhere: true }, 'LoggedIn'],
    ['at a token that is not initialized', { initialized: false }, 'NotInitialized'],
  ])('%s', async ([, more, reason]) => {
    const { hsm, store } = await world(more)
    expect(await reasonOf(hsm.connect(store))).toBe(reason)
    expect(logged).toMatchObject([{ customKeyStore: store.id, token: reason }])
    expect(JSON.stringify(logged)).not.toContain(PASSWORD)
  })

  test('is never tried at another token that has the label now: nothing of its user is asked or locked', async () => {
    const { hsm, store, name, registration, change } = await world({
      ...{ serial: '2', pin: 'of another' },
    })
    for (const work of [() => hsm.connect(store), () => hsm.random(store, 8)]) {
      expect(await reasonOf(work())).toBe('NotFound')
    }
    expect(tokens.read(registration)).toMatchObject({ logins: 0, tries: 5 })
    const message =
      'the token there is ["tests","file","2"], and ["tests","file","1"] was registered'
    expect(logged).toMatchObject([{ customKeyStore: store.id, token: 'NotFound', message }, {}])
    change({ serial: '1', pin: PASSWORD })
    expect(await reasonOf(hsm.random(store, 8))).toBe('done')
    // one that takes its place while it is in use
    const { restarts } = tokens.read(registration)
    change({ serial: '2', restarts: restarts + 1 })
    const { logins } = tokens.read(registration)
    expect(await reasonOf(hsm.generateKey(store, name, 'key'))).toBe('NotFound')
    expect(tokens.read(registration)).toMatchObject({ logins })
  })

  test('at a token that told no serial number asks whichever has the label', async () => {
    const { store, hsm } = await world()
    const identity = identityOf({ manufacturer: 'tests', model: 'file', serial: '' })
    const { cluster } = tokens.register(ACCOUNT, { identity })
    expect(await reasonOf(hsm.connect({ ...store, cluster }))).toBe('done')
  })

  test('that is refused is not tried again before somebody connects: no PIN is locked by use', async () => {
    const { hsm, store, registration, change } = await world({ pin: 'another-password' })
    await reasonOf(hsm.connect(store))
    for (let count = 0; count < 20; count++) {
      expect(await reasonOf(hsm.random(store, 8))).toBe('WrongPassword')
    }
    expect(tokens.read(registration)).toMatchObject({ logins: 1, tries: 4 })
    change({ pin: PASSWORD })
    expect(await reasonOf(hsm.random(store, 8))).toBe('WrongPassword')
    await hsm.connect(store)
    expect(await reasonOf(hsm.random(store, 8))).toBe('done')
  })

  test('is tried no oftener than every so often where the token is away', async () => {
    const { hsm, store, change } = await world({}, { pause: hours })
    change({ present: false })
    expect(await reasonOf(hsm.random(store, 8))).toBe('NotFound')
    change({ present: true })
    expect(await reasonOf(hsm.random(store, 8))).toBe('NotFound')
    await hsm.connect(store)
    expect(await reasonOf(hsm.random(store, 8))).toBe('done')
  })

  test('is kmsuser:PASSWORD where the token wants a name', async () => {
    const registration = tokens.register(ACCOUNT, { user: 'kmsuser' })
    tokens.change(registration, { pin: `kmsuser:${PASSWORD}` })
    const { store, hsm } = await world()
    expect(await reasonOf(hsm.connect({ ...store, cluster: registration.cluster }))).toBe('done')
  })
})

describe('processes of tokens', () => {
  const running = (cluster: string) =>
    execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.includes('fake-token-main.ts') && line.includes(cluster))
      .map((line) => Number(line.trim().split(/\s+/)[0]))

  test('are no more for many who ask about one cluster at once than for one', async () => {
    const { hsm, registration, fault } = await world()
    fault({ function: 'load', hangs: true })
    const asked = Array.from({ length: 50 }, () => hsm.inspect(ACCOUNT, registration.cluster))
    const ended = Promise.allSettled(asked)
    await expect.poll(() => running(registration.cluster).length, WITHIN).toBeGreaterThan(0)
    expect(running(registration.cluster)).toHaveLength(1)
    for (const pid of running(registration.cluster)) process.kill(pid, 'SIGKILL')
    expect((await ended).every(({ status }) => status === 'rejected')).toBe(true)
  })

  test('are ten of an account at most: one that is idle makes room', async () => {
    const { hsm, store, registration } = await world()
    const stores = Array.from({ length: 12 }, (_, n) => ({ ...store, region: `xx-made-${n}` }))
    for (const one of stores) await hsm.random(one, 8)
    await expect.poll(() => running(registration.cluster).length, WITHIN).toBeLessThanOrEqual(10)
    for (const one of stores) expect(await hsm.random(one, 8)).toHaveLength(8)
  })

  test('are let go of after a connection that nothing follows, too', async () => {
    const { hsm, store, registration } = await world({}, { idle: 1 })
    await hsm.connect(store)
    await expect.poll(() => running(registration.cluster), WITHIN).toEqual([])
    expect(await hsm.random(store, 8)).toHaveLength(8)
  })

  test('end with the server, though their module hangs', async () => {
    const { registration, fault } = await world()
    fault({ function: 'C_Login', hangs: true })
    const program = fileURLToPath(new URL('../support/hang-in-token.ts', import.meta.url))
    const server = spawn(process.execPath, [program, tokens.data, registration.cluster])
    await expect.poll(() => running(registration.cluster).length, WITHIN).toBe(1)
    server.kill('SIGKILL')
    await expect.poll(() => running(registration.cluster), WITHIN).toEqual([])
  })

  test('that hang in their login are ended at once when the server stops', async () => {
    const { hsm, store, registration, fault } = await world(
      {},
      { limits: { use: hours, other: hours } },
    )
    fault({ function: 'C_Login', hangs: true })
    const connecting = reasonOf(hsm.connect(store))
    await expect.poll(() => running(registration.cluster).length, WITHIN).toBe(1)
    await hsm.close()
    expect(await connecting).toBe('TimedOut')
    expect(running(registration.cluster)).toEqual([])
  })
})

describe('a module that', () => {
  test('hangs is ended, with all that it was asked, and started anew', async () => {
    const options = changing()
    const { hsm, store, fault, decrypt, plaintext } = await made({}, options)
    // until it is taken away: the process may be ended before it has come to it
    fault({ function: 'C_DecryptAsync', hangs: true })
    options.limits.use = 50
    const late = decrypt()
    options.limits.use = hours
    const other = hsm.random(store, 8)
    expect(await reasonOf(late)).toBe('TimedOut')
    expect(['TimedOut', 'done']).toContain(await reasonOf(other))
    fault()
    expect(await decrypt()).toEqual(plaintext)
  })

  test('hangs whatever it is asked holds nobody up for longer than the limit', async () => {
    const options = changing()
    const { hsm, store, registration, fault } = await made({}, options)
    Object.assign(options.limits, { use: 50, other: 50 })
    fault({ function: 'load', hangs: true }, { function: 'C_GenerateRandom', hangs: true })
    expect(await reasonOf(hsm.random(store, 8))).toBe('TimedOut')
    expect(await reasonOf(hsm.connect(store))).toBe('TimedOut')
    expect(await reasonOf(hsm.inspect(ACCOUNT, registration.cluster))).toBe('TimedOut')
    // this thread was never held: timers and others went on
    await hsm.disconnect(store)
  })

  test.for(['C_EncryptInit', 'C_EncryptAsync', 'C_FindObjectsInit'])(
    'crashes in %s takes nobody along, and is started anew',
    async (name) => {
      const { hsm, store, fault } = await made({}, LONG)
      const request = { plaintext: randomBytes(16), aad: AAD }
      const other = randomBytes(16).toString('hex')
      await hsm.generateKey(store, other, 'key')
      await hsm.disconnect(store)
      fault({ function: name, crashes: true, times: 1 })
      expect(await reasonOf(hsm.encrypt(store, other, request))).toBe('done')
      expect(logged.at(-1)).toMatchObject({
        token: 'Broken',
        message: expect.stringMatching(/SIG/),
      })
      // one that crashes every time is told as it is
      fault({ function: name, crashes: true })
      expect(await reasonOf(hsm.encrypt(store, randomBytes(16).toString('hex'), request))).toBe(
        name === 'C_FindObjectsInit' ? 'Broken' : 'NoKey',
      )
    },
  )

  test.for(
    codes(
      [
        ['GENERAL_ERROR', 'done'],
        ['DEVICE_REMOVED', 'done'],
        ['TOKEN_NOT_PRESENT', 'done'],
        ['SESSION_HANDLE_INVALID', 'done'],
        ['SESSION_CLOSED', 'done'],
        ['USER_NOT_LOGGED_IN', 'done'],
        ['KEY_HANDLE_INVALID', 'done'],
        ['OBJECT_HANDLE_INVALID', 'done'],
        ['MECHANISM_INVALID', 'Unfit'],
      ],
      ['DEVICE_REMOVED', 'SESSION_CLOSED', 'OBJECT_HANDLE_INVALID'],
    ),
  )('answers CKR_%s once: %s', async ([name, reason]) => {
    const { fault, encrypt, decrypt, plaintext } = await made({}, LONG)
    fault({ function: 'C_EncryptInit', code: CKR[name], times: 1 })
    expect(await reasonOf(encrypt())).toBe(reason)
    expect(await decrypt()).toEqual(plaintext)
  })

  test.for(
    codes(
      [
        ['GENERAL_ERROR', 'Broken'],
        ['FUNCTION_FAILED', 'Broken'],
        ['DEVICE_REMOVED', 'Absent'],
        ['TOKEN_NOT_PRESENT', 'Absent'],
        ['SESSION_HANDLE_INVALID', 'Broken'],
        ['USER_NOT_LOGGED_IN', 'Broken'],
        ['KEY_HANDLE_INVALID', 'NoKey'],
        ['MECHANISM_PARAM_INVALID', 'Unfit'],
        ['PIN_EXPIRED', 'WrongPassword'],
      ],
      ['FUNCTION_FAILED', 'TOKEN_NOT_PRESENT', 'USER_NOT_LOGGED_IN'],
    ),
  )('answers CKR_%s for ever: %s', async ([name, reason]) => {
    const { fault, encrypt } = await made({}, LONG)
    fault({ function: 'C_EncryptInit', code: CKR[name] })
    expect(await reasonOf(encrypt())).toBe(reason)
  })

  test.for(
    codes(
      [
        ['ENCRYPTED_DATA_INVALID', 'NotAuthentic'],
        ['ENCRYPTED_DATA_LEN_RANGE', 'NotAuthentic'],
        ['AEAD_DECRYPT_FAILED', 'NotAuthentic'],
        ['SIGNATURE_INVALID', 'NotAuthentic'],
        ['GENERAL_ERROR', 'NotAuthentic'],
        ['FUNCTION_FAILED', 'NotAuthentic'],
      ],
      ['ENCRYPTED_DATA_LEN_RANGE', 'AEAD_DECRYPT_FAILED', 'SIGNATURE_INVALID', 'FUNCTION_FAILED'],
    ),
  )('answers CKR_%s of a ciphertext: %s', async ([name, reason]) => {
    const { fault, decrypt } = await made({}, LONG)
    fault({ function: 'C_DecryptAsync', code: CKR[name] })
    expect(await reasonOf(decrypt())).toBe(reason)
  })

  test('fails at all does not call a ciphertext wrong for it', async () => {
    const { fault, decrypt } = await made({}, LONG)
    fault(
      { function: 'C_DecryptAsync', code: CKR.GENERAL_ERROR },
      { function: 'C_GenerateRandom', code: CKR.GENERAL_ERROR },
    )
    expect(await reasonOf(decrypt())).toBe('Broken')
  })

  test('was away logs in again, in the same process', async () => {
    const { registration, change, encrypt, decrypt, plaintext } = await made({}, LONG)
    const before = tokens.read(registration)
    // sessions, logins and handles of before are gone, as after a failover
    change({ restarts: before.restarts + 1 })
    expect(await decrypt()).toEqual(plaintext)
    expect(await reasonOf(encrypt())).toBe('done')
    expect(tokens.read(registration).logins).toBe(before.logins + 1)
  })
})

describe('sessions', () => {
  test('of a token with few are waited for', async () => {
    // one holds the login
    const { hsm, store, name } = await made({ sessions: 2 }, LONG)
    const plaintext = randomBytes(16)
    const all = Array.from({ length: 30 }, () => hsm.encrypt(store, name, { plaintext, aad: AAD }))
    expect(await Promise.all(all.map(reasonOf))).toEqual(all.map(() => 'done'))
  })

  test('of a token that has none left are told so', async () => {
    const { hsm, store, change, encrypt } = await made({}, LONG)
    await hsm.disconnect(store)
    change({ sessions: 1 })
    expect(await reasonOf(encrypt())).toBe('NoSession')
    change({ sessions: 0 })
    expect(await reasonOf(hsm.connect(store))).toBe('NoSession')
  })

  test('are asked for by no more than so many at once', async () => {
    const options = changing()
    const { hsm, store, name, fault } = await made({}, options)
    options.limits.use = 50
    fault({ function: 'C_EncryptInit', hangs: true })
    const plaintext = randomBytes(16)
    const all = Array.from({ length: 80 }, () => hsm.encrypt(store, name, { plaintext, aad: AAD }))
    const told = await Promise.all(all.map(reasonOf))
    expect(told.filter((one) => one === 'NoSession')).toHaveLength(16)
    expect(told.filter((one) => one === 'TimedOut')).toHaveLength(64)
  })
})

test('AWS CloudHSM draws the IV itself, by a mechanism of its own', async () => {
  const mechanisms = [CKM_AES_KEY_GEN, CKM_AES_GCM, CKM_CLOUDHSM_AES_GCM]
  const { hsm, store, name, sealed, decrypt, plaintext, change } = await made({ mechanisms }, LONG)
  expect(sealed).toMatchObject({
    iv: expect.objectContaining({ length: 12 }),
    ciphertext: expect.objectContaining({ length: 32 }),
  })
  expect(await decrypt()).toEqual(plaintext)
  const changed = { ...sealed, iv: Buffer.alloc(12), aad: AAD }
  expect(await reasonOf(hsm.decrypt(store, name, changed))).toBe('NotAuthentic')
  // it is AES-GCM all the same: what one mechanism made the other opens
  change({ mechanisms: [CKM_AES_KEY_GEN, CKM_AES_GCM] })
  await hsm.connect(store)
  expect(await decrypt()).toEqual(plaintext)
})

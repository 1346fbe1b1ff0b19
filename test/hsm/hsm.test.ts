// @module-tag process
import { randomBytes } from 'node:crypto'
import { afterAll, describe, expect, test } from 'vitest'
import { type Hsm, TokenFailure, type TokenStore } from '../../core/custom-key-store/cluster.ts'
import type { Registration } from '../../server/hsm/registrations.ts'
import {
  fakeTokens,
  noSoftHsm,
  PASSWORD,
  softKeys,
  softTokens,
  type Tokens,
} from '../support/tokens.ts'

/** The port of tokens (core/custom-key-store/cluster.ts), as each kind of token keeps to it. */

const ACCOUNT = '111122223333'
const AAD = Buffer.from('additional')
const open: Hsm[] = []
afterAll(async () => {
  await Promise.all(open.map((one) => one.close()))
})

let stores = 0
const storeOf = (
  { cluster, account }: Pick<Registration, 'cluster' | 'account'>,
  password = PASSWORD,
): TokenStore => ({
  accountId: account,
  region: 'us-east-1',
  id: `cks-${++stores}`,
  cluster,
  sealed: `sealed ${password}`,
  password: async () => password,
})
const newName = () => randomBytes(16).toString('hex')

async function reasonOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'done'
  } catch (error) {
    return error instanceof TokenFailure ? error.reason : String(error)
  }
}

function contract(tokens: Tokens): void {
  const opened = (options = {}) => {
    const hsm = tokens.open(options)
    open.push(hsm)
    return hsm
  }
  async function world() {
    const registration = tokens.register(ACCOUNT)
    const hsm = opened()
    const store = storeOf(registration)
    await hsm.connect(store)
    return { registration, hsm, store }
  }

  test('knows what is registered, to its own account', async () => {
    const { registration, hsm } = await world()
    const { cluster, trustAnchor } = registration
    expect(await hsm.registered(ACCOUNT, cluster)).toEqual({ trustAnchor })
    expect(await hsm.registered('444455556666', cluster)).toBeUndefined()
    await hsm.inspect(ACCOUNT, cluster)
    expect(await reasonOf(hsm.inspect('444455556666', cluster))).toBe('NotFound')
    // a file that changes is read again
    tokens.unregister(cluster)
    expect(await hsm.registered(ACCOUNT, cluster)).toBeUndefined()
    expect(await reasonOf(hsm.random(storeOf(registration), 8))).toBe('NotFound')
  })

  test('encrypts what it decrypts, under keys of its own', async () => {
    const { registration, hsm, store } = await world()
    const [name, other] = [newName(), newName()]
    for (const one of [name, other, name]) await hsm.generateKey(store, one, 'for people')
    expect([...tokens.keysIn(registration)].sort()).toEqual([name, other].sort())
    for (const length of [16, 17, 48, 4112]) {
      const plaintext = randomBytes(length)
      const sealed = await hsm.encrypt(store, name, { plaintext, aad: AAD })
      expect(sealed).toMatchObject({
        iv: expect.objectContaining({ length: 12 }),
        ciphertext: expect.objectContaining({ length }),
        tag: expect.objectContaining({ length: 16 }),
      })
      expect(sealed.ciphertext.equals(plaintext)).toBe(false)
      expect(await hsm.decrypt(store, name, { ...sealed, aad: AAD })).toEqual(plaintext)
      const wrong = [
        hsm.decrypt(store, name, { ...sealed, aad: Buffer.from('other') }),
        hsm.decrypt(store, other, { ...sealed, aad: AAD }),
        hsm.decrypt(store, name, { ...sealed, aad: AAD, tag: Buffer.alloc(16) }),
        hsm.decrypt(store, name, { ...sealed, aad: AAD, iv: Buffer.alloc(12) }),
      ]
      expect(await Promise.all(wrong.map(reasonOf))).toEqual(wrong.map(() => 'NotAuthentic'))
    }
  })

  test('draws another IV for each call, and random bytes of its own', async () => {
    const { hsm, store } = await world()
    const name = newName()
    await hsm.generateKey(store, name, 'key')
    const request = { plaintext: Buffer.alloc(16), aad: AAD }
    const all = await Promise.all(
      Array.from({ length: 40 }, () => hsm.encrypt(store, name, request)),
    )
    expect(new Set(all.map(({ iv }) => iv.toString('hex'))).size).toBe(40)
    const drawn = [await hsm.random(store, 32), await hsm.random(store, 32)]
    expect(drawn.map(({ length }) => length)).toEqual([32, 32])
    expect(drawn[0]?.equals(drawn[1] ?? Buffer.of())).toBe(false)
    expect(await hsm.random(store, 1024)).toHaveLength(1024)
  })

  test('destroys keys, once or twice', async () => {
    const { registration, hsm, store } = await world()
    const name = newName()
    await hsm.generateKey(store, name, 'key')
    const request = { plaintext: Buffer.alloc(16), aad: AAD }
    await hsm.encrypt(store, name, request)
    await hsm.destroyKey(store, name)
    await hsm.destroyKey(store, name)
    expect(tokens.keysIn(registration)).toEqual([])
    expect(await reasonOf(hsm.encrypt(store, name, request))).toBe('NoKey')
    expect(await reasonOf(hsm.encrypt(store, newName(), request))).toBe('NoKey')
  })

  test('is the same to another process, at the same time', async () => {
    const { registration, hsm, store } = await world()
    const second = opened()
    const name = newName()
    // before the other makes a key: what it knows of the token must not be older
    await second.random(store, 8)
    await hsm.generateKey(store, name, 'key')
    const request = { plaintext: Buffer.from('of the first..!!'), aad: AAD }
    const sealed = await hsm.encrypt(store, name, request)
    expect(await second.decrypt(store, name, { ...sealed, aad: AAD })).toEqual(request.plaintext)
    await second.destroyKey(store, name)
    expect(await reasonOf(hsm.encrypt(store, name, request))).toBe('NoKey')
    expect(tokens.keysIn(registration)).toEqual([])
  })

  test('a wrong password is refused to its store, and no other has it', async () => {
    const { registration, hsm, store } = await world()
    const wrong = storeOf(registration, 'not-the-password')
    expect(await reasonOf(hsm.connect(wrong))).toBe('WrongPassword')
    for (let count = 0; count < 10; count++) {
      expect(await reasonOf(hsm.random(wrong, 8))).toBe('WrongPassword')
    }
    // it was tried once: the user is not locked out
    expect(await reasonOf(hsm.random(store, 8))).toBe('done')
    // another password is another try
    const right = { ...wrong, sealed: 'right', password: async () => PASSWORD }
    expect(await reasonOf(hsm.random(right, 8))).toBe('done')
  })

  test('a password is another one after its first NUL too', async () => {
    const { registration, hsm } = await world()
    for (const more of ['\0', '\0more']) {
      const wrong = storeOf(registration, PASSWORD + more)
      expect(await reasonOf(hsm.connect(wrong))).toBe('WrongPassword')
    }
  })

  test('whose token is away says so, and works again when it is back', async () => {
    const { registration, hsm, store } = await world()
    const name = newName()
    await hsm.generateKey(store, name, 'key')
    const request = { plaintext: randomBytes(16), aad: AAD }
    const sealed = await hsm.encrypt(store, name, request)
    tokens.remove(registration)
    try {
      const away = await reasonOf(hsm.connect(store))
      expect(['Absent', 'NotFound']).toContain(away)
      expect(await reasonOf(hsm.encrypt(store, name, request))).toBe(away)
      expect(await reasonOf(hsm.inspect(ACCOUNT, registration.cluster))).toBe(away)
    } finally {
      tokens.restore(registration)
    }
    expect(await hsm.decrypt(store, name, { ...sealed, aad: AAD })).toEqual(request.plaintext)
    await hsm.inspect(ACCOUNT, registration.cluster)
  })

  test('is let go of, and taken up again', async () => {
    const { hsm, store } = await world()
    await hsm.disconnect(store)
    await hsm.disconnect(store)
    expect(await reasonOf(hsm.random(store, 8))).toBe('done')
    await hsm.close()
    expect(await reasonOf(hsm.random(store, 8))).toBe('done')
    const hasty = opened({ idle: 1 })
    for (let count = 0; count < 3; count++) {
      expect(await hasty.random(store, 8)).toHaveLength(8)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })
}

describe('tokens in files', () => contract(fakeTokens()))

const missing = noSoftHsm()
describe.skipIf(missing !== undefined)(missing ?? 'SoftHSM2', () => {
  // made here: it sets the environment
  const tokens = missing === undefined ? softTokens() : fakeTokens()
  contract(tokens)

  test('never lets a key out: asked of the token itself', async () => {
    const registration = tokens.register(ACCOUNT)
    const hsm = tokens.open()
    open.push(hsm)
    const store = storeOf(registration)
    const name = newName()
    await hsm.generateKey(store, name, '1234abcd-12ab-34cd-56ef-1234567890ab')
    expect(softKeys(registration)).toEqual([
      {
        id: name,
        label: '1234abcd-12ab-34cd-56ef-1234567890ab',
        token: '01',
        private: '01',
        sensitive: '01',
        alwaysSensitive: '01',
        extractable: '00',
        neverExtractable: '01',
        local: '01',
        wrap: '00',
        unwrap: '00',
        derive: '00',
        length: '2000000000000000',
        value: 'CKR_ATTRIBUTE_SENSITIVE',
      },
    ])
  })
})
if (missing !== undefined) process.stderr.write(`skipped: ${missing}\n`)

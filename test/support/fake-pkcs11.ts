import { createCipheriv, createDecipheriv, randomBytes, randomFillSync } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import * as ck from '../../server/hsm/pkcs11.ts'
import { type Attribute, CKR, type Mechanism, type Pkcs11 } from '../../server/hsm/pkcs11.ts'

/** What happens when a function is called: it answers an error, never returns, or takes the process along. */
export interface TokenFault {
  readonly function: string
  readonly code?: number
  readonly hangs?: true
  readonly crashes?: true
  /** calls that it happens to; every one unless given */
  readonly times?: number
}

/** A token in a file, which is what its module is named by. */
export interface FakeToken {
  readonly label: string
  readonly serial: string
  readonly slot: number
  readonly pin: string
  readonly present: boolean
  readonly initialized: boolean
  readonly hasUser: boolean
  readonly mechanisms: readonly number[]
  /** sessions of a process */
  readonly sessions: number
  /** wrong PINs left before the user is locked out */
  readonly tries: number
  /** times that somebody tried to log in */
  readonly logins: number
  /** what its keys say of CKA_EXTRACTABLE, whatever they were asked to be */
  readonly extractable: boolean
  readonly elsewhere: boolean
  /** counts up when the token was away: handles and logins of before are gone */
  readonly restarts: number
  /** by CKA_ID, hex */
  readonly keys: Readonly<Record<string, { readonly value: string; readonly label: string }>>
  readonly faults: readonly TokenFault[]
}

export const NEW_TOKEN: FakeToken = {
  label: 'fake',
  serial: '1',
  slot: 7,
  pin: 'kmsuser-password',
  present: true,
  initialized: true,
  hasUser: true,
  mechanisms: [ck.CKM_AES_KEY_GEN, ck.CKM_AES_GCM],
  sessions: 100,
  tries: 5,
  logins: 0,
  extractable: false,
  elsewhere: false,
  restarts: 0,
  keys: {},
  faults: [],
}

export const readToken = (file: string): FakeToken => ({
  ...NEW_TOKEN,
  ...JSON.parse(readFileSync(file, 'utf8')),
})
export const writeToken = (file: string, token: FakeToken): void =>
  writeFileSync(file, JSON.stringify(token))

/** An error of a module, as pkcs11js throws it. */
const ckr = (code: number): Error => Object.assign(new Error('CKR_OF_A_TEST'), { code })

interface Session {
  readonly restarts: number
  active?: { readonly mechanism: Mechanism; readonly key: Buffer }
}

/**
 * A module of PKCS #11 with AES keys and AES-GCM, in a process of its own: for machines without SoftHSM, and for
 * what SoftHSM never does. It keeps to the specification in what the service relies upon.
 */
export function fakePkcs11(): Pkcs11 {
  let file = ''
  let loggedIn: number | undefined
  let found: Buffer[] = []
  const sessions = new Map<string, Session>()
  const handles: string[] = []
  const read = () => readToken(file)

  function enter(name: string): FakeToken {
    const token = read()
    const fault = token.faults.find((one) => one.function === name)
    if (fault === undefined) return token
    const left = (fault.times ?? Number.POSITIVE_INFINITY) - 1
    const others = token.faults.filter((one) => one !== fault)
    const faults = left > 0 ? [...others, { ...fault, times: left }] : others
    if (fault.times !== undefined) writeToken(file, { ...token, faults })
    if (fault.crashes === true) process.abort()
    // the thread is the module's, as in machine code that waits for a device
    if (fault.hangs === true) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    throw ckr(fault.code ?? CKR.GENERAL_ERROR)
  }

  function inSession(name: string, session: Buffer): { token: FakeToken; session: Session } {
    const token = enter(name)
    if (!token.present) throw ckr(CKR.DEVICE_REMOVED)
    const one = sessions.get(session.toString('hex'))
    if (one === undefined || one.restarts !== token.restarts) throw ckr(CKR.SESSION_HANDLE_INVALID)
    return { token, session: one }
  }
  function asUser(name: string, session: Buffer) {
    const all = inSession(name, session)
    if (loggedIn !== all.token.restarts) throw ckr(CKR.USER_NOT_LOGGED_IN)
    return all
  }
  function keyOf({ keys }: FakeToken, handle: Buffer): Buffer {
    const id = handles[handle.readUInt8(0)] ?? ''
    const key = keys[id]
    if (key === undefined) throw ckr(CKR.OBJECT_HANDLE_INVALID)
    return Buffer.from(key.value, 'hex')
  }
  const handleOf = (id: string): Buffer => {
    if (!handles.includes(id)) handles.push(id)
    const handle = Buffer.alloc(8)
    handle.writeUInt8(handles.indexOf(id))
    return handle
  }
  const text = (attributes: readonly Attribute[], wanted: number): string => {
    const value = attributes.find(({ type }) => type === wanted)?.value
    return value instanceof Buffer ? value.toString('hex') : String(value)
  }

  function start(name: string, handle: Buffer, mechanism: Mechanism, keyHandle: Buffer): void {
    const { token, session } = asUser(name, handle)
    if (!token.mechanisms.includes(mechanism.mechanism)) throw ckr(CKR.MECHANISM_INVALID)
    const key = keyOf(token, keyHandle)
    const vendor = mechanism.mechanism === ck.CKM_CLOUDHSM_AES_GCM
    const ivs = vendor ? [0] : [12]
    if (!ivs.includes(mechanism.parameter?.iv.length ?? -1)) throw ckr(CKR.MECHANISM_PARAM_INVALID)
    session.active = { mechanism, key }
  }
  function finish(name: string, handle: Buffer) {
    const { session } = asUser(name, handle)
    const { active } = session
    delete session.active
    if (active?.mechanism.parameter === undefined) throw ckr(0x91)
    const { aad, iv } = active.mechanism.parameter
    const vendor = active.mechanism.mechanism === ck.CKM_CLOUDHSM_AES_GCM
    return { aad, iv, vendor, key: active.key }
  }

  return {
    load(path) {
      file = path
      enter('load')
    },
    C_Initialize: () => void enter('C_Initialize'),
    C_Finalize: () => undefined,
    C_GetSlotList(tokenPresent) {
      const { present, slot } = enter('C_GetSlotList')
      const handle = Buffer.alloc(8)
      handle.writeUInt8(slot)
      return present || !tokenPresent ? [handle] : []
    },
    C_GetTokenInfo() {
      const { label, serial, initialized, hasUser } = enter('C_GetTokenInfo')
      return {
        label: label.padEnd(32),
        manufacturerID: 'tests'.padEnd(32),
        model: 'file'.padEnd(16),
        serialNumber: serial.padEnd(16),
        flags:
          (initialized ? ck.CKF_TOKEN_INITIALIZED : 0) |
          (hasUser ? ck.CKF_USER_PIN_INITIALIZED : 0),
      }
    },
    C_GetMechanismList: () => [...enter('C_GetMechanismList').mechanisms],
    C_OpenSession() {
      const token = enter('C_OpenSession')
      if (!token.present) throw ckr(CKR.TOKEN_NOT_PRESENT)
      if (sessions.size >= token.sessions) throw ckr(CKR.SESSION_COUNT)
      const handle = randomBytes(8)
      sessions.set(handle.toString('hex'), { restarts: token.restarts })
      return handle
    },
    C_CloseSession(session) {
      if (!sessions.delete(session.toString('hex'))) throw ckr(CKR.SESSION_HANDLE_INVALID)
    },
    C_Login(session, _type, pin) {
      const { token } = inSession('C_Login', session)
      writeToken(file, { ...token, logins: token.logins + 1 })
      if (token.elsewhere) throw ckr(CKR.USER_ANOTHER_ALREADY_LOGGED_IN)
      if (loggedIn === token.restarts) throw ckr(CKR.USER_ALREADY_LOGGED_IN)
      if (token.tries === 0) throw ckr(CKR.PIN_LOCKED)
      if (pin !== token.pin) {
        writeToken(file, { ...token, logins: token.logins + 1, tries: token.tries - 1 })
        throw ckr(CKR.PIN_INCORRECT)
      }
      loggedIn = token.restarts
    },
    C_Logout: () => {
      loggedIn = undefined
    },
    C_GenerateKey(handle, { mechanism }, template) {
      const { token } = asUser('C_GenerateKey', handle)
      if (mechanism !== ck.CKM_AES_KEY_GEN) throw ckr(CKR.MECHANISM_INVALID)
      const id = text(template, ck.CKA_ID)
      const key = { value: randomBytes(32).toString('hex'), label: text(template, ck.CKA_LABEL) }
      writeToken(file, { ...token, keys: { ...token.keys, [id]: key } })
      return handleOf(id)
    },
    C_GetAttributeValue(handle, object, template) {
      const { token } = asUser('C_GetAttributeValue', handle)
      keyOf(token, object)
      const no: readonly number[] = token.extractable
        ? [ck.CKA_NEVER_EXTRACTABLE]
        : [ck.CKA_EXTRACTABLE]
      return template.map(({ type }) => ({ type, value: Buffer.of(no.includes(type) ? 0 : 1) }))
    },
    C_FindObjectsInit(handle, template) {
      const { token } = asUser('C_FindObjectsInit', handle)
      const id = text(template, ck.CKA_ID)
      found = token.keys[id] === undefined ? [] : [handleOf(id)]
    },
    C_FindObjects: () => found,
    C_FindObjectsFinal: () => undefined,
    C_DestroyObject(handle, object) {
      const { token } = asUser('C_DestroyObject', handle)
      keyOf(token, object)
      const { [handles[object.readUInt8(0)] ?? '']: _gone, ...keys } = token.keys
      writeToken(file, { ...token, keys })
    },
    C_EncryptInit: (...wanted) => start('C_EncryptInit', ...wanted),
    async C_EncryptAsync(handle, data, out) {
      const { aad, iv: given, vendor, key } = finish('C_EncryptAsync', handle)
      const iv = vendor ? randomBytes(12) : given
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(aad)
      const parts = [vendor ? iv : Buffer.of(), cipher.update(data), cipher.final()]
      const made = Buffer.concat([...parts, cipher.getAuthTag()])
      made.copy(out)
      return out.subarray(0, made.length)
    },
    C_DecryptInit: (...wanted) => start('C_DecryptInit', ...wanted),
    async C_DecryptAsync(handle, data, out) {
      const { aad, iv: given, vendor, key } = finish('C_DecryptAsync', handle)
      const [iv, sealed] = vendor ? [data.subarray(0, 12), data.subarray(12)] : [given, data]
      const decipher = createDecipheriv('aes-256-gcm', key, iv).setAAD(aad)
      decipher.setAuthTag(sealed.subarray(-16))
      const opened = decipher.update(sealed.subarray(0, -16))
      try {
        decipher.final()
      } catch {
        throw ckr(CKR.ENCRYPTED_DATA_INVALID)
      }
      opened.copy(out)
      return out.subarray(0, opened.length)
    },
    C_GenerateRandom(handle, out) {
      inSession('C_GenerateRandom', handle)
      return randomFillSync(out)
    },
  }
}

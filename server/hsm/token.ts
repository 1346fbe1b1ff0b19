import { randomFillSync } from 'node:crypto'
import { TokenFailure } from '../../core/custom-key-store/cluster.ts'
import * as ck from './pkcs11.ts'
import { type Attribute, CKR, codeOf, type Pkcs11 } from './pkcs11.ts'
import { type Sessions, sessionPool } from './sessions.ts'
import { namesOf, requireIdentity, type TokenNames } from './token-identity.ts'

/** Which token of which module. */
export interface TokenPlace {
  /** absolute path of the PKCS #11 module */
  readonly module: string
  /** label of the token, or the number of its slot */
  readonly token: string | number
  /** which token it is, however it is named, by `identityOf` when it was registered; whichever is there unless given */
  readonly identity?: string
}

/** What a token says of itself. */
export interface TokenDescription extends TokenNames {
  readonly label: string
  readonly encryptsBy: 'CKM_AES_GCM' | 'CKM_CLOUDHSM_AES_GCM'
}

/** A token of a module, in this process. Each throws TokenFailure, or the module's error. */
export interface Token {
  /** That it can have the keys of a store. */
  inspect(): TokenDescription
  /** Logs in; all else needs that. */
  login(pin: string): void
  generate(name: string, label: string): Promise<void>
  destroy(name: string): Promise<void>
  /** @returns IV, ciphertext and tag, one after the other, and the length of the IV */
  encrypt(
    name: string,
    plaintext: Buffer,
    aad: Buffer,
  ): Promise<{ readonly iv: Buffer; readonly sealed: Buffer }>
  /** @param sealed ciphertext and tag */
  decrypt(name: string, iv: Buffer, sealed: Buffer, aad: Buffer): Promise<Buffer>
  random(length: number): Promise<Buffer>
  /** Logs out and lets go of the module. */
  close(): void
}

const TAG_BITS = 128
const TAG_LENGTH = TAG_BITS / 8
const IV_LENGTH = 12
/** key handles that are remembered */
const MOST_HANDLES = 10_000

/** What a module answers of a ciphertext that is not authentic. */
const NOT_AUTHENTIC: ReadonlySet<number | undefined> = new Set([
  CKR.ENCRYPTED_DATA_INVALID,
  CKR.ENCRYPTED_DATA_LEN_RANGE,
  CKR.AEAD_DECRYPT_FAILED,
  CKR.DATA_INVALID,
  CKR.DATA_LEN_RANGE,
  CKR.SIGNATURE_INVALID,
])
/** What some modules answer of it, and of their own faults: SoftHSM is one */
const MAYBE_NOT_AUTHENTIC: ReadonlySet<number | undefined> = new Set([
  CKR.GENERAL_ERROR,
  CKR.FUNCTION_FAILED,
])
const NO_HANDLE: ReadonlySet<number | undefined> = new Set([
  CKR.KEY_HANDLE_INVALID,
  CKR.OBJECT_HANDLE_INVALID,
])

/** Loads the module and finds the token. @throws TokenFailure NotFound, NotInitialized, Broken */
export function openToken(pkcs11: Pkcs11, { module, token, identity }: TokenPlace): Token {
  pkcs11.load(module)
  pkcs11.C_Initialize({ flags: ck.CKF_OS_LOCKING_OK })
  const slot = findSlot(pkcs11, token)
  const handles = new Map<string, Buffer>()
  let mechanism: number | undefined
  let pin: string | undefined
  let loggedIn: Buffer | undefined
  const pool: Sessions = sessionPool(pkcs11, slot, (session) => {
    if (pin === undefined) throw new TokenFailure('Broken', 'nobody has logged in')
    told()
    try {
      pkcs11.C_Login(session, ck.CKU_USER, pin)
    } catch (error) {
      // another call of this process was first
      if (codeOf(error) !== CKR.USER_ALREADY_LOGGED_IN) throw error
    }
  })

  /** What the token says of itself. @throws TokenFailure NotInitialized, NotFound for another than the registered one */
  function told(): ck.TokenInfo {
    const info = pkcs11.C_GetTokenInfo(slot)
    if ((info.flags & ck.CKF_TOKEN_INITIALIZED) === 0) throw new TokenFailure('NotInitialized')
    requireIdentity(identity, namesOf(info))
    return info
  }

  function gcm(): number {
    mechanism ??= mechanismOf(pkcs11.C_GetMechanismList(slot))
    return mechanism
  }

  function gcmOf(iv: Buffer, aad: Buffer): ck.Mechanism {
    const type = ck.CK_PARAMS_GCM
    const parameter = { type, iv, ivBits: iv.length * 8, aad, tagBits: TAG_BITS }
    return { mechanism: gcm(), parameter }
  }

  /** @returns undefined where the token has no key of the name */
  function find(session: Buffer, name: string): Buffer | undefined {
    pkcs11.C_FindObjectsInit(session, [
      { type: ck.CKA_CLASS, value: ck.CKO_SECRET_KEY },
      { type: ck.CKA_TOKEN, value: true },
      { type: ck.CKA_ID, value: Buffer.from(name, 'hex') },
    ])
    try {
      return pkcs11.C_FindObjects(session, 1)[0]
    } finally {
      pkcs11.C_FindObjectsFinal(session)
    }
  }

  /** Does something with a key. A handle that is no more is looked up once again. */
  function withKey<T>(
    name: string,
    work: (session: Buffer, key: Buffer) => Promise<T>,
  ): Promise<T> {
    return pool.use(async (session) => {
      for (;;) {
        const kept = handles.get(name)
        const key = kept ?? find(session, name)
        if (key === undefined) throw new TokenFailure('NoKey')
        if (handles.size >= MOST_HANDLES) handles.clear()
        handles.set(name, key)
        try {
          return await work(session, key)
        } catch (error) {
          if (!NO_HANDLE.has(codeOf(error))) throw error
          handles.delete(name)
          if (kept === undefined) throw new TokenFailure('NoKey')
        }
      }
    })
  }

  return {
    inspect() {
      const info = told()
      const mechanisms = pkcs11.C_GetMechanismList(slot)
      const encrypts = mechanismOf(mechanisms)
      if (!mechanisms.includes(ck.CKM_AES_KEY_GEN)) {
        throw new TokenFailure('Unfit', 'the token has no CKM_AES_KEY_GEN')
      }
      return {
        label: info.label.trim(),
        ...namesOf(info),
        encryptsBy: encrypts === ck.CKM_AES_GCM ? 'CKM_AES_GCM' : 'CKM_CLOUDHSM_AES_GCM',
      }
    },

    login(given) {
      const { flags } = told()
      if ((flags & ck.CKF_USER_PIN_INITIALIZED) === 0) throw new TokenFailure('NoUser')
      // while it is open, whoever is logged in stays so
      loggedIn ??= pkcs11.C_OpenSession(slot, ck.CKF_SERIAL_SESSION | ck.CKF_RW_SESSION)
      pkcs11.C_Login(loggedIn, ck.CKU_USER, given)
      pin = given
    },

    generate: (name, label) =>
      pool.use((session) => {
        // one that is there was made by a call whose answer was lost, and perhaps never asked
        const mechanism = { mechanism: ck.CKM_AES_KEY_GEN }
        const key =
          find(session, name) ?? pkcs11.C_GenerateKey(session, mechanism, templateOf(name, label))
        if (staysInside(pkcs11, session, key)) return
        pkcs11.C_DestroyObject(session, key)
        throw new TokenFailure('Unfit', 'the token makes keys that can be extracted from it')
      }),

    destroy: (name) =>
      pool.use((session) => {
        const key = find(session, name)
        handles.delete(name)
        if (key !== undefined) pkcs11.C_DestroyObject(session, key)
      }),

    encrypt: (name, plaintext, aad) =>
      withKey(name, async (session, key) => {
        const own = gcm() === ck.CKM_CLOUDHSM_AES_GCM
        // not of the pool of small buffers: a token that draws the IV itself writes it there
        const iv = own ? Buffer.alloc(0) : randomFillSync(Buffer.alloc(IV_LENGTH))
        pkcs11.C_EncryptInit(session, gcmOf(iv, aad), key)
        const out = Buffer.alloc(IV_LENGTH + plaintext.length + TAG_LENGTH)
        const made = await pkcs11.C_EncryptAsync(session, plaintext, out)
        const expected = plaintext.length + TAG_LENGTH + (own ? IV_LENGTH : 0)
        if (made.length !== expected) {
          throw new TokenFailure('Unfit', `a ciphertext of ${made.length} bytes, not ${expected}`)
        }
        return own
          ? { iv: made.subarray(0, IV_LENGTH), sealed: made.subarray(IV_LENGTH) }
          : { iv, sealed: made }
      }),

    decrypt: (name, iv, sealed, aad) =>
      withKey(name, async (session, key) => {
        const own = gcm() === ck.CKM_CLOUDHSM_AES_GCM
        pkcs11.C_DecryptInit(session, gcmOf(own ? Buffer.alloc(0) : iv, aad), key)
        const data = own ? Buffer.concat([iv, sealed]) : sealed
        const out = Buffer.alloc(data.length)
        try {
          return await pkcs11.C_DecryptAsync(session, data, out)
        } catch (error) {
          const code = codeOf(error)
          if (NOT_AUTHENTIC.has(code)) throw new TokenFailure('NotAuthentic')
          if (!MAYBE_NOT_AUTHENTIC.has(code)) throw error
          // a token that still does something else has nothing but the ciphertext to complain of
          pkcs11.C_GenerateRandom(session, Buffer.alloc(1))
          throw new TokenFailure('NotAuthentic')
        }
      }),

    random: (length) =>
      pool.use((session) => pkcs11.C_GenerateRandom(session, Buffer.alloc(length))),

    close() {
      pin = undefined
      try {
        if (loggedIn !== undefined) pkcs11.C_Logout(loggedIn)
      } finally {
        pkcs11.C_Finalize()
      }
    },
  }
}

/** @throws TokenFailure NotFound where no slot has the label or number, Absent where the slot has no token */
function findSlot(pkcs11: Pkcs11, wanted: string | number): Buffer {
  const present = pkcs11.C_GetSlotList(true)
  if (typeof wanted === 'number') {
    const is = (slot: Buffer) => numberOf(slot) === BigInt(wanted)
    const found = present.find(is)
    if (found !== undefined) return found
    const there = pkcs11.C_GetSlotList(false).some(is)
    throw new TokenFailure(there ? 'Absent' : 'NotFound', `no token in slot ${wanted}`)
  }
  const labelled = present.filter((slot) => pkcs11.C_GetTokenInfo(slot).label.trim() === wanted)
  const [found, other] = labelled
  if (found === undefined) throw new TokenFailure('NotFound', `no token of the label ${wanted}`)
  if (other !== undefined) {
    throw new TokenFailure('Unfit', `several tokens of the label ${wanted}`)
  }
  return found
}

/** CK_ULONG is of the machine's byte order; all that Node.js runs on with such modules are little-endian but s390x. */
const numberOf = (slot: Buffer): bigint =>
  [...slot].reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n)

function mechanismOf(mechanisms: readonly number[]): number {
  // where both are there, CKM_AES_GCM takes no IV of the caller's
  const found = [ck.CKM_CLOUDHSM_AES_GCM, ck.CKM_AES_GCM].find((one) => mechanisms.includes(one))
  if (found === undefined) throw new TokenFailure('Unfit', 'the token has no CKM_AES_GCM')
  return found
}

/** An AES-256 key that encrypts and decrypts and does nothing else, and never leaves. */
const templateOf = (name: string, label: string): readonly Attribute[] => [
  { type: ck.CKA_CLASS, value: ck.CKO_SECRET_KEY },
  { type: ck.CKA_KEY_TYPE, value: ck.CKK_AES },
  { type: ck.CKA_VALUE_LEN, value: 32 },
  { type: ck.CKA_TOKEN, value: true },
  { type: ck.CKA_PRIVATE, value: true },
  { type: ck.CKA_SENSITIVE, value: true },
  { type: ck.CKA_EXTRACTABLE, value: false },
  { type: ck.CKA_ENCRYPT, value: true },
  { type: ck.CKA_DECRYPT, value: true },
  { type: ck.CKA_WRAP, value: false },
  { type: ck.CKA_UNWRAP, value: false },
  { type: ck.CKA_SIGN, value: false },
  { type: ck.CKA_VERIFY, value: false },
  { type: ck.CKA_DERIVE, value: false },
  { type: ck.CKA_ID, value: Buffer.from(name, 'hex') },
  { type: ck.CKA_LABEL, value: label },
]

/** What the token says of a key that it made, not what it was asked for. */
function staysInside(pkcs11: Pkcs11, session: Buffer, key: Buffer): boolean {
  const wanted = [
    [ck.CKA_SENSITIVE, 1],
    [ck.CKA_ALWAYS_SENSITIVE, 1],
    [ck.CKA_EXTRACTABLE, 0],
    [ck.CKA_NEVER_EXTRACTABLE, 1],
    [ck.CKA_LOCAL, 1],
  ] as const
  const told = pkcs11.C_GetAttributeValue(
    session,
    key,
    wanted.map(([type]) => ({ type })),
  )
  return wanted.every(([type, is]) => told.find((one) => one.type === type)?.value[0] === is)
}

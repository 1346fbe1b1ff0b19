/*
 * The part of PKCS #11 that is used here, as the package pkcs11js offers it: an optional dependency, so its types
 * are told here. Handles are CK_ULONG, as bytes.
 * @see https://docs.oasis-open.org/pkcs11/pkcs11-base/v2.40/os/pkcs11-base-v2.40-os.html
 */

export interface Attribute {
  readonly type: number
  readonly value: number | boolean | string | Buffer
}

/** CK_GCM_PARAMS. A token that draws the IV itself writes it to `iv`. */
export interface GcmParameter {
  readonly type: number
  readonly iv: Buffer
  readonly ivBits: number
  readonly aad: Buffer
  readonly tagBits: number
}

export interface Mechanism {
  readonly mechanism: number
  readonly parameter?: GcmParameter
}

export interface TokenInfo {
  readonly label: string
  readonly manufacturerID: string
  readonly model: string
  readonly serialNumber: string
  readonly flags: number
}

/** A module. Each throws an error whose `code` is a CKR_ number, where the module answers one. */
export interface Pkcs11 {
  load(path: string): void
  C_Initialize(options: { readonly flags: number }): void
  C_Finalize(): void
  C_GetSlotList(tokenPresent: boolean): Buffer[]
  C_GetTokenInfo(slot: Buffer): TokenInfo
  C_GetMechanismList(slot: Buffer): number[]
  C_OpenSession(slot: Buffer, flags: number): Buffer
  C_CloseSession(session: Buffer): void
  C_Login(session: Buffer, userType: number, pin: string): void
  C_Logout(session: Buffer): void
  C_GenerateKey(session: Buffer, mechanism: Mechanism, template: readonly Attribute[]): Buffer
  C_GetAttributeValue(
    session: Buffer,
    object: Buffer,
    template: readonly { readonly type: number }[],
  ): { readonly type: number; readonly value: Buffer }[]
  C_FindObjectsInit(session: Buffer, template: readonly Attribute[]): void
  C_FindObjects(session: Buffer, most: number): Buffer[]
  C_FindObjectsFinal(session: Buffer): void
  C_DestroyObject(session: Buffer, object: Buffer): void
  C_EncryptInit(session: Buffer, mechanism: Mechanism, key: Buffer): void
  /** On another thread; answers the part of `out` that was written. */
  C_EncryptAsync(session: Buffer, data: Buffer, out: Buffer): Promise<Buffer>
  C_DecryptInit(session: Buffer, mechanism: Mechanism, key: Buffer): void
  C_DecryptAsync(session: Buffer, data: Buffer, out: Buffer): Promise<Buffer>
  /** Fills the buffer. */
  C_GenerateRandom(session: Buffer, out: Buffer): Buffer
}

/** C_Initialize: several threads call, and the operating system's locks will do */
export const CKF_OS_LOCKING_OK = 0x2
export const CKF_RW_SESSION = 0x2
export const CKF_SERIAL_SESSION = 0x4
/** CK_TOKEN_INFO */
export const CKF_USER_PIN_INITIALIZED = 0x8
export const CKF_TOKEN_INITIALIZED = 0x400
export const CKU_USER = 1

export const CKO_SECRET_KEY = 4
export const CKK_AES = 0x1f
export const CKA_CLASS = 0x0
export const CKA_TOKEN = 0x1
export const CKA_PRIVATE = 0x2
export const CKA_LABEL = 0x3
export const CKA_KEY_TYPE = 0x100
export const CKA_ID = 0x102
export const CKA_SENSITIVE = 0x103
export const CKA_ENCRYPT = 0x104
export const CKA_DECRYPT = 0x105
export const CKA_WRAP = 0x106
export const CKA_UNWRAP = 0x107
export const CKA_SIGN = 0x108
export const CKA_VERIFY = 0x10a
export const CKA_DERIVE = 0x10c
export const CKA_VALUE_LEN = 0x161
export const CKA_EXTRACTABLE = 0x162
export const CKA_LOCAL = 0x163
export const CKA_NEVER_EXTRACTABLE = 0x164
export const CKA_ALWAYS_SENSITIVE = 0x165

export const CKM_AES_KEY_GEN = 0x1080
export const CKM_AES_GCM = 0x1087
/**
 * AWS CloudHSM's own: the HSM draws the IV, which stands before the ciphertext. Its CKM_AES_GCM takes none of the
 * caller's. @see https://docs.aws.amazon.com/cloudhsm/latest/userguide/pkcs11-mechanisms.html
 */
export const CKM_CLOUDHSM_AES_GCM = 0x80001087
/** pkcs11js's name for CK_GCM_PARAMS */
export const CK_PARAMS_GCM = 25

export const CKR = {
  SLOT_ID_INVALID: 0x3,
  GENERAL_ERROR: 0x5,
  FUNCTION_FAILED: 0x6,
  DATA_INVALID: 0x20,
  DATA_LEN_RANGE: 0x21,
  DEVICE_REMOVED: 0x32,
  ENCRYPTED_DATA_INVALID: 0x40,
  ENCRYPTED_DATA_LEN_RANGE: 0x41,
  AEAD_DECRYPT_FAILED: 0x42,
  KEY_HANDLE_INVALID: 0x60,
  MECHANISM_INVALID: 0x70,
  MECHANISM_PARAM_INVALID: 0x71,
  OBJECT_HANDLE_INVALID: 0x82,
  PIN_INCORRECT: 0xa0,
  PIN_INVALID: 0xa1,
  PIN_LEN_RANGE: 0xa2,
  PIN_EXPIRED: 0xa3,
  PIN_LOCKED: 0xa4,
  SESSION_CLOSED: 0xb0,
  SESSION_COUNT: 0xb1,
  SESSION_HANDLE_INVALID: 0xb3,
  SIGNATURE_INVALID: 0xc0,
  TEMPLATE_INCONSISTENT: 0xd1,
  TOKEN_NOT_PRESENT: 0xe0,
  TOKEN_NOT_RECOGNIZED: 0xe1,
  USER_ALREADY_LOGGED_IN: 0x100,
  USER_NOT_LOGGED_IN: 0x101,
  USER_PIN_NOT_INITIALIZED: 0x102,
  USER_TYPE_INVALID: 0x103,
  USER_ANOTHER_ALREADY_LOGGED_IN: 0x104,
  USER_TOO_MANY_TYPES: 0x105,
} as const

/** The CKR_ number of an error that a module answered; undefined for another error. */
export const codeOf = (error: unknown): number | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'number' && error.code !== 0
    ? error.code
    : undefined

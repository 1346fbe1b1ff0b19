import binding from 'pkcs11js'
import * as ck from '../../server/hsm/pkcs11.ts'

/*
 * Prints the keys of a token, asked past the service, in a process that has loaded nothing else of the module:
 * `node list-token.ts MODULE LABEL PIN`.
 */

const [, , module = '', label = '', pin = ''] = process.argv
const pkcs11 = new binding.PKCS11()
pkcs11.load(module)
pkcs11.C_Initialize({ flags: ck.CKF_OS_LOCKING_OK })
const slot = pkcs11
  .C_GetSlotList(true)
  .find((one) => pkcs11.C_GetTokenInfo(one).label.trim() === label)
if (slot === undefined) throw new Error(`no token ${label}`)
const session = pkcs11.C_OpenSession(slot, ck.CKF_SERIAL_SESSION)
pkcs11.C_Login(session, ck.CKU_USER, pin)
pkcs11.C_FindObjectsInit(session, [])
const objects = pkcs11.C_FindObjects(session, 1000)
pkcs11.C_FindObjectsFinal(session)

function attribute(object: Buffer, type: number): string {
  try {
    return pkcs11.C_GetAttributeValue(session, object, [{ type }])[0]?.value.toString('hex') ?? ''
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const rows = objects.map((object) => ({
  id: attribute(object, ck.CKA_ID),
  label: Buffer.from(attribute(object, ck.CKA_LABEL), 'hex').toString(),
  token: attribute(object, ck.CKA_TOKEN),
  private: attribute(object, ck.CKA_PRIVATE),
  sensitive: attribute(object, ck.CKA_SENSITIVE),
  alwaysSensitive: attribute(object, ck.CKA_ALWAYS_SENSITIVE),
  extractable: attribute(object, ck.CKA_EXTRACTABLE),
  neverExtractable: attribute(object, ck.CKA_NEVER_EXTRACTABLE),
  local: attribute(object, ck.CKA_LOCAL),
  wrap: attribute(object, ck.CKA_WRAP),
  unwrap: attribute(object, ck.CKA_UNWRAP),
  derive: attribute(object, ck.CKA_DERIVE),
  length: attribute(object, ck.CKA_VALUE_LEN),
  // CKA_VALUE
  value: attribute(object, 0x11),
}))
process.stdout.write(JSON.stringify(rows))

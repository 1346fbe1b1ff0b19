import { invalid } from '../../core/base/errors.ts'
import { changeKey } from '../../core/key/change-key.ts'
import { openImported } from '../../core/key/import-parameters.ts'
import type { Key } from '../../core/key/key.ts'
import { placeMaterial } from '../../core/key/place-material.ts'
import { specOf } from '../../core/key/spec.ts'
import { IMPORTABLE } from '../../core/key/state.ts'
import { DAY, wrongOrigin } from '../../core/lifecycle/rotation.ts'
import { askerOf, defineOperation } from '../../core/operation.ts'
import { blob, oneOf, optional, struct, type TypeOf, timestamp } from '../../core/shape/shapes.ts'
import { expirationModel, keyId, materialDescription, materialId } from '../members.ts'

/** days that an expiration may lie ahead (API_ImportKeyMaterial, ValidTo) */
const FURTHEST = 365

const input = struct({
  KeyId: keyId,
  ImportToken: blob({ min: 1, max: 6144 }),
  EncryptedKeyMaterial: blob({ min: 1, max: 6144 }),
  ValidTo: optional(timestamp),
  ExpirationModel: optional(expirationModel),
  ImportType: optional(oneOf(['NEW_KEY_MATERIAL', 'EXISTING_KEY_MATERIAL'])),
  KeyMaterialDescription: optional(materialDescription),
  KeyMaterialId: optional(materialId),
})
type Input = TypeOf<typeof input>

/** Imports key material that was wrapped under the public key of GetParametersForImport. */
export const importKeyMaterial = defineOperation({
  name: 'ImportKeyMaterial',
  summary: 'Imports key material into a key.',
  http: 'POST /v1/keys/{KeyId}/import',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_ImportKeyMaterial.html',
  differs:
    'IncorrectKeyMaterialException says what is wrong with material that does not fit the key spec; AWS KMS says nothing. Material of ML-KEM keys is PKCS#8 with seed, expanded key or both (RFC 9935); AWS KMS does not document which it takes.',
  audience: 'tenant',
  input,
  output: struct({ KeyId: keyId, KeyMaterialId: optional(materialId) }),
  errors: [
    'NotFoundException',
    'InvalidArnException',
    'KMSInvalidStateException',
    'UnsupportedOperationException',
    'InvalidCiphertextException',
    'IncorrectKeyMaterialException',
    'ExpiredImportTokenException',
    'InvalidImportTokenException',
  ],
  keys: {
    key: { from: ['KeyId'], states: IMPORTABLE, alias: false, crossAccount: false },
  },
  versionOf: 'key',
  mutates: true,
  uses: ['read', 'write', 'wrapping', 'unwrapping', 'tokens'],
  check({ input, keys: { key }, context: { now } }) {
    if (key.data.origin !== 'EXTERNAL') throw wrongOrigin(key)
    checkExpiration(input, now)
    checkSymmetricMembers(input, key)
  },
  async run(call, ports) {
    const {
      input,
      keys: { key },
      context: { now },
    } = call
    const opened = await openImported(key, ports, {
      token: input.ImportToken,
      encrypted: input.EncryptedKeyMaterial,
      now,
      asker: askerOf(call),
    })
    const { KeyMaterialDescription: description, ValidTo: validTo } = input
    const imported = {
      ...opened,
      ...(description !== undefined && { description }),
      ...(validTo !== undefined && { validTo }),
    }
    const changes = placeMaterial(key, imported, {
      type: input.ImportType,
      expectedId: input.KeyMaterialId,
    })
    await changeKey(key, changes, ports.write)
    return { KeyId: key.arn, ...(isSymmetric(key) && { KeyMaterialId: imported.id }) }
  },
})

const isSymmetric = (key: Key) => specOf(key).kind === 'symmetric'

/** The text of the first is recorded; the others follow it. */
function checkExpiration({ ExpirationModel, ValidTo }: Input, now: number): void {
  const model = ExpirationModel ?? 'KEY_MATERIAL_EXPIRES'
  if (model === 'KEY_MATERIAL_DOES_NOT_EXPIRE') {
    if (ValidTo === undefined) return
    throw invalid(`A validTo date must not be set if the ExpirationModel is ${model}`)
  }
  if (ValidTo === undefined) {
    throw invalid(`A validTo date must be set if the ExpirationModel is ${model}`)
  }
  if (ValidTo <= now) throw invalid('The validTo date must be in the future')
  if (ValidTo > now + FURTHEST * DAY) {
    throw invalid(`The validTo date must be within ${FURTHEST} days`)
  }
}

/** Members that AWS's reference calls "only usable with symmetric encryption keys". */
function checkSymmetricMembers(input: Input, key: Key): void {
  const { ImportType, KeyMaterialDescription, KeyMaterialId } = input
  const given = Object.entries({ ImportType, KeyMaterialDescription, KeyMaterialId }).find(
    ([, value]) => value !== undefined,
  )
  if (given !== undefined && !isSymmetric(key)) {
    throw invalid(`${given[0]} can only be used with symmetric encryption keys`)
  }
  if (ImportType === 'NEW_KEY_MATERIAL' && KeyMaterialId !== undefined) {
    throw invalid('You cannot specify a KeyMaterialId when ImportType is NEW_KEY_MATERIAL')
  }
}

import { changeKey } from '../../core/key/change-key.ts'
import type { Key } from '../../core/key/key.ts'
import { removeMaterial } from '../../core/key/place-material.ts'
import { specOf } from '../../core/key/spec.ts'
import { ERASABLE } from '../../core/key/state.ts'
import { wrongOrigin } from '../../core/lifecycle/rotation.ts'
import { defineOperation } from '../../core/operation.ts'
import { optional, string, struct } from '../../core/shape/shapes.ts'
import { keyId, materialId } from '../members.ts'

/** Deletes imported key material; the key waits until the same is imported again. */
export const deleteImportedKeyMaterial = defineOperation({
  name: 'DeleteImportedKeyMaterial',
  summary: 'Deletes imported key material of a key.',
  http: 'DELETE /v1/keys/{KeyId}/material',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_DeleteImportedKeyMaterial.html',
  audience: 'tenant',
  input: struct({ KeyId: keyId, KeyMaterialId: optional(materialId) }),
  output: struct({
    KeyId: optional(keyId),
    KeyMaterialId: optional(string({ min: 0, max: 64, pattern: '^[a-f0-9]+$' })),
  }),
  errors: [
    'NotFoundException',
    'InvalidArnException',
    'KMSInvalidStateException',
    'UnsupportedOperationException',
  ],
  keys: { key: { from: ['KeyId'], states: ERASABLE, alias: false, crossAccount: false } },
  versionOf: 'key',
  mutates: true,
  uses: ['write', 'relating', 'forget'],
  check({ keys: { key } }) {
    if (key.data.origin !== 'EXTERNAL') throw wrongOrigin(key)
  },
  async run({ input, keys: { key }, context: { now } }, { write, relating, forget }) {
    const changes = removeMaterial(key, input.KeyMaterialId)
    const id = input.KeyMaterialId ?? key.data.material?.id
    if (id !== undefined && isSharedPending(key, id)) {
      const { dropPending } = await import('../../core/lifecycle/pending-material.ts')
      await dropPending(key, id, relating, now)
    }
    if (Object.keys(changes).length > 0) await changeKey(key, changes, write)
    // also where a call before this one deleted it, and was cut short here
    await forget.forget()
    const told = id !== undefined && specOf(key).kind === 'symmetric'
    return { KeyId: key.arn, ...(told && { KeyMaterialId: id }) }
  },
})

/** Whether it is material that a primary key expects of its replicas: it goes there too. */
const isSharedPending = ({ related, data }: Key, id: string): boolean =>
  related?.type === 'PRIMARY' && data.pending?.id === id

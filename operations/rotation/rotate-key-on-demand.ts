import { KmsError } from '../../core/base/errors.ts'
import type { Key } from '../../core/key/key.ts'
import { checkPrimary } from '../../core/key/primary.ts'
import { ROTATABLE_NOW } from '../../core/key/state.ts'
import { recordActs } from '../../core/lifecycle/pending-acts.ts'
import {
  checkRotatable,
  MOST_ON_DEMAND,
  onDemandRotations,
  rotateImported,
  rotateMaterial,
  wrongOrigin,
} from '../../core/lifecycle/rotation.ts'
import { defineOperation } from '../../core/operation.ts'
import { struct } from '../../core/shape/shapes.ts'
import { keyId } from '../members.ts'

/** Makes new material current at once; what was encrypted before still decrypts. */
export const rotateKeyOnDemand = defineOperation({
  name: 'RotateKeyOnDemand',
  summary: 'Rotates the key material of a key at once.',
  http: 'POST /v1/keys/{KeyId}/rotate',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_RotateKeyOnDemand.html',
  audience: 'tenant',
  input: struct({ KeyId: keyId }),
  output: struct({ KeyId: keyId }),
  errors: [
    'NotFoundException',
    'DisabledException',
    'InvalidArnException',
    'KMSInvalidStateException',
    'UnsupportedOperationException',
    'LimitExceededException',
    'ConflictException',
  ],
  keys: {
    key: {
      from: ['KeyId'],
      states: ROTATABLE_NOW,
      whenDisabled: 'DisabledException',
      alias: false,
      crossAccount: false,
    },
  },
  versionOf: 'key',
  mutates: true,
  uses: ['read', 'write', 'related', 'wrapping', 'acts'],
  async check({ keys: { key }, context: { now } }, { related }) {
    checkRotation(key)
    if (key.data.pending === undefined || key.related === undefined) return
    const { isPendingEverywhere } = await import('../../core/lifecycle/pending-material.ts')
    if (!(await isPendingEverywhere(key, related, now))) throw nothingPending(key)
  },
  async run({ keys: { key }, context: { now } }, ports) {
    const { pending } = key.data
    const rotated =
      pending === undefined
        ? await rotateMaterial(key, ports, { type: 'ON_DEMAND', now })
        : await rotateImported(key, pending, ports.write, now)
    await recordActs(rotated, ports.acts, ports.write)
    return { KeyId: key.arn }
  },
})

function checkRotation(key: Key): void {
  checkPrimary(key)
  checkRotatable(key)
  const { origin, pending } = key.data
  if (origin !== 'AWS_KMS' && origin !== 'EXTERNAL') throw wrongOrigin(key)
  if (origin === 'EXTERNAL' && pending === undefined) throw nothingPending(key)
  if (onDemandRotations(key) >= MOST_ON_DEMAND) {
    throw new KmsError(
      'LimitExceededException',
      `The on-demand rotations limit has been reached for the given keyId. No more on-demand rotations can be performed for this key: ${key.arn}`,
    )
  }
}

const nothingPending = ({ arn }: Key): KmsError =>
  new KmsError(
    'KMSInvalidStateException',
    `No available key material pending rotation for the key: ${arn}.`,
  )

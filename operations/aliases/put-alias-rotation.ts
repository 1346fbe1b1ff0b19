import { commit } from '../../core/base/conflict.ts'
import { KmsError } from '../../core/base/errors.ts'
import { checkAliasName } from '../../core/key/alias.ts'
import { aliasPlace } from '../../core/key/resolve.ts'
import { specOf } from '../../core/key/spec.ts'
import { NOT_LEAVING } from '../../core/key/state.ts'
import { rotationOf, withRotation } from '../../core/lifecycle/alias-rotation.ts'
import { DAY, wrongOrigin } from '../../core/lifecycle/rotation.ts'
import { defineOperation } from '../../core/operation.ts'
import { struct, timestamp } from '../../core/shape/shapes.ts'
import { aliasName, rotationPeriod } from '../members.ts'

/** Has an alias moved to a new key every so many days, for keys whose own material can't rotate. */
export const putAliasRotation = defineOperation({
  name: 'PutAliasRotation',
  summary: 'Has an alias of an asymmetric or HMAC key moved to a new key every so many days.',
  http: 'PUT /v1/aliases/{AliasName}/rotation',
  audience: 'tenant',
  input: struct({ AliasName: aliasName, RotationPeriodInDays: rotationPeriod }),
  output: struct({
    AliasName: aliasName,
    RotationPeriodInDays: rotationPeriod,
    NextRotationDate: timestamp,
  }),
  errors: [
    'NotFoundException',
    'NotAuthorizedException',
    'KMSInvalidStateException',
    'UnsupportedOperationException',
  ],
  keys: {
    key: {
      from: ['AliasName'],
      action: 'kms:UpdateAlias',
      states: NOT_LEAVING,
      alias: true,
      crossAccount: false,
    },
  },
  alias: (input) => input.AliasName,
  alsoActions: () => ['kms:CreateKey'],
  versionOf: 'key',
  mutates: true,
  uses: ['read', 'write'],
  validate: ({ AliasName }) => checkAliasName(AliasName),
  check({ keys: { key } }) {
    if (key.data.origin !== 'AWS_KMS') throw wrongOrigin(key)
    if (key.data.multiRegion) {
      throw new KmsError(
        'UnsupportedOperationException',
        `${key.arn} is a multi-Region key: a new key for the alias would be in one Region alone.`,
      )
    }
    if (!specOf(key).rotatable) return
    throw new KmsError(
      'UnsupportedOperationException',
      `${key.arn} rotates its own key material: use EnableKeyRotation.`,
    )
  },
  async run({ input, keys: { key }, context: { now } }, { read, write }) {
    const { AliasName, RotationPeriodInDays: days } = input
    const [alias] = await read.get([aliasPlace(key.accountId, key.region, AliasName)])
    if (alias === undefined) throw new KmsError('NotFoundException', `${AliasName} is not found.`)
    const former = rotationOf(alias)
    const rotation = former?.days === days ? former : { days, next: now + days * DAY }
    if (rotation !== former) await commit(write.put(withRotation(alias, rotation)))
    return { AliasName, RotationPeriodInDays: days, NextRotationDate: rotation.next }
  },
})

import { KmsError } from '../../core/base/errors.ts'
import { aliasPlace } from '../../core/key/resolve.ts'
import { ANY } from '../../core/key/state.ts'
import { rotationOf } from '../../core/lifecycle/alias-rotation.ts'
import { defineOperation } from '../../core/operation.ts'
import { boolean, optional, struct, timestamp } from '../../core/shape/shapes.ts'
import { aliasName, keyId, rotationPeriod } from '../members.ts'

/** Answers whether, how often and when next an alias moves to a new key. */
export const getAliasRotation = defineOperation({
  name: 'GetAliasRotation',
  summary: 'Answers whether and when an alias moves to a new key.',
  http: 'GET /v1/aliases/{AliasName}/rotation',
  audience: 'tenant',
  input: struct({ AliasName: aliasName }),
  output: struct({
    AliasName: aliasName,
    TargetKeyId: keyId,
    RotationEnabled: boolean,
    RotationPeriodInDays: optional(rotationPeriod),
    NextRotationDate: optional(timestamp),
  }),
  errors: ['NotFoundException'],
  keys: {
    key: {
      from: ['AliasName'],
      action: 'kms:GetKeyRotationStatus',
      states: ANY,
      alias: true,
      crossAccount: false,
    },
  },
  versionOf: 'key',
  mutates: false,
  uses: ['read'],
  async run({ input: { AliasName }, keys: { key } }, { read }) {
    const [alias] = await read.get([aliasPlace(key.accountId, key.region, AliasName)])
    if (alias === undefined) throw new KmsError('NotFoundException', `${AliasName} is not found.`)
    const rotation = rotationOf(alias)
    return {
      AliasName,
      TargetKeyId: key.id,
      RotationEnabled: rotation !== undefined,
      ...(rotation !== undefined && {
        RotationPeriodInDays: rotation.days,
        NextRotationDate: rotation.next,
      }),
    }
  },
})

import { kmsArn } from '../../core/base/arn.ts'
import { commit } from '../../core/base/conflict.ts'
import { KmsError } from '../../core/base/errors.ts'
import { checkAliasName, NOT_TO_ALIASES, noteAlias } from '../../core/key/alias.ts'
import { aliasItem } from '../../core/key/key-items.ts'
import { aliasPlace } from '../../core/key/resolve.ts'
import { NOT_LEAVING } from '../../core/key/state.ts'
import { defineOperation } from '../../core/operation.ts'
import { struct } from '../../core/shape/shapes.ts'
import { aliasName, keyId } from '../members.ts'

/** Gives a key a name that applications can keep while keys change. */
export const createAlias = defineOperation({
  name: 'CreateAlias',
  summary: 'Creates an alias of a key.',
  http: 'POST /v1/aliases',
  status: 201,
  idempotencyKey: true,
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html',
  audience: 'tenant',
  input: struct({ AliasName: aliasName, TargetKeyId: keyId }),
  errors: [
    'NotAuthorizedException',
    'AlreadyExistsException',
    'NotFoundException',
    'InvalidAliasNameException',
    'LimitExceededException',
    'KMSInvalidStateException',
  ],
  keys: {
    key: {
      from: ['TargetKeyId'],
      states: NOT_LEAVING,
      alias: false,
      whenAlias: NOT_TO_ALIASES,
      crossAccount: false,
    },
  },
  alias: (input) => input.AliasName,
  versionOf: 'key',
  mutates: true,
  uses: ['read', 'write'],
  validate: ({ AliasName }) => checkAliasName(AliasName),
  async run({ input: { AliasName }, keys: { key }, context }, { read, write }) {
    const place = aliasPlace(key.accountId, key.region, AliasName)
    const [existing] = await read.get([place])
    if (existing !== undefined) throw taken()
    await noteAlias(key, AliasName, { read, write })
    const data = { target: key.id, created: context.now, updated: context.now }
    await commit(write.put(aliasItem.item(place, 1, data)))

    function taken(): KmsError {
      const arn = kmsArn(key.region, key.accountId, AliasName)
      return new KmsError('AlreadyExistsException', `An alias with the name ${arn} already exists`)
    }
  },
})

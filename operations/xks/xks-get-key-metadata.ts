import { ANY, USABLE } from '../../core/key/state.ts'
import { checkMaterialHere } from '../../core/key/xks-cipher.ts'
import { defineOperation } from '../../core/operation.ts'
import { list, oneOf, string, struct } from '../../core/shape/shapes.ts'
import { xksConditions } from '../../core/xks/condition-keys.ts'
import { XKS_KEY_SPEC, XKS_KEY_USAGE } from '../../core/xks/protocol.ts'
import { auditedCall, externalKeyId, metadataOfNewKey, xksPrefix } from './xks-members.ts'

/** Tells AWS KMS what a key is before it makes a KMS key of it, and when that one is described. */
export const xksGetKeyMetadata = defineOperation({
  name: 'XksGetKeyMetadata',
  summary:
    'Tells AWS KMS the spec, usage and status of a key that it uses by an external key store.',
  http: 'POST /{xksPrefix}/kms/xks/v1/keys/{externalKeyId}/metadata',
  service: 'xks',
  audience: 'tenant',
  input: struct({ xksPrefix, externalKeyId, requestMetadata: metadataOfNewKey }),
  output: struct({
    keySpec: string(),
    keyUsage: list(string()),
    keyStatus: oneOf(['ENABLED', 'DISABLED']),
  }),
  errors: ['UnsupportedOperationException'],
  keys: {
    key: {
      from: ['externalKeyId'],
      action: 'kms:DescribeKey',
      states: ANY,
      alias: false,
      crossAccount: false,
    },
  },
  given: ({ requestMetadata }) => xksConditions(requestMetadata),
  mutates: false,
  audited: ({ input }) => auditedCall(input.requestMetadata),
  uses: [],
  run({ keys: { key } }) {
    checkMaterialHere(key)
    const { spec, usage, state } = key.data
    const aes = spec === 'SYMMETRIC_DEFAULT'
    return {
      keySpec: aes ? XKS_KEY_SPEC : spec,
      // of another kind of key AWS KMS makes none, whatever its use
      keyUsage: aes ? [...XKS_KEY_USAGE] : [usage],
      keyStatus: USABLE.includes(state) ? ('ENABLED' as const) : ('DISABLED' as const),
    }
  },
})

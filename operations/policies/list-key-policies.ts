import { invalid } from '../../core/base/errors.ts'
import { ANY } from '../../core/key/state.ts'
import { defineOperation } from '../../core/operation.ts'
import { boolean, list, struct } from '../../core/shape/shapes.ts'
import { keyId, limit, marker, policyName } from '../members.ts'

/** Lists the names of a key's policies: there is one, `default`. */
export const listKeyPolicies = defineOperation({
  name: 'ListKeyPolicies',
  summary: 'Lists the names of the key policies of a key.',
  http: 'GET /v1/keys/{KeyId}/policies',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeyPolicies.html',
  audience: 'tenant',
  input: struct({ KeyId: keyId, Limit: limit, Marker: marker }),
  output: struct({ PolicyNames: list(policyName), NextMarker: marker, Truncated: boolean }),
  errors: ['NotFoundException', 'InvalidArnException', 'KMSInvalidStateException'],
  keys: { key: { from: ['KeyId'], states: ANY, alias: false, crossAccount: false } },
  versionOf: 'key',
  mutates: false,
  uses: [],
  check({ input: { Marker } }) {
    // one name never fills a page, so no marker of this list was ever issued; its model has no other code
    if (Marker !== undefined) throw invalid('The marker is not one of this list.')
  },
  run: () => ({ PolicyNames: ['default'], Truncated: false }),
})

import { survey } from '../../core/access/survey.ts'
import { openMarker, pageMembers } from '../../core/key/paging.ts'
import { ANY } from '../../core/key/state.ts'
import { defineOperation } from '../../core/operation.ts'
import { boolean, integer, list, optional, string, struct } from '../../core/shape/shapes.ts'
import { keyId, marker } from '../members.ts'

/** Lists who may do what with a key, and by what. */
export const listKeyAccess = defineOperation({
  name: 'ListKeyAccess',
  summary: 'Lists who may do what with a key, and what lets them.',
  http: 'GET /v1/keys/{KeyId}/access',
  audience: 'tenant',
  input: struct({
    KeyId: keyId,
    Limit: optional(integer({ min: 1, max: 100 })),
    Marker: marker,
  }),
  output: struct({
    Principals: list(
      struct({
        Principal: string(),
        Access: list(struct({ Actions: list(string()), Conditional: boolean, Reason: string() })),
      }),
    ),
    NextMarker: marker,
    Truncated: boolean,
  }),
  errors: ['NotFoundException', 'InvalidArnException', 'InvalidMarkerException'],
  // as ExplainAccess, which tells the same of one principal
  keys: {
    key: {
      from: ['KeyId'],
      action: 'kms:GetKeyPolicy',
      states: ANY,
      alias: true,
      crossAccount: false,
    },
  },
  alsoActions: () => ['tenkey:ExplainAccess'],
  versionOf: 'key',
  mutates: false,
  uses: ['decisions', 'tokens'],
  async run({ input, keys, caller, context }, { decisions, tokens }) {
    const { key } = keys
    const list = `ListKeyAccess/${key.arn}`
    const request = { accountId: caller.accountId, list, marker: input.Marker }
    const after = await openMarker(tokens, request)
    const page = await survey(decisions.read, context, key, { after, limit: input.Limit ?? 20 })
    return { Principals: page.principals, ...(await pageMembers(tokens, request, page.next)) }
  },
})

import { CHANGE_KINDS } from '../../core/audit/change-kinds.ts'
import { defineOperation } from '../../core/operation.ts'
import { described, list, oneOf, optional, struct, timestamp } from '../../core/shape/shapes.ts'

/**
 * Tells what kinds of things of the caller's account have changed, so that whoever shows them reads them anew, with
 * permissions of their own. A server streams them at the same address (server/change-streams.ts).
 */
export const getChanges = defineOperation({
  name: 'GetChanges',
  summary: 'Tells which kinds of things of the account have changed since a moment.',
  http: 'GET /v1/changes',
  audience: 'anyone',
  input: struct({
    Since: optional(
      described(
        'Until of the call before; of what was more than five minutes ago every kind is told. Nothing is told unless given',
        timestamp,
      ),
    ),
  }),
  output: struct({
    Kinds: described(
      'What has changed; `audit` where anything was recorded. A change may be told twice',
      list(oneOf(CHANGE_KINDS)),
    ),
    Until: described('Since of the next call', timestamp),
  }),
  errors: [],
  keys: {},
  // what has changed is read by who may read it; that something has is no secret within an account
  needs: 'nothing',
  mutates: false,
  uses: ['trail'],
  async run({ input: { Since }, caller: { accountId }, context: { now } }, { trail }) {
    if (Since === undefined) return { Kinds: [], Until: now }
    const watch = await trail.watch(accountId, Math.min(Since, now))
    return { Kinds: [...(await watch.look(now))].sort(), Until: now }
  },
})

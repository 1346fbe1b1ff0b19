import type { AuditPosition } from '../../core/audit/audit.ts'
import { keyArn } from '../../core/base/arn.ts'
import { invalid, KmsError } from '../../core/base/errors.ts'
import { issueToken, readToken } from '../../core/crypto/opaque-token.ts'
import { defineOperation } from '../../core/operation.ts'
import {
  any,
  boolean,
  integer,
  list,
  optional,
  string,
  struct,
  timestamp,
} from '../../core/shape/shapes.ts'
import { keyId, marker } from '../members.ts'

/** ms searched back from EndTime where no StartTime is given */
const DEFAULT_SPAN = 7 * 86_400_000
/** ms; CloudTrail's own event history reaches back 90 days */
const LONGEST_SPAN = 400 * 86_400_000

/** Searches the audit trail of the caller's account, newest records first. */
export const listAuditRecords = defineOperation({
  name: 'ListAuditRecords',
  summary: 'Searches the audit trail of the account, newest records first.',
  http: 'GET /v1/audit',
  audience: 'tenant',
  input: struct({
    StartTime: optional(timestamp),
    EndTime: optional(timestamp),
    KeyId: optional(keyId),
    Principal: optional(string({ min: 1, max: 2048 })),
    EventName: optional(string({ min: 1, max: 128 })),
    Limit: optional(integer({ min: 1, max: 1000 })),
    Marker: marker,
  }),
  output: struct({ Records: list(any), NextMarker: marker, Truncated: boolean }),
  errors: ['InvalidMarkerException'],
  keys: {},
  mutates: false,
  uses: ['trail', 'tokens'],
  async run({ input, caller: { accountId }, context: { region, now } }, { trail, tokens }) {
    const to = input.EndTime ?? now
    const from = input.StartTime ?? to - DEFAULT_SPAN
    if (from > to || to - from > LONGEST_SPAN) {
      throw invalid('StartTime must lie before EndTime, by 400 days at most.')
    }
    const key = await tokens.tokenKey(accountId)
    const after = position(key, input.Marker)
    const { records, next } = await trail.find({
      accountId,
      from,
      to,
      limit: input.Limit ?? 50,
      ...(input.KeyId !== undefined && { keyArn: arnOf(input.KeyId, region, accountId) }),
      ...(input.Principal !== undefined && { principal: input.Principal }),
      ...(input.EventName !== undefined && { eventName: input.EventName }),
      ...(after !== undefined && { after }),
    })
    return {
      Records: records,
      Truncated: next !== undefined,
      ...(next !== undefined && { NextMarker: issueToken(key, MARKER, next) }),
    }
  },
})

const MARKER = 'marker/ListAuditRecords'

function position(key: Parameters<typeof readToken>[0], text: string | undefined) {
  if (text === undefined) return undefined
  const read = readToken(key, MARKER, text)
  if (read === undefined)
    throw new KmsError('InvalidMarkerException', 'The marker is not one of this list.')
  return read as AuditPosition
}

/** The trail outlives keys, so a key is not looked up: its id or ARN is enough. */
const arnOf = (id: string, region: string, accountId: string) =>
  id.startsWith('arn:') ? id : keyArn(region, accountId, id)

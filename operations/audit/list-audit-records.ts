import type { AuditedKey, AuditPosition } from '../../core/audit/audit.ts'
import { isKeyId, keyArn, kmsArn } from '../../core/base/arn.ts'
import { FAULTS, invalid, KmsError } from '../../core/base/errors.ts'
import { issueToken, readToken } from '../../core/crypto/opaque-token.ts'
import { aliasTarget } from '../../core/key/resolve.ts'
import { defineOperation, type Ports } from '../../core/operation.ts'
import {
  boolean,
  described,
  integer,
  list,
  optional,
  string,
  struct,
  timestamp,
} from '../../core/shape/shapes.ts'
import type { Found } from '../../core/store/store.ts'
import { marker } from '../members.ts'
import { auditEvent } from './audit-members.ts'
import { EVENT_NAMES } from './event-names.ts'

/** ms searched back from EndTime where no StartTime is given */
const DEFAULT_SPAN = 7 * 86_400_000
/** ms; CloudTrail's own event history reaches back 90 days */
const LONGEST_SPAN = 400 * 86_400_000

/** Searches the audit trail of the caller's account, newest records first. */
export const listAuditRecords = defineOperation({
  name: 'ListAuditRecords',
  summary: 'Searches the audit trail of the account, newest records first.',
  http: 'GET /v1/audit',
  audience: 'anyone',
  input: struct({
    StartTime: optional(
      described('Records from then on; seven days before EndTime unless given', timestamp),
    ),
    EndTime: optional(described('Records until then; until now unless given', timestamp)),
    KeyId: optional(
      string({
        min: 1,
        max: 2048,
        description:
          'Records about a key, refused calls that named it included: key id, key ARN, alias name or alias ARN',
      }),
    ),
    Principal: optional(
      string({
        min: 1,
        max: 2048,
        description:
          'Records of who called: ARN, name of a user or role, unique id or access key id',
      }),
    ),
    EventName: optional(
      string({ min: 1, max: 128, description: 'Records of one operation, or of one kind of act' }),
    ),
    ErrorCode: optional(
      string({
        min: 1,
        max: 128,
        description: 'Records of calls that were refused with this code',
      }),
    ),
    Limit: optional(
      described('Records of a page, at most; 50 unless given', integer({ min: 1, max: 1000 })),
    ),
    Marker: optional(
      string({
        min: 1,
        max: 1024,
        pattern: '[\\u0020-\\u00FF]*',
        description: 'NextMarker of the page before',
      }),
    ),
  }),
  output: struct({ Records: list(auditEvent), NextMarker: marker, Truncated: boolean }),
  errors: ['InvalidMarkerException', 'NotFoundException'],
  keys: {},
  mutates: false,
  uses: ['aliases', 'trail', 'tokens'],
  validate({ KeyId, Principal, EventName, ErrorCode }) {
    if (KeyId !== undefined) checkKey(KeyId)
    if (Principal !== undefined && !PRINCIPAL.test(Principal)) {
      throw invalid(
        `Principal '${Principal}' matches nobody: it can be an ARN, a name, a unique id or an access key id.`,
      )
    }
    if (EventName !== undefined && !EVENT_NAMES.has(EventName)) {
      throw invalid(`EventName '${EventName}' matches no event: it can be an operation's name.`)
    }
    if (ErrorCode !== undefined && !FAULTS.has(ErrorCode) && ErrorCode !== 'AccessDenied') {
      throw invalid(`ErrorCode '${ErrorCode}' matches no refusal of this service.`)
    }
  },
  async run(
    { input, caller: { accountId }, context: { region, now } },
    { aliases, trail, tokens },
  ) {
    const to = input.EndTime ?? now
    const from = input.StartTime ?? to - DEFAULT_SPAN
    if (from > to || to - from > LONGEST_SPAN) {
      throw invalid('StartTime must lie before EndTime, by 400 days at most.')
    }
    const tokenKey = await tokens.tokenKey(accountId)
    const after = position(tokenKey, input.Marker)
    const { KeyId } = input
    const home = { accountId, region }
    const asked = KeyId === undefined ? undefined : await keyNamed(KeyId, home, aliases)
    const { records, next } = await trail.find({
      accountId,
      from,
      to,
      now,
      limit: input.Limit ?? 50,
      ...(asked !== undefined && { key: asked.key }),
      ...(input.Principal !== undefined && { principal: input.Principal }),
      ...(input.EventName !== undefined && { eventName: input.EventName }),
      ...(input.ErrorCode !== undefined && { errorCode: input.ErrorCode }),
      ...(after !== undefined && { after }),
    })
    // an alias that is gone has records; one that never was is a mistake, which an empty list would hide
    if (asked?.missing === true && records.length === 0 && next === undefined && !after) {
      const words = `Alias ${KeyId} is not found, and no record of this time names it.`
      throw new KmsError('NotFoundException', words)
    }
    return {
      Records: records,
      Truncated: next !== undefined,
      ...(next !== undefined && { NextMarker: issueToken(tokenKey, MARKER, next) }),
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

/** An ARN of IAM or AWS STS, or a name (IAM's characters; a session's unique id has a colon) */
const PRINCIPAL = /^(arn:aws[a-z-]*:(iam|sts)::\d{12}:.+|[\w+=,.@-]+(:[\w+=,.@-]+)?)$/
const ALIAS = /^alias\/[a-zA-Z0-9:/_-]+$/
const ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(.+)$/

/** @throws KmsError ValidationException for a text that names no key, whatever keys there are or were */
function checkKey(text: string): void {
  const resource = ARN.exec(text)?.[1] ?? (text.startsWith('alias/') ? text : `key/${text}`)
  if (ALIAS.test(resource)) return
  if (resource.startsWith('key/') && isKeyId(resource.slice('key/'.length))) return
  throw invalid(
    `KeyId '${text}' can be no key's: it can be a key id, a key ARN, an alias name or an alias ARN.`,
  )
}

/**
 * A key by all names that records may have for it. The trail outlives keys, so its id or ARN is enough; an
 * alias stands for itself and, where it is there, for the key that it points to now.
 * @returns the key, and whether it is an alias of one's own that is not there
 */
async function keyNamed(
  text: string,
  home: { accountId: string; region: string },
  aliases: Ports['aliases'],
): Promise<{ readonly key: AuditedKey; readonly missing?: boolean }> {
  const resource = ARN.exec(text)?.[1] ?? (text.startsWith('alias/') ? text : `key/${text}`)
  const [, , , region = home.region, accountId = home.accountId] = text.startsWith('arn:')
    ? text.split(':')
    : []
  const place = { accountId, region }
  if (!resource.startsWith('alias/')) return { key: namesOf(place, resource.slice('key/'.length)) }
  const arn = kmsArn(region, accountId, resource)
  const own = accountId === home.accountId && region === home.region
  const found: Found = async (of) => (await aliases.get([of]))[0]
  const pointsTo = own ? await aliasTarget(accountId, region, resource, found) : undefined
  const target = pointsTo === undefined ? undefined : namesOf(place, pointsTo)
  const key = {
    arns: new Set([arn, ...(target?.arns ?? [])]),
    names: new Set([...(own ? [resource] : []), arn, ...(target?.names ?? [])]),
  }
  return { key, missing: own && target === undefined }
}

function namesOf({ accountId, region }: { accountId: string; region: string }, id: string) {
  const arn = keyArn(region, accountId, id)
  return { arns: new Set([arn]), names: new Set([id, arn]) }
}

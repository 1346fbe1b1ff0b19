import { USES } from '../../core/key/last-usage.ts'
import { ANY } from '../../core/key/state.ts'
import { defineOperation } from '../../core/operation.ts'
import { oneOf, optional, string, struct, timestamp } from '../../core/shape/shapes.ts'
import { keyId } from '../members.ts'

const lastUsage = struct({
  Operation: optional(oneOf(USES)),
  Timestamp: optional(timestamp),
  CloudTrailEventId: optional(string()),
  KmsRequestId: optional(string()),
})

/** Answers when a key was last used with success; every use since its creation counts. */
export const getKeyLastUsage = defineOperation({
  name: 'GetKeyLastUsage',
  summary: 'Answers when and for what a key was last used.',
  http: 'GET /v1/keys/{KeyId}/usage',
  docs: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyLastUsage.html',
  differs: 'Where several processes serve, a use in another of them may show up to an hour late.',
  audience: 'tenant',
  input: struct({ KeyId: keyId }),
  output: struct({
    KeyId: keyId,
    KeyLastUsage: lastUsage,
    TrackingStartDate: timestamp,
    KeyCreationDate: timestamp,
  }),
  errors: ['NotFoundException', 'InvalidArnException'],
  keys: { key: { from: ['KeyId'], states: ANY, alias: false, crossAccount: false } },
  versionOf: 'key',
  mutates: false,
  uses: ['usage'],
  async run({ keys: { key } }, { usage }) {
    const last = await usage.last(key)
    return {
      KeyId: key.arn,
      // no use since the creation date is said by an empty member
      KeyLastUsage: last === undefined ? {} : described(last),
      TrackingStartDate: key.data.created,
      KeyCreationDate: key.data.created,
    }
  },
})

const described = (last: {
  operation: string
  at: number
  eventId: string
  requestId: string
}) => ({
  Operation: last.operation,
  Timestamp: last.at,
  CloudTrailEventId: last.eventId,
  KmsRequestId: last.requestId,
})

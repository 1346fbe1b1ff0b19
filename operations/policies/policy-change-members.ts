import {
  boolean,
  described,
  integer,
  list,
  oneOf,
  optional,
  string,
  struct,
  timestamp,
} from '../../core/shape/shapes.ts'
import { marker } from '../members.ts'

const sha256 = string({
  min: 64,
  max: 64,
  pattern: '^[a-f0-9]+$',
  description: 'SHA-256 of the text as it was put, in UTF-8: hex',
})

const change = struct({
  ChangeNumber: described('Counts the changes that are on record, from 1', integer({ min: 1 })),
  ChangeDate: timestamp,
  PrincipalArn: string({ description: 'Who made it: the ARN as it was then' }),
  PrincipalId: string({ description: 'The unique id of who made it, as in `aws:userid`' }),
  RequestId: string({ description: 'The id of the request, which its audit record has too' }),
  PolicyType: oneOf(['key', 'identity', 'boundary', 'trust']),
  PolicyName: optional(string({ description: 'Of an identity policy' })),
  FormerPolicy: optional(string({ description: 'As it was before; absent where there was none' })),
  FormerPolicySha256: optional(sha256),
  Policy: optional(string({ description: 'As it was put; absent where it was taken away' })),
  PolicySha256: optional(sha256),
})

/** a page has at most 3 MB, two texts of 32 KB for each change: a function may answer 6 MB */
export const changeLimit = optional(integer({ min: 1, max: 25 }))

/** A page of changes of policies. */
export const changePage = struct({
  Changes: list(change),
  DroppedChanges: described('How many older changes are not kept any more', integer({ min: 0 })),
  NextMarker: marker,
  Truncated: boolean,
})

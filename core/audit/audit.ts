import type { ChangeKind } from './change-kinds.ts'

/**
 * One call, or one act of the service's own, in the shape of a CloudTrail record (CloudTrail user guide,
 * "record contents"; AWS KMS Developer Guide, "Examples of AWS KMS log entries"). What is undefined is
 * not in its JSON.
 */
export interface AuditRecord {
  readonly eventVersion: '1.11'
  readonly userIdentity: UserIdentity
  /** RFC 3339, whole seconds; of older releases with milliseconds. The order within one is the trail's */
  readonly eventTime: string
  readonly eventSource: string
  readonly eventName: string
  readonly awsRegion: string
  readonly sourceIPAddress: string
  readonly userAgent: string
  /** `AccessDenied` where the answer is AccessDeniedException (older releases: that); others by name */
  readonly errorCode?: string | undefined
  readonly errorMessage?: string | undefined
  readonly requestParameters: unknown
  readonly responseElements: unknown
  readonly additionalEventData?: { readonly [name: string]: unknown } | undefined
  /** absent for acts of the service's own */
  readonly requestID?: string | undefined
  readonly eventID: string
  readonly readOnly: boolean
  readonly resources: readonly AuditResource[]
  readonly eventType: 'AwsApiCall' | 'AwsServiceEvent'
  readonly managementEvent: true
  readonly recipientAccountId: string
  /** the same in the records that several accounts have of one call */
  readonly sharedEventID?: string | undefined
  /** of acts of the service's own */
  readonly serviceEventDetails?: { readonly [name: string]: unknown } | undefined
  readonly eventCategory: 'Management'
}

export interface UserIdentity {
  /** AWSAccount: a caller of another account; absent for acts of the service's own */
  readonly type?:
    | 'Root'
    | 'IAMUser'
    | 'Role'
    | 'AssumedRole'
    | 'FederatedUser'
    | 'AWSAccount'
    | undefined
  readonly principalId?: string | undefined
  readonly arn?: string | undefined
  readonly accountId: string
  readonly accessKeyId?: string | undefined
  /** of a user, or a role that calls as itself; of a role's session it is its issuer's */
  readonly userName?: string | undefined
  /** of short-lived credentials */
  readonly sessionContext?: SessionContext | undefined
  /** of acts of the service's own */
  readonly invokedBy?: string | undefined
}

/** A key or an alias; CloudTrail calls both a key. */
export interface AuditResource {
  readonly accountId: string
  readonly type: 'AWS::KMS::Key'
  readonly ARN: string
}

/** What short-lived credentials add to their caller's identity. */
export interface SessionContext {
  /** the role that a session is of; of a federated user the user, or the root of the account */
  readonly sessionIssuer?: {
    readonly type: 'Role' | 'IAMUser' | 'Root'
    readonly principalId: string
    readonly arn: string
    readonly accountId: string
    readonly userName?: string
  }
  readonly webIdFederationData?: {
    readonly federatedProvider: string
    readonly attributes?: { readonly [name: string]: string }
  }
  readonly attributes: { readonly creationDate: string; readonly mfaAuthenticated: string }
  readonly sourceIdentity?: string
}

/** A proof of who calls that failed, for a credential that there is. */
export interface FailedProof {
  readonly accountId: string
  readonly region: string
  /** undefined for a token of an identity provider */
  readonly accessKeyId: string | undefined
  /** ARN of whom the access key is of, or of the provider; undefined for short-lived credentials */
  readonly principal: string | undefined
  /** the answer's code, and the operation that was asked for */
  readonly code: string
  readonly eventName: string
  readonly sourceIp: string
  /** Unix ms */
  readonly at: number
}

/** What is known of records beside themselves. */
export interface Recording {
  /** Unix ms of the call: the place of its records; their eventTime unless given */
  readonly at?: number
  /** days that records of one of the accounts are kept, where that is known; null for ever */
  readonly retention?: { readonly accountId: string; readonly days: number | null } | undefined
  /**
   * for records that may be made again, after a crash or by another process: each has a place of its own that
   * follows from its eventID and `at`, and is there once
   */
  readonly once?: boolean
}

/** Takes records. */
export interface Audit {
  /**
   * Takes the records of one call, each cut to what a record may hold (bounded.ts).
   * @param durable wait until they would survive a crash
   * @throws StoreUnavailable where they can't be written now; they are kept, and tried again
   */
  record(records: readonly AuditRecord[], durable: boolean, known?: Recording): Promise<void>
  /** Counts a failed proof, in memory: a minute's for one access key become one record of its account. */
  failed(proof: FailedProof): void
  /** Writes what is still held in memory. @throws StoreUnavailable where some of it can't be */
  flush(): Promise<void>
  standing(): TrailStanding
}

/** How the trail stands, as far as this process knows. */
export interface TrailStanding {
  /**
   * - ok: nothing waits that could not be written
   * - behind: records of some tenants can't be written, others are
   * - unavailable: since the last write that succeeded some have failed
   */
  readonly status: 'ok' | 'behind' | 'unavailable'
  /** records given up since the process began */
  readonly lost: number
}

export interface AuditQuery {
  readonly accountId: string
  /** Unix ms, both included */
  readonly from: number
  readonly to: number
  /** Unix ms: batches that were to be kept until then are not found any more */
  readonly now?: number
  readonly key?: AuditedKey
  /** an ARN, a name, a unique id or an access key id */
  readonly principal?: string
  readonly eventName?: string
  /** as it is in records, or as it was answered */
  readonly errorCode?: string
  readonly limit: number
  /** where the page before ended */
  readonly after?: AuditPosition
}

/** A key to search for, by every name it goes by. */
export interface AuditedKey {
  /** of the key, and of the alias that was given */
  readonly arns: ReadonlySet<string>
  /** what a request may call it: id, ARN, alias */
  readonly names: ReadonlySet<string>
}

/** A place in the trail: the batch, and how many of its records (newest first) are behind us. */
export interface AuditPosition {
  readonly day: string
  readonly sk: string
  readonly taken: number
}

export interface AuditPage {
  /** newest first */
  readonly records: AuditRecord[]
  /** where to go on; absent at the end of the trail */
  readonly next?: AuditPosition
}

/** Looks again and again at what is new in an account's trail. */
export interface ChangeWatch {
  /**
   * The kinds of what has changed since the look before; each change at least once, and of what a look can't read
   * all of, every kind.
   * @param now Unix ms, of the clock that records go by
   * @throws StoreUnavailable where the store does not answer: the next look sees to that time too
   */
  look(now: number): Promise<ReadonlySet<ChangeKind>>
}

/** Reads records back. */
export interface AuditReader {
  find(query: AuditQuery): Promise<AuditPage>
  /** Watches what is new in an account's trail. @param from Unix ms from which on changes are told */
  watch(accountId: string, from: number): Promise<ChangeWatch>
}

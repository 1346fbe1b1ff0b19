/**
 * One call, in the shape of a CloudTrail record (CloudTrail user guide, "record contents"). What is
 * undefined is not in its JSON.
 */
export interface AuditRecord {
  readonly eventVersion: '1.11'
  readonly userIdentity: {
    /** AWSAccount: a caller of another account, in the key owner's record */
    readonly type: 'Root' | 'IAMUser' | 'Role' | 'AssumedRole' | 'AWSAccount'
    readonly principalId: string
    readonly arn?: string | undefined
    readonly accountId: string
    readonly accessKeyId?: string | undefined
    readonly userName?: string | undefined
    /** of short-lived credentials */
    readonly sessionContext?: SessionContext | undefined
  }
  /** RFC 3339 */
  readonly eventTime: string
  readonly eventSource: string
  readonly eventName: string
  readonly awsRegion: string
  readonly sourceIPAddress: string
  readonly userAgent: string
  readonly errorCode?: string | undefined
  readonly errorMessage?: string | undefined
  readonly requestParameters: unknown
  readonly responseElements: unknown
  readonly additionalEventData?: { readonly [name: string]: unknown } | undefined
  readonly requestID: string
  readonly eventID: string
  readonly readOnly: boolean
  readonly resources: readonly {
    readonly accountId: string
    readonly type: 'AWS::KMS::Key'
    readonly ARN: string
  }[]
  readonly eventType: 'AwsApiCall'
  readonly managementEvent: true
  readonly recipientAccountId: string
  readonly eventCategory: 'Management'
}

/** What short-lived credentials add to their caller's identity. */
export interface SessionContext {
  readonly attributes: { readonly creationDate: string; readonly mfaAuthenticated: string }
  readonly sourceIdentity?: string
  readonly webIdFederationData?: { readonly federatedProvider: string }
}

/** Takes records. */
export interface Audit {
  /**
   * Takes the records of one call, each cut to what a record may hold (bounded.ts).
   * @param durable wait until they would survive a crash
   * @throws StoreUnavailable where they can't be written now; they are kept, and tried again
   */
  record(records: readonly AuditRecord[], durable: boolean): Promise<void>
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
  readonly keyArn?: string
  /** an ARN or a user name */
  readonly principal?: string
  readonly eventName?: string
  readonly limit: number
  /** where the page before ended */
  readonly after?: AuditPosition
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

/** Reads records back. */
export interface AuditReader {
  find(query: AuditQuery): Promise<AuditPage>
}

/** AWS JSON 1.1 writes times as Unix seconds, the others as RFC 3339 text; all else is alike. */
export type Face = 'aws' | 'rest' | 'query' | 'xks'

/** For whom something is done that takes its turn, and whether anybody still waits for it. */
export interface Asker {
  readonly account: string
  /** aborted when whoever asked has gone */
  readonly signal?: AbortSignal | undefined
}

/** Whose call uses key material, and for what: what an external key store's proxy is told of it too. */
export interface MaterialUse extends Asker {
  readonly operation: string
  readonly principalArn: string
  readonly requestId: string
}

/** What surrounds a call, whichever face it came by. */
export interface CallContext {
  readonly requestId: string
  readonly face: Face
  /** the Region the caller signed for */
  readonly region: string
  /** the one Region that is served; undefined for all of the partition */
  readonly servedRegion?: string | undefined
  /** the other Regions of the installation, where one is served here */
  readonly otherRegions?: readonly string[]
  /** Unix ms, by the service's clock, which a test may move: keys live by it */
  readonly now: number
  /** Unix ms, by the machine's clock: sessions and tokens live by it */
  readonly wallTime: number
  /** Unix ms, as signers know it: signatures are checked by it; the same but where sessions live by a test's clock */
  readonly signatureTime: number
  readonly sourceIp: string
  readonly userAgent: string
  readonly secure: boolean
  /** aborted when the caller's connection is closed before the answer; where the edge can tell */
  readonly signal?: AbortSignal | undefined
}

/** AWS JSON 1.1 writes times as Unix seconds, REST and the query protocol as RFC 3339 text; all else is alike. */
export type Face = 'aws' | 'rest' | 'query'

/** What surrounds a call, whichever face it came by. */
export interface CallContext {
  readonly requestId: string
  readonly face: Face
  /** the Region the caller signed for */
  readonly region: string
  /** Unix ms, by the service's clock, which a test may move: keys live by it */
  readonly now: number
  /** Unix ms, by the machine's clock: signatures and sessions live by it */
  readonly wallTime: number
  readonly sourceIp: string
  readonly userAgent: string
  readonly secure: boolean
}

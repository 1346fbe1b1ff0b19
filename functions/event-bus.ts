import { parseJson } from '../core/base/json.ts'
import type { SigningCredentials } from '../core/signature/sign-request.ts'
import { signRequest } from '../core/signature/sign-request.ts'

/** An event as PutEvents takes it. */
export interface BusEvent {
  readonly Source: string
  readonly DetailType: string
  /** JSON of an object */
  readonly Detail: string
  /** Unix s */
  readonly Time: number
}

/** Events of one PutEvents; EventBridge's own bound. */
export const MAX_EVENTS = 10

/** ms that one exchange may take */
const PATIENCE = 5_000

export interface EventBusOptions {
  /** e.g. `https://events.eu-west-1.amazonaws.com` */
  readonly endpoint: string
  readonly region: string
  /** name or ARN */
  readonly bus: string
  readonly credentials: SigningCredentials
}

/**
 * Puts up to ten events on a bus, by one signed request: EventBridge's client of the AWS SDK would be
 * most of the function. Nothing is tried again here: Lambda gives the records again.
 * @returns for each event, in order, why EventBridge did not take it; undefined where it did
 * @throws Error where EventBridge does not answer with 200
 * @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
export async function putEvents(
  events: readonly BusEvent[],
  { endpoint, region, bus, credentials }: EventBusOptions,
): Promise<(string | undefined)[]> {
  const Entries = events.map((event) => ({ ...event, EventBusName: bus }))
  const body = Buffer.from(JSON.stringify({ Entries }))
  const { host } = new URL(endpoint)
  const headers = signRequest(
    {
      method: 'POST',
      path: '/',
      query: '',
      headers: {
        host,
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'AWSEvents.PutEvents',
      },
      body,
    },
    credentials,
    { region, service: 'events', now: Date.now() },
  )
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers,
    body,
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE),
  })
  const text = await answer.text()
  if (answer.status !== 200) {
    throw new Error(`EventBridge answers ${answer.status}: ${text.slice(0, 300)}`)
  }
  return resultsOf(parseJson(text), events.length)
}

/** @throws Error for an answer that does not say of each event what became of it */
function resultsOf(answer: unknown, wanted: number): (string | undefined)[] {
  const entries: unknown = isObject(answer) ? answer['Entries'] : undefined
  if (!Array.isArray(entries) || entries.length !== wanted) {
    throw new Error('what answers is not EventBridge')
  }
  return entries.map((entry: unknown) => {
    if (!isObject(entry)) return 'no answer'
    if (typeof entry['EventId'] === 'string') return undefined
    return `${String(entry['ErrorCode'])}: ${String(entry['ErrorMessage'])}`
  })
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

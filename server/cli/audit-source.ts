import type { AuditRecord } from '../../core/audit/audit.ts'
import type { Calling } from './client.ts'
import { CommandError, type Environment } from './command.ts'

/** ms; ListAuditRecords spans no more at once */
const LONGEST_SPAN = 399 * 86_400_000
/** records of one page */
const PAGE = 1000

/** Which records, as the words of the command say it. */
export interface AuditWords {
  readonly since?: string
  readonly until?: string
  readonly key?: string
  readonly principal?: string
  readonly event?: string
  readonly error?: string
  readonly tenant?: boolean
}

/** A record as the server answers it, and whatever else is in it. */
export type Recorded = AuditRecord & { readonly [name: string]: unknown }

/** The records of one account that the words of a command choose. */
export interface AuditSource {
  readonly accountId: string
  /** Unix ms, where they are given */
  readonly from: number | undefined
  readonly to: number | undefined
  /** The newest, of the span that is given. */
  records(limit: number): Promise<Recorded[]>
  /** All of a span, newest first. @param userAgent what the calls for them are known by */
  between(from: number, to: number | undefined, userAgent?: string): Promise<Recorded[]>
  /** The same page by page, for spans of any size. */
  pages(from: number, to: number): AsyncGenerator<Recorded[]>
}

/** @throws CommandError for a time that is none, and where there is no credential or no server */
export async function auditSource(
  environment: Environment,
  words: AuditWords,
): Promise<AuditSource> {
  const { client, clientOf } = await import('./client.ts')
  const server =
    words.tenant === true ? clientOf(environment, await tenantOf(environment)) : client(environment)
  const [from, to] = [timeOf(words.since), timeOf(words.until)]
  const filters = {
    KeyId: words.key,
    Principal: words.principal,
    EventName: words.event,
    ErrorCode: words.error,
  }

  async function page(query: Readonly<Record<string, unknown>>, userAgent?: string) {
    const parameters = new URLSearchParams()
    for (const [name, value] of Object.entries({ ...filters, ...query })) {
      if (value !== undefined) parameters.set(name, String(value))
    }
    // a plus would be a plus
    const text = parameters.toString().replaceAll('+', '%20')
    return server.call('GET', `/v1/audit?${text}`, undefined, userAgent)
  }

  async function* pages(
    from: number | undefined,
    to: number | undefined,
    limit = PAGE,
    userAgent?: string,
  ): AsyncGenerator<Recorded[]> {
    for (let Marker: unknown; ; ) {
      const span = { StartTime: textOf(from), EndTime: textOf(to) }
      const found = await page({ ...span, Limit: Math.min(limit, PAGE), Marker }, userAgent)
      yield found['Records'] as Recorded[]
      Marker = found['NextMarker']
      if (Marker === undefined) return
    }
  }

  return {
    accountId: server.accountId,
    from,
    to,
    async records(limit) {
      const found: Recorded[] = []
      // what is not given the server chooses, by its own clock, which may be another
      const begin = from ?? (to === undefined ? undefined : to - LONGEST_SPAN)
      for await (const page of pages(begin, to, limit)) {
        found.push(...page)
        if (found.length >= limit) break
      }
      return found.slice(0, limit)
    },
    async between(from, to, userAgent) {
      const found: Recorded[] = []
      for await (const page of pages(from, to, PAGE, userAgent)) found.push(...page)
      return found
    },
    pages: (from, to) => pages(from, to),
  }
}

const textOf = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : new Date(ms).toISOString()

const AGO = /^(\d{1,6})([smhd])$/
const UNITS: ReadonlyMap<string, number> = new Map([
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
])

/** Unix ms of a moment, or of so long ago. @throws CommandError */
function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const [, count = '', unit = ''] = AGO.exec(text) ?? []
  const ms = count === '' ? Date.parse(text) : Date.now() - Number(count) * (UNITS.get(unit) ?? 0)
  if (/^\d{4}-\d\d-\d\d|^\d+[smhd]$/.test(text) && Number.isFinite(ms)) return ms
  throw new CommandError(
    `'${text}' is no time: it can be RFC 3339 (2026-11-28T09:30:00Z), a day, or a time ago such as 30m`,
    { misuse: true },
  )
}

/**
 * A tenant's own credential, as AWS's command line finds it: in the environment, else in the profile that
 * AWS_PROFILE names.
 * @throws CommandError where there is none
 */
export async function tenantOf(environment: Environment): Promise<Calling> {
  const accessKeyId = environment['AWS_ACCESS_KEY_ID']
  const secretAccessKey = environment['AWS_SECRET_ACCESS_KEY']
  const sessionToken = environment['AWS_SESSION_TOKEN']
  const profile = environment['AWS_PROFILE']
  if ((!accessKeyId || !secretAccessKey) && profile) {
    const credentials = await (await import('./aws-caller.ts')).ownAwsCredentials(profile)
    return { ...credentials, called: `the credential of profile ${profile}` }
  }
  if (!accessKeyId || !secretAccessKey) {
    throw new CommandError(
      "a tenant's credential is missing: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE",
    )
  }
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken && { sessionToken }),
    called: 'the credential of AWS_ACCESS_KEY_ID: set that of one of its tenants',
  }
}

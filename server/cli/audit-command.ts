import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import type { Command } from 'commander'
import { printable, printableJson } from '../../core/base/printable.ts'
import { readersGone } from '../readers.ts'
import { exportRecords } from './audit-export.ts'
import { type AuditSource, type AuditWords, auditSource, type Recorded } from './audit-source.ts'
import { CommandError, type CommonOptions, command, type Environment } from './command.ts'
import { printAll, type Row } from './output.ts'
import { paint, toneOf } from './paint.ts'
import { withProgress } from './progress.ts'

/** ms between two looks, of one that goes on looking */
const PAUSE = 2000
/** ms by which a record may be found after others that are newer */
const LATE = 120_000

interface AuditOptions extends CommonOptions, AuditWords {
  readonly follow?: boolean
  readonly limit?: string
}

/** Adds `tenkey audit`, `tenkey audit export` and `tenkey tail`. */
export function auditCommand(program: Command, environment: Environment): void {
  /** @param until whether the records are of a span that ends */
  const words = (added: Command, until = true) =>
    (until
      ? added
          .option(
            '--since <time>',
            'from then on: RFC 3339, or a time ago such as 30m, 12h, 7d; without --since and --until the last seven days',
          )
          .option('--until <time>', 'until then: RFC 3339, or a time ago')
      : added.option(
          '--since <time>',
          'from then on: RFC 3339, or a time ago such as 30m; from now on unless given',
        )
    )
      .option('--key <key>', 'about a key: key id, key ARN, alias name or alias ARN')
      .option('--principal <who>', 'of whom: ARN, name, unique id or access key id')
      .option('--event <name>', 'of one operation, e.g. Decrypt, or act, e.g. RotateKey')
      .option('--error <code>', 'that were refused with a code, e.g. AccessDenied')
      .option(
        '--tenant',
        'of the account of AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or of AWS_PROFILE; else the operator’s own',
      )
  const audit = words(
    command(program, 'audit', "Search an account's audit trail, newest records first."),
  )
    .option('--limit <n>', 'records at most; 50 unless given')
    .option('--follow', 'go on with what comes, oldest first, until it is stopped')
    .action(async (options: AuditOptions) => {
      const source = await auditSource(environment, options)
      if (options.follow === true) await follow(source, options)
      else print(await source.records(limitOf(options)), options)
    })

  words(
    command(program, 'tail', "Show an account's audit records as they come, until Ctrl-C."),
    false,
  ).action(async (options: AuditOptions) =>
    follow(await auditSource(environment, options), options),
  )

  words(
    command(
      audit,
      'export',
      'Write records as CloudTrail does: AWSLogs/<account>/CloudTrail/<Region>/<day>/*.json.gz.',
    ),
  )
    .requiredOption('--out <folder>', 'where to; files that are there are not touched')
    .action(async (_: unknown, added: Command) => {
      // options that both have are the outer one's to commander
      const options = added.optsWithGlobals<AuditOptions & { out: string }>()
      const source = await auditSource(environment, options)
      const files = await withProgress('records', options, ({ progress }) =>
        exportRecords(source, options.out, progress),
      )
      printAll(files, ['file', 'records'], options)
    })
}

function limitOf({ limit = '50' }: AuditOptions): number {
  if (/^[1-9]\d{0,6}$/.test(limit)) return Number(limit)
  throw new CommandError(`'${limit}' is no number of records`, { misuse: true })
}

/**
 * Looks again and again, and prints each record once; not those of its own looking. A server that is gone for a
 * while is waited for, once it was there.
 */
async function follow(source: AuditSource, options: AuditOptions): Promise<void> {
  const mine = `tenkey audit --follow ${randomUUID()}`
  const seen = new Map<string, number>()
  let from = source.from ?? Date.now()
  let found = await source.between(from, undefined, mine)
  for (;;) {
    const fresh = found.filter(({ eventID, eventName, userAgent }) => {
      const own = eventName === 'ListAuditRecords' && userAgent === mine
      return !own && !seen.has(String(eventID))
    })
    for (const record of fresh.reverse()) {
      seen.set(String(record['eventID']), timeOf(record))
      if (options.json) console.log(printableJson(JSON.stringify(record)))
      else console.log(lineOf(record))
    }
    const newest = Math.max(from + LATE, ...seen.values())
    from = Math.max(from, newest - LATE)
    for (const [id, time] of seen) if (time < from - 1000) seen.delete(id)
    if (readersGone()) return
    await setTimeout(PAUSE)
    found = await whenThere(() => source.between(from, undefined, mine))
  }
}

/** Asks until it is answered; says once that it is not. */
async function whenThere<T>(ask: () => Promise<T>): Promise<T> {
  for (let told = false; ; told = true) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof CommandError && error.passing)) throw error
      if (!told) console.error(`tenkey: waiting: ${printable(error.message)}`)
      await setTimeout(PAUSE)
    }
  }
}

const timeOf = ({ eventTime }: Recorded): number => Date.parse(String(eventTime))

const COLUMNS = ['time', 'event', 'outcome', 'principal', 'resources', 'source'] as const

function print(records: readonly Recorded[], options: AuditOptions): void {
  printAll(options.json ? records : records.map(rowOf), COLUMNS, options)
}

const lineOf = (record: Recorded): string => {
  const row = rowOf(record)
  return COLUMNS.map((name) => {
    const text = printable(String(row[name] ?? '-'))
    return paint(toneOf(name, text), text)
  }).join('  ')
}

/** A record as a line of a table. */
function rowOf(record: Recorded): Row {
  const { eventTime, eventName, errorCode = 'ok', sourceIPAddress } = record
  const { arn, invokedBy, accountId } = record.userIdentity
  const resources = record.resources.map(({ ARN }) => ARN.split(':').slice(5).join(':'))
  return {
    time: eventTime,
    event: eventName,
    outcome: errorCode,
    principal: arn ?? invokedBy ?? accountId,
    resources: resources.join(' '),
    source: sourceIPAddress,
  }
}

import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Progress } from '../transfer.ts'
import type { AuditSource, Recorded } from './audit-source.ts'
import { CommandError } from './command.ts'

/** records of one file; CloudTrail's own are of five minutes */
const MOST = 5000
const DAY = 86_400_000

/** A file that was written. */
interface Written {
  readonly [name: string]: unknown
  readonly file: string
  readonly records: number
}

/**
 * Writes the records of a span as CloudTrail delivers them to S3, so that what reads those reads these:
 * gzipped `{"Records":[…]}`, a Region and a day in a file, in the order of their times, at
 * AWSLogs/<account>/CloudTrail/<Region>/<year>/<month>/<day>/<account>_CloudTrail_<Region>_<time>_<16
 * letters>.json.gz (CloudTrail user guide, "log file examples"). A day and a Region have as many files as
 * they need; nothing that is there is overwritten.
 * @throws CommandError where no span is given, or there is nothing in it
 */
export async function exportRecords(
  source: AuditSource,
  folder: string,
  progress: Progress = () => undefined,
): Promise<Written[]> {
  const { from, to = Date.now() } = source
  if (from === undefined) throw new CommandError('--since is missing', { misuse: true })
  if (from > to) throw new CommandError('--since lies after --until', { misuse: true })
  const written: Written[] = []
  let done = 0
  for (let begin = from; begin <= to; ) {
    const end = Math.min(begin - (begin % DAY) + DAY - 1, to)
    // by Region, newest first, as they are answered
    const waiting = new Map<string, Recorded[]>()
    for await (const page of source.pages(begin, end)) {
      done += page.length
      progress(done)
      for (const record of page) {
        const records = waiting.get(record.awsRegion) ?? []
        records.push(record)
        waiting.set(record.awsRegion, records)
        if (records.length < MOST) continue
        written.push(write(folder, source.accountId, records))
        waiting.delete(record.awsRegion)
      }
    }
    for (const records of waiting.values()) {
      written.push(write(folder, source.accountId, records))
    }
    begin = end + 1
  }
  return written
}

function write(folder: string, accountId: string, newestFirst: readonly Recorded[]): Written {
  const Records = newestFirst.toReversed()
  const [first] = Records
  if (first === undefined) throw new Error('a file of no records')
  const { awsRegion: region, eventTime } = first
  const [day = '', time = ''] = eventTime.split('T')
  const path = join(folder, 'AWSLogs', accountId, 'CloudTrail', region, ...day.split('-'))
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const stamp = `${day.replaceAll('-', '')}T${time.slice(0, 5).replace(':', '')}Z`
  const unique = randomBytes(12).toString('base64url').replaceAll(/[-_]/g, 'x').slice(0, 16)
  const file = join(path, `${accountId}_CloudTrail_${region}_${stamp}_${unique}.json.gz`)
  writeFileSync(file, gzipSync(JSON.stringify({ Records })), { flag: 'wx', mode: 0o600 })
  return { file, records: Records.length }
}

import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { removeFolders } from '../test/support/process.ts'
import { drive, preparer, type Result } from './clients/drive.ts'
import { type Kept, keep, lineOf } from './clients/report.ts'
import { PROXY_NEEDS, startTenkey } from './clients/server.ts'
import { SUBJECTS, type Subject } from './clients/subjects.ts'
import { type Environment, find, inProject } from './clients/toolchain.ts'

/**
 * `npm run test:clients`: drives unmodified clients of other languages where their toolchains are, and says
 * in a line each which it skipped and why. Ends with 1 where a client did not do what it does with AWS KMS,
 * with 2 for words it does not know. `--write` stores what passed in docs/clients.json.
 */
const { values } = parseArgs({
  options: {
    /** ids of clients, with commas between; all unless given */
    only: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
})
const only = values.only?.split(',')
const stranger = only?.find((id) => !SUBJECTS.some((subject) => subject.id === id))
if (stranger !== undefined) {
  console.error(`no client '${stranger}'; there are ${SUBJECTS.map(({ id }) => id).join(',')}`)
  process.exit(2)
}
async function run(subjects: readonly Subject[], env: Environment): Promise<readonly Result[]> {
  const prepare = preparer(env, console.log)
  const results: Result[] = []
  const take = (result: Result) => {
    results.push(result)
    console.log(lineOf(result))
    if (result.kind === 'failed') console.log(result.why)
  }
  const ready: Subject[] = []
  for (const subject of subjects) {
    const ended = await prepare(subject.toolchain)
    if (ended === undefined) ready.push(subject)
    else if (ended.kind === 'skipped') take({ subject, kind: 'skipped', why: ended.why })
    else take({ subject, kind: 'failed', versions: [], steps: [], why: ended.why })
  }
  if (ready.length === 0) return results
  const server = await startTenkey(find(PROXY_NEEDS, env['PATH'] ?? '') !== undefined)
  try {
    for (const subject of ready) {
      console.log(`driving ${subject.client}`)
      take(await drive(subject, server, env, console.log))
    }
  } finally {
    await server.stop()
    removeFolders()
  }
  return results
}

/** Stores what passed and drops what failed; `npm run gen` makes documents of it. */
function store(results: readonly Result[]): void {
  const place = inProject('docs/clients.json')
  const kept = JSON.parse(readFileSync(place, 'utf8')) as Kept
  const day = new Date().toISOString().slice(0, 10)
  writeFileSync(place, `${JSON.stringify(keep(kept, results, day), undefined, 2)}\n`)
  console.log('docs/clients.json is written: `npm run gen` makes docs/clients.md of it')
}

const results = await run(
  SUBJECTS.filter(({ id }) => only?.includes(id) ?? true),
  process.env as Environment,
)
const count = (kind: Result['kind']) => results.filter((result) => result.kind === kind).length
console.log(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`)
if (values.write) store(results)
if (count('failed') > 0) process.exitCode = 1

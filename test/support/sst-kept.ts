import { hash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Program } from './sst-report.ts'

const PROJECT = fileURLToPath(new URL('../..', import.meta.url))

/** What makes a program's result beside the project's files that it reads: packages, SST, and the mocks. */
const ALWAYS = [
  'package-lock.json',
  '.sst/provider-lock.json',
  '.sst/platform/version',
  'test/support/sst-mocks.ts',
  'test/support/sst-platform.ts',
  'test/support/sst-program.ts',
]

interface Kept {
  /** SHA-256 of what made it beside `read` */
  readonly always: string
  /** a Program as JSON */
  readonly made: string
}

/** SHA-256 of a file of the project; '' of one that is gone. */
export const digestOf = (path: string, project = PROJECT): string => {
  const file = join(project, path)
  return existsSync(file) ? hash('sha256', readFileSync(file)) : ''
}

const digestOfAlways = (project: string): string => {
  const digests = ALWAYS.map((path) => digestOf(path, project))
  return hash('sha256', JSON.stringify([project, process.version, digests]))
}

/**
 * What a stage's program printed, from an earlier run of the tests where nothing that it read has changed
 * since: a program takes ten seconds of a core. It is kept in `.cache/`; one that failed is not.
 * @param name of the stage with its options, as a file's name
 */
export async function keptProgram(
  name: string,
  make: () => Promise<string>,
  project = PROJECT,
): Promise<string> {
  const file = join(project, '.cache/stages', `${name}.json`)
  const always = digestOfAlways(project)
  if (existsSync(file)) {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as Kept
    if (kept.always === always && isAsRead(kept.made, project)) return kept.made
  }
  const made = await make()
  const kept: Kept = { always, made }
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(kept))
  renameSync(`${file}.${process.pid}`, file)
  return made
}

function isAsRead(made: string, project: string): boolean {
  const { read } = JSON.parse(made) as Program
  return Object.entries(read).every(([path, digest]) => digestOf(path, project) === digest)
}

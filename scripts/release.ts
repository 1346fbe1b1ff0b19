import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { baselineSource, type Document } from './openapi-baseline.ts'
import { releaseChangelog, saysSomething, unreleasedOf } from './release-changelog.ts'
import { mayBreak, nextVersion } from './release-version.ts'

/**
 * `npm run release -- patch|minor|major|X.Y.Z [--dry-run]`: makes what the changelog has under
 * Unreleased a version. Sets the version, writes what is derived from it and the REST API that later
 * ones are compared with, commits, tags, and puts an archive of the tag, a bill of materials and
 * their SHA-256 sums in dist/. Nothing is pushed.
 */
export interface ReleaseOptions {
  /** the repository's folder */
  readonly root: string
  /** `patch`, `minor`, `major` or a version */
  readonly wanted: string
  /** e.g. 2030-01-31 */
  readonly date: string
  readonly dryRun: boolean
  readonly say: (line: string) => void
}

/** What a release is about to write. */
export interface Plan {
  readonly version: string
  /** its text in the changelog */
  readonly notes: string
  readonly changelog: string
}

/** @throws Error for what can't be released: nothing to say, or a break that the version hides */
export function planOf(
  current: string,
  changelog: string,
  { wanted, date }: Pick<ReleaseOptions, 'wanted' | 'date'>,
): Plan {
  const version = nextVersion(current, wanted)
  const unreleased = unreleasedOf(changelog)
  if (!saysSomething(unreleased)) throw new Error('CHANGELOG.md has nothing under Unreleased')
  if (unreleased.breaking.length > 0 && !mayBreak(current, version)) {
    throw new Error(`${version} must not break what works in ${current}: ${unreleased.breaking[0]}`)
  }
  const written = releaseChangelog(changelog, version, date)
  return { version, notes: unreleased.text, changelog: written }
}

/** Sets the version in the text of package.json or package-lock.json, which has it twice. */
export function withVersion(text: string, version: string): string {
  const content = JSON.parse(text) as { version: string; packages?: Record<string, object> }
  const own = content.packages?.['']
  if (own !== undefined) Object.assign(own, { version })
  return `${JSON.stringify({ ...content, version }, null, 2)}\n`
}

/** Lines as `sha256sum --check` reads them. */
export const sumsSource = (files: ReadonlyMap<string, Uint8Array>): string =>
  [...files]
    .map(([name, bytes]) => `${createHash('sha256').update(bytes).digest('hex')}  ${name}\n`)
    .join('')

/** Runs a program in the repository. @returns what it printed */
type Run = (program: string, ...words: string[]) => string

/** Carries a release out. @returns the version */
export function release(options: ReleaseOptions): string {
  const { root, say, dryRun } = options
  const read = (path: string) => readFileSync(join(root, path), 'utf8')
  const run: Run = (program, ...words) =>
    execFileSync(program, words, {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    })

  const needsCleanTree = () => {
    if (run('git', 'status', '--porcelain') !== '') throw new Error('there are uncommitted changes')
  }
  needsCleanTree()
  const { version: current } = JSON.parse(read('package.json')) as { version: string }
  const { version, notes, changelog } = planOf(current, read('CHANGELOG.md'), options)
  const tag = `v${version}`
  if (run('git', 'tag', '--list', tag) !== '') throw new Error(`there is a tag ${tag} already`)
  say(`${current} -> ${version}\n\n${notes}\n`)
  if (dryRun) {
    say('Nothing was changed.')
    return version
  }

  execFileSync('npm', ['run', '--silent', 'check'], { cwd: root, stdio: 'inherit' })
  needsCleanTree()
  try {
    writeFileSync(join(root, 'CHANGELOG.md'), changelog)
    for (const path of ['package.json', 'package-lock.json']) {
      writeFileSync(join(root, path), withVersion(read(path), version))
    }
    run('npm', 'run', '--silent', 'gen')
    const document = JSON.parse(read('docs/openapi.json')) as Document
    writeFileSync(join(root, 'docs/openapi.released.json'), baselineSource(document))
    run('git', 'add', '--all')
    run('git', 'commit', '--quiet', '--message', `Release ${version}`)
  } catch (error) {
    // the tree was clean, so all there is to undo is ours
    run('git', 'reset', '--quiet', '--hard')
    throw error
  }
  // headings of the notes are no comments
  const message = `tenkey ${version}\n\n${notes}`
  run('git', 'tag', '--annotate', '--cleanup=whitespace', '--message', message, tag)
  for (const name of writeArtifacts(root, version, run)) say(name)
  say(`\nTo publish it: git push --follow-tags`)
  return version
}

/**
 * Writes dist/ anew. The archive is git's own of the tag: who has the tag gets the same bytes, and
 * package-lock.json is in it, which `npm pack` leaves out.
 */
function writeArtifacts(root: string, version: string, run: Run): string[] {
  const name = `tenkey-${version}`
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  mkdirSync(join(root, 'dist'))
  const archive = `${name}.tar.gz`
  run('git', 'archive', `--prefix=${name}/`, `--output=dist/${archive}`, `v${version}`)
  const bill = `${name}.cdx.json`
  writeFileSync(join(root, 'dist', bill), billOfMaterials(run))
  const files = [archive, bill].map(
    (file) => [file, readFileSync(join(root, 'dist', file))] as const,
  )
  writeFileSync(join(root, 'dist/SHA256SUMS'), sumsSource(new Map(files)))
  return [archive, bill, 'SHA256SUMS'].map((file) => `dist/${file}`)
}

/** CycloneDX, of what runs: npm's own, which names the root after its folder. */
function billOfMaterials(run: Run): string {
  const words = ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--package-lock-only']
  const bill = JSON.parse(run('npm', ...words)) as { metadata: { component: { name: string } } }
  bill.metadata.component.name = 'tenkey'
  return `${JSON.stringify(bill, null, 2)}\n`
}

if (import.meta.main) {
  const words = process.argv.slice(2)
  const dryRun = words.includes('--dry-run')
  const [wanted, ...others] = words.filter((word) => word !== '--dry-run')
  if (wanted === undefined || others.length > 0) {
    console.error('usage: npm run release -- patch|minor|major|X.Y.Z [--dry-run]')
    process.exit(2)
  }
  const root = fileURLToPath(new URL('..', import.meta.url))
  const date = new Date().toISOString().slice(0, 10)
  try {
    release({ root, wanted, date, dryRun, say: (line) => console.log(line) })
  } catch (error) {
    console.error(`release: ${(error as Error).message}`)
    process.exitCode = 1
  }
}

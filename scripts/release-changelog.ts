/** What the changelog says is not released yet. */
export interface Unreleased {
  /** text between the heading and the next, without blank lines around it */
  readonly text: string
  /** entries that say what no longer works as it did */
  readonly breaking: readonly string[]
}

const UNRELEASED = /^## \[Unreleased\][ \t]*$/m
const NEXT = /^## /m
const BREAKING_HEADING = /^### Breaking\b/i
/** An entry that says so itself, e.g. `- **Breaking:** CreateKey …`. */
const BREAKING_ENTRY = /^(?:[-*] )?\**breaking\b/i

function boundsOf(changelog: string): { heading: number; from: number; to: number } {
  const found = UNRELEASED.exec(changelog)
  if (found === null) throw new Error('CHANGELOG.md has no heading "## [Unreleased]"')
  const from = found.index + found[0].length
  const next = changelog.slice(from).search(NEXT)
  return { heading: found.index, from, to: next < 0 ? changelog.length : from + next }
}

/** @throws Error for a changelog without the heading `## [Unreleased]` */
export function unreleasedOf(changelog: string): Unreleased {
  const { from, to } = boundsOf(changelog)
  const text = changelog.slice(from, to).trim()
  const breaking: string[] = []
  let underHeading = false
  let inEntry = false
  for (const line of text.split('\n')) {
    if (line.startsWith('#')) underHeading = BREAKING_HEADING.test(line)
    // an entry goes on in the lines that are indented below it
    const goesOn: boolean = inEntry && /^\s+\S/.test(line)
    inEntry = goesOn || isBreaking(line, underHeading)
    if (goesOn) breaking.push(`${breaking.pop()} ${line.trim()}`)
    else if (inEntry) breaking.push(line)
  }
  return { text, breaking }
}

const isBreaking = (line: string, underHeading: boolean): boolean =>
  line !== '' && !line.startsWith('#') && (underHeading || BREAKING_ENTRY.test(line))

/** Whether something is said, beside headings. */
export const saysSomething = ({ text }: Unreleased): boolean =>
  text.split('\n').some((line) => line.trim() !== '' && !line.startsWith('#'))

/**
 * Makes what was unreleased a version, below a heading for what comes next.
 * @param date e.g. 2030-01-31
 */
export function releaseChangelog(changelog: string, version: string, date: string): string {
  const { heading, to } = boundsOf(changelog)
  const { text } = unreleasedOf(changelog)
  const before = changelog.slice(0, heading)
  const after = changelog.slice(to)
  const released = `## [Unreleased]\n\n## [${version}] - ${date}\n\n${text}\n`
  return `${before}${released}${after === '' ? '' : `\n${after}`}`
}

import { byGroup, cell, listedCommands, usageOf } from './command-list.ts'

/** What of the repository is true of the package too. */
export interface Shared {
  /** README.md, of which the first paragraphs and its part about security are */
  readonly readme: string
  /** docs/settings.md */
  readonly settings: string
}

/**
 * The README of the package that people install: what the repository's says that is true for both (its first
 * paragraphs, the settings, security), a start of its own, and the commands from the program. What the repository
 * links to is named where it does not go along, as `kept` does.
 * @throws Error where the repository's README has no such heading
 */
export function packageReadme(
  { readme, settings }: Shared,
  start: string,
  kept: readonly string[],
): string {
  // its languages and pictures are the repository's
  const paragraphs = readme.slice(0, at(readme, '<picture>')).split('\n\n')
  const [title = '', ...rest] = paragraphs.filter((text) => !text.startsWith('English | '))
  return [
    title,
    withoutLinks(rest.join('\n\n'), kept).trim(),
    start.trim(),
    commands(),
    withoutLinks(belowDocs(settings), kept).trim(),
    withoutLinks(section(readme, '## How it is secured'), kept).trim(),
    '## Licence\n\nApache-2.0, in `LICENSE`; those of what is bundled are in `LICENSES.txt`.\n',
  ].join('\n\n')
}

function commands(): string {
  const groups = byGroup(listedCommands()).map(([heading, listed]) => {
    const rows = listed.map((one) => `| \`${usageOf(one)}\` | ${cell(one.description)} |`)
    return [`### ${heading}`, '', '| Command | What it does |', '|---|---|', ...rows].join('\n')
  })
  const words =
    'Each by `npx tenkey`, or `tenkey` where the package is installed for all; each has `--help`. `tenkey completion bash` completes them.'
  return ['## Commands', words, ...groups].join('\n\n')
}

/** A page of docs/ as a part of a page above it. */
const belowDocs = (page: string): string =>
  page
    .replaceAll(/^#/gm, '##')
    .replaceAll(/\]\((?!https?:|#|\.\.\/)/g, '](docs/')
    .replaceAll('](../', '](')

function section(text: string, heading: string): string {
  const from = at(text, heading)
  const next = text.indexOf('\n## ', from)
  return next < 0 ? text.slice(from) : text.slice(from, next)
}

function at(text: string, heading: string): number {
  const found = text.indexOf(`\n${heading}\n`)
  if (found < 0) throw new Error(`README.md has no '${heading}'`)
  return found + 1
}

/** `[text](docs/x.md)` is `text`, or the file's name where that is what it says. */
export const withoutLinks = (text: string, kept: readonly string[]): string =>
  text.replaceAll(/\[([^\]]+)\]\((?!https?:)([^)]+)\)/g, (whole, words: string, target: string) =>
    kept.includes(target.split('#')[0] ?? '') ? whole : words === target ? `\`${target}\`` : words,
  )

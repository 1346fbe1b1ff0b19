import { byGroup, cell, listedCommands, usageOf } from './command-list.ts'

/** what the repository's README says that is true of the package too */
const SHARED = ['## Settings', '## How it is secured']

/**
 * The README of the package that people install: what the repository's says that is true for both (its first
 * paragraphs, the settings, security), a start of its own, and the commands from the program. What the repository
 * links to is named where it does not go along, as `kept` does.
 * @throws Error where the repository's README has no such heading
 */
export function packageReadme(readme: string, start: string, kept: readonly string[]): string {
  const intro = readme.slice(0, at(readme, '## Start'))
  return [
    withoutLinks(intro, kept).trim(),
    start.trim(),
    commands(),
    ...SHARED.map((heading) => withoutLinks(section(readme, heading), kept).trim()),
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

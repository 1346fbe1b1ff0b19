import { readdirSync, readFileSync } from 'node:fs'

const ROOT = new URL('../../', import.meta.url)

/** What a comment right before a block says of it; `run` where there is none. */
export type Mark =
  | { readonly says: 'run' }
  /** what a reader must have that a test has not */
  | { readonly says: 'needs'; readonly what: string }
  /** the test that does what the block has */
  | { readonly says: 'run by'; readonly what: string }
  /** the name under which the reader saves it */
  | { readonly says: 'file'; readonly what: string }
  /** what the block before it prints, where `…` stands for anything */
  | { readonly says: 'prints' }
  /** it is run, and ends with this error */
  | { readonly says: 'refused'; readonly what: string }

/** A fenced block of a page. */
export interface Block {
  /** e.g. docs/iam.md */
  readonly page: string
  /** of its fence, from 1 */
  readonly line: number
  /** as the fence has it; empty where it has none */
  readonly language: string
  /** as a reader copies it, with its last line's end */
  readonly text: string
  readonly mark: Mark
}

/** README, and all that is below docs/. */
export const PAGES: readonly string[] = [
  ...readdirSync(ROOT).filter((name) => /^README(\.\w+)?\.md$/.test(name)),
  ...readdirSync(new URL('docs/', ROOT), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.replaceAll('\\', '/')}`)
    .sort(),
]

export const readPage = (page: string): string => readFileSync(new URL(page, ROOT), 'utf8')

/** Languages of what a reader types or runs. */
export const RUNNABLE: ReadonlySet<string> = new Set(
  ['sh', 'bash', 'console', 'js', 'ts', 'python', 'go'], //
)

/**
 * The fenced blocks of a page's text in order, each with the comment on the line before it.
 * @throws Error where such a comment begins like a mark and is none
 */
export function blocksOf(page: string, source: string): Block[] {
  const lines = source.split('\n')
  const blocks: Block[] = []
  for (let at = 0; at < lines.length; at++) {
    const [, indent, language] = /^( *)```([\w-]*)(?:\s.*)?$/.exec(lines[at] ?? '') ?? []
    if (indent === undefined) continue
    const end = lines.findIndex((line, index) => index > at && line === `${indent}\`\`\``)
    if (end < 0) throw new Error(`${page}:${at + 1}: the block has no end`)
    const inside = lines.slice(at + 1, end)
    blocks.push({
      page,
      line: at + 1,
      language: language ?? '',
      text: inside.map((line) => `${line.slice(indent.length)}\n`).join(''),
      mark: markOf(lines[at - 1] ?? '', `${page}:${at}`),
    })
    at = end
  }
  return blocks
}

function markOf(line: string, place: string): Mark {
  const [, says, what] = /^ *<!-- ([a-z ]+?)(?:: (.+?))? -->$/.exec(line) ?? []
  if (says === undefined) {
    if (/^ *<!--/.test(line) && !/^ *<!-- \//.test(line)) {
      throw new Error(`${place}: not a mark: ${line.trim()}`)
    }
    return { says: 'run' }
  }
  if (says === 'prints' && what === undefined) return { says }
  if (
    what !== undefined &&
    (says === 'needs' || says === 'run by' || says === 'file' || says === 'refused')
  ) {
    return { says, what }
  }
  throw new Error(`${place}: not a mark: ${line.trim()}`)
}

/** Whether what was printed is what a page shows, where `…` stands for anything but a line's end. */
export function printsAs(printed: string, shown: string): boolean {
  const pattern = shown
    .trim()
    .split('…')
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*')
  return new RegExp(`^${pattern}$`).test(printed.trim())
}

import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Block, printsAs } from './page-blocks.ts'

/** How a reader's shell is while he reads one page. */
export interface Reader {
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
  /** what his installation has in the place of what the page shows */
  readonly stands: ReadonlyMap<string, string>
}

/** What went wrong on a page; nothing where each block did as it says. */
export type Fault = string | undefined

const BETWEEN = '@@ tenkey block '

/**
 * Does what a page says: saves its files, and runs its blocks in one shell after the other.
 * @returns the first block that ended otherwise than the page says, with what it printed
 */
export async function readerRuns(blocks: readonly Block[], reader: Reader): Promise<Fault> {
  const written = blocks.map((block) => ({ ...block, text: standing(block.text, reader) }))
  for (const { mark, text } of written) {
    if (mark.says !== 'file') continue
    const file = join(reader.folder, mark.what)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  const script = join(reader.folder, '.blocks.sh')
  writeFileSync(
    script,
    [
      'exec 2>&1',
      'set -eo pipefail',
      "trap 'kill $(jobs -p) 2>&- || true' EXIT",
      ...written.map(stepOf),
    ].join('\n'), //
  )
  const { code, printed } = await bash(script, reader)
  const parts = printed.split(BETWEEN).slice(1)
  const said = new Map(
    parts.map((part) => {
      const end = part.indexOf('\n')
      return [Number(part.slice(0, end)), part.slice(end + 1)] as const
    }),
  )
  if (code !== 0) {
    const [last, words] = [...said].at(-1) ?? [0, printed]
    const block = written[last]
    return `${block?.page}:${block?.line} ended with ${code}:\n${block?.text}\n${words}`
  }
  for (const [at, { mark, text, page, line }] of written.entries()) {
    const before = said.get(mark.says === 'refused' ? at : at - 1) ?? ''
    if (mark.says === 'prints' && !printsAs(before, text)) {
      return `${page}:${line} shows\n${text}\nand printed is\n${before}`
    }
    if (mark.says === 'refused' && !before.includes(mark.what)) {
      return `${page}:${line} is not refused with ${mark.what}:\n${before}`
    }
  }
  return undefined
}

function standing(text: string, { stands }: Reader): string {
  let result = text
  for (const [shown, own] of stands) result = result.replaceAll(shown, own)
  return result
}

/** The lines of the script for a block. */
function stepOf({ mark, language, text }: Block, at: number): string {
  const begin = `echo '${BETWEEN}${at}'`
  if (mark.says === 'run') return `${begin}\n${commandOf(language, text)}`
  if (mark.says === 'refused') {
    return `${begin}\nset +e\n( set -e\n${text})\nrefused=$?\nset -e\n[ "$refused" != 0 ]`
  }
  return ''
}

function commandOf(language: string, text: string): string {
  const [program] = { js: ['node --input-type=module'], python: ['python3 -'] }[language] ?? []
  return program === undefined ? text : `${program} <<'END_OF_BLOCK'\n${text}END_OF_BLOCK\n`
}

const bash = (script: string, { folder, environment }: Reader) =>
  new Promise<{ code: number; printed: string }>((resolve) => {
    execFile(
      'bash',
      [script],
      { cwd: folder, env: environment, maxBuffer: 1 << 26 },
      (error, printed) => resolve({ code: error === null ? 0 : Number(error.code ?? -1), printed }),
    )
  })

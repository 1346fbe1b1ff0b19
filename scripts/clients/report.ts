import type { Result } from './drive.ts'
import { SUBJECTS, type Subject } from './subjects.ts'

/** What docs/clients.json keeps of a client that did all its steps. */
export interface Passed {
  /** the day, as `2026-01-31` */
  readonly on: string
  readonly versions: readonly string[]
  readonly steps: readonly string[]
}

/** By the ids of clients. */
export type Kept = Readonly<Record<string, Passed>>

/** What a run says of a client on one line. */
export function lineOf(result: Result): string {
  const { client } = result.subject
  if (result.kind === 'skipped') return `skipped: ${client}: ${result.why}`
  const what = `${client}: ${result.steps.length} steps (${result.versions.join(', ')})`
  return `${result.kind}: ${what}`
}

/** What is kept after a run: what passed anew, nothing of what failed, of what was not driven what was there. */
export function keep(kept: Kept, results: readonly Result[], day: string): Kept {
  const found = new Map(Object.entries(kept))
  for (const result of results) {
    const { subject, kind } = result
    if (kind === 'failed') found.delete(subject.id)
    if (kind !== 'passed') continue
    found.set(subject.id, { on: day, versions: result.versions, steps: result.steps })
  }
  return Object.fromEntries(found)
}

/** Clients that passed, in the order of the list. @throws Error for one that is not in it */
function passedOf(kept: Kept): readonly (readonly [Subject, Passed])[] {
  const unknown = Object.keys(kept).find((id) => !SUBJECTS.some((subject) => subject.id === id))
  if (unknown !== undefined)
    throw new Error(`docs/clients.json has '${unknown}', which is no client`)
  return SUBJECTS.flatMap((subject) => {
    const passed = kept[subject.id]
    return passed === undefined ? [] : [[subject, passed] as const]
  })
}

/** docs/clients.md: what passed, with versions, days and steps. */
export function clientsPage(kept: Kept): string {
  const passed = passedOf(kept)
  const rows = passed.map(
    ([{ client, set }, { on, versions }]) =>
      `| ${client} | ${set} | ${versions.join(', ')} | ${on} |`,
  )
  const parts = passed.map(
    ([{ client }, { steps }]) => `## ${client}\n\n${steps.map((step) => `- ${step}`).join('\n')}\n`,
  )
  return `# Clients

Written by npm run gen, of what \`npm run test:clients -- --write\` stored: it drives unmodified clients of other languages against a server with SQLite, each as a tenant of its own. A client that did not pass has no line. How to run it: [test/README.md](../test/README.md), "Clients of other languages".

| Client | What was set | What was driven | Passed on |
|---|---|---|---|
${rows.join('\n')}

Each was given \`AWS_ACCESS_KEY_ID\`, \`AWS_SECRET_ACCESS_KEY\` and \`AWS_REGION\` too, as the first start prints them. What follows is what each program did, step by step; a step that does not do what AWS's documents say ends the program, and the run fails.

${parts.join('\n')}`
}

/** The table of README and its translation: what who uses a client sets. */
export const clientsTable = (kept: Kept, page: 'README.md' | 'README.ja.md'): string => {
  const [use, set] = page === 'README.md' ? ['You use', 'Set'] : ['使うもの', '設定するもの']
  const rows = passedOf(kept).map(([subject]) => `| ${subject.client} | ${subject.set} |`)
  return [`| ${use} | ${set} |`, '|---|---|', ...rows].join('\n')
}

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const folder = new URL('../../.github/workflows/', import.meta.url)
const workflows = readdirSync(folder).map((file) => ({
  file,
  text: readFileSync(new URL(file, folder), 'utf8'),
}))

/** Every step of every workflow that uses an action, to the step that follows. */
const uses = workflows.flatMap(({ file, text }) =>
  text
    .split(/^ *- (?=\w+:)/m)
    .filter((step) => step.startsWith('uses: '))
    .map((step) => ({ file, step, line: step.slice(0, step.indexOf('\n')) })),
)
const PINNED = /^uses: ([\w-]+\/[\w-]+)(\/[\w-]+)?@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)$/

describe('workflows', () => {
  test.each(uses)('$file: $line: pinned to a commit, with its version', ({ line }) => {
    expect(line).toMatch(PINNED)
  })

  test('an action has the same commit wherever it is used', () => {
    const commits = new Map<string, Set<string>>()
    for (const { line } of uses) {
      const [, action = '', , commit = '', version = ''] = PINNED.exec(line) ?? []
      commits.set(action, (commits.get(action) ?? new Set()).add(`${commit} ${version}`))
    }
    expect([...commits].filter(([, known]) => known.size !== 1)).toEqual([])
    expect(commits.size).toBeGreaterThan(1)
  })

  test.each(uses.filter(({ line }) => line.includes('actions/checkout')))(
    '$file: the checkout leaves no credential behind',
    ({ step }) => expect(step).toContain('persist-credentials: false\n'),
  )

  test.each(workflows)('$file may only read unless a job says otherwise', ({ text }) => {
    expect(text).toMatch(/^permissions:\n {2}contents: read\n\S/m)
  })

  test.each(workflows)('$file runs nothing of a stranger with secrets', ({ text }) => {
    expect(text).not.toMatch(/pull_request_target|workflow_run|secrets\./)
    // what a pull request names must not get into a shell: an expression in `run` is pasted, not quoted
    expect(text).not.toMatch(/run: .*\$\{\{/)
  })
})

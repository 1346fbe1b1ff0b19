import { readdirSync, readFileSync, statSync } from 'node:fs'
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

  const textOf = (name: string) => workflows.find(({ file }) => file === name)?.text ?? ''

  test('previews are of this repository’s own branches, each a disposable stage, and end', () => {
    const text = textOf('preview.yml')
    expect(text).toContain('github.event.pull_request.head.repo.full_name == github.repository')
    expect(text).toMatch(/STAGE: pr-\$\{\{ github\.event\.number \}\}\n/)
    expect(text).toMatch(/types: \[.*closed\]/)
    expect(text).toMatch(/action == 'closed'\n +run: npx sst remove --stage "\$STAGE"/)
  })

  test('a deployment is shown before it is agreed to, and a canary is promoted apart', () => {
    const [, diff = '', deploy = '', promote = ''] = textOf('deploy.yml').split(
      /^ {2}(?:diff|deploy|promote):$/m,
    )
    expect(diff).toContain('npx sst diff --stage "$STAGE"')
    expect(diff).not.toContain('sst deploy')
    expect(deploy).toContain('needs: diff\n')
    expect(promote).toContain('needs: deploy\n')
    expect(promote).toContain("STACK_CANARY: '100'\n")
    expect(promote.indexOf('.ci/no-alarm')).toBeLessThan(promote.indexOf('sst deploy'))
    const environments = [diff, deploy, promote].map((job) => /environment: (.*)/.exec(job)?.[1])
    expect(new Set(environments).size).toBe(3)
  })

  test('credentials are a role’s for an hour, in jobs that may ask for GitHub’s token alone', () => {
    for (const { file, text } of workflows) {
      const asks = text.match(/id-token: write/g)?.length ?? 0
      expect(text.match(/run: \.ci\/assume/g)?.length ?? 0, file).toBe(asks)
    }
  })

  test('what jobs run is there, and stops at its first failure', () => {
    for (const { file, text } of workflows) {
      for (const [, script = ''] of text.matchAll(/run: (\.ci\/[\w-]+)/g)) {
        const at = new URL(`../../${script}`, import.meta.url)
        expect(readFileSync(at, 'utf8'), `${file} ${script}`).toMatch(/^set -euo pipefail$/m)
        expect(statSync(at).mode & 0o111, script).not.toBe(0)
      }
    }
  })
})

import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const POLICIES = 'examples/saas/policies'
const files = readdirSync(new URL(`../../${POLICIES}`, import.meta.url)).sort()
const page = read('docs/saas.md')
/** Blocks of the page, each with the policy that was linked to last before it. */
const shown = page.split('```json\n').slice(1)
const linked = page
  .split('```json\n')
  .slice(0, -1)
  .map((before) => before.match(/\.\.\/examples\/saas\/policies\/[\w-]+\.json/g)?.at(-1))

describe('docs/saas.md', () => {
  test('shows every policy of the examples, once', () => {
    expect(linked.map((path) => path?.split('/').at(-1)).sort()).toEqual(files)
  })

  test.for(linked.map((path, at) => [path, shown[at]?.split('```')[0]] as const))(
    'has %s as the programs use it',
    ([path, text]) => {
      expect(text).toBe(read(String(path).replace('../', '')))
    },
  )

  test.for(files)('%s is used by both programs', (file) => {
    const sources = (folder: string) =>
      readdirSync(new URL(`../../examples/saas/${folder}`, import.meta.url))
        .filter((name) => /\.(ts|py)$/.test(name))
        .map((name) => read(`examples/saas/${folder}/${name}`))
        .join('\n')
    // the operator's is put by root with the command line, and those of people by their names
    const named = /^tenant-(administrator|auditor)\.json$/.exec(file)?.[1] ?? file
    for (const folder of ['typescript', 'python']) expect(sources(folder)).toContain(named)
  })

  test('names each command of the programs', () => {
    const commands = /^ {2}(\w[\w-]*)(?: NAME…)? {2,}/gm
    const main = (path: string) =>
      [...read(`examples/saas/${path}`).matchAll(commands)].map(([, name]) => name)
    const inPython = main('python/main.py')
    expect(inPython.length).toBeGreaterThan(5)
    const typescript = read('examples/saas/typescript/main.ts')
    for (const command of inPython) {
      expect(typescript).toMatch(new RegExp(`^ \\* {3}${command}\\b`, 'm'))
      expect(page).toContain(`saas ${command}`)
    }
  })
})

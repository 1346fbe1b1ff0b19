import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { shortSuites, suites } from '../functions/suites.ts'
import { faultOfTags, testFiles } from '../support/tags.ts'

/** As a test file would say it; vitest itself would take it for a tag of this one. */
const tag = (words: string) => `// ${'@'}module-tag ${words}\n`
const SUITE = `${'describeStores'}('Suite', (harness) => {})\n`

describe('a test file says where it runs and what of it is slow', () => {
  test('all of them do', () => {
    const faults = [...testFiles].map(([path, source]) => faultOfTags(path, source))
    expect(faults.filter((fault) => fault !== undefined)).toEqual([])
  })

  test.each([
    [tag('functions') + SUITE],
    [`${tag('functions')}// not inside, and no harness.inside either\n${SUITE}`],
    [`${tag('functions')}/* harness.advance(1) */ const url = 'http://x'\n${SUITE}`],
    [tag('functions-long') + tag('rsa') + SUITE],
    [`${tag('local: moves the clock')}${SUITE}harness.advance(1)\n`],
    [`${tag('process')}import { spawn } from 'node:child_process'\n`],
    ["test('a sum', () => {})\n"],
  ])('%j', (source) => {
    expect(faultOfTags('a.test.ts', source)).toBeUndefined()
  })

  test.each([
    ['calls describeStores and declares no @module-tag functions, functions-long or local', SUITE],
    ['declares local without saying why', tag('local') + SUITE],
    ['declares both functions and local', tag('functions') + tag('local: why') + SUITE],
    ['declares local, but calls no describeStores', tag('local: why')],
    [
      'declares functions, but functions have no harness.inside',
      `${tag('functions')}${SUITE}harness.inside.store\n`,
    ],
    [
      'declares functions-long, but functions have no harness.advance',
      `${tag('functions-long')}${SUITE}const at = 'http://x'; harness.advance(1)\n`,
    ],
    [
      'declares functions, but functions have no pass(harness',
      `${tag('functions')}${SUITE}await pass(harness, 1)\n`,
    ],
    [
      'declares functions, but functions have no nitroRoot',
      `${tag('functions')}${SUITE}const options = { nitroRoot: pem }\n`,
    ],
    ['uses what is slow without the tag process', "import { spawn } from 'node:child_process'\n"],
    [
      'uses what is slow without the tag dynamodb',
      "import { startDynalite } from '../support/dynalite.ts'\n",
    ],
  ])('%s', (fault, source) => {
    expect(faultOfTags('a.test.ts', source)).toBe(`a.test.ts ${fault}`)
  })
})

describe('the suites that pass through the functions', () => {
  test('are those that declare it, the long ones in npm run test:lambda alone', () => {
    expect(shortSuites).toContain('test/operations/aliases.test.ts')
    expect(shortSuites).not.toContain('test/promises/isolation.test.ts')
    expect(suites).toEqual(expect.arrayContaining([...shortSuites]))
    expect(suites).toContain('test/promises/isolation.test.ts')
  })

  test('but for that of the list of tenants, which must not grow: gateway.test.ts has it', () => {
    expect(suites).not.toContain('test/operations/paging.test.ts')
    const gateway = readFileSync(new URL('../functions/gateway.test.ts', import.meta.url), 'utf8')
    expect(gateway).toContain("import('../operations/paging.test.ts')")
  })
})

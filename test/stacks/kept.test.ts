import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { digestOf, keptProgram } from '../support/sst-kept.ts'

describe('what a program of a stage made is kept', () => {
  let project = ''
  let runs = 0
  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), 'tenkey-kept-'))
    runs = 0
    mkdirSync(join(project, 'stacks'))
    writeFileSync(join(project, 'stacks/table.ts'), 'export {}')
    writeFileSync(join(project, 'package-lock.json'), '{}')
  })
  afterEach(() => rmSync(project, { recursive: true }))

  /** Runs a program that reads one file. */
  const run = (name = 'stage') => {
    const made = async () => {
      const path = 'stacks/table.ts'
      return JSON.stringify({ run: ++runs, read: { [path]: digestOf(path, project) } })
    }
    return keptProgram(name, made, project)
  }

  test('while nothing that it read changes', async () => {
    const first = await run()
    expect(await run()).toBe(first)
    expect(runs).toBe(1)
  })

  test('for each stage and its options', async () => {
    expect(await run('one')).not.toBe(await run('another'))
    expect(runs).toBe(2)
  })

  test.each(['stacks/table.ts', 'package-lock.json', 'test/support/sst-mocks.ts'])(
    'but not where %s is another',
    async (path) => {
      await run()
      mkdirSync(join(project, 'test/support'), { recursive: true })
      writeFileSync(join(project, path), 'export const a = 1')
      await run()
      expect(runs).toBe(2)
    },
  )

  test('but not where a file is gone', async () => {
    await run()
    rmSync(join(project, 'stacks/table.ts'))
    await run()
    expect(runs).toBe(2)
  })

  test('but not where it failed', async () => {
    const fails = () => keptProgram('stage', () => Promise.reject(new Error('no')), project)
    await expect(fails()).rejects.toThrow('no')
    await run()
    expect(runs).toBe(1)
  })
})

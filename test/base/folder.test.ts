import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { makeFolder } from '../../core/base/folder.ts'

const base = mkdtempSync(join(tmpdir(), 'tenkey-folder-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

const modeOf = (path: string): number => statSync(path).mode & 0o777
const codeOf = (make: () => void): unknown => {
  try {
    make()
    return undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code
  }
}

describe('makeFolder', () => {
  test('makes what is missing, for its owner alone, and leaves what is there', () => {
    mkdirSync(join(base, 'there'), { mode: 0o755 })
    const path = join(base, 'there', 'a', 'b')
    makeFolder(path)
    makeFolder(path)
    expect([modeOf(path), modeOf(join(base, 'there', 'a'))]).toEqual([0o700, 0o700])
    expect(modeOf(join(base, 'there'))).toBe(0o755)
  })

  test('a path relative to where the process is, and one that ends in a slash', () => {
    makeFolder('.')
    makeFolder(`${join(base, 'slash')}/`)
    expect(existsSync(join(base, 'slash'))).toBe(true)
  })

  test('refuses a file of that name, a file above, and a link that leads nowhere', () => {
    writeFileSync(join(base, 'file'), '')
    symlinkSync(join(base, 'nowhere'), join(base, 'link'))
    expect(codeOf(() => makeFolder(join(base, 'file')))).toBe('EEXIST')
    expect(codeOf(() => makeFolder(join(base, 'file', 'a', 'b')))).toBe('ENOTDIR')
    expect(codeOf(() => makeFolder(join(base, 'link')))).toBe('ENOENT')
  })

  // https://github.com/nodejs/node: mkdir by `recursive` never ends there
  test.runIf(existsSync('/proc'))('ends where no folder can be made', () => {
    expect(codeOf(() => makeFolder('/proc/nowhere/a/b'))).toBe('ENOENT')
  })
})

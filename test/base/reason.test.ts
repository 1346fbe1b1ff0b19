import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { reasonOf } from '../../core/base/reason.ts'
import { openDatabase } from '../../core/store/sqlite-file.ts'

describe('why something failed', () => {
  test.each([
    ['the code of the system', Object.assign(new Error('open x'), { code: 'EACCES' }), 'EACCES'],
    ['the words of an error', new TypeError('it is none'), 'it is none'],
    ['its words where its code is a number', Object.assign(new Error('a'), { code: 7 }), 'a'],
    ['what is no error', 'a text', 'a text'],
  ])('%s', (_, error, reason) => {
    expect(reasonOf(error)).toBe(reason)
  })

  test('a store that can not be made is told without the name of a class', () => {
    expect(() => openDatabase('/nowhere/at/all.db')).toThrow(
      /^The store \/nowhere\/at\/all\.db can't be made \(ENOENT\)\.$/,
    )
  })

  test('no message is made of an error as a whole', () => {
    const whole = /\$\{String\((error|cause|thrown)\)\}|code = String\(/
    const files = globSync('{core,server,library,functions,operations}/**/*.ts')
    expect(files.length).toBeGreaterThan(500)
    const found = files.filter((file) => whole.test(readFileSync(file, 'utf8')))
    // a log of those who develop functions
    expect(found).toEqual(['server/lambda-gateway/gateway.ts'])
  })
})

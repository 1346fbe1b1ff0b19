import { expect, test } from 'vitest'
import { loadOnce } from '../../core/base/load-once.ts'

test('What is loaded is asked for once, however many need it at a time', async () => {
  let asked = 0
  const load = loadOnce(async () => ++asked)
  expect(await Promise.all([load(), load()])).toEqual([1, 1])
  expect(await load()).toBe(1)
})

test('What could not be loaded is asked for anew', async () => {
  let asked = 0
  const load = loadOnce(async () => {
    if (++asked === 1) throw new Error('too many open files')
    return asked
  })
  await expect(load()).rejects.toThrow('too many open files')
  expect(await load()).toBe(2)
})

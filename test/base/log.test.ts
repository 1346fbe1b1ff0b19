import { afterEach, expect, test, vi } from 'vitest'
import { jsonLog } from '../../core/base/log.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

/** The lines that logging writes. */
function linesOf(log: () => void): string[] {
  const lines: string[] = []
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => lines.push(String(text)) > 0)
  log()
  return lines
}

const endless = new Error('x'.repeat(1_000_000))
endless.cause = endless

test.each([
  ['of an error that repeats what a caller sent', new Error('x'.repeat(1_000_000))],
  [
    'of one that another of the kind caused',
    new Error('outer', { cause: new Error('y'.repeat(1e6)) }),
  ],
  ['of one that is its own cause', endless],
  ['of what is no error', 'z'.repeat(1_000_000)],
])('a line %s is bounded', (_, error) => {
  const [line = ''] = linesOf(() => jsonLog('error', { requestId: 'r', error }))
  expect(line.length).toBeLessThan(100_000)
  expect(line).toMatch(/…\(cut: \d+ characters\)/)
  expect(JSON.parse(line)).toMatchObject({ level: 'error', requestId: 'r' })
})

test('a line of a common error has its message and where it came from', () => {
  const error = new Error('out of paper')
  const [line = ''] = linesOf(() => jsonLog('error', { error }))
  expect(JSON.parse(line).error).toEqual({
    name: 'Error',
    message: 'out of paper',
    stack: error.stack,
  })
})

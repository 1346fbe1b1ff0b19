import { createInterface } from 'node:readline/promises'
import type { Readable, Writable } from 'node:stream'
import { CommandError } from './command.ts'

/** Where somebody can be asked. */
export interface Terminal {
  readonly input: Readable
  readonly output: Writable
  /** whether somebody is there */
  readonly present: boolean
}

/** Asks on stderr, so that what a command prints stays its own. */
export const terminal = (): Terminal => ({
  input: process.stdin,
  output: process.stderr,
  present: process.stdin.isTTY === true && process.stderr.isTTY === true,
})

/** A question, and the one answer that goes on. */
export interface Question {
  readonly asks: string
  readonly answer: string
}

/**
 * Asks one question after the other, and goes on only if each is answered as it must be.
 * @param otherwise what a script says instead, where there is no terminal
 * @throws CommandError where an answer is another, the terminal ends, or there is none
 */
export async function confirm(
  questions: readonly Question[],
  otherwise: string,
  { input, output, present }: Terminal = terminal(),
): Promise<void> {
  if (!present) {
    throw new CommandError(`this is asked for at a terminal; in a script say ${otherwise}`, {
      misuse: true,
    })
  }
  const lines = createInterface({ input, output, terminal: false })
  const answers = lines[Symbol.asyncIterator]()
  try {
    for (const { asks, answer } of questions) {
      output.write(asks)
      const { value } = await answers.next()
      if (String(value ?? '').trim() !== answer) throw new CommandError('nothing was done')
    }
  } finally {
    lines.close()
  }
}

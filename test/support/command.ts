import { vi } from 'vitest'
import { run } from '../../server/cli/program.ts'

/** How a command ended and what it said. */
export interface Said {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs a `tenkey` command in this process, which takes a hundredth of the time that a process of its own
 * takes to start; one after the other, since what is said meanwhile counts as the command's.
 */
export async function runCommand(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Said> {
  const said = { stdout: '', stderr: '' }
  const spies = (['stdout', 'stderr'] as const).flatMap((name) => {
    const say = (text: unknown) => {
      said[name] += String(text)
      return true
    }
    const method = name === 'stdout' ? 'log' : 'error'
    return [
      vi.spyOn(process[name], 'write').mockImplementation(say),
      vi.spyOn(console, method).mockImplementation((text) => void say(`${text}\n`)),
    ]
  })
  try {
    return { code: await run(words, environment), ...said }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}

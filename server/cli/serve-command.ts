import type { Command } from 'commander'
import type { CommonOptions } from './command.ts'

interface ServeWords extends CommonOptions {
  readonly testClock?: boolean
}

/** Adds `tenkey serve`. */
export function serveCommand(program: Command): void {
  program
    .command('serve')
    .description(
      'Start the service, which `tenkey` alone does too; settings are TENKEY_ variables.',
    )
    .option(
      '--json',
      'say as one line of JSON where it listens and which file has the first access key',
    )
    .option('--test-clock', 'let `tenkey clock` put the clock forward; on a loopback address only')
    .action(async ({ json = false, testClock = false }: ServeWords) => {
      const [{ start }, { jsonLine }] = await Promise.all([
        import('../start.ts'),
        import('../greeting.ts'),
      ])
      await start(json ? jsonLine : undefined, testClock ? ['--test-clock'] : [])
    })
}

import type { Command } from 'commander'
import type { Config } from '../../core/config.ts'
import type { Running } from '../serve.ts'
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
    .option('--json', 'say where it listens as one line of JSON, for programs')
    .option('--test-clock', 'let `tenkey clock` put the clock forward; on a loopback address only')
    .action(async ({ json = false, testClock = false }: ServeWords) => {
      const { start } = await import('../start.ts')
      await start(json ? jsonLine : undefined, testClock ? ['--test-clock'] : [])
    })
}

const jsonLine = ({ address, tenant, made }: Running, { region }: Config): string =>
  JSON.stringify({ endpoint: address, region, newInstallation: made, ...tenant })

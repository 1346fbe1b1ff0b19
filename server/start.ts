import { printable } from '../core/base/printable.ts'
import { ConfigError, readConfig, SETTING_DEFAULTS } from '../core/config.ts'
import { greeting } from './greeting.ts'
import { outliveReaders } from './readers.ts'
import { type ServeOptions, serve, serveAsWorker } from './serve.ts'
import { onSignals } from './signals.ts'
import type { WorkerReport } from './workers.ts'

/**
 * `npm start` and `tenkey serve`: starts the server and says how to use it.
 * @param say what to print of a server that answers; by default a block to paste into a shell
 * @param words what follows the command's name: --test-clock, or --help, which starts nothing
 */
export async function start(say = greeting, words: readonly string[] = []): Promise<void> {
  outliveReaders()
  if (words.some((word) => word === '--help' || word === '-h')) {
    console.log(HELP)
    return
  }
  try {
    const options = readOptions(words)
    const config = readConfig(process.env)
    const running = await serve(config, options)
    onSignals(running.stop)
    console.log(say(running, config, process.stdout.isTTY === true))
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    console.error(`tenkey: ${printable(error.message)}`)
    process.exit(1)
  }
}

const HELP = `Usage: npm start [-- --test-clock]

Starts the server, and says how to use it.

Options:
  --test-clock  let \`tenkey clock\` put the clock forward; on a loopback address only
  -h, --help    say this

Settings are environment variables, here with their defaults; docs/settings.md says what each means.
${SETTING_DEFAULTS.map(([name, initial]) => `  ${name}=${initial}`).join('\n')}`

/** @throws ConfigError for a word that is no option */
function readOptions(words: readonly string[]): ServeOptions {
  const unknown = words.find((word) => word !== '--test-clock')
  if (unknown !== undefined) {
    throw new ConfigError(`unknown option '${unknown}'; there are --test-clock and --help`)
  }
  return { testClock: words.length > 0 }
}

/** One process of several: reports to the primary, which speaks for all. */
export async function startAsWorker(): Promise<void> {
  outliveReaders()
  try {
    const running = await serveAsWorker(readConfig(process.env))
    onSignals(running.stop)
    process.send?.({ address: running.address } satisfies WorkerReport)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const report: WorkerReport = { failure: error.message }
    process.send?.(report, undefined, undefined, () => process.exit(1))
  }
}

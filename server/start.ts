import { printable } from '../core/base/printable.ts'
import { type Config, ConfigError, readConfig, SETTING_DEFAULTS } from '../core/config.ts'
import { outliveReaders } from './readers.ts'
import { type Running, type ServeOptions, serve, serveAsWorker } from './serve.ts'
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
    console.log(say(running, config))
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

Settings are environment variables, here with their defaults; README.md says what each means.
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

function greeting({ address, tenant, made }: Running, config: Config): string {
  const where = made ? `a new installation, ${placeOf(config)}` : placeOf(config)
  const ready = `tenkey is ready on ${address} (${where})`
  if (tenant === undefined) return ready
  return `${ready}

Paste this to use it from a shell, with the AWS CLI or any AWS SDK:

export AWS_ENDPOINT_URL_KMS=${address} AWS_ENDPOINT_URL_STS=${address}
export AWS_ENDPOINT_URL_IAM=${address}/iam
export AWS_ACCESS_KEY_ID=${tenant.accessKeyId}
export AWS_SECRET_ACCESS_KEY=${tenant.secretAccessKey}
export AWS_REGION=${config.region} AWS_DEFAULT_REGION=${config.region}
`
}

/** Where an installation is: a name that was mistyped shows here. */
function placeOf({ store, data, table }: Config): string {
  switch (store) {
    case 'sqlite':
      return `store ${printable(data)}/tenkey.db`
    case 'dynamodb':
      return `store dynamodb, table ${table}`
    case 'memory':
      return 'store memory'
  }
}

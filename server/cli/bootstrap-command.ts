import { join } from 'node:path'
import type { Command } from 'commander'
import { bootstrap } from '../bootstrap.ts'
import { operatorFile } from '../credential-file.ts'
import { CommandError, type CommonOptions, command, type Environment } from './command.ts'
import { offlineConfig, withStore } from './offline.ts'
import { printOne } from './output.ts'

interface Options extends CommonOptions {
  readonly url: string
  readonly folder?: string
  readonly another?: boolean
  /** false with --no-credential */
  readonly credential: boolean
}

/** Adds `tenkey bootstrap`. */
export function bootstrapCommand(program: Command, environment: Environment): void {
  command(
    program,
    'bootstrap',
    "Make the operator's credential of a deployed store, which has none yet, without a server.",
  )
    .requiredOption('--url <url>', 'address of the deployed API, for the lines to paste')
    .option('--folder <folder>', 'where operator.json is written; .tenkey/<table> unless given')
    .option('--another', 'make another credential, because the first was lost')
    .option('--no-credential', 'make no credential: operators come by AWS IAM')
    .action(async (options: Options) => {
      const { url } = options
      if (!URL.canParse(url) || new URL(url).protocol !== 'https:') {
        throw new CommandError(`--url is '${url}'; it must be a URL, https://`, { misuse: true })
      }
      const region = environment['AWS_REGION'] || environment['AWS_DEFAULT_REGION']
      if (!region) throw new CommandError('AWS_REGION is not set: it is the one deployed to')
      const config = offlineConfig(deployedSettings(environment), false)
      const { folder = join('.tenkey', config.table), another = false, credential } = options
      if (!credential && (another || options.folder !== undefined)) {
        throw new CommandError('--no-credential goes with neither --another nor --folder', {
          misuse: true,
        })
      }
      const made = await withStore(config, false, (store) =>
        bootstrap(config, store, {
          folder: credential ? folder : undefined,
          another,
          now: Date.now(),
        }),
      )
      const home = `TENKEY_ENDPOINT=${url}`
      printOne(
        made === undefined
          ? { url, region, paste: `export ${home} TENKEY_OPERATOR_BY=iam AWS_REGION=${region}` }
          : {
              accessKeyId: made.accessKeyId,
              file: operatorFile(folder),
              url,
              region,
              paste: `export ${home} TENKEY_DATA='${folder}' AWS_REGION=${region}`,
            },
        options,
      )
    })
}

/** Nothing has a default here: a store or a root key of this machine would be another's. */
function deployedSettings(environment: Environment): Environment {
  for (const name of ['TENKEY_TABLE', 'TENKEY_ROOT']) {
    if (environment[name]) continue
    throw new CommandError(`${name} is not set: the deployment printed a command with it`)
  }
  if ((environment['TENKEY_STORE'] || 'dynamodb') === 'dynamodb') {
    return { ...environment, TENKEY_STORE: 'dynamodb' }
  }
  throw new CommandError(`TENKEY_STORE is ${environment['TENKEY_STORE']}: its server makes its own`)
}

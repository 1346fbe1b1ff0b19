import type { Command } from 'commander'
import { discardImport, importStore } from '../transfer.ts'
import { CommandError, type CommonOptions, command, type Environment } from './command.ts'
import { offlineConfig, withStore } from './offline.ts'
import { printOne } from './output.ts'
import { withProgress } from './progress.ts'

interface ImportOptions extends CommonOptions {
  readonly file?: string
  readonly discard?: boolean
}

/** Adds `tenkey import`. */
export function importCommand(program: Command, environment: Environment): void {
  command(
    program,
    'import',
    'Write what `tenkey export` wrote into an empty store. No server is asked.',
  )
    .option('--file <file>', 'the export; one that was cut short is taken up again')
    .option('--discard', 'remove what an import that was cut short has written')
    .action(async (options: ImportOptions) => {
      const { file, discard } = options
      if ((file === undefined) === (discard !== true)) {
        throw new CommandError('either --file or --discard is needed', { misuse: true })
      }
      const config = offlineConfig(environment, file !== undefined)
      const done = await withProgress('items', options, ({ progress }) =>
        withStore<object>(config, file !== undefined, (store) =>
          file === undefined ? discardImport(store, progress) : importStore(store, file, progress),
        ),
      )
      printOne({ ...done }, options)
    })
}

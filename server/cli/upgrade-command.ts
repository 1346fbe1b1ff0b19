import type { Command } from 'commander'
import { RELEASE } from '../../core/release.ts'
import { upgradeStore } from '../upgrade.ts'
import { type CommonOptions, command, type Environment } from './command.ts'
import { offlineConfig, withStore } from './offline.ts'
import { printOne } from './output.ts'

/** Adds `tenkey upgrade`. */
export function upgradeCommand(program: Command, environment: Environment): void {
  command(
    program,
    'upgrade',
    'Let the store be written in the formats of this version, once no older one uses it. It can not be undone.',
  ).action(async (options: CommonOptions) => {
    const config = offlineConfig(environment, false)
    const done = await withStore(config, false, (store) => upgradeStore(store, RELEASE))
    printOne(done, options)
  })
}

import type { Command } from 'commander'
import { ROOT } from '../../core/config.ts'
import type { RootKey } from '../../core/root/root.ts'
import { openRoot } from '../../core/service.ts'
import { moveRoot } from '../root-move.ts'
import { CommandError, type CommonOptions, command, type Environment } from './command.ts'
import { offlineConfig, withStore } from './offline.ts'
import { printOne } from './output.ts'
import { withProgress } from './progress.ts'

/** Adds `tenkey root move`. */
export function rootCommands(program: Command, environment: Environment): void {
  const group = program.command('root').description('Move the store to another root key.')

  command(
    group,
    'move',
    'Wrap every tenant key under another root key; ciphertexts stay as they are. Servers that run need the new one then.',
  )
    .requiredOption('--to <root>', 'file:PATH (made where there is none) or aws-kms:KEY_ARN')
    .action(async (options: CommonOptions & { to: string }) => {
      const { to } = options
      if (to === '' || !ROOT.test(to)) {
        throw new CommandError(`--to is '${to}'; it must be file:PATH or aws-kms:KEY_ARN`, {
          misuse: true,
        })
      }
      const config = offlineConfig(environment, false)
      const roots: RootKey[] = []
      const open = async (root: string, create: boolean) => {
        const opened = await openRoot({ root }, create)
        roots.push(opened)
        return opened
      }
      try {
        const done = await withProgress('tenant keys', options, ({ progress }) =>
          withStore(config, false, async (store) => {
            const from = await open(config.root, false)
            const target = await open(to, true)
            const { moved } = await moveRoot(store, from, target, progress)
            return { moved, root: target.id, former: from.id }
          }),
        )
        const now = new Date().toISOString()
        const result = {
          ...done,
          setting: `TENKEY_ROOT=${to}`,
          next: 'start servers and deploy functions anew with this setting: those that have the former root key make no tenant keys, and answer DependencyTimeoutException within five minutes',
          discard: `the former root key is needed for nothing in the store; discard it once no server has it and no backup from before ${now} is kept`,
        }
        printOne(result, options)
      } finally {
        await Promise.all(roots.map((root) => root.close()))
      }
    })
}

import { mkdtempSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Command } from 'commander'
import type { Config } from '../../core/config.ts'
import { exportStore } from '../transfer.ts'
import { type CommonOptions, command, type Environment } from './command.ts'
import { inOneLine, offlineConfig, storeFile, withStore } from './offline.ts'
import { printOne } from './output.ts'
import { withProgress } from './progress.ts'

/** Adds `tenkey export`. */
export function exportCommand(program: Command, environment: Environment): void {
  command(
    program,
    'export',
    'Write all items of the store into a file; the root key is not in it. No server is asked.',
  )
    .requiredOption('--file <file>', 'the file to make, e.g. tenkey-2026-11-22.jsonl.gz')
    .action(async (options: CommonOptions & { file: string }) => {
      const config = offlineConfig(environment, false)
      const from = config.store === 'sqlite' ? snapshot(config, options.file) : undefined
      try {
        const done = await withProgress('items', options, ({ progress }) =>
          withStore(from?.config ?? config, false, (store) =>
            exportStore(store, options.file, Date.now(), progress),
          ),
        )
        printOne({ file: options.file, ...done }, options)
      } finally {
        from?.remove()
      }
    })
}

/**
 * A copy of the embedded store at one moment, made beside the file to write: a server may go on using
 * the store. https://www.sqlite.org/lang_vacuum.html#vacuuminto
 */
function snapshot(config: Config, file: string): { config: Config; remove(): void } {
  let folder: string | undefined
  const remove = () => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  }
  try {
    folder = mkdtempSync(join(dirname(resolve(file)), '.tenkey-export-'))
    const copy = { ...config, data: folder }
    const db = new DatabaseSync(storeFile(config), { readOnly: true, timeout: 5_000 })
    try {
      db.prepare('VACUUM INTO ?').run(storeFile(copy))
    } finally {
      db.close()
    }
    return { config: copy, remove }
  } catch (error) {
    remove()
    throw inOneLine(error)
  }
}

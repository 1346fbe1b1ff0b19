import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Metafile } from 'esbuild'
import { esbuildOptions } from '../../stacks/bundle-settings.ts'

/** The repository's folder, to which handlers are relative. */
export const PROJECT = fileURLToPath(new URL('../..', import.meta.url))

/** A function's code, as Lambda finds it. */
export interface Code {
  readonly folder: string
  /** what Lambda is told, e.g. `bundle.handler` */
  readonly handler: string
}

/** A function's code as it is deployed. */
export interface Bundle extends Code {
  readonly metafile: Metafile
}

/** Where functions' code comes from. */
export interface CodeSource {
  /** @param handler e.g. `functions/cryptography/encrypt.handler` */
  of(handler: string): Promise<Code>
  close(): Promise<void>
}

/**
 * Bundles a function into a folder, as `sst deploy` does.
 * @param handler e.g. `functions/cryptography/encrypt.handler`
 */
export async function bundle(handler: string, folder: string): Promise<Bundle> {
  const options = esbuildOptions(handler, folder)
  const { metafile } = await build({ ...options, absWorkingDir: PROJECT })
  return { folder, handler: `bundle${handler.slice(handler.lastIndexOf('.'))}`, metafile }
}

/** Bundles made when they are first asked for, each once, in a folder that goes with `close`. */
export function bundles(): CodeSource {
  const root = mkdtempSync(join(tmpdir(), 'tenkey-bundles-'))
  const made = new Map<string, Promise<Bundle>>()
  return {
    of(handler) {
      let found = made.get(handler)
      if (found === undefined) {
        const folder = join(root, handler.replaceAll(/[/.]/g, '-'))
        mkdirSync(folder)
        found = bundle(handler, folder)
        made.set(handler, found)
      }
      return found
    },
    async close() {
      await Promise.allSettled(made.values())
      rmSync(root, { recursive: true, force: true })
    },
  }
}

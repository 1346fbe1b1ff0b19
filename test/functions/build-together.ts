import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { build } from 'esbuild'
import { type CodeSource, PROJECT } from '../../server/lambda-gateway/bundles.ts'
import { esbuildOptions } from '../../stacks/bundle-settings.ts'
import { routes } from '../../stacks/routes.ts'

/** Where the folder of what was built together is told to the processes of tests. */
const FOLDER = 'FUNCTIONS_TOGETHER'

/**
 * Bundles all functions by their own settings in one go, a second or two, where each alone, as it is
 * deployed, takes nearly a second: they share chunks, which is all that differs. `npm test` has this for
 * what goes through functions but test/functions/router.test.ts; `npm run test:lambda` does without.
 */
export default async function setup(): Promise<(() => void) | undefined> {
  if (process.env[FOLDER] !== undefined) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-together-'))
  const files = new Set(routes.map(({ handler }) => handler.replace(/\.\w+$/, '.ts')))
  await build({
    ...esbuildOptions('', folder),
    entryPoints: [...files],
    entryNames: '[dir]/[name]',
    outbase: PROJECT,
    absWorkingDir: PROJECT,
  })
  process.env[FOLDER] = folder
  return () => {
    delete process.env[FOLDER]
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The functions that were built together, where they were. */
export function builtTogether(): CodeSource | undefined {
  const folder = process.env[FOLDER]
  if (folder === undefined) return undefined
  return {
    of: async (handler) => ({
      folder: join(folder, dirname(handler)),
      handler: basename(handler),
    }),
    // they are other tests' too
    close: async () => undefined,
  }
}

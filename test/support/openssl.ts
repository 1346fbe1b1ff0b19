import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Runs openssl's command line. @throws Error with its words where it fails */
export const openssl = (...args: readonly string[]): Buffer =>
  execFileSync('openssl', args, { stdio: 'pipe' })

/** Writes bytes into files of a folder of their own, and gives `use` their paths under the same names. */
export function withFiles<N extends string, R>(
  files: Readonly<Record<N, Uint8Array>>,
  use: (paths: Readonly<Record<N, string>>) => R,
): R {
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-openssl-'))
  try {
    const paths = {} as Record<N, string>
    for (const name of Object.keys(files) as N[]) {
      paths[name] = join(folder, name)
      writeFileSync(paths[name], files[name], { mode: 0o600 })
    }
    return use(paths)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

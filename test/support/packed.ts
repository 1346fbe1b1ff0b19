import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** The package as somebody has it who installed its tarball, in a folder that knows nothing of the repository. */
export interface Installed {
  readonly folder: string
  /** where the package is in it */
  readonly installed: string
  readonly tarball: string
  /** what npm said */
  readonly said: string
  /** for its programs: this Node.js first, and no home */
  readonly env: NodeJS.ProcessEnv
  /** Puts packages of the repository beside it. */
  lend(...names: readonly string[]): void
  remove(): void
}

/** Packs, and installs from the tarball without a registry. */
export function installPackage(): Installed {
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-package-'))
  const env: NodeJS.ProcessEnv = {
    HOME: folder,
    PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
  }
  const run = (program: string, words: readonly string[]) =>
    execFileSync(program, words, { cwd: folder, env, encoding: 'utf8' })
  const made = join(folder, 'made')
  execFileSync(process.execPath, ['scripts/pack.ts', made])
  const [packed] = JSON.parse(run('npm', ['pack', made, '--json']))
  rmSync(made, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"private":true}')
  const words = ['install', '--offline', '--no-audit', '--no-fund', `./${packed.filename}`]
  return {
    folder,
    installed: join(folder, 'node_modules', 'tenkey'),
    tarball: join(folder, packed.filename),
    said: run('sh', ['-c', 'exec npm "$@" 2>&1', 'npm', ...words]),
    env,
    lend(...names) {
      for (const name of names) {
        const there = join(folder, 'node_modules', name)
        rmSync(there, { force: true })
        symlinkSync(join(process.cwd(), 'node_modules', name), there)
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

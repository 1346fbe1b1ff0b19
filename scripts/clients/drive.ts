import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startDynalite } from '../../test/support/dynalite.ts'
import type { Running } from './server.ts'
import type { Subject } from './subjects.ts'
import { absence, type Command, type Environment, runCommand, type Toolchain } from './toolchain.ts'

/** What came of a client. */
export type Result =
  | { readonly subject: Subject; readonly kind: 'skipped'; readonly why: string }
  | {
      readonly subject: Subject
      readonly kind: 'passed' | 'failed'
      /** name and version of what was driven */
      readonly versions: readonly string[]
      /** what it did as it should */
      readonly steps: readonly string[]
      /** the last words of a program that failed */
      readonly why: string
    }

/** The last lines that say something, on one line where `lines` is 1. */
const lastWords = (said: string, lines: number): string =>
  said
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !/^(ok|version): /.test(line))
    .slice(-lines)
    .join('\n')

/** Why a toolchain can't drive its clients here, or what failed to build; undefined where all is made. */
type Preparation = { readonly kind: 'skipped' | 'failed'; readonly why: string } | undefined

/** Fetches and builds, once for all clients of a toolchain. */
export function preparer(env: Environment, say: (line: string) => void) {
  const done = new Map<Toolchain, Promise<Preparation>>()
  const first = async (
    kind: 'skipped' | 'failed',
    commands: readonly Command[],
  ): Promise<Preparation> => {
    for (const command of commands) {
      const { code, said } = await runCommand(command, env)
      if (code !== 0) {
        const words = lastWords(said, kind === 'skipped' ? 1 : 20)
        return { kind, why: `${command.slice(0, 3).join(' ')}: ${words.trim()}` }
      }
    }
    return undefined
  }
  const prepare = async (toolchain: Toolchain): Promise<Preparation> => {
    const why = absence(toolchain, env)
    if (why !== undefined) return { kind: 'skipped', why }
    say(`preparing ${toolchain.name}`)
    return (await first('skipped', toolchain.fetch)) ?? (await first('failed', toolchain.build))
  }
  return (toolchain: Toolchain): Promise<Preparation> => {
    const found = done.get(toolchain) ?? prepare(toolchain)
    done.set(toolchain, found)
    return found
  }
}

/** The environment without settings of AWS or tenkey, whose own files and credentials it does not read. */
const withoutAws = (env: Environment): Environment =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !/^(AWS|TENKEY)_/.test(name)))

/** Runs the program of a client in a folder of its own, as a tenant of its own. */
export async function drive(
  subject: Subject,
  server: Running,
  env: Environment,
  say: (line: string) => void,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-clients-'))
  const table = subject.table === true ? await startDynalite() : undefined
  const versions: string[] = []
  const steps: string[] = []
  try {
    const own = {
      ...withoutAws(env),
      ...(await server.tenant(subject.id)),
      ...(table !== undefined && { AWS_ENDPOINT_URL_DYNAMODB: table.endpoint }),
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: join(folder, 'no-config'),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'no-credentials'),
      ...(subject.kmsEndpoint !== undefined && { [subject.kmsEndpoint]: server.url }),
    }
    const take = (line: string) => {
      const [, kind, words = ''] = /^(ok|version): (.*)$/.exec(line) ?? []
      if (kind === 'version') versions.push(words)
      if (kind !== 'ok') return
      steps.push(words)
      say(`  ok: ${words}`)
    }
    const { code, said } = await runCommand(subject.command, own, take, folder)
    // a program that ends well without a word has shown nothing
    const kind = code === 0 && steps.length > 0 ? 'passed' : 'failed'
    return { subject, kind, versions, steps, why: kind === 'failed' ? lastWords(said, 20) : '' }
  } finally {
    await table?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

import { spawn } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A command and its words. */
export type Command = readonly [program: string, ...words: string[]]
export type Environment = Readonly<Record<string, string>>

/** How a command ended, and what it said on both streams, in the order of its lines. */
export interface Ended {
  readonly code: number | null
  readonly said: string
}

/** What is needed to drive clients of a language, and how their programs come to be. */
export interface Toolchain {
  readonly name: string
  /** programs that must be on the PATH */
  readonly programs: readonly string[]
  /** What a machine must have beside them: why it can't be used, undefined where it can. */
  readonly lacks?: (env: Environment) => string | undefined
  /** fetches what lock files name; where one fails the clients are skipped */
  readonly fetch: readonly Command[]
  /** makes programs of it; where one fails so does the run */
  readonly build: readonly Command[]
}

/** The project's folder, a file or a folder of it. */
export const inProject = (path = ''): string =>
  fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** Where programs are made; not in git. */
export const MADE = inProject('.cache/clients')

/** The file that a program's name means, by PATH; undefined where there is none. */
export function find(program: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK)
        return statSync(file).isFile()
      } catch {
        return false
      }
    })
}

/** Why a toolchain can't be used here; undefined where it can. */
export function absence(toolchain: Toolchain, env: Environment): string | undefined {
  const missing = toolchain.programs.filter((one) => find(one, env['PATH'] ?? '') === undefined)
  if (missing.length > 0) return `${missing.join(' and ')} not on the PATH`
  return toolchain.lacks?.(env)
}

/** Runs a command to its end. A program that can't be started ends with code null. */
export function runCommand(
  [program, ...words]: Command,
  env: Environment,
  onLine: (line: string) => void = () => undefined,
  folder = inProject(),
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(program, words, { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      let rest = ''
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text
        const lines = (rest + text).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) onLine(line)
      })
      stream.on('end', () => {
        if (rest !== '') onLine(rest)
      })
    }
    child.on('error', (error) => resolve({ code: null, said: error.message }))
    child.on('close', (code) => resolve({ code, said }))
  })
}

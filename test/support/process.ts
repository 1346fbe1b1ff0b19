import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { KMSClient } from '@aws-sdk/client-kms'
import { readCredential } from '../../server/credential-file.ts'

type Environment = Readonly<Record<string, string>>

/** How a process ended and what it said. */
export interface Outcome {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

const inProject = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** This process's environment without settings of tenkey or AWS, and those given. */
function environment(settings: Environment): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('TENKEY_') && !name.startsWith('AWS_'),
  )
  return { ...Object.fromEntries(inherited), ...settings } as Record<string, string>
}

/** Starts a script of the project; `said` is what it has printed so far. */
export function launch(script: string, words: readonly string[], settings: Environment) {
  const child = spawn(process.execPath, [inProject(script), ...words], {
    env: environment(settings),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text
    })
  }
  const ended = once(child, 'close').then(([code, signal]): Outcome => ({ code, signal, ...said }))
  return { child, said, ended }
}

/** Runs a script of the project to its end. */
export const runScript = (
  script: string,
  words: readonly string[],
  settings: Environment = {},
): Promise<Outcome> => launch(script, words, settings).ended

const folders: string[] = []

/** The path of a data folder that a server may make. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-test-'))
  folders.push(folder)
  return join(folder, 'data')
}

/** Removes all that newFolder made room for. */
export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}

/** A server process that answers. */
export interface ServerProcess {
  readonly url: string
  readonly child: ChildProcess
  /** what it printed until it was ready */
  readonly greeting: string
  /** the variables of the block to paste */
  readonly block: Readonly<Record<string, string>>
  readonly ended: Promise<Outcome>
  /** Sends a signal and answers how the process ended. */
  stop(signal?: NodeJS.Signals): Promise<Outcome>
  /** The SDK's client with the credential of the block, or another. */
  kms(credential?: { accessKeyId: string; secretAccessKey: string }): KMSClient
}

/** Starts server/main.ts and waits until it is ready; on a free port unless settings name one. */
export async function startServer(settings: Environment): Promise<ServerProcess> {
  const { child, said, ended } = launch('server/main.ts', [], { TENKEY_PORT: '0', ...settings })
  const greeting = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => {
      if (said.stdout.includes('AWS_DEFAULT_REGION=')) resolve(said.stdout)
    })
    ended.then(({ stderr }) => reject(new Error(`the server did not start: ${stderr}`)))
  })
  const block = Object.fromEntries(
    [...greeting.matchAll(/\b((?:AWS|TENKEY)_\w+)=(\S+)/g)].map(([, name, value]) => [name, value]),
  )
  // what is no terminal is told the file, not the secret
  const [, file = ''] = /^The first tenant's access key is in (.+)$/m.exec(greeting) ?? []
  block['AWS_SECRET_ACCESS_KEY'] = readCredential(file)?.secretAccessKey
  const url = block['AWS_ENDPOINT_URL_KMS'] ?? ''
  return {
    url,
    child,
    greeting,
    block,
    ended,
    async stop(signal = 'SIGTERM') {
      child.kill(signal)
      return ended
    },
    kms(credential) {
      const own = {
        accessKeyId: block['AWS_ACCESS_KEY_ID'] ?? '',
        secretAccessKey: block['AWS_SECRET_ACCESS_KEY'] ?? '',
      }
      return new KMSClient({
        endpoint: url,
        region: block['AWS_REGION'] ?? '',
        credentials: credential ?? own,
        maxAttempts: 1,
      })
    },
  }
}

import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { createInterface, type Interface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** What became of a sample of docs/ that was run as it stands there. */
export interface Ran {
  readonly printed: string
  /** what went wrong; absent where nothing did */
  readonly failed?: string
}
export type Environment = Readonly<Record<string, string>>

/** Runs samples of one language, one after the other. */
export interface SampleRunner {
  /** why it can't run here */
  readonly absent?: string
  run(source: string, env: Environment): Promise<Ran>
  stop(): void
}

/** What samples find beside what they are given: programs, and no setting of who runs the tests. */
const INHERITED = Object.fromEntries(
  ['PATH', 'HOME', 'NODE_COMPILE_CACHE', 'NODE_EXTRA_CA_CERTS'].flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value]]
  }),
)

/** A program that reads samples from its input (test/support/sample-runner.*), since each would start it anew. */
async function inProgram(command: string, file: string, needs: string): Promise<SampleRunner> {
  const place = fileURLToPath(new URL(file, import.meta.url))
  const child: ChildProcess = spawn(command, [place], { env: INHERITED })
  const { stdin, stdout, stderr } = child
  if (stdin === null || stdout === null || stderr === null) throw new Error('it has no pipes')
  let said = ''
  stderr.on('data', (text: Buffer) => {
    said += text.toString()
  })
  const lines: Interface = createInterface({ input: stdout })
  const answers = lines[Symbol.asyncIterator]()
  const ended = new Promise<string>((resolve) => {
    child.on('error', () => resolve(needs))
    child.on('exit', (code) => resolve(code === 3 ? needs : `it ended with ${code}: ${said}`))
    // what it can't read any more is told by its end
    stdin.on('error', () => {})
  })
  async function run(source: string, env: Environment): Promise<Ran> {
    stdin?.write(`${JSON.stringify({ source, env })}\n`)
    const next = await Promise.race([answers.next(), ended])
    if (typeof next === 'string' || next.done === true) return { printed: '', failed: await ended }
    const { printed, thrown } = JSON.parse(next.value) as { printed: string; thrown?: string }
    return { printed, ...(typeof thrown === 'string' && { failed: thrown }) }
  }
  const first = await run('', {})
  return {
    ...(first.failed !== undefined && { absent: first.failed }),
    run,
    stop: () => void child.kill(),
  }
}

/** @param needs what the machine must have for it */
export const javascriptRunner = (): Promise<SampleRunner> =>
  inProgram(process.execPath, 'sample-runner.mjs', 'Node.js')
export const pythonRunner = (): Promise<SampleRunner> =>
  inProgram('python3', 'sample-runner.py', 'Python 3 with boto3')

/** Lines for a shell that has process substitution. */
export async function shellRunner(program: string): Promise<SampleRunner> {
  const run = (source: string, env: Environment) =>
    new Promise<Ran>((resolve) => {
      execFile(
        'bash',
        ['-c', source],
        { cwd: env['HOME'], env: { ...INHERITED, AWS_PAGER: '', ...env } },
        (error, stdout, stderr) =>
          resolve({
            printed: stdout,
            ...(error !== null && { failed: `${error.message}\n${stdout}${stderr}` }),
          }),
      )
    })
  const { failed } = await run(`command -v ${program}`, {})
  return { ...(failed !== undefined && { absent: `bash and ${program}` }), run, stop: () => {} }
}

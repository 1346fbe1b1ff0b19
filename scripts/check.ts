import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * `npm run check`: all that can be said of the sources without running them. Each part is a script `check:…` of
 * package.json; as many run at once as there are cores, those that take long first. What one says is told when it ends,
 * and every one is run though another fails.
 */
const PARTS = ['types', 'lint', 'console', 'unused', 'generated', 'rest', 'licences', 'layers']

const PROJECT = fileURLToPath(new URL('..', import.meta.url))
const PATH = [join(PROJECT, 'node_modules/.bin'), process.env['PATH']].join(delimiter)
const { scripts } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>
}

/** Whether a part finds nothing; what it says goes where it says it. */
async function passes(part: string): Promise<boolean> {
  const command = scripts[`check:${part}`]
  if (command === undefined) throw new Error(`package.json has no script check:${part}`)
  const child = spawn(command, {
    cwd: PROJECT,
    env: { ...process.env, PATH },
    shell: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: [to: NodeJS.WriteStream, chunk: Buffer][] = []
  child.stdout.on('data', (chunk: Buffer) => said.push([process.stdout, chunk]))
  child.stderr.on('data', (chunk: Buffer) => said.push([process.stderr, chunk]))
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  )
  for (const [to, chunk] of said) to.write(chunk)
  return code === 0
}

const waiting = [...PARTS]
const failed: string[] = []
async function work(): Promise<void> {
  for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
    if (!(await passes(part))) failed.push(part)
  }
}
await Promise.all(Array.from({ length: availableParallelism() }, work))
if (failed.length === 0) {
  process.stdout.write(
    'All is well: layers, types, lint, generated files, licences, nothing unused.\n',
  )
} else {
  process.stderr.write(
    `npm run check: ${failed.map((part) => `check:${part}`).join(', ')} failed\n`,
  )
  process.exitCode = 1
}

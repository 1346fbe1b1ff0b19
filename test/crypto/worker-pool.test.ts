import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { KmsError } from '../../core/base/errors.ts'
import { type WorkerPool, workerPool } from '../../core/offload/worker-pool.ts'

const folder = mkdtempSync(join(tmpdir(), 'tenkey-pool-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A worker that does as it is told. */
const file = join(folder, 'worker.mjs')
writeFileSync(
  file,
  `import { parentPort, threadId } from 'node:worker_threads'
const open = []
parentPort.on('message', ({ name, args }) => {
  const answer = (outcome) => parentPort.postMessage(outcome)
  if (name === 'echo') answer({ value: args[0] })
  if (name === 'thread') answer({ value: threadId })
  if (name === 'hold') { Atomics.wait(new Int32Array(args[0]), 0, 0); answer({ value: threadId }) }
  if (name === 'refuse') answer({ refusal: { code: 'InvalidCiphertextException' } })
  if (name === 'fail') answer({ failure: 'it went wrong' })
  if (name === 'exit') process.exit(3)
  if (name === 'throw') throw new Error('thrown')
})`,
)

let pool: WorkerPool
const start = (size: number, backlog = 100) => {
  pool = workerPool(pathToFileURL(file), { size, backlog, perAccount: backlog })
  const run = (name: string, args: unknown[]) => pool.run(name, args, { account: 'a' })
  return { run, close: pool.close }
}
afterEach(() => pool.close())
const caught = (promise: Promise<unknown>) => promise.catch((error: unknown) => error)
/** A worker that is told to hold waits here until it is let go. */
const gate = () => {
  const shared = new SharedArrayBuffer(4)
  const cell = new Int32Array(shared)
  return { shared, open: () => [Atomics.store(cell, 0, 1), Atomics.notify(cell, 0)] }
}

describe('A pool of workers', () => {
  test('answers values and refusals, and goes on after each', async () => {
    const { run } = start(1)
    expect(await run('echo', [Buffer.from('bytes')])).toEqual(Uint8Array.from(Buffer.from('bytes')))
    const refusal = await caught(run('refuse', []))
    expect(refusal).toBeInstanceOf(KmsError)
    expect(refusal).toMatchObject({ code: 'InvalidCiphertextException', message: '' })
    expect(await caught(run('fail', []))).toMatchObject({ message: 'fail: it went wrong' })
    expect(await run('echo', [7])).toBe(7)
  })

  test('starts as many workers as it may, and uses them again', async () => {
    const { run } = start(2)
    const { shared, open } = gate()
    const held = [run('hold', [shared]), run('hold', [shared]), run('thread', [])]
    open()
    const threads = await Promise.all(held)
    expect(new Set(threads).size).toBe(2)
    expect(threads).toContain(await run('thread', []))
  })

  test.each(['exit', 'throw'])(
    'answers an error for a worker lost by %s, and replaces it',
    async (how) => {
      const { run } = start(1)
      const [lost, next] = [caught(run(how, [])), run('echo', ['next'])]
      expect(await lost).toMatchObject({
        message: expect.stringContaining(`a worker thread did not finish ${how}`),
      })
      expect(await next).toBe('next')
    },
  )

  test('answers an error for what can not be posted, and goes on', async () => {
    const { run } = start(1)
    expect(await caught(run('echo', [() => 1]))).toMatchObject({ name: 'DataCloneError' })
    expect(await run('echo', [1])).toBe(1)
  })

  test('refuses more than may wait', async () => {
    const { run } = start(1, 2)
    const { shared, open } = gate()
    const held = [run('hold', [shared]), run('echo', [1]), run('echo', [2])]
    expect(await caught(run('echo', [3]))).toMatchObject({ code: 'ThrottlingException' })
    open()
    expect((await Promise.all(held)).slice(1)).toEqual([1, 2])
  })

  test('fails what is under way when it is closed, and what waits', async () => {
    const { run, close } = start(1)
    const { shared } = gate()
    const held = [caught(run('hold', [shared])), caught(run('echo', [1]))]
    await close()
    for (const each of held) expect(await each).toBeInstanceOf(Error)
  })
})

import { parentPort } from 'node:worker_threads'
import { readAttestation } from '../attestation/attestation.ts'
import { KmsError } from '../base/errors.ts'
import type { SigningAlgorithmName } from '../crypto/algorithms.ts'
import { decryptOaep } from '../crypto/oaep.ts'
import type { MessageType } from '../crypto/signature-scheme.ts'
import { sign, signingAlgorithm, verify } from '../crypto/signing.ts'
import type { Outcome } from './worker-pool.ts'

/**
 * What is worth a thread of its own: primitives that node:crypto has no asynchronous form of, and that take
 * from one to fifteen milliseconds. Arguments and results can be cloned; KeyObjects are shared, not copied.
 */
const tasks = {
  sign: (
    key: Parameters<typeof sign>[0],
    algorithm: SigningAlgorithmName,
    message: Uint8Array,
    type: MessageType,
  ) => sign(key, signingAlgorithm(algorithm), message, type),
  verify: (
    key: Parameters<typeof verify>[0],
    algorithm: SigningAlgorithmName,
    message: Uint8Array,
    type: MessageType,
    signature: Uint8Array,
  ) => verify(key, signingAlgorithm(algorithm), message, type, signature),
  decryptOaep,
  readAttestation,
}
export type Tasks = typeof tasks
export type TaskName = keyof Tasks

const table: ReadonlyMap<string, (...args: never[]) => unknown> = new Map(Object.entries(tasks))

async function outcomeOf(name: string, args: unknown[]): Promise<Outcome> {
  try {
    const task = table.get(name)
    if (task === undefined) throw new TypeError(`no task ${name}`)
    return { value: await task(...(args as never[])) }
  } catch (error) {
    if (error instanceof KmsError) {
      const { code, message } = error
      return { refusal: message === '' ? { code } : { code, message } }
    }
    return { failure: error instanceof Error ? error.message : String(error) }
  }
}

parentPort?.on('message', async ({ name, args }: { name: string; args: unknown[] }) => {
  const outcome = await outcomeOf(name, args)
  parentPort?.postMessage(outcome)
  // the message is a copy by now; this one may hold plaintext
  if ('value' in outcome && outcome.value instanceof Uint8Array) outcome.value.fill(0)
})

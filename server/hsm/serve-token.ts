import { Worker } from 'node:worker_threads'
import type { Pkcs11 } from './pkcs11.ts'
import { openToken, type Token, type TokenPlace } from './token.ts'
import { failureOf, isFatal } from './token-failures.ts'

/** What a process that has a token is asked; members are those of `Token`. */
export type Asked =
  | { readonly name: 'inspect' | 'close' }
  | { readonly name: 'login'; readonly pin: string }
  | { readonly name: 'generate'; readonly key: string; readonly label: string }
  | { readonly name: 'destroy'; readonly key: string }
  | {
      readonly name: 'encrypt'
      readonly key: string
      readonly plaintext: Buffer
      readonly aad: Buffer
    }
  | {
      readonly name: 'decrypt'
      readonly key: string
      readonly iv: Buffer
      readonly sealed: Buffer
      readonly aad: Buffer
    }
  | { readonly name: 'random'; readonly length: number }

/** What it answers: a value, or why there is none, and whether the process is of no use any more. */
export type Told =
  | { readonly value: unknown }
  | {
      readonly failure: {
        readonly reason: string
        readonly detail: string
        readonly fatal: boolean
      }
    }

/** One token, opened when it is first asked something. */
export interface TokenServer {
  /** Never rejects; `close` waits for what is under way: a module is not let go of while other threads are in it. */
  answer(asked: Asked): Promise<Told>
  /** Lets go of the token, whatever is under way. Never rejects. */
  release(): Promise<void>
}

/** Answers for one token. @param place which token; @param load makes the module's binding */
export function tokenServer(place: TokenPlace, load: () => Promise<Pkcs11>): TokenServer {
  let opening: Promise<Token> | undefined
  const underWay = new Set<Promise<Told>>()

  async function outcomeOf(asked: Asked): Promise<Told> {
    try {
      opening ??= load().then((pkcs11) => openToken(pkcs11, place))
      return { value: await carryOut(await opening, asked) }
    } catch (error) {
      const failure = failureOf(error)
      const { reason, message } = failure
      return { failure: { reason, detail: message, fatal: isFatal(failure) } }
    }
  }

  return {
    async answer(asked) {
      if (asked.name === 'close') await Promise.all(underWay)
      const work = outcomeOf(asked)
      underWay.add(work)
      const told = await work
      underWay.delete(work)
      return told
    },
    async release() {
      try {
        if (opening !== undefined) (await opening).close()
      } catch {
        // whoever has it ends all the same
      }
    },
  }
}

/**
 * Serves one token to the process that started this one, until that lets go of it. Modules of PKCS #11 are other
 * people's machine code that blocks its thread, and may crash or hang: so each has a process that can be ended.
 * @param place which token; @param load makes the module's binding
 */
export function serveToken(place: TokenPlace, load: () => Promise<Pkcs11>): void {
  const server = tokenServer(place, load)
  // the one who started it says when it is over: a signal to all of a terminal's processes says nothing
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined)
  process.on('disconnect', async () => {
    await server.release()
    process.exit(0)
  })
  // told, not asked: who started this process may have ended since
  endWith(Number(process.argv[3]))
  process.on('message', async ({ id, ...asked }: Asked & { readonly id: number }) => {
    const told = await server.answer(asked)
    process.send?.({ id, ...told }, () => {
      if (asked.name === 'close') process.exit(0)
    })
  })
}

/**
 * Ends this process with the one that started it, of that id, a module's call that never returns notwithstanding: that holds
 * this thread, and what is told on it, but no other. It has the password in memory.
 */
function endWith(parent: number): void {
  const watch = `
    const { workerData } = require('node:worker_threads')
    setInterval(() => {
      if (process.ppid !== workerData) process.kill(process.pid, 'SIGKILL')
    }, 500)`
  new Worker(watch, { eval: true, workerData: parent }).unref()
}

/** Bytes come from the other process as plain arrays. */
const bytes = (array: Uint8Array): Buffer =>
  Buffer.from(array.buffer, array.byteOffset, array.byteLength)

async function carryOut(token: Token, asked: Asked): Promise<unknown> {
  switch (asked.name) {
    case 'inspect':
      return token.inspect()
    case 'login':
      return token.login(asked.pin)
    case 'generate':
      return token.generate(asked.key, asked.label)
    case 'destroy':
      return token.destroy(asked.key)
    case 'encrypt':
      return token.encrypt(asked.key, bytes(asked.plaintext), bytes(asked.aad))
    case 'decrypt': {
      const { key, iv, sealed, aad } = asked
      return token.decrypt(key, bytes(iv), bytes(sealed), bytes(aad))
    }
    case 'random':
      return token.random(asked.length)
    case 'close':
      return token.close()
  }
}

import { load } from './load.ts'
import { prepare } from './prepare.ts'
import { startProcess } from './server-process.ts'

const ROUNDS = 5
const SECONDS = 2
const CONNECTIONS = 16

/**
 * What an Encrypt takes of a processor where a server answers it under load, ms: the median of five rounds.
 * @param environment where its store and root key are
 * @param data an empty folder
 */
export async function serverTime(
  environment: Readonly<Record<string, string>>,
  data: string,
  credential: Parameters<typeof prepare>[1],
  input: object,
): Promise<number> {
  const server = await startProcess('tenkey.ts', {
    ...environment,
    TENKEY_DATA: data,
    TENKEY_PORT: '0',
    TENKEY_CREDENTIALS: 'none',
  })
  try {
    const prepared = [prepare(server.address, credential, 'Encrypt', input)]
    const round = async (): Promise<number> => {
      const before = await server.cpu()
      const { calls } = await load(server.address, prepared, {
        connections: CONNECTIONS,
        seconds: SECONDS,
      })
      return ((await server.cpu()) - before) / calls / 1000
    }
    await round()
    const rounds: number[] = []
    for (let n = 0; n < ROUNDS; n++) rounds.push(await round())
    return rounds.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN
  } finally {
    await server.stop()
  }
}

import { ConfigError } from '../../core/config.ts'
import { TokenFailure } from '../../core/custom-key-store/cluster.ts'
import type { TokenPlace } from './token.ts'
import { startTokenProcess } from './token-process.ts'

/** ms: a module may look for devices first */
const LIMIT = 30_000

/**
 * What a token says of itself, once it has all that the keys of a store need; nobody logs in.
 * @throws ConfigError of one line
 */
export async function describeToken(place: TokenPlace): Promise<Record<string, unknown>> {
  const started = startTokenProcess(place)
  try {
    const told = await started.ask({ name: 'inspect' }, LIMIT)
    return typeof told === 'object' && told !== null ? { ...told } : {}
  } catch (error) {
    if (!(error instanceof TokenFailure)) throw error
    const { reason, message } = error
    const words = reason === message ? reason : `${reason}, ${message}`
    throw new ConfigError(`the token can't be used: ${words}`, { cause: error })
  } finally {
    await started.close()
  }
}

import { parseJson } from '../../core/base/json.ts'
import type { TokenPlace } from './token.ts'

/** A token's place as one word of a command line. */
export const placeText = ({ module, token, identity }: TokenPlace): string =>
  JSON.stringify({ module, token, identity })

/** @throws Error for a text that `placeText` can't have made */
export function readPlace(text: string | undefined): TokenPlace {
  const place: unknown = parseJson(text ?? 'null')
  if (typeof place === 'object' && place !== null && 'module' in place && 'token' in place) {
    const { module, token } = place
    const identity = 'identity' in place ? place.identity : undefined
    const named = typeof token === 'string' || typeof token === 'number'
    if (typeof module === 'string' && named) {
      if (identity === undefined) return { module, token }
      if (typeof identity === 'string') return { module, token, identity }
    }
  }
  throw new Error('a token process is started by the server, with the place of its token')
}

import { TokenFailure } from '../../core/custom-key-store/cluster.ts'
import { tokenServer } from '../../server/hsm/serve-token.ts'
import type { TokenPlace } from '../../server/hsm/token.ts'
import { reasonNamed } from '../../server/hsm/token-failures.ts'
import { placeText, readPlace } from '../../server/hsm/token-place.ts'
import type { TokenProcess } from '../../server/hsm/token-process.ts'
import { fakePkcs11 } from './fake-pkcs11.ts'

/**
 * A token in a file as its own process has it, in this one: a process takes a quarter of a second of a core. All that
 * is asked and answered is copied, as between processes. What hangs or crashes would take this process along.
 */
export function startTokenHere(place: TokenPlace): TokenProcess {
  const server = tokenServer(readPlace(placeText(place)), async () => fakePkcs11())
  let usable = true
  let ended = false
  const ask: TokenProcess['ask'] = async (asked) => {
    if (ended) throw new TokenFailure('Broken', 'the process of the token has ended')
    const told = structuredClone(await server.answer(structuredClone(asked)))
    if ('value' in told) return told.value
    const { reason, detail, fatal } = told.failure
    if (fatal) usable = false
    throw new TokenFailure(reasonNamed(reason), detail)
  }
  return {
    get usable() {
      return usable
    },
    ask,
    async close() {
      if (usable) await ask({ name: 'close' }, 0).catch(() => undefined)
      usable = false
      ended = true
    },
  }
}

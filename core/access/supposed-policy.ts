import { type CompiledPolicy, compilePolicy } from '../policy/compile.ts'
import type { Meanings, StoredPolicy } from '../policy/meaning.ts'

/** A key policy that is only thought of, as the key would have it once it is put. */
export interface SupposedPolicy extends StoredPolicy {
  readonly meant: Meanings
  /** kept nowhere else: what is tried takes no room of what decides */
  readonly compiled: CompiledPolicy
}

/**
 * A policy document as it would decide.
 * @param document one that `checkKeyPolicy` has taken
 * @param meant whom its names mean, as that answered
 */
export const supposedPolicy = (document: string, meant: Meanings): SupposedPolicy => ({
  document,
  meant,
  compiled: compilePolicy(document, 'key-policy', meant),
})

import { hash } from 'node:crypto'
import { BoundedCache } from '../base/bounded-cache.ts'
import { type CompiledPolicy, compilePolicy, type PolicyKind } from './compile.ts'

/** characters of policy text whose compiled forms are kept; a compiled policy takes some ten bytes for each */
const DEFAULT_CAPACITY = 8 * 1024 * 1024

/** Names a policy document by its content: SHA-256 of its UTF-8 bytes, 64 hex digits. */
export const policyHash = (text: string): string => hash('sha256', text)

/**
 * Compiled policies by content, bounded by the size of their texts. What a policy says never goes stale here,
 * since another text has another hash; which policy holds is read from the store with every call.
 */
export class PolicyCache {
  readonly #compiled: BoundedCache<CompiledPolicy>

  /** @param capacity characters of policy text, all entries together */
  constructor(capacity: number = DEFAULT_CAPACITY) {
    this.#compiled = new BoundedCache({ capacity })
  }

  /** The compiled form of a document that was compiled before, by its `policyHash`. */
  get(contentHash: string, kind: PolicyKind): CompiledPolicy | undefined {
    return this.#compiled.get(`${kind}/${contentHash}`)
  }

  /**
   * The compiled form of a document. Refusals are not kept.
   *
   * @param contentHash its `policyHash`, where the caller has it
   * @throws KmsError MalformedPolicyDocumentException
   */
  compile(text: string, kind: PolicyKind, contentHash: string = policyHash(text)): CompiledPolicy {
    const known = this.get(contentHash, kind)
    if (known !== undefined) return known
    const compiled = compilePolicy(text, kind)
    this.#compiled.set(`${kind}/${contentHash}`, compiled, text.length)
    return compiled
  }
}

import { hash } from 'node:crypto'
import { BoundedCache } from '../base/bounded-cache.ts'
import { type CompiledPolicy, compilePolicy, type PolicyKind } from './compile.ts'
import type { Meanings } from './meaning.ts'

/** characters of policy text whose compiled forms are kept; a compiled policy takes some ten bytes for each */
const DEFAULT_CAPACITY = 8 * 1024 * 1024

const byName = ([a]: readonly [string, string], [b]: readonly [string, string]) => (a < b ? -1 : 1)

/**
 * Names a policy document by its content and by what its names meant: SHA-256, 64 hex digits. Of a document
 * that names no user or role, and of one without meanings, it is that of its UTF-8 bytes alone; otherwise a
 * zero byte follows, which JSON has nowhere, and the meanings in the order of the names.
 */
export function policyHash(text: string, meant: Meanings = {}): string {
  const meanings = Object.entries(meant).sort(byName)
  return hash('sha256', meanings.length === 0 ? text : `${text}\0${JSON.stringify(meanings)}`)
}

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

  /** The compiled form of a document that was compiled before, by what it is kept by. */
  get(slot: string, kind: PolicyKind): CompiledPolicy | undefined {
    return this.#compiled.get(`${kind}/${slot}`)
  }

  /**
   * The compiled form of a document. Refusals are not kept.
   *
   * @param meant what its names meant
   * @param slot what it is kept by: its `policyHash`, where the caller has it
   * @throws KmsError MalformedPolicyDocumentException
   */
  compile(
    text: string,
    kind: PolicyKind,
    meant?: Meanings,
    slot: string = policyHash(text, meant),
  ): CompiledPolicy {
    const known = this.get(slot, kind)
    if (known !== undefined) return known
    const compiled = compilePolicy(text, kind, meant)
    this.#compiled.set(`${kind}/${slot}`, compiled, text.length)
    return compiled
  }
}

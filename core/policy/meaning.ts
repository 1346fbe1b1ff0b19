/**
 * Whom the users, roles and role sessions that a document names were when it was put: what a caller is
 * compared with, by the ARN as the document has it.
 *
 * - a unique id (AIDA…, AROA…); of a role's session the id of its role, a colon and the session's name, as in
 *   `aws:userid`. A principal made anew under an old name has another id
 * - the ARN itself: whoever has it, where nobody looked who that is (principals of other accounts that were
 *   not there)
 * - nothing (''): nobody
 */
export type Meanings = Readonly<Record<string, string>>

/** A policy document as it is stored. */
export interface StoredPolicy {
  /** JSON, byte for byte as it was put */
  readonly document: string
  /** absent in what was stored before names had meanings: then they are whoever has them */
  readonly meant?: Meanings
}

/** What callers are compared with for a name; the name itself where it was given no meaning. */
export const meaningOf = (name: string, meant: Meanings): string =>
  Object.hasOwn(meant, name) ? (meant[name] ?? '') : name

/** Types of what can be wrong with a request, one thing by itself: a refusal lists them (`KmsError`). */

/** A value that is not as its member must be. */
export interface Violation {
  /** the member, as AWS writes it: `tags.1.member.tagKey` */
  readonly at: string
  /** the value as a refusal repeats it, and the constraint; absent for what is not of the member's type */
  readonly failed?: readonly [value: string, constraint: string]
}

/** Where a request carries something. */
export type Place = 'body' | 'path' | 'query' | 'header'

/** Something that a REST request has, and that would have no effect, or not the one that was meant. */
export type Stray =
  /** a name that is not known; `pointer` leads to the structure it stands in (RFC 6901) */
  | {
      readonly kind: 'unknown'
      readonly in: Place
      readonly pointer: string
      readonly name: string
      readonly known: readonly string[]
    }
  /** a name that is known, and is taken elsewhere */
  | {
      readonly kind: 'misplaced'
      readonly in: 'body' | 'query'
      readonly name: string
      readonly taken: Place
    }
  | { readonly kind: 'repeated'; readonly in: 'query' | 'header'; readonly name: string }
  /** members that the body has twice, somewhere */
  | { readonly kind: 'twice'; readonly in: 'body'; readonly body: Uint8Array }
  /** a body where the method has none */
  | { readonly kind: 'no-body'; readonly in: 'body' }
  /** a header that the operation pays no heed to */
  | { readonly kind: 'idle'; readonly in: 'header'; readonly name: string }
  /** a header that says otherwise than the signature */
  | { readonly kind: 'contrary'; readonly in: 'header'; readonly name: string }

/** Either, in the words in which a REST problem document lists it (RFC 9457). */
export interface Told {
  readonly detail: string
  readonly in: Place
  /** of the body: RFC 6901 */
  readonly pointer?: string
  /** of the path's members, the query's parameters and the headers */
  readonly name?: string
}

export type Wrong = Violation | Stray | Told

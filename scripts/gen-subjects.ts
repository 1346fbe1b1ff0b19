import type { AnyOperation } from '../core/operation.ts'

/** What an operation is about, told by its path; the first row that matches decides. */
const BY_PATH: readonly (readonly [RegExp, string])[] = [
  [/ \/admin\//, 'Administration'],
  [/\/audit\b/, 'Audit'],
  [
    /\/(principals|users|roles|sessions|session-tokens|web-identity-sessions|caller-identity|oidc-issuers)\b/,
    'Principals and sessions',
  ],
  [/\/[a-z-]*grants?\b/, 'Grants'],
  [/\/[a-z-]*access\b/, 'Access'],
  [/\/aliases\b/, 'Aliases'],
  [/\/tags\b/, 'Tags'],
  [/\/(policy|policies)\b/, 'Key policies'],
  [/\/(rotation|rotations|rotate)\b/, 'Rotation'],
  [/\/[a-z-]*(import|material)[a-z-]*\b/, 'Imported key material'],
]

const CRYPTOGRAPHY = 'Cryptography'

/** The subjects in the order in which documents show them. */
export const SUBJECTS: readonly string[] = [
  'Keys',
  CRYPTOGRAPHY,
  'Aliases',
  'Tags',
  'Key policies',
  'Grants',
  'Access',
  'Rotation',
  'Imported key material',
  'Principals and sessions',
  'Audit',
  'Administration',
]

/** The subject of an operation: one of SUBJECTS. */
export function subjectOf(operation: AnyOperation): string {
  const row = BY_PATH.find(([pattern]) => pattern.test(operation.http))
  if (row !== undefined) return row[1]
  const [method] = operation.http.split(' ')
  const computes = method === 'POST' && !operation.mutates
  return computes || operation.http.endsWith('/public-key') ? CRYPTOGRAPHY : 'Keys'
}

/** Operations by subject, in the order of SUBJECTS and, within one, of their names. */
export function bySubject(
  operations: readonly AnyOperation[],
): readonly { subject: string; operations: readonly AnyOperation[] }[] {
  const sorted = [...operations].sort((a, b) => (a.name < b.name ? -1 : 1))
  return SUBJECTS.map((subject) => ({
    subject,
    operations: sorted.filter((operation) => subjectOf(operation) === subject),
  })).filter((group) => group.operations.length > 0)
}

import type { AnyOperation } from '../core/operation.ts'

/** An operation, and where its record was found. */
export interface Found {
  readonly operation: AnyOperation
  /** name by which its file exports it */
  readonly name: string
  /** folder of operations/, which is its subject */
  readonly folder: string
  /** file without its ending */
  readonly file: string
}

/** Folders of operations/ and what documents call them, in the order in which documents show them. */
export const SUBJECTS: ReadonlyMap<string, string> = new Map([
  ['keys', 'Keys'],
  ['multi-region', 'Multi-Region keys'],
  ['custom-key-stores', 'Custom key stores'],
  ['cryptography', 'Cryptography'],
  ['aliases', 'Aliases'],
  ['tags', 'Tags'],
  ['policies', 'Key policies'],
  ['grants', 'Grants'],
  ['access', 'Access'],
  ['rotation', 'Rotation'],
  ['import', 'Imported key material'],
  ['sessions', 'Principals and sessions'],
  ['iam', 'AWS IAM'],
  ['audit', 'Audit'],
  ['administration', 'Administration'],
  ['xks', 'External key store proxy'],
])

/** What OpenAPI says of each subject. */
const TOLD: Readonly<Record<string, string>> = {
  Keys: 'Keys of an account and Region: making, listing, switching, deleting.',
  'Multi-Region keys': 'Keys with the same material in several Regions.',
  'Custom key stores':
    'Keys whose material is partly in an external key store or a PKCS #11 token.',
  Cryptography: 'What is done with the material of keys.',
  Aliases: 'Names for keys, which can move to another key.',
  Tags: 'Names and values on keys.',
  'Key policies': 'Who may do what with a key, and what policies were before.',
  Grants: 'Permissions on one key that need no change of its policy.',
  Access: 'Who may do what with a key, and why.',
  Rotation: 'New material for keys, on a schedule or on demand.',
  'Imported key material': 'Keys whose material is brought along.',
  'Principals and sessions': 'AWS STS: who calls, and short-lived credentials.',
  'AWS IAM': 'Users, groups, roles, policies and identity providers of the own account.',
  'External key store proxy':
    'Credentials by which AWS KMS calls, where a key of an external key store has its material here.',
  Audit: 'The audit trail of the own account.',
  Administration:
    'What the operator does: tenants, their principals and credentials, issuers, the clock.',
}

/** What OpenAPI says of a subject. @throws Error for one that nothing is said of */
export function subjectsTold(subject: string): string {
  const told = TOLD[subject]
  if (told === undefined) throw new Error(`gen-subjects.ts says nothing of ${subject}`)
  return told
}

/** What documents call an operation's subject. @throws Error for a folder that has no title */
export function subjectOf({ folder, operation }: Found): string {
  const title = SUBJECTS.get(folder)
  if (title === undefined) {
    throw new Error(`operations/${folder}, of ${operation.name}, has no title in gen-subjects.ts`)
  }
  return title
}

/** Whether it is answered on the face of an external key store's proxy, and on no other. */
export const isXks = ({ operation }: Found): boolean => operation.service === 'xks'

/** Whether it is one of AWS IAM's, which share a function. */
export const isIam = ({ operation }: Pick<Found, 'operation'>): boolean =>
  operation.service === 'iam'

/** Operations by subject, in the order of SUBJECTS and, within one, of their names. */
export function bySubject(
  found: readonly Found[],
): readonly { subject: string; operations: readonly AnyOperation[] }[] {
  const sorted = [...found].sort((a, b) => (a.operation.name < b.operation.name ? -1 : 1))
  return [...SUBJECTS.values()]
    .map((subject) => ({
      subject,
      operations: sorted
        .filter((one) => subjectOf(one) === subject)
        .map(({ operation }) => operation),
    }))
    .filter((group) => group.operations.length > 0)
}

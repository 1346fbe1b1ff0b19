import type { OperationName, Output } from './request.ts'

/** What can change in an account (GetChanges). */
export type ChangeKind = Output<'GetChanges'>['Kinds'][number]

/** What the answers of reads are about. */
const SHOWN: Partial<Record<OperationName, readonly ChangeKind[]>> = {
  DescribeKey: ['key', 'alias'],
  GetAliasRotation: ['alias', 'key'],
  GetInstallation: ['tenant'],
  GetKeyPolicy: ['policy', 'key'],
  GetTenant: ['tenant'],
  ListAliases: ['alias', 'key'],
  ListAuditRecords: ['audit'],
  ListGrants: ['grant', 'key'],
  ListKeyPolicyChanges: ['policy'],
  ListKeys: ['key', 'alias'],
  ListTenants: ['tenant'],
}

/** Whether an answer may be another one after changes of these kinds; of an operation that is not listed after any. */
export function isShown(operation: string, kinds: ReadonlySet<ChangeKind>): boolean {
  const about: readonly ChangeKind[] | undefined = operation.startsWith('Iam')
    ? ['principal']
    : new Map(Object.entries(SHOWN)).get(operation)
  if (about !== undefined) return about.some((kind) => kinds.has(kind))
  return [...kinds].some((kind) => kind !== 'audit')
}

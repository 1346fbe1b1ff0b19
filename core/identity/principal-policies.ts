import { commit } from '../base/conflict.ts'
import type { ChangedPolicy, PolicyChange } from '../key/policy-change.ts'
import {
  type AuditedChange,
  type ChangeLog,
  changeLog,
  changeOnRecord,
} from '../key/policy-history.ts'
import type { DataPorts } from '../key/ports.ts'
import type { StoredPolicy } from '../policy/meaning.ts'
import { type PrincipalData, principalChangeItem, principalItem } from './credential.ts'
import { type Changes, type NamedPrincipal, readPrincipal } from './principal.ts'
import { trustOf } from './role.ts'

/** Where the changes of a principal's policies are: by its unique id, so that a namesake has none of them. */
export const principalChanges = (accountId: string, { id }: Pick<PrincipalData, 'id'>): ChangeLog =>
  changeLog(principalChangeItem, { accountId, principalId: id }, principalChangeItem.prefix(id))

/** A change of a principal's policy as its audit record names it. */
export type AuditedPolicyChange = AuditedChange & {
  readonly policyType: ChangedPolicy['type']
  readonly policyName?: string
}

/**
 * Changes one of the policies of a user or role, with its entry in the history.
 * @throws KmsError NotFoundException, and what `change` throws
 */
export async function changePolicy(
  ports: Pick<DataPorts, 'read' | 'write' | 'remove'>,
  named: NamedPrincipal,
  by: Pick<PolicyChange, 'at' | 'by' | 'request'>,
  of: ChangedPolicy,
  change: (data: PrincipalData) => Changes,
): Promise<AuditedPolicyChange> {
  const { item, data } = await readPrincipal(ports.read, named)
  const changed = { ...data, ...change(data) } as PrincipalData
  const [former, put] = [policyIn(data, of), policyIn(changed, of)]
  const audited = await changeOnRecord(
    principalChanges(named.AccountId, data),
    data.policyChange,
    { ...by, of, ...(former && { former }), ...(put && { put }) },
    ports,
    (policyChange) =>
      commit(
        ports.write.put(
          principalItem.next(item, { ...changed, ...(policyChange && { policyChange }) }),
        ),
      ),
  )
  return { policyType: of.type, ...(of.name !== undefined && { policyName: of.name }), ...audited }
}

function policyIn(
  data: PrincipalData,
  { type, name = '' }: ChangedPolicy,
): StoredPolicy | undefined {
  if (type === 'trust') return trustOf(data)
  const document =
    type === 'boundary'
      ? data.boundary
      : Object.hasOwn(data.policies, name)
        ? data.policies[name]
        : undefined
  // identity policies and boundaries name no principals
  return document === undefined ? undefined : { document, meant: {} }
}

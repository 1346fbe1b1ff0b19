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
import { type PrincipalData, principalChangeItem } from './credential.ts'
import { type Changes, changedEntity, type Entity, settled } from './entity.ts'
import { type NamedPrincipal, readPrincipal } from './principal.ts'
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
  const entity = { type: data.type, item, data }
  return changePolicyOf(ports, named.AccountId, entity, by, of, change(data))
}

/**
 * The same of a user, role or group that was read.
 * @throws StoreConflict where another writer was first
 */
export async function changePolicyOf(
  ports: Pick<DataPorts, 'read' | 'write' | 'remove'>,
  accountId: string,
  entity: Entity,
  by: Pick<PolicyChange, 'at' | 'by' | 'request'>,
  of: ChangedPolicy,
  changes: Changes,
): Promise<AuditedPolicyChange> {
  await settled(ports, accountId, entity)
  const { data } = entity
  const [former, put] = [policyIn(data, of), policyIn({ ...data, ...changes }, of)]
  const audited = await changeOnRecord(
    principalChanges(accountId, data),
    data.policyChange,
    { ...by, of, ...(former && { former }), ...(put && { put }) },
    ports,
    (policyChange) =>
      commit(
        ports.write.put(
          changedEntity(entity, { ...changes, ...(policyChange && { policyChange }) }),
        ),
      ),
  )
  return { policyType: of.type, ...(of.name !== undefined && { policyName: of.name }), ...audited }
}

function policyIn(data: Changes, { type, name = '' }: ChangedPolicy): StoredPolicy | undefined {
  const { trust, trusted, policies = {} } = data
  if (type === 'trust')
    return trust === undefined ? undefined : trustOf({ trust, ...(trusted && { trusted }) })
  const document =
    type === 'boundary' ? data.boundary : Object.hasOwn(policies, name) ? policies[name] : undefined
  // identity policies and boundaries name no principals
  return document === undefined ? undefined : { document, meant: {} }
}

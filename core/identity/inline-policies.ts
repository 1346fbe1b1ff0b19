import type { PolicyChange } from '../key/policy-change.ts'
import type { DataPorts } from '../key/ports.ts'
import { admitPolicy } from '../policy/admit-document.ts'
import type { Entity } from './entity.ts'
import { type EntityType, limitExceeded, noSuchEntity } from './iam-errors.ts'
import { INLINE_CHARACTERS, policyLength } from './iam-quotas.ts'
import { type AuditedPolicyChange, changePolicyOf } from './principal-policies.ts'

type Ports = Pick<DataPorts, 'read' | 'write' | 'remove'>
type By = Pick<PolicyChange, 'at' | 'by' | 'request'>

/** @throws KmsError MalformedPolicyDocumentException */
export const admitInline = (document: string): void => void admitPolicy(document, 'identity-policy')

const noSuchPolicy = (type: EntityType, name: string) =>
  noSuchEntity(`The ${type} policy with name ${name} cannot be found.`)

/** The text of an inline policy. @throws KmsError NoSuchEntityException */
export function inlinePolicy({ type, data }: Entity, name: string): string {
  const text = Object.hasOwn(data.policies, name) ? data.policies[name] : undefined
  if (text === undefined) throw noSuchPolicy(type, name)
  return text
}

/**
 * Adds an inline policy, or replaces the one of that name.
 * @throws KmsError LimitExceededException; StoreConflict
 */
export function putInline(
  ports: Ports,
  accountId: string,
  entity: Entity,
  { name, document }: { readonly name: string; readonly document: string },
  by: By,
): Promise<AuditedPolicyChange> {
  const policies = { ...entity.data.policies, [name]: document }
  const most = INLINE_CHARACTERS[entity.type]
  if (policyLength(...Object.values(policies)) > most) {
    throw limitExceeded(
      `Maximum policy size of ${most} bytes exceeded for ${entity.type} ${entity.data.name}`,
    )
  }
  return changePolicyOf(ports, accountId, entity, by, { type: 'identity', name }, { policies })
}

/** @throws KmsError NoSuchEntityException; StoreConflict */
export function deleteInline(
  ports: Ports,
  accountId: string,
  entity: Entity,
  name: string,
  by: By,
): Promise<AuditedPolicyChange> {
  inlinePolicy(entity, name)
  const policies = Object.fromEntries(
    Object.entries(entity.data.policies).filter(([one]) => one !== name),
  )
  return changePolicyOf(ports, accountId, entity, by, { type: 'identity', name }, { policies })
}

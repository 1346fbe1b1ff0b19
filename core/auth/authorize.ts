import { KmsError } from '../errors.ts'
import type { AnyOperation } from '../operation.ts'
import { type Caller, OPERATOR_ACCOUNT } from './caller.ts'

/** The wall between tenants and the operator: neither can call the other's operations. */
export function admitAudience(operation: AnyOperation, caller: Caller): void {
  const operator = caller.accountId === OPERATOR_ACCOUNT
  if (operator === (operation.audience === 'operator')) return
  const whose = operator ? 'a tenant' : 'the operator'
  throw new KmsError(
    'AccessDeniedException',
    `User: ${caller.arn} is not authorized to perform: ${actionOf(operation)} because only ${whose} may`,
  )
}

export const actionOf = ({ docs, name }: AnyOperation): string =>
  `${docs === undefined ? 'tenkey' : 'kms'}:${name}`

/** AWS's refusal of a principal whom no policy of the key's own account lets in. */
export const accessDenied = (caller: Caller, action: string, resource: string): KmsError =>
  new KmsError(
    'AccessDeniedException',
    `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource} because no resource-based policy allows the ${action} action`,
  )

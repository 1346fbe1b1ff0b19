import { OPERATOR_ACCOUNT } from '../base/arn.ts'
import { KmsError } from '../base/errors.ts'
import type { Caller } from '../identity/caller.ts'
import { type AnyOperation, actionOf } from '../operation.ts'

/** The wall between tenants and the operator: neither can call the other's operations. */
export function admitAudience(operation: AnyOperation, caller: Caller): void {
  const operator = caller.accountId === OPERATOR_ACCOUNT
  if (operation.audience === 'anyone') return
  if (operator === (operation.audience === 'operator')) return
  const whose = operator ? 'a tenant' : 'the operator'
  throw new KmsError(
    'AccessDeniedException',
    `User: ${caller.arn} is not authorized to perform: ${actionOf(operation)} because only ${whose} may`,
  )
}

import { OPERATOR_ACCOUNT } from '../base/arn.ts'
import { KmsError } from '../base/errors.ts'
import type { Found } from '../store/store.ts'
import type { AwsCaller, Caller } from './caller.ts'
import type { Claim } from './claim.ts'
import { principalPlace, tenantItem, tenantPlace } from './credential.ts'
import { principalCaller, principalOf, rootCaller } from './principal-caller.ts'

/**
 * The claim of an operator whom AWS IAM has proven: which principal of account 000000000000 it is was said by who
 * deployed the stage. What that principal may is asked as of everybody.
 * @param operator `root` or `user/<name>`
 */
export function iamOperatorClaim(operator: string, aws: AwsCaller, region: string): Claim {
  const accountId = OPERATOR_ACCOUNT
  const home = { accountId, region }
  const tenant = tenantPlace(accountId)
  const own = operator === 'root' ? [] : [principalPlace(accountId, operator)]

  const nobody = (why: string) =>
    new KmsError('AccessDeniedException', `${aws.arn} is the operator ${operator}, but ${why}`)

  async function principal(found: Found): Promise<Caller> {
    if (operator === 'root') {
      // no access key signed
      const { accessKeyId: _none, ...root } = rootCaller(home, '')
      return root
    }
    const data = await principalOf(accountId, operator, undefined, found)
    if (data === undefined) throw nobody(`account ${accountId} has no ${operator}.`)
    return principalCaller(home, data)
  }

  async function authenticate(found: Found): Promise<Caller> {
    const item = await found(tenant)
    if (item === undefined) {
      throw nobody('the store has no operator’s account yet: `tenkey bootstrap` makes it.')
    }
    const { status, sessionsValidAfter: at } = tenantItem.read(item)
    if (status !== 'active') throw nobody(`account ${accountId} is suspended.`)
    const caller = { ...(await principal(found)), awsIdentity: aws }
    return at === undefined ? caller : { ...caller, accountRevokedAt: at }
  }

  return {
    accountId,
    region,
    proof: {
      kind: 'own',
      accessKeyId: '',
      places: [tenant, ...own],
      // AWS IAM refuses who does not prove who they are before anybody here is asked
      named: async () => undefined,
      authenticate,
    },
  }
}

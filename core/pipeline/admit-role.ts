import { refusalOf } from '../access/authorize.ts'
import { KmsError } from '../base/errors.ts'
import type { PrincipalData, TenantData } from '../identity/credential.ts'
import { readRole, trustOf } from '../identity/role.ts'
import type { Service } from '../service.ts'
import type { Attempt, Understood } from './stages.ts'

/** The role a call assumes, and its account, once its trust policy and the caller's own policies were asked. */
export async function admitRole(
  call: Understood,
  attempt: Attempt,
  service: Service,
): Promise<{ readonly role?: PrincipalData; readonly account?: TenantData }> {
  const { caller, context, input, found } = call
  const wanted = call.route.operation.assumes?.(input)
  if (wanted === undefined) return {}
  // API_AssumeRole: "You cannot use AWS account root user credentials to call AssumeRole"
  if (caller.type === 'root') {
    throw new KmsError('AccessDeniedException', 'Roles may not be assumed by root accounts.')
  }
  const { accountId, ...read } = await readRole(wanted.roleArn, context.region, found)
  const home = { accountId, region: context.region }
  const role = read.role && (await withMeanings(read.role, home, service))
  if (role !== undefined && accountId !== caller.accountId) attempt.roleAccount = accountId
  for (const action of wanted.actions) {
    const asked = { caller, context, action, input, keys: {}, resourceTags: role?.tags }
    const ruling = await service.authorizer.rule(asked, {
      kind: 'role',
      arn: wanted.roleArn,
      accountId,
      trust: role && trustOf(role),
    })
    attempt.rulings.push(ruling)
    const refusal = refusalOf(ruling)
    if (refusal !== undefined) throw await refusal
  }
  return { ...read, ...(role !== undefined && { role }) }
}

/** A role whose trust policy says whom it means; one that an older release put is given that now. */
async function withMeanings(
  role: PrincipalData,
  home: { readonly accountId: string; readonly region: string },
  { store }: Service,
): Promise<PrincipalData> {
  const { trust } = role
  if (trust === undefined || trustOf(role)?.meant !== undefined) return role
  return (await import('../access/older-names.ts')).bindTrust(home, { ...role, trust }, store)
}

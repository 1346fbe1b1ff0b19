import { admitPolicy } from '../../core/policy/admit-document.ts'
import type { CompiledPolicy, PolicyKind } from '../../core/policy/compile.ts'
import { type AccessPolicies, decide } from '../../core/policy/decide.ts'
import { conditionContext, type Principal } from '../../core/policy/request.ts'
import { root, who } from '../support/access.ts'
import type {
  Asks,
  Attached,
  DocumentedPolicy,
  Expected,
  PolicyCase,
  PolicyJson,
  StatementJson,
} from './document.ts'
import { DELEGATION, document, KEY } from './document.ts'

const KINDS: Readonly<Record<Attached, PolicyKind>> = {
  'key policy': 'key-policy',
  'endpoint policy': 'key-policy',
  'IAM policy': 'identity-policy',
  'permissions boundary': 'permissions-boundary',
  'session policy': 'session-policy',
  'trust policy': 'trust-policy',
}

/** Compiles a policy as one that is attached there; throws what the service would answer. */
export const compiled = (policy: PolicyJson, attached: Attached): CompiledPolicy =>
  admitPolicy(JSON.stringify(policy), KINDS[attached])

/** What all cases of a policy ask, with what one case asks. */
export function asked({ asks }: DocumentedPolicy, [, , context, more]: PolicyCase): Asks {
  return {
    ...asks,
    ...more,
    context: { ...asks.context, ...context },
    beside: { ...asks.beside, ...more?.beside },
  }
}

/** Decides a case of a documented policy. */
export function decided(documented: DocumentedPolicy, row: PolicyCase): Expected {
  const asks = asked(documented, row)
  const { action, context = {}, resource = KEY } = asks
  const [, , , , owner = ''] = resource.split(':')
  const principal = principalOf(asks.as, owner)
  const { allowed, by } = decide(
    {
      principal,
      action,
      resource,
      resourceAccountId: resource === '*' ? principal.accountId : owner,
      context: conditionContext(context),
    },
    policiesOf(documented, asks),
  )
  if (allowed) return 'allow'
  return by.some(({ kind }) => kind === 'statement') ? 'explicit deny' : 'implicit deny'
}

/** Services and identity providers count to the account whose resource they use, which decides alone. */
const principalOf = (name: string, owner: string): Principal =>
  name.startsWith('arn:')
    ? who(name)
    : { accountId: owner, type: 'user', arn: name, userId: name, tags: {} }

function policiesOf(
  { attached, policy }: DocumentedPolicy,
  { as, beside = {}, resource = KEY }: Asks,
): AccessPolicies {
  const shown = (where: Attached) => (attached === where ? compiled(policy, where) : undefined)
  const other = (statements: readonly StatementJson[] | undefined, where: Attached) =>
    statements && compiled(document(...statements), where)
  const named = (where: Attached, ...found: readonly (CompiledPolicy | undefined)[]) =>
    found.flatMap((one) => (one === undefined ? [] : [{ name: where, policy: one }]))
  const boundary = shown('permissions boundary') ?? other(beside.boundary, 'permissions boundary')
  return {
    resourcePolicy: resourcePolicy(attached, policy, resource, beside),
    identityPolicies: named(
      'IAM policy',
      shown('IAM policy'),
      other(beside.identity, 'IAM policy'),
    ),
    permissionsBoundary: named('permissions boundary', boundary)[0],
    sessionPolicies: named(
      'session policy',
      shown('session policy') ?? other(beside.session, 'session policy'),
    ),
    grants: (beside.granted ?? []).map((operation, i) => ({
      id: `grant-${i + 1}`,
      granteePrincipal: as,
      operations: [operation as never],
      issuingAccount: root(resource.split(':')[4] ?? ''),
    })),
  }
}

/** Of keys and roles only: aliases, and actions without a resource, have no policy of their own. */
function resourcePolicy(
  attached: Attached,
  policy: PolicyJson,
  resource: string,
  { keyPolicy, trust }: NonNullable<Asks['beside']>,
): AccessPolicies['resourcePolicy'] {
  const [, , service, , account = '', name = ''] = resource.split(':')
  if (service === 'kms' && name.startsWith('key/')) {
    return attached === 'key policy' || attached === 'endpoint policy'
      ? compiled(joined(keyPolicy, policy), attached)
      : compiled(document(...(keyPolicy ?? [delegationOf(account)])), 'key policy')
  }
  if (service === 'iam' && name.startsWith('role/')) {
    return attached === 'trust policy'
      ? compiled(joined(trust, policy), attached)
      : compiled(document(...(trust ?? [trustOf(account)])), 'trust policy')
  }
  return 'none'
}

/** A document with more statements; as it is where there are none. */
const joined = (more: readonly StatementJson[] | undefined, policy: PolicyJson): PolicyJson =>
  more === undefined ? policy : { ...policy, Statement: [more, policy.Statement].flat() }

const delegationOf = (account: string): StatementJson => ({
  ...DELEGATION,
  Principal: { AWS: root(account) },
})

const trustOf = (account: string): StatementJson => ({
  Effect: 'Allow',
  Principal: { AWS: root(account) },
  Action: ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'],
})

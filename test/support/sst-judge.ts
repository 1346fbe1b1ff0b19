import { compilePolicy } from '../../core/policy/compile.ts'
import { decide } from '../../core/policy/decide.ts'
import { conditionContext } from '../../core/policy/request.ts'
import { ACCOUNT } from './sst-mocks.ts'
import type { Statement } from './sst-report.ts'

/** A call that somebody of the account makes, and what of AWS's policies it meets. */
export interface Asked {
  readonly action: string
  /** its ARN */
  readonly resource: string
  readonly context?: Readonly<Record<string, string | string[]>>
  readonly encryptionContext?: Readonly<Record<string, string>>
  /** of the role that calls; one of the account at no path unless given */
  readonly role?: string
  /** statements of the role's policies */
  readonly may: readonly Statement[]
  /** the resource's own policy, JSON; none unless given */
  readonly resourcePolicy?: string
}

/** Whether our own policy engine lets the call through, as AWS's would. */
export function judge(asked: Asked): boolean {
  const { action, resource, context = {}, encryptionContext, may, resourcePolicy } = asked
  const { role = `arn:aws:iam::${ACCOUNT}:role/somebody` } = asked
  const name = role.split('/').at(-1) ?? ''
  const document = JSON.stringify({ Version: '2012-10-17', Statement: may })
  const request = {
    principal: {
      type: 'assumed-role' as const,
      accountId: ACCOUNT,
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${name}/session`,
      userId: 'AROAEXAMPLE:session',
      tags: {},
      roleArn: role,
      name: 'session',
    },
    action,
    resource,
    resourceAccountId: ACCOUNT,
    context: conditionContext({
      ...Object.fromEntries(
        Object.entries(encryptionContext ?? {}).map(([name, value]) => [
          `kms:EncryptionContext:${name}`,
          value,
        ]),
      ),
      ...context,
      'aws:PrincipalArn': role,
    }),
    encryptionContext,
  }
  const own = { name: 'inline', policy: compilePolicy(document, 'identity-policy') }
  return decide(request, {
    resourcePolicy:
      resourcePolicy === undefined ? 'none' : compilePolicy(resourcePolicy, 'key-policy'),
    identityPolicies: [own],
    grants: [],
  }).allowed
}

/** A call that a service of AWS makes as itself, by a resource's own policy. */
export interface AskedByService {
  /** e.g. `events.amazonaws.com` */
  readonly service: string
  readonly action: string
  /** its ARN */
  readonly resource: string
  /** JSON */
  readonly resourcePolicy: string
  readonly context?: Readonly<Record<string, string>>
}

/** Whether our own policy engine lets a service's call through: it is the one that its name names, and has no policy of its own. */
export const judgeService = ({
  service,
  action,
  resource,
  resourcePolicy,
  context = {},
}: AskedByService): boolean =>
  decide(
    {
      principal: { type: 'role', accountId: ACCOUNT, arn: service, userId: service, tags: {} },
      action,
      resource,
      resourceAccountId: ACCOUNT,
      context: conditionContext(context),
    },
    {
      resourcePolicy: compilePolicy(resourcePolicy, 'key-policy'),
      identityPolicies: [],
      grants: [],
    },
  ).allowed

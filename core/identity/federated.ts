import { partitionOf } from '../base/arn.ts'
import type { Caller, FederatingIssuer } from './caller.ts'
import type { PrincipalData } from './credential.ts'
import { overlaid, principalArn, sessionCaller } from './principal-caller.ts'
import type { SessionData } from './session.ts'
import { NOTHING } from './session-policies.ts'

type Home = { readonly accountId: string; readonly region: string }

/** @param name of the federated user */
export const federatedArn = ({ accountId, region }: Home, name: string): string =>
  `arn:${partitionOf(region)}:sts::${accountId}:federated-user/${name}`

/** @param name of the federated user */
export const federatedId = ({ accountId }: Pick<Home, 'accountId'>, name: string): string =>
  `${accountId}:${name}`

/** What an account's root may: all there is. */
const ALL = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
})

/**
 * A federated user: may what both the policies of who federated it and its session policies allow, and what
 * resources' policies allow it by its own ARN ("you cannot use session policies to grant more permissions than
 * those that are defined in the permissions policy of the IAM user"; without any it has no permissions).
 * @param data the user who federated it; undefined for the account's root
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
 */
export function federatedCaller(
  home: Home,
  session: SessionData & { readonly federated: string },
  data: PrincipalData | undefined,
  accessKeyId: string,
): Caller {
  const { federated, tags = {}, policies = [NOTHING] } = session
  const { arn, session: own, ...made } = sessionCaller(home, session, data, accessKeyId)
  const issuer = issuerOf(home, data, arn)
  return {
    ...made,
    ...(own !== undefined && { session: { ...own, issuer } }),
    type: 'federated-user',
    arn: federatedArn(home, federated),
    ...(data !== undefined && { roleArn: arn }),
    userId: federatedId(home, federated),
    tags: overlaid(data?.tags ?? {}, tags),
    policies: {
      ...made.policies,
      ...(data === undefined && { identity: { root: ALL } }),
      session: policies,
    },
  }
}

function issuerOf(
  { accountId, region }: Home,
  data: PrincipalData | undefined,
  arn: string,
): FederatingIssuer {
  if (data !== undefined) {
    return { type: 'IAMUser', principalId: data.id, arn, accountId, userName: data.name }
  }
  const root = principalArn(region, accountId, 'root')
  return { type: 'Root', principalId: accountId, arn: root, accountId }
}

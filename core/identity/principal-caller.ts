import { partitionOf } from '../base/arn.ts'
import type { Found, ItemKey } from '../store/store.ts'
import type { Caller, CallerPolicies } from './caller.ts'
import { type PrincipalData, principalItem, principalPlace } from './credential.ts'
import type { SessionData } from './session.ts'

/** places of one principal that are read along; with a call's others they are within one read (Store.get) */
const MOST_ALONG = 60

/**
 * A user or role with all policies that decide for it, and where it has more than its own item says.
 * @param principal `user/<name>` or `role/<name>`
 * @param id of whom it must be; a user who has another name now is found by it
 * @param note told what was read of it, to be read along with its next call
 */
export async function principalOf(
  accountId: string,
  principal: string,
  id: string | undefined,
  found: Found,
  note?: (places: readonly ItemKey[]) => void,
): Promise<PrincipalData | undefined> {
  const place = principalPlace(accountId, principal)
  const item = await found(place)
  const data = item && principalItem.read(item)
  const its = id === undefined || data?.id === id
  if (data === undefined && its) return undefined
  if (its && !data?.attached && !data?.groups && !data?.boundaryPolicy) {
    note?.([place])
    return data
  }
  // loaded with the first that has more, or has another name now
  const whole = await (await import('./effective.ts')).effectiveOf(accountId, data, id, found)
  note?.([place, ...(whole?.places ?? [])].slice(0, MOST_ALONG))
  return whole?.data
}

type Home = { readonly accountId: string; readonly region: string }

/** A user or role as its ARN has it, e.g. `role/app/deploy` for the role deploy of path `/app/`. */
export const resourceOf = ({
  type,
  path = '/',
  name,
}: Pick<PrincipalData, 'type' | 'path' | 'name'>): string => `${type}${path}${name}`

/** @param principal `root`, or what `resourceOf` answers */
export const principalArn = (region: string, accountId: string, principal: string): string =>
  `arn:${partitionOf(region)}:iam::${accountId}:${principal}`

/** The root of an account, which no policy of its own account limits. */
export function rootCaller({ accountId, region }: Home, accessKeyId: string): Caller {
  return {
    accountId,
    type: 'root',
    arn: principalArn(region, accountId, 'root'),
    userId: accountId,
    tags: {},
    accessKeyId,
    policies: { identity: {} },
  }
}

/** A user, or a role named as itself. */
export function principalCaller(
  { accountId, region }: Home,
  data: PrincipalData,
  accessKeyId?: string,
): Caller {
  return {
    accountId,
    type: data.type,
    arn: principalArn(region, accountId, resourceOf(data)),
    ...(data.former && {
      formerArns: data.former.map((one) => principalArn(region, accountId, one)),
    }),
    userId: data.id,
    principalId: data.id,
    name: data.name,
    tags: data.tags,
    ...(accessKeyId !== undefined && { accessKeyId }),
    ...(data.sessionsValidAfter !== undefined && { revokedAt: data.sessionsValidAfter }),
    policies: policiesOf(data),
  }
}

/** What a session makes of whom it stands for: a user or root with a second factor, or a role's session. */
export function sessionCaller(
  home: Home,
  session: SessionData,
  data: PrincipalData | undefined,
  accessKeyId?: string,
): Caller {
  const { issued, expires, mfaAt, tags = {}, transitive = [], name } = session
  const { sourceIdentity, provider, subject, policies, made: madeFrom } = session
  const caller =
    data === undefined
      ? rootCaller(home, accessKeyId ?? '')
      : principalCaller(home, data, accessKeyId)
  const own = {
    issued,
    expires,
    mfa: mfaAt !== undefined,
    ...(mfaAt !== undefined && { mfaAt }),
    ...(sourceIdentity !== undefined && { sourceIdentity }),
    ...(provider !== undefined && { provider }),
    ...(subject !== undefined && { subject }),
    tags,
    transitiveTags: Object.fromEntries(
      transitive.flatMap((key) => (Object.hasOwn(tags, key) ? [[key, tags[key] ?? '']] : [])),
    ),
  }
  const limited = policies === undefined ? {} : { session: policies }
  const made = {
    ...caller,
    session: own,
    ...(madeFrom !== undefined && { madeFrom }),
    policies: { ...caller.policies, ...limited },
  }
  if (data?.type !== 'role' || name === undefined) return made
  return {
    ...made,
    type: 'assumed-role',
    arn: sessionArn(home, data.name, name),
    roleArn: caller.arn,
    userId: `${data.id}:${name}`,
    tags: overlaid(data.tags, tags),
  }
}

/** @param name of the session */
export const sessionArn = ({ accountId, region }: Home, role: string, name: string): string =>
  `arn:${partitionOf(region)}:sts::${accountId}:assumed-role/${role}/${name}`

const policiesOf = ({ policies, boundary }: PrincipalData): CallerPolicies => ({
  identity: policies,
  ...(boundary !== undefined && { boundary }),
})

/** Session tags take the place of the principal's; names of tags ignore case (IAM User Guide, session tags). */
export function overlaid(
  tags: Readonly<Record<string, string>>,
  over: Readonly<Record<string, string>>,
): Record<string, string> {
  const names = new Set(Object.keys(over).map((name) => name.toLowerCase()))
  const kept = Object.entries(tags).filter(([name]) => !names.has(name.toLowerCase()))
  return { ...Object.fromEntries(kept), ...over }
}

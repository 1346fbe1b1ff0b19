import { partitionOf } from '../base/arn.ts'
import type { Meanings } from '../policy/meaning.ts'
import type { ItemKey, Store } from '../store/store.ts'
import { type PrincipalData, principalItem, principalPlace } from './credential.ts'
import { principalArn, resourceOf, sessionArn } from './principal-caller.ts'

const USER_OR_ROLE = /^arn:[^:]+:iam::(\d{12}):(user|role)\/(?:.*\/)?([^/]+)$/
const SESSION = /^arn:[^:]+:sts::(\d{12}):assumed-(role)\/([^/]+)\/([^/]+)$/
/** Store.get */
const MOST_KEYS = 100

/** Where an installation's ARNs begin: its accounts' principals are all of one partition. */
interface Home {
  readonly accountId: string
  readonly region: string
}

/** A user, role or role's session by what its ARN says. */
interface Named {
  readonly arn: string
  readonly accountId: string
  readonly place: ItemKey
  /** of a session */
  readonly session: string | undefined
}

/** What an ARN says of a user, a role or a role's session; none of its path. */
function namedBy(arn: string): Named | undefined {
  const [, accountId, type, name, session] = USER_OR_ROLE.exec(arn) ?? SESSION.exec(arn) ?? []
  if (accountId === undefined) return undefined
  return { arn, accountId, place: principalPlace(accountId, `${type}/${name}`), session }
}

/** Those that some ARNs name, each with its user or role where there is one by that name now. */
async function lookUp(
  read: Pick<Store, 'get'>,
  arns: Iterable<string>,
): Promise<(Named & { readonly data: PrincipalData | undefined })[]> {
  const named = [...new Set(arns)].flatMap((arn) => namedBy(arn) ?? [])
  const found: (Named & { data: PrincipalData | undefined })[] = []
  for (let begin = 0; begin < named.length; begin += MOST_KEYS) {
    const some = named.slice(begin, begin + MOST_KEYS)
    const items = await read.get(some.map(({ place }) => place))
    for (const [index, one] of some.entries()) {
      const item = items[index]
      found.push({ ...one, data: item && principalItem.read(item) })
    }
  }
  return found
}

/**
 * Whom some names meant by an ARN: the unique id of the user or role, and of a session the ARN of its role, as
 * it is named. Which of them are known must not change what is answered of other accounts' principals, so a
 * name is chosen by how it is written alone.
 */
export function meantBy(
  meant: Meanings,
  arn: string,
): { readonly id: string | undefined; readonly roleArn: string | undefined } {
  const sought = namedBy(arn)
  const roleArn =
    sought?.session === undefined
      ? undefined
      : Object.keys(meant).find((name) => {
          const named = namedBy(name)
          const { pk, sk } = sought.place
          return named?.session === undefined && named?.place.pk === pk && named.place.sk === sk
        })
  const known = [arn, ...(roleArn === undefined ? [] : [roleArn])].find(
    (name) => meant[name] !== undefined && meant[name] !== '' && meant[name] !== name,
  )
  return { id: known === undefined ? undefined : meant[known]?.split(':')[0], roleArn }
}

/** The ARN that a user or role, or a session of it, has now. */
const arnNow = (region: string, { accountId, session }: Named, data: PrincipalData): string =>
  session === undefined
    ? principalArn(region, accountId, resourceOf(data))
    : sessionArn({ accountId, region }, data.name, session)

const idOf = ({ id }: PrincipalData, session: string | undefined): string =>
  session === undefined ? id : `${id}:${session}`

/** What some ARNs mean now, or the first that is nobody's. */
export type Meant =
  | { readonly meant: Meanings; readonly invalid?: undefined }
  | { readonly meant?: undefined; readonly invalid: string }

/**
 * What the users, roles and sessions that some ARNs name mean, for a text that is about to be stored. Every ARN
 * must be of the installation's partition, and each of the account itself exist and have this very ARN, path
 * and all. Those of other accounts are taken as they are otherwise, for to refuse them would tell a tenant who
 * its neighbours are: one that exists is meant, one that does not is whoever will have the ARN.
 * @param arns of roots and identity providers too
 */
export async function meaningsOf(
  read: Pick<Store, 'get'>,
  arns: readonly string[],
  { accountId, region }: Home,
): Promise<Meant> {
  const partition = partitionOf(region)
  const foreign = arns.find((arn) => arn.split(':')[1] !== partition)
  if (foreign !== undefined) return { invalid: foreign }
  const meant: Record<string, string> = {}
  for (const one of await lookUp(read, arns)) {
    const { arn, data, session } = one
    const itself = data !== undefined && arnNow(region, one, data) === arn
    if (!itself && one.accountId === accountId) return { invalid: arn }
    meant[arn] = itself ? idOf(data, session) : arn
  }
  return { meant }
}

/**
 * What they mean in a text that was stored before it was looked at: today's principals by these names. A name
 * of the account itself that is nobody's now means nobody.
 */
export async function meaningsOfOlder(
  read: Pick<Store, 'get'>,
  arns: Iterable<string>,
  { accountId, region }: Home,
): Promise<Meanings> {
  const meant: Record<string, string> = {}
  for (const one of await lookUp(read, arns)) {
    const { arn, data, session } = one
    const itself = data !== undefined && arnNow(region, one, data) === arn
    meant[arn] = itself ? idOf(data, session) : one.accountId === accountId ? '' : arn
  }
  return meant
}

/**
 * How what some stored names meant is shown today, by the meaning, where it is another text than the name: of
 * principals of the account who have another ARN now, or none any more: then the unique id, as AWS shows it.
 * What became of other accounts' principals is not told.
 * @param names with their meanings; a name may have had several
 */
export async function shownNames(
  read: Pick<Store, 'get'>,
  names: readonly (readonly [arn: string, meaning: string])[],
  { accountId, region }: Home,
): Promise<ReadonlyMap<string, string>> {
  // of a name that was nobody's when it was given a meaning no id is known
  const own = names.filter(
    ([arn, id]) => arn.split(':')[4] === accountId && id !== '' && id !== arn,
  )
  const found = new Map(
    (await lookUp(read, new Set(own.map(([arn]) => arn)))).map((one) => [one.arn, one] as const),
  )
  const shown = new Map<string, string>()
  for (const [arn, id] of own) {
    const one = found.get(arn)
    const there = one?.data !== undefined && idOf(one.data, one.session) === id
    const data = there ? one.data : await renamedUser(read, accountId, id)
    const now = data !== undefined && one !== undefined ? arnNow(region, one, data) : id
    if (now !== arn) shown.set(id, now)
  }
  return shown
}

/** The user of an id, where it has another name than it had. */
async function renamedUser(read: Pick<Store, 'get'>, accountId: string, id: string) {
  if (!id.startsWith('AIDA')) return undefined
  const { followRename, foundIn } = await import('./renamed.ts')
  return (await followRename(accountId, id, foundIn(read)))?.data
}

/** The same of a policy document, by the names in it. */
export async function shownInPolicy(
  read: Pick<Store, 'get'>,
  meant: Meanings,
  home: Home,
): Promise<ReadonlyMap<string, string>> {
  const names = Object.entries(meant)
  const shown = await shownNames(read, names, home)
  return new Map(names.flatMap(([arn, id]) => (shown.has(id) ? [[arn, shown.get(id) ?? id]] : [])))
}

import type { Store } from '../store/store.ts'
import { principalPlace } from './credential.ts'

const USER_OR_ROLE = /^arn:[^:]+:iam::(\d{12}):(user|role)\/(?:.*\/)?([^/]+)$/
const SESSION = /^arn:[^:]+:sts::(\d{12}):assumed-(role)\/([^/]+)\/[^/]+$/
/** Store.get */
const MOST_KEYS = 100

/**
 * Whether the users and roles that some ARNs name in an account exist. Those of other accounts are
 * taken as they are: to check them would tell a tenant who its neighbours are.
 */
export async function principalsExist(
  read: Pick<Store, 'get'>,
  arns: readonly string[],
  accountId: string,
): Promise<boolean> {
  const places = arns.flatMap((arn) => {
    // a principal's path is not part of its name here
    const [, account, type, name] = USER_OR_ROLE.exec(arn) ?? SESSION.exec(arn) ?? []
    return account === accountId ? [principalPlace(accountId, `${type}/${name}`)] : []
  })
  for (let begin = 0; begin < places.length; begin += MOST_KEYS) {
    const items = await read.get(places.slice(begin, begin + MOST_KEYS))
    if (items.includes(undefined)) return false
  }
  return true
}

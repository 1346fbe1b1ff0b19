import { principalItem, principalPlace } from '../identity/credential.ts'
import { resourceOf } from '../identity/principal-caller.ts'
import type { Store } from '../store/store.ts'

/**
 * Whether an ARN is that of a user of an account who had another: grants to it may be stored by that one, and are
 * found among all, by whom they mean.
 */
export async function hadOtherName(
  read: Pick<Store, 'get'>,
  arn: string,
  accountId: string,
): Promise<boolean> {
  const [, , service, , account, resource = ''] = arn.split(':')
  if (service !== 'iam' || account !== accountId || !resource.startsWith('user/')) return false
  const name = resource.slice(resource.lastIndexOf('/') + 1)
  const [item] = await read.get([principalPlace(accountId, `user/${name}`)])
  const data = item && principalItem.read(item)
  return data?.former !== undefined && resourceOf(data) === resource
}

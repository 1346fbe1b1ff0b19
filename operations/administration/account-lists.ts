import { readTenant } from '../../core/identity/tenant.ts'
import { queryPage } from '../../core/key/paging.ts'
import type { Ports, Run } from '../../core/operation.ts'
import { integer, optional, struct, type TypeOf } from '../../core/shape/shapes.ts'
import { marker } from '../members.ts'
import { accountId } from './admin-members.ts'
import { onAccount } from './admin-resources.ts'

const input = struct({
  AccountId: accountId,
  Limit: optional(integer({ min: 1, max: 1000 })),
  Marker: marker,
})
type Call = Pick<Run<TypeOf<typeof input>, unknown>, 'input' | 'caller'>

/** What the records of the operator's lists of what an account has have in common. */
export const listsAccount = {
  audience: 'operator',
  administers: onAccount,
  input,
  errors: ['NotFoundException', 'InvalidMarkerException'],
  keys: {},
  mutates: false,
  uses: ['read', 'tokens'],
} as const

/**
 * One page of what an account has of a kind.
 * @param name of the operation, which its markers are of
 * @param prefix of the kind's places
 * @throws KmsError NotFoundException, InvalidMarkerException
 */
export async function accountPage(
  { input: { AccountId, Limit, Marker }, caller }: Call,
  ports: Pick<Ports, 'read' | 'tokens'>,
  name: string,
  prefix: string,
): ReturnType<typeof queryPage> {
  await readTenant(ports.read, AccountId)
  return queryPage(
    ports,
    { accountId: caller.accountId, list: `${name}/${AccountId}`, marker: Marker },
    { pk: AccountId, prefix, limit: Limit ?? 100 },
  )
}

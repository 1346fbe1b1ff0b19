import type { PartitionName } from '../core/item/partition.ts'
import { USES } from '../core/key/last-usage.ts'
import { type AnyOperation, type PortName, serviceOf, worksOn } from '../core/operation.ts'

/** What a role may do, each a call that an adapter makes (core/store/dynamodb.ts, core/root/). */
export type Action =
  | 'dynamodb:BatchGetItem'
  | 'dynamodb:Query'
  | 'dynamodb:PutItem'
  | 'dynamodb:DeleteItem'
  | 'kms:Encrypt'
  | 'kms:Decrypt'

/**
 * Where: partitions of the table by their kind, the index of what falls due, or the root key.
 * - account: what a tenant has in no Region; the operator's account is one of them
 * - region: what it has in one: keys, aliases, policies, grants
 * - trail: its audit records
 * - health: the item that is not there, which tells that the table takes writes and answers
 * - stays: of what a tenant has in no Region, the kinds that stay where they were written
 * - used: when its access keys were last used
 * - usedElsewhere: the same in the other Regions of the installation, where there are any
 * - related: what it has in the other Regions of the installation, where there are any
 */
export type Place =
  | Exclude<PartitionName, 'operator' | 'spreadDays'>
  | 'stays'
  | 'related'
  | 'usedElsewhere'
  | 'due'
  | 'rootKey'

/** `own` stands for what the operation works on: a tenant's calls on its keys, the operator's and AWS STS's on accounts. */
export interface Permission<P extends string = Place> {
  readonly action: Action
  readonly on: P
}

const may = <P extends string>(on: P, ...actions: readonly Action[]): Permission<P>[] =>
  actions.map((action) => ({ action, on }))

/** A conditional write that was refused is read again: it may have been this one, its answer lost. */
const write = <P extends string>(on: P) => may(on, 'dynamodb:PutItem', 'dynamodb:BatchGetItem')

/** The tenant's key, which opens all else, is read and unwrapped where it isn't cached. */
const tenantKey = [...may('account', 'dynamodb:BatchGetItem'), ...may('rootKey', 'kms:Decrypt')]

/** What each port of an operation's record needs. A new port does not compile without its line. */
export const grants: Record<PortName, readonly Permission<Place | 'own'>[]> = {
  read: may('own', 'dynamodb:BatchGetItem', 'dynamodb:Query'),
  write: write('own'),
  remove: may('own', 'dynamodb:DeleteItem'),
  random: [],
  // a table has nothing to do for it
  forget: [],
  materials: [...tenantKey, ...may('region', 'dynamodb:BatchGetItem')],
  wrapping: [...tenantKey, ...write('account'), ...may('rootKey', 'kms:Encrypt')],
  unwrapping: tenantKey,
  tokens: tenantKey,
  related: [...may('related', 'dynamodb:BatchGetItem'), ...may('region', 'dynamodb:BatchGetItem')],
  relating: [
    ...[...write('related'), ...may('related', 'dynamodb:DeleteItem')],
    ...[...write('region'), ...may('region', 'dynamodb:DeleteItem')],
  ],
  trail: may('trail', 'dynamodb:BatchGetItem', 'dynamodb:Query'),
  aliases: may('region', 'dynamodb:BatchGetItem'),
  usage: may('region', 'dynamodb:BatchGetItem'),
  accessKeyUses: [
    ...may('used', 'dynamodb:BatchGetItem'),
    ...may('usedElsewhere', 'dynamodb:BatchGetItem'),
  ],
  // what was done of the service's own accord is recorded, as the call is
  acts: write('trail'),
  // the credential of a proxy; an attempt's end is written to the account's stores
  keyStores: [...tenantKey, ...write('region')],
  // a function has no token
  clusters: [],
  // the clock of a deployed service is the machine's: the port only refuses
  clock: [],
  // whether the principals that a policy names exist
  access: may('account', 'dynamodb:BatchGetItem'),
  // the root key is asked to wrap and unwrap, the table to take a write
  health: [...write('health'), ...may('rootKey', 'kms:Encrypt', 'kms:Decrypt')],
  // the store's own items: what is due, only who sweeps may look for
  installation: [
    ...may('account', 'dynamodb:BatchGetItem'),
    ...may('health', 'dynamodb:BatchGetItem'),
  ],
  // the account's principals and their policies; the key's policy and grants
  decisions: [
    ...may('account', 'dynamodb:BatchGetItem', 'dynamodb:Query'),
    ...may('region', 'dynamodb:BatchGetItem', 'dynamodb:Query'),
  ],
}

/** What the flow itself (core/pipeline/handle.ts) does for an operation, whatever its ports are. */
function flow(operation: AnyOperation): Permission[] {
  const uses = Object.values(operation.keys)
  return [
    // the store's mark; who calls: tenant, credential and principal, the secret opened by the tenant's key
    ...tenantKey,
    // that they called
    ...write('trail'),
    // by which access key, and when
    ...write('used'),
    // the keys, their policies and grants; the latter are written once whom they mean, where an older release
    // stored them without
    ...(uses.length > 0
      ? [...may('region', 'dynamodb:BatchGetItem', 'dynamodb:Query'), ...write('region')]
      : []),
    // an AWS managed key is made when its alias is first named
    ...(uses.some(({ alias }) => alias)
      ? [...write('region'), ...write('account'), ...may('rootKey', 'kms:Encrypt')]
      : []),
    // what another Region says of the related key there: its policy and grants
    ...(operation.elsewhere === undefined
      ? []
      : may('related', 'dynamodb:BatchGetItem', 'dynamodb:Query')),
    // when the key was last used
    ...(USES.includes(operation.usedAs ?? operation.name) ? write('region') : []),
    // the code of a second factor is used up
    ...(operation.secondFactor === undefined ? [] : write('account')),
    // the signed request of an AWS identity is used up
    ...(operation.takes === 'aws-identity' ? write('stays') : []),
    // an Idempotency-Key is remembered, and forgotten again where nothing was made
    ...(operation.idempotencyKey === true
      ? [...write('stays'), ...may('stays', 'dynamodb:DeleteItem')]
      : []),
  ]
}

/** All that an operation's function may do. */
export function permissionsOf(operation: AnyOperation): Permission[] {
  const own = worksOn(operation)
  const ports = operation.uses.flatMap((port) =>
    grants[port].map(({ action, on }) => ({ action, on: on === 'own' ? own : on })),
  )
  return unique([...flow(operation), ...ports])
}

/** All that the function of `POST /` may do: it answers every operation of AWS KMS and AWS STS. */
export const awsJsonPermissions = (operations: readonly AnyOperation[]): Permission[] =>
  unique(operations.filter((one) => ['kms', 'sts'].includes(serviceOf(one))).flatMap(permissionsOf))

/** All that the function of AWS IAM may do. */
export const iamPermissions = (operations: readonly AnyOperation[]): Permission[] =>
  unique(operations.filter((one) => serviceOf(one) === 'iam').flatMap(permissionsOf))

/** All that a server may do: it answers every operation, and its own pages; it does not sweep. */
export const serverPermissions = (operations: readonly AnyOperation[]): Permission[] =>
  unique([
    ...operations.filter(({ uses }) => !uses.includes('clock')).flatMap(permissionsOf),
    ...pagePermissions,
  ])

/**
 * What a sweep needs: to read the store's mark, to find what is due, to rotate, expire and delete it, to end what
 * was begun on related keys, and to record that. Of a tenant that is deleted, to erase what it has in no Region, what
 * it kept here for repeated calls, and when its access keys were used; in other Regions it only says so to who sweeps them.
 */
export const sweepPermissions: readonly Permission[] = unique([
  ...may('due', 'dynamodb:Query'),
  ...write('related'),
  ...write('region'),
  ...may('region', 'dynamodb:Query', 'dynamodb:DeleteItem'),
  ...tenantKey,
  ...write('account'),
  ...(['account', 'stays', 'used'] as const).flatMap((on) =>
    may(on, 'dynamodb:Query', 'dynamodb:DeleteItem', 'dynamodb:BatchGetItem'),
  ),
  ...write('trail'),
  // that it has run
  ...write('health'),
])

/** What the pages that anybody may read need. */
export const pagePermissions: readonly Permission[] = write('health')

function unique(permissions: readonly Permission[]): Permission[] {
  return [...new Map(permissions.map((one) => [`${one.action} ${one.on}`, one])).values()]
}

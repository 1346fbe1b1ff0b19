import { type AnyOperation, actionOf } from '../core/operation.ts'
import type { Shape } from '../core/shape/shapes.ts'

/** An action that an operation asks of policies, and what on. */
export interface AskedAction {
  /** `<service>:<name>` */
  readonly action: string
  readonly operation: AnyOperation
  /** ARNs in words, as docs/actions.md has them */
  readonly resource: string
  /** members without which the request does not ask it */
  readonly with: readonly string[]
}

export const KEY = '`arn:aws:kms:REGION:ACCOUNT:key/ID`'
const NEW_KEY = `${KEY} of the key that is made`
const ALIAS = '`arn:aws:kms:REGION:ACCOUNT:alias/NAME`'
const ROLE = '`arn:aws:iam::ACCOUNT:role/PATH/NAME`'

/** What trust policies are asked where the request's credential is a token, before there is a caller with policies. */
const BY_TRUST: ReadonlyMap<string, readonly string[]> = new Map([
  ['AssumeRoleWithWebIdentity', ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession']],
  ['AssumeRoleWithAwsIdentity', ['sts:AssumeRoleWithAwsIdentity']],
])

type Probe = Readonly<Record<string, unknown>>

/** All that an operation asks, beside being known. */
export function askedBy(operation: AnyOperation): AskedAction[] {
  const { keys, administers, needs, name, elsewhere, alias } = operation
  const own = actionOf(operation)
  const asked = (action: string, resource: string, members: readonly string[] = []) => ({
    ...{ action, operation, resource, with: members },
  })
  const some = (of: ((input: unknown) => readonly string[]) | undefined, resource: string) =>
    conditional(operation, of).map(([action, members]) => asked(action, resource, members))
  const onKeys = Object.values(keys).flatMap(({ action, crossAccount }) => {
    if (action === false) return []
    return [asked(action ?? own, crossAccount ? `${KEY}, of other accounts too` : KEY)]
  })
  const home = { accountId: 'ACCOUNT', region: 'REGION' }
  const plain =
    operation.resource === undefined ? '`*`' : `\`${operation.resource(full(operation), home)}\``
  const onItself =
    alias === undefined && needs !== 'nothing' && administers === undefined && onKeys.length === 0
  const says = administers?.says ?? ''
  return [
    ...onKeys,
    ...(alias === undefined ? [] : [asked(own, ALIAS)]),
    ...(administers === undefined ? [] : [asked(administers.action ?? own, says)]),
    ...some(administers?.also, says),
    ...(onItself ? [asked(own, plain)] : []),
    ...some(operation.alsoActions, plain),
    ...some(operation.onNewKey, NEW_KEY),
    ...some((input) => operation.assumes?.(input)?.actions ?? [], ROLE),
    ...(BY_TRUST.get(name) ?? []).map((action) => asked(action, `${ROLE}, by its trust policy`)),
    ...some(elsewhere?.alsoActions, '`*` in the other Region'),
    ...some(elsewhere?.onNewKey, `${NEW_KEY} in the other Region`),
    ...(elsewhere?.onRelated === true ? [asked(own, `${KEY} in the other Region too`)] : []),
  ]
}

/** What a request with every member asks, each with the members without which it does not. */
function conditional(
  operation: AnyOperation,
  of: ((input: unknown) => readonly string[]) | undefined,
): [action: string, members: string[]][] {
  if (of === undefined) return []
  const probe = full(operation)
  return of(probe).map((action) => {
    const optional = operation.input.fields.filter(({ required }) => !required)
    const members = optional
      .map(({ name }) => name)
      .filter((name) => !of({ ...probe, [name]: undefined }).includes(action))
    return [action, members]
  })
}

/** An input with every member: one entry in lists, true for booleans. */
const full = ({ input }: AnyOperation): Probe =>
  Object.fromEntries(input.fields.map(({ name, shape }) => [name, probeOf(shape)]))

function probeOf({ schema }: Shape<unknown>): unknown {
  const { type } = schema as { readonly type?: string }
  if (type === 'array') return [{}]
  if (type === 'boolean') return true
  return 'NAME'
}

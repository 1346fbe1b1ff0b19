import { AsyncLocalStorage } from 'node:async_hooks'
import { type AnyOperation, idOf } from '../../core/operation.ts'
import type { Protocol } from '../../core/protocol/protocol.ts'
import type { RootKey } from '../../core/root/root.ts'
import type { Service } from '../../core/service.ts'
import type { ItemKey, Store } from '../../core/store/store.ts'
import { type Action, permissionsOf } from '../../stacks/permissions.ts'
import { type Fence, fences } from '../../stacks/statements.ts'

/** The service under test answers for every Region, a deployed one for its own: what a pattern matches. */
const ANY_REGION = '*-*-?'

/** The calls that the DynamoDB adapter makes for each primitive; a test shows that it does. */
export const ACTIONS = {
  get: ['dynamodb:BatchGetItem'],
  query: ['dynamodb:Query'],
  put: ['dynamodb:PutItem', 'dynamodb:BatchGetItem'],
  delete: ['dynamodb:DeleteItem'],
} as const satisfies Record<string, readonly Action[]>

/** IAM's StringLike: `*` is any text, `?` any one character. */
export function isLike(text: string, pattern: string): boolean {
  const kept = PATTERNS.get(pattern)
  if (kept !== undefined) return kept.test(text)
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')
  const made = new RegExp(`^${source.replaceAll('?', '.')}$`, 's')
  PATTERNS.set(pattern, made)
  return made.test(text)
}
/** every call of a store is judged by some: they are compiled once */
const PATTERNS = new Map<string, RegExp>()

/** Whether the statements of a role let a call on these partitions through. */
export function isAllowed(
  statements: readonly Fence[],
  action: Action,
  partitions: readonly string[],
): boolean {
  return statements.some(({ actions, on, conditions }) => {
    const [keys] = conditions
    return (
      actions.includes(action) &&
      (on === 'rootKey' ||
        partitions.every((pk) => keys?.values.some((pattern) => isLike(pk, pattern)) === true))
    )
  })
}

/**
 * Watches a service from inside: whether every call of the store and of the root key, made while an
 * operation is carried out, is one that the role of its Lambda function would allow.
 */
export interface RoleFence {
  store(inner: Store): Store
  root(inner: RootKey): RootKey
  service(inner: Service): Service
}

/** @param denied takes what a role would have denied, as text */
export function roleFence(denied: string[]): RoleFence {
  const current = new AsyncLocalStorage<AnyOperation>()
  const roles = new Map<string, Fence[]>()

  function check(action: Action, partitions: readonly string[]): void {
    const operation = current.getStore()
    // whoever moves the clock sweeps too: only a server that is tested can, never a function
    if (operation === undefined || operation.uses.includes('clock')) return
    const role = roles.get(idOf(operation)) ?? fences(permissionsOf(operation), ANY_REGION)
    roles.set(idOf(operation), role)
    if (isAllowed(role, action, partitions)) return
    denied.push(`${idOf(operation)}: ${action} on ${partitions.join(', ')}`)
  }
  const checkKeys = (primitive: keyof typeof ACTIONS, keys: readonly ItemKey[]) => {
    for (const action of ACTIONS[primitive])
      check(
        action,
        keys.map(({ pk }) => pk),
      )
  }

  function protocol(inner: Protocol): Protocol {
    const fenced: Protocol = {
      ...inner,
      route(request) {
        const route = inner.route(request)
        current.enterWith(route.operation)
        return { ...route, protocol: fenced }
      },
    }
    return fenced
  }

  return {
    store: (inner) => ({
      ...inner,
      get(keys) {
        checkKeys('get', keys)
        return inner.get(keys)
      },
      query(query) {
        check('dynamodb:Query', [query.pk])
        return inner.query(query)
      },
      put(item) {
        checkKeys('put', [item])
        return inner.put(item)
      },
      delete(key, version) {
        checkKeys('delete', [key])
        return inner.delete(key, version)
      },
    }),
    root: (inner) => ({
      id: inner.id,
      wrap(plaintext, context) {
        check('kms:Encrypt', [])
        return inner.wrap(plaintext, context)
      },
      unwrap(wrapped, context) {
        check('kms:Decrypt', [])
        return inner.unwrap(wrapped, context)
      },
      close: () => inner.close(),
    }),
    service: (inner) => ({
      ...inner,
      awsJson: protocol(inner.awsJson),
      awsQuery: protocol(inner.awsQuery),
      rest: protocol(inner.rest),
      xks: inner.xks && protocol(inner.xks),
      iam: inner.iam && protocol(inner.iam),
    }),
  }
}

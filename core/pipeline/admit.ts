import { refusalOf as denialOf, type Resource } from '../access/authorize.ts'
import { keyArn, kmsArn } from '../base/arn.ts'
import { LateRead } from '../base/conflict.ts'
import { KmsError } from '../base/errors.ts'
import { loadOnce } from '../base/load-once.ts'
import { tenantItem, tenantPlace } from '../identity/credential.ts'
import type { Key } from '../key/key.ts'
import { type NamedKey, resolveKey, unknownCiphertextKey } from '../key/resolve.ts'
import { stateRefusal } from '../key/state.ts'
import { actionOf } from '../operation.ts'
import { attestedValues } from '../recipient/recipient.ts'
import type { Service } from '../service.ts'
import type { Attempt, Understood } from './stages.ts'

/** Loaded with the first: a grant is in force without its token, so hardly anybody sends one. */
const grantTokens = loadOnce(() => import('../grant/grant-token.ts'))
/** Loaded by who uses it: no call of a tenant does. */
const administered = loadOnce(() => import('./admit-administered.ts'))

/** A key that was looked for: found, or what is answered to those who may know that it is not there. */
type Sought = { readonly key: Key } | { readonly refusal: KmsError }

/**
 * Resolves every key of a call, then checks each in AWS's order: may the caller, its state, its
 * usage. All are resolved first because a condition on one may look at another. Those that are admitted
 * are noted in the attempt.
 */
export async function admitKeys(
  call: Understood,
  attempt: Attempt,
  service: Service,
): Promise<void> {
  const sought = new Map<string, Sought>()
  const keys: Record<string, Key> = {}
  for (const [name, one] of call.named) {
    const result = await seek(one, call, service)
    sought.set(name, result)
    if (!('key' in result)) continue
    keys[name] = result.key
    // who may not know that a key is there does not learn it from the trail
    if (result.key.accountId === call.caller.accountId) attempt.about.set(name, result.key)
  }
  // what related keys share is changed, and judged, by what is, which was not read yet
  const late = service.changing !== undefined && call.route.operation.mutates
  if (late && Object.values(keys).some(({ related }) => related !== undefined)) {
    throw new LateRead('what related keys share may be late')
  }
  for (const [name, one] of call.named) {
    const result = sought.get(name)
    if (result === undefined) continue
    await authorizeKey(one, result, keys, call, attempt, service)
    if ('refusal' in result) throw result.refusal
    // a managed key comes to be with the first call of who may make it: nobody else fills the store
    const key =
      result.key.version === 0
        ? await service.managedKeys.make(result.key, call.context.now)
        : result.key
    keys[name] = key
    attempt.keys.set(name, key)
    attempt.about.set(name, key)
    admitState(one, key, call)
  }
  // looked at when the caller may: a refusal before would say which keys exist
  const tokens = call.route.operation.grantTokens?.(call.input) ?? []
  if (tokens.length === 0) return
  const { checkGrantTokens } = await grantTokens()
  await checkGrantTokens(service.ports.tokens, [...attempt.keys.values()], tokens)
}

async function seek(
  named: NamedKey,
  { context: { region, now }, caller, found }: Understood,
  { aliasHints, managedKeys }: Service,
): Promise<Sought> {
  try {
    const key = await resolveKey(named, {
      region,
      now,
      found,
      hints: aliasHints,
      // only an account's own principals bring its managed keys about
      missingAlias: async (alias) =>
        alias.accountId === caller.accountId ? managedKeys.supposed(alias, now) : undefined,
    })
    return { key }
  } catch (error) {
    if (error instanceof KmsError) return { refusal: error }
    throw error
  }
}

async function authorizeKey(
  named: NamedKey,
  sought: Sought,
  keys: Readonly<Record<string, Key>>,
  call: Understood,
  attempt: Attempt,
  service: Service,
): Promise<void> {
  const { use, reference, byCiphertext } = named
  const { caller } = call
  const action = use.action ?? actionOf(call.route.operation)
  const own = reference === undefined || reference.accountId === caller.accountId
  if (action === false && own) return
  // Who may not know whether a key exists gets one answer; its own account is told that it doesn't
  if ('refusal' in sought && own) return
  if ('key' in sought && !own) attempt.foreign.push(sought.key)
  const resource = own ? resourceOf(named, sought) : await foreignResource(named, sought, call)
  const asked = {
    caller,
    context: call.context,
    action: action === false ? actionOf(call.route.operation) : action,
    input: call.input,
    key: 'key' in sought ? sought.key : undefined,
    keys,
    requestAlias: reference?.aliasName,
    grantId: use.grant?.(call.input),
    given: call.route.operation.given?.(call.input),
    attestation: call.attestation && attestedValues(call.attestation),
  }
  const ruling = await service.authorizer.rule(asked, resource, byCiphertext)
  attempt.rulings.push(ruling)
  // a stranger's alias ARN is repeated as it was given: the key it points to would say that both exist
  const told = own
    ? ruling
    : { ...ruling, request: { ...ruling.request, resource: unknownKey(named).arn } }
  const refusal = denialOf(told)
  if (refusal !== undefined) throw byCiphertext && !own ? unknownCiphertextKey() : await refusal
}

const resourceOf = (named: NamedKey, sought: Sought): Resource =>
  'key' in sought ? { kind: 'key', key: sought.key } : { ...unknownKey(named), kind: 'unknown-key' }

/** Of a suspended account no key is to be had: to others it is as if there were none. */
async function foreignResource(
  named: NamedKey,
  sought: Sought,
  { found }: Understood,
): Promise<Resource> {
  const unknown = unknownKey(named)
  if (!named.use.crossAccount) return { ...unknown, kind: 'unknown-key' }
  const owner = await found(tenantPlace(unknown.accountId))
  const suspended = owner !== undefined && tenantItem.read(owner).status !== 'active'
  return suspended ? { ...unknown, kind: 'suspended-key' } : resourceOf(named, sought)
}

/** What was named, by the name that was given: an alias stays an alias. */
function unknownKey({ reference }: NamedKey): { arn: string; accountId: string } {
  const { region = '', accountId = '', keyId, aliasName = '' } = reference ?? {}
  const arn =
    keyId === undefined ? kmsArn(region, accountId, aliasName) : keyArn(region, accountId, keyId)
  return { arn, accountId }
}

function admitState({ use }: NamedKey, key: Key, { route: { operation } }: Understood): void {
  const { state, usage, origin } = key.data
  if (!use.states.includes(state)) {
    throw stateRefusal(key.arn, state, use, origin === 'EXTERNAL_KEY_STORE')
  }
  if (use.usage !== undefined && usage !== use.usage) {
    throw new KmsError(
      'InvalidKeyUsageException',
      `${key.arn} key usage is ${usage} which is not valid for ${operation.name}.`,
    )
  }
}

function isOnKeys({ named }: Understood): boolean {
  for (const { use } of named.values()) if (use.action !== false) return true
  return false
}

/** Permissions that are not about a key: on an alias, on the account as a whole, on what is administered. */
export async function admitPlain(
  call: Understood,
  attempt: Attempt,
  service: Service,
): Promise<void> {
  const { operation } = call.route
  const { caller, context, input } = call
  const action = actionOf(operation)
  const alias = operation.alias?.(input)
  const administers = operation.administers !== undefined
  if (administers) {
    await (await administered()).admitAdministered(call, attempt, service)
  }
  const { region } = context
  const { accountId } = caller
  const wanted: [action: string, resource: string][] = []
  if (alias !== undefined) wanted.push([action, kmsArn(region, accountId, alias)])
  const resource = operation.resource?.(input, { accountId, region }) ?? '*'
  if (alias === undefined && operation.needs !== 'nothing' && !administers && !isOnKeys(call)) {
    wanted.push([action, resource])
  }
  for (const also of operation.alsoActions?.(input) ?? []) wanted.push([also, resource])
  for (const also of operation.onNewKey?.(input) ?? []) {
    wanted.push([also, keyArn(region, accountId, call.newKeyId)])
  }
  for (const [action, arn] of wanted) {
    const attestation = call.attestation && attestedValues(call.attestation)
    const keys = Object.fromEntries(attempt.keys)
    const asked = { caller, context, action, input, keys, attestation }
    const ruling = await service.authorizer.rule(asked, { kind: 'plain', arn })
    attempt.rulings.push(ruling)
    const refusal = denialOf(ruling)
    if (refusal !== undefined) throw await refusal
  }
}

import { createPrivateKey } from 'node:crypto'
import { keyArn } from '../core/base/arn.ts'
import { keySpec } from '../core/key/spec.ts'
import { handle } from '../core/pipeline/handle.ts'
import type { Service } from '../core/service.ts'
import { signRequest } from '../core/signature/sign-request.ts'
import type { SeededRandom } from './random.ts'
import type { Credentials, GivenKey, KeySpec } from './types.ts'

const KEY_ID = /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/
/** usages that a spec has where nothing is said; of the others CreateKey asks for one */
const ONLY_USAGE: readonly (readonly [prefix: string, usage: string])[] = [
  ['HMAC_', 'GENERATE_VERIFY_MAC'],
  ['ML_DSA_', 'SIGN_VERIFY'],
  ['ML_KEM_', 'ENCAPSULATE_DECAPSULATE'],
  ['ECC_SECG_', 'SIGN_VERIFY'],
  ['ECC_NIST_EDWARDS', 'SIGN_VERIFY'],
]

interface World {
  readonly service: Service
  readonly random: SeededRandom
  readonly accountId: string
  readonly region: string
  readonly credentials: Credentials
}

/**
 * Makes given keys by CreateKey and CreateAlias, as a caller would, each of the id and material that are given.
 * @throws Error, which names the alias, where one can't be made
 */
export async function makeGivenKeys(
  keys: readonly GivenKey[],
  world: World,
): Promise<ReadonlyMap<string, { readonly id: string; readonly arn: string }>> {
  const made = new Map<string, { readonly id: string; readonly arn: string }>()
  for (const key of keys) {
    try {
      const id = await make(key, world)
      made.set(key.alias, { id, arn: keyArn(world.region, world.accountId, id) })
    } catch (error) {
      throw new Error(`key ${key.alias}: ${(error as Error).message}`, { cause: error })
    }
  }
  return made
}

async function make(given: GivenKey, world: World): Promise<string> {
  const { alias, id, spec = 'SYMMETRIC_DEFAULT', policy, description, tags = {} } = given
  if (id !== undefined && !KEY_ID.test(id)) {
    throw new Error(`'${id}' is no key id: a UUID in lower case, or mrk- and 32 hex digits`)
  }
  const usage = given.usage ?? ONLY_USAGE.find(([prefix]) => spec.startsWith(prefix))?.[1]
  const material = await materialOf(given, spec, world)
  const input = {
    KeySpec: spec,
    ...(usage !== undefined && { KeyUsage: usage }),
    ...(policy !== undefined && { Policy: policy, BypassPolicyLockoutSafetyCheck: true }),
    ...(description !== undefined && { Description: description }),
    MultiRegion: id?.startsWith('mrk-') === true,
    Tags: Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
  }
  const next = { id, material, label: id ?? alias }
  const created = await world.random.withNext(next, () => call('CreateKey', input, world))
  const { KeyId } = created['KeyMetadata'] as { KeyId: string }
  await call('CreateAlias', { AliasName: alias, TargetKeyId: KeyId }, world)
  return KeyId
}

/** Material that is given, in the form in which it is kept. @throws Error where it does not fit the spec */
async function materialOf(
  { material }: GivenKey,
  spec: KeySpec,
  { accountId }: World,
): Promise<Buffer | undefined> {
  if (material === undefined) return undefined
  const known = keySpec(spec)
  if (known === undefined) throw new Error(`there is no key spec ${String(spec)}`)
  if (typeof material !== 'string') return known.checkImported(material, { account: accountId })
  if (!known.asymmetric) throw new Error(`material of ${spec} is bytes, not text`)
  const pkcs8 = createPrivateKey(material).export({ format: 'der', type: 'pkcs8' })
  return known.checkImported(pkcs8, { account: accountId })
}

/** One signed call of the AWS JSON face. @throws Error in AWS's words where it is refused */
async function call(
  operation: string,
  input: object,
  { service, region, credentials }: World,
): Promise<Record<string, unknown>> {
  const body = Buffer.from(JSON.stringify(input))
  const headers = {
    host: 'localhost',
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `TrentService.${operation}`,
  }
  const unsigned = { method: 'POST', path: '/', query: '', headers, body }
  const now = service.signatureTime()
  const signed = signRequest(unsigned, credentials, { region, service: 'kms', now })
  const request = { ...unsigned, headers: signed, sourceIp: '127.0.0.1', secure: false }
  const answer = await handle(request, service)
  const json = answer.body === '' ? {} : JSON.parse(answer.body)
  if (answer.status === 200) return json
  throw new Error(`${operation}: ${json.__type}: ${json.message ?? ''}`)
}

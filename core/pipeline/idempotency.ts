import { createHash } from 'node:crypto'
import { commit, StoreConflict } from '../base/conflict.ts'
import { KmsError } from '../base/errors.ts'
import type { Caller } from '../identity/caller.ts'
import type { Service } from '../service.ts'
import { idempotencyItem, LIFETIME } from './idempotency-item.ts'
import { withoutSecrets, withSecrets } from './kept-answer.ts'
import type { Admitted, Attempt } from './stages.ts'

/** ms after which a call that began and never ended counts as crashed */
const LEASE = 60 * 1000
/** characters */
const MAX_KEY = 255

/**
 * Carries a create out once for each Idempotency-Key of a caller (REST): a repetition within a day
 * gets the first answer, another input under the same key is refused. It is repeated with the credential of
 * the first time; whoever has another, be it of the same name, is another caller.
 * @param given the Idempotency-Key
 * @param attempt is told of the answer that was kept
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 * @throws KmsError ConflictException while the first call runs, IdempotentParameterMismatchException,
 *   NotFoundException where the answer had a secret whose access key is gone
 */
export async function once(
  call: Admitted,
  service: Service,
  given: string,
  run: () => Promise<unknown>,
  attempt: Pick<Attempt, 'kept'>,
): Promise<unknown> {
  const { route, context, caller, input } = call
  const { wallTime } = context
  // an empty one would make all calls of a client that sends it so the repetitions of one
  if (given.length < 1 || given.length > MAX_KEY) {
    throw new KmsError('ValidationException', `An Idempotency-Key has 1 to ${MAX_KEY} characters.`)
  }
  const { accountId } = caller
  const digest = sha256([route.operation.name, identityOf(caller), context.region, given])
  const place = idempotencyItem.place({ accountId, digest })
  const sealing = { kind: 'idempotency', digest }
  const asked = sha256(input)

  const [item] = await service.store.get([place])
  const before = item && idempotencyItem.read(item)
  if (before !== undefined && wallTime - before.at < LIFETIME) {
    if (before.request !== asked) throw new KmsError('IdempotentParameterMismatchException')
    if (before.output !== undefined) {
      const output = await service.keyring.openSecret(accountId, sealing, before.output)
      const kept = await withSecrets(output.toString(), service)
      attempt.kept = kept
      return kept
    }
    if (wallTime - before.at < LEASE) {
      throw new KmsError('ConflictException', 'The first request with this key is in progress.')
    }
  }
  const version = item?.version ?? 0
  const started = { request: asked, at: wallTime }
  await commit(service.store.put(idempotencyItem.item(place, version + 1, started)))
  let output: unknown
  try {
    output = await run()
  } catch (error) {
    // refused, or a lost race: nothing was made, and the key may be used again. Of all else nobody knows
    if (error instanceof KmsError || error instanceof StoreConflict) {
      await service.store.delete(place, version + 1)
    }
    throw error
  }
  try {
    const sealed = await service.keyring.sealSecret(
      accountId,
      sealing,
      Buffer.from(withoutSecrets(output)),
    )
    const ended = { ...started, output: sealed }
    await commit(service.store.put(idempotencyItem.item(place, version + 2, ended)))
  } catch (error) {
    // it was made: the lease keeps a repetition from making it again at once
    service.log('warn', { requestId: context.requestId, idempotency: 'answer not kept', error })
  }
  return output
}

/**
 * Who has a credential, and all that it says of them: its id, the unique id it stands for, and of a session
 * its times, second factor, tags, source identity, provider, policies and what it was made from; of an operator
 * by AWS IAM, who has none of ours, who that is in AWS.
 */
const identityOf = ({
  accountId,
  type,
  userId,
  accessKeyId,
  awsIdentity,
  session,
  policies,
  madeFrom,
}: Caller) => [
  { accountId, type, userId, accessKeyId, awsIdentity },
  { session, policies: policies.session, madeFrom },
]

/** SHA-256 of a value, whatever the order of its members. */
const sha256 = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value, ordered)).digest('hex')

const ordered = (_name: string, value: unknown): unknown =>
  typeof value !== 'object' || value === null || Array.isArray(value)
    ? value
    : Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))

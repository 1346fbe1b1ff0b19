import { createHash } from 'node:crypto'
import { commit, StoreConflict } from '../base/conflict.ts'
import { KmsError } from '../base/errors.ts'
import type { Service } from '../service.ts'
import { idempotencyItem, LIFETIME } from './idempotency-item.ts'
import type { Admitted } from './stages.ts'

/** ms after which a call that began and never ended counts as crashed */
const LEASE = 60 * 1000
/** characters */
const MAX_KEY = 255

/**
 * Carries a create out once for each Idempotency-Key of a caller (REST): a repetition within a day
 * gets the first answer, another request under the same key is refused.
 * @param given the Idempotency-Key
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 * @throws KmsError ConflictException while the first call runs, IdempotentParameterMismatchException
 */
export async function once(
  call: Admitted,
  service: Service,
  given: string,
  run: () => Promise<unknown>,
): Promise<unknown> {
  const { request, route, context, caller } = call
  // an empty one would make all calls of a client that sends it so the repetitions of one
  if (given.length < 1 || given.length > MAX_KEY) {
    throw new KmsError('ValidationException', `An Idempotency-Key has 1 to ${MAX_KEY} characters.`)
  }
  const { accountId } = caller
  const digest = sha256([route.operation.name, caller.arn, context.region, given])
  const place = idempotencyItem.place({ accountId, digest })
  const sealing = { kind: 'idempotency', digest }
  const asked = sha256([request.path, Buffer.from(request.body).toString('base64')])

  const [item] = await service.store.get([place])
  const before = item && idempotencyItem.read(item)
  if (before !== undefined && context.now - before.at < LIFETIME) {
    if (before.request !== asked) throw new KmsError('IdempotentParameterMismatchException')
    if (before.output !== undefined) {
      const output = await service.keyring.openSecret(accountId, sealing, before.output)
      // null stands for a create that answers nothing
      return JSON.parse(output.toString()) ?? undefined
    }
    if (context.now - before.at < LEASE) {
      throw new KmsError('ConflictException', 'The first request with this key is in progress.')
    }
  }
  const version = item?.version ?? 0
  const started = { request: asked, at: context.now }
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
      Buffer.from(JSON.stringify(output ?? null)),
    )
    const ended = { ...started, output: sealed }
    await commit(service.store.put(idempotencyItem.item(place, version + 2, ended)))
  } catch (error) {
    // it was made: the lease keeps a repetition from making it again at once
    service.log('warn', { requestId: context.requestId, idempotency: 'answer not kept', error })
  }
  return output
}

const sha256 = (parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex')

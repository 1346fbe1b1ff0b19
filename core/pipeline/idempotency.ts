import { createHash } from 'node:crypto'
import { commit } from '../base/conflict.ts'
import { KmsError } from '../base/errors.ts'
import type { Service } from '../service.ts'
import type { Item } from '../store/store.ts'
import type { Admitted } from './stages.ts'

/** ms an Idempotency-Key is remembered */
const LIFETIME = 24 * 3600 * 1000
/** ms after which a call that began and never ended counts as crashed */
const LEASE = 60 * 1000
/** characters */
const MAX_KEY = 255

interface Remembered {
  readonly request: string
  readonly at: number
  /** the output's JSON, sealed because it may hold a secret; absent while the call runs */
  readonly output?: string
}

/**
 * Carries a create out once for each Idempotency-Key of a caller (REST): a repetition within a day
 * gets the first answer, another request under the same key is refused.
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 * @throws KmsError ConflictException while the first call runs, IdempotentParameterMismatchException
 */
export async function once(
  call: Admitted,
  service: Service,
  run: () => Promise<unknown>,
): Promise<unknown> {
  const { request, route, context, caller } = call
  const given = request.headers['idempotency-key']
  const applies = route.protocol.face === 'rest' && route.operation.idempotencyKey === true
  if (!applies || given === undefined) return run()
  if (given.length > MAX_KEY) {
    throw new KmsError(
      'ValidationException',
      `An Idempotency-Key has at most ${MAX_KEY} characters.`,
    )
  }
  const { accountId } = caller
  const digest = sha256([route.operation.name, caller.arn, context.region, given])
  const place = { pk: accountId, sk: `idempotency#${digest}` }
  const sealing = { kind: 'idempotency', digest }
  const asked = sha256([request.path, Buffer.from(request.body).toString('base64')])

  const [item] = await service.store.get([place])
  const before = item?.data as Remembered | undefined
  if (before !== undefined && context.now - before.at < LIFETIME) {
    if (before.request !== asked) throw new KmsError('IdempotentParameterMismatchException')
    if (before.output !== undefined) {
      const output = await service.keyring.openSecret(accountId, sealing, before.output)
      return JSON.parse(output.toString())
    }
    if (context.now - before.at < LEASE) {
      throw new KmsError('ConflictException', 'The first request with this key is in progress.')
    }
  }
  const version = item?.version ?? 0
  const started: Item = remembered(version + 1, { request: asked, at: context.now })
  await commit(service.store.put(started))
  try {
    const output = await run()
    const sealed = await service.keyring.sealSecret(
      accountId,
      sealing,
      Buffer.from(JSON.stringify(output ?? null)),
    )
    await service.store.put(
      remembered(version + 2, { request: asked, at: context.now, output: sealed }),
    )
    return output
  } catch (error) {
    // Nothing was made: the key may be used again
    await service.store.delete(place, version + 1)
    throw error
  }

  function remembered(version: number, data: Remembered): Item {
    const expires = Math.ceil((context.now + LIFETIME) / 1000)
    return { ...place, version, expires, data: { ...data } }
  }
}

const sha256 = (parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex')

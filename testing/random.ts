import type { Asker } from '../core/base/call-context.ts'
import { canonicalContext } from '../core/crypto/encryption-context.ts'
import { readUuid } from '../core/crypto/uuid.ts'
import { type RandomSource, systemRandom } from '../core/key/random-source.ts'
import type { KeySpec } from '../core/key/spec.ts'
import { derivedMaterial } from './material.ts'
import type { Seed } from './seed.ts'

/** What the next key is made of, in place of what the seed gives. */
export interface NextKey {
  readonly id?: string | undefined
  readonly material?: Buffer | undefined
  /** what id and material are derived from, where they are not given */
  readonly label: string
}

export interface SeededRandom extends RandomSource {
  /** Makes one key of what is said; calls of others must wait. */
  withNext<T>(next: NextKey, make: () => Promise<T>): Promise<T>
}

/** A random source that follows from a seed. @param stable whether nonces follow from what is encrypted */
export function seededRandom(seed: Seed, stable: boolean): SeededRandom {
  let next: NextKey | undefined
  const taken = new Map<string, number>()

  /** One of the fixtures after the other; made anew once all are taken. */
  async function rsa(spec: KeySpec, asker: Asker): Promise<Buffer> {
    const { RSA_FIXTURES } = await import('./rsa-fixtures.ts')
    const number = taken.get(spec.name) ?? 0
    taken.set(spec.name, number + 1)
    const fixture = RSA_FIXTURES.get(spec.name)?.[number]
    return fixture === undefined ? spec.generate(asker) : Buffer.from(fixture, 'base64')
  }

  return {
    keyId(multiRegion) {
      if (next?.id !== undefined) return next.id
      const bytes =
        next === undefined ? seed.next('key-id', 16) : seed.derive(`key-id/${next.label}`, 16)
      const id = uuidOf(bytes)
      return multiRegion ? `mrk-${id.replaceAll('-', '')}` : id
    },
    async material(spec, asker) {
      if (next?.material !== undefined) return Buffer.from(next.material)
      const purpose = `material/${spec.name}`
      const label = next?.label
      const draw = (length: number) =>
        label === undefined
          ? seed.next(purpose, length)
          : seed.derive(`${purpose}/${label}`, length)
      return (await derivedMaterial(spec, draw, asker)) ?? rsa(spec, asker)
    },
    bytes: (length) => seed.next('bytes', length),
    nonce(target, of) {
      if (!stable) systemRandom.nonce(target, of)
      else {
        const { key, materialId, plaintext, context } = of
        const contextBytes = canonicalContext(context)
        target.set(
          seed.digest(key.arn, materialId, plaintext, contextBytes).subarray(0, target.length),
        )
      }
    },
    async withNext(given, make) {
      next = given
      try {
        return await make()
      } finally {
        next = undefined
      }
    },
  }
}

/** A version 4 UUID (RFC 9562 §5.4) of 16 bytes. */
function uuidOf(bytes: Buffer): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return readUuid(bytes, 0)
}

import { createSecretKey, type KeyObject } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { sealXks } from '../../core/crypto/xks-ciphertext.ts'
import type { Key } from '../../core/key/key.ts'
import { materialItem } from '../../core/key/key-items.ts'
import { newKey } from '../../core/key/new-key.ts'
import { decryptXks } from '../../core/key/xks-cipher.ts'
import { memoryStore } from '../../core/store/memory.ts'

const HOME = { accountId: '111122223333', region: 'eu-central-1' }
const AAD = Buffer.from('additional')
const PLAINTEXT = Buffer.from('plaintext')

/** Ids that begin with the same 3 bytes, and one that does not. */
const IDS = ['a', 'b', 'c'].map((letter) => `abcdef${letter.repeat(58)}`)
const OTHER = `123456${'d'.repeat(58)}`
const materials = new Map<string, KeyObject>(
  [...IDS, OTHER].map((id, index) => [id, createSecretKey(Buffer.alloc(32, index + 1))]),
)
const materialOf = (id: string): KeyObject => {
  const material = materials.get(id)
  if (material === undefined) throw new Error(`no material ${id}`)
  return material
}

describe('the version that made a ciphertext of an external key store', () => {
  /** A key whose current material is the first; the others are former ones, in items of their own or beside it. */
  async function world(beside: readonly string[], stored: readonly string[]) {
    const id = 'k'
    const store = memoryStore()
    const made = newKey(
      { ...HOME, id },
      { spec: 'SYMMETRIC_DEFAULT', usage: 'ENCRYPT_DECRYPT', created: 0 },
    )
    const part = (one: string) => ({ id: one, wrapped: 'x', created: 0 })
    const [current = ''] = IDS
    const key: Key = {
      ...made,
      data: { ...made.data, material: part(current), former: beside.map(part) },
    }
    for (const material of stored) {
      await store.put(
        materialItem.item(materialItem.place({ ...HOME, id, material }), 1, part(material)),
      )
    }
    let queries = 0
    const ports = {
      materials: { open: async (_key: Key, wanted = '') => materials.get(wanted) },
      read: {
        get: store.get,
        query: (query: Parameters<typeof store.query>[0]) => {
          queries++
          return store.query(query)
        },
      },
    }
    const open = (sealed: ReturnType<typeof sealXks>) => decryptXks(key, ports, sealed, AAD)
    return { open, queries: () => queries }
  }
  const seal = (id: string) => sealXks(materialOf(id), id, PLAINTEXT, AAD)

  test('is found among those whose ids begin alike, wherever they are kept', async () => {
    const { open } = await world(IDS.slice(1, 2), [...IDS.slice(2), OTHER])
    for (const id of [...IDS, OTHER]) {
      const { plaintext, materialId } = await open(seal(id))
      expect([plaintext.toString(), materialId]).toEqual(['plaintext', id])
    }
  })

  test('the current one and those beside it need no further read', async () => {
    const { open, queries } = await world(IDS.slice(1, 2), IDS.slice(2))
    await open(seal(IDS[0] ?? ''))
    await open(seal(IDS[1] ?? ''))
    expect(queries()).toBe(0)
    await open(seal(IDS[2] ?? ''))
    expect(queries()).toBe(1)
  })

  test('one that is gone opens nothing, and neither does another key’s', async () => {
    const { open } = await world([], [])
    for (const id of [IDS[1] ?? '', OTHER]) {
      await expect(open(seal(id))).rejects.toMatchObject({ code: 'InvalidCiphertextException' })
    }
  })
})

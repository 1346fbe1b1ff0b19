import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { localFileRoot } from '../../core/root/local-file.ts'
import { type RootKey, RootKeyRefused, RootKeyUnavailable } from '../../core/root/root.ts'
import { type KmsBehind, startKmsBehind } from '../support/kms-root.ts'
import { sliced } from '../support/slice.ts'

interface Adapter {
  name: string
  tags?: string[]
  /** A root key of its own per `which`; the same one again when asked again. */
  open(folder: string, which: string): Promise<RootKey>
}

let behind: KmsBehind
beforeAll(async () => {
  behind = await startKmsBehind()
})
afterAll(() => behind.stop())

const adapters: Adapter[] = [
  {
    name: 'local file',
    open: (folder, which) => localFileRoot({ file: join(folder, `${which}.json`), create: true }),
  },
  {
    name: 'AWS KMS, which a tenkey stands for',
    tags: ['long'],
    open: (_, which) => behind.open(which, true),
  },
]

const context = { tenant: '111122223333', region: 'eu-central-1', purpose: 'tenant-key' }
const plaintext = Buffer.from('a32-byte key that is no real key')

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenkey-root-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const contract = ({ open }: Adapter): void => {
  let root: RootKey
  let wrapped: Uint8Array
  beforeEach(async () => {
    root = await open(folder, 'one')
    wrapped = await root.wrap(plaintext, context)
  })
  afterEach(() => root.close())

  test('unwraps what it wrapped', async () => {
    expect(Buffer.from(await root.unwrap(wrapped, context))).toEqual(plaintext)
  })

  test('wraps 32 bytes into at most 1 KB, in which they do not show', () => {
    expect(wrapped.length).toBeLessThanOrEqual(1024)
    expect(Buffer.from(wrapped).includes(plaintext)).toBe(false)
  })

  test('wraps the same bytes differently each time', async () => {
    expect(await root.wrap(plaintext, context)).not.toEqual(wrapped)
  })

  test('refuses wrapped bytes with any bit changed', async () => {
    // in `npm test` one of each byte, another for the next
    for (let bit = 0; bit < wrapped.length * 8; bit += sliced ? 9 : 1) {
      const changed = Uint8Array.from(wrapped)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      await expect(root.unwrap(changed, context)).rejects.toThrow(RootKeyRefused)
    }
  })

  test('refuses wrapped bytes that were cut or prolonged', async () => {
    for (const length of [0, 1, 16, wrapped.length - 1]) {
      await expect(root.unwrap(wrapped.slice(0, length), context)).rejects.toThrow(RootKeyRefused)
    }
    const longer = Buffer.concat([wrapped, Buffer.of(0)])
    await expect(root.unwrap(longer, context)).rejects.toThrow(RootKeyRefused)
  })

  test('refuses any other context', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.string()), async (other) => {
        await expect(root.unwrap(wrapped, other)).rejects.toThrow(RootKeyRefused)
        const more = { ...other, ...context, more: '' }
        await expect(root.unwrap(wrapped, more)).rejects.toThrow(RootKeyRefused)
      }),
    )
  })

  test('does not mind the order of the context', async () => {
    const reversed = Object.fromEntries(Object.entries(context).toReversed())
    expect(Buffer.from(await root.unwrap(wrapped, reversed))).toEqual(plaintext)
  })

  test('has an id of its own, and refuses what another root wrapped', async () => {
    const other = await open(folder, 'two')
    expect(other.id).not.toBe(root.id)
    await expect(other.unwrap(wrapped, context)).rejects.toThrow(RootKeyRefused)
    await other.close()
  })

  test('is the same root when opened again: same id, same key', async () => {
    const again = await open(folder, 'one')
    expect(again.id).toBe(root.id)
    expect(Buffer.from(await again.unwrap(wrapped, context))).toEqual(plaintext)
    await again.close()
  })

  test('is unavailable once closed', async () => {
    await root.close()
    await expect(root.wrap(plaintext, context)).rejects.toThrow(RootKeyUnavailable)
    await expect(root.unwrap(wrapped, context)).rejects.toThrow(RootKeyUnavailable)
  })
}
for (const adapter of adapters) {
  describe(`root key: ${adapter.name}`, { tags: adapter.tags ?? [] }, () => contract(adapter))
}

describe('root key file', () => {
  const fileIn = (name = 'root.json') => join(folder, name)
  const open = (create = false) => localFileRoot({ file: fileIn(), create })
  const damaged = (why: string) =>
    `root key file ${fileIn()} is damaged or of another format: ${why}`

  test('is made once, with mode 0600, and left as it is', async () => {
    const root = await open(true)
    const text = await readFile(fileIn(), 'utf8')
    expect((await stat(fileIn())).mode & 0o777).toBe(0o600)
    expect((await open(true)).id).toBe(root.id)
    expect(await readFile(fileIn(), 'utf8')).toBe(text)
    expect((await readdir(folder)).sort()).toEqual(['.gitignore', 'root.json'])
  })

  test('holds format, id, key and date', async () => {
    const { id } = await open(true)
    expect(id).toMatch(/^local:[0-9a-f]{16}$/)
    expect(JSON.parse(await readFile(fileIn(), 'utf8'))).toEqual({
      format: 'tenkey-root-key/1',
      id,
      key: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
      created: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    })
  })

  test('is one and the same for all who make it at once', async () => {
    const roots = await Promise.all(Array.from({ length: 8 }, () => open(true)))
    expect(new Set(roots.map((root) => root.id)).size).toBe(1)
    expect((await readdir(folder)).sort()).toEqual(['.gitignore', 'root.json'])
  })

  test('has its folder made, closed to others', async () => {
    const file = join(folder, 'data', 'deep', 'root.json')
    const root = await localFileRoot({ file, create: true })
    expect((await localFileRoot({ file, create: false })).id).toBe(root.id)
    expect((await stat(join(folder, 'data'))).mode & 0o077).toBe(0)
  })

  test('is named where it is missing and not to be made', async () => {
    await expect(open()).rejects.toThrow(`root key file ${fileIn()} does not exist`)
    expect(await readdir(folder)).toEqual([])
  })

  test.each([0o640, 0o604, 0o620, 0o644, 0o610])('is refused with mode 0%o', async (mode) => {
    await open(true)
    await chmod(fileIn(), mode)
    const message = `root key file ${fileIn()} is open to others (mode 0${mode.toString(8)}): chmod 600 it`
    await expect(open()).rejects.toThrow(message)
  })

  test('may be read-only', async () => {
    const { id } = await open(true)
    await chmod(fileIn(), 0o400)
    expect((await open()).id).toBe(id)
  })

  test('may be a link to the file, as mounted secrets are', async () => {
    const { id } = await open(true)
    await symlink(fileIn(), fileIn('link.json'))
    expect((await localFileRoot({ file: fileIn('link.json'), create: false })).id).toBe(id)
  })

  test('is refused where it is a folder', async () => {
    await expect(localFileRoot({ file: folder, create: false })).rejects.toThrow(
      `root key file ${folder} is not a file`,
    )
  })

  const key = Buffer.alloc(32, 1).toString('base64')
  const otherId = 'local:0000000000000000'
  test.each([
    ['is empty', '', 'it is not a JSON object'],
    ['is cut', '{"format":"tenkey-root-key/1","key":"AQEB', 'it is not a JSON object'],
    ['is null', 'null', 'it is not a JSON object'],
    ['is of another format', '{"format":"x"}', 'its format is not tenkey-root-key/1'],
    ['has no key', '{"format":"tenkey-root-key/1"}', 'its key is not base64 of 32 bytes'],
    [
      'has a short key',
      JSON.stringify({ format: 'tenkey-root-key/1', key: 'AQEB' }),
      'its key is not base64 of 32 bytes',
    ],
    [
      'has the id of another key',
      JSON.stringify({ format: 'tenkey-root-key/1', id: otherId, key }),
      'its id does not belong to its key',
    ],
    ['is huge', ' '.repeat(5000), 'longer than 4096 bytes'],
  ])('is refused where it %s', async (_, text, why) => {
    await writeFile(fileIn(), text, { mode: 0o600 })
    for (const create of [false, true]) {
      const message = await open(create).then(String, (error: Error) => error.message)
      expect(message).toBe(damaged(why))
      expect(message).not.toContain('AQEB')
    }
    expect(await readFile(fileIn(), 'utf8')).toBe(text)
  })
})

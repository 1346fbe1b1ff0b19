import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { memoryStore } from '../../core/store/memory.ts'
import { exportStore, importStore } from '../../server/transfer.ts'
import { TransferError } from '../../server/transfer-file.ts'
import { type Edit, edited } from './case.ts'
import type { Grammar } from './grammar.ts'
import { edits } from './values.ts'
import type { World } from './world.ts'

/** What was changed: the compressed bytes, its lines, or its lines with a trailer that fits them again. */
interface Changed {
  readonly where: 'file' | 'lines' | 'items'
  readonly edits: readonly Edit[]
}
const changed: fc.Arbitrary<Changed> = fc.record({
  where: fc.constantFrom('file', 'lines', 'items'),
  edits,
})

/** What an export of the world holds, made once. */
const exports = new WeakMap<World, Promise<Buffer>>()
async function exportOf({ installed }: World): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-hostile-'))
  try {
    await exportStore(installed.store, join(folder, 'export'), Date.now())
    return readFileSync(join(folder, 'export'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function withChanges(whole: Buffer, { where, edits }: Changed): Buffer {
  if (where === 'file') return edited(whole, edits)
  const lines = gunzipSync(whole)
  if (where === 'lines') return gzipSync(edited(lines, edits), { level: 1 })
  const end = lines.lastIndexOf('\n', lines.length - 2) + 1
  const before = edited(lines.subarray(0, end), edits)
  const sha256 = createHash('sha256').update(before).digest('hex')
  const items = before.toString('latin1').split('\n').length - 2
  return gzipSync(Buffer.concat([before, Buffer.from(`${JSON.stringify({ items, sha256 })}\n`)]), {
    level: 1,
  })
}

/** Imports a changed export into an empty store: it is refused in one line, or it was a whole one. */
async function breachOf(change: Changed, world: World): Promise<string | undefined> {
  const whole = exports.get(world) ?? exportOf(world)
  exports.set(world, whole)
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-hostile-'))
  const file = join(folder, 'export')
  try {
    writeFileSync(file, withChanges(await whole, change))
    await importStore(memoryStore(), file)
    return undefined
  } catch (error) {
    if (!(error instanceof TransferError))
      return `it fails: ${String((error as Error).stack ?? error)}`
    return error.message.includes('\n') ? `its refusal has lines: ${error.message}` : undefined
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Export files with changes. */
export const transfers: Grammar = {
  name: 'transfers',
  share: 1,
  property: (world) => ({
    input: changed,
    breach: (input) => breachOf(input as Changed, world),
    each: () => 1,
  }),
}

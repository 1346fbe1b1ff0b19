import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { AnyOperation } from '../core/operation.ts'
import { registrySource } from './gen-registry.ts'

/**
 * Writes what is derived from the operations' records; `--check` only compares and fails where a
 * file is stale. The registry comes first, because the others read it.
 */
const check = process.argv.includes('--check')
const root = new URL('../', import.meta.url)
const stale: string[] = []

function produce(path: string, content: string): void {
  const file = new URL(path, root)
  let present: string | undefined
  try {
    present = readFileSync(file, 'utf8')
  } catch {
    present = undefined
  }
  if (present === content) return
  if (check) stale.push(path)
  else writeFileSync(file, content)
}

/** Every file of functions/ that defines an operation, by the name of its export. */
async function discover(): Promise<{ file: string; name: string; operation: AnyOperation }[]> {
  const found = []
  for (const file of readdirSync(new URL('functions/', root)).sort()) {
    if (!/^[a-z0-9-]+\.ts$/.test(file) || file === 'registry.ts') continue
    const module: Record<string, unknown> = await import(new URL(`functions/${file}`, root).href)
    for (const [name, value] of Object.entries(module)) {
      if (isOperation(value)) found.push({ file, name, operation: value })
    }
  }
  return found
}

const isOperation = (value: unknown): value is AnyOperation =>
  typeof value === 'object' && value !== null && 'http' in value && 'run' in value

const discovered = await discover()
produce('functions/registry.ts', registrySource(discovered))

if (stale.length > 0) {
  console.error(`stale: ${stale.join(', ')}; run npm run gen`)
  process.exit(1)
}

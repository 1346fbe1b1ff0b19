import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { AnyOperation } from '../core/operation.ts'
import type { JsonSchema } from '../core/shape.ts'
import { apiSource, betweenMarkers, readmeTable } from './gen-docs.ts'
import { openapiSource } from './gen-openapi.ts'
import { loadersSource, registrySource } from './gen-registry.ts'
import { keyStatesSource } from './gen-states.ts'

/**
 * Writes what is derived from the operations' records; `--check` only compares and fails where a
 * file is stale. Operations are found in functions/ itself, not in the registry, which may be stale.
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

interface Discovered {
  readonly found: { file: string; name: string; operation: AnyOperation }[]
  /** structures and enumerations that files of functions/ export, for operations to share */
  readonly shapes: Map<JsonSchema, string>
}

/** Every operation that a file of functions/ exports, and every shape. */
async function discover(): Promise<Discovered> {
  const found: Discovered['found'] = []
  const shapes: Discovered['shapes'] = new Map()
  for (const file of readdirSync(new URL('functions/', root)).sort()) {
    if (!/^[a-z0-9-]+\.ts$/.test(file) || file === 'registry.ts') continue
    const module: Record<string, unknown> = await import(new URL(`functions/${file}`, root).href)
    for (const [name, value] of Object.entries(module)) {
      if (isOperation(value)) found.push({ file, name, operation: value })
      const schema = schemaOf(value)
      if (schema !== undefined && !shapes.has(schema)) shapes.set(schema, capitalized(name))
    }
  }
  return { found, shapes }
}

const isOperation = (value: unknown): value is AnyOperation =>
  typeof value === 'object' && value !== null && 'http' in value && 'run' in value

function schemaOf(value: unknown): JsonSchema | undefined {
  if (typeof value !== 'object' || value === null || !('schema' in value)) return undefined
  const schema = value.schema as JsonSchema
  return 'properties' in schema || 'enum' in schema ? schema : undefined
}

const capitalized = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')

const { found, shapes } = await discover()
const operations = found.map(({ operation }) => operation)
const { version } = JSON.parse(read('package.json')) as { version: string }
produce('functions/registry.ts', registrySource(found))
produce('functions/loaders.ts', loadersSource(found))
produce('docs/openapi.json', openapiSource(operations, shapes, { version }))
produce('docs/api.md', apiSource(operations))
produce('docs/key-states.md', keyStatesSource())
produce('README.md', betweenMarkers(read('README.md'), 'operations', readmeTable(operations)))

if (stale.length > 0) {
  console.error(`stale: ${stale.join(', ')}; run npm run gen`)
  process.exit(1)
}

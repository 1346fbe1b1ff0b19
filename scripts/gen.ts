import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { type AnyOperation, idOf } from '../core/operation.ts'
import type { JsonSchema } from '../core/shape/shapes.ts'
import { clientsPage, clientsTable, type Kept } from './clients/report.ts'
import { actionsSource } from './gen-actions.ts'
import { cliPage } from './gen-cli.ts'
import { conditionKeysSource } from './gen-condition-keys.ts'
import { consoleRoutes, consoleTypes } from './gen-console.ts'
import { apiSource, betweenMarkers, coverageTable } from './gen-docs.ts'
import { storedItemsSource } from './gen-items.ts'
import { layersTable } from './gen-layers.ts'
import { openapiSource } from './gen-openapi.ts'
import {
  eventNamesSource,
  functionSource,
  iamRegistrySource,
  loadersSource,
  registrySource,
} from './gen-registry.ts'
import { keyStatesSource } from './gen-states.ts'
import { type Found, isIam, isXks, SUBJECTS } from './gen-subjects.ts'
import { dropExamples, recordExamples, unsettledExamples } from './openapi-examples.ts'

/**
 * Writes what is derived from the records of operations and of stored items; `--check` only compares and fails where a
 * file is stale. Operations are found in operations/ itself, not in the registry, which may be stale.
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
  else {
    mkdirSync(new URL('.', file), { recursive: true })
    writeFileSync(file, content)
  }
}

interface Discovered {
  readonly found: Found[]
  /** structures and enumerations that files of operations/ export, for operations to share */
  readonly shapes: Map<JsonSchema, string>
}

/** Every file below operations/ but what is written here, in the order of their names. */
function operationFiles(): { folder: string; file: string }[] {
  return readdirSync(new URL('operations/', root), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !WRITTEN.has(path))
    .map((path) => ({ folder: dirname(path), file: basename(path, '.ts') }))
    .sort((a, b) => (a.file < b.file ? -1 : 1))
}
const WRITTEN: ReadonlySet<string> = new Set([
  'registry.ts',
  'iam-registry.ts',
  'loaders.ts',
  'audit/event-names.ts',
])

/** Every operation that a file of operations/ exports, and every shape. */
async function discover(): Promise<Discovered> {
  const found: Found[] = []
  const shapes: Discovered['shapes'] = new Map()
  for (const { folder, file } of operationFiles()) {
    const path = new URL(`operations/${folder}/${file}.ts`, root)
    const module: Record<string, unknown> = await import(path.href)
    for (const [name, value] of Object.entries(module)) {
      if (isOperation(value)) found.push({ folder, file, name, operation: value })
      const schema = schemaOf(value)
      // AWS IAM's have names of their own: a Tag is another one there
      const own = folder === 'iam' ? `Iam${capitalized(name)}` : capitalized(name)
      if (schema !== undefined && !shapes.has(schema)) shapes.set(schema, own)
    }
  }
  return { found, shapes }
}

/** Files of functions/ for operations that are gone, or have moved. */
function orphans(): string[] {
  const wanted = new Set(own.map(({ folder, file }) => `${folder}/${file}.ts`))
  return readdirSync(new URL('functions/', root), { recursive: true, encoding: 'utf8' })
    .filter((path) => SUBJECTS.has(dirname(path)) && path.endsWith('.ts') && !wanted.has(path))
    .map((path) => `functions/${path}`)
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
/** what the API's own documents show: AWS KMS alone calls the others */
const api = found.filter((one) => !isXks(one))
/** those with a function of their own */
const own = found.filter((one) => !isIam(one))
const { version } = JSON.parse(read('package.json')) as { version: string }
produce('operations/registry.ts', registrySource(found))
produce('operations/iam-registry.ts', iamRegistrySource(found))
produce('operations/loaders.ts', loadersSource(found))
produce('operations/audit/event-names.ts', eventNamesSource(found))
for (const one of own) produce(`functions/${one.folder}/${one.file}.ts`, functionSource(one))
for (const path of orphans()) {
  if (check) stale.push(path)
  else rmSync(new URL(path, root))
}
const openapi = openapiSource(api, shapes, { version })
produce('docs/openapi.json', openapi)
produce('console/src/api/routes.ts', consoleRoutes(JSON.parse(openapi)))
produce('console/src/api/types.ts', consoleTypes(JSON.parse(openapi)))
produce('docs/api.md', apiSource(api, found.filter(isXks)))
produce('docs/key-states.md', keyStatesSource())
produce('docs/cli.md', cliPage())
produce(
  'docs/architecture.md',
  betweenMarkers(read('docs/architecture.md'), 'layers', layersTable()),
)
produce('docs/actions.md', actionsSource(found))
produce('docs/condition-keys.md', conditionKeysSource())
produce('docs/stored-items.md', storedItemsSource())
const clients = JSON.parse(read('docs/clients.json')) as Kept
produce(
  'docs/coverage.md',
  betweenMarkers(read('docs/coverage.md'), 'operations', coverageTable(api)),
)
for (const page of ['README.md', 'README.ja.md'] as const) {
  produce(page, betweenMarkers(read(page), 'clients', clientsTable(clients, page)))
}
produce('docs/clients.md', clientsPage(clients))

const { missing, idle } = unsettledExamples(api.map(({ operation }) => idOf(operation)))
if (check && missing.length + idle.length > 0) stale.push('scripts/openapi-examples.json')
else if (idle.length > 0) dropExamples(idle)
else if (missing.length > 0) {
  console.log(`recording an example of ${missing.join(', ')}`)
  recordExamples()
  // what was read of them before is of no use now
  execFileSync(process.execPath, process.argv.slice(1), { stdio: 'inherit' })
}

if (stale.length > 0) {
  console.error(`stale: ${stale.join(', ')}; run npm run gen`)
  process.exit(1)
}

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LAYERS, type Layer, TOOLS } from './layers.ts'

/** One import that a file makes: of another file of the project, or of a package. */
export interface Import {
  readonly from: string
  /** path within the project, `node:…`, or the name of a package */
  readonly to: string
}

const ALL: readonly Layer[] = [...LAYERS, ...TOOLS]
/** Tools are no part of the product: which packages they use is their own affair. */
const FREE: ReadonlySet<Layer> = new Set(TOOLS)

const within = (path: string, part: string) =>
  path === part || (part.endsWith('/') && path.startsWith(part))

/** The layer of a file: the longest part that it lies in. */
export const layerOf = (path: string, layers: readonly Layer[] = ALL): Layer | undefined =>
  layers
    .filter(({ part }) => within(path, part))
    .reduce<Layer | undefined>(
      (best, one) => (best && best.part.length > one.part.length ? best : one),
      undefined,
    )

/** What is wrong with an import, as a sentence; undefined where it is allowed. */
export function faultOf({ from, to }: Import, layers: readonly Layer[] = ALL): string | undefined {
  const layer = layerOf(from, layers)
  if (layer === undefined) return `${from} is in no layer of scripts/layers.ts`
  if (to.startsWith('node:')) {
    const [module = ''] = to.slice('node:'.length).split('/')
    const allowed = layer.node === undefined || layer.node.includes(module)
    return allowed ? undefined : `${from} may not import ${to}`
  }
  if (/^[./]/.test(to)) return `${from} imports ${to}, which is outside the project`
  if (!to.includes(':')) {
    const own = layerOf(to, layers) === layer
    return own || layer.may.some((part) => within(to, part))
      ? undefined
      : `${from} may not import ${to}`
  }
  const name = to.slice('npm:'.length)
  const allowed = FREE.has(layer) || layer.packages?.includes(name)
  return allowed ? undefined : `${from} may not import the package ${name}`
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?from\s*'([^']+)'|(?:^|\n)import\s*'([^']+)'|\bimport\(\s*'([^']+)'/g

/** The imports that a source makes, of types too, and what it loads on demand. */
export function importsOf(path: string, source: string): Import[] {
  return (
    [...source.matchAll(IMPORT)]
      .map((match) => match[1] ?? match[2] ?? match[3] ?? '')
      // of a source that is made, not imported
      .filter((given) => !given.includes('${'))
      .map((given) => ({ from: path, to: target(path, given) }))
  )
}

function target(path: string, given: string): string {
  if (given.startsWith('node:')) return given
  if (given.startsWith('.')) return normalize(join(dirname(path), given)).replaceAll('\\', '/')
  const parts = given.split('/')
  return `npm:${parts.slice(0, given.startsWith('@') ? 2 : 1).join('/')}`
}

/** Circles among files: each as the files on it. */
export function circlesOf(imports: readonly Import[]): string[][] {
  const next = new Map<string, string[]>()
  for (const { from, to } of imports) next.set(from, [...(next.get(from) ?? []), to])
  const state = new Map<string, 'open' | 'done'>()
  const path: string[] = []
  const circles: string[][] = []
  const visit = (file: string): void => {
    state.set(file, 'open')
    path.push(file)
    for (const to of next.get(file) ?? []) {
      if (state.get(to) === 'open') circles.push([...path.slice(path.indexOf(to)), to])
      else if (!state.has(to)) visit(to)
    }
    path.pop()
    state.set(file, 'done')
  }
  for (const file of next.keys()) if (!state.has(file)) visit(file)
  return circles
}

/** The rooms of the product that import each other, directly or by way of others. */
export function knotsOf(imports: readonly Import[]): string[][] {
  const rooms = imports.flatMap(({ from, to }) => {
    const [a, b] = [layerOf(from, LAYERS)?.part, layerOf(to, LAYERS)?.part]
    return a === undefined || b === undefined || a === b ? [] : [{ from: a, to: b }]
  })
  return circlesOf(rooms)
}

const root = fileURLToPath(new URL('../', import.meta.url))
const FOLDERS = [
  'core',
  'operations',
  'functions',
  'stacks',
  'server',
  'scripts',
  'bench',
  'examples',
  'console',
  'test',
]

/** Every import of the project's own sources. */
export function projectImports(): Import[] {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
      .filter(
        (file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts') && !file.includes('node_modules'),
      ),
  )
  const configs = readdirSync(root).filter((file) => /^vitest\.(\w+\.)?config\.ts$/.test(file))
  return [...files, ...configs].flatMap((file) =>
    importsOf(file, readFileSync(join(root, file), 'utf8')),
  )
}

if (import.meta.main) {
  const imports = projectImports()
  const faults = [
    ...imports.map((one) => faultOf(one)).filter((fault) => fault !== undefined),
    ...circlesOf(imports).map((circle) => `a circle: ${circle.join(' → ')}`),
    ...knotsOf(imports).map((knot) => `rooms that import each other: ${knot.join(' → ')}`),
  ]
  for (const fault of faults) console.error(fault)
  if (faults.length > 0) process.exit(1)
}

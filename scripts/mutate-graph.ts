import { basename, dirname, join } from 'node:path/posix'
import { parseSync } from 'oxc-parser'

/** Which files run a file's code, by its name: by import, export, import() and `new URL(…)`. */
export type Importers = ReadonlyMap<string, ReadonlySet<string>>

const BESIDE = /new URL\(\s*'([^']+\.ts)'/g

/** @param sources of all files, by path */
export function importersOf(sources: ReadonlyMap<string, string>): Importers {
  const importers = new Map<string, Set<string>>()
  for (const [path, source] of sources) {
    const { module } = parseSync(path, source)
    const imported = [
      ...module.staticImports
        .filter(({ entries }) => entries.length === 0 || entries.some(({ isType }) => !isType))
        .map(({ moduleRequest }) => moduleRequest.value),
      ...module.staticExports.flatMap(({ entries }) =>
        entries.map(({ moduleRequest }) => moduleRequest?.value ?? ''),
      ),
      ...module.dynamicImports.map(({ moduleRequest: { start, end } }) =>
        source.slice(start, end).replaceAll(/['"`]/g, ''),
      ),
    ]
    const beside = [...source.matchAll(BESIDE)].map(([, name = '']) => name)
    for (const name of [...imported.filter((one) => one.startsWith('.')), ...beside]) {
      const target = join(dirname(path), name)
      importers.set(target, (importers.get(target) ?? new Set()).add(path))
    }
  }
  return importers
}

/** Test files that may be run. */
export interface Tests {
  /** all of them */
  readonly known: ReadonlySet<string>
  /** those that are quick even where they have little to do with a file */
  readonly quick: ReadonlySet<string>
}

/** How many test files are near at least: those in a folder of the same name, and from elsewhere. */
export interface Nearest {
  readonly room: number
  readonly elsewhere: number
}

/**
 * The test files that should notice a change of a file: the one of its name, all that import it, and
 * where these are few the next quick ones. A folder of the same name comes first, since its tests are
 * about the file's subject; then by how far they are.
 */
export function testsNear(
  file: string,
  importers: Importers,
  { known, quick }: Tests,
  atLeast: Nearest,
): string[] {
  const distances = new Map([[file, 0]])
  for (const [path, distance] of distances) {
    for (const importer of importers.get(path) ?? []) {
      if (!distances.has(importer)) distances.set(importer, distance + 1)
    }
  }
  const name = basename(file, '.ts')
  const tests = [...distances].filter(([path]) => known.has(path))
  const isOwn = ([path, distance]: readonly [string, number]) =>
    distance === 1 || basename(path, '.test.ts') === name
  const isAway = (path: string) => Number(roomOf(path) !== roomOf(file))
  const wanted = (path: string) => (isAway(path) ? atLeast.elsewhere : atLeast.room)
  const own = tests.filter(isOwn)
  const others = tests
    .filter((one) => !isOwn(one) && quick.has(one[0]))
    .sort(([one, near], [other, far]) => isAway(one) - isAway(other) || near - far)
  const next = others.filter(([path], index) => own.length + index < wanted(path))
  return [...own, ...next].map(([path]) => path)
}

/** The name of the folder a file is in. */
const roomOf = (path: string): string => basename(dirname(path))

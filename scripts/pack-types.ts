import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

/** What declarations of the package may come from: what is written for those who use it. */
const PUBLIC = /^(library|testing)\/|^core\/base\/config-error\.ts$/
/** relative modules that a declaration names */
const NAMED = /(from\s+|import\()(['"])(\.{1,2}\/[^'"]+)\.ts\2/g

/**
 * Writes the declarations of entries and of what they name, as tsc makes them, into `types` of a package.
 * @param entries paths of sources from the project's folder
 * @returns each entry's declarations, from `types`
 * @throws Error where one names a source that is not for those who use the package
 */
export function writeTypes(project: string, entries: readonly string[], folder: string): string[] {
  const emitted = `${folder}.all-types`
  rmSync(emitted, { recursive: true, force: true })
  const words = ['-p', 'tsconfig.package.json', '--outDir', emitted]
  execFileSync(join(project, 'node_modules/.bin/tsc'), words, { cwd: project, stdio: 'inherit' })
  const waiting = [...entries]
  const done = new Set<string>()
  for (let source = waiting.pop(); source !== undefined; source = waiting.pop()) {
    if (done.has(source)) continue
    done.add(source)
    if (!PUBLIC.test(source)) throw new Error(`the package's types name ${source}, which is ours`)
    const text = readFileSync(join(emitted, declarationOf(source)), 'utf8')
    for (const [, , , name] of text.matchAll(NAMED)) {
      waiting.push(relative(project, join(project, dirname(source), `${name}.ts`)))
    }
    const file = join(folder, 'types', declarationOf(source))
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text.replaceAll(NAMED, '$1$2$3.js$2'))
  }
  rmSync(emitted, { recursive: true })
  return entries.map(declarationOf)
}

const declarationOf = (source: string): string => source.replace(/\.ts$/, '.d.ts')

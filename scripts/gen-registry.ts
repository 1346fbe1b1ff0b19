import type { AnyOperation } from '../core/operation.ts'

/** The source of functions/registry.ts: every operation, in the order of its name. */
export function registrySource(
  found: readonly { file: string; name: string; operation: AnyOperation }[],
): string {
  const sorted = [...found].sort((a, b) => (a.operation.name < b.operation.name ? -1 : 1))
  const byFile = [...found].sort((a, b) => (a.file < b.file ? -1 : 1))
  return `// Written by npm run gen. Do not edit.
import type { AnyOperation } from '../core/operation.ts'
${byFile.map(({ file, name }) => `import { ${name} } from './${file}'`).join('\n')}

/** Every operation of the service. */
export const operations: readonly AnyOperation[] = [
${sorted.map(({ name }) => `  ${name},`).join('\n')}
]
`
}

/** The source of functions/loaders.ts: how to load each operation of AWS's own faces, by its name. */
export function loadersSource(
  found: readonly { file: string; name: string; operation: AnyOperation }[],
): string {
  const rows = found
    .filter(({ operation }) => operation.docs !== undefined)
    .sort((a, b) => (a.operation.name < b.operation.name ? -1 : 1))
    .map(
      ({ file, name, operation }) =>
        `  ['${operation.name}', async () => (await import('./${file}')).${name}],`,
    )
  return `// Written by npm run gen. Do not edit.
import type { AnyOperation } from '../core/operation.ts'

/** Loads one operation of AWS's own faces, by its name; a bundler makes a file of its own of each. */
export const loaders = new Map<string, () => Promise<AnyOperation>>([
${rows.join('\n')}
])
`
}

import { LAYERS, type Layer } from './layers.ts'

/** The table of layers of docs/architecture.md, lowest first, as they are checked. */
export const layersTable = (): string => `| Part | Holds | May import |
|---|---|---|
${LAYERS.map(row).join('\n')}`

function row({ part, holds, may, packages = [] }: Layer): string {
  const code = (text: string) => `\`${text}\``
  const imports = [...may.map(code), ...packages.map((name) => `${code(name)} (npm)`)]
  return `| ${code(part)} | ${holds} | ${imports.length === 0 ? 'nothing above it' : imports.join(', ')} |`
}

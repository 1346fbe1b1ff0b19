import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//

/**
 * The licence texts of the packages that are bundled, as their licences ask.
 * @param project the folder that `inputs` are relative to
 * @param inputs files of a bundle, as esbuild names them
 */
export function bundledLicences(project: string, inputs: readonly string[]): string {
  const folders = new Set(inputs.flatMap((file) => FOLDER.exec(file)?.[1] ?? []))
  return [...folders]
    .sort()
    .map((folder) => textOf(join(project, folder)))
    .join('\n\n')
}

function textOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)/i.test(file))
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim())
  return [`${name} ${version} (${license})`, ...texts].join('\n\n')
}

import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'
import { bundledLicences } from '../../scripts/pack-licences.ts'

const PROJECT = fileURLToPath(new URL('../../', import.meta.url))

/** Writes the licence texts of the packages that are bundled, as their licences ask. */
export function licences(): Plugin {
  return {
    name: 'licences',
    apply: 'build',
    generateBundle() {
      const files = [...this.getModuleIds()]
        .map((id) => id.replace(/^\0+/, '').replace(/\?.*$/, ''))
        .filter((id) => id.startsWith(PROJECT) && id.includes('/node_modules/'))
        .map((id) => relative(PROJECT, id))
      this.emitFile({
        type: 'asset',
        fileName: 'LICENSES.txt',
        source: bundledLicences(PROJECT, files),
      })
    },
  }
}

import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { bundle, PROJECT } from '../server/lambda-gateway/bundles.ts'
import { routes } from '../stacks/routes.ts'
import { loadedFiles } from './bundle-files.ts'

/**
 * `npm run bundle`: bundles every function as `sst deploy` does, into .bundles/, and says how large
 * each is: in all, and what a cold start of it reads.
 */
const out = join(PROJECT, '.bundles')
const handlers = [
  ...new Set(routes.map(({ handler }) => handler)),
  'functions/sweep.handler',
  'functions/key-events.handler',
]
const kilobytes = (bytes: number) => Math.round(bytes / 1024)

rmSync(out, { recursive: true, force: true })
const rows: Record<string, { 'KB loaded': number; 'KB in all': number }> = {}
for (const handler of handlers) {
  const name = handler.slice('functions/'.length).replace(/\.handler$/, '')
  const folder = join(out, name)
  mkdirSync(folder, { recursive: true })
  const { metafile } = await bundle(handler, folder)
  const loaded = loadedFiles(metafile).reduce((sum, { bytes }) => sum + bytes, 0)
  const all = Object.values(metafile.outputs).reduce((sum, { bytes }) => sum + bytes, 0)
  rows[name] = { 'KB loaded': kilobytes(loaded), 'KB in all': kilobytes(all) }
}
console.table(rows)

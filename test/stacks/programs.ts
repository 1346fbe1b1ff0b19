import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Makes a folder where what sst.config.ts makes of a stage is kept while the tests run: see sst-platform.ts. */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-programs-'))
  process.env['STAGE_PROGRAMS'] = folder
  return () => rmSync(folder, { recursive: true, force: true })
}

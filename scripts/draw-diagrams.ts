import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { launch } from '../test/support/browser.ts'
import { diagramsOf, settlePictures } from './docs-site/diagrams.ts'
import { documentsOf } from './docs-site/documents.ts'

/*
 * `npm run diagrams`: draws the diagrams of the documents, which are in Mermaid's language, as pictures for /docs; on
 * GitHub it draws them itself. It needs Chromium, and fetches Mermaid: it is big, and wanted only where a diagram changed.
 */
const MERMAID = 'mermaid@12.3.0'
const PROJECT = fileURLToPath(new URL('../', import.meta.url))

const folder = mkdtempSync(join(tmpdir(), 'tenkey-diagrams-'))
try {
  writeFileSync(join(folder, 'package.json'), '{}')
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', MERMAID], {
    cwd: folder,
    stdio: 'ignore',
  })
  const library = readFileSync(join(folder, 'node_modules/mermaid/dist/mermaid.min.js'), 'utf8')
  const browser = await launch()
  const page = await browser.newPage()
  await page.setContent('<!doctype html><body></body>')
  await page.addScriptTag({ content: library })
  await page.evaluate(
    // labels as text of the picture, not as HTML in it: viewers of pictures draw none
    "mermaid.initialize({ startOnLoad: false, theme: 'neutral', htmlLabels: false, flowchart: { htmlLabels: false }, fontFamily: 'system-ui, sans-serif', deterministicIds: true })",
  )
  await settlePictures(PROJECT, diagramsOf(documentsOf(PROJECT)), (source, id) =>
    page.evaluate<string>(
      `mermaid.render(${JSON.stringify(id)}, ${JSON.stringify(source)}).then(({ svg }) => svg)`,
    ),
  )
  await browser.close()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

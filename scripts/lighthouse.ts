import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { readConfig } from '../core/config.ts'
import { operatorFile, readCredential } from '../server/installation.ts'
import { serve } from '../server/serve.ts'
import { buildConsole } from './console-build.ts'
import { buildDocs } from './docs-site/build.ts'

/**
 * What Lighthouse says of the console and the documentation: `npm run lighthouse`. It is fetched into .cache once (170 MB), and
 * drives the machine's Chromium; where one of them can't be had, that is said in one line. Ends with 1 where the
 * accessibility of a page is below 100.
 */
const LIGHTHOUSE = 'lighthouse@13.5.0'
const CHROMIUM = process.env['TENKEY_CHROMIUM'] ?? '/usr/bin/chromium'
const FOLDER = fileURLToPath(new URL('../.cache/lighthouse/', import.meta.url))

/** What is used of Lighthouse and of Puppeteer, which it brings. */
interface Report {
  readonly categories: Readonly<Record<string, { readonly score: number | null }>>
  readonly audits: Readonly<
    Record<string, { readonly score: number | null; readonly displayValue?: string }>
  >
}
interface Page {
  goto(url: string): Promise<unknown>
  evaluate(script: string): Promise<unknown>
  locator(selector: string): { fill(text: string): Promise<void>; click(): Promise<void> }
  waitForSelector(selector: string): Promise<unknown>
  waitForFunction(script: string): Promise<unknown>
}
interface Lighthouse {
  readonly default: (
    url: string,
    flags: object,
    config: unknown,
    page: Page,
  ) => Promise<{ readonly lhr: Report }>
  readonly snapshot: (page: Page, options: object) => Promise<{ readonly lhr: Report }>
  readonly desktopConfig: unknown
}
interface Puppeteer {
  readonly default: {
    launch(options: object): Promise<{ newPage(): Promise<Page>; close(): Promise<void> }>
  }
}

function fetched(): string | undefined {
  if (!existsSync(CHROMIUM)) return `no browser at ${CHROMIUM}; TENKEY_CHROMIUM names another`
  mkdirSync(FOLDER, { recursive: true })
  if (existsSync(`${FOLDER}node_modules/lighthouse`)) return undefined
  const words = ['install', '--prefix', FOLDER, '--no-save', '--no-audit', '--no-fund', LIGHTHOUSE]
  try {
    execFileSync('npm', words, { stdio: ['ignore', 'ignore', 'pipe'] })
    return undefined
  } catch {
    return `${LIGHTHOUSE} can't be fetched`
  }
}

const module = (name: string): Promise<unknown> =>
  import(pathToFileURL(`${FOLDER}node_modules/${name}`).href)

async function run(): Promise<number> {
  buildConsole()
  buildDocs(fileURLToPath(new URL('../docs-site', import.meta.url)))
  const lighthouse = (await module('lighthouse/core/index.js')) as Lighthouse
  const puppeteer = (await module('puppeteer-core/lib/puppeteer/puppeteer-core.js')) as Puppeteer
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-lighthouse-'))
  const settings = { TENKEY_STORE: 'memory', TENKEY_DATA: folder, TENKEY_PORT: '0' }
  const running = await serve(readConfig(settings))
  const browser = await puppeteer.default.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox'],
  })
  let worst = 1
  function told(name: string, { categories, audits }: Report): void {
    const score = categories['accessibility']?.score ?? 0
    worst = Math.min(worst, score)
    const { performance } = categories
    const usable = audits['interactive']?.displayValue
    const shown = [
      `accessibility ${Math.round(score * 100)}`,
      ...(performance === undefined
        ? []
        : [`performance ${Math.round((performance.score ?? 0) * 100)}`]),
      ...(usable === undefined ? [] : [`usable after ${usable}`]),
    ]
    console.log(`${name}: ${shown.join(', ')}`)
  }
  try {
    const address = `${running.address}/console/`
    const only = { onlyCategories: ['accessibility', 'performance'] }
    const desk = lighthouse.desktopConfig
    const open = [
      ['sign-in, on a telephone of the slow kind', '/console/', undefined],
      ['sign-in, on a desk', '/console/', desk],
      ['documentation, on a desk', '/docs/', desk],
      ['an operation, on a desk', '/docs/reference/Encrypt', desk],
    ] as const
    for (const [name, path, config] of open) {
      const url = `${running.address}${path}`
      told(name, (await lighthouse.default(url, only, config, await browser.newPage())).lhr)
    }
    const accounts = [
      [
        running.tenant,
        [
          ['overview', 'Overview'],
          ['keys', 'Customer managed keys'],
          ['keys/create', 'Create key'],
          ['playground', 'Playground'],
          ['audit', 'Audit trail'],
          ['users', 'Users'],
        ],
      ],
      [
        readCredential(operatorFile(folder)),
        [
          ['tenants', 'Tenants'],
          ['installation', 'Installation'],
        ],
      ],
    ] as const
    for (const [credential, pages] of accounts) {
      if (credential === undefined) throw new Error('the installation has no credentials')
      const page = await browser.newPage()
      await page.goto(address)
      await page.locator(`::-p-aria([name="Access key ID"])`).fill(credential.accessKeyId)
      await page.locator(`::-p-aria([name="Secret access key"])`).fill(credential.secretAccessKey)
      await page.locator('button[type="submit"]').click()
      await page.waitForSelector('nav')
      for (const [one, title] of pages) {
        await page.evaluate(`history.pushState(null, '', '/console/${one}')`)
        await page.waitForFunction(
          `document.title === '${title} – tenkey' && document.querySelector('h1') !== null`,
        )
        told(
          one,
          (await lighthouse.snapshot(page, { flags: { onlyCategories: ['accessibility'] } })).lhr,
        )
      }
    }
  } finally {
    await browser.close()
    await running.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  return worst < 1 ? 1 : 0
}

const missing = fetched()
if (missing === undefined) process.exitCode = await run()
else console.log(`skipped: ${missing}`)

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { en } from '../console/src/i18n/en/index.ts'
import { readConfig } from '../core/config.ts'
import { readCredential, tenantFile } from '../server/installation.ts'
import { serve } from '../server/serve.ts'
import { hasBrowser, PROGRAM } from '../test/support/browser.ts'
import { buildConsole } from './console-build.ts'
import { buildDocs } from './docs-site/build.ts'

/*
 * `npm run lighthouse`: what Lighthouse says of the console's pages and of the documentation's; accessibility must
 * be 100. It is fetched into a folder of its own, so this needs the network and Chromium, and is no part of `npm test`.
 */
const PACKAGES = ['lighthouse@13.5.0']
/** pages that anybody sees: navigated to, so that they are timed too */
const OPEN = ['/console/', '/docs/', '/docs/rest', '/docs/reference/Encrypt'] as const
/** pages of who is signed in: judged as they stand */
const SIGNED_IN = ['/overview', '/keys', '/keys/create', '/playground', '/audit', '/users'] as const

/** What is used of Lighthouse and of the Puppeteer that it brings. */
interface Result {
  readonly categories: Readonly<Record<string, { readonly score: number | null }>>
  readonly audits: Readonly<
    Record<
      string,
      { readonly score: number | null; readonly title: string; readonly displayValue?: string }
    >
  >
}
interface Flow {
  navigate(url: string, options: { readonly name: string }): Promise<void>
  snapshot(options: { readonly name: string }): Promise<void>
  createFlowResult(): Promise<{
    readonly steps: readonly { readonly name: string; readonly lhr: Result }[]
  }>
}
interface Page {
  type(selector: string, text: string): Promise<void>
  click(selector: string): Promise<void>
  waitForSelector(selector: string): Promise<unknown>
  waitForNetworkIdle(): Promise<void>
  goto(url: string): Promise<unknown>
  evaluate(expression: string): Promise<unknown>
}
interface Puppeteer {
  launch(options: { executablePath: string; args: readonly string[] }): Promise<{
    newPage(): Promise<Page>
    close(): Promise<void>
  }>
}

const CONFIG = { extends: 'lighthouse:default' } as const
const percent = (score: number | null | undefined) =>
  score == null ? '–' : Math.round(score * 100)

async function main(): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-lighthouse-'))
  writeFileSync(join(folder, 'package.json'), '{}')
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...PACKAGES], {
    ...{ cwd: folder, stdio: 'ignore' },
  })
  buildConsole()
  buildDocs(fileURLToPath(new URL('../docs-site', import.meta.url)))
  const data = join(folder, 'data')
  const running = await serve(
    readConfig({ TENKEY_STORE: 'memory', TENKEY_DATA: data, TENKEY_PORT: '0' }),
  )
  const { resolve } = createRequire(join(folder, 'package.json'))
  const load = async <T>(name: string): Promise<T> =>
    (await import(pathToFileURL(resolve(name)).href)) as T
  const { startFlow } = await load<{
    startFlow(page: Page, options: { readonly config: typeof CONFIG }): Promise<Flow>
  }>('lighthouse')
  const { default: puppeteer } = await load<{ default: Puppeteer }>('puppeteer-core')
  const browser = await puppeteer.launch({
    ...{ executablePath: PROGRAM ?? '', args: ['--no-sandbox', '--disable-gpu'] },
  })
  let well = true
  const told = (name: string, { categories, audits }: Result) => {
    const accessibility = percent(categories['accessibility']?.score)
    well &&= accessibility === 100
    const paint = audits['largest-contentful-paint']?.displayValue
    // Lighthouse supposes a phone, and a connection of 1.6 Mbit/s
    const timed = paint === undefined ? '' : `, largest paint at ${paint} by slow 4G`
    console.log(`${name}: accessibility ${accessibility}${timed}`)
    if (accessibility === 100) return
    for (const { score, title } of Object.values(audits)) if (score === 0) console.log(`  ${title}`)
  }
  try {
    const page = await browser.newPage()
    const flow = await startFlow(page, { config: CONFIG })
    for (const path of OPEN) await flow.navigate(`${running.address}${path}`, { name: path })
    const credential = readCredential(tenantFile(data))
    if (credential === undefined) throw new Error('the installation has no first tenant')
    for (const path of SIGNED_IN) {
      await page.goto(`${running.address}/console${path}`)
      await page.waitForSelector('input')
      await signIn(page, credential)
      await flow.snapshot({ name: `/console${path}, signed in` })
    }
    const { steps } = await flow.createFlowResult()
    for (const { name, lhr } of steps) told(name, lhr)
  } finally {
    await browser.close()
    await running.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  return well
}

async function signIn(
  page: Page,
  { accessKeyId, secretAccessKey }: { accessKeyId: string; secretAccessKey: string },
): Promise<void> {
  await page.type(`::-p-aria(${en['access-key.id']})`, accessKeyId)
  await page.type(`::-p-aria(${en['access-key.secret']})`, secretAccessKey)
  await page.click(`::-p-aria([name="${en['sign-in']}"][role="button"])`)
  await page.waitForSelector('nav')
  await page.waitForNetworkIdle()
}

if (hasBrowser) process.exitCode = (await main()) ? 0 : 1
else console.log('npm run lighthouse: skipped, no Chromium (apt-get install chromium)')

import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Locator, Page, Request } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { en } from '../../console/src/i18n/en/index.ts'
import { readConfig } from '../../core/config.ts'
import { buildConsole } from '../../scripts/console-build.ts'
import { operatorFile, readCredential } from '../../server/installation.ts'
import { type Running, serve } from '../../server/serve.ts'
import { launch, PATIENCE } from './browser.ts'
import { type CodeFlowIssuer, startCodeFlowIssuer } from './code-flow-issuer.ts'
import { Harness, type Tenant } from './harness.ts'
import type { Credential } from './target.ts'

/** where the pictures are for people to look at */
const PICTURES = fileURLToPath(new URL('../../.cache/console-pictures/', import.meta.url))
const BUILT = new URL('../../console/dist/', import.meta.url)
/** what Chromium says of an answer of 4xx, which the page tells in words; and Cloudscape of its own parts */
const KNOWN = [
  'Failed to load resource',
  '[AwsUi] [Button] Overriding native attribute [aria-haspopup]',
]

/** What there is once a suite has begun. */
interface Made {
  readonly tenant: Tenant
  readonly operator: Credential
  /** the issuer of the console's settings, whose client is `console` */
  readonly issuer: CodeFlowIssuer
  /** of the server, e.g. http://127.0.0.1:1234 */
  readonly address: string
}

type Environment = Readonly<Record<string, string>>

/** A server with nothing in it, and who calls it. */
async function startServer(folder: string, more: Environment) {
  const running = await serve(
    readConfig({ TENKEY_STORE: 'memory', TENKEY_DATA: folder, TENKEY_PORT: '0', ...more }),
  )
  const operator = readCredential(operatorFile(folder))
  if (operator === undefined) throw new Error('the installation has no operator')
  const harness = new Harness()
  harness.attach({ url: running.address, operator, now: Date.now, stop: running.stop })
  harness.begin()
  return { running, operator, harness }
}

/**
 * A server with the console as it is built, and a Chromium that opens it, while a suite runs.
 * @param settings of the server, beside those of the console
 */
export function consoleWorld(settings: () => Environment | Promise<Environment> = () => ({})) {
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-console-'))
  const harness = new Harness()
  const others: { stop(): Promise<void> }[] = []
  let running: Running
  let browser: Browser
  let made: Made
  let issuers: Environment

  beforeAll(async () => {
    buildConsole()
    mkdirSync(PICTURES, { recursive: true })
    const issuer = await startCodeFlowIssuer({
      clientId: 'console',
      audience: 'tenkey',
      claims: {},
    })
    const file = join(folder, 'console.json')
    const sso = { name: 'Company SSO', issuer: issuer.url, clientId: 'console' }
    writeFileSync(file, JSON.stringify({ issuers: [sso] }))
    issuers = { TENKEY_CONSOLE: `file:${file}`, TENKEY_ISSUER_NETWORKS: '127.0.0.0/8' }
    const started = await startServer(folder, { ...issuers, ...(await settings()) })
    const { operator } = started
    running = started.running
    harness.attach({ url: running.address, operator, now: Date.now, stop: running.stop })
    harness.begin()
    const tenant = await harness.tenant()
    made = { tenant, operator, issuer, address: running.address }
    browser = await launch()
  })
  afterAll(async () => {
    await browser?.close()
    harness.attach(undefined)
    await running?.stop()
    for (const other of others) await other.stop()
    made?.issuer.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  /** What a page did that it must not: refused by its own policy, or thrown. */
  const faults = new WeakMap<Page, string[]>()
  /** What a page asks for at the moment, but for what goes on as long as the page: changes as they come. */
  const underWay = new WeakMap<Page, Set<Request>>()
  /** The scripts and style sheets that a page has asked for. */
  const loaded = new WeakMap<Page, Set<string>>()
  const gzipped = (page: Page) =>
    [...(loaded.get(page) ?? [])]
      .map((file) => statSync(new URL(`${file}.gz`, BUILT)).size)
      .reduce((sum, size) => sum + size, 0)

  async function opened(path: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({
      ...{ viewport: { width: 1440, height: 900 }, locale: 'en-US', colorScheme: 'light' },
      // what moves is not judged while it does
      reducedMotion: 'reduce',
      ...options,
    })
    const page = await context.newPage()
    page.setDefaultTimeout(PATIENCE)
    const seen: string[] = []
    faults.set(page, seen)
    page.on('pageerror', (error) => seen.push(String(error)))
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') {
        const known = KNOWN.some((one) => message.text().startsWith(one))
        if (!known) seen.push(message.text())
      }
    })
    const asking = new Set<Request>()
    underWay.set(page, asking)
    page.on('request', (request) => {
      if (!new URL(request.url()).pathname.endsWith('/v1/changes')) asking.add(request)
    })
    page.on('requestfinished', (request) => asking.delete(request))
    page.on('requestfailed', (request) => asking.delete(request))
    const asked = new Set<string>()
    loaded.set(page, asked)
    page.on('request', (request) => {
      const [, file] = /\/console\/(assets\/[^?]+\.(?:js|css))$/.exec(request.url()) ?? []
      if (file !== undefined) asked.add(file)
    })
    await page.goto(`${options.baseURL ?? running.address}/console${path}`)
    return page
  }

  async function signIn(
    page: Page,
    credential: Credential,
    texts: Record<keyof typeof en, string> = en,
  ) {
    await page.getByRole('tab', { name: texts['sign-in.key'] }).click()
    await page.getByLabel(texts['access-key.id']).fill(credential.accessKeyId)
    await page.getByLabel(texts['access-key.secret']).fill(credential.secretAccessKey)
    await button(page, texts['sign-in']).click()
    await page.getByRole('navigation').first().waitFor()
  }
  async function signedIn(
    path: string,
    credential: Credential,
    options: BrowserContextOptions = {},
    texts: Record<keyof typeof en, string> = en,
  ): Promise<Page> {
    const page = await opened(path, options)
    await signIn(page, credential, texts)
    return page
  }

  /** Another server, of other settings; a page of it is opened with its address as `baseURL`. */
  async function another(more: Environment) {
    const { running, harness } = await startServer(join(folder, `other-${others.length}`), {
      ...issuers,
      ...more,
    })
    others.push(running)
    return { address: running.address, harness }
  }

  const button = (within: Page | Locator, name: string) =>
    within.getByRole('button', { name, exact: true })
  const heading = (page: Page, name: string, level = 1) =>
    page.getByRole('heading', { name, level, exact: true })
  const dialog = (page: Page) => page.getByRole('dialog')

  /** Waits until a page asks for nothing for half a second. */
  async function settled(page: Page): Promise<void> {
    await page.waitForLoadState('load')
    for (let quiet = 0; quiet < 5; ) {
      await page.waitForTimeout(100)
      quiet = underWay.get(page)?.size === 0 ? quiet + 1 : 0
    }
  }

  /**
   * Looks at a page as axe-core does, takes its picture, and wants no fault of it.
   * @param meant the faults that a test makes
   */
  async function judged(page: Page, name: string, meant: readonly unknown[] = []): Promise<void> {
    await settled(page)
    const { width = 1440, height = 900 } = page.viewportSize() ?? {}
    // the whole page by a higher window: pictures of more than the window shake the layout
    const whole = await page.evaluate<number>('document.documentElement.scrollHeight')
    await page.setViewportSize({ width, height: Math.max(height, Math.min(whole, 4000)) })
    await page.screenshot({ path: `${PICTURES}${name}.png` })
    await page.setViewportSize({ width, height })
    // by the debugger: the page's own policy lets no script in
    await page.evaluate(axe.source)
    const found = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
      'axe.run({ resultTypes: ["violations"] })',
    )
    const violations = found.violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`,
    )
    expect(violations, name).toEqual([])
    expect(faults.get(page), name).toEqual(meant)
  }

  return {
    harness,
    made: () => made,
    another,
    opened,
    signIn,
    signedIn,
    button,
    heading,
    dialog,
    judged,
    gzipped,
    faultsOf: (page: Page) => faults.get(page),
  }
}

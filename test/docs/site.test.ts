// @module-tag long
// @module-tag process
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildDocs } from '../../scripts/docs-site/build.ts'
import { docsPages } from '../../server/docs.ts'
import { hasBrowser, launch, PATIENCE, skipped } from '../support/browser.ts'

describe.skipIf(!hasBrowser)(`The documentation in Chromium${skipped}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-docs-'))
  let server: Server
  let browser: Browser
  let address = ''

  beforeAll(async () => {
    buildDocs(join(folder, 'site'), 'alone')
    const pages = docsPages(pathToFileURL(`${folder}/site/`))
    server = createServer(async ({ method = '', url = '', headers }, response) => {
      const { pathname: path, searchParams } = new URL(url, 'http://localhost')
      const accepted = { 'accept-encoding': String(headers['accept-encoding']) }
      const head = { method, path, query: String(searchParams), headers: accepted }
      const answer = await pages({ ...head, sourceIp: '127.0.0.1', secure: false })
      response.writeHead(answer?.status ?? 404, answer?.headers).end(answer?.body)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    browser = await launch()
  })
  afterAll(async () => {
    await browser?.close()
    server?.closeAllConnections()
    server?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** A page, and what it does that it must not: what its policy refused, what it threw, whom else it asked. */
  async function opened(path: string, colorScheme: 'light' | 'dark' = 'light', width = 1440) {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme })
    const page = await context.newPage()
    page.setDefaultTimeout(PATIENCE)
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(String(error)))
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text())
    })
    page.on('request', (request) => {
      if (!/^(blob:|data:)/.test(request.url()) && !request.url().startsWith(address)) {
        faults.push(request.url())
      }
    })
    await page.goto(`${address}${path}`)
    return { page, faults }
  }

  async function violationsOf(page: Page): Promise<string[]> {
    await page.evaluate(axe.source)
    const found = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
      'axe.run({ resultTypes: ["violations"] })',
    )
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`)
  }

  test.each([
    ['/docs/', 'light', 1440],
    ['/docs/', 'dark', 390],
    ['/docs/rest', 'light', 1440],
    ['/docs/threat-model', 'dark', 1440],
    ['/docs/reference/Encrypt', 'dark', 1440],
    ['/docs/reference/operations', 'light', 390],
  ] as const)('%s, %s, %i wide: axe-core finds nothing', async (path, scheme, width) => {
    const { page, faults } = await opened(path, scheme, width)
    expect(await violationsOf(page)).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
    expect(faults).toEqual([])
    await page.context().close()
  })

  test('a word is found by keys alone', async () => {
    const { page, faults } = await opened('/docs/')
    await page.getByRole('combobox', { name: 'Search' }).fill('qqqq')
    await page.getByRole('option', { name: 'Nothing found' }).waitFor()
    await page.getByRole('combobox', { name: 'Search' }).fill('generate data key')
    await page.getByRole('option', { name: 'GenerateDataKey', exact: true }).waitFor()
    expect(await violationsOf(page)).toEqual([])
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'GenerateDataKey', level: 1 }).waitFor()
    expect(page.url()).toContain('/docs/reference/GenerateDataKey')
    expect(faults).toEqual([])
    await page.context().close()
  })

  test('the reference is drawn under a strict policy, with a call of each client', async () => {
    const { page, faults } = await opened('/docs/reference/#operation/Encrypt')
    await page.locator('body[data-reference=drawn]').waitFor()
    const encrypt = page.locator('[id="operation/Encrypt"]')
    await encrypt.getByRole('heading', { name: 'Encrypt' }).waitFor()
    for (const [client, call] of [
      ['curl', 'curl -X POST'],
      ['AWS CLI', 'aws kms encrypt'],
      ['JavaScript', 'EncryptCommand'],
      ['Python', "boto3.client('kms').encrypt"],
    ] as const) {
      await encrypt.getByRole('tab', { name: client, exact: true }).click()
      await encrypt.getByText(call).first().waitFor()
    }
    await page
      .getByRole('textbox', { name: /search/i })
      .or(page.getByPlaceholder(/search/i))
      .first()
      .fill('rotate')
    await page.getByText('RotateKeyOnDemand').first().waitFor()
    expect(faults).toEqual([])
    await page.context().close()
  })
})

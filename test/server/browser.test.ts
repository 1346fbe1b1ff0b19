// @module-tag process
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readConfig } from '../../core/config.ts'
import { operatorFile, readCredential } from '../../server/installation.ts'
import { type Running, serve } from '../../server/serve.ts'
import { allow, document, trust } from '../sessions/world.ts'
import { hasBrowser, launch, PATIENCE, skipped } from '../support/browser.ts'
import { type CodeFlowIssuer, startCodeFlowIssuer } from '../support/code-flow-issuer.ts'
import { Harness, type Tenant } from '../support/harness.ts'

/** A server of the example's files, at an origin of its own. */
interface PageServer {
  readonly origin: string
  /** what the page's settings are */
  settings: object
  stop(): void
}

const TYPES = new Map([
  ['index.html', 'text/html'],
  ['page.js', 'text/javascript'],
])

async function startPages(): Promise<PageServer> {
  const server: Server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://h').pathname.slice(1) || 'index.html'
    const type = TYPES.get(name)
    if (name === 'settings.json') {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(pages.settings))
    } else if (type === undefined) response.writeHead(404).end()
    else {
      response.writeHead(200, { 'content-type': type })
      response.end(readFileSync(new URL(`../../examples/browser/${name}`, import.meta.url)))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const pages: PageServer = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    settings: {},
    stop() {
      server.closeAllConnections()
      server.close()
    },
  }
  return pages
}

describe.skipIf(!hasBrowser)(`A page in Chromium${skipped}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-browser-'))
  const harness = new Harness()
  let listed: PageServer
  let other: PageServer
  let issuer: CodeFlowIssuer
  let running: Running
  let browser: Browser
  let tenant: Tenant

  beforeAll(async () => {
    ;[listed, other] = await Promise.all([startPages(), startPages()])
    running = await serve(
      readConfig({
        TENKEY_STORE: 'memory',
        TENKEY_DATA: folder,
        TENKEY_PORT: '0',
        TENKEY_ISSUER_NETWORKS: '127.0.0.0/8',
        TENKEY_CORS_ORIGINS: listed.origin,
      }),
    )
    const operator = readCredential(operatorFile(folder))
    if (operator === undefined) throw new Error('the installation has no operator')
    harness.attach({ url: running.address, operator, now: Date.now, stop: running.stop })
    harness.begin()
    tenant = await harness.tenant()
    const claims = { tenant: tenant.accountId, roles: ['writer'] }
    issuer = await startCodeFlowIssuer({ clientId: 'spa', audience: 'tenkey', claims })
    await harness.rest(harness.operator, 'POST /admin/v1/installation-issuers', {
      body: JSON.stringify({
        Issuer: issuer.url,
        Audiences: ['tenkey'],
        AuthorizedParties: ['spa'],
        TenantClaim: 'tenant',
        Rules: [{ RoleName: 'page', Claims: [{ Claim: 'roles', Equals: ['writer'] }] }],
      }),
    })
    const provider = `arn:aws:iam::000000000000:oidc-provider/${issuer.url.slice('http://'.length)}`
    await harness.role(tenant, 'page', {
      TrustPolicy: document(trust({ Federated: provider }, ['sts:AssumeRoleWithWebIdentity'])),
      Policy: document(allow('kms:Encrypt')),
    })
    const { id } = await harness.key(tenant)
    await harness.ok(tenant, 'CreateAlias', { AliasName: 'alias/app/page', TargetKeyId: id })
    const settings = {
      tenkey: running.address,
      issuer: issuer.url,
      clientId: 'spa',
      scope: 'openid',
    }
    listed.settings = settings
    other.settings = settings
    browser = await launch()
  })
  afterAll(async () => {
    await browser?.close()
    harness.attach(undefined)
    await running.stop()
    for (const server of [listed, other, issuer]) server.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  /** A page of an origin, signed in, for an account. */
  async function signedIn(origin: string, account: string): Promise<Page> {
    const page = await (await browser.newContext()).newPage()
    page.setDefaultTimeout(PATIENCE)
    await page.goto(`${origin}/?${new URLSearchParams({ account, key: 'alias/app/page' })}`)
    await page.click('#sign-in')
    await page.waitForFunction("document.getElementById('who').textContent.startsWith('Signed in')")
    return page
  }
  /** What it shows once it was told to encrypt a text. */
  async function encrypting(page: Page, text: string) {
    await page.fill('#text', text)
    await page.click('#encrypt')
    await page.waitForFunction(
      "document.getElementById('ciphertext').textContent || document.getElementById('problem').textContent",
    )
    return {
      ciphertext: (await page.textContent('#ciphertext')) ?? '',
      problem: (await page.textContent('#problem')) ?? '',
    }
  }
  const encrypted = async () =>
    (await harness.trail(tenant, { EventName: 'Encrypt' })).map((record) => record['userIdentity'])

  test('signs in at an issuer and encrypts by REST from another origin', async () => {
    const page = await signedIn(listed.origin, tenant.accountId)
    const { ciphertext, problem } = await encrypting(page, 'grüße, 🔑')
    expect(problem).toBe('')
    const opened = await harness.ok(tenant, 'Decrypt', {
      CiphertextBlob: ciphertext,
      EncryptionContext: { page: 'example' },
    })
    expect(Buffer.from(String(opened['Plaintext']), 'base64').toString()).toBe('grüße, 🔑')
    expect(await encrypted()).toMatchObject([
      { arn: `arn:aws:sts::${tenant.accountId}:assumed-role/page/person-1` },
    ])
    // the code is nowhere it could be used or read again, the token in memory alone
    expect(page.url()).toBe(`${listed.origin}/`)
    expect(await page.evaluate('sessionStorage.length + localStorage.length')).toBe(0)
  })

  test('reads why it is refused, and with which id, for an account that its token does not name', async () => {
    const page = await signedIn(listed.origin, '210987654321')
    const { ciphertext, problem } = await encrypting(page, 'text')
    expect(ciphertext).toBe('')
    expect(problem).toMatch(
      /^Error: 401 UnrecognizedClientException Bearer realm="tenkey", error="invalid_token" [\w-]{36}$/,
    )
  })

  test('of an origin that is not listed gets nothing, and its call is never sent', async () => {
    const before = await encrypted()
    const page = await signedIn(other.origin, tenant.accountId)
    const answers: Record<string, string>[] = []
    page.on('response', (response) => {
      if (response.url().startsWith(running.address)) answers.push(response.headers())
    })
    const { ciphertext, problem } = await encrypting(page, 'text')
    expect(ciphertext).toBe('')
    expect(problem).toBe('TypeError: Failed to fetch')
    for (const headers of answers) {
      const names = Object.keys(headers)
      expect(names.filter((name) => name.startsWith('access-control-'))).toEqual([])
    }
    expect(await encrypted()).toEqual(before)
    // what needs no leave to be sent may not be read either
    const read = `fetch('${running.address}/health').then(() => 'read', (error) => String(error))`
    expect(await page.evaluate(read)).toBe('TypeError: Failed to fetch')
    const own = await signedIn(listed.origin, tenant.accountId)
    expect(await own.evaluate(read)).toBe('read')
  })
})

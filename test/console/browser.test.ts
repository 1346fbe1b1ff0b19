// @module-tag process
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { en } from '../../console/src/i18n/en/index.ts'
import { ja } from '../../console/src/i18n/ja/index.ts'
import { readConfig } from '../../core/config.ts'
import { operatorFile, readCredential } from '../../server/installation.ts'
import { type Running, serve } from '../../server/serve.ts'
import { allow, document, trust } from '../sessions/world.ts'
import { hasBrowser, launch, PATIENCE, skipped } from '../support/browser.ts'
import { type CodeFlowIssuer, startCodeFlowIssuer } from '../support/code-flow-issuer.ts'
import { buildConsole } from '../support/console.ts'
import { Harness, type Tenant } from '../support/harness.ts'
import { deviceWith } from '../support/mfa.ts'
import { slice } from '../support/slice.ts'
import type { Credential } from '../support/target.ts'

/** where the pictures are for people to look at */
const PICTURES = fileURLToPath(new URL('../../.cache/console-pictures/', import.meta.url))

const BUILT = new URL('../../console/dist/', import.meta.url)
/** bytes of JavaScript and CSS, gzipped, until the first page with keys is shown */
const MOST = 500_000
/** what Chromium says of an answer of 4xx, which the page tells in words; and Cloudscape of its own parts */
const KNOWN = [
  'Failed to load resource',
  '[AwsUi] [Button] Overriding native attribute [aria-haspopup]',
]

describe.skipIf(!hasBrowser)(`The console in Chromium${skipped}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-console-'))
  const harness = new Harness()
  let running: Running
  let browser: Browser
  let tenant: Tenant
  let operator: Credential
  let issuer: CodeFlowIssuer

  beforeAll(async () => {
    buildConsole()
    mkdirSync(PICTURES, { recursive: true })
    issuer = await startCodeFlowIssuer({ clientId: 'console', audience: 'tenkey', claims: {} })
    const settings = join(folder, 'console.json')
    const sso = { name: 'Company SSO', issuer: issuer.url, clientId: 'console' }
    writeFileSync(settings, JSON.stringify({ issuers: [sso] }))
    running = await serve(
      readConfig({
        TENKEY_STORE: 'memory',
        TENKEY_DATA: folder,
        TENKEY_PORT: '0',
        TENKEY_CONSOLE: `file:${settings}`,
        TENKEY_ISSUER_NETWORKS: '127.0.0.0/8',
      }),
    )
    const found = readCredential(operatorFile(folder))
    if (found === undefined) throw new Error('the installation has no operator')
    operator = found
    harness.attach({ url: running.address, operator, now: Date.now, stop: running.stop })
    harness.begin()
    tenant = await harness.tenant()
    browser = await launch()
  })
  afterAll(async () => {
    await browser?.close()
    harness.attach(undefined)
    await running?.stop()
    issuer?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  /** What a page did that it must not: refused by its own policy, or thrown. */
  const faults = new WeakMap<Page, string[]>()
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
    const asked = new Set<string>()
    loaded.set(page, asked)
    page.on('request', (request) => {
      const [, file] = /\/console\/(assets\/[^?]+\.(?:js|css))$/.exec(request.url()) ?? []
      if (file !== undefined) asked.add(file)
    })
    await page.goto(`${running.address}/console${path}`)
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

  const button = (within: Page | Locator, name: string) =>
    within.getByRole('button', { name, exact: true })
  const heading = (page: Page, name: string, level = 1) =>
    page.getByRole('heading', { name, level, exact: true })
  const dialog = (page: Page) => page.getByRole('dialog')

  /** Looks at a page as axe-core does, takes its picture, and wants no fault of it. */
  async function judged(page: Page, name: string): Promise<void> {
    await page.waitForLoadState('networkidle')
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
    expect(faults.get(page), name).toEqual([])
  }

  test('a person signs in, makes a key, encrypts, rotates, breaks the policy and reads why, deletes and thinks again', async () => {
    const page = await opened('/keys')
    await judged(page, 'sign-in')
    // a wrong secret is told in AWS's words, with the id of the request
    await page.getByRole('tab', { name: en['sign-in.key'] }).click()
    await judged(page, 'sign-in-key')
    await page.getByLabel(en['access-key.id']).fill(tenant.accessKeyId)
    await page.getByLabel(en['access-key.secret']).fill('not the secret')
    await button(page, en['sign-in']).click()
    const refused = page.getByText('InvalidSignatureException')
    await refused.waitFor()
    expect(await page.getByText(en['problem.request']).isVisible()).toBe(true)
    await signIn(page, tenant)
    await heading(page, en['keys.title']).waitFor()
    await page.getByText(en['keys.none'], { exact: true }).waitFor()
    await judged(page, 'keys-none')
    expect(gzipped(page)).toBeGreaterThan(100_000)
    expect(gzipped(page)).toBeLessThan(MOST)

    await button(page, en['keys.create'])
      .or(page.getByRole('link', { name: en['keys.create'] }))
      .first()
      .click()
    await heading(page, en['create.configure']).waitFor()
    await judged(page, 'create-configure')
    await button(page, 'Next').click()
    await page.getByLabel(en.alias).fill('app/orders')
    await page.getByLabel(en.description, { exact: true }).fill('Card numbers')
    await button(page, 'Next').click()
    await page.getByLabel(en['policy.text']).waitFor()
    await judged(page, 'create-permissions')
    await button(page, 'Next').click()
    await page.getByText('aws kms create-alias').waitFor()
    await judged(page, 'create-review')
    await button(page, en['create.submit']).click()
    await page.waitForURL(/\/console\/keys\/[\da-f-]{36}$/)
    const keyId = page.url().slice(-36)
    await heading(page, keyId).waitFor()
    await page.getByText(en.access, { exact: true }).waitFor()
    await judged(page, 'key')
    const described = await harness.ok(tenant, 'DescribeKey', { KeyId: 'alias/app/orders' })
    expect(described['KeyMetadata']).toMatchObject({ KeyId: keyId, Description: 'Card numbers' })

    await page.getByRole('link', { name: en['playground.title'] }).click()
    await page.getByRole('combobox', { name: en.key }).fill('alias/app/orders')
    await page.keyboard.press('Escape')
    await page.getByLabel(en.plaintext).fill('grüße, 🔑')
    await page.getByRole('tabpanel').getByRole('button', { name: en['playground.encrypt'] }).click()
    const ciphertext = (await page.getByRole('status').locator('output').textContent()) ?? ''
    const decrypted = await harness.ok(tenant, 'Decrypt', { CiphertextBlob: ciphertext })
    expect(Buffer.from(String(decrypted['Plaintext']), 'base64').toString()).toBe('grüße, 🔑')
    await judged(page, 'playground-encrypt')
    await page.getByRole('tab', { name: en['playground.decrypt'] }).click()
    await page.getByLabel(en.ciphertext).fill(ciphertext)
    await page.getByRole('tabpanel').getByRole('button', { name: en['playground.decrypt'] }).click()
    await page.getByRole('status').getByText('grüße, 🔑').waitFor()

    await page.getByRole('link', { name: en['keys.title'] }).first().click()
    await page.getByRole('link', { name: 'app/orders' }).click()
    await page.getByRole('tab', { name: en.rotation }).click()
    await button(page, en['rotation.now']).click()
    await button(dialog(page), en['rotation.now']).click()
    await page.getByText(en['rotation.done']).waitFor()
    await page.getByText('ON_DEMAND').waitFor()
    await judged(page, 'key-rotation')

    await page.getByRole('tab', { name: en.policy }).click()
    await button(page, en.edit).click()
    const editor = page.getByLabel(en['policy.text'])
    await editor.fill('{\n  "Version": \n}')
    await page.getByText(/No JSON at line 3, column 1/).waitFor()
    expect(await button(page, en['policy.compare']).isDisabled()).toBe(true)
    const broken = {
      Sid: 'broken',
      Effect: 'Permit',
      Principal: '*',
      Action: 'kms:*',
      Resource: '*',
    }
    await editor.fill(JSON.stringify({ Version: '2012-10-17', Statement: [broken] }, null, 2))
    await button(page, en['policy.compare']).click()
    await dialog(page).locator('ins', { hasText: 'Permit' }).waitFor()
    await judged(page, 'key-policy-diff')
    await button(dialog(page), en.save).click()
    await page.getByText('MalformedPolicyDocumentException').waitFor()
    await judged(page, 'key-policy-refused')
    await button(page, en.cancel).click()

    await page
      .getByRole('combobox', { name: en['access.who'] })
      .fill(`arn:aws:iam::${tenant.accountId}:root`)
    await page.keyboard.press('Escape')
    await button(page, en['explain.ask']).click()
    await page.getByText('Allowed: Allow by statement').last().waitFor()
    await judged(page, 'key-explain')

    await button(page, en['key.actions']).click()
    await page.getByRole('menuitem', { name: en['deletion.schedule'] }).click()
    const deletion = dialog(page)
    expect(await button(deletion, en['deletion.schedule']).isDisabled()).toBe(true)
    await deletion.getByText('(Decrypt)').waitFor()
    await deletion.getByLabel(en['deletion.days']).fill('7')
    await deletion.getByLabel('Delete this key in 7 days').check()
    await judged(page, 'key-deletion')
    await button(deletion, en['deletion.schedule']).click()
    await page.getByText(en['deletion.at']).waitFor()
    await judged(page, 'key-pending-deletion')
    await button(page, en['deletion.cancel']).click()
    await button(dialog(page), en['deletion.cancel']).click()
    await page.getByText(en['state.disabled'], { exact: true }).first().waitFor()
    await button(page, en['key.actions']).click()
    await page.getByRole('menuitem', { name: en['key.enable'] }).click()
    await button(dialog(page), en['key.enable']).click()
    await page.getByText(en['state.enabled'], { exact: true }).first().waitFor()

    await page.getByRole('tab', { name: en.audit }).click()
    await page.getByRole('gridcell', { name: 'MalformedPolicyDocumentException' }).first().waitFor()
    await judged(page, 'key-audit')

    // nothing of the session is kept, and signing out forgets it
    expect(
      await page.evaluate('JSON.stringify({ ...localStorage, ...sessionStorage })'),
    ).not.toContain(tenant.accessKeyId)
    await button(page, `${tenant.accountId} · us-east-1`).click()
    await page.getByRole('menuitem', { name: en['sign-out'] }).click()
    await heading(page, en['sign-in.title']).waitFor()
    expect(await page.getByText(keyId).count()).toBe(0)
    await page.context().close()
  })

  test('a user with a second factor is asked for its code, and may what asks for one', async () => {
    const Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }
    const Statement = [
      { Effect: 'Allow', Action: 'iam:ListMFADevices', Resource: '*' },
      { Effect: 'Allow', Action: 'kms:ListKeys', Resource: '*', Condition },
    ]
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
    const { credential: user } = await harness.user(tenant, 'alice', { Policy })
    if (user === undefined) throw new Error('the user has no access key')
    const made = await harness.rest(tenant, 'POST /iam/v1/virtual-mfa-devices', {
      body: JSON.stringify({ VirtualMFADeviceName: 'alice' }),
    })
    const { VirtualMFADevice } = JSON.parse(made.text)
    const { SerialNumber, Base32StringSeed } = VirtualMFADevice
    const seed = Buffer.from(Base32StringSeed, 'base64').toString()
    const device = deviceWith(SerialNumber, seed, Date.now)
    await harness.rest(
      tenant,
      `POST /iam/v1/mfa-devices/${encodeURIComponent(SerialNumber)}/enable`,
      { body: JSON.stringify({ UserName: 'alice', ...device.pair(-2) }) },
    )
    const page = await opened('/keys')
    const begin = async () => {
      await page.getByRole('tab', { name: en['sign-in.key'] }).click()
      await page.getByLabel(en['access-key.id']).fill(user.accessKeyId)
      await page.getByLabel(en['access-key.secret']).fill(user.secretAccessKey)
      await button(page, en['sign-in']).click()
      await page.getByLabel(en['mfa.code']).waitFor()
    }
    await begin()
    await judged(page, 'sign-in-mfa')
    await button(page, en['mfa.without']).click()
    await page.getByText('AccessDeniedException').waitFor()
    await button(page, `${tenant.accountId} · us-east-1`).click()
    await page.getByRole('menuitem', { name: en['sign-out'] }).click()
    await begin()
    await page.getByLabel(en['mfa.code']).fill('000000' === device.code() ? '111111' : '000000')
    await button(page, en['sign-in']).click()
    await page.getByText(en['sign-in.failed']).waitFor()
    await page.getByLabel(en['mfa.code']).fill(device.code())
    await button(page, en['sign-in']).click()
    await heading(page, en['keys.title']).waitFor()
    await page.getByText(en['keys.loading']).waitFor({ state: 'detached' })
    expect(await page.getByText('AccessDeniedException').count()).toBe(0)
    await page.context().close()
  })

  test('an administrator makes a user with a second factor, who may then use one key', async () => {
    const { id, arn } = await harness.key(tenant)
    const page = await signedIn('/users', tenant)
    await page
      .getByText(en['users.none'], { exact: true })
      .or(page.getByText('alice'))
      .first()
      .waitFor()
    await button(page, en['user.create']).click()
    await dialog(page).getByLabel(en['user.name']).fill('bob')
    await button(dialog(page), en['user.create']).click()
    await heading(page, 'bob').waitFor()
    await button(page, en['access-key.create']).click()
    await button(dialog(page), en['access-key.create']).click()
    await dialog(page).getByText(en['secret.once']).waitFor()
    const [accessKeyId = '', secretAccessKey = ''] = await dialog(page)
      .locator('output')
      .allTextContents()
    await judged(page, 'user-access-key')
    await button(dialog(page), en.close).click()
    await page.getByRole('tab', { name: en['user.mfa'] }).click()
    await button(page, en['mfa.assign']).click()
    await button(dialog(page), en['mfa.next']).click()
    const seed = (await dialog(page).locator('output').textContent()) ?? ''
    const device = deviceWith('', seed, Date.now)
    const { AuthenticationCode1, AuthenticationCode2 } = device.pair(-2)
    await dialog(page).getByLabel(en['mfa.first']).fill(AuthenticationCode1)
    await dialog(page).getByLabel(en['mfa.second']).fill(AuthenticationCode2)
    await judged(page, 'user-mfa')
    await button(dialog(page), en['mfa.assign']).click()
    await page.getByText('The device is assigned to bob.').waitFor()
    await page.getByRole('tab', { name: en['user.policies'] }).click()
    await button(page, en['policy.create']).click()
    await dialog(page).getByLabel(en['policy.name']).fill('one-key')
    const Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }
    const Statement = [
      { Effect: 'Allow', Action: 'iam:ListMFADevices', Resource: '*' },
      { Effect: 'Allow', Action: 'kms:Encrypt', Resource: arn, Condition },
    ]
    await dialog(page)
      .getByLabel(en['policy.text'])
      .fill(JSON.stringify({ Version: '2012-10-17', Statement }))
    await button(dialog(page), en.save).click()
    await page.getByRole('gridcell', { name: 'one-key' }).first().waitFor()
    await judged(page, 'user-policies')
    await page.context().close()

    const bob = await opened('/playground')
    await bob.getByRole('tab', { name: en['sign-in.key'] }).click()
    await bob.getByLabel(en['access-key.id']).fill(accessKeyId)
    await bob.getByLabel(en['access-key.secret']).fill(secretAccessKey)
    await button(bob, en['sign-in']).click()
    await bob.getByLabel(en['mfa.code']).fill(device.code())
    await button(bob, en['sign-in']).click()
    const encrypted = async (keyId: string) => {
      await bob.getByRole('combobox', { name: en.key }).fill(keyId)
      await bob.keyboard.press('Escape')
      await bob.getByLabel(en.plaintext).fill('text')
      await bob
        .getByRole('tabpanel')
        .getByRole('button', { name: en['playground.encrypt'] })
        .click()
    }
    await encrypted(id)
    await bob.getByRole('status').locator('output').waitFor()
    await encrypted((await harness.key(tenant)).id)
    await bob.getByText('AccessDeniedException').waitFor()
    await bob.context().close()
  })

  test('a person of an issuer signs in there by the administrator’s link, and comes to the page that was asked for', async () => {
    const provider = `arn:aws:iam::${tenant.accountId}:oidc-provider/${issuer.url.slice('http://'.length)}`
    await harness.role(tenant, 'people', {
      TrustPolicy: document(trust({ Federated: provider }, ['sts:AssumeRoleWithWebIdentity'])),
      Policy: document(allow('kms:ListKeys')),
    })
    await harness.rest(operator, `POST /admin/v1/tenants/${tenant.accountId}/oidc-issuers`, {
      body: JSON.stringify({
        Issuer: issuer.url,
        Audiences: ['tenkey'],
        RoleArn: `arn:aws:iam::${tenant.accountId}:role/people`,
      }),
    })
    const page = await opened(`/keys?account=${tenant.accountId}`)
    await button(page, 'Sign in with Company SSO').click()
    await heading(page, en['keys.title']).waitFor()
    await page.waitForURL(`${running.address}/console/keys`)
    await button(page, `${tenant.accountId} · us-east-1`).click()
    await page.getByText('assumed-role/people/person-1').filter({ visible: true }).waitFor()
    // neither code nor token is anywhere that it could be read again
    expect(await page.evaluate('sessionStorage.length')).toBe(0)
    expect(faults.get(page)).toEqual([])
    await page.context().close()
  })

  test('a person signs, verifies, and finds the call in the trail by what it was refused for', async () => {
    const input = { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' }
    const { id } = await harness.key(tenant, input)
    const mac = await harness.key(tenant, { KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' })
    const page = await signedIn('/playground/sign', tenant)
    const named = async (keyId: string) => {
      await page.getByRole('combobox', { name: en.key }).fill(keyId)
      await page.keyboard.press('Escape')
    }
    const made = async (label: string) => {
      const field = page.getByRole('textbox', { name: label })
      await expect.poll(() => field.inputValue(), { timeout: PATIENCE }).not.toBe('')
    }
    await named(id)
    await page.getByText('ECDSA_SHA_256').first().waitFor()
    await page.getByLabel(en.message).fill('a message')
    await button(page, en['signature.make']).click()
    await made(en.signature)
    await button(page, en.verify).click()
    await page.getByText(en['signature.valid']).waitFor()
    await judged(page, 'playground-sign')
    await page.getByLabel(en.message).fill('another message')
    await button(page, en.verify).click()
    await page.getByText('KMSInvalidSignatureException').waitFor()
    await page.getByRole('tab', { name: en['playground.mac'] }).click()
    await named(mac.id)
    await page.getByText('HMAC_SHA_256').first().waitFor()
    await page.getByLabel(en.message).fill('a message')
    await button(page, en['mac.make']).click()
    await made(en.mac)
    await button(page, en.verify).click()
    await page.getByText(en['mac.valid']).waitFor()

    await page.getByRole('link', { name: en.audit }).click()
    await page.getByLabel(en['audit.error-code']).fill('KMSInvalidSignatureException')
    await page.keyboard.press('Enter')
    await page.getByRole('gridcell', { name: 'Verify' }).first().waitFor()
    await page.getByRole('gridcell', { name: 'GenerateMac' }).waitFor({ state: 'detached' })
    await judged(page, 'audit')
    const downloading = page.waitForEvent('download')
    await button(page, en['audit.download']).click()
    const [line = ''] = readFileSync(await (await downloading).path(), 'utf8').split('\n')
    expect(JSON.parse(line)).toMatchObject({
      ...{ eventName: 'Verify', errorCode: 'KMSInvalidSignatureException' },
    })
    await page.context().close()
  })

  test('an operator makes a tenant, suspends it and lets it go on', async () => {
    const page = await signedIn('/', operator)
    await page.waitForURL(/\/console\/tenants$/)
    await button(page, en['tenant.create']).click()
    await dialog(page).getByLabel(en['tenant.name']).fill('Acme')
    await button(dialog(page), en['tenant.create']).click()
    await page.getByText(en['secret.once']).waitFor()
    const [account = '', accessKeyId = '', secretAccessKey = ''] = await dialog(page)
      .locator('output')
      .allTextContents()
    await judged(page, 'tenant-created')
    await button(dialog(page), en.close).click()
    const made = { accountId: account, accessKeyId, secretAccessKey }
    await harness.ok(made, 'ListKeys', {})

    const act = async (item: string) => {
      await button(page, 'Actions for Acme').click()
      await page.getByRole('menuitem', { name: item }).click()
      await button(dialog(page), item).click()
    }
    await act(en['tenant.suspend'])
    await page.getByText(en['tenant.suspended'], { exact: true }).waitFor()
    expect((await harness.call('aws', made, 'ListKeys')).code).toBeDefined()
    await judged(page, 'tenants')
    await act(en['tenant.resume'])
    await page.getByText(en['tenant.suspended'], { exact: true }).waitFor({ state: 'detached' })
    await harness.ok(made, 'ListKeys', {})
    await page.context().close()
  })

  test('is in Japanese for who reads it, and changes while it is shown', async () => {
    const page = await signedIn('/keys', tenant, { locale: 'ja-JP' }, ja)
    await heading(page, ja['keys.title']).waitFor()
    expect(await page.evaluate('document.documentElement.lang')).toBe('ja')
    await judged(page, 'keys-ja')
    await button(page, `${ja.language}: 日本語`).click()
    await page.getByRole('menuitem', { name: 'English' }).click()
    await heading(page, en['keys.title']).waitFor()
    await page.context().close()
  })

  const SCREENS = [
    { width: 390, height: 844, colorScheme: 'dark' },
    { width: 390, height: 844, colorScheme: 'light' },
    { width: 1440, height: 900, colorScheme: 'dark' },
  ] as const
  test.each(slice(SCREENS, (_, index) => index === 0))(
    'shows each page at $width pixels, $colorScheme',
    async ({ width, height, colorScheme }) => {
      const { id } = await harness.key(tenant)
      await harness.ok(tenant, 'ScheduleKeyDeletion', { KeyId: id, PendingWindowInDays: 7 })
      const options = { viewport: { width, height }, colorScheme }
      const page = await signedIn('/', tenant, options)
      await heading(page, en['overview.title']).waitFor()
      await page.getByText('days left').first().waitFor()
      await judged(page, `overview-${width}-${colorScheme}`)
      const pages = [
        ['keys', '/keys', en['keys.title']],
        ['create', '/keys/create', en['create.configure']],
        ['key', `/keys/${id}`, id],
        ['playground', '/playground', en['playground.title']],
      ] as const
      for (const [name, path, title] of pages) {
        // as a link does: loading it anew would sign out
        await page.evaluate(`history.pushState(null, '', '/console${path}')`)
        await heading(page, title).waitFor()
        await judged(page, `${name}-${width}-${colorScheme}`)
      }
      await page.context().close()
    },
  )

  test('shows the page that was asked for once somebody has signed in', async () => {
    const page = await signedIn('/keys/create', tenant)
    await heading(page, en['create.configure']).waitFor()
    await page.context().close()
  })
})

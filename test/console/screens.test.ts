// @module-tag process
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { en } from '../../console/src/i18n/en/index.ts'
import { ja } from '../../console/src/i18n/ja/index.ts'
import { hasBrowser, skipped } from '../support/browser.ts'
import { consoleWorld } from '../support/console-world.ts'
import type { Tenant } from '../support/harness.ts'
import { slice, sliced } from '../support/slice.ts'

/** A key of the picture, with members of CreateKey. */
interface Shown {
  readonly alias: string
  readonly state?: 'off' | 'going'
  readonly Description?: string
  readonly MultiRegion?: boolean
  readonly KeySpec?: string
  readonly KeyUsage?: string
}

/** Keys as a tenant of a vendor has them. */
const SHOWN: readonly Shown[] = [
  { alias: 'acme/invoices', Description: 'Invoices of Acme' },
  { alias: 'acme/cards', Description: 'Card numbers', MultiRegion: true },
  { alias: 'acme/documents-2024', Description: 'Documents of 2024', state: 'off' },
  { alias: 'acme/documents', Description: 'Documents' },
  { alias: 'acme/webhooks', KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' },
  { alias: 'acme/releases', KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' },
  { alias: 'acme/firmware', KeySpec: 'ML_DSA_65', KeyUsage: 'SIGN_VERIFY' },
  { alias: 'acme/devices', KeySpec: 'ECC_NIST_P384', KeyUsage: 'KEY_AGREEMENT' },
  { alias: 'acme/trial', Description: 'Nobody uses it', state: 'going' },
]

describe.skipIf(!hasBrowser)(`The console on each screen in Chromium${skipped}`, () => {
  const { made, harness, opened, signIn, signedIn, button, heading, dialog, judged, faultsOf } =
    consoleWorld()
  let tenant: Tenant
  beforeAll(() => {
    ;({ tenant } = made())
  })

  test('is in Japanese for who reads it, and changes while it is shown', async () => {
    const page = await signedIn('/keys', tenant, { locale: 'ja-JP' }, ja)
    await heading(page, ja['keys.title']).waitFor()
    expect(await page.evaluate('document.documentElement.lang')).toBe('ja')
    await judged(page, 'keys-ja')
    await page.evaluate("history.pushState(null, '', '/console/create-role')")
    await heading(page, ja['role.create.trust']).waitFor()
    await judged(page, 'create-role-ja')
    await page.evaluate("history.pushState(null, '', '/console/keys')")
    await heading(page, ja['keys.title']).waitFor()
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
      const role = `screen-${width}-${colorScheme}`
      await harness.role(tenant, role)
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
        ['create-role', '/create-role', en['role.create.trust']],
        ['role', `/roles/${role}`, role],
        [
          'policy',
          '/policies/arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FIAMReadOnlyAccess/versions',
          'IAMReadOnlyAccess',
        ],
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

  /*
   * README's pictures: docs/images/ is written where DOCS_PICTURES is `on`, else they are left with the others.
   */
  test.each(slice(['light', 'dark'] as const, (scheme) => scheme === 'light'))(
    'has README’s picture, %s',
    async (colorScheme) => {
      const vendor = await harness.tenant('picture')
      for (const { alias, state, ...input } of SHOWN) {
        const { id } = await harness.key(vendor, input)
        await harness.ok(vendor, 'CreateAlias', { AliasName: `alias/${alias}`, TargetKeyId: id })
        if (state === 'off') await harness.ok(vendor, 'DisableKey', { KeyId: id })
        if (state === 'going') await harness.ok(vendor, 'ScheduleKeyDeletion', { KeyId: id })
      }
      const viewport = { width: 1440, height: 700 }
      const page = await signedIn('/keys', vendor, { colorScheme, viewport })
      await page.getByText('invoices').first().waitFor()
      await judged(page, `readme-${colorScheme}`)
      if (process.env['DOCS_PICTURES'] === 'on') {
        const name = colorScheme === 'light' ? 'console' : 'console-dark'
        const path = fileURLToPath(new URL(`../../docs/images/${name}.png`, import.meta.url))
        await page.screenshot({ path })
      }
      await page.context().close()
    },
  )

  test('shows the page that was asked for once somebody has signed in', async () => {
    const page = await signedIn('/keys/create', tenant)
    await heading(page, en['create.configure']).waitFor()
    await page.context().close()
  })

  const HOSTILE = `</script><img src=x onerror="alert(1)"><svg onload=alert(1)>{constructor}javascript:alert(1)`

  test.skipIf(sliced)('shows what tenants write as text, and does nothing of it', async () => {
    const { id } = await harness.key(tenant, { Description: HOSTILE })
    const Tags = [{ TagKey: 'a', TagValue: 'javascript:alert(1)' }]
    await harness.ok(tenant, 'TagResource', { KeyId: id, Tags })
    const page = await signedIn(`/keys/${id}/tags`, tenant)
    const alerts: string[] = []
    page.on('dialog', (shown) => {
      alerts.push(shown.message())
      void shown.dismiss()
    })
    await page.getByText(HOSTILE).waitFor()
    await page.getByText('javascript:alert(1)', { exact: true }).waitFor()
    await button(page, en['key.actions']).click()
    await page.getByRole('menuitem', { name: en['description.edit'] }).click()
    await dialog(page).getByLabel(en.description).fill('file:///etc/passwd')
    const line = `aws kms update-key-description --key-id ${id} --cli-input-json '{"Description":"file:///etc/passwd"}'`
    await dialog(page).getByText(line).waitFor()
    await button(dialog(page), en.cancel).click()
    expect(alerts).toEqual([])
    expect(faultsOf(page)).toEqual([])
    await page.context().close()
  })

  test('goes on where a page is not there any more, and tells of what failed after its dialog was closed', async () => {
    const { id } = await harness.key(tenant)
    const page = await signedIn(`/keys/${id}`, tenant)
    await heading(page, id).waitFor()
    await page.route(/\/assets\/audit-.*\.js$/, (route) => route.abort())
    await page.getByRole('link', { name: en.audit, exact: true }).click()
    await heading(page, en.broken).waitFor()
    await judged(page, 'broken', [
      expect.stringContaining('Failed to fetch dynamically imported module'),
    ])
    await page.getByRole('link', { name: en['keys.title'], exact: true }).click()
    await heading(page, en['keys.title']).waitFor()
    await page.evaluate(`history.pushState(null, '', '/console/keys/${id}')`)
    await heading(page, id).waitFor()

    let refuse = () => {}
    await page.route(/\/disable$/, (route) => {
      refuse = () =>
        void route.fulfill({ status: 503, json: { code: 'Late', detail: 'after it was closed' } })
    })
    await button(page, en['key.actions']).click()
    await page.getByRole('menuitem', { name: en['key.disable'] }).click()
    const asked = page.waitForRequest(/\/disable$/)
    await button(dialog(page), en['key.disable']).click()
    await asked
    await button(dialog(page), en.cancel).click()
    refuse()
    await page.getByText('after it was closed').waitFor()
    await page.context().close()
  })

  test('ends the session by a change too once its key is gone, and shows the next nothing of it', async () => {
    const { id } = await harness.key(tenant, { Description: 'of the first' })
    const { credential } = await harness.user(tenant, 'leaver', {
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }],
      }),
    })
    if (credential === undefined) throw new Error('the user has no access key')
    const page = await opened(`/keys/${id}`)
    // the stream of changes would tell before the person does anything
    await page.route('**/v1/changes*', (route) => route.abort())
    await signIn(page, credential)
    await page.getByText('of the first').first().waitFor()
    // so would what a page reads by itself
    await page.route('**/v1/**', (route) =>
      route.request().method() === 'GET' ? route.abort() : route.continue(),
    )
    const gone = await harness.rest(
      tenant,
      `DELETE /iam/v1/access-keys/${credential.accessKeyId}`,
      { query: 'UserName=leaver' },
    )
    expect(gone.status).toBeLessThan(300)
    await button(page, en['key.actions']).click()
    await page.getByRole('menuitem', { name: en['key.disable'] }).click()
    await button(dialog(page), en['key.disable']).click()
    await page.getByText(en['sign-in.over']).waitFor()
    await page.unrouteAll()
    const other = await harness.tenant()
    await signIn(page, other)
    await page.getByText('NotFoundException').waitFor()
    expect(await page.getByText('of the first').count()).toBe(0)
    await page.context().close()
  })

  test.skipIf(sliced)('takes the time of the service where the browser’s is wrong', async () => {
    const page = await opened('/keys')
    await page.clock.setSystemTime(Date.now() + 3 * 3_600_000)
    await signIn(page, tenant)
    await heading(page, en['keys.title']).waitFor()
    await page.context().close()
  })
})

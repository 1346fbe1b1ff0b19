// @module-tag process
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { en } from '../../console/src/i18n/en/index.ts'
import { ja } from '../../console/src/i18n/ja/index.ts'
import { hasBrowser, skipped } from '../support/browser.ts'
import { consoleWorld } from '../support/console-world.ts'
import type { Tenant } from '../support/harness.ts'
import { slice } from '../support/slice.ts'

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
  const { made, harness, signedIn, button, heading, judged } = consoleWorld()
  let tenant: Tenant
  beforeAll(() => {
    ;({ tenant } = made())
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
})

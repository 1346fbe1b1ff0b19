// @module-tag process
import { beforeAll, describe, expect, test } from 'vitest'
import { en } from '../../console/src/i18n/en/index.ts'
import { ja } from '../../console/src/i18n/ja/index.ts'
import { hasBrowser, skipped } from '../support/browser.ts'
import { consoleWorld } from '../support/console-world.ts'
import type { Tenant } from '../support/harness.ts'
import { slice } from '../support/slice.ts'

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

  test('shows the page that was asked for once somebody has signed in', async () => {
    const page = await signedIn('/keys/create', tenant)
    await heading(page, en['create.configure']).waitFor()
    await page.context().close()
  })
})

// @module-tag process
import { CreateKeyCommand } from '@aws-sdk/client-kms'
import { beforeAll, describe, expect, test } from 'vitest'
import { eventsOf } from '../../console/src/api/live.ts'
import { isShown } from '../../console/src/api/shown.ts'
import { en } from '../../console/src/i18n/en/index.ts'
import { ja } from '../../console/src/i18n/ja/index.ts'
import { hasBrowser, skipped } from '../support/browser.ts'
import { consoleWorld } from '../support/console-world.ts'
import type { Tenant } from '../support/harness.ts'
import { sliced } from '../support/slice.ts'

describe('What changes', () => {
  test.each<[string, Parameters<typeof isShown>[1], boolean]>([
    ['ListKeys', new Set(['key']), true],
    ['ListKeys', new Set(['alias']), true],
    ['ListKeys', new Set(['audit', 'grant', 'principal']), false],
    ['ListAuditRecords', new Set(['audit']), true],
    ['ListAuditRecords', new Set(['key']), false],
    ['IamListUsers', new Set(['principal']), true],
    ['IamListUsers', new Set(['key']), false],
    // that nothing is said of
    ['ListKeyAccess', new Set(['principal']), true],
    ['ListKeyAccess', new Set(['audit']), false],
    ['toString', new Set(['audit']), false],
  ])('%s shows after %o: %s', (operation, kinds, shown) => {
    expect(isShown(operation, kinds)).toBe(shown)
  })

  test('is read from a stream, however it is cut', async () => {
    const text =
      'event: changes\ndata: {"Kinds":["key"]}\n\n:\n\nevent: end\ndata: {"detail":"grüß"}\n\n'
    const bytes = new TextEncoder().encode(text)
    for (const size of [1, 2, 7, bytes.length]) {
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          for (let at = 0; at < bytes.length; at += size) {
            controller.enqueue(bytes.slice(at, at + size))
          }
          controller.close()
        },
      })
      const events = []
      for await (const event of eventsOf(body)) events.push(event)
      expect(events).toEqual([
        { event: 'changes', data: '{"Kinds":["key"]}' },
        { event: 'end', data: '{"detail":"grüß"}' },
      ])
    }
  })
})

describe.skipIf(!hasBrowser)(`The live console in Chromium${skipped}`, () => {
  const { made, harness, opened, signIn, signedIn, heading, judged } = consoleWorld()
  let tenant: Tenant
  beforeAll(() => {
    ;({ tenant } = made())
  })
  const makeKey = async () =>
    (await harness.client(tenant).send(new CreateKeyCommand({}))).KeyMetadata?.KeyId ?? ''
  const state = (page: Awaited<ReturnType<typeof opened>>, text: string) =>
    page.getByRole('button', { name: `${text}: ${en['live.again']}` })

  test('shows a key that a program made, as it is made', async () => {
    const page = await signedIn('/keys', tenant)
    await heading(page, en['keys.title']).waitFor()
    await state(page, en['live.live']).waitFor()
    await page.getByRole('link', { name: await makeKey() }).waitFor()
    await judged(page, 'live')
    // one connection, whatever page is shown
    const streams: string[] = []
    page.on('request', (request) => {
      if (request.url().includes('/v1/changes')) streams.push(request.url())
    })
    await page.getByRole('link', { name: en['overview.title'] }).first().click()
    await heading(page, en['overview.title']).waitFor()
    expect(streams).toEqual([])
    await page.context().close()
  })

  test.skipIf(sliced)(
    'shows it where the service answers once, and says when it asks',
    async () => {
      const page = await opened('/keys')
      await page.route('**/v1/changes*', (route) =>
        route.continue({ headers: { ...route.request().headers(), accept: 'application/json' } }),
      )
      await signIn(page, tenant)
      await state(page, en['live.polling']).waitFor()
      await page.getByRole('link', { name: await makeKey() }).waitFor()
      await page.context().close()
    },
  )

  test.skipIf(sliced)('says that it is offline, and goes on once it is not', async () => {
    const page = await opened('/keys')
    await page.route('**/v1/changes*', (route) => route.abort())
    await signIn(page, tenant)
    await state(page, en['live.offline']).waitFor()
    await page.unroute('**/v1/changes*')
    await state(page, en['live.live']).waitFor()
    await page.context().close()
  })

  test('asks who signs in again once their key is deleted', async () => {
    const { credential } = await harness.user(tenant, 'leaves')
    if (credential === undefined) throw new Error('a user has an access key')
    const page = await signedIn('/playground', credential)
    await state(page, en['live.live']).waitFor()
    await harness.ok(
      harness.operator,
      'DeleteAccessKey',
      { AccountId: tenant.accountId, AccessKeyId: credential.accessKeyId },
      { via: 'rest' },
    )
    await page.getByText(en['sign-in.over']).waitFor()
    await page.context().close()
  })

  test('shows an operator how the installation stands, and what is made as it is', async () => {
    const page = await signedIn('/installation', made().operator)
    await heading(page, en['installation.title']).waitFor()
    await page.getByText('local:').waitFor()
    await page.getByText(en['installation-health.ACTIVE']).waitFor()
    await judged(page, 'installation')
    await state(page, en['live.live']).waitFor()
    const counted = async () =>
      Number.parseInt(
        (await page
          .locator('dt', { hasText: en['tenants.title'] })
          .locator('xpath=following-sibling::dd[1]')
          .textContent()) ?? '',
        10,
      )
    const before = await counted()
    await harness.tenant()
    await expect.poll(counted).toBe(before + 1)
    const dark = { viewport: { width: 390, height: 844 }, colorScheme: 'dark' } as const
    const small = await signedIn('/installation', made().operator, { ...dark, locale: 'ja-JP' }, ja)
    await small.getByText('local:').waitFor()
    await judged(small, 'installation-390-dark-ja')
    await Promise.all([page.context().close(), small.context().close()])
  })
})

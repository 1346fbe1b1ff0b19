import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { en } from '../../console/src/i18n/en/index.ts'
import { allow, document } from '../sessions/world.ts'
import type { consoleWorld } from '../support/console-world.ts'
import type { Credential } from '../support/target.ts'

/** The console's pages on AWS IAM, driven as an account's administrator does: tests of a suite that has a browser. */
export function iamPages({
  made,
  harness,
  signIn,
  signedIn,
  button,
  heading,
  dialog,
  judged,
}: ReturnType<typeof consoleWorld>): void {
  const link = (page: Page, name: string) => page.getByRole('link', { name, exact: true })
  /** Goes to a page by the side navigation. */
  const section = (page: Page, name: string) =>
    page
      .getByRole('group', { name: en['nav.iam'] })
      .getByRole('link', { name, exact: true })
      .click()
  const tab = (page: Page, name: string) => page.getByRole('tab', { name, exact: true }).click()
  const editor = (page: Page) => page.getByLabel(en['policy.text'], { exact: true })
  /** Chooses an entry of a list that is opened by its label. */
  const choose = async (within: Page | Locator, label: string, name: string) => {
    await within.getByRole('button', { name: label }).first().click()
    await within.getByRole('option', { name }).filter({ visible: true }).first().click()
    // a list of several stays open until something else is looked at
    await within.getByRole('heading').last().click()
  }
  /** Deletes what a page is of: not before its name is typed. */
  const deleted = async (page: Page, name: string, picture: string) => {
    await button(page, en.delete).first().click()
    const submit = button(dialog(page), en.delete)
    expect(await submit.isDisabled()).toBe(true)
    await dialog(page).getByLabel(`To confirm, type ${name}`).fill(name)
    await judged(page, picture)
    await submit.click()
  }
  const mayListKeys = async (who: Credential) =>
    (await harness.call('aws', who, 'ListKeys')).code === undefined

  test('an administrator makes a policy and a group with it, whose users may what its version in force says', async () => {
    const { tenant } = made()
    const { accountId } = tenant
    const { credential } = await harness.user(tenant, 'carol@example.com')
    if (credential === undefined) throw new Error('the user has no access key')
    const page = await signedIn('/policies', tenant)
    await link(page, en['managed.create']).click()
    await page.getByLabel(en['policy.name']).fill('list')
    await editor(page).fill(document(allow('kms:ListAliases')))
    await judged(page, 'policy-create')
    await button(page, en['managed.create']).click()
    await heading(page, 'list').waitFor()
    await button(page, en.edit).click()
    await editor(page).fill(document(allow('kms:ListKeys')))
    await button(page, en['policy.compare']).click()
    await dialog(page).getByLabel(en['version.set-new']).uncheck()
    await dialog(page).getByText('--no-set-as-default').waitFor()
    await judged(page, 'policy-diff')
    await button(dialog(page), en.save).click()
    await page.getByText(en['policy.saved']).waitFor()

    await section(page, en['groups.title'])
    await button(page, en['group.create']).click()
    await dialog(page).getByLabel(en['group.name']).fill('staff')
    await button(dialog(page), en['group.create']).click()
    await heading(page, 'staff').waitFor()
    await button(page, en['group.users.add']).click()
    await choose(dialog(page), en['users.title'], 'carol@example.com')
    await button(dialog(page), en['group.users.add']).click()
    await link(page, 'carol@example.com').waitFor()
    await judged(page, 'group')
    await tab(page, en['user.policies'])
    await button(page, en['policy.attach']).click()
    await choose(dialog(page), en['policy.name'], 'list')
    await judged(page, 'policy-attach')
    await button(dialog(page), en['policy.attach']).click()
    await link(page, 'list').waitFor()
    expect(await mayListKeys(credential)).toBe(false)

    await link(page, 'list').click()
    await tab(page, en.versions)
    await button(page, `${en['version.show']}: v2`).click()
    await dialog(page).getByText(en['version.diff'].replace('{version}', 'v1')).click()
    await dialog(page).locator('ins').first().waitFor()
    await judged(page, 'policy-version')
    await page.keyboard.press('Escape')
    await button(page, `${en['version.set']}: v2`).click()
    await button(dialog(page), en['version.set']).click()
    await button(page, `${en['version.set']}: v1`).waitFor()
    expect(await mayListKeys(credential)).toBe(true)
    await judged(page, 'policy-versions')
    await tab(page, en['policy.entities'])
    await link(page, 'staff').waitFor()
    await judged(page, 'policy-entities')
    await deleted(page, 'list', 'policy-delete')
    await dialog(page).getByText('DeleteConflict').waitFor()
    await button(dialog(page), en.cancel).click()
    // what is refused has taken nothing: the other version is there yet
    await tab(page, en.versions)
    await button(page, `${en['version.set']}: v1`).waitFor()
    await tab(page, en['policy.entities'])

    await link(page, 'staff').click()
    await link(page, 'carol@example.com').click()
    await tab(page, en['groups.title'])
    await button(page, 'Remove from group: staff').waitFor()
    await judged(page, 'user-groups')
    await tab(page, en['user.policies'])
    await button(page, en['boundary.set']).click()
    await choose(dialog(page), en['policy.name'], 'IAMReadOnlyAccess')
    await button(dialog(page), en['boundary.set']).click()
    await link(page, 'arn:aws:iam::aws:policy/IAMReadOnlyAccess').waitFor()
    expect(await mayListKeys(credential)).toBe(false)
    await judged(page, 'user-boundary')
    await button(page, en['boundary.remove']).click()
    await button(dialog(page), en['boundary.remove']).click()
    await page.getByText(en['boundary.not-set']).waitFor()
    expect(await mayListKeys(credential)).toBe(true)

    await section(page, en['groups.title'])
    await link(page, 'staff').click()
    await heading(page, 'staff').waitFor()
    await deleted(page, 'staff', 'group-delete')
    await page.getByText('Group staff is deleted.').waitFor()
    expect(await mayListKeys(credential)).toBe(false)
    await page.goto(
      page.url().replace(/groups$/, `policies/arn%3Aaws%3Aiam%3A%3A${accountId}%3Apolicy%2Flist`),
    )
    await signIn(page, tenant)
    await heading(page, 'list').waitFor()
    await deleted(page, 'list', 'policy-delete')
    await page.getByText('Policy list is deleted.').waitFor()
    await page.context().close()
  })
}

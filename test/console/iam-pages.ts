import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { en } from '../../console/src/i18n/en/index.ts'
import { allow, document, trust } from '../sessions/world.ts'
import type { consoleWorld } from '../support/console-world.ts'
import { sliced } from '../support/slice.ts'
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

  test('nothing goes before what could not be deleted after it: where a list is refused', async () => {
    const { tenant } = made()
    const Deny = { Effect: 'Deny', Action: 'iam:ListGroupPolicies', Resource: '*' }
    const { credential } = await harness.user(tenant, 'half-seeing', {
      Policy: document(allow('*'), Deny),
    })
    if (credential === undefined) throw new Error('the user has no access key')
    const body = JSON.stringify({ GroupName: 'kept' })
    expect((await harness.rest(tenant, 'POST /iam/v1/groups', { body })).status).toBeLessThan(300)
    const page = await signedIn('/groups/kept', credential)
    await heading(page, 'kept').waitFor()
    await button(page, en.delete).first().click()
    await dialog(page).getByLabel('To confirm, type kept').fill('kept')
    await dialog(page).getByText('iam:ListGroupPolicies').waitFor()
    expect(await button(dialog(page), en.delete).isDisabled()).toBe(true)
    await page.context().close()
  })

  test('an administrator makes a role, changes whom it trusts, revokes its sessions and deletes it', async () => {
    const { tenant } = made()
    const { accountId } = tenant
    const worker = await harness.user(tenant, 'worker', {
      Policy: document(allow('sts:AssumeRole')),
    })
    const caller = worker.credential
    if (caller === undefined) throw new Error('the user has no access key')
    const page = await signedIn('/roles', tenant)
    await link(page, en['role.create']).click()
    await page.getByLabel(en['trust.external-id']).fill('vendor-7')
    expect(await editor(page).inputValue()).toContain('"sts:ExternalId": "vendor-7"')
    await judged(page, 'role-trust')
    await button(page, 'Next').click()
    await choose(
      page.getByRole('main'),
      en['policies.attached'],
      'AWSKeyManagementServicePowerUser',
    )
    await judged(page, 'role-permissions')
    await button(page, 'Next').click()
    await page.getByLabel(en['role.name']).fill('app+1@eu')
    await page.getByLabel(en.description, { exact: true }).fill('What the app does')
    await page.getByText('aws iam attach-role-policy --role-name app+1@eu').waitFor()
    await judged(page, 'role-review')
    await button(page, en['role.create']).click()
    await heading(page, 'app+1@eu').waitFor()
    await link(page, 'AWSKeyManagementServicePowerUser').waitFor()
    await judged(page, 'role')

    await tab(page, en['role.trust'])
    const statement = trust({ AWS: `arn:aws:iam::${accountId}:root` })
    const saved = async (text: string) => {
      await editor(page).fill(text)
      await button(page, en['policy.compare']).click()
      await judged(page, 'role-trust-diff')
      await button(dialog(page), en.save).click()
    }
    await button(page.getByRole('tabpanel'), en.edit).click()
    await saved(document({ ...statement, Resource: '*' }))
    await page.getByText('MalformedPolicyDocument').waitFor()
    await judged(page, 'role-trust-refused')
    await saved(document(statement))
    await page.getByText(en['policy.saved']).waitFor()

    const session = async (): Promise<Credential> => {
      const RoleArn = `arn:aws:iam::${accountId}:role/app+1@eu`
      const body = JSON.stringify({ RoleArn, RoleSessionName: 'night' })
      const { text } = await harness.rest(caller, 'POST /v1/sessions', { body })
      const { AccessKeyId, SecretAccessKey, SessionToken } = JSON.parse(text).Credentials
      return {
        ...{ accountId, accessKeyId: AccessKeyId },
        ...{ secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
      }
    }
    const older = await session()
    expect(await mayListKeys(older)).toBe(true)
    await tab(page, en['role.revoke.tab'])
    await button(page, en['role.revoke']).click()
    await dialog(page).getByLabel(en['role.revoke.sure']).check()
    await judged(page, 'role-revoke')
    await button(dialog(page), en['role.revoke']).click()
    await page.getByText('The sessions of app+1@eu are revoked.').waitFor()
    expect(await mayListKeys(older)).toBe(false)

    await tab(page, en.tags)
    await button(page.getByRole('tabpanel'), en.edit).click()
    await button(dialog(page), en['tags.add']).click()
    await dialog(page).getByRole('textbox', { name: en['tag.key'] }).fill('team')
    await dialog(page).getByRole('textbox', { name: en['tag.value'] }).fill('payments')
    await button(dialog(page), en.save).click()
    await page.getByRole('gridcell', { name: 'payments' }).waitFor()

    // by its address, as who has a link: names keep their characters
    await page.reload()
    await signIn(page, tenant)
    await heading(page, 'app+1@eu').waitFor()
    await deleted(page, 'app+1@eu', 'role-delete')
    await page.getByText('Role app+1@eu is deleted.').waitFor()
    await link(page, en['role.create']).waitFor()
    await page.context().close()
  })

  test.skipIf(sliced)(
    'an administrator makes a policy and a group with it, whose users may what its version in force says',
    async () => {
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
    },
  )

  test.skipIf(sliced)(
    'an administrator registers a provider, and makes roles for its tokens and for identities of AWS',
    async () => {
      const { tenant } = made()
      const page = await signedIn('/identity-providers', tenant)
      await button(page, en['provider.create']).click()
      await dialog(page).getByLabel(en['provider.url']).fill('https://sso.example.com/realms/staff')
      await dialog(page).getByLabel(en['provider.audience']).fill('app')
      await judged(page, 'provider-create')
      await button(dialog(page), en['provider.create']).click()
      const name = 'sso.example.com/realms/staff'
      await heading(page, name).waitFor()
      await button(page, en['provider.audience.add']).click()
      await dialog(page).getByLabel(en['provider.audience']).fill('batch')
      await button(dialog(page), en['provider.audience.add']).click()
      await page.getByRole('gridcell', { name: 'batch' }).waitFor()
      await judged(page, 'provider')
      await tab(page, en['provider.thumbprints'])
      await page.getByText(en['provider.thumbprints.none']).waitFor()

      const role = async (roleName: string, picture: string) => {
        await judged(page, picture)
        await button(page, 'Next').click()
        await button(page, 'Next').click()
        await page.getByLabel(en['role.name']).fill(roleName)
        await button(page, en['role.create']).click()
        await heading(page, roleName).waitFor()
      }
      const begin = async (kind: string) => {
        await section(page, en['roles.title'])
        await link(page, en['role.create']).click()
        await page.getByRole('radio', { name: kind }).check()
      }
      await begin(en['trust.web'])
      await page.getByRole('combobox', { name: en.provider }).fill('sso.example')
      await page.getByRole('option', { name: name }).click()
      await page.getByRole('combobox', { name: en['provider.audience'] }).click()
      await page.getByRole('option', { name: 'batch' }).click()
      const text = await editor(page).inputValue()
      expect(text).toContain(
        `"Federated": "arn:aws:iam::${tenant.accountId}:oidc-provider/${name}"`,
      )
      expect(text).toContain(`"${name}:aud": "batch"`)
      await role('of-provider', 'role-trust-web')
      await begin(en['trust.aws'])
      await page
        .getByLabel(en['trust.aws-arn'])
        .fill('arn:aws:sts::555566667777:assumed-role/deploy/*')
      await role('of-aws', 'role-trust-aws')
      await tab(page, en['role.trust'])
      expect(await editor(page).inputValue()).toContain('sts:AssumeRoleWithAwsIdentity')

      await section(page, en['providers.title'])
      await link(page, name).click()
      await heading(page, name).waitFor()
      await deleted(page, name, 'provider-delete')
      await page.getByText(`Provider ${name} is deleted.`).waitFor()
      await page.context().close()
    },
  )
}

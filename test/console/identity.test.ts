// @module-tag process
import { beforeAll, describe, expect, test } from 'vitest'
import { en } from '../../console/src/i18n/en/index.ts'
import { allow, document, trust } from '../sessions/world.ts'
import { hasBrowser, skipped } from '../support/browser.ts'
import type { CodeFlowIssuer } from '../support/code-flow-issuer.ts'
import { consoleWorld } from '../support/console-world.ts'
import type { Tenant } from '../support/harness.ts'
import { deviceWith } from '../support/mfa.ts'
import { sliced } from '../support/slice.ts'
import type { Credential } from '../support/target.ts'
import { iamPages } from './iam-pages.ts'

describe.skipIf(!hasBrowser)(`Who signs in to the console in Chromium${skipped}`, () => {
  const world = consoleWorld()
  const { made, harness, opened, signedIn, button, heading, dialog, judged, faultsOf } = world
  let tenant: Tenant
  let operator: Credential
  let issuer: CodeFlowIssuer
  let address: string
  beforeAll(() => {
    ;({ tenant, operator, issuer, address } = made())
  })

  test.skipIf(sliced)(
    'a user with a second factor is asked for its code, and may what asks for one',
    async () => {
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
    },
  )

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
    await judged(page, 'user-mfa')
    // codes hold for a while only: nothing slow comes between them and their use
    const { AuthenticationCode1, AuthenticationCode2 } = device.pair(-2)
    await dialog(page).getByLabel(en['mfa.first']).fill(AuthenticationCode1)
    await dialog(page).getByLabel(en['mfa.second']).fill(AuthenticationCode2)
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

  test.skipIf(sliced)(
    'a person of an issuer signs in there by the administrator’s link, and comes to the page that was asked for',
    async () => {
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
      await page.waitForURL(`${address}/console/keys`)
      await button(page, `${tenant.accountId} · us-east-1`).click()
      await page.getByText('assumed-role/people/person-1').filter({ visible: true }).waitFor()
      // neither code nor token is anywhere that it could be read again
      expect(await page.evaluate('sessionStorage.length')).toBe(0)
      expect(faultsOf(page)).toEqual([])
      await page.context().close()
    },
  )

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

  iamPages(world)
})

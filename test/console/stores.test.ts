// @module-tag process
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { en } from '../../console/src/i18n/en/index.ts'
import { ja } from '../../console/src/i18n/ja/index.ts'
import { hasBrowser, PATIENCE, skipped } from '../support/browser.ts'
import { consoleWorld } from '../support/console-world.ts'
import type { Tenant } from '../support/harness.ts'
import { slice, sliced } from '../support/slice.ts'
import { PASSWORD, TRUST_ANCHOR } from '../support/tokens.ts'
import { callXks, type XksCredential } from '../support/xks.ts'
import { CREDENTIAL, externalKey, startXksServer, type TestProxy } from '../support/xks-server.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')

describe.skipIf(!hasBrowser)(`Custom key stores in the console in Chromium${skipped}`, () => {
  let proxy: TestProxy
  const { made, harness, signedIn, button, heading, dialog, judged } = consoleWorld(async () => {
    proxy = await startXksServer()
    const { networks = [], authorities = '', port, limit } = proxy.options
    return {
      TENKEY_XKS_NETWORKS: networks.join(','),
      TENKEY_XKS_CA: authorities,
      TENKEY_XKS_PORT: String(port),
      TENKEY_XKS_TIMEOUT: String(limit),
    }
  })
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-stores-'))
  let tenant: Tenant
  beforeAll(() => {
    ;({ tenant } = made())
  })
  afterAll(async () => {
    await proxy?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const chosen = async (page: Page, field: string, option: string) => {
    await page.getByRole('button', { name: field }).click()
    await page.getByRole('option', { name: option }).click()
  }
  const downloaded = async (page: Page, act: () => Promise<void>) => {
    const downloading = page.waitForEvent('download')
    await act()
    return readFileSync(await (await downloading).path())
  }
  const file = (name: string, content: Uint8Array | string) => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }

  test('a person makes a key in an external key store, cuts it off, and reads why it is not reached', async () => {
    const page = await signedIn('/key-stores', tenant)
    await page.getByText(en['stores.none'], { exact: true }).waitFor()
    await judged(page, 'stores-none')
    await page.getByRole('link', { name: en['store.create'] }).click()
    await heading(page, en['store.create']).waitFor()
    await page.getByLabel(en['store.name']).fill('our manager')
    await page.getByLabel(en['proxy.endpoint']).fill('https://localhost')
    const settings = {
      XksProxyUriPath: '/ours/kms/xks/v1',
      XksProxyAuthenticationCredential: { ...CREDENTIAL, AccessKeyId: 'ABCDEFGHIJKLMNOPQRST2346' },
    }
    await page.locator('input[type=file]').setInputFiles(file('xks.json', JSON.stringify(settings)))
    await expect
      .poll(() => page.getByLabel(en['proxy.path']).inputValue(), { timeout: PATIENCE })
      .toBe(settings.XksProxyUriPath)
    await button(page, en['store.create']).click()
    await page.getByText('XksProxyIncorrectAuthenticationCredentialException').waitFor()
    await judged(page, 'store-create')
    await page.getByLabel(en['proxy.access-key-id']).fill(CREDENTIAL.AccessKeyId)
    await button(page, en['store.create']).click()
    await heading(page, 'our manager').waitFor()
    await page.getByText(en['store-state.DISCONNECTED'], { exact: true }).waitFor()
    const act = async (action: string) => {
      await button(page, en['store.actions']).click()
      await page.getByRole('menuitem', { name: action, exact: true }).click()
      await button(dialog(page), action).click()
    }
    await act(en['store.connect'])
    await page.getByText(en['store-state.CONNECTED'], { exact: true }).waitFor()
    await page.getByText(en['store.keys.none']).waitFor()
    await judged(page, 'store')
    const [CustomKeyStoreId = ''] = /cks-[\da-f]+$/.exec(page.url()) ?? []

    proxy.keys.set('external-1', externalKey())
    await page.getByRole('link', { name: en['keys.create'] }).click()
    await page.getByText(en['create.advanced']).click()
    await page.getByRole('radio', { name: en['origin.EXTERNAL_KEY_STORE'] }).check()
    await chosen(page, en.store, 'our manager')
    await page.getByLabel(en['store.external-key']).fill('external 1')
    await page.getByText(en['store.external-key.wrong']).waitFor()
    await page.getByLabel(en['store.external-key']).fill('external-1')
    await judged(page, 'create-in-store')
    await button(page, 'Next').click()
    await button(page, 'Next').click()
    await button(page, 'Next').click()
    await page.getByText(`--custom-key-store-id ${CustomKeyStoreId}`).waitFor()
    await button(page, en['create.submit']).click()
    await page.waitForURL(/\/console\/keys\/[\da-f-]{36}$/)
    const KeyId = page.url().slice(-36)
    await page.getByText('external-1', { exact: true }).waitFor()
    const Plaintext = base64('used by both')
    const { CiphertextBlob } = await harness.ok(tenant, 'Encrypt', { KeyId, Plaintext })
    const decrypted = () => harness.call('aws', tenant, 'Decrypt', { CiphertextBlob })
    expect((await decrypted()).json).toMatchObject({ Plaintext })
    await page.getByRole('link', { name: CustomKeyStoreId }).click()
    await page.getByRole('link', { name: KeyId }).waitFor()

    // the name and the path of a store that is connected, and no more
    await button(page, en['store.actions']).click()
    await page.getByRole('menuitem', { name: en.edit }).click()
    await dialog(page).getByLabel(en['store.name']).fill('their manager')
    await dialog(page).getByText('--new-custom-key-store-name').waitFor()
    await judged(page, 'store-edit')
    await button(dialog(page), en.save).click()
    await heading(page, 'their manager').waitFor()
    await act(en['store.disconnect'])
    await page.getByText(en['store-state.DISCONNECTED'], { exact: true }).waitFor()
    expect(await decrypted()).toMatchObject({ code: 'KMSInvalidStateException' })
    await act(en.delete)
    await dialog(page).getByText('CustomKeyStoreHasCMKsException').waitFor()
    await button(dialog(page), en.cancel).click()
    proxy.credentials.clear()
    await act(en['store.connect'])
    await page.getByText(en['store-error.INVALID_CREDENTIALS']).waitFor()
    await judged(page, 'store-failed')
    proxy.credentials.set(CREDENTIAL.AccessKeyId, CREDENTIAL.RawSecretAccessKey)
    await act(en['store.disconnect'])
    await page.getByText(en['store-state.DISCONNECTED'], { exact: true }).waitFor()
    await page.context().close()
  })

  test.skipIf(sliced)(
    'a person makes a CloudHSM key store of no cluster, is told so, and deletes a store',
    async () => {
      const another = await harness.tenant()
      await harness.ok(another, 'CreateCustomKeyStore', {
        ...{ CustomKeyStoreName: 'old', CustomKeyStoreType: 'EXTERNAL_KEY_STORE' },
        ...{ XksProxyConnectivity: 'PUBLIC_ENDPOINT', XksProxyUriEndpoint: 'https://localhost' },
        ...{ XksProxyUriPath: '/old/kms/xks/v1', XksProxyAuthenticationCredential: CREDENTIAL },
      })
      const page = await signedIn('/key-stores/create', another)
      await page.getByRole('radio', { name: en['store-type.AWS_CLOUDHSM'] }).check()
      await page.getByLabel(en['store.name']).fill('hsm')
      await page.getByLabel(en['cluster.id']).fill('cluster-22222222222')
      await page.getByLabel(en['cluster.password']).fill(PASSWORD)
      await page.locator('input[type=file]').setInputFiles(file('customerCA.crt', TRUST_ANCHOR))
      await button(page, en['store.create']).click()
      await page.getByText('CloudHsmClusterNotFoundException').waitFor()
      expect(await page.getByText(PASSWORD).count()).toBe(0)
      await judged(page, 'store-create-hsm')
      await button(page, en.cancel).click()
      await page.getByRole('link', { name: 'old' }).click()
      await button(page, en['store.actions']).click()
      await page.getByRole('menuitem', { name: en.delete }).click()
      await button(dialog(page), en.delete).click()
      await page.getByText('old is deleted.').waitFor()
      await page.getByText(en['stores.none'], { exact: true }).waitFor()
      await page.context().close()
    },
  )

  test.skipIf(sliced)(
    'the operator lets AWS KMS use a tenant’s key, rotates the credential, and cuts AWS off',
    async () => {
      const { operator, address } = made()
      const person = await harness.tenant()
      const { id } = await harness.key(person)
      const as = {
        awsPrincipalArn: 'arn:aws:iam::444455556666:user/me',
        ...{ kmsOperation: 'Encrypt', kmsRequestId: '1' },
        kmsKeyArn: 'arn:aws:kms:us-east-1:444455556666:key/1',
      }
      const page = await signedIn('/tenants', operator)
      await button(page, `Actions for ${person.name}`).click()
      await page.getByRole('menuitem', { name: en['xks.title'] }).click()
      await page.getByText(en['xks.none'], { exact: true }).waitFor()
      await judged(page, 'xks-none')
      await button(page, en['xks.create']).click()
      await dialog(page).getByText('tenkey rest POST').first().waitFor()
      await judged(page, 'xks-create')
      await button(dialog(page), en['xks.create']).click()
      const shown = async (): Promise<XksCredential> => {
        await dialog(page).getByText(en['secret.once']).waitFor()
        const [path = '', accessKeyId = '', secretAccessKey = ''] = await dialog(page)
          .locator('output')
          .allTextContents()
        return { path, accessKeyId, secretAccessKey }
      }
      const first = await shown()
      const line = await dialog(page)
        .getByText(/^aws kms create-custom-key-store/)
        .textContent()
      expect(line).toContain(`--xks-proxy-uri-path ${first.path}`)
      expect(line).not.toContain(first.secretAccessKey)
      const saved = await downloaded(page, () =>
        dialog(page)
          .getByRole('button', { name: /^Download/ })
          .click(),
      )
      expect(JSON.parse(saved.toString())).toEqual({
        XksProxyUriPath: first.path,
        XksProxyAuthenticationCredential: {
          ...{ AccessKeyId: first.accessKeyId, RawSecretAccessKey: first.secretAccessKey },
        },
      })
      await judged(page, 'xks-made')
      await button(dialog(page), en.close).click()
      const encrypted = (credential: XksCredential) =>
        callXks({ url: address }, credential, `${credential.path}/keys/${id}/encrypt`, {
          ...{ requestMetadata: as, encryptionAlgorithm: 'AES_GCM' },
          plaintext: base64('of AWS'),
        })
      expect((await encrypted(first)).status).toBe(200)

      await button(page, `Rotate ${first.accessKeyId}`).click()
      await button(dialog(page), en['xks.rotate']).click()
      const second = await shown()
      expect(second.path).toBe(first.path)
      await dialog(page)
        .getByText(/^aws kms update-custom-key-store/)
        .waitFor()
      await button(dialog(page), en.close).click()
      await page.getByRole('gridcell', { name: 'role/aws' }).nth(1).waitFor()
      expect(await button(page, `Rotate ${second.accessKeyId}`).isDisabled()).toBe(true)
      await judged(page, 'xks')
      expect((await encrypted(second)).status).toBe(200)
      await button(page, `Delete ${first.accessKeyId}`).click()
      await button(dialog(page), en.delete).click()
      await page.getByText(`${first.accessKeyId} is deleted.`).waitFor()
      expect((await encrypted(first)).errorName).toBe('AuthenticationFailedException')
      expect((await encrypted(second)).status).toBe(200)

      // the role is there now: it is chosen, as any other
      await button(page, en['xks.create']).click()
      await dialog(page).getByText(en['xks.role.there']).waitFor()
      await dialog(page).getByRole('combobox').fill('nobody')
      await dialog(page).getByText(en['xks.existing.wrong']).waitFor()
      await dialog(page).getByRole('combobox').fill('role/aws')
      await page.keyboard.press('Escape')
      await dialog(page).getByText('principals/role/aws/xks-credentials').waitFor()
      await judged(page, 'xks-create-again')
      await page.context().close()
    },
  )

  const SCREENS = [
    [390, 'dark', 'en-US', en],
    [1440, 'light', 'ja-JP', ja],
  ] as const
  test.each(slice(SCREENS, (_, index) => index === 0))(
    'shows each of these pages at %i pixels, %s, in %s',
    async (width, colorScheme, locale, texts) => {
      const { operator } = made()
      const person = await harness.tenant()
      const external = await harness.key(person, { Origin: 'EXTERNAL' })
      const regions = await harness.key(person, { MultiRegion: true })
      await harness.ok(person, 'ReplicateKey', { KeyId: regions.id, ReplicaRegion: 'eu-central-1' })
      const store = await harness.ok(person, 'CreateCustomKeyStore', {
        ...{ CustomKeyStoreName: 'external', CustomKeyStoreType: 'EXTERNAL_KEY_STORE' },
        ...{ XksProxyConnectivity: 'PUBLIC_ENDPOINT', XksProxyUriEndpoint: 'https://localhost' },
        ...{ XksProxyUriPath: '/narrow/kms/xks/v1', XksProxyAuthenticationCredential: CREDENTIAL },
      })
      const options = { viewport: { width, height: 844 }, locale, colorScheme }
      const page = await signedIn('/key-stores', person, options, texts)
      await page.getByRole('link', { name: 'external' }).waitFor()
      await judged(page, `stores-${width}-${locale}`)
      const shown = [
        ['store', `/key-stores/${store['CustomKeyStoreId']}`, texts['store.keys.none']],
        ['store-create', '/key-stores/create', texts['proxy.asked']],
        ['import', `/keys/${external.id}/material/import`, texts['material.not-in-clear']],
        ['key-material', `/keys/${external.id}/material`, texts['material.none']],
        ['key-regions', `/keys/${regions.id}/regions`, texts['regions.kind.replica']],
      ] as const
      for (const [name, path, text] of shown) {
        await page.evaluate(`history.pushState(null, '', '/console${path}')`)
        await page.getByText(text, { exact: true }).first().waitFor()
        await judged(page, `${name}-${width}-${locale}`)
      }
      await page.context().close()
      const path = `/tenants/${person.accountId}/xks-credentials`
      const operated = await signedIn(path, operator, options, texts)
      await operated.getByText(texts['xks.none'], { exact: true }).waitFor()
      await judged(operated, `xks-${width}-${locale}`)
      await operated.context().close()
    },
  )
})

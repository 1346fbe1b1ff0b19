// @module-tag process
import { execFileSync } from 'node:child_process'
import { createHmac, generateKeyPairSync, randomBytes, verify } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { en } from '../../console/src/i18n/en/index.ts'
import { hasBrowser, skipped } from '../support/browser.ts'
import { consoleWorld } from '../support/console-world.ts'
import type { Tenant } from '../support/harness.ts'
import { sliced } from '../support/slice.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')

describe.skipIf(!hasBrowser)(`Where key material is kept, in Chromium${skipped}`, () => {
  const { made, another, harness, signedIn, button, heading, dialog, judged } = consoleWorld()
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-custody-'))
  let tenant: Tenant
  beforeAll(() => {
    ;({ tenant } = made())
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

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

  test('a person makes a key of material of their own, loses it, brings it back and rotates', async () => {
    const page = await signedIn('/keys/create', tenant)
    const sent: string[] = []
    page.on('request', (request) => sent.push(request.postData() ?? ''))
    await page.getByText(en['create.advanced']).click()
    await page.getByLabel(en['origin.EXTERNAL']).check()
    await button(page, 'Next').click()
    await button(page, 'Next').click()
    await button(page, 'Next').click()
    await page.getByText(en['create.import-later']).waitFor()
    await button(page, en['create.submit']).click()
    await heading(page, en['material.import']).waitFor()
    const [, KeyId = ''] = /keys\/([\da-f-]{36})\/material\/import$/.exec(page.url()) ?? []
    expect(await button(page, en['material.import']).isDisabled()).toBe(true)
    const material = await downloaded(page, () => button(page, en['material.random.make']).click())
    expect(material).toHaveLength(32)
    await page.getByText(en['material.random.made']).waitFor()
    await chosen(page, en['material.wrapping-key'], 'RSA_2048')
    await judged(page, 'import-random')
    await button(page, en['material.import']).click()
    await page.getByText(en['material.there'], { exact: true }).waitFor()
    await judged(page, 'key-material')
    const Plaintext = base64('kept by me')
    const { CiphertextBlob } = await harness.ok(tenant, 'Encrypt', { KeyId, Plaintext })
    const decrypted = async () => harness.call('aws', tenant, 'Decrypt', { CiphertextBlob })

    await page.getByRole('button', { name: /^Delete [\da-f]{16}$/ }).click()
    await dialog(page).getByText('aws kms delete-imported-key-material').waitFor()
    await judged(page, 'key-material-delete')
    await button(dialog(page), en['material.delete']).click()
    await page.getByText(en['material.deleted']).waitFor()
    expect(await decrypted()).toMatchObject({ code: 'KMSInvalidStateException' })

    // the file that was saved is what brings it back; another is refused in AWS's words
    await page.getByRole('link', { name: /^Import key material [\da-f]{16} again$/ }).click()
    await chosen(page, en['material.wrapping-key'], 'RSA_2048')
    const upload = page.locator('input[type=file]')
    await upload.setInputFiles(file('short.bin', material.subarray(1)))
    await page.getByText('Key material of this key has 32 bytes').waitFor()
    const other = Buffer.from(material)
    other[0] = (other[0] ?? 0) ^ 1
    await upload.setInputFiles(file('other.bin', other))
    await button(page, en['material.import']).click()
    await page.getByText('IncorrectKeyMaterialException').waitFor()
    await judged(page, 'import-refused')
    await upload.setInputFiles(file('material.bin', material))
    await button(page, en['material.import']).click()
    await page.getByText(en['material.there'], { exact: true }).waitFor()
    expect((await decrypted()).json).toMatchObject({ Plaintext })

    await page.getByRole('link', { name: en['material.import'], exact: true }).click()
    await downloaded(page, () => button(page, en['material.random.make']).click())
    await chosen(page, en['material.wrapping-key'], 'RSA_2048')
    await page.getByLabel(en['material.description']).fill('second')
    await page.getByLabel(en['material.expires.at']).check()
    await page.getByRole('textbox', { name: en['material.expires.date'] }).fill('2020/01/01')
    await page.getByText('It must lie within the next 365 days.').waitFor()
    const soon = new Date(Date.now() + 100 * 86_400_000).toISOString().slice(0, 10)
    await page
      .getByRole('textbox', { name: en['material.expires.date'] })
      .fill(soon.replaceAll('-', '/'))
    await judged(page, 'import-new')
    await button(page, en['material.import']).click()
    await page.getByText(en['material.pending-rotation']).waitFor()
    await judged(page, 'key-material-pending')
    await button(page, en['rotation.now']).click()
    await button(dialog(page), en['rotation.now']).click()
    await page.getByText(en['material.non-current']).waitFor()
    expect((await decrypted()).json).toMatchObject({ Plaintext })
    const { Rotations } = await harness.ok(tenant, 'ListKeyRotations', {
      ...{ KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' },
    })
    expect(Rotations).toMatchObject([
      { KeyMaterialState: 'NON_CURRENT', ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' },
      { KeyMaterialState: 'CURRENT', KeyMaterialDescription: 'second', RotationType: 'ON_DEMAND' },
    ])
    expect(sent.join()).toContain('EncryptedKeyMaterial')
    expect(sent.join()).not.toContain(material.toString('base64'))
    await page.context().close()
  })

  test.skipIf(sliced)(
    'a MAC key that OpenSSL wrapped, and a private key that the page wraps, are the very keys',
    async () => {
      const mac = { KeySpec: 'HMAC_384', KeyUsage: 'GENERATE_VERIFY_MAC', Origin: 'EXTERNAL' }
      const { id: macKey } = await harness.key(tenant, mac)
      const page = await signedIn(`/keys/${macKey}/material/import`, tenant)
      await page.getByRole('radio', { name: en['material-way.wrapped'] }).check()
      await chosen(page, en['material.wrapping-key'], 'RSA_2048')
      const saved = new Map<string, string>()
      const both = new Promise<void>((resolve) => {
        page.on('download', async (download) => {
          const name = download.suggestedFilename()
          await download.saveAs(join(folder, name))
          saved.set(name, join(folder, name))
          if (saved.size === 2) resolve()
        })
      })
      await button(page, en['material.parameters']).click()
      await page.getByText(en['material.parameters.until']).waitFor()
      await both
      expect([...saved.keys()].sort()).toEqual(['ImportToken.bin', 'WrappingPublicKey.bin'])
      const secret = randomBytes(48)
      file('PlaintextKeyMaterial.bin', secret)
      const line = await page.getByText(/^openssl pkeyutl/).textContent()
      execFileSync('sh', ['-c', line ?? 'false'], { cwd: folder })
      await page
        .locator('input[type=file]')
        .first()
        .setInputFiles(join(folder, 'EncryptedKeyMaterial.bin'))
      await judged(page, 'import-wrapped')
      await button(page, en['material.import']).click()
      await page.waitForURL(/\/material$/)
      await page.getByText(en['material.expires.never'], { exact: true }).waitFor()
      await judged(page, 'key-material-mac')
      const Message = base64('a message')
      const made = await harness.ok(tenant, 'GenerateMac', {
        ...{ KeyId: macKey, Message, MacAlgorithm: 'HMAC_SHA_384' },
      })
      expect(made['Mac']).toBe(createHmac('sha384', secret).update('a message').digest('base64'))

      const signing = { KeySpec: 'RSA_2048', KeyUsage: 'SIGN_VERIFY', Origin: 'EXTERNAL' }
      const { id } = await harness.key(tenant, signing)
      const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
      await page.evaluate(`history.pushState(null, '', '/console/keys/${id}/material/import')`)
      await page.getByText('A private key of RSA_2048').waitFor()
      expect(await page.getByText(en['material-way.random'], { exact: true }).count()).toBe(0)
      const pem = pair.privateKey.export({ format: 'pem', type: 'pkcs8' })
      await page.locator('input[type=file]').setInputFiles(file('private.pem', pem))
      await page.getByText('--wrapping-algorithm RSA_AES_KEY_WRAP_SHA_256').waitFor()
      await button(page, en['material.import']).click()
      await page.waitForURL(/\/material$/)
      await page.getByText(en['material.expires.never'], { exact: true }).waitFor()
      const SigningAlgorithm = 'RSASSA_PSS_SHA_256'
      const signed = await harness.ok(tenant, 'Sign', { KeyId: id, Message, SigningAlgorithm })
      const signature = Buffer.from(String(signed['Signature']), 'base64')
      const key = { key: pair.publicKey, padding: 6, saltLength: 32 }
      expect(verify('sha256', Buffer.from('a message'), key, signature)).toBe(true)
      await page.context().close()
    },
  )

  test('a person makes a key of several Regions, replicates it, goes there, and makes that the primary', async () => {
    const page = await signedIn('/keys/create', tenant)
    await page.getByText(en['create.advanced']).click()
    await page.getByRole('radio', { name: en['key.multi-region'] }).check()
    await button(page, 'Next').click()
    await page.getByLabel(en.description, { exact: true }).fill('everywhere')
    await button(page, 'Next').click()
    await button(page, 'Next').click()
    await button(page, en['create.submit']).click()
    await page.waitForURL(/\/console\/keys\/mrk-[\da-f]{32}$/)
    const [KeyId = ''] = /mrk-[\da-f]{32}$/.exec(page.url()) ?? []
    await page.getByRole('tab', { name: en['key.regions'] }).click()
    const rows = page.getByRole('tabpanel').getByRole('row')
    await rows.filter({ hasText: en['regions.kind.primary'] }).getByText('Enabled').waitFor()
    await judged(page, 'key-regions')
    await button(page, en['regions.replicate']).click()
    await dialog(page).getByRole('combobox').fill('eu-central-1')
    await page.keyboard.press('Escape')
    await dialog(page).getByText('--replica-region eu-central-1').waitFor()
    await judged(page, 'key-replicate')
    await button(dialog(page), en['regions.replicate']).click()
    await page.getByText('The replica in eu-central-1 is there.').waitFor()
    const replica = rows.filter({ hasText: en['regions.kind.replica'] })
    await replica.getByText('Enabled').waitFor()
    await judged(page, 'key-regions-two')
    const there = { region: 'eu-central-1' }
    const { Policy } = await harness.ok(tenant, 'GetKeyPolicy', { KeyId })
    expect(await harness.ok(tenant, 'GetKeyPolicy', { KeyId }, there)).toMatchObject({ Policy })

    await button(page, 'Open in eu-central-1').click()
    await button(page, `${tenant.accountId} · eu-central-1`).waitFor()
    await page.getByText('This is a replica.').waitFor()
    expect(await button(page, en['regions.replicate']).isDisabled()).toBe(true)
    await page
      .getByText(`arn:aws:kms:eu-central-1:${tenant.accountId}:key/${KeyId}`)
      .first()
      .waitFor()
    await judged(page, 'key-regions-replica')
    await button(page, 'Switch to us-east-1').click()
    await button(page, 'Make primary: eu-central-1').click()
    await judged(page, 'key-regions-promote')
    await button(dialog(page), en['regions.promote']).click()
    await page.getByText('The primary key is in eu-central-1 now.').waitFor()
    await page.getByText('This is a replica.').waitFor()
    const { KeyMetadata } = await harness.ok(tenant, 'DescribeKey', { KeyId }, there)
    expect(KeyMetadata).toMatchObject({
      ...{ Description: 'everywhere' },
      MultiRegionConfiguration: { MultiRegionKeyType: 'PRIMARY' },
    })
    const Plaintext = base64('the same key')
    const { CiphertextBlob } = await harness.ok(tenant, 'Encrypt', { KeyId, Plaintext })
    expect(await harness.ok(tenant, 'Decrypt', { CiphertextBlob }, there)).toMatchObject({
      Plaintext,
    })
    await page.context().close()
  })

  test.skipIf(sliced)(
    'a person of an installation in one Region reads that there is no other',
    async () => {
      const one = await another({ TENKEY_REGION: 'us-east-1' })
      const person = await one.harness.tenant()
      const { id } = await one.harness.key(person, { MultiRegion: true })
      const single = await one.harness.key(person)
      const page = await signedIn(`/keys/${id}/regions`, person, { baseURL: one.address })
      await page.getByText('This installation is in us-east-1 alone').waitFor()
      expect(await button(page, en['regions.replicate']).isDisabled()).toBe(true)
      await page.getByRole('tabpanel').getByText('Enabled').waitFor()
      await judged(page, 'key-regions-one')
      await page.evaluate(`history.pushState(null, '', '/console/keys/${single.id}/regions')`)
      await page.getByText('This key is in us-east-1 alone.').waitFor()
      await page.context().close()
    },
  )
})

// @module-tag process
import { createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { en } from '../../console/src/i18n/en/index.ts'
import { hasBrowser, PATIENCE, skipped } from '../support/browser.ts'
import { consoleWorld } from '../support/console-world.ts'
import type { Tenant } from '../support/harness.ts'

/** bytes of JavaScript and CSS, gzipped, until the first page with keys is shown */
const MOST = 500_000

describe.skipIf(!hasBrowser)(`The console in Chromium${skipped}`, () => {
  const { made, harness, opened, signIn, signedIn, button, heading, dialog, judged, gzipped } =
    consoleWorld()
  let tenant: Tenant
  beforeAll(() => {
    ;({ tenant } = made())
  })

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
    // in words, without what was to be signed
    await page.getByText(en['problem.signature']).waitFor()
    expect(await page.getByText('Canonical').count()).toBe(0)
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
    await page.getByRole('textbox', { name: en.ciphertext }).fill(ciphertext)
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
    // who gains and who loses is told before it is saved, and that nobody could undo it
    const reader = await harness.user(tenant, 'reader')
    const given = (who: string, Action: string | string[]) => ({
      ...{ Effect: 'Allow', Principal: { AWS: who }, Action, Resource: '*' },
    })
    const root = `arn:aws:iam::${tenant.accountId}:root`
    const document = (...Statement: object[]) =>
      JSON.stringify({ Version: '2012-10-17', Statement }, null, 2)
    const administer = ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:Encrypt']
    await editor.fill(document(given(root, administer), given(reader.arn, 'kms:Decrypt')))
    await page.getByText(en['preview.locked-out']).waitFor()
    const row = (arn: string) => page.getByRole('row').filter({ hasText: arn })
    await row(reader.arn).getByText(en['preview.gained']).waitFor()
    await row(root).getByText(en['preview.lost']).waitFor()
    const asked = page.getByRole('combobox', { name: en['access.who'] })
    await asked.fill(root)
    await page.keyboard.press('Escape')
    await button(page, en['explain.ask']).click()
    await page.getByText(`${en['preview.saved']}: ${en['explain.allowed']}`).waitFor()
    await page.getByText(`${en['preview.edited']}: ${en['explain.denied']}`).waitFor()
    await judged(page, 'key-policy-preview')
    await button(page, en['policy.compare']).click()
    await dialog(page).getByText(en['preview.gained'], { exact: true }).waitFor()
    await dialog(page).getByText(en['preview.locked-out']).waitFor()
    await judged(page, 'key-policy-review')
    await button(dialog(page), en.cancel).click()

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
    await page.getByText(en['policy.not-saved']).waitFor()
    await page.getByText(en['preview.refused']).waitFor()
    await page.getByText('MalformedPolicyDocumentException').first().waitFor()
    await judged(page, 'key-policy-refused')
    // what somebody else saved while it was compared is not overwritten
    await editor.fill(document(given(root, 'kms:*'), given(reader.arn, 'kms:Decrypt')))
    await button(page, en['policy.compare']).click()
    await dialog(page).getByText(en['preview.gained'], { exact: true }).waitFor()
    const theirs = document({ ...given(root, 'kms:*'), Sid: 'theirs' })
    await harness.ok(tenant, 'PutKeyPolicy', { KeyId: keyId, Policy: theirs })
    await button(dialog(page), en.save).click()
    await page.getByText('PreconditionFailedException').first().waitFor()
    await button(page, en['policy.compare']).click()
    await dialog(page).locator('del', { hasText: 'theirs' }).waitFor()
    await button(dialog(page), en.cancel).click()
    await button(page, en.cancel).click()

    await asked.fill(root)
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
    await page.getByText(en['signature.valid']).waitFor({ state: 'detached' })
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
    // the filter is in the address, for who is sent it
    expect(new URL(page.url()).searchParams.get('ErrorCode')).toBe('KMSInvalidSignatureException')
    await page.getByRole('button', { name: /^Show the record of Verify/ }).click()
    await dialog(page).getByText('kms:Verify', { exact: true }).waitFor()
    await dialog(page)
      .getByText(/^Allowed: /)
      .waitFor()
    await judged(page, 'audit-record')
    await page.keyboard.press('Escape')
    const downloading = page.waitForEvent('download')
    await button(page, en['audit.export']).click()
    await button(dialog(page), en['audit.export']).click()
    const [line = '', ...others] = readFileSync(await (await downloading).path(), 'utf8').split(
      '\n',
    )
    expect(JSON.parse(line)).toMatchObject({
      ...{ eventName: 'Verify', errorCode: 'KMSInvalidSignatureException' },
    })
    expect(others).toEqual([''])
    await dialog(page).getByText('Records saved: 1').waitFor()
    await judged(page, 'audit-export')
    await button(dialog(page), en.close).last().click()
    // a span that a person chooses
    await page.getByRole('button', { name: /Last 7 days|audit.when/ }).click()
    await page.getByRole('radio', { name: 'Last 90 days' }).click()
    await button(page, 'Apply').click()
    await expect.poll(() => page.url(), { timeout: PATIENCE }).toContain('last=90day')
    await page.getByRole('gridcell', { name: 'Verify' }).first().waitFor()
    await page.context().close()
  })

  test('a person tries what each key can do, sees no secret unasked, and reads what ciphertexts are', async () => {
    const symmetric = await harness.key(tenant)
    const usages = [
      ['ML_KEM_512', 'ENCAPSULATE_DECAPSULATE'],
      ['ECC_NIST_P256', 'KEY_AGREEMENT'],
      ['HMAC_256', 'GENERATE_VERIFY_MAC'],
    ] as const
    const [kem, agreement, mac] = await Promise.all(
      usages.map(([KeySpec, KeyUsage]) => harness.key(tenant, { KeySpec, KeyUsage })),
    )
    if (!kem || !agreement || !mac) throw new Error('the keys are made')
    const page = await signedIn('/playground', tenant)
    const panel = page.getByRole('tabpanel')
    const act = (name: string) => panel.getByRole('button', { name, exact: true }).click()
    const go = async (form: string, title: string) => {
      await page.evaluate(`history.pushState(null, '', '/console/playground/${form}')`)
      await page.getByRole('tab', { name: title, exact: true, selected: true }).waitFor()
    }
    const named = async (keyId: string, label: string = en.key) => {
      await page.getByRole('combobox', { name: label, exact: true }).fill(keyId)
      await page.keyboard.press('Escape')
    }
    const told = (label: string) =>
      page.getByRole('status').filter({ hasText: label }).locator('output')
    const result = async (label: string) => (await told(label).textContent()) ?? ''
    /** What is hidden until somebody asks. */
    const secret = async (label: string) => {
      await told(label).waitFor()
      expect(await result(label)).toMatch(/^•+$/)
      await page
        .getByRole('button', { name: en['secret.show.of'].replace('{what}', label) })
        .click()
      return result(label)
    }
    const decrypted = async (CiphertextBlob: string) =>
      (await harness.ok(tenant, 'Decrypt', { CiphertextBlob }))['Plaintext']

    await go('data-key', en['data-key'])
    await named(mac.id)
    await page.getByText(en['key.unfit'].replace('{usage}', 'GENERATE_VERIFY_MAC')).waitFor()
    expect(await button(page, en['data-key.make']).isDisabled()).toBe(true)
    await named(symmetric.id)
    await act(en['data-key.make'])
    await told(en['data-key.plaintext']).waitFor()
    await judged(page, 'playground-data-key')
    const plaintext = await secret(en['data-key.plaintext'])
    const ciphertext = await result(en['data-key.ciphertext'])
    expect(await decrypted(ciphertext)).toBe(plaintext)
    await page.getByText(en['data-key.without'], { exact: true }).click()
    await page.getByText('aws kms generate-data-key-without-plaintext').waitFor()
    await act(en['data-key.make'])
    await told(en['data-key.ciphertext']).waitFor()
    expect(await told(en['data-key.plaintext']).count()).toBe(0)

    await go('data-key-pair', en['data-key-pair'])
    await named(symmetric.id)
    await act(en['data-key-pair.make'])
    const der = { key: Buffer.from(await secret(en['data-key-pair.private']), 'base64') }
    const pair = createPrivateKey({ ...der, format: 'der', type: 'pkcs8' })
    const publicKey = createPublicKey(pair).export({ format: 'der', type: 'spki' })
    expect(await result(en['data-key-pair.public'])).toBe(publicKey.toString('base64'))
    await judged(page, 'playground-data-key-pair')

    await go('re-encrypt', en['playground.re-encrypt'])
    await page.getByRole('textbox', { name: en.ciphertext }).fill(ciphertext)
    await named(symmetric.id, en['re-encrypt.key'])
    await act(en['playground.re-encrypt'])
    const again = await result(en['re-encrypt.ciphertext'])
    expect(again).not.toBe(ciphertext)
    expect(await decrypted(again)).toBe(plaintext)

    await go('kem', en.kem)
    await named(kem.id)
    await act(en['kem.encapsulate'])
    const encapsulated = await secret(en['kem.made'])
    await act(en['kem.decapsulate'])
    expect(await secret(en['kem.opened'])).toBe(encapsulated)
    await page.getByText('aws kms decapsulate').waitFor()
    await judged(page, 'playground-kem')

    await go('shared-secret', en['shared-secret'])
    await named(agreement.id)
    const own = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const pem = String(own.publicKey.export({ format: 'pem', type: 'spki' }))
    await page.getByRole('textbox', { name: en['shared-secret.peer'] }).fill(pem)
    await act(en['shared-secret.derive'])
    const { PublicKey } = await harness.ok(tenant, 'GetPublicKey', { KeyId: agreement.id })
    const theirs = createPublicKey({
      ...{ key: Buffer.from(String(PublicKey), 'base64'), format: 'der', type: 'spki' },
    })
    const common = diffieHellman({ privateKey: own.privateKey, publicKey: theirs })
    expect(await secret(`${en['shared-secret']}`)).toBe(common.toString('base64'))

    await go('random', en.random)
    await act(en['random.make'])
    const random = await secret(en.random)
    expect(Buffer.from(random, 'base64')).toHaveLength(32)
    // the next one is hidden again
    await act(en['random.make'])
    await expect.poll(() => result(en.random), { timeout: PATIENCE }).toMatch(/^•+$/)
    await judged(page, 'playground-random')

    await go('blob', en.blob)
    const pasted = page.getByRole('textbox', { name: en.ciphertext })
    await pasted.fill(again)
    await page.getByText(en['blob.material.current']).waitFor()
    await page.getByRole('link', { name: symmetric.arn }).waitFor()
    await judged(page, 'playground-blob')
    await pasted.fill('AQICAHi/0P1VDZP/OCyPIqVc+VMujbl7SrvFZ9Rk2SklZCHQQwGyH7eQ8pazf1/9wFo9vtnp')
    await page.getByText(en['blob.aws']).waitFor()
    await pasted.fill('AAAA')
    await page.getByText(en['blob.unknown'].replace('{length}', '3')).waitFor()
    await pasted.fill(again)
    await page.getByRole('link', { name: symmetric.arn }).click()

    // the page of a key has what its usage allows
    await heading(page, symmetric.id).waitFor()
    await page.getByRole('tab', { name: en.try }).click()
    await button(page, en['data-key-pair']).waitFor()
    expect(await button(page, en['playground.mac']).count()).toBe(0)
    await judged(page, 'key-try')
    await page.evaluate(`history.pushState(null, '', '/console/keys/${mac.id}/try')`)
    await heading(page, mac.id).waitFor()
    await page.getByLabel(en.message).fill('a message')
    await act(en['mac.make'])
    await page.getByText('aws kms verify-mac').waitFor()
    await page.context().close()
  })
})

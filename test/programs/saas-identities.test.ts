// @module-tag process
// @module-tag long
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTokenIssuer } from '../sessions/token-issuer.ts'
import { REGION } from '../support/calls.ts'
import { removeFolders } from '../support/process.ts'
import {
  isHere,
  LANGUAGES,
  NOT_HERE,
  startVendor,
  type VendorsInstallation,
} from '../support/saas.ts'
import { slice } from '../support/slice.ts'

const row = { city: 'Bonn', email: 'a@b.example', iban: 'DE00' }
const rowOf = (tenant: string) => JSON.stringify({ tenant, ...row })
const opened = (tenant: string) => [{ tenant, customers: [expect.objectContaining(row)] }]
const refused = [expect.objectContaining({ error: expect.stringMatching(/^[A-Z]/) })]

/** In `npm test` one program: the other does the same by the same policies. */
const languages = slice(LANGUAGES, ({ name }) => name === 'TypeScript')

describe.for(languages)('docs/saas.md in $name, without a lasting credential', (language) => {
  let here = false
  let vendor: VendorsInstallation
  let account = ''
  let other = ''
  beforeAll(async () => {
    here = await isHere(language)
    if (!here) {
      process.stderr.write(NOT_HERE)
      return
    }
    vendor = await startVendor(language)
    const [made] = await vendor.program(['vendor'])
    account = String(made?.['account'])
    const env = { SAAS_VENDOR_APPLICATION: String(made?.['application']) }
    const [onboarded] = await vendor.program(['onboard', 'by-user'], { env })
    other = String(onboarded?.['account'])
    await vendor.program(['add'], { stdin: rowOf('by-user') })
  })
  afterAll(async () => {
    if (here) await vendor.stop()
    removeFolders()
  })

  test('by tokens of an installation-wide issuer', async ({ skip }) => {
    if (!here) skip()
    const keys = await startTokenIssuer()
    const name = 'sso.example.com/realms/vendor'
    const registered = {
      ...{ Issuer: `https://${name}`, Audiences: ['tenkey'], JwksUri: keys.jwksUri },
      ...{ TenantClaim: 'tenant', Rules: [{ RoleName: 'application', Claims: [] }] },
    }
    const words = ['rest', 'POST', '/admin/v1/installation-issuers', JSON.stringify(registered)]
    expect((await vendor.breakGlass(...words)).code).toBe(0)
    const [made] = await vendor.program(['onboard', 'by-token'], { env: { SAAS_ISSUER: name } })
    const as = async (command: readonly string[], claims = {}, stdin = '') => {
      const iat = Math.floor(Date.now() / 1000)
      const token = await keys.sign({
        ...{ iss: `https://${name}`, aud: 'tenkey', azp: 'application', sub: 'ana', iat },
        ...{ exp: iat + 300, tenant: String(made?.['account']), ...claims },
      })
      return vendor.program(command, { stdin, env: { SAAS_USER_TOKEN: token } })
    }
    await as(['add'], {}, rowOf('by-token'))
    expect(await as(['list', 'by-token'])).toEqual(opened('by-token'))
    // of another tenant, or issued to another application
    expect(await as(['list', 'by-token'], { tenant: other })).toEqual(refused)
    expect(await as(['list', 'by-token'], { azp: 'spa' })).toEqual(refused)
    // a role that trusts the vendor's credential trusts no token, and the other way round
    expect(await as(['list', 'by-user'], { tenant: other })).toEqual(refused)
    expect(await vendor.program(['list', 'by-token', 'by-user'])).toEqual([
      ...refused,
      ...opened('by-user'),
    ])
    keys.stop()
  })

  test('by a role of the vendor’s, as an identity in AWS has one', async ({ skip }) => {
    if (!here) skip()
    const role = `arn:aws:iam::${account}:role/application`
    await makeRole(vendor, account)
    const settings = { region: REGION, endpoint: vendor.url }
    const sts = new STSClient({ ...settings, credentials: vendor.profile('vendor-application') })
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({ RoleArn: role, RoleSessionName: 'instance' }),
    )
    const file = join(mkdtempSync(join(tmpdir(), 'tenkey-saas-')), 'credentials')
    const profile = `[vendor-application]
aws_access_key_id = ${Credentials?.AccessKeyId}
aws_secret_access_key = ${Credentials?.SecretAccessKey}
aws_session_token = ${Credentials?.SessionToken}
`
    writeFileSync(file, profile, { mode: 0o600 })
    const env = { AWS_SHARED_CREDENTIALS_FILE: file }
    await vendor.program(['onboard', 'by-role'], { env: { SAAS_VENDOR_APPLICATION: role } })
    await vendor.program(['add'], { env, stdin: rowOf('by-role') })
    expect(await vendor.program(['list', 'by-role', 'by-user'], { env })).toEqual([
      ...opened('by-role'),
      ...refused,
    ])
    expect(await vendor.program(['list', 'by-role'])).toEqual(refused)
  })
})

/** The vendor's root makes a role that may what the application's user may. */
async function makeRole(vendor: VendorsInstallation, account: string): Promise<void> {
  const credentials = vendor.profile('vendor-root')
  const iam = new IAMClient({ region: REGION, endpoint: `${vendor.url}/iam`, credentials })
  const Principal = { AWS: `arn:aws:iam::${account}:user/application` }
  const Statement = { Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
  const RoleName = 'application'
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }))
  const file = '../../examples/saas/policies/vendor-application.json'
  const PolicyDocument = readFileSync(new URL(file, import.meta.url), 'utf8')
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'tenants', PolicyDocument }))
}

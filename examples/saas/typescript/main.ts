/**
 * The way of a vendor of software with many tenants, docs/saas.md:
 *
 *   node examples/saas/typescript/main.ts COMMAND
 *
 *   vendor            operator: the vendor's own account, with the application's user in it
 *   onboard NAME…     operator, then the tenant's root and administrator: an account, its people, its key
 *   add               application: a customer for each line of JSON on standard input
 *   list NAME…        application: the customers of these tenants, decrypted
 *   rotate NAME…      the tenants' administrators: new key material at once
 *   audit NAME…       the tenants' auditors: what is in their trails
 *   suspend NAME…     operator: nothing of these tenants opens
 *   resume NAME…      operator: it does again
 *
 * Each command works with the profiles of those who do it, and with no other: `vendor-operator`,
 * `vendor-application`, `NAME-root`, `NAME-administrator`, `NAME-auditor`.
 */
import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import { Customers } from './customers.ts'
import { DataKeys } from './data-keys.ts'
import { openDatabase, tenantNamed } from './database.ts'
import { createAccount, resume, suspend } from './operator.ts'
import { policy } from './policies.ts'
import { handOver } from './profiles.ts'
import { makeKey, rotateNow } from './tenant-administrator.ts'
import { trail } from './tenant-auditor.ts'
import {
  makeApplicationRole,
  makeUser,
  replaceRootKey,
  trustPolicy,
  type Vendor,
} from './tenant-root.ts'
import { byUserToken, byVendorCredential, TenantSessions } from './tenant-sessions.ts'

const {
  SAAS_DATABASE = 'vendor.db',
  SAAS_VENDOR_APPLICATION = '',
  SAAS_ISSUER,
  SAAS_USER_TOKEN,
} = process.env
const db = openDatabase(SAAS_DATABASE)
const [command = '', ...names] = process.argv.slice(2)
const print = (line: object) => console.log(JSON.stringify(line))

/** The application: rows, the data keys they are encrypted under, a session for each tenant. */
function application() {
  const assume =
    SAAS_USER_TOKEN === undefined
      ? byVendorCredential('vendor-application')
      : byUserToken(SAAS_USER_TOKEN)
  const keys = new DataKeys(db, new TenantSessions(assume))
  return { keys, customers: new Customers(db, keys) }
}

async function makeVendor(): Promise<void> {
  const { account, root } = await createAccount('vendor', randomUUID())
  const replaced = await replaceRootKey(root)
  handOver('vendor-root', replaced)
  const user = await makeUser(replaced, 'application', policy('vendor-application.json', {}))
  handOver('vendor-application', user)
  print({ account, application: `arn:aws:iam::${account}:user/application` })
}

async function onboard(name: string, vendor: Vendor): Promise<void> {
  const externalId = randomUUID()
  const { account, root } = await createAccount(name, externalId)
  // from here on it is the tenant that acts
  const replaced = await replaceRootKey(root)
  handOver(`${name}-root`, replaced)
  const own = { TENANT_ACCOUNT: account }
  const people = await Promise.all(
    ['administrator', 'auditor'].map(async (user) => {
      const key = await makeUser(replaced, user, policy(`tenant-${user}.json`, own))
      handOver(`${name}-${user}`, key)
      return key
    }),
  )
  await makeApplicationRole(replaced, trustPolicy(vendor, externalId))
  const [administrator] = people
  if (administrator === undefined) throw new Error('there is no administrator')
  const key = await makeKey({ credentials: administrator }, account)
  // and from here on it is one of the vendor's
  db.prepare('INSERT INTO tenants (account, name, external_id) VALUES (?, ?, ?)').run(
    account,
    name,
    externalId,
  )
  print({ tenant: name, account, key })
}

/** A tenant that may work. Of one that may not nothing stays in memory. @throws Error */
function active(name: string, keys: DataKeys) {
  const tenant = tenantNamed(db, name)
  if (!tenant.suspended) return tenant
  keys.forget(tenant.account)
  throw Object.assign(new Error('it is suspended'), { name: 'Suspended' })
}

async function add(): Promise<void> {
  const { customers, keys } = application()
  for await (const line of createInterface({ input: process.stdin })) {
    const { tenant, ...customer } = JSON.parse(line)
    print({ tenant, id: await customers.add(active(tenant, keys), customer) })
  }
}

/** One tenant that does not open holds up no other. */
async function list(): Promise<void> {
  const { customers, keys } = application()
  for (const name of names) {
    try {
      print({ tenant: name, customers: await customers.list(active(name, keys)) })
    } catch (error) {
      if (!(error instanceof Error)) throw error
      print({ tenant: name, error: error.name, message: error.message })
    }
  }
}

async function audit(name: string): Promise<void> {
  // where no time is said the service answers seven days
  const StartTime = new Date(Date.now() - 90 * 86_400_000).toISOString()
  const records = trail(`${name}-auditor`, { StartTime })
  for await (const { eventTime, eventName, errorCode, userIdentity } of records) {
    // of another account, and of the service itself, the trail has no ARN
    const { arn, invokedBy, accountId } = userIdentity as Record<string, string | undefined>
    print({ tenant: name, eventTime, eventName, errorCode, by: arn ?? invokedBy ?? accountId })
  }
}

/** The vendor's own word first where a tenant is locked out, and last where it is let in. */
async function setSuspended(name: string, suspended: boolean): Promise<void> {
  const { account } = tenantNamed(db, name)
  const put = (value: number) =>
    db.prepare('UPDATE tenants SET suspended = ? WHERE account = ?').run(value, account)
  if (suspended) put(1)
  await (suspended ? suspend : resume)(account)
  if (!suspended) put(0)
  print({ tenant: name, suspended })
}

const each = (work: (name: string) => Promise<void>) => async () => {
  for (const name of names) await work(name)
}

const commands: Readonly<Record<string, () => Promise<void>>> = {
  vendor: makeVendor,
  onboard: each((name) =>
    onboard(name, {
      application: SAAS_VENDOR_APPLICATION,
      ...(SAAS_ISSUER !== undefined && { issuer: SAAS_ISSUER }),
    }),
  ),
  add,
  list,
  rotate: each(async (name) => {
    print({ tenant: name, key: await rotateNow(`${name}-administrator`) })
  }),
  audit: each(audit),
  suspend: each((name) => setSuspended(name, true)),
  resume: each((name) => setSuspended(name, false)),
}

const work = commands[command]
if (work === undefined) {
  console.error(`what is to be done? ${Object.keys(commands).join(', ')}`)
  process.exitCode = 2
} else {
  try {
    await work()
  } catch (error) {
    console.error(
      `${command}: ${error instanceof Error ? `${error.message} (${error.name})` : error}`,
    )
    process.exitCode = 1
  }
}

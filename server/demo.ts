import { createSecretKey, randomBytes } from 'node:crypto'
import { OPERATOR_ACCOUNT } from '../core/base/arn.ts'
import { printable } from '../core/base/printable.ts'
import { readConfig } from '../core/config.ts'
import { heldRoot } from '../core/root/held.ts'
import { type Client, clientOf } from './cli/client.ts'
import { CommandError } from './cli/command.ts'
import { heldCredentials, type StoredCredential } from './credential-file.ts'
import { newCredential } from './installation.ts'
import { listenAt } from './listening.ts'
import { openFurnished, wire } from './opening.ts'

/** bytes of a root key */
const ROOT = 32
const CARD = '4111 1111 1111 1111'
const CONTEXT = { table: 'cards', row: '1' }
type Json = Record<string, unknown>

/**
 * Shows what the service is for, on one that is in memory and gone at the end: nothing is written, and nothing is on
 * a port that others know.
 * @param say takes each line
 */
export async function demo(say: (text: string) => void): Promise<void> {
  const config = readConfig({
    TENKEY_STORE: 'memory',
    TENKEY_PORT: '0',
    TENKEY_METRICS: 'off',
    TENKEY_CONSOLE: 'off',
    TENKEY_DOCS: 'off',
  })
  const root = heldRoot(createSecretKey(randomBytes(ROOT)))
  const operator = newCredential(OPERATOR_ACCOUNT)
  const installation = await openFurnished(config, {
    root: async () => root,
    credentials: heldCredentials({ operator }),
  })
  const wired = await wire(config, installation, { log: () => {} })
  try {
    const { address, stop } = await listenAt(config, wired)
    try {
      await walk(address, operator, say)
    } finally {
      await stop()
    }
  } finally {
    await wired.close()
  }
}

async function walk(
  address: string,
  operator: StoredCredential,
  say: (text: string) => void,
): Promise<void> {
  const environment = { TENKEY_ENDPOINT: address }
  const as = (credential: StoredCredential, called: string) =>
    clientOf(environment, { ...credential, called })
  const owner = as(operator, 'the operator of this demonstration')
  const [acme, rival] = [await tenant(owner, 'acme', as), await tenant(owner, 'rival', as)]
  say(`Two tenants of one service: acme is account ${acme.id}, rival is ${rival.id}.`)

  const { KeyMetadata } = await acme.client.call('POST', '/v1/keys', { Description: 'cards' })
  const { KeyId, Arn } = KeyMetadata as Json
  say(`acme makes a key: ${String(Arn)}`)

  const { CiphertextBlob } = await acme.client.call('POST', `/v1/keys/${String(KeyId)}/encrypt`, {
    Plaintext: Buffer.from(CARD).toString('base64'),
    EncryptionContext: CONTEXT,
  })
  const sealed = String(CiphertextBlob)
  say(`acme encrypts a card number for row 1 of its table: ${sealed.slice(0, 48)}…`)

  const decrypt = (client: Client, EncryptionContext: Readonly<Record<string, string>>) =>
    client.call('POST', '/v1/decrypt', { CiphertextBlob: sealed, EncryptionContext })
  const { Plaintext } = await decrypt(acme.client, CONTEXT)
  say(`acme decrypts it: ${Buffer.from(String(Plaintext), 'base64').toString()}`)

  say(
    `moved to row 2 it does not open: ${await refusal(decrypt(acme.client, { ...CONTEXT, row: '2' }))}`,
  )
  say(`rival has the ciphertext and is refused: ${await refusal(decrypt(rival.client, CONTEXT))}`)
  await owner.call('POST', `/admin/v1/tenants/${acme.id}/suspend`)
  say(`acme is suspended, and so is all it has: ${await refusal(decrypt(acme.client, CONTEXT))}`)
  await owner.call('POST', `/admin/v1/tenants/${acme.id}/resume`)
  await acme.client.call('POST', `/v1/keys/${String(KeyId)}/disable`)
  say(`acme comes back and disables its key: ${await refusal(decrypt(acme.client, CONTEXT))}`)

  const { Records } = await acme.client.call('GET', '/v1/audit?Limit=20')
  say('All of it is in the audit trail of acme, and none of it in that of rival:')
  for (const { eventName, errorCode } of (Records as Json[]).toReversed()) {
    say(`  ${String(eventName)}${errorCode === undefined ? '' : ` (${String(errorCode)})`}`)
  }
}

async function tenant(
  owner: Client,
  Name: string,
  as: (credential: StoredCredential, called: string) => Client,
) {
  const { AccountId, AccessKey } = await owner.call('POST', '/admin/v1/tenants', { Name })
  const { AccessKeyId, SecretAccessKey } = AccessKey as Record<string, string>
  const credential = {
    accountId: String(AccountId),
    accessKeyId: String(AccessKeyId),
    secretAccessKey: String(SecretAccessKey),
  }
  return { id: credential.accountId, client: as(credential, `the credential of ${Name}`) }
}

/** What a call that must be refused was refused with. */
async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call
  } catch (error) {
    if (error instanceof CommandError) return printable(error.message)
    throw error
  }
  throw new Error('a call was answered that must be refused')
}

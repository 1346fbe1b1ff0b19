// Makes `installation-1/` with the code as it is: `node test/golden/make-installation.ts`. It is what tenkey
// 0.1.0 (commit b027a66) left on a disk: the data folder, an export of it, and what callers kept, which must
// open for ever. It was made once and is frozen: where the folder exists, nothing is written.
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import {
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  EncryptCommand,
  GenerateMacCommand,
  GetParametersForImportCommand,
  KMSClient,
  PutKeyPolicyCommand,
  RotateKeyOnDemandCommand,
  SignCommand,
} from '@aws-sdk/client-kms'
import { readConfig } from '../../core/config.ts'
import { signRequest } from '../../core/signature/sign-request.ts'
import { sqliteStore } from '../../core/store/sqlite.ts'
import { serve } from '../../server/serve.ts'
import { exportStore } from '../../server/transfer.ts'

const REGION = 'us-east-1'
const target = fileURLToPath(new URL('installation-1', import.meta.url))
mkdirSync(target)
const data = mkdtempSync(join(tmpdir(), 'tenkey-golden-'))
const running = await serve(readConfig({ TENKEY_DATA: data, TENKEY_PORT: '0' }))
const { tenant } = running
if (tenant === undefined) throw new Error('the installation has no first tenant')
const kms = new KMSClient({ endpoint: running.address, region: REGION, credentials: tenant })

async function createKey(input: CreateKeyCommandInput = {}): Promise<string> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand(input))
  return KeyMetadata?.KeyId ?? ''
}
async function encrypt(KeyId: string, text: string): Promise<string> {
  const input = { KeyId, Plaintext: Buffer.from(text), EncryptionContext: { golden: 'yes' } }
  const { CiphertextBlob = new Uint8Array() } = await kms.send(new EncryptCommand(input))
  return Buffer.from(CiphertextBlob).toString('base64')
}

const plain = await createKey({ Description: 'golden', Tags: [{ TagKey: 'a', TagValue: 'b' }] })
await kms.send(new CreateAliasCommand({ AliasName: 'alias/golden', TargetKeyId: plain }))
const before = await encrypt('alias/golden', 'before the rotation')
await kms.send(new RotateKeyOnDemandCommand({ KeyId: plain }))
const after = await encrypt(plain, 'after the rotation')
const managed = await encrypt('alias/aws/s3', 'under a managed key')

const policy = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: tenant.accountId }, Action: 'kms:*', Resource: '*' },
  ],
}
await kms.send(new PutKeyPolicyCommand({ KeyId: plain, Policy: JSON.stringify(policy) }))
const root = `arn:aws:iam::${tenant.accountId}:root`
const { GrantId } = await kms.send(
  new CreateGrantCommand({
    KeyId: plain, Name: 'golden', GranteePrincipal: root, RetiringPrincipal: root,
    Operations: ['Decrypt'],
  }),
)

const mac = await createKey({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' })
const signer = await createKey({ KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' })
const Message = Buffer.from('golden')
const made = await kms.send(
  new GenerateMacCommand({ KeyId: mac, Message, MacAlgorithm: 'HMAC_SHA_256' }),
)
const signed = await kms.send(
  new SignCommand({ KeyId: signer, Message, SigningAlgorithm: 'ECDSA_SHA_256' }),
)
const external = await createKey({ Origin: 'EXTERNAL' })
await kms.send(
  new GetParametersForImportCommand({
    KeyId: external, WrappingAlgorithm: 'RSAES_OAEP_SHA_256', WrappingKeySpec: 'RSA_2048',
  }),
)

/** REST, for what AWS's client can't ask: an Idempotency-Key, and the rotation of an alias. */
async function rest(line: string, input: object, more: Record<string, string>): Promise<void> {
  const [method = '', path = ''] = line.split(' ')
  const body = Buffer.from(JSON.stringify(input))
  const own = { host: new URL(running.address).host, 'content-type': 'application/json' }
  const request = { method, path, query: '', headers: { ...own, ...more }, body }
  if (tenant === undefined) throw new Error('the installation has no first tenant')
  const scope = { region: REGION, service: 'kms', now: Date.now() }
  const headers = signRequest(request, tenant, scope)
  const answer = await fetch(running.address + path, { method, headers, body })
  if (!answer.ok) throw new Error(`${line}: ${await answer.text()}`)
}
await rest('POST /v1/keys', { Description: 'once' }, { 'idempotency-key': 'golden' })
await kms.send(new CreateAliasCommand({ AliasName: 'alias/moving', TargetKeyId: mac }))
await rest('PUT /v1/aliases/alias%2Fmoving/rotation', { RotationPeriodInDays: 2560 }, {})
await running.stop()

const db = new DatabaseSync(join(data, 'tenkey.db'))
db.prepare('VACUUM INTO ?').run(join(target, 'tenkey.db'))
db.close()
const store = sqliteStore({ file: join(data, 'tenkey.db') })
await exportStore(store, join(target, 'export.jsonl.gz'), Date.now())
await store.close()
for (const name of ['root.key', 'tenant.json', 'operator.json']) {
  renameSync(join(data, name), join(target, name))
}
const kept = {
  keys: { plain, mac, signer, external }, grantId: GrantId,
  ciphertexts: [
    { text: 'before the rotation', blob: before },
    { text: 'after the rotation', blob: after },
    { text: 'under a managed key', blob: managed },
  ],
  mac: Buffer.from(made.Mac ?? []).toString('base64'),
  signature: Buffer.from(signed.Signature ?? []).toString('base64'),
}
writeFileSync(join(target, 'kept.json'), `${JSON.stringify(kept, null, 2)}\n`)
rmSync(data, { recursive: true })

import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Credential } from './calls.ts'

export interface Caller extends Credential {
  readonly url: string
  readonly region: string
  readonly keyId: string
}

const run = promisify(execFile)
const PLAINTEXT = 'seen by an AWS client'

/**
 * Encrypts and decrypts by the AWS CLI, of either major version.
 * @returns its version; undefined where it is not installed @throws Error what it said
 */
export async function encryptByCli(caller: Caller): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-smoke-'))
  const file = (name: string, content: string | Buffer): string => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return `fileb://${path}`
  }
  // nothing of the account's own configuration is used
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    AWS_ACCESS_KEY_ID: caller.accessKeyId,
    AWS_SECRET_ACCESS_KEY: caller.secretAccessKey,
    AWS_DEFAULT_REGION: caller.region,
    AWS_CONFIG_FILE: join(folder, 'none'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
  }
  const kms = async (...words: readonly string[]): Promise<Record<string, unknown>> => {
    const command = ['kms', ...words, '--endpoint-url', caller.url, '--output', 'json']
    const { stdout } = await run('aws', command, { env })
    return { ...(JSON.parse(stdout) as object) }
  }
  try {
    const version = await versionOf(env)
    if (version === undefined) return undefined
    const plaintext = file('plaintext', PLAINTEXT)
    const sealed = await kms('encrypt', '--key-id', caller.keyId, '--plaintext', plaintext)
    const blob = Buffer.from(String(sealed['CiphertextBlob']), 'base64')
    const opened = await kms('decrypt', '--ciphertext-blob', file('blob', blob))
    check(Buffer.from(String(opened['Plaintext']), 'base64'))
    return version
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function versionOf(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await run('aws', ['--version'], { env })
    return (stdout || stderr).split(' ')[0]?.trim()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** The same by the AWS SDK. */
export async function encryptBySdk({ url, region, keyId, ...credential }: Caller): Promise<void> {
  const { DecryptCommand, EncryptCommand, KMSClient } = await import('@aws-sdk/client-kms')
  const { accessKeyId, secretAccessKey } = credential
  const credentials = { accessKeyId, secretAccessKey }
  const client = new KMSClient({ endpoint: url, region, credentials })
  try {
    const Plaintext = Buffer.from(PLAINTEXT)
    const { CiphertextBlob } = await client.send(new EncryptCommand({ KeyId: keyId, Plaintext }))
    const opened = await client.send(new DecryptCommand({ CiphertextBlob }))
    check(opened.Plaintext ?? new Uint8Array(0))
  } finally {
    client.destroy()
  }
}

function check(plaintext: Uint8Array): void {
  if (Buffer.from(plaintext).toString() !== PLAINTEXT) throw new Error('another text came back')
}

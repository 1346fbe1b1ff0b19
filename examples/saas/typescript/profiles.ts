import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** An access key of a user or of an account's root. */
export interface AccessKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/**
 * Hands an access key to who it is for: here a profile of AWS's credentials file on this machine, elsewhere
 * the secret store of each party. The file is its owner's alone.
 * @throws Error where there is such a profile
 */
export function handOver(profile: string, { accessKeyId, secretAccessKey }: AccessKey): void {
  const file = process.env['AWS_SHARED_CREDENTIALS_FILE'] || join(homedir(), '.aws', 'credentials')
  if (existsSync(file) && readFileSync(file, 'utf8').includes(`[${profile}]`)) {
    throw new Error(`${file} has a profile ${profile}`)
  }
  const lines = [
    `[${profile}]`,
    `aws_access_key_id = ${accessKeyId}`,
    `aws_secret_access_key = ${secretAccessKey}`,
  ]
  appendFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 })
}

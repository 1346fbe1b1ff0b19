import { type Config, ConfigError } from '../core/config.ts'

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/**
 * Refuses a root key in AWS KMS whose client would be led to this very server: the variables that lead
 * AWS's clients to a tenkey lead its own there too, and a server that asks itself to unwrap waits for
 * itself. Only this machine's addresses can be told.
 * @throws ConfigError
 */
export function refuseOwnEndpoint(
  { root, port }: Pick<Config, 'root' | 'port'>,
  environment: Readonly<Record<string, string | undefined>>,
): void {
  const endpoint = environment['AWS_ENDPOINT_URL_KMS'] || environment['AWS_ENDPOINT_URL'] || ''
  if (!root.startsWith('aws-kms:') || !URL.canParse(endpoint)) return
  const url = new URL(endpoint)
  if (!LOOPBACK.test(url.hostname) || url.port !== String(port)) return
  throw new ConfigError(
    `TENKEY_ROOT is in AWS KMS, but AWS_ENDPOINT_URL_KMS (or AWS_ENDPOINT_URL) is ${endpoint}, this server itself: unset it`,
  )
}

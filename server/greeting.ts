import { resolve } from 'node:path'
import { printable } from '../core/base/printable.ts'
import type { Config } from '../core/config.ts'
import { tenantFile } from './credential-file.ts'
import type { Running } from './serve.ts'

type Started = Pick<Running, 'address' | 'tenant' | 'made' | 'others'>

/** where `tenkey` commands look for a server that they are not told of */
const USUAL = 'http://127.0.0.1:4599'

/**
 * What a server that answers says to a person: lines to paste into a shell. The secret of the first tenant
 * is shown once, by the start that makes it, and to a terminal alone: other output is kept in files and logs, so
 * there the line takes it from its file.
 * @param terminal whether what is said goes to a terminal
 */
export function greeting(
  { address, tenant, made, others }: Started,
  config: Config,
  terminal: boolean,
): string {
  const where = made ? `a new installation, ${placeOf(config)}` : placeOf(config)
  const ready = [`tenkey is ready on ${address} (${where})`, ...besides(others, config)].join('\n')
  if (tenant === undefined) return ready
  const file = resolve(tenantFile(config.data))
  const secret = made && terminal ? tenant.secretAccessKey : secretIn(file)
  return `${ready}
The first tenant's access key is in ${printable(file)}

Paste this to use it from a shell, with the AWS CLI or any AWS SDK:

export AWS_ENDPOINT_URL_KMS=${address} AWS_ENDPOINT_URL_STS=${address}
export AWS_ENDPOINT_URL_IAM=${address}/iam
export AWS_ACCESS_KEY_ID=${tenant.accessKeyId}
export AWS_SECRET_ACCESS_KEY=${secret}
export AWS_REGION=${config.region} AWS_DEFAULT_REGION=${config.region}
${address === USUAL ? '' : `export TENKEY_ENDPOINT=${address}\n`}`
}

/** Who else serves the same store. With SQLite that is safe, and seldom what was meant. */
function besides(others: Started['others'], { store }: Config): string[] {
  if (store !== 'sqlite') return []
  return others.map(
    ({ address, pid, since }) =>
      `Another process (${pid}) serves this folder since ${since}, on ${address}: both serve the same tenants and keys, as several workers do. Stop one if that is not meant.`,
  )
}

/** The same for a program, on one line; never the secret, whose file is named. */
export const jsonLine = (
  { address, tenant, made, others }: Started,
  { region, data }: Config,
): string =>
  JSON.stringify({
    endpoint: address,
    region,
    newInstallation: made,
    ...(others.length > 0 && {
      others: others.map(({ address: endpoint, pid, since }) => ({ endpoint, pid, since })),
    }),
    ...(tenant !== undefined && {
      accountId: tenant.accountId,
      accessKeyId: tenant.accessKeyId,
      credentialFile: resolve(tenantFile(data)),
    }),
  })

/** As a shell takes the secret from the file that writeCredential has written, a member to a line. */
function secretIn(file: string): string {
  const quoted = `'${printable(file).replaceAll("'", "'\\''")}'`
  return `"$(sed -n 's/.*"secretAccessKey": "\\(.*\\)".*/\\1/p' ${quoted})"`
}

/** Where an installation is: a name that was mistyped shows here. */
function placeOf({ store, data, table }: Config): string {
  switch (store) {
    case 'sqlite':
      return `store ${printable(data)}/tenkey.db`
    case 'dynamodb':
      return `store dynamodb, table ${table}`
    case 'memory':
      return 'store memory'
  }
}

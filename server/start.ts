import { type Config, ConfigError, readConfig } from '../core/config.ts'
import type { StoredCredential } from './installation.ts'
import { onSignals, serve } from './serve.ts'

/** `npm start` and `tenkey serve`: starts the server and says how to use it. */
export async function start(): Promise<void> {
  try {
    const config = readConfig(process.env)
    const running = await serve(config)
    onSignals(running.stop)
    console.log(greeting(config, running.address, running.tenant))
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    console.error(`tenkey: ${error.message}`)
    process.exit(1)
  }
}

function greeting(config: Config, address: string, tenant: StoredCredential | undefined): string {
  const where =
    config.store === 'sqlite' ? `store ${config.data}/tenkey.db` : `store ${config.store}`
  const ready = `tenkey is ready on ${address} (${where})`
  if (tenant === undefined) return ready
  return `${ready}

Paste this to use it from a shell, with the AWS CLI or any AWS SDK:

export AWS_ENDPOINT_URL_KMS=${address}
export AWS_ACCESS_KEY_ID=${tenant.accessKeyId}
export AWS_SECRET_ACCESS_KEY=${tenant.secretAccessKey}
export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
`
}

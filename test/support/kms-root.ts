import type { KMSClient } from '@aws-sdk/client-kms'
import { awsKmsRoot } from '../../core/root/aws-kms.ts'
import type { RootKey } from '../../core/root/root.ts'
import { Harness, type MadeKey, REGION, type Tenant } from './harness.ts'
import { startTarget } from './target.ts'

/** A tenkey in this process that stands for AWS KMS: the KMS behind a tenkey. */
export interface KmsBehind {
  readonly harness: Harness
  readonly tenant: Tenant
  /** the key of a name; made when it is first asked for */
  key(name: string): Promise<MadeKey>
  /** a root key on the key of that name */
  open(name: string, prove?: boolean): Promise<RootKey>
  stop(): Promise<void>
}

export async function startKmsBehind(): Promise<KmsBehind> {
  const harness = new Harness()
  harness.attach(await startTarget('memory'))
  const tenant = await harness.tenant('root keys')
  const keys = new Map<string, MadeKey>()
  const client: KMSClient = harness.client(tenant, REGION)
  async function key(name: string): Promise<MadeKey> {
    const known = keys.get(name)
    if (known !== undefined) return known
    const made = await harness.key(tenant)
    keys.set(name, made)
    return made
  }
  return {
    harness,
    tenant,
    key,
    open: async (name, prove = false) =>
      awsKmsRoot({ keyArn: (await key(name)).arn, prove, client }),
    async stop() {
      const { target } = harness
      harness.attach(undefined)
      await target.stop()
    },
  }
}

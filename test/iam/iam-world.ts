import { IAMClient } from '@aws-sdk/client-iam'
import { afterAll, afterEach } from 'vitest'
import { allow, document } from '../sessions/world.ts'
import { type Harness, REGION, type Tenant } from '../support/harness.ts'
import type { Credential } from '../support/target.ts'

/** Unmodified clients of AWS IAM, closed after each test. */
export function iamClients(harness: Harness): (credential: Credential) => IAMClient {
  const clients: IAMClient[] = []
  const close = () => {
    for (const client of clients.splice(0)) client.destroy()
  }
  afterEach(close)
  afterAll(close)
  return ({ accessKeyId, secretAccessKey, sessionToken }) => {
    const client = new IAMClient({
      endpoint: `${harness.target.url}/iam`,
      region: REGION,
      maxAttempts: 1,
      credentials: {
        accessKeyId,
        secretAccessKey,
        ...(sessionToken !== undefined && { sessionToken }),
      },
    })
    clients.push(client)
    return client
  }
}

/** What a call came to that was to be refused: AWS's code, text and status. */
export async function refused(sent: Promise<unknown>) {
  try {
    await sent
  } catch (error) {
    const { Code, name, message, $metadata } = error as {
      Code?: string
      name: string
      message: string
      $metadata: { httpStatusCode?: number }
    }
    return { code: Code ?? name, message, status: $metadata.httpStatusCode }
  }
  throw new Error('it was answered')
}

/** A user with an access key whose policy allows some actions on everything. */
export async function administrator(
  harness: Harness,
  tenant: Tenant,
  name: string,
  ...actions: string[]
): Promise<Credential> {
  const { credential } = await harness.user(tenant, name, { Policy: document(allow(actions)) })
  if (credential === undefined) throw new Error('a user has an access key')
  return credential
}

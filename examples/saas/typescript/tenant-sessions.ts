import { KMSClient } from '@aws-sdk/client-kms'
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  type Credentials,
  STSClient,
} from '@aws-sdk/client-sts'

/** A tenant as the vendor's database has it. */
export interface Tenant {
  readonly account: string
  readonly name: string
  readonly externalId: string
}

/** How a session of a tenant's role is had: short-lived credentials, in AWS STS's words. */
export type Assume = (tenant: Tenant, roleArn: string) => Promise<Credentials | undefined>

const SESSION = 'application'

/** By the one credential that the vendor's application has. */
export function byVendorCredential(profile: string): Assume {
  const sts = new STSClient({ profile })
  return async ({ externalId }, RoleArn) => {
    const input = { RoleArn, RoleSessionName: SESSION, ExternalId: externalId }
    return (await sts.send(new AssumeRoleCommand(input))).Credentials
  }
}

/** By the token that somebody has who signed in at the vendor: the application has no credential at all. */
export function byUserToken(token: string): Assume {
  const sts = new STSClient({})
  return async (_tenant, RoleArn) => {
    const input = { RoleArn, RoleSessionName: SESSION, WebIdentityToken: token }
    return (await sts.send(new AssumeRoleWithWebIdentityCommand(input))).Credentials
  }
}

/** A client of AWS KMS for each tenant, whose sessions the SDK renews before they end. */
export class TenantSessions {
  readonly #assume: Assume
  readonly #clients = new Map<string, KMSClient>()

  constructor(assume: Assume) {
    this.#assume = assume
  }

  kms(tenant: Tenant): KMSClient {
    const known = this.#clients.get(tenant.account)
    if (known !== undefined) return known
    const client = new KMSClient({ credentials: () => this.#credentials(tenant) })
    this.#clients.set(tenant.account, client)
    return client
  }

  async #credentials(tenant: Tenant) {
    const roleArn = `arn:aws:iam::${tenant.account}:role/vendor/application`
    const session = await this.#assume(tenant, roleArn)
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = session ?? {}
    if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) {
      throw new Error('there is no session in the answer')
    }
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiration: Expiration,
    }
  }
}

import { AssumeRoleCommand, type AssumeRoleCommandInput, STSClient } from '@aws-sdk/client-sts'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import type { Statement } from '../support/authorization.ts'
import { Harness, type Input, REGION, type Tenant } from '../support/harness.ts'
import { type Credential, startTarget, type TargetOptions } from '../support/target.ts'

export { allow, document, type Statement } from '../support/authorization.ts'

/** An installation whose machine clock a test may move, with harness and STS clients. */
export interface World {
  readonly harness: Harness
  /** moves the clock that signatures and sessions live by */
  advance(ms: number): void
  sts(credential: Credential): STSClient
}

/** @param more what the installation is beside, once `beforeAll` may be asked */
export function sessionWorld(more: () => Promise<TargetOptions> = async () => ({})): World {
  const harness = new Harness()
  const clients: STSClient[] = []
  let ahead = 0
  const wallTime = () => Date.now() + ahead
  beforeAll(async () => {
    const options = { issuerNetworks: ['127.0.0.0/8'], wallTime, ...(await more()) }
    const target = await startTarget('sqlite', options)
    harness.attach({ ...target, now: wallTime, wallTime })
  })
  afterAll(async () => {
    const { target } = harness
    harness.attach(undefined)
    await target.stop()
  })
  beforeEach(() => harness.begin())
  afterEach(() => {
    harness.check()
    for (const client of clients.splice(0)) client.destroy()
  })
  return {
    harness,
    advance(ms) {
      ahead += ms
    },
    sts({ accessKeyId, secretAccessKey, sessionToken }) {
      const client = new STSClient({
        endpoint: harness.target.url,
        region: REGION,
        maxAttempts: 1,
        systemClockOffset: ahead,
        credentials: {
          accessKeyId,
          secretAccessKey,
          ...(sessionToken !== undefined && { sessionToken }),
        },
      })
      clients.push(client)
      return client
    },
  }
}

/** A trust policy's statement. */
export const trust = (
  principal: Record<string, string>,
  actions: string[] = ['sts:AssumeRole'],
  more: Statement = {},
): Statement => ({ Effect: 'Allow', Principal: principal, Action: actions, ...more })

export const roleArn = ({ accountId }: { accountId: string }, name: string): string =>
  `arn:aws:iam::${accountId}:role/${name}`

/** Credentials as AWS STS answers them. */
export const credentialOf = (accountId: string, made: unknown): Credential => {
  const { AccessKeyId, SecretAccessKey, SessionToken } = made as Record<string, string>
  if (!AccessKeyId || !SecretAccessKey || !SessionToken) throw new Error('no credentials')
  return {
    accountId,
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
  }
}

/** Calls an operation of the operator's. */
export async function operate(harness: Harness, line: string, input?: Input) {
  const body = input === undefined ? {} : { body: JSON.stringify(input) }
  const outcome = await harness.rest(harness.operator, line, body)
  if (outcome.code !== undefined) throw new Error(`${line}: ${outcome.text}`)
  return outcome.json
}

/** Short-lived credentials of a user, made by the operator. */
export async function userSession(
  harness: Harness,
  { accountId }: Tenant,
  UserName: string,
  more: Input = {},
): Promise<Credential> {
  const made = await operate(harness, `POST /admin/v1/tenants/${accountId}/sessions`, {
    UserName,
    ...more,
  })
  return credentialOf(accountId, made['Credentials'])
}

/** Assumes a role of an account, through the SDK. */
export const assumeRole = (
  world: Pick<World, 'sts'>,
  caller: Credential,
  owner: { readonly accountId: string },
  name: string,
  more: Partial<AssumeRoleCommandInput> = {},
) =>
  world
    .sts(caller)
    .send(
      new AssumeRoleCommand({ RoleArn: roleArn(owner, name), RoleSessionName: 'night', ...more }),
    )

import { STSClient } from '@aws-sdk/client-sts'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { Harness, type Input, REGION, type Tenant } from '../support/harness.ts'
import { type Credential, startTarget } from '../support/target.ts'

/** An installation whose machine clock a test may move, with harness and STS clients. */
export interface World {
  readonly harness: Harness
  /** moves the clock that signatures and sessions live by */
  advance(ms: number): void
  sts(credential: Credential): STSClient
}

export function sessionWorld(): World {
  const harness = new Harness()
  const clients: STSClient[] = []
  let ahead = 0
  const wallTime = () => Date.now() + ahead
  beforeAll(async () => {
    const target = await startTarget('sqlite', { issuerNetworks: ['127.0.0.0/8'], wallTime })
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

export type Statement = Record<string, unknown>

export const document = (...Statement: Statement[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement })

export const allow = (Action: string | string[], more: Statement = {}): Statement => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  ...more,
})

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

import { DatabaseSync } from 'node:sqlite'
import { IAMClient } from '@aws-sdk/client-iam'
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { type CallOptions, callSdk, type Input, REGION, sdkClient, sendRest } from './calls.ts'
import type { VendorsInstallation } from './saas.ts'
import type { Credential, Target } from './target.ts'

/** A tenant of the vendor, looked at from outside with the credentials of all who are somebody there. */
export interface Seen {
  readonly name: string
  readonly account: string
  /** ARN of its key */
  readonly key: string
  readonly externalId: string
  /** a data key of its rows, encrypted under its key */
  readonly dataKey: Uint8Array
  readonly root: Credential
  readonly administrator: Credential
  readonly auditor: Credential
  /** a session of the role that the vendor's application acts by */
  readonly application: Credential
}

export const PEOPLE = ['root', 'administrator', 'auditor', 'application'] as const

/** the encryption context of its data keys */
export const contextOf = ({ account }: Seen) => ({ tenant: account, table: 'customers' })

/** A call, and what it is in words; `code` is its refusal's. */
export type Attempt = readonly [what: string, call: Promise<{ readonly code?: string }>]

/** Those that came to something else than is expected: `answered`, or the code of a refusal. */
export async function otherThan(expected: RegExp, attempts: readonly Attempt[]): Promise<string[]> {
  const outcomes = await Promise.all(
    attempts.map(async ([what, call]) => `${what}: ${(await call).code ?? 'answered'}`),
  )
  return outcomes.filter((one) => !expected.test(one))
}

export const ANSWERED = /: answered$/
export const DENIED = /: AccessDenied(Exception)?$/
export const UNKNOWN = /: (InvalidClientTokenId|UnrecognizedClientException)$/

/** AWS's clients, unmodified, and REST, for whoever's credential; they try once. */
export function callersOf(target: Target) {
  const settings = (who: Credential) => ({
    ...{ region: REGION, credentials: who, maxAttempts: 1 },
  })
  const coded = async <T extends object>(call: Promise<T>): Promise<T & { code?: string }> => {
    try {
      return await call
    } catch (error) {
      return { code: (error as Error).name } as T & { code?: string }
    }
  }
  const sts = (who: Credential) => new STSClient({ ...settings(who), endpoint: target.url })
  return {
    kms: (who: Credential, operation: string, input: Input = {}) =>
      callSdk(sdkClient(target, who), operation, input),
    rest: (who: Credential, line: string, options: CallOptions & { query?: string } = {}) =>
      sendRest(target, who, line, options),
    iam: (who: Credential, call: (client: IAMClient) => Promise<object>) =>
      coded(call(new IAMClient({ ...settings(who), endpoint: `${target.url}/iam` }))),
    identity: (who: Credential) => coded(sts(who).send(new GetCallerIdentityCommand({}))),
    assume: (who: Credential, account: string, ExternalId: string, role = 'vendor/application') => {
      const RoleArn = `arn:aws:iam::${account}:role/${role}`
      const input = { RoleArn, RoleSessionName: 'application', ExternalId }
      return coded(sts(who).send(new AssumeRoleCommand(input)))
    },
  }
}
export type Callers = ReturnType<typeof callersOf>

/** @param application the vendor's one credential */
export async function seenFrom(
  vendor: VendorsInstallation,
  { assume }: Callers,
  application: Credential,
  one: Pick<Seen, 'name' | 'account' | 'key'>,
): Promise<Seen> {
  const { name, account } = one
  const db = new DatabaseSync(vendor.database)
  const sql =
    'SELECT external_id, encrypted FROM tenants JOIN data_keys ON tenant = account WHERE account = ?'
  const row = db.prepare(sql).get(account)
  db.close()
  const externalId = String(row?.['external_id'])
  const { Credentials } = await assume(application, account, externalId)
  return {
    ...one,
    externalId,
    dataKey: row?.['encrypted'] as Uint8Array,
    root: vendor.profile(`${name}-root`),
    administrator: vendor.profile(`${name}-administrator`),
    auditor: vendor.profile(`${name}-auditor`),
    application: {
      accountId: account,
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    },
  }
}

/** All that somebody of one tenant tries to do to another. */
export function triesAgainst({ kms, rest, assume }: Callers, own: Seen, other: Seen): Attempt[] {
  const stranger = { KeyId: other.key }
  const alias = `arn:aws:kms:${REGION}:${other.account}:alias/rows`
  const query = `KeyId=${encodeURIComponent(other.key)}`
  const grantee = `arn:aws:iam::${own.account}:role/vendor/application`
  const contexts = [contextOf(own), contextOf(other), undefined]
  return PEOPLE.flatMap((person): Attempt[] => {
    const who = own[person]
    const calls: readonly (readonly [operation: string, input: Input])[] = [
      ...contexts.map(
        (EncryptionContext) =>
          ['Decrypt', { CiphertextBlob: other.dataKey, EncryptionContext }] as const,
      ),
      ...[other.key, alias].map((KeyId): [string, Input] => [
        'GenerateDataKey',
        { KeyId, KeySpec: 'AES_256', EncryptionContext: contextOf(other) },
      ]),
      ['DescribeKey', { KeyId: alias }],
      ...['DescribeKey', 'GetKeyPolicy', 'ListKeyRotations', 'ListGrants', 'DisableKey'].map(
        (operation): [string, Input] => [operation, stranger],
      ),
      ['ScheduleKeyDeletion', { ...stranger, PendingWindowInDays: 30 }],
      ['PutKeyPolicy', { ...stranger, Policy: '{}' }],
      ['CreateGrant', { ...stranger, GranteePrincipal: grantee, Operations: ['Decrypt'] }],
      ['TagResource', { ...stranger, Tags: [{ TagKey: 'a', TagValue: 'b' }] }],
    ]
    const asks = { query, body: JSON.stringify({ Principal: grantee, Action: 'kms:Decrypt' }) }
    const as = `${own.name}’s ${person}`
    return [
      ...calls.map(
        ([operation, input]): Attempt => [
          `${as}: ${operation} ${JSON.stringify(input)}`,
          kms(who, operation, input),
        ],
      ),
      [`${as}: ExplainAccess`, rest(who, 'POST /v1/keys/~/explain-access', asks)],
      [`${as}: AssumeRole`, assume(who, other.account, other.externalId)],
    ]
  })
}

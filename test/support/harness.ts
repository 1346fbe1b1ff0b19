import type { KMSClient } from '@aws-sdk/client-kms'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest'
import { answersOf } from '../../core/pipeline/answers.ts'
import {
  type CallOptions,
  callAws,
  callRest,
  callSdk,
  type Input,
  type Outcome,
  REGION,
  sdkClient,
  sendRest,
  type Via,
} from './calls.ts'
import {
  type Credential,
  type Inside,
  remoteTarget,
  type StoreName,
  startTarget,
  type Target,
  type TargetOptions,
} from './target.ts'
import { formsOf, type Watch } from './watch.ts'

export { type CallOptions, type Input, type Outcome, REGION, type Via } from './calls.ts'
export type { Credential, Inside, Target } from './target.ts'

/** A tenant made for a test, and its root's access key. */
export interface Tenant extends Credential {
  readonly name: string
}

/** A user or role made for a test; a role has no access key. */
export interface Principal {
  readonly arn: string
  readonly id: string
  readonly credential: Credential | undefined
}

/** One running installation and every way to call it. */
export class Harness {
  #target: Target | undefined
  #clients = new Map<string, KMSClient>()
  #faults = false
  #tenants = 0

  /** Takes hold of an installation, and lets go of it. */
  attach(target: Target | undefined): void {
    this.#target = target
    for (const client of this.#clients.values()) client.destroy()
    this.#clients.clear()
  }

  get target(): Target {
    if (this.#target === undefined) throw new Error('the installation runs only during tests')
    return this.#target
  }

  /** What only an installation in this process shows. @throws Error for one elsewhere */
  get inside(): Inside {
    const { inside } = this.target
    if (inside === undefined) throw new Error('this test needs an installation in this process')
    return inside
  }

  get operator(): Credential {
    return this.target.operator
  }

  /** The running test provokes faults of the server: 5xx and log lines are not its failure. */
  expectFaults(): void {
    this.#faults = true
  }

  /** Moves the clock that keys live by; signatures live by the machine's. */
  advance(ms: number): void {
    this.inside.advance(ms)
  }

  /** A new tenant, made as an operator makes one. */
  async tenant(name = `tenant ${++this.#tenants}`): Promise<Tenant> {
    const json = await this.#made('POST /admin/v1/tenants', { Name: name })
    const { AccountId, AccessKey } = json as { AccountId: string; AccessKey: IssuedKey }
    return { name, accountId: AccountId, ...credentialOf(AccessKey) }
  }

  /** A new user of a tenant, with an access key. */
  async user(tenant: Tenant, name: string, more: Input = {}): Promise<Principal> {
    return this.#principal(tenant, { Type: 'user', Name: name, CreateAccessKey: true, ...more })
  }

  /** A new role of a tenant, which anybody of the tenant may assume. */
  async role(tenant: Tenant, name: string, more: Input = {}): Promise<Principal> {
    const TrustPolicy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { AWS: tenant.accountId }, Action: 'sts:AssumeRole' },
      ],
    })
    return this.#principal(tenant, { Type: 'role', Name: name, TrustPolicy, ...more })
  }

  async #principal(tenant: Tenant, input: Input): Promise<Principal> {
    const line = `POST /admin/v1/tenants/${tenant.accountId}/principals`
    const json = await this.#made(line, input)
    const made = json as { Arn: string; PrincipalId: string; AccessKey?: IssuedKey }
    const credential = made.AccessKey && {
      accountId: tenant.accountId,
      ...credentialOf(made.AccessKey),
    }
    return { arn: made.Arn, id: made.PrincipalId, credential }
  }

  async #made(line: string, input: Input) {
    const outcome = await sendRest(this.target, this.operator, line, {
      body: JSON.stringify(input),
    })
    if (outcome.status !== 201) throw new Error(`${line}: ${outcome.text}`)
    return outcome.json
  }

  /** An unmodified SDK client of a credential; the same for the same credential and Region. */
  client(credential: Credential, region = REGION): KMSClient {
    const slot = `${credential.accessKeyId}/${region}`
    const kept = this.#clients.get(slot)
    if (kept !== undefined) return kept
    const made = sdkClient(this.target, credential, region)
    this.#clients.set(slot, made)
    return made
  }

  /** Calls an operation; a refusal is an outcome like any other. */
  call(
    via: Via,
    credential: Credential,
    operation: string,
    input: Input = {},
    options: CallOptions = {},
  ): Promise<Outcome> {
    switch (via) {
      case 'sdk':
        return callSdk(this.client(credential, options.region), operation, input)
      case 'aws':
        return callAws(this.target, credential, operation, input, options)
      case 'rest':
        return callRest(this.target, credential, operation, input, options)
    }
  }

  /** Sends one signed REST request. @param line method and path */
  rest(credential: Credential, line: string, options: CallOptions & { query?: string } = {}) {
    return sendRest(this.target, credential, line, options)
  }

  /** Calls an operation that must succeed, and answers its output's JSON (AWS JSON's; REST's for our own). */
  async ok(
    credential: Credential,
    operation: string,
    input: Input = {},
    options: CallOptions & { via?: Via } = {},
  ) {
    const outcome = await this.call(options.via ?? 'aws', credential, operation, input, options)
    if (outcome.code !== undefined) throw new Error(`${operation}: ${outcome.text}`)
    return outcome.json
  }

  /** A new key. */
  async key(credential: Credential, input: Input = {}, region = REGION): Promise<MadeKey> {
    const { KeyMetadata } = await this.ok(credential, 'CreateKey', input, { region })
    const { KeyId, Arn } = KeyMetadata as { KeyId: string; Arn: string }
    return { id: KeyId, arn: Arn }
  }

  /** The audit records of a tenant, newest first. */
  async trail(credential: Credential, query: Input = {}): Promise<Record<string, unknown>[]> {
    const { Records } = await this.ok(credential, 'ListAuditRecords', query, { via: 'rest' })
    return Records as Record<string, unknown>[]
  }

  begin(): void {
    this.#faults = false
    this.target.inside?.watch.clear()
  }

  /** What must hold after every test, seen from inside. */
  check(): void {
    const watch = this.target.inside?.watch
    if (watch === undefined) return
    if (!this.#faults) {
      expect(
        // why a token is refused, and why a proxy did not answer, is told to the log alone
        watch.log
          .filter(({ entry }) => (entry['identityToken'] ?? entry['xksProxy']) === undefined)
          .map(({ level, entry }) => `${level} ${String(entry['error'])}`),
        'the log',
      ).toEqual([])
      expect(
        watch.answers.filter(({ side }) => side === 'server'),
        'answers that are our fault',
      ).toEqual([])
    }
    expect(watch.denied, "what the operation's role would not allow").toEqual([])
    expect(undeclared(watch).join(', '), 'refusals that the record does not declare').toBe('')
    checkRecords(watch, this.#faults)
    checkSecrets(watch)
  }
}

export interface MadeKey {
  readonly id: string
  readonly arn: string
}

interface IssuedKey {
  readonly AccessKeyId: string
  readonly SecretAccessKey: string
}

const credentialOf = ({ AccessKeyId, SecretAccessKey }: IssuedKey) => ({
  accessKeyId: AccessKeyId,
  secretAccessKey: SecretAccessKey,
})

/** Refusals of requests that prove nobody or name no operation: those leave no record. */
const UNRECORDED: ReadonlySet<string> = new Set([
  'MissingAuthenticationTokenException',
  'IncompleteSignatureException',
  'InvalidSignatureException',
  'UnrecognizedClientException',
  'ExpiredTokenException',
  'InvalidIdentityTokenException',
  'UnknownOperationException',
  'MethodNotAllowedException',
  'RequestEntityTooLargeException',
])

/** Codes that were answered although their operation's record, and so its OpenAPI, does not have them. */
const undeclared = ({ answers }: Watch): string[] =>
  answers.flatMap(({ code, refused }) => {
    const declared: readonly string[] = refused === undefined ? [] : answersOf(refused)
    if (refused === undefined || code === undefined || declared.includes(code)) return []
    return [`${refused.name}: ${code}`]
  })
/** Refusals that come before the caller is known, or after. */
const MAYBE_RECORDED: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'SerializationException',
  'UnsupportedMediaTypeException',
])

/** One record for each call whose caller is proven, with the outcome that was answered; none for others. */
function checkRecords({ answers, records }: Watch, faults: boolean): void {
  for (const { requestId, operation, code } of answers) {
    const own = records.filter(({ requestID }) => requestID === requestId)
    // the owner of another account's key has a record of its own
    const all = own.filter((r) => r.recipientAccountId === r.userIdentity.accountId)
    // one for each account, and for each Region that the call acted in
    const places = own.map((r) => `${r.recipientAccountId} ${r.awsRegion}`)
    expect(new Set(places).size).toBe(own.length)
    const [first] = all
    const found = all.filter((r) => r.awsRegion === first?.awsRegion)
    if (code !== undefined && UNRECORDED.has(code)) {
      expect(found, `records of a caller unproven (${code})`).toEqual([])
      continue
    }
    // a fault may come before the caller is known, and a suspended tenant's call is never carried out
    // a change that was made, whose record could not be written in time
    if (faults && code === 'DependencyTimeoutException') continue
    const optional = faults || MAYBE_RECORDED.has(code ?? '')
    if (optional && found.length === 0) continue
    expect(
      found.map(({ errorCode }) => errorCode),
      `records of request ${requestId}`,
    ).toEqual([code === 'AccessDeniedException' ? 'AccessDenied' : code])
    if (operation !== undefined) expect(found[0]?.eventName).toBe(operation)
  }
  const answered = new Set(answers.map(({ requestId }) => requestId))
  expect(
    // acts of the service's own have no request
    records.filter(({ requestID }) => requestID !== undefined && !answered.has(requestID)),
    'records of no request',
  ).toEqual([])
}

/** Nothing secret in log or audit trail. */
function checkSecrets({ log, records, secrets }: Watch): void {
  const shown = JSON.stringify([
    log.map(({ entry }) => [entry, String((entry['error'] as Error)?.stack)]),
    records,
  ])
  for (const secret of secrets) {
    const leaked = formsOf(secret).some((form) => shown.includes(form))
    if (leaked) expect.fail('a secret stands in the log or the audit trail')
  }
}

/**
 * Runs a suite on a fresh installation for each store, of those that TEST_STORES names where it is
 * set, or on the one installation that TENKEY_TEST_ENDPOINT names.
 * @param stores sqlite and dynamodb unless given
 */
export function describeStores(
  name: string,
  suite: (harness: Harness) => void,
  stores: readonly StoreName[] = ['sqlite', 'dynamodb'],
  options: TargetOptions = {},
): void {
  const remote = remoteTarget()
  const wanted = process.env['TEST_STORES']?.split(',')
  const some = stores.filter((store) => wanted?.includes(store))
  // a suite for other stores alone runs on those
  const chosen = some.length > 0 ? some : stores
  const targets = remote
    ? [{ where: remote.url, tags: [], start: async () => withoutOptions(remote, options) }]
    : chosen.map((store) => ({
        where: store,
        tags: store === 'dynamodb' ? ['dynamodb'] : [],
        start: () => startTarget(store, options),
      }))
  for (const { where, tags, start } of targets) {
    describe(`${name}, on ${where}`, { tags }, () => {
      const harness = new Harness()
      beforeAll(async () => harness.attach(await start()))
      afterAll(async () => {
        const { target } = harness
        harness.attach(undefined)
        await target.stop()
      })
      beforeEach(() => harness.begin())
      afterEach(() => harness.check())
      suite(harness)
    })
  }
}

/** @throws Error where a suite wants options that an installation elsewhere can't be given */
function withoutOptions(remote: Target, options: TargetOptions): Target {
  const [option] = Object.keys(options)
  if (option === undefined) return remote
  throw new Error(`an installation elsewhere is given no ${option}: the file must declare local`)
}

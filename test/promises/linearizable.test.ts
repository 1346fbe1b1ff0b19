import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Store } from '../../core/store/store.ts'
import { type JsonObject, REGION } from '../support/calls.ts'
import { callService, copyOf, type Installed, install, processOver } from '../support/installed.ts'
import { isLinearizable, type Model, type Observed } from '../support/linearize.ts'
import { sliced } from '../support/slice.ts'
import type { Credential } from '../support/target.ts'

/**
 * Several processes on one store, their reads and writes interleaved in every way that fast-check finds:
 * what callers see of a key's state, a policy, a credential and an account is what they would see if the
 * calls were made one after the other. So no call that begins after a change was acknowledged misses it.
 */

/** The store with each primitive put off until the scheduler lets it begin, and again before it answers. */
function scheduled(store: Store, scheduler: fc.Scheduler): Store {
  const wait = (label: string) => scheduler.schedule(Promise.resolve(), label)
  const around =
    <A extends unknown[], R>(label: string, work: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      await wait(label)
      const result = await work(...args)
      await wait(`${label} answered`)
      return result
    }
  return {
    ...store,
    get: around('get', store.get),
    query: around('query', store.query),
    put: around('put', store.put),
    delete: around('delete', store.delete),
  }
}

interface Register<S extends string> {
  readonly initial: S
  readonly calls: Readonly<
    Record<
      string,
      (world: World) => [caller: CallerName, name: string, input: JsonObject, region?: string]
    >
  >
  readonly model: Model<string, S>
}

interface World extends Installed {
  readonly keyId: string
  /** a multi-Region key with a replica in EU */
  readonly sharedId: string
  /** a session made by the tenant's access key */
  readonly session: Credential
  /** another tenant, whom the key's policy lets use it */
  readonly other: Credential
  readonly keyArn: string
}

type CallerName = 'tenant' | 'operator' | 'session' | 'other'

const OK = 'ok'
type State = 'Enabled' | 'Disabled' | 'PendingDeletion'

const onKey =
  (name: string, more: JsonObject = {}) =>
  ({ keyId }: World): ['tenant', string, JsonObject] => ['tenant', name, { KeyId: keyId, ...more }]
const encrypt = onKey('Encrypt', { Plaintext: 'aGk=' })

const keyState: Register<State> = {
  initial: 'Enabled',
  calls: {
    enable: onKey('EnableKey'),
    disable: onKey('DisableKey'),
    schedule: onKey('ScheduleKeyDeletion'),
    cancel: onKey('CancelKeyDeletion'),
    encrypt,
  },
  model(state, call) {
    const refused = { next: state, outcome: 'KMSInvalidStateException' }
    const leaving = state === 'PendingDeletion'
    switch (call) {
      case 'enable':
        return leaving ? refused : { next: 'Enabled', outcome: OK }
      case 'disable':
        return leaving ? refused : { next: 'Disabled', outcome: OK }
      case 'schedule':
        return leaving ? refused : { next: 'PendingDeletion', outcome: OK }
      case 'cancel':
        return leaving ? { next: 'Disabled', outcome: OK } : refused
      default:
        if (leaving) return refused
        return { next: state, outcome: state === 'Enabled' ? OK : 'DisabledException' }
    }
  },
}

const policyOf = (effect: 'Allow' | 'Deny', accountId: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      ...[{ Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' }],
      ...(effect === 'Deny'
        ? [
            {
              Effect: 'Deny',
              Principal: { AWS: `arn:aws:iam::${accountId}:root` },
              Action: 'kms:Encrypt',
              Resource: '*',
            },
          ]
        : []),
    ],
  })
const putPolicy =
  (effect: 'Allow' | 'Deny') =>
  ({ keyId, tenant }: World): ['tenant', string, JsonObject] => [
    ...(['tenant', 'PutKeyPolicy'] as const),
    { KeyId: keyId, PolicyName: 'default', Policy: policyOf(effect, tenant.accountId) },
  ]

const keyPolicy: Register<'allows' | 'denies'> = {
  initial: 'allows',
  calls: { allow: putPolicy('Allow'), deny: putPolicy('Deny'), encrypt },
  model(state, call) {
    if (call === 'allow') return { next: 'allows', outcome: OK }
    if (call === 'deny') return { next: 'denies', outcome: OK }
    return { next: state, outcome: state === 'allows' ? OK : 'AccessDeniedException' }
  },
}

const accessKey =
  (Status: 'Active' | 'Inactive') =>
  ({ tenant }: World): ['operator', string, JsonObject] => [
    ...(['operator', 'UpdateAccessKey'] as const),
    { AccountId: tenant.accountId, AccessKeyId: tenant.accessKeyId, Status },
  ]
const credential: Register<'Active' | 'Inactive'> = {
  initial: 'Active',
  calls: { activate: accessKey('Active'), deactivate: accessKey('Inactive'), encrypt },
  model(state, call) {
    if (call === 'activate') return { next: 'Active', outcome: OK }
    if (call === 'deactivate') return { next: 'Inactive', outcome: OK }
    return { next: state, outcome: state === 'Active' ? OK : 'UnrecognizedClientException' }
  },
}

const onTenant =
  (name: string) =>
  ({ tenant }: World): ['operator', string, JsonObject] => [
    ...(['operator', name] as const),
    { AccountId: tenant.accountId },
  ]
const account: Register<'active' | 'suspended'> = {
  initial: 'active',
  calls: { suspend: onTenant('SuspendTenant'), resume: onTenant('ResumeTenant'), encrypt },
  model(state, call) {
    if (call === 'suspend') return { next: 'suspended', outcome: OK }
    if (call === 'resume') return { next: 'active', outcome: OK }
    return { next: state, outcome: state === 'active' ? OK : 'AccessDeniedException' }
  },
}

const throughSession = ({ keyId }: World): ['session', string, JsonObject] => [
  ...(['session', 'Encrypt'] as const),
  { KeyId: keyId, Plaintext: 'aGk=' },
]

/** What a session is made by can be switched off. */
const sessionKey: Register<'Active' | 'Inactive'> = {
  initial: 'Active',
  calls: {
    activate: accessKey('Active'),
    deactivate: accessKey('Inactive'),
    encrypt: throughSession,
  },
  model: credential.model,
}

const revocation: Register<'holds' | 'revoked'> = {
  initial: 'holds',
  calls: { revoke: onTenant('RevokeSessions'), encrypt: throughSession },
  model(state, call) {
    if (call === 'revoke') return { next: 'revoked', outcome: OK }
    return { next: state, outcome: state === 'holds' ? OK : 'ExpiredTokenException' }
  },
}

/** A key that another account may use, while its own is not suspended. */
const lentKey: Register<'active' | 'suspended'> = {
  initial: 'active',
  calls: {
    suspend: onTenant('SuspendTenant'),
    resume: onTenant('ResumeTenant'),
    encrypt: ({ keyArn }) => ['other', 'Encrypt', { KeyId: keyArn, Plaintext: 'aGk=' }],
  },
  model: account.model,
}

const EU = 'eu-west-1'
const onShared =
  (name: string, region: string, more: JsonObject = {}) =>
  ({ sharedId }: World): ['tenant', string, JsonObject, string] => [
    ...(['tenant', name, { KeyId: sharedId, ...more }, region] as const),
  ]

/** Which of two related keys is the primary: only it hands the role on, and rotates. */
const primary: Register<'US' | 'EU'> = {
  initial: 'US',
  calls: {
    'to EU': onShared('UpdatePrimaryRegion', REGION, { PrimaryRegion: EU }),
    'to US': onShared('UpdatePrimaryRegion', EU, { PrimaryRegion: REGION }),
    'rotate in US': onShared('EnableKeyRotation', REGION, { RotationPeriodInDays: 90 }),
    'rotate in EU': onShared('DisableKeyRotation', EU),
  },
  model(state, call) {
    if (!call.endsWith(call.startsWith('to') ? (state === 'US' ? 'EU' : 'US') : state)) {
      return { next: state, outcome: 'UnsupportedOperationException' }
    }
    return { next: call === 'to EU' ? 'EU' : call === 'to US' ? 'US' : state, outcome: OK }
  },
}

const PROCESSES = 3

function stored(accountId: string, made: unknown): Credential {
  const { AccessKeyId, SecretAccessKey, SessionToken } = made as Record<string, string>
  return {
    accountId,
    accessKeyId: AccessKeyId ?? '',
    secretAccessKey: SecretAccessKey ?? '',
    ...(SessionToken !== undefined && { sessionToken: SessionToken }),
  }
}

describe('What callers of several processes see is one history of', () => {
  let world: World
  beforeAll(async () => {
    const installed = await install()
    const service = processOver(installed)
    const ok = async (caller: Credential, name: string, input: JsonObject) => {
      const { status, json } = await callService(service, caller, name, input)
      expect(status, JSON.stringify(json)).toBeLessThan(300)
      return json
    }
    const { tenant, operator } = installed
    const Policy = policyOf('Allow', tenant.accountId)
    const { KeyMetadata } = await ok(tenant, 'CreateKey', { Policy })
    const { KeyId: keyId, Arn: keyArn } = KeyMetadata as { KeyId: string; Arn: string }
    const shared = await ok(tenant, 'CreateKey', { MultiRegion: true })
    const sharedId = String((shared['KeyMetadata'] as JsonObject)['KeyId'])
    await ok(tenant, 'ReplicateKey', { KeyId: sharedId, ReplicaRegion: EU })
    const { Credentials } = await ok(tenant, 'GetSessionToken', {})
    const { AccountId, AccessKey } = await ok(operator, 'CreateTenant', { Name: 'other' })
    await service.audit.flush()
    world = {
      ...installed,
      ...{ keyId, keyArn, sharedId },
      session: stored(tenant.accountId, Credentials),
      other: stored(String(AccountId), AccessKey),
    }
  })

  async function observe<S extends string>(
    register: Register<S>,
    scripts: readonly (readonly string[])[],
    scheduler: fc.Scheduler,
  ): Promise<Observed<string>[]> {
    const own: World = { ...world, ...(await copyOf(world)) }
    const store = scheduled(own.store, scheduler)
    const history: Observed<string>[] = []
    let turn = 0
    const running = scripts.map(async (script) => {
      const process = processOver({ ...own, store })
      for (const call of script) {
        const [caller, name, input, region] = register.calls[call]?.(own) ?? ['tenant', '', {}]
        const began = ++turn
        const { status, json } = await callService(process, own[caller], name, input, region)
        const outcome = status < 300 ? OK : String(json['code'])
        history.push({ call, outcome, began, ended: ++turn })
      }
    })
    await scheduler.waitFor(Promise.all(running))
    return history
  }

  const check = <S extends string>(title: string, register: Register<S>) =>
    test(title, { tags: ['long'] }, async () => {
      const script = fc.array(fc.constantFrom(...Object.keys(register.calls)), {
        minLength: 1,
        maxLength: 4,
      })
      const scripts = fc.array(script, { minLength: 2, maxLength: PROCESSES })
      await fc.assert(
        fc.asyncProperty(scripts, fc.scheduler(), async (words, scheduler) => {
          const history = await observe(register, words, scheduler)
          const seen = history.map(
            ({ call, outcome, began, ended }) => `${began}-${ended} ${call}: ${outcome}`,
          )
          expect(isLinearizable(history, register.initial, register.model), seen.join('\n')).toBe(
            true,
          )
        }),
        { numRuns: sliced ? 30 : 60 },
      )
    })

  check('a key’s state', keyState)
  check('its policy', keyPolicy)
  check('an access key', credential)
  check('an account', account)
  check('the access key that a session was made by', sessionKey)
  check('sessions that are revoked', revocation)
  check('the account of a key that another uses', lentKey)
  check('the primary of related keys', primary)
})

test('a history that is none is found out', () => {
  const seen = (call: string, outcome: string, began: number, ended: number) => ({
    call,
    outcome,
    began,
    ended,
  })
  const stale = [seen('disable', OK, 1, 2), seen('encrypt', OK, 3, 4)]
  expect(isLinearizable(stale, 'Enabled', keyState.model)).toBe(false)
  const overlapping = [seen('disable', OK, 1, 4), seen('encrypt', OK, 2, 3)]
  expect(isLinearizable(overlapping, 'Enabled', keyState.model)).toBe(true)
  const back = [
    ...overlapping,
    seen('encrypt', 'DisabledException', 2, 6),
    seen('encrypt', OK, 7, 8),
  ]
  expect(isLinearizable(back, 'Enabled', keyState.model)).toBe(false)
})

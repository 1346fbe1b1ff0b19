// @module-tag long
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Service } from '../../core/service.ts'
import type { Store } from '../../core/store/store.ts'
import type { StoredCredential } from '../../server/credential-file.ts'
import type { JsonObject } from '../support/calls.ts'
import { callService } from '../support/installed.ts'
import { AWAY, HOME, type InstalledRegions, installRegions } from '../support/installed-regions.ts'
import { isLinearizable, type Model, type Observed } from '../support/linearize.ts'

/**
 * Processes in two Regions over tables that replicate late, their reads and writes interleaved, and what is written
 * brought to the other Region, in every way that fast-check finds. What related keys share is one history for
 * callers of all Regions together, because home judges every change; what an access key, a user or an account may is
 * one for all who change and use it in one Region, wherever home is.
 */

interface World extends InstalledRegions {
  /** a multi-Region key with a replica in AWAY */
  readonly sharedId: string
}

const ok = async (
  service: Service,
  caller: StoredCredential,
  name: string,
  input: JsonObject,
): Promise<JsonObject> => {
  const { status, json } = await callService(service, caller, name, input, service.region)
  expect(status, `${name}: ${JSON.stringify(json)}`).toBeLessThan(300)
  return json
}

/** A fresh installation; writes take as long as is drawn. */
async function world(
  scheduler: fc.Scheduler,
  delays: readonly number[],
): Promise<World & { readonly begin: () => void }> {
  let scheduling = false
  let next = 0
  const wait = async (label: string) => {
    if (scheduling) await scheduler.schedule(Promise.resolve(), label)
  }
  const around =
    <A extends unknown[], R>(label: string, work: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      await wait(label)
      const result = await work(...args)
      await wait(`${label} answered`)
      return result
    }
  const fault = (table: Store): Store => ({
    ...table,
    get: around('get', table.get),
    query: around('query', table.query),
    put: around('put', table.put),
    delete: around('delete', table.delete),
  })
  const regions = await installRegions({
    fault,
    delay: () => (scheduling ? (delays[next++ % delays.length] ?? 0) : 1),
  })
  const home = regions.service(HOME)
  const { tenant } = regions.installed
  const { KeyMetadata } = await ok(home, tenant, 'CreateKey', { MultiRegion: true })
  const sharedId = String((KeyMetadata as JsonObject)['KeyId'])
  await ok(home, tenant, 'ReplicateKey', { KeyId: sharedId, ReplicaRegion: AWAY })
  await regions.settle()
  const begin = () => {
    scheduling = true
  }
  return { ...regions, sharedId, begin }
}

interface Register<S extends string> {
  readonly initial: S
  readonly calls: Readonly<
    Record<string, (world: World) => [region: string, operator: boolean, string, JsonObject]>
  >
  readonly model: Model<string, S>
}

const OK = 'ok'
const onShared =
  (region: string, name: string, more: JsonObject = {}) =>
  ({ sharedId }: World): [string, boolean, string, JsonObject] => [
    ...([region, false, name, { KeyId: sharedId, ...more }] as const),
  ]

/** Which of two related keys is the primary: only it hands the role on, and changes what they share. */
const primary: Register<'home' | 'away'> = {
  initial: 'home',
  calls: {
    'to away': onShared(HOME, 'UpdatePrimaryRegion', { PrimaryRegion: AWAY }),
    'to home': onShared(AWAY, 'UpdatePrimaryRegion', { PrimaryRegion: HOME }),
    'rotate at home': onShared(HOME, 'EnableKeyRotation', { RotationPeriodInDays: 90 }),
    'rotate away': onShared(AWAY, 'DisableKeyRotation'),
  },
  model(state, call) {
    const asked = call === 'to away' || call === 'rotate at home' ? 'home' : 'away'
    if (asked !== state) return { next: state, outcome: 'UnsupportedOperationException' }
    if (!call.startsWith('to')) return { next: state, outcome: OK }
    return { next: call === 'to away' ? 'away' : 'home', outcome: OK }
  },
}

const by =
  (name: string, more: (world: World) => JsonObject = () => ({})) =>
  (world: World): [string, boolean, string, JsonObject] => [
    AWAY,
    true,
    name,
    { AccountId: world.installed.tenant.accountId, ...more(world) },
  ]
const use = (): [string, boolean, string, JsonObject] => [
  ...([AWAY, false, 'GenerateRandom', { NumberOfBytes: 8 }] as const),
]

const status = (Status: string) =>
  by('UpdateAccessKey', ({ installed }) => ({
    ...{ AccessKeyId: installed.tenant.accessKeyId, Status },
  }))
const accessKey: Register<'Active' | 'Inactive'> = {
  initial: 'Active',
  calls: { activate: status('Active'), deactivate: status('Inactive'), use },
  model(state, call) {
    if (call === 'activate') return { next: 'Active', outcome: OK }
    if (call === 'deactivate') return { next: 'Inactive', outcome: OK }
    return { next: state, outcome: state === 'Active' ? OK : 'UnrecognizedClientException' }
  },
}

const account: Register<'active' | 'suspended'> = {
  initial: 'active',
  calls: { suspend: by('SuspendTenant'), resume: by('ResumeTenant'), use },
  model(state, call) {
    if (call === 'suspend') return { next: 'suspended', outcome: OK }
    if (call === 'resume') return { next: 'active', outcome: OK }
    return { next: state, outcome: state === 'active' ? OK : 'AccessDeniedException' }
  },
}

/** Gone for good, as who deletes it is told, and who deletes it again: both hold in the Region. */
const deleted: Register<'there' | 'gone'> = {
  initial: 'there',
  calls: {
    delete: by('DeleteAccessKey', ({ installed }) => ({
      AccessKeyId: installed.tenant.accessKeyId,
    })),
    use,
  },
  model(state, call) {
    if (call === 'delete') return { next: 'gone', outcome: OK }
    return { next: state, outcome: state === 'there' ? OK : 'UnrecognizedClientException' }
  },
}

async function observe<S extends string>(
  register: Register<S>,
  scripts: readonly (readonly string[])[],
  delays: readonly number[],
  scheduler: fc.Scheduler,
): Promise<Observed<string>[]> {
  const one = await world(scheduler, delays)
  one.begin()
  const history: Observed<string>[] = []
  let turn = 0
  const running = scripts.map(async (script) => {
    const services = new Map([HOME, AWAY].map((region) => [region, one.service(region)]))
    for (const call of script) {
      const asked = register.calls[call]?.(one)
      if (asked === undefined) throw new Error(`no call ${call}`)
      const [region, operator, name, input] = asked
      const service = services.get(region) ?? one.service(region)
      const caller = operator ? one.installed.operator : one.installed.tenant
      const began = ++turn
      const { status, json } = await callService(service, caller, name, input, region)
      // of two who delete at once both may have done it
      const isDone = status < 300 || (call === 'delete' && json['code'] === 'NotFoundException')
      const outcome = isDone ? OK : String(json['code'])
      history.push({ call, outcome, began, ended: ++turn })
    }
  })
  await scheduler.waitFor(Promise.all(running))
  return history
}

describe('What callers in two Regions see is one history of', () => {
  const check = <S extends string>(title: string, register: Register<S>) =>
    test(title, async () => {
      const names = Object.keys(register.calls)
      const script = fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 4 })
      const scripts = fc.array(script, { minLength: 2, maxLength: 3 })
      const delays = fc.array(fc.integer({ min: 0, max: 2000 }), { minLength: 8, maxLength: 8 })
      await fc.assert(
        fc.asyncProperty(scripts, delays, fc.scheduler(), async (words, late, scheduler) => {
          const history = await observe(register, words, late, scheduler)
          const seen = history.map(
            ({ call, outcome, began, ended }) => `${began}-${ended} ${call}: ${outcome}`,
          )
          expect(isLinearizable(history, register.initial, register.model), seen.join('\n')).toBe(
            true,
          )
        }),
        { numRuns: 15 },
      )
    })

  check('the primary of related keys, asked in both', primary)
  check('an access key, changed and used away from home', accessKey)
  check('an account, changed and used away from home', account)
  check('an access key that is deleted, and deleted again, away from home', deleted)
})

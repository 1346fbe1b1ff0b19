import { regionPartition } from '../../core/item/partition.ts'
import { ITEMS } from '../../core/items.ts'
import { type Sweeping, sweep } from '../../core/lifecycle/sweep.ts'
import type { Item, Store } from '../../core/store/store.ts'
import { type JsonObject, REGION } from './calls.ts'
import { callService, type Installed, install, processOver } from './installed.ts'

/** A tenant that has something of every kind, beside another whose keys it was let to. */

export const DAY = 86_400_000
export const OTHER_REGION = 'eu-west-1'
export const OTHER = '111122223333'

export interface TenantWorld extends Installed {
  readonly accountId: string
  /** the other tenant's credential, and its key, which a grant and a policy let the tenant use */
  readonly other: { readonly accessKeyId: string; readonly secretAccessKey: string }
  readonly otherKey: string
  /** ids of the tenant's keys, by name */
  readonly keys: Readonly<Record<string, string>>
  /** an access key of a user of the tenant */
  readonly user: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

type Credential = Installed['tenant']

/** Calls an operation as if nothing could go wrong. */
export async function ok(
  world: Pick<Installed, 'store' | 'root'>,
  credential: Pick<Credential, 'accessKeyId' | 'secretAccessKey'>,
  name: string,
  input: JsonObject,
  region = REGION,
): Promise<JsonObject> {
  const service = processOver(world)
  const { status, json } = await callService(service, credential as Credential, name, input, region)
  if (status >= 300) throw new Error(`${name}: ${JSON.stringify(json)}`)
  await service.audit.flush()
  await service.usage.flush(true)
  await service.accessKeyUses.flush(true)
  return json
}

const ALLOW = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }],
})

const credentialIn = (made: JsonObject) => {
  const { AccessKeyId, SecretAccessKey } = made['AccessKey'] as Record<string, string>
  return { accessKeyId: AccessKeyId ?? '', secretAccessKey: SecretAccessKey ?? '' }
}

/** @param store an empty one; in memory unless given */
export async function tenantWorld(store?: Store): Promise<TenantWorld> {
  const world = await install(store)
  const { accountId } = world.tenant
  const root = `arn:aws:iam::${accountId}:root`
  const keys: Record<string, string> = {}
  const tenant = (name: string, input: JsonObject, region?: string) =>
    ok(world, world.tenant, name, input, region)
  const operator = (name: string, input: JsonObject) => ok(world, world.operator, name, input)
  const key = async (name: string, input: JsonObject = {}, region?: string) => {
    const { KeyMetadata } = await tenant('CreateKey', { Description: name, ...input }, region)
    const { KeyId } = KeyMetadata as { KeyId: string }
    keys[name] = KeyId
    return KeyId
  }
  const other = credentialIn(await operator('CreateTenant', { AccountId: OTHER, Name: 'other' }))

  const used = await key('used')
  await tenant('CreateAlias', { AliasName: 'alias/used', TargetKeyId: used })
  await tenant('Encrypt', { KeyId: used, Plaintext: 'AAAA' })
  const grant = { KeyId: used, GranteePrincipal: root, Operations: ['Encrypt'], Name: 'g' }
  await tenant('CreateGrant', { ...grant, RetiringPrincipal: `arn:aws:iam::${OTHER}:root` })
  await tenant('RotateKeyOnDemand', { KeyId: used })
  await key('disabled').then((KeyId) => tenant('DisableKey', { KeyId }))
  await key('leaving').then((KeyId) => tenant('ScheduleKeyDeletion', { KeyId }))
  await key('empty', { Origin: 'EXTERNAL' }, OTHER_REGION)
  const primary = await key('primary', { MultiRegion: true })
  await tenant('ReplicateKey', { KeyId: primary, ReplicaRegion: OTHER_REGION })
  await tenant('CreateAlias', { AliasName: 'alias/aside', TargetKeyId: primary }, OTHER_REGION)

  const user = { Type: 'user', Name: 'alice', Policy: ALLOW, CreateAccessKey: true }
  const alice = credentialIn(await operator('CreatePrincipal', { AccountId: accountId, ...user }))
  await operator('CreateXksCredential', { AccountId: accountId, Type: 'user', Name: 'alice' })
  const issuer = { Issuer: 'https://id.example.com', Audiences: ['app'] }
  await operator('CreateOidcIssuer', { AccountId: accountId, ...issuer })
  await operator('PutAuditRetention', { AccountId: accountId, Days: 400 })

  const { KeyMetadata } = await ok(world, other, 'CreateKey', { Description: 'other' })
  const otherKey = (KeyMetadata as { KeyId: string }).KeyId
  const mine = { KeyId: otherKey, GranteePrincipal: root, RetiringPrincipal: root }
  await ok(world, other, 'CreateGrant', { ...mine, Operations: ['Encrypt'] })
  return { ...world, accountId, other, otherKey, keys, user: alice }
}

/** in items of every kind that a test adds, as if a secret of the tenant's were wrapped there */
const ITS_OWN = 'known-by-nobody-but-the-tenant'

/** Texts that are the tenant's alone and say what it had: all long ones in its items, and its keys' ids and names. */
export async function itsOwnTexts({ store, accountId, keys }: TenantWorld): Promise<string[]> {
  const all = (await itemsOf(store)).filter(({ pk }) => !isTrail(pk))
  const own = all.filter(({ pk }) => isIts(pk, accountId))
  const others = JSON.stringify(all.filter(({ pk }) => !isIts(pk, accountId)))
  const texts = new Set([...Object.values(keys), 'alias/used', 'alias/aside', ITS_OWN])
  const open: unknown[] = own.map(({ data }) => data)
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (typeof at === 'string' && at.length >= 40) texts.add(at)
    else if (typeof at === 'object' && at !== null) open.push(...Object.values(at))
  }
  // the id of another's grant that names the tenant, the text of a policy that anybody may have
  return [...texts].filter((text) => !others.includes(text) && text !== ALLOW)
}

const isIts = (pk: string, accountId: string): boolean =>
  pk === accountId || pk.startsWith(`${accountId}/`)
export const isTrail = (pk: string): boolean => pk.includes('/audit/')

/** An item of each kind that an account has, whatever its data: so that one which comes later is among them. */
export async function addEveryKind({ store, accountId }: TenantWorld): Promise<string[]> {
  const added: string[] = []
  for (const { partition, name, sort, bare } of ITEMS) {
    if (['operator', 'health', 'trail', 'spreadDays'].includes(partition)) continue
    // its data are looked at, and the world has some
    if (['tenant', 'tenant-key', 'key', 'custom-key-store-key', 'tenant-deletion'].includes(name))
      continue
    const sk = [...(bare ? [] : [name]), ...sort.map((part) => `some-${part}`)].join('#')
    const own = { account: accountId, region: regionPartition(accountId, OTHER_REGION) }
    const pk = partition === 'account' ? own.account : own.region
    const place = { pk: partition === 'used' ? `${pk}/used` : pk, sk }
    const data = {
      ...{ id: 'some-grant', granteePrincipal: 'nobody', key: 'none', stores: [] },
      wrapped: `${ITS_OWN} ${partition}/${name}`,
    }
    if (await store.put({ ...place, version: 1, data })) added.push(`${place.pk} ${sk}`)
  }
  return added
}

/** Every item of a store. */
export async function itemsOf(store: Store): Promise<Item[]> {
  const all: Item[] = []
  for (;;) {
    const { items, more } = await store.scan(all.at(-1), 1000)
    all.push(...items)
    if (!more) return all
  }
}

export interface Sweeps {
  readonly store: Store
  /** Unix ms of the first; the next is when something falls due */
  readonly from: number
  readonly until: number
  readonly service?: (now: number) => Sweeping
  /** whether its process has ended */
  readonly ended?: () => boolean
}

/** Sweeps as time goes on, at each date at which something falls due. @returns Unix ms of the last */
export async function sweepOn(
  world: Pick<Installed, 'root'>,
  { store, from, until, service, ended = () => false }: Sweeps,
): Promise<number> {
  let now = from
  for (;;) {
    const due = (await store.due(until, 1000)).map((item) => item.due ?? now)
    if (due.length === 0) return now
    const next = Math.max(now, Math.min(...due))
    // what failed stays due: a minute later it is tried again
    now = next === now ? now + 60_000 : next
    if (now > until || ended()) return now
    const opened = service?.(now) ?? processOver({ ...world, store }, { now: () => now })
    await sweep(opened, { now, limit: 10_000 })
  }
}

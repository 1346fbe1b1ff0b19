import { type Reader, readYaml } from './seed-reader.ts'

/** What a seed file asks for; member by member what docs/seed.md says. */
export interface Seed {
  readonly tenants: readonly SeedTenant[]
}
export interface SeedTenant {
  readonly name: string
  readonly externalId: string | undefined
  readonly tags: Tags | undefined
  /** whether the access key of root that is made with it is kept */
  readonly accessKey: boolean
  readonly users: readonly SeedPrincipal[]
  readonly roles: readonly SeedPrincipal[]
  readonly keys: readonly SeedKey[]
}
export interface SeedPrincipal {
  readonly type: 'user' | 'role'
  readonly name: string
  readonly path: string | undefined
  /** JSON of identity policies by name */
  readonly policies: Readonly<Record<string, string>> | undefined
  /** JSON; of a role */
  readonly trust: string | undefined
  readonly tags: Tags | undefined
  readonly accessKey: boolean
}
export interface SeedKey {
  /** with `alias/` */
  readonly alias: string
  readonly description: string | undefined
  readonly spec: string | undefined
  readonly usage: string | undefined
  readonly multiRegion: boolean | undefined
  /** JSON */
  readonly policy: string | undefined
  readonly tags: Tags | undefined
  /** days between rotations; 0 for none */
  readonly rotation: number | undefined
  readonly enabled: boolean | undefined
  readonly grants: readonly SeedGrant[]
}
export interface SeedGrant {
  readonly name: string
  readonly grantee: string
  readonly operations: readonly string[]
  readonly retiring: string | undefined
  readonly contextEquals: Tags | undefined
  readonly contextSubset: Tags | undefined
}
/** Names and values of text. */
export type Tags = Readonly<Record<string, string>>

/** days, as EnableKeyRotation has it where none are given */
const YEAR = 365

/** @throws CommandError with the line of what is wrong */
export function readSeed(name: string, text: string): Seed {
  const root = readYaml(name, text)
  const { tenants } = root.members(['tenants'])
  if (tenants === undefined) return root.fail('tenants is missing')
  const read = tenants.list(tenantOf)
  const named = read.map(({ externalId, name: label }) => externalId ?? label)
  const twice = named.find((one, at) => named.indexOf(one) < at)
  if (twice !== undefined) tenants.fail(`${twice} is there twice`)
  return { tenants: read }
}

const tagsOf = (reader: Reader | undefined): Tags | undefined => reader?.map((one) => one.text())
const listOf = <T>(reader: Reader | undefined, read: (item: Reader) => T): T[] =>
  reader?.list(read) ?? []

function tenantOf(reader: Reader): SeedTenant {
  const { name, externalId, tags, accessKey, users, roles, keys } = reader.members([
    'name',
    'externalId',
    'tags',
    'accessKey',
    'users',
    'roles',
    'keys',
  ])
  if (name === undefined) return reader.fail('name is missing')
  return {
    name: name.text(),
    externalId: externalId?.text(),
    tags: tagsOf(tags),
    accessKey: accessKey?.flag() ?? false,
    users: listOf(users, (one) => principalOf(one, 'user')),
    roles: listOf(roles, (one) => principalOf(one, 'role')),
    keys: listOf(keys, keyOf),
  }
}

function principalOf(reader: Reader, type: 'user' | 'role'): SeedPrincipal {
  const more = type === 'user' ? (['accessKey'] as const) : (['trust'] as const)
  const { name, path, policies, tags, accessKey, trust } = reader.members([
    'name',
    'path',
    'policies',
    'tags',
    ...more,
  ]) as Partial<Record<'name' | 'path' | 'policies' | 'tags' | 'accessKey' | 'trust', Reader>>
  if (name === undefined) return reader.fail('name is missing')
  if (type === 'role' && trust === undefined)
    return reader.fail('trust is missing: who may assume it')
  return {
    type,
    name: name.text(),
    path: path?.text(),
    policies: policies?.map((one) => one.json()),
    trust: trust?.json(),
    tags: tagsOf(tags),
    accessKey: accessKey?.flag() ?? false,
  }
}

function keyOf(reader: Reader): SeedKey {
  const found = reader.members([
    'alias',
    'description',
    'spec',
    'usage',
    'multiRegion',
    'policy',
    'tags',
    'rotation',
    'enabled',
    'grants',
  ])
  const { alias } = found
  if (alias === undefined) return reader.fail('alias is missing: it names the key')
  const name = alias.text()
  return {
    alias: name.startsWith('alias/') ? name : `alias/${name}`,
    description: found.description?.text(),
    spec: found.spec?.text(),
    usage: found.usage?.text(),
    multiRegion: found.multiRegion?.flag(),
    policy: found.policy?.json(),
    tags: tagsOf(found.tags),
    rotation: rotationOf(found.rotation),
    enabled: found.enabled?.flag(),
    grants: listOf(found.grants, grantOf),
  }
}

/** `true`, `false` or days. */
function rotationOf(reader: Reader | undefined): number | undefined {
  const asked = reader?.flagOrInteger()
  return typeof asked === 'boolean' ? (asked ? YEAR : 0) : asked
}

function grantOf(reader: Reader): SeedGrant {
  const { name, grantee, operations, retiring, contextEquals, contextSubset } = reader.members([
    'name',
    'grantee',
    'operations',
    'retiring',
    'contextEquals',
    'contextSubset',
  ])
  if (name === undefined) return reader.fail('name is missing: by it a grant is found again')
  if (grantee === undefined) return reader.fail('grantee is missing')
  if (operations === undefined) return reader.fail('operations is missing')
  return {
    name: name.text(),
    grantee: grantee.text(),
    operations: operations.list((one) => one.text()),
    retiring: retiring?.text(),
    contextEquals: tagsOf(contextEquals),
    contextSubset: tagsOf(contextSubset),
  }
}

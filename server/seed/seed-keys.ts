import { isDeepStrictEqual } from 'node:util'
import type { Client } from '../cli/client.ts'
import { CommandError } from '../cli/command.ts'
import { makeNamed } from '../named-key.ts'
import type { SeedKey } from './seed-file.ts'
import { encode, missingTags, orNothing, sameJson, tagList, type Work } from './seed-work.ts'

type Json = Readonly<Record<string, unknown>>

/**
 * Makes the keys of one tenant that are not there, and changes those that are there otherwise.
 * @param client calls as who may do all with the tenant's keys, but for those whose policy says otherwise
 * @throws CommandError for a key that is there and is of another kind
 */
export async function seedKeys(
  keys: readonly SeedKey[],
  client: Client,
  work: Work,
): Promise<void> {
  let all: Promise<Json[]> | undefined
  // once for all that are missing: none of these has another's mark
  const listed = () => {
    all ??= client.list('/v1/keys', 'Keys')
    return all
  }
  for (const key of keys) {
    try {
      await seedKey(key, client, work, listed)
    } catch (error) {
      if (!(error instanceof CommandError && error.message.endsWith('(AccessDeniedException)')))
        throw error
      work.note(`key ${key.alias} is not looked at: its policy does not let in who seeds`)
    }
  }
}

/** The tenant's keys before any was made. */
type Listed = () => Promise<readonly Json[]>

async function seedKey(key: SeedKey, client: Client, work: Work, listed: Listed): Promise<void> {
  const { alias, tags, rotation, enabled } = key
  const named = `/v1/keys/~?KeyId=${encode(alias)}`
  let found = (await orNothing(client.call('GET', named)))?.['KeyMetadata'] as Json | undefined
  const isNew = found === undefined
  if (found === undefined) {
    await work.change(`make key ${alias}`, async () => {
      found = await made(key, client, listed)
    })
  }
  // of a dry run
  if (found === undefined) return
  refuseOther(key, found)
  const path = `/v1/keys/${String(found['KeyId'])}`
  const change = (what: string, make: () => Promise<unknown>) =>
    // what a new key has is part of making it
    isNew ? make() : work.change(what, make)

  const unfinished = found['Description'] === markOf(alias)
  const description = key.description ?? (unfinished ? '' : undefined)
  if (description !== undefined && found['Description'] !== description) {
    await change(`describe key ${alias}`, () =>
      client.call('PATCH', path, { Description: description }),
    )
  }
  // one that was found by its mark may have been made of another file
  if (tags !== undefined && (!isNew || unfinished)) {
    const has = await client.list(`${path}/tags`, 'Tags')
    const missing = missingTags(has, tags)
    if (Object.keys(missing).length > 0) {
      await change(`tag key ${alias}`, () =>
        client.call('POST', `${path}/tags`, { Tags: tagList(missing) }),
      )
    }
  }
  if (rotation !== undefined) await rotate(key, path, client, change)
  await grant(key, path, client, work, change)
  // the last: a disabled key takes no grants
  if (enabled !== undefined && found['Enabled'] !== enabled) {
    const verb = enabled ? 'enable' : 'disable'
    await change(`${verb} key ${alias}`, () => client.call('POST', `${path}/${verb}`))
  }
  // the very last: it may let in nobody who seeds
  if (key.policy !== undefined) {
    const Policy = work.filled(key.policy)
    const { Policy: has } = await client.call('GET', `${path}/policy`)
    if (!sameJson(has, Policy)) {
      await change(`give key ${alias} another policy`, () =>
        client.call('PUT', `${path}/policy`, { Policy, BypassPolicyLockoutSafetyCheck: true }),
      )
    }
  }
}

/** What AWS KMS has where CreateKey says nothing. */
const KINDS = { KeySpec: 'SYMMETRIC_DEFAULT', KeyUsage: 'ENCRYPT_DECRYPT', MultiRegion: false }

/** The description of a key that has no alias yet: it is of a run that goes on, or of one that was cut. */
const markOf = (alias: string): string => `tenkey seed: unfinished, to be ${alias}`

async function made(key: SeedKey, client: Client, listed: Listed): Promise<Json> {
  const { alias, spec, usage, multiRegion, tags } = key
  const kind = {
    ...(spec !== undefined && { KeySpec: spec }),
    ...(usage !== undefined && { KeyUsage: usage }),
    ...(multiRegion !== undefined && { MultiRegion: multiRegion }),
  }
  const fits = (left: Json) =>
    Object.entries({ ...KINDS, ...kind }).every(([name, value]) => left[name] === value)
  const input = { ...kind, ...(tags !== undefined && { Tags: tagList(tags) }) }
  return makeNamed(client, { alias, mark: markOf(alias), input, fits }, listed)
}

/** What a key is can't be changed. */
function refuseOther({ alias, spec, usage, multiRegion }: SeedKey, found: Json): void {
  const wanted = { KeySpec: spec, KeyUsage: usage, MultiRegion: multiRegion }
  for (const [name, value] of Object.entries(wanted)) {
    if (value === undefined || found[name] === value) continue
    throw new CommandError(
      `${alias} is there, and its ${name} is ${String(found[name])}, which stays: the file says ${String(value)}`,
    )
  }
}

type Change = (what: string, make: () => Promise<unknown>) => Promise<unknown>

async function rotate(
  { alias, rotation: days = 0 }: SeedKey,
  path: string,
  client: Client,
  change: Change,
): Promise<void> {
  const { KeyRotationEnabled, RotationPeriodInDays } = await client.call('GET', `${path}/rotation`)
  if (days === 0 && KeyRotationEnabled === true) {
    await change(`rotate key ${alias} no more`, () => client.call('DELETE', `${path}/rotation`))
  } else if (days > 0 && (KeyRotationEnabled !== true || RotationPeriodInDays !== days)) {
    await change(`rotate key ${alias} every ${days} days`, () =>
      client.call('PUT', `${path}/rotation`, { RotationPeriodInDays: days }),
    )
  }
}

async function grant(
  { alias, grants }: SeedKey,
  path: string,
  client: Client,
  { filled, note }: Work,
  change: Change,
): Promise<void> {
  if (grants.length === 0) return
  const has = await client.list(`${path}/grants`, 'Grants')
  for (const one of grants) {
    const there = has.find(({ Name }) => Name === one.name)
    if (there !== undefined) {
      const same =
        there['GranteePrincipal'] === filled(one.grantee) &&
        isDeepStrictEqual(sorted(there['Operations']), sorted(one.operations))
      // what a grant permits can't be changed
      if (!same) note(`grant ${one.name} of key ${alias} is there and permits something else`)
      continue
    }
    const { contextEquals, contextSubset, retiring } = one
    const constraints = {
      ...(contextEquals && { EncryptionContextEquals: contextEquals }),
      ...(contextSubset && { EncryptionContextSubset: contextSubset }),
    }
    await change(`make grant ${one.name} of key ${alias}`, () =>
      client.call('POST', `${path}/grants`, {
        Name: one.name,
        GranteePrincipal: filled(one.grantee),
        Operations: one.operations,
        ...(retiring !== undefined && { RetiringPrincipal: filled(retiring) }),
        ...(Object.keys(constraints).length > 0 && { Constraints: constraints }),
      }),
    )
  }
}

const sorted = (names: unknown) => [...(names as readonly string[])].sort()

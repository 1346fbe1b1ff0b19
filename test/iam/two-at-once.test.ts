import { describe, expect, test } from 'vitest'
import { StoreConflict } from '../../core/base/conflict.ts'
import { KmsError } from '../../core/base/errors.ts'
import { attachPolicy, detachPolicy, findPolicy, usersOf } from '../../core/identity/attachment.ts'
import { deleteBoundary, putBoundary } from '../../core/identity/boundary-policy.ts'
import { type PrincipalData, principalItem } from '../../core/identity/credential.ts'
import { changeEntity, readGroup, readUser } from '../../core/identity/entity.ts'
import { createGroup, deleteGroup, updateGroup } from '../../core/identity/group.ts'
import { exists } from '../../core/identity/iam-errors.ts'
import { groupItem } from '../../core/identity/iam-items.ts'
import { putInline } from '../../core/identity/inline-policies.ts'
import {
  addVersion,
  createManagedPolicy,
  deleteManagedPolicy,
  deleteVersion,
  type OwnPolicy,
  setDefaultVersion,
  versionText,
} from '../../core/identity/managed-policy.ts'
import { addMember, membersOf, removeMember } from '../../core/identity/membership.ts'
import { removePrincipal } from '../../core/identity/remove-principal.ts'
import { renameUser, withoutMoving } from '../../core/identity/rename.ts'
import { createPrincipal } from '../../core/identity/tenant.ts'
import type { DataPorts } from '../../core/key/ports.ts'
import { memoryStore } from '../../core/store/memory.ts'
import type { Store } from '../../core/store/store.ts'
import { meanwhile } from '../support/meanwhile.ts'

/**
 * Of any two changes one is made whole before each step of the other, and either is made again where it lost a
 * race, as the pipeline does. Whatever comes of them: names are one's, what a user has is there and lists it.
 */

const ACCOUNT = '111122223333'
const NOW = 1_800_000_000_000
const ARN = `arn:aws:iam::${ACCOUNT}:policy/p`
const document = '{"Version":"2012-10-17","Statement":[]}'
const BY = { at: NOW, by: { arn: `arn:aws:iam::${ACCOUNT}:root`, id: ACCOUNT }, request: 'r' }

const HOME = { accountId: ACCOUNT, region: 'us-east-1' }

type Ports = Pick<DataPorts, 'read' | 'write' | 'remove' | 'wrapping'>
type Act = (ports: Ports) => Promise<unknown>

/** nobody here gets an access key */
const wrapping = {} as DataPorts['wrapping']
const portsOf = (store: Store): Ports => ({ read: store, write: store, remove: store, wrapping })

const user = ({ read }: Ports, name = 'u') => readUser(read, ACCOUNT, name)
const group = ({ read }: Ports, name = 'g') => readGroup(read, ACCOUNT, name)

async function policy({ read }: Ports): Promise<OwnPolicy> {
  const { item, data, ...named } = (await findPolicy(read, HOME, ARN)) ?? {}
  if (item !== undefined && data !== undefined && 'arn' in named) return { ...named, item, data }
  throw new KmsError('NoSuchEntityException')
}

function create(ports: Ports, name: string) {
  const data = { type: 'user', name, policies: {}, tags: {}, created: NOW } as const
  const taken = () => exists('user', name)
  return createPrincipal(ports, ACCOUNT, data, false, { taken, before: () => undefined })
}
const rename = async (ports: Ports, from: string, to: string) =>
  renameUser(ports, ACCOUNT, (await user(ports, from)).item, to, '/', NOW)

const ACTS = new Map<string, Act>(
  Object.entries({
    CreateUser: (ports) => create(ports, 'u'),
    'CreateUser of the new name': (ports) => create(ports, 'v'),
    UpdateUser: (ports) => rename(ports, 'u', 'v'),
    'UpdateUser back': (ports) => rename(ports, 'v', 'u'),
    DeleteUser: async (ports) => removePrincipal(ports, ACCOUNT, (await user(ports)).item),
    TagUser: async (ports) => changeEntity(ports, ACCOUNT, await user(ports), { tags: { a: '1' } }),
    PutUserPolicy: async (ports) =>
      putInline(ports, ACCOUNT, await user(ports), { name: 'i', document }, BY),
    AttachUserPolicy: async (ports) => attachPolicy(ports, HOME, await user(ports), ARN, NOW),
    DetachUserPolicy: async (ports) => detachPolicy(ports, HOME, await user(ports), ARN),
    PutUserPermissionsBoundary: async (ports) =>
      putBoundary(ports, HOME, await user(ports), ARN, NOW),
    DeleteUserPermissionsBoundary: async (ports) =>
      deleteBoundary(ports, ACCOUNT, await user(ports)),
    AddUserToGroup: async (ports) =>
      addMember(ports, ACCOUNT, await group(ports), await user(ports), NOW),
    RemoveUserFromGroup: async (ports) =>
      removeMember(ports, ACCOUNT, await group(ports), await user(ports)),
    CreateGroup: (ports) => createGroup(ports, ACCOUNT, { name: 'g', path: '/' }, NOW),
    'CreateGroup of the new name': (ports) =>
      createGroup(ports, ACCOUNT, { name: 'h', path: '/' }, NOW),
    UpdateGroup: async (ports) =>
      updateGroup(ports, ACCOUNT, await group(ports), { name: 'h', path: '/' }, NOW),
    DeleteGroup: async (ports) => deleteGroup(ports, ACCOUNT, await group(ports), NOW),
    DeletePolicy: async (ports) => deleteManagedPolicy(ports, ACCOUNT, await policy(ports), NOW),
    CreatePolicyVersion: async (ports) =>
      addVersion(ports, ACCOUNT, await policy(ports), document, true, NOW),
    DeletePolicyVersion: async (ports) =>
      deleteVersion(ports, ACCOUNT, await policy(ports), 1, NOW),
    SetDefaultPolicyVersion: async (ports) =>
      setDefaultVersion(ports, ACCOUNT, await policy(ports), 1, NOW),
  } satisfies Record<string, Act>),
)

/** What was done before the two, beside a user, a group and a policy. */
const BEFORE: Readonly<Record<string, readonly string[]>> = {
  'have nothing to do with each other': [],
  'are of each other': ['AttachUserPolicy', 'PutUserPermissionsBoundary', 'AddUserToGroup'],
  'are there, the policy in two versions': ['CreatePolicyVersion'],
  'are there, the user by a new name': ['UpdateUser'],
}

/** As the pipeline makes a call. @returns its code, or `done` */
async function made(act: Act, ports: Ports): Promise<string> {
  for (let tries = 0; tries < 10; tries++) {
    try {
      await act(ports)
      return 'done'
    } catch (error) {
      if (error instanceof KmsError) return error.code
      if (!(error instanceof StoreConflict)) throw error
    }
  }
  return 'lost every race'
}

async function world(before: readonly string[]): Promise<Store> {
  const store = memoryStore()
  const ports = portsOf(store)
  await create(ports, 'u')
  await createGroup(ports, ACCOUNT, { name: 'g', path: '/' }, NOW)
  await createManagedPolicy(ports, ACCOUNT, { name: 'p', document, tags: {} }, NOW)
  for (const name of before) await ACTS.get(name)?.(ports)
  return store
}

/** What is wrong with what is stored. */
async function wrongIn(store: Store): Promise<string[]> {
  const { items } = await store.scan(undefined, 1000)
  const all = items.filter((item) => principalItem.is(item)).map((item) => principalItem.read(item))
  const users = await withoutMoving(store, ACCOUNT, all)
  const groups = items.filter((item) => groupItem.is(item)).map((item) => groupItem.read(item))
  const wrong = [
    ...twice(users.map(({ name }) => `user ${name}`)),
    ...twice(users.map(({ id }) => `user ${id}`)),
    ...twice(groups.map(({ name }) => `group ${name}`)),
  ]
  for (const { name } of groups) {
    const found = await made(() => readGroup(store, ACCOUNT, name), portsOf(store))
    if (found !== 'done') wrong.push(`group ${name} is not found`)
  }
  for (const one of users) {
    for (const id of one.groups ?? []) {
      const { users: members } = await membersOf(store, ACCOUNT, id, { limit: 10 })
      if (!groups.some((there) => there.id === id)) wrong.push(`${one.name}'s group is gone`)
      if (!members.some((member) => member.id === one.id)) wrong.push(`${one.name} is no member`)
    }
    wrong.push(...(await wrongPoliciesOf(store, one)))
  }
  return [...wrong, ...(await wrongVersions(store))]
}

const twice = (names: readonly string[]): string[] =>
  names.filter((name, index) => names.indexOf(name) !== index).map((name) => `${name}: twice`)

async function wrongPoliciesOf(store: Store, one: PrincipalData): Promise<string[]> {
  const { name, attached = [], boundaryPolicy } = one
  const wrong: string[] = []
  for (const { id, policy } of boundaryPolicy ? [...attached, boundaryPolicy] : attached) {
    const found = await findPolicy(store, HOME, `arn:aws:iam::${ACCOUNT}:policy${policy}`)
    const { users } = await usersOf(store, ACCOUNT, id)
    if (found?.attached.id !== id) wrong.push(`${name}'s policy is gone`)
    if (!users.some(({ holder }) => holder.data.id === one.id)) wrong.push(`${name} is not listed`)
  }
  return wrong
}

async function wrongVersions(store: Store): Promise<string[]> {
  const { data } = (await findPolicy(store, HOME, ARN)) ?? {}
  if (data === undefined) return []
  const texts = await Promise.all(
    data.versions.map(({ number }) => versionText(store, ACCOUNT, data, number)),
  )
  const current = data.versions.some(({ number }) => number === data.default)
  return [
    ...(texts.includes(undefined) ? ['a version has no text'] : []),
    ...(current ? [] : ['the default version is none']),
  ]
}

describe.each(Object.entries(BEFORE))('A user, a group and a policy that %s', (_title, before) => {
  test.each([...ACTS])('%s, and another change meanwhile', async (_name, act) => {
    let runs = 0
    for (const [other, change] of ACTS) {
      for (let step = 0; ; step++) {
        const store = await world(before)
        const inner = () => made(change, portsOf(store))
        const { slowed, reached } = meanwhile(store, step, inner)
        const outcome = await made(act, portsOf(slowed))
        if (!reached()) break
        runs++
        const wrong = await wrongIn(store)
        expect({ other, step, outcome, wrong }).toEqual({
          ...{ other, step, wrong: [] },
          outcome: expect.not.stringMatching('lost every race'),
        })
      }
    }
    // each has a read at least
    expect(runs).toBeGreaterThanOrEqual(ACTS.size)
  })
})

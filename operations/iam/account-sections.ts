import { usersOf } from '../../core/identity/attachment.ts'
import {
  type AwsManagedPolicy,
  awsManagedPolicies,
} from '../../core/identity/aws-managed-policies.ts'
import { type PrincipalData, principalItem } from '../../core/identity/credential.ts'
import {
  type GroupData,
  groupItem,
  type InstanceProfileData,
  type ManagedPolicyData,
  managedPolicyItem,
} from '../../core/identity/iam-items.ts'
import { MANAGED_POLICY_CHARACTERS } from '../../core/identity/iam-quotas.ts'
import { allProfiles } from '../../core/identity/instance-profile.ts'
import { withoutMoving } from '../../core/identity/rename.ts'
import { openMarker, pageMembers } from '../../core/key/paging.ts'
import type { DataPorts } from '../../core/key/ports.ts'
import type { Item } from '../../core/store/store.ts'
import { PAGE_CHARACTERS, PAGE_ITEMS, sizeOf } from './iam-list.ts'
import { trustSize } from './instance-profiles.ts'

/** What GetAccountAuthorizationDetails may be asked for, in the order in which its pages have them. */
export const KINDS = ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'] as const
type Kind = (typeof KINDS)[number]

/** items read at once */
const SLICE = 100
/** characters of a profile and its role but for the trust policy, with the longest names and paths */
const PROFILE_CHARACTERS = 3000

/** What an account has of AWS IAM, a page of it. */
interface Found {
  readonly users: readonly PrincipalData[]
  readonly roles: readonly PrincipalData[]
  readonly groups: readonly GroupData[]
  readonly policies: readonly ManagedPolicyData[]
  readonly aws: readonly AwsManagedPolicy[]
  /** all that there are, where roles are told */
  readonly profiles: readonly InstanceProfileData[]
}

/**
 * Whether the profiles of a role repeat its trust policy, as they do in AWS IAM: not where that would fill half a page,
 * since a role is told on one.
 */
export const repeatsTrust = (role: PrincipalData, profiles: number): boolean =>
  profiles * trustSize(role) <= PAGE_CHARACTERS / 2

/** Characters in which the profiles of a role are told with it. */
function profilesSize(role: PrincipalData, all: readonly InstanceProfileData[]): number {
  const its = all.filter((one) => one.role?.id === role.id).length
  return its * (PROFILE_CHARACTERS + (repeatsTrust(role, its) ? trustSize(role) : 0))
}

const PREFIXES: Readonly<Record<Exclude<Kind, 'AWSManagedPolicy'>, string>> = {
  User: `${principalItem.prefix()}user/`,
  Role: `${principalItem.prefix()}role/`,
  Group: groupItem.prefix(),
  LocalManagedPolicy: managedPolicyItem.prefix(),
}

/** One of a section: where it is in it, and how many characters it is told in. */
interface Entry {
  readonly kind: Kind
  readonly at: string
  readonly size: number
  readonly item?: Item
  readonly aws?: AwsManagedPolicy
}

/** A part of a list: its entries after a place, and whether there are more. */
type Section = (after: string, limit: number) => Promise<{ entries: Entry[]; more: boolean }>

/** The items of a kind. */
const stored =
  (
    read: DataPorts['read'],
    pk: string,
    kind: Exclude<Kind, 'AWSManagedPolicy'>,
    profiles: readonly InstanceProfileData[],
  ): Section =>
  async (after, limit) => {
    const prefix = PREFIXES[kind]
    const start = after === '' ? {} : { after: prefix + after }
    const { items, more } = await read.query({ pk, prefix, limit, ...start })
    const entries = items.map((item) => {
      // of a policy each version is told
      const versions =
        kind === 'LocalManagedPolicy' ? managedPolicyItem.read(item).versions.length : 0
      const more = kind === 'Role' ? profilesSize(principalItem.read(item), profiles) : 0
      const size = versions === 0 ? sizeOf(item.data) + more : versions * MANAGED_POLICY_CHARACTERS
      return { kind, at: item.sk.slice(prefix.length), size, item }
    })
    return { entries, more }
  }

/** Those that AWS manages: all, or those that somebody has. */
const managed =
  (read: DataPorts['read'], accountId: string, all: boolean): Section =>
  async (after, limit) => {
    const known: Entry[] = []
    for (const aws of awsManagedPolicies()) {
      const there = all || (await usersOf(read, accountId, aws.id)).users.length > 0
      if (there && aws.id > after) {
        known.push({ kind: 'AWSManagedPolicy', at: aws.id, size: sizeOf(aws), aws })
      }
    }
    known.sort((a, b) => (a.at < b.at ? -1 : 1))
    return { entries: known.slice(0, limit), more: known.length > limit }
  }

/**
 * A page of what an account has, read from where its marker says: section by section, each in the order of the store.
 * A page reads what it tells, and no more.
 * @throws KmsError InvalidMarkerException
 */
export async function sectionPage(
  { read, tokens }: Pick<DataPorts, 'read' | 'tokens'>,
  accountId: string,
  {
    Filter = [],
    Marker,
    MaxItems = PAGE_ITEMS,
  }: {
    readonly Filter?: readonly Kind[] | undefined
    readonly Marker?: string | undefined
    readonly MaxItems?: number | undefined
  },
) {
  const kinds = KINDS.filter((kind) => Filter.length === 0 || Filter.includes(kind))
  const profiles = kinds.includes('Role') ? await allProfiles(read, accountId) : []
  const sections = kinds.map((kind) =>
    kind === 'AWSManagedPolicy'
      ? managed(read, accountId, Filter.includes(kind))
      : stored(read, accountId, kind, profiles),
  )
  const list = `GetAccountAuthorizationDetails/${kinds.join(',')}`
  const request = { accountId, list, marker: Marker }
  const [, first = '0', from = ''] =
    /^(\d):(.*)$/s.exec((await openMarker(tokens, request)) ?? '') ?? []
  const entries: Entry[] = []
  let used = 0
  let next: string | undefined
  let after = from
  filling: for (let at = Number(first); at < sections.length; at++, after = '') {
    for (let more = true; more; ) {
      // one more than there is room for tells whether there is a next page
      const limit = Math.min(SLICE, MaxItems - entries.length + 1)
      const slice = await sections[at]?.(after, limit)
      for (const entry of slice?.entries ?? []) {
        used += entry.size
        if (entries.length === MaxItems || (entries.length > 0 && used > PAGE_CHARACTERS)) {
          next = `${at}:${after}`
          break filling
        }
        entries.push(entry)
        after = entry.at
      }
      more = slice?.more ?? false
    }
  }
  const { Truncated, NextMarker } = await pageMembers(tokens, request, next)
  const page = { IsTruncated: Truncated, Marker: NextMarker }
  return { found: { ...(await foundIn(read, accountId, entries)), profiles }, page }
}

async function foundIn(
  read: Pick<DataPorts['read'], 'get'>,
  accountId: string,
  entries: readonly Entry[],
): Promise<Omit<Found, 'profiles'>> {
  const of = <T>(kind: Kind, dataOf: (item: Item) => T): T[] =>
    entries.flatMap((one) =>
      one.kind === kind && one.item !== undefined ? [dataOf(one.item)] : [],
    )
  const users = of('User', (item) => principalItem.read(item))
  return {
    users: await withoutMoving(read, accountId, users),
    roles: of('Role', (item) => principalItem.read(item)),
    groups: of('Group', (item) => groupItem.read(item)),
    policies: of('LocalManagedPolicy', (item) => managedPolicyItem.read(item)),
    aws: entries.flatMap(({ aws }) => aws ?? []),
  }
}

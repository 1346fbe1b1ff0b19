import { accountItem } from '../item/item-kind.ts'
import type { ChangeMark } from '../key/policy-change.ts'
import type { ItemKey } from '../store/store.ts'
import type { AttachedPolicy, PrincipalData } from './credential.ts'

/**
 * What an account has of AWS IAM beside its users, roles and access keys. Of things that have each other, one
 * side's own item decides: a user's lists its groups, a principal's or group's its managed policies. The items
 * of the other direction are written before and removed after that, so they may list one too many.
 */

/** What the store keeps of a group. */
export interface GroupData {
  /** AGPA… */
  readonly id: string
  readonly name: string
  /** absent for `/` */
  readonly path?: string
  /** identity policies of its members, by name, as JSON text */
  readonly policies: Readonly<Record<string, string>>
  readonly attached?: readonly AttachedPolicy[]
  readonly policyChange?: ChangeMark
  /** Unix ms */
  readonly created: number
  /** Unix ms at which its deletion began: nobody is added to it meanwhile */
  readonly deleting?: number
}

/** By its unique id, so that it can be renamed; its name is claimed as those of users and roles. */
export const groupItem = accountItem<GroupData, ['id']>({
  name: 'group',
  sort: ['id'],
  made: () => '',
})

/** Whom an item of the other direction is about: by name as it was then, and id. */
export interface Having {
  readonly type: 'user' | 'role' | 'group'
  readonly name: string
  /** Unix ms */
  readonly at: number
}

export const memberItem = accountItem<Having, ['group', 'user']>({
  name: 'member',
  sort: ['group', 'user'],
})

/** How a managed policy is had. */
export interface Attachment extends Having {
  /** whether as permissions boundary, or attached */
  readonly as: 'policy' | 'boundary'
}

/** `use` is `policy` or `boundary`, a dash, and the id of who has it. */
export const attachmentItem = accountItem<Attachment, ['policy', 'use']>({
  name: 'attachment',
  sort: ['policy', 'use'],
})

/** A version of a managed policy, but for its text. */
export interface PolicyVersion {
  /** 1 for v1 */
  readonly number: number
  /** Unix ms */
  readonly created: number
}

/** What the store keeps of a customer-managed policy. */
export interface ManagedPolicyData {
  /** ANPA… */
  readonly id: string
  readonly name: string
  /** absent for `/` */
  readonly path?: string
  readonly description?: string
  /** JSON, of the default version: what calls read */
  readonly document: string
  /** number of the default version */
  readonly default: number
  /** oldest first */
  readonly versions: readonly PolicyVersion[]
  /** number of the next version: none is ever used again */
  readonly next: number
  readonly tags: Readonly<Record<string, string>>
  /** Unix ms */
  readonly created: number
  readonly updated: number
  /** Unix ms at which its deletion began: nobody gets it meanwhile */
  readonly deleting?: number
}

export const managedPolicyItem = accountItem<ManagedPolicyData, ['name']>({
  name: 'managed-policy',
  sort: ['name'],
  made: ({ id }) => id,
})

export const policyVersionItem = accountItem<{ readonly document: string }, ['policy', 'version']>({
  name: 'policy-version',
  sort: ['policy', 'version'],
  made: () => '',
})

/** Where a user is that was given another name. */
export interface Renamed {
  readonly name: string
}

export const renamedItem = accountItem<Renamed, ['id']>({
  name: 'renamed',
  sort: ['id'],
  made: () => '',
})

export const groupPlace = (accountId: string, id: string): ItemKey =>
  groupItem.place({ accountId, id })
export const managedPolicyPlace = (accountId: string, name: string): ItemKey =>
  managedPolicyItem.place({ accountId, name: name.toLowerCase() })
export const renamedPlace = (accountId: string, id: string): ItemKey =>
  renamedItem.place({ accountId, id })

/** The name at the end of a path and name. */
export const nameIn = (pathAndName: string): string =>
  pathAndName.slice(pathAndName.lastIndexOf('/') + 1)

/** Who has a name, or is about to. */
export interface NameClaim {
  /** as it is spelled */
  readonly name: string
  /** the principal's unique id */
  readonly id: string
  /** Unix ms */
  readonly at: number
}

/**
 * Names of users, of roles and of groups are unique in an account without regard to case, whatever their paths
 * (API_CreateUser, API_CreateRole, API_CreateGroup). Principals are found by their names as they are spelled, so each has an item
 * more, by its name in lower case.
 */
export const principalNameItem = accountItem<NameClaim, ['name']>({
  name: 'principal-name',
  sort: ['name'],
})

/** @param type whose names are unique among each other */
export const claimPlace = (
  accountId: string,
  type: PrincipalData['type'] | 'group',
  name: string,
): ItemKey => principalNameItem.place({ accountId, name: `${type}/${name.toLowerCase()}` })

/** What the store keeps of a virtual MFA device. */
export interface MfaDeviceData {
  /** as it is spelled */
  readonly name: string
  /** begins and ends with `/`; absent for `/` */
  readonly path?: string
  /** base64 of the seed wrapped under the tenant's key */
  readonly seed: string
  readonly tags: Readonly<Record<string, string>>
  /** Unix ms */
  readonly created: number
  /** whose it is: `root`, or `user/<name>` as the user was called then; absent while it is nobody's */
  readonly principal?: string
  /** AIDA… of the user; absent for root */
  readonly principalId?: string
  /** Unix ms at which it became theirs */
  readonly enabled?: number
  /** steps by which its clock is ahead, where that was found out */
  readonly drift?: number
  /** the last step whose code was used: none up to it is taken again */
  readonly lastStep?: number
  /** Unix ms of its wrong codes, oldest first: those that may still count */
  readonly wrong?: readonly number[]
}

export const mfaDeviceItem = accountItem<MfaDeviceData, ['name']>({
  name: 'mfa-device',
  sort: ['name'],
  // drawn for each
  made: ({ seed }) => seed,
})

export const mfaDevicePlace = (accountId: string, name: string): ItemKey =>
  mfaDeviceItem.place({ accountId, name: name.toLowerCase() })

/** What the store keeps of an instance profile. */
export interface InstanceProfileData {
  /** AIPA… */
  readonly id: string
  /** as it is spelled */
  readonly name: string
  /** begins and ends with `/`; absent for `/` */
  readonly path?: string
  readonly tags: Readonly<Record<string, string>>
  /** the role that is in it, by name and id: names may be given anew */
  readonly role?: { readonly name: string; readonly id: string }
  /** Unix ms */
  readonly created: number
}

export const instanceProfileItem = accountItem<InstanceProfileData, ['name']>({
  name: 'instance-profile',
  sort: ['name'],
  made: ({ id }) => id,
})

export const instanceProfilePlace = (accountId: string, name: string): ItemKey =>
  instanceProfileItem.place({ accountId, name: name.toLowerCase() })

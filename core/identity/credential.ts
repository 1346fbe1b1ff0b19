import { randomBytes } from 'node:crypto'
import { isAccountId } from '../base/arn.ts'
import { KmsError } from '../base/errors.ts'
import { accountItem, type LaterFormat, operatorItem, WaitsForUpgrade } from '../item/item-kind.ts'
import type { ChangeMark, PolicyChange } from '../key/policy-change.ts'
import { KEPT_SINCE_2 } from '../key/policy-change.ts'
import type { Meanings } from '../policy/meaning.ts'
import type { ItemKey } from '../store/store.ts'

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const ACCESS_KEY_ID = /^(AKIA|ASIA)[A-Z2-7]{16}$/

/**
 * Draws an access key id: AKIA and 80 bits in base32, the first 40 being the account id, as AWS's
 * own ids carry it. So a request names its tenant before anything is read, and credential, tenant
 * and key are read in one round trip.
 * @param drawn 5 bytes: the other 40 bits
 */
export function newAccessKeyId(
  accountId: string,
  prefix: 'AKIA' | 'ASIA' = 'AKIA',
  drawn: Buffer = randomBytes(5),
): string {
  const random = BigInt(`0x${drawn.toString('hex')}`)
  let bits = (BigInt(accountId) << 40n) | random
  let text = ''
  for (let i = 0; i < 16; i++) {
    text = BASE32.charAt(Number(bits & 31n)) + text
    bits >>= 5n
  }
  return prefix + text
}

/** The account an access key id belongs to; undefined for an id that is none of ours. */
export function accountOfAccessKey(accessKeyId: string): string | undefined {
  if (!ACCESS_KEY_ID.test(accessKeyId)) return undefined
  let bits = 0
  for (const character of accessKeyId.slice(4, 12)) bits = bits * 32 + BASE32.indexOf(character)
  const accountId = String(bits).padStart(12, '0')
  return isAccountId(accountId) ? accountId : undefined
}

/** 40 characters of base64, 240 bits: the form of AWS's own secret access keys. */
export const newSecretAccessKey = (): string => randomBytes(30).toString('base64')

/** What the store keeps of an access key. */
export interface CredentialData {
  /** `root`, `user/<name>` or `role/<name>` */
  readonly principal: string
  /** PrincipalData.id of a user; absent for root, and in keys made before it was kept */
  readonly principalId?: string
  readonly status: 'Active' | 'Inactive'
  /** base64 of the secret wrapped under the tenant's key */
  readonly secret: string
  /** Unix ms */
  readonly created: number
}

/** The deletion of a tenant, from when it is asked for; once it is done, what is left of the tenant. */
export interface TenantDeletion {
  /** Unix ms: when it was asked for */
  readonly asked: number
  /** of the waiting period, and when that ends (Unix ms) */
  readonly days: number
  readonly at: number
  /** what the tenant was before, and is again should the deletion be cancelled */
  readonly before: TenantData['status']
  /** Unix ms since when its keys are destroyed: from then on nothing is made for it, and nothing cancels it */
  readonly begun?: number
  /** how far the search for its Regions has come, where any may be in the store; absent once it is over */
  readonly search?: { readonly after?: ItemKey }
  /** where it has something; how many keys were destroyed there, at least, once all are */
  readonly regions?: readonly { readonly region: string; readonly keys?: number }[]
  /** Regions that are lost for good: what their tables still have is out of reach */
  readonly unreached?: readonly string[]
  /** Unix ms since when it has no key in any Region, and the rest goes */
  readonly keyless?: number
  /** Unix ms: all is gone */
  readonly ended?: number
  /** Unix ms at which a sweeper must look at it next; absent once all is gone */
  readonly next?: number
}

/** What the store keeps of a tenant. */
export interface TenantData {
  readonly name: string
  readonly status: 'active' | 'suspended'
  /** Unix ms: sessions made before do not hold */
  readonly sessionsValidAfter?: number
  /** Unix ms */
  readonly created: number
  /** days that its audit records are kept, those written from when it was set; the installation's unless given */
  readonly auditRetention?: number
  /** absent where it is not to be deleted. The item of one that was stays for ever: no account id is used twice */
  readonly deletion?: TenantDeletion
  /** what the operator's own systems call it; absent for none */
  readonly externalId?: string
  /** for the operator; absent for none */
  readonly tags?: Readonly<Record<string, string>>
}

/** What the store keeps of a user or role. */
export interface PrincipalData {
  /** AIDA… or AROA…: never reused, even where a name is */
  readonly id: string
  readonly type: 'user' | 'role'
  readonly name: string
  /** begins and ends with `/`, and is part of the ARN, not of the name; absent for `/` */
  readonly path?: string
  /** identity policies, by name, as JSON text; those that are attached besides, and of its groups, are read along */
  readonly policies: Readonly<Record<string, string>>
  /** managed policies that are attached; absent for none */
  readonly attached?: readonly AttachedPolicy[]
  /** users: unique ids of their groups; absent for none */
  readonly groups?: readonly string[]
  /** the permissions boundary, as JSON text, where the operator put it */
  readonly boundary?: string
  /** the managed policy that is the permissions boundary, where the account itself put one */
  readonly boundaryPolicy?: AttachedPolicy
  /** roles: for people */
  readonly description?: string
  /** users: the name and path that it is being given; nothing of it changes but by ending that (rename.ts) */
  readonly movingTo?: { readonly name: string; readonly path: string }
  /** users: the name whose item is to be deleted before anything of this one changes */
  readonly movedFrom?: string
  /** users: `user`, path and name as they were before, by which grants are stored; absent for none */
  readonly former?: readonly string[]
  /** users: how often its name changed; absent for never */
  readonly moves?: number
  /** roles: who may assume it, as JSON text */
  readonly trust?: string
  /** roles: whom the names of the trust policy meant; absent where it was put before they had meanings */
  readonly trusted?: Trusted
  /** roles: seconds a session may last; 3,600 where it is absent */
  readonly maxSession?: number
  /** the last change of its policies that is on record */
  readonly policyChange?: ChangeMark
  readonly tags: Readonly<Record<string, string>>
  /** Unix ms: sessions of it and made by it before do not hold */
  readonly sessionsValidAfter?: number
  readonly created: number
}

/** Format 2 of tenants and principals may have `sessionsValidAfter`, which older releases would not heed. */
const REVOCABLE: LaterFormat = {
  since: 2,
  upgrade: (data) => data,
  lower(data) {
    if (data['sessionsValidAfter'] === undefined) return data
    throw new KmsError(
      'UnsupportedOperationException',
      'Sessions can be revoked once `tenkey upgrade` has been run: older releases may still use the store.',
    )
  },
}

/** A format that may have members which an older release would not heed, or not carry along. */
const having = (words: string, ...names: readonly string[]): LaterFormat => ({
  since: 2,
  upgrade: (data) => data,
  lower(data) {
    if (names.some((name) => data[name] !== undefined)) throw new WaitsForUpgrade(words)
    return data
  },
})

/** Format 3 of tenants may have a deletion, which an older release would neither finish nor keep out. */
const WITH_DELETION = having('Tenants are not deleted', 'deletion')

/** Format 4 of tenants may have what the operator knows them by. */
const WITH_LABELS = having('Tenants have no external ids and tags', 'externalId', 'tags')

/** Format 3 of principals may have a path: an older release would give them an ARN without. */
const WITH_PATHS = having('Users and roles have no paths', 'path')

/** A managed policy as who has it names it. */
export interface AttachedPolicy {
  /** ANPA…; of one that AWS manages, AWS's own */
  readonly id: string
  /** its path and name, e.g. `/team/deploy`: neither ever changes */
  readonly policy: string
}

/** Format 4 of principals may have what AWS IAM brought. */
const WITH_IAM = having(
  'Users and roles have no groups and managed policies',
  ...['attached', 'groups', 'boundaryPolicy', 'movingTo', 'movedFrom', 'former', 'moves'],
)

/** What the names of a trust policy meant. */
export interface Trusted {
  /** `policyHash` of the text: an older release may have put another since */
  readonly of: string
  readonly meant: Meanings
}

export const tenantItem = accountItem<TenantData, []>({
  name: 'tenant',
  sort: [],
  made: () => '',
  due: { of: ({ deletion }) => deletion?.next },
  later: [REVOCABLE, WITH_DELETION, WITH_LABELS],
})

/** An entry of the operator's list of tenants. */
export type ListedTenant = Pick<TenantData, 'name' | 'created'>

export const listedTenantItem = operatorItem<ListedTenant, ['account']>({
  name: 'tenant',
  sort: ['account'],
})

export const credentialItem = accountItem<CredentialData, ['accessKeyId']>({
  name: 'access-key',
  sort: ['accessKeyId'],
  made: () => '',
})

/** `principal` is `user/<name>` or `role/<name>`. */
export const principalItem = accountItem<PrincipalData, ['principal']>({
  name: 'principal',
  sort: ['principal'],
  // a user who is given a former name back is made there anew
  made: ({ id, moves }) => (moves === undefined ? id : `${id}#${moves}`),
  later: [REVOCABLE, WITH_PATHS, WITH_IAM],
})

/** A change of a principal's policies (core/key/policy-history.ts); `number` in ten digits. */
export const principalChangeItem = accountItem<PolicyChange, ['principalId', 'number', 'change']>({
  name: 'policy-change',
  sort: ['principalId', 'number', 'change'],
  later: KEPT_SINCE_2,
})

export const tenantPlace = (accountId: string): ItemKey => tenantItem.place({ accountId })
export const credentialPlace = (accountId: string, accessKeyId: string): ItemKey =>
  credentialItem.place({ accountId, accessKeyId })
export const principalPlace = (accountId: string, principal: string): ItemKey =>
  principalItem.place({ accountId, principal })

/** Binds a wrapped secret to the access key and the principal it stands for. */
export const credentialContext = (accessKeyId: string, principal: string) => ({
  kind: 'access-key',
  accessKey: accessKeyId,
  principal,
})

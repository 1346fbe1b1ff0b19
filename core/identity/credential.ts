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
 */
export function newAccessKeyId(accountId: string, prefix: 'AKIA' | 'ASIA' = 'AKIA'): string {
  const random = BigInt(`0x${randomBytes(5).toString('hex')}`)
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
}

/** What the store keeps of a user or role. */
export interface PrincipalData {
  /** AIDA… or AROA…: never reused, even where a name is */
  readonly id: string
  readonly type: 'user' | 'role'
  readonly name: string
  /** begins and ends with `/`, and is part of the ARN, not of the name; absent for `/` */
  readonly path?: string
  /** identity policies, by name, as JSON text */
  readonly policies: Readonly<Record<string, string>>
  /** the permissions boundary, as JSON text */
  readonly boundary?: string
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

/** Format 3 of principals may have a path: an older release would give them an ARN without. */
const WITH_PATHS: LaterFormat = {
  since: 2,
  upgrade: (data) => data,
  lower(data) {
    if (data['path'] !== undefined) throw new WaitsForUpgrade('Users and roles have no paths')
    return data
  },
}

/** What the names of a trust policy meant. */
export interface Trusted {
  /** `policyHash` of the text: an older release may have put another since */
  readonly of: string
  readonly meant: Meanings
}

export const tenantItem = accountItem<TenantData, []>({
  name: 'tenant',
  sort: [],
  holds:
    'name, status (active, suspended), sessionsValidAfter, created, days that audit records are kept',
  writtenBy: ['core/identity/tenant.ts', 'operations/administration/', 'server/installation.ts'],
  later: [REVOCABLE],
})

/** An entry of the operator's list of tenants. */
export type ListedTenant = Pick<TenantData, 'name' | 'created'>

export const listedTenantItem = operatorItem<ListedTenant, ['account']>({
  name: 'tenant',
  sort: ['account'],
  holds: "name, created: the operator's list, not the tenant itself",
  writtenBy: ['core/identity/tenant.ts', 'server/installation.ts'],
})

export const credentialItem = accountItem<CredentialData, ['accessKeyId']>({
  name: 'access-key',
  sort: ['accessKeyId'],
  holds: 'principal and its id, status (Active, Inactive), wrapped secret, created',
  writtenBy: [
    'core/identity/tenant.ts',
    'operations/administration/update-access-key.ts',
    'server/installation.ts',
  ],
})

/** `principal` is `user/<name>` or `role/<name>`. */
export const principalItem = accountItem<PrincipalData, ['principal']>({
  name: 'principal',
  sort: ['principal'],
  holds:
    'id (AIDA…, AROA…), type, name, path, identity policies, permissions boundary, trust policy and whom it meant, the last change of them on record, tags, sessionsValidAfter, created; `<principal>` is `user/<name>` or `role/<name>`',
  writtenBy: [
    'core/identity/tenant.ts',
    'core/identity/principal.ts',
    'core/identity/principal-policies.ts',
    'core/access/older-names.ts',
  ],
  later: [REVOCABLE, WITH_PATHS],
})

/** A change of a principal's policies (core/key/policy-history.ts); `number` in ten digits. */
export const principalChangeItem = accountItem<PolicyChange, ['principalId', 'number', 'change']>({
  name: 'policy-change',
  sort: ['principalId', 'number', 'change'],
  holds:
    "a change of a principal's policies: which, when, by whom, id of the request, the former text and the one that was put, and whom their names meant, id of the change before; `<change>` is random",
  writtenBy: ['core/key/policy-history.ts'],
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

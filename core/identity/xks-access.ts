import { randomBytes } from 'node:crypto'
import { commit } from '../base/conflict.ts'
import { KmsError } from '../base/errors.ts'
import type { DataPorts } from '../key/ports.ts'
import type { Item } from '../store/store.ts'
import { accountOfAccessKey, newAccessKeyId } from './credential.ts'
import { whoseIsThere } from './tenant.ts'
import {
  type XksAccess,
  type XksCredential,
  xksAccessItem,
  xksAccessPlace,
} from './xks-access-item.ts'

/** credentials of one prefix that hold at a time: a new one is made before the old one is deleted */
const MOST_XKS_CREDENTIALS = 2
/** bytes of a secret: 64 characters of Base64, the most that AWS KMS takes */
const SECRET_LENGTH = 48

/** `<account>-<8 characters of base32>`: whose it is stands in it, and in each access key id of it. */
const PREFIX = /^(\d{12})-([a-z2-7]{8})$/
/** AXKS, the account and the prefix in 16 characters of base32, and 10 random ones */
const ACCESS_KEY_ID = /^AXKS[A-Z2-7]{26}$/
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

const drawn = (length: number): string =>
  [...randomBytes(length)].map((byte) => BASE32.charAt(byte & 31)).join('')

/** The account whose prefix it is; undefined for what is none of ours. */
export const accountOfPrefix = (prefix: string): string | undefined => PREFIX.exec(prefix)?.[1]

/** A path as AWS KMS is told it, XksProxyUriPath. */
export const xksPath = (prefix: string): string => `/${prefix}/kms/xks/v1`

/** Draws a prefix of an account. */
const newXksPrefix = (accountId: string): string => `${accountId}-${drawn(8).toLowerCase()}`

/**
 * Draws an access key id of a prefix: 30 of A-Z and 2-7. Like that of an access key it names its account,
 * and its prefix too: both are known before anything is read, and a credential is of no other prefix.
 */
function newXksAccessKeyId(prefix: string): string {
  const [, accountId = '', mark = ''] = PREFIX.exec(prefix) ?? []
  const account = newAccessKeyId(accountId).slice(4, 12)
  return `AXKS${account}${mark.toUpperCase()}${drawn(10)}`
}

/** The account and prefix of an access key id; undefined for one that is none of ours. */
export function prefixOfAccessKey(
  accessKeyId: string,
): { readonly accountId: string; readonly prefix: string } | undefined {
  if (!ACCESS_KEY_ID.test(accessKeyId)) return undefined
  const accountId = accountOfAccessKey(`AKIA${accessKeyId.slice(4, 12)}AAAAAAAA`)
  if (accountId === undefined) return undefined
  return { accountId, prefix: `${accountId}-${accessKeyId.slice(12, 20).toLowerCase()}` }
}

/** Binds a wrapped secret to the access key, and so the prefix, to the principal it stands for, and to its Region. */
export const xksCredentialContext = (
  accessKeyId: string,
  { principal, region }: Pick<XksAccess, 'principal' | 'region'>,
) => ({
  kind: 'xks-credential',
  accessKey: accessKeyId,
  principal,
  region,
})

/** What AWS KMS is given: it is told once, when it is made. */
export interface IssuedXksCredential {
  readonly XksProxyUriPath: string
  readonly XksProxyAuthenticationCredential: {
    readonly AccessKeyId: string
    readonly RawSecretAccessKey: string
  }
}

type Making = Pick<DataPorts, 'write' | 'wrapping'>
interface Owner {
  readonly accountId: string
  /** `user/<name>` or `role/<name>` */
  readonly principal: string
  readonly principalId: string
  readonly region: string
}

async function draw(
  { wrapping }: Pick<Making, 'wrapping'>,
  { accountId, ...of }: Pick<Owner, 'accountId' | 'principal' | 'region'>,
  prefix: string,
  now: number,
): Promise<{ readonly kept: XksCredential; readonly issued: IssuedXksCredential }> {
  const AccessKeyId = newXksAccessKeyId(prefix)
  const RawSecretAccessKey = randomBytes(SECRET_LENGTH).toString('base64')
  const context = xksCredentialContext(AccessKeyId, of)
  const secret = await wrapping.sealSecret(accountId, context, Buffer.from(RawSecretAccessKey))
  const XksProxyAuthenticationCredential = { AccessKeyId, RawSecretAccessKey }
  return {
    kept: { accessKeyId: AccessKeyId, secret, created: now },
    issued: { XksProxyUriPath: xksPath(prefix), XksProxyAuthenticationCredential },
  }
}

/** Makes a prefix of a principal, and its first credential. @throws StoreConflict where the prefix is taken */
export async function createXksAccess(
  ports: Making,
  { now, ...owner }: Owner & { readonly now: number },
): Promise<IssuedXksCredential> {
  const { accountId, principal, principalId, region } = owner
  const prefix = newXksPrefix(accountId)
  const { kept, issued } = await draw(ports, owner, prefix, now)
  const data = { principal, principalId, region, credentials: [kept], created: now }
  const place = xksAccessPlace(accountId, prefix)
  await commit(ports.write.put(xksAccessItem.item(place, 1, data)))
  return issued
}

/** Makes the second credential of a prefix. @throws KmsError NotFoundException, LimitExceededException */
export async function rotateXksAccess(
  ports: Making & Pick<DataPorts, 'read'>,
  accountId: string,
  accessKeyId: string,
  now: number,
): Promise<IssuedXksCredential> {
  const { item, prefix, data } = await readXksAccess(ports.read, accountId, accessKeyId)
  const { principal, region, credentials } = data
  if (credentials.length >= MOST_XKS_CREDENTIALS) {
    throw new KmsError(
      'LimitExceededException',
      `The path ${xksPath(prefix)} has ${MOST_XKS_CREDENTIALS} credentials: delete the one that AWS KMS uses no longer.`,
    )
  }
  const { kept, issued } = await draw(ports, { accountId, principal, region }, prefix, now)
  const next = { ...data, credentials: [...credentials, kept] }
  await commit(ports.write.put(xksAccessItem.next(item, next)))
  return issued
}

/** Deletes a credential, and with the last one its prefix. @throws KmsError NotFoundException */
export async function deleteXksCredential(
  { read, write, remove }: Pick<DataPorts, 'read' | 'write' | 'remove'>,
  accountId: string,
  accessKeyId: string,
): Promise<void> {
  const { item, data } = await readXksAccess(read, accountId, accessKeyId)
  const credentials = data.credentials.filter((one) => one.accessKeyId !== accessKeyId)
  if (credentials.length === 0) await commit(remove.delete(item, item.version))
  else await commit(write.put(xksAccessItem.next(item, { ...data, credentials })))
}

/** Deletes the prefixes of a principal that is gone: its credentials open nothing any more. */
export async function removeXksAccess(
  { read, remove }: Pick<DataPorts, 'read' | 'remove'>,
  accountId: string,
  { id }: { readonly id: string },
): Promise<void> {
  for (let after: string | undefined, more = true; more; ) {
    const start = after === undefined ? {} : { after }
    const page = await read.query({
      pk: accountId,
      prefix: xksAccessItem.prefix(),
      limit: 100,
      ...start,
    })
    for (const item of page.items) {
      const mine = xksAccessItem.read(item).principalId === id
      if (mine) await remove.delete(item, item.version)
    }
    after = page.items.at(-1)?.sk
    more = page.more
  }
}

/** Of an account's paths those whose principal is there. */
export const livingXksAccess = (
  read: Pick<DataPorts['read'], 'get'>,
  accountId: string,
  items: readonly Item[],
): Promise<Item[]> => whoseIsThere(read, accountId, items, xksAccessItem.read)

/** @throws KmsError NotFoundException for a credential that is not there */
async function readXksAccess(
  read: Pick<DataPorts['read'], 'get'>,
  accountId: string,
  accessKeyId: string,
): Promise<{ readonly item: Item; readonly prefix: string; readonly data: XksAccess }> {
  const named = prefixOfAccessKey(accessKeyId)
  const [item] =
    named?.accountId === accountId ? await read.get([xksAccessPlace(accountId, named.prefix)]) : []
  const data = item && xksAccessItem.read(item)
  const there = data?.credentials.some((one) => one.accessKeyId === accessKeyId) === true
  if (item === undefined || data === undefined || !there) {
    throw new KmsError('NotFoundException', `The XKS credential ${accessKeyId} does not exist.`)
  }
  return { item, prefix: named?.prefix ?? '', data }
}

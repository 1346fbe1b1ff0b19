import { invalid } from '../base/errors.ts'
import type { Found, Item, ItemKey } from '../store/store.ts'
import type { Caller, Provenance, ProvenIssuer, ProvenPrincipal } from './caller.ts'
import { expired, unrecognized } from './claim.ts'
import {
  accountOfAccessKey,
  credentialItem,
  credentialPlace,
  principalItem,
  principalPlace,
  tenantItem,
  tenantPlace,
} from './credential.ts'
import {
  installationIssuerItem,
  installationIssuerPlace,
  tenantValuesPlace,
  valuesOf,
} from './installation-issuer.ts'
import { issuerItem, issuerPlace } from './issuer.ts'

/**
 * principals a session can have been made through, itself included: with them a session token stays below
 * 8 KB, and they are read in the one round trip of its calls
 */
export const MOST_PRINCIPALS = 10

/** Someone whom a session is made of, as read when it is made. */
export interface Maker extends ProvenPrincipal {
  /** sessionsValidAfter of the account */
  readonly accountAfter: number | undefined
}

/** What sessions that a caller makes are made from: all that itself was, and itself. */
export function provenanceOf(caller: Caller): Provenance {
  const { accountId, type, name, session, accessKeyId, madeFrom } = caller
  const lasting = session === undefined && accessKeyId !== undefined
  const before = madeFrom ?? {
    ...(lasting && { accessKey: accessKeyId }),
    principals: [],
    accounts: [],
  }
  const root = type === 'root'
  return madeThrough(before, {
    accountId,
    name: root ? 'root' : `${type === 'assumed-role' ? 'role' : type}/${name}`,
    id: root ? undefined : caller.userId.split(':')[0],
    after: caller.revokedAt,
    accountAfter: caller.accountRevokedAt,
  })
}

/**
 * A provenance with one more principal.
 * @throws KmsError ValidationException where it has too many
 */
export function madeThrough(
  { principals, accounts, ...origin }: Provenance,
  { accountAfter, ...maker }: Maker,
): Provenance {
  const { accountId, name } = maker
  const known = principals.some((one) => one.accountId === accountId && one.name === name)
  if (!known && principals.length === MOST_PRINCIPALS) {
    throw invalid(`A session is made through at most ${MOST_PRINCIPALS} principals.`)
  }
  const there = accounts.some(({ id }) => id === accountId)
  return {
    ...origin,
    principals: known ? principals : [...principals, maker],
    accounts: there ? accounts : [...accounts, { id: accountId, after: accountAfter }],
  }
}

/** Whether it is known what a session began with; of sessions of older releases it isn't. */
export const isRooted = ({ accessKey, issuer }: Provenance): boolean =>
  accessKey !== undefined || issuer !== undefined

/** The items of all that a session was made from, each once, but for its own account's. */
export const placesOf = (
  { accessKey, issuer, principals, accounts }: Provenance,
  own: string,
): ItemKey[] => [
  ...accounts.flatMap(({ id }) => (id === own ? [] : [tenantPlace(id)])),
  ...principals.flatMap(({ accountId, name }) =>
    name === 'root' ? [] : [principalPlace(accountId, name)],
  ),
  ...(accessKey === undefined ? [] : [accessKeyPlace(accessKey)]),
  ...(issuer === undefined ? [] : issuerPlacesOf(issuer)),
]

/** The registration, and of one of the whole installation what lets it name the account. */
const issuerPlacesOf = ({ accountId, id, of }: ProvenIssuer): ItemKey[] =>
  of === undefined
    ? [issuerPlace(accountId, id)]
    : [
        installationIssuerPlace(id),
        ...(of.value === undefined ? [] : [tenantValuesPlace(of.accountId, id)]),
      ]

/** @throws KmsError UnrecognizedClientException where it is gone, or names the account no longer */
async function admitIssuer(issuer: ProvenIssuer, found: Found): Promise<void> {
  const [place, named] = issuerPlacesOf(issuer)
  const item = place && (await found(place))
  if (item === undefined || createdOf(issuer, item) !== issuer.created) throw unrecognized()
  if (named === undefined) return
  const known = valuesOf(await found(named), issuer.created)
  if (!known.some((value) => value === issuer.of?.value)) throw unrecognized()
}

const createdOf = ({ of }: ProvenIssuer, item: Item): number =>
  (of === undefined ? issuerItem : installationIssuerItem).read(item).created

const accessKeyPlace = (id: string): ItemKey => credentialPlace(accountOfAccessKey(id) ?? '', id)

/**
 * That all a session was made from is as it was. A revocation is compared by its own moment, not with the
 * time of issue: so what was made from a read before it ends, whichever clocks and races there were.
 * @throws KmsError UnrecognizedClientException, ExpiredTokenException where sessions were revoked
 */
export async function admitProvenance(made: Provenance, found: Found): Promise<void> {
  const { accessKey, issuer, principals, accounts } = made
  if (accessKey !== undefined) {
    const item = await found(accessKeyPlace(accessKey))
    if (item === undefined || credentialItem.read(item).status !== 'Active') throw unrecognized()
  }
  if (issuer !== undefined) await admitIssuer(issuer, found)
  for (const { accountId, name, id, after } of principals) {
    if (name === 'root') continue
    const item = await found(principalPlace(accountId, name))
    const named = item && principalItem.read(item)
    const data = named?.id === id || id === undefined ? named : await movedTo(accountId, id, found)
    if (data === undefined || data.id !== id) throw unrecognized()
    if (data.sessionsValidAfter !== after) throw expired()
  }
  for (const { id, after } of accounts) {
    const item = await found(tenantPlace(id))
    const data = item && tenantItem.read(item)
    if (data?.status !== 'active') throw unrecognized()
    if (data.sessionsValidAfter !== after) throw expired()
  }
}

/** A user who has another name now. */
const movedTo = async (accountId: string, id: string, found: Found) =>
  (await (await import('./renamed.ts')).followRename(accountId, id, found))?.data

/**
 * Whether what was issued at a moment was revoked since, for what does not name the revocation it came after:
 * sessions of older releases, and tokens of issuers. What was issued in the very ms of one was before it.
 */
export const isRevoked = (
  issued: number,
  ...revocations: readonly (number | undefined)[]
): boolean => revocations.some((at) => at !== undefined && issued <= at)

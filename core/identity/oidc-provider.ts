import { commit, StoreConflict } from '../base/conflict.ts'
import { KmsError } from '../base/errors.ts'
import type { DataPorts } from '../key/ports.ts'
import type { Found, Item } from '../store/store.ts'
import { countItems } from './count-items.ts'
import { invalidInput, noSuchEntity, quotaExceeded } from './iam-errors.ts'
import { IAM_QUOTAS } from './iam-quotas.ts'
import { type IssuerData, issuerId, issuerItem, issuerName, issuerPlace } from './issuer.ts'
import { DEFAULT_ALGORITHMS, isIssuerUrl } from './issuer-url.ts'

/** An OpenID Connect provider as AWS IAM has it: an issuer whose tokens AssumeRoleWithWebIdentity takes. */
export interface Provider {
  readonly item: Item
  readonly data: IssuerData
}

const NAME = /^arn:[a-z-]+:iam::(\d{12}):oidc-provider\/(.+)$/

/** Where the provider of an ARN can be: its URL may have a slash at its end, and http on this machine. */
function providerPlaces(accountId: string, arn: string) {
  const [, owner, name] = NAME.exec(arn) ?? []
  if (owner !== accountId || name === undefined) return []
  return ['https://', 'http://']
    .flatMap((scheme) => [`${scheme}${name}`, `${scheme}${name}/`])
    .map((url) => issuerPlace(accountId, issuerId(url)))
}

/**
 * The provider of an ARN. It has that one alone: with a slash more at its end it would be another to policies
 * that name it.
 */
export async function findProvider(
  found: Found,
  accountId: string,
  arn: string,
): Promise<Provider | undefined> {
  for (const place of providerPlaces(accountId, arn)) {
    const item = await found(place)
    const data = item && issuerItem.read(item)
    if (item === undefined || data === undefined) continue
    if (arn.endsWith(`:oidc-provider/${issuerName(data.url)}`)) return { item, data }
  }
  return undefined
}

/** As `findProvider`. @throws KmsError NoSuchEntityException */
export async function readProvider(
  read: Pick<DataPorts['read'], 'get'>,
  accountId: string,
  arn: string,
): Promise<Provider> {
  const [provider] = await readAll(read, accountId, arn)
  if (provider !== undefined) return provider
  throw noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`)
}

/** All that an ARN stands for: one, but where earlier releases took its URL with and without a slash at its end. */
async function readAll(
  read: Pick<DataPorts['read'], 'get'>,
  accountId: string,
  arn: string,
): Promise<Provider[]> {
  const places = providerPlaces(accountId, arn)
  const items = places.length === 0 ? [] : await read.get(places)
  return items.flatMap((item) => {
    if (item === undefined) return []
    const data = issuerItem.read(item)
    return arn.endsWith(`:oidc-provider/${issuerName(data.url)}`) ? [{ item, data }] : []
  })
}

/**
 * Registers a provider.
 * @throws KmsError EntityAlreadyExistsException, InvalidInputException, LimitExceededException; StoreConflict
 */
export async function createProvider(
  ports: Pick<DataPorts, 'read' | 'write' | 'remove'>,
  accountId: string,
  given: Pick<IssuerData, 'url' | 'audiences' | 'created'> &
    Required<Pick<IssuerData, 'thumbprints' | 'tags'>>,
): Promise<void> {
  if (!isIssuerUrl(given.url)) throw invalidInput('Invalid Open ID Connect Provider URL')
  const most = IAM_QUOTAS.providers
  if ((await countItems(ports.read, accountId, issuerItem.prefix(), most)) >= most) {
    throw quotaExceeded('OpenIdConnectProvidersPerAccount', most)
  }
  const data: IssuerData = {
    ...given,
    algorithms: DEFAULT_ALGORITHMS,
    subjectClaim: 'sub',
    tagClaims: {},
  }
  if (await registerIssuer(ports, accountId, data)) return
  throw new KmsError(
    'EntityAlreadyExistsException',
    `Provider with url ${given.url} already exists.`,
  )
}

/** looks at another's registration, while it may yet be taken back */
const LOOKS = 20

/**
 * Registers an issuer of an account. One ARN stands for its URL with and without a slash at the end, with http and
 * https, so of these an account has one. Of those that are written at once the first by their places stays, once the
 * others are gone; they take theirs back, and so does the first where another stays, which was there before it.
 * @returns whether it was registered; not where it is already, in whichever spelling
 * @throws StoreConflict where it was taken back: made again it finds what is there
 */
export async function registerIssuer(
  { read, write, remove }: Pick<DataPorts, 'read' | 'write' | 'remove'>,
  accountId: string,
  data: IssuerData,
): Promise<boolean> {
  const arn = `arn:aws:iam::${accountId}:oidc-provider/${issuerName(data.url)}`
  const place = issuerPlace(accountId, issuerId(data.url))
  const others = providerPlaces(accountId, arn).filter(({ sk }) => sk !== place.sk)
  const there = async () => (await read.get(others)).flatMap((item) => item?.sk ?? [])
  if ((await there()).length > 0) return false
  if (!(await write.put(issuerItem.item(place, 1, data)))) return false
  for (let look = 0; look < LOOKS; look++) {
    const found = await there()
    if (found.length === 0) return true
    if (found.some((sk) => sk < place.sk)) break
  }
  await remove.delete(place, 1)
  throw new StoreConflict('the same issuer was registered in another spelling')
}

/** Ends the trust in a provider. @throws KmsError NoSuchEntityException; StoreConflict where another was first */
export async function deleteProvider(
  { read, remove }: Pick<DataPorts, 'read' | 'remove'>,
  accountId: string,
  arn: string,
): Promise<void> {
  await readProvider(read, accountId, arn)
  for (const { item } of await readAll(read, accountId, arn)) {
    await commit(remove.delete(item, item.version))
  }
}

/** @throws StoreConflict where another writer was first */
export const changeProvider = (
  { write }: Pick<DataPorts, 'write'>,
  { item, data }: Provider,
  changes: Partial<Pick<IssuerData, 'audiences' | 'thumbprints' | 'tags'>>,
): Promise<void> => commit(write.put(issuerItem.next(item, { ...data, ...changes })))

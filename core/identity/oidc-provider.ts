import { commit } from '../base/conflict.ts'
import { KmsError } from '../base/errors.ts'
import type { DataPorts } from '../key/ports.ts'
import type { Found, Item, ItemKey } from '../store/store.ts'
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
  const places = providerPlaces(accountId, arn)
  const items = places.length === 0 ? [] : await read.get(places)
  const at = (place: ItemKey) => items[places.findIndex(({ sk }) => sk === place.sk)]
  const provider = await findProvider(async (place) => at(place), accountId, arn)
  if (provider !== undefined) return provider
  throw noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`)
}

/**
 * Registers a provider.
 * @throws KmsError EntityAlreadyExistsException, InvalidInputException, LimitExceededException
 */
export async function createProvider(
  { read, write }: Pick<DataPorts, 'read' | 'write'>,
  accountId: string,
  given: Pick<IssuerData, 'url' | 'audiences' | 'created'> &
    Required<Pick<IssuerData, 'thumbprints' | 'tags'>>,
): Promise<void> {
  if (!isIssuerUrl(given.url)) throw invalidInput('Invalid Open ID Connect Provider URL')
  const most = IAM_QUOTAS.providers
  if ((await countItems(read, accountId, issuerItem.prefix(), most)) >= most) {
    throw quotaExceeded('OpenIdConnectProvidersPerAccount', most)
  }
  const data: IssuerData = {
    ...given,
    algorithms: DEFAULT_ALGORITHMS,
    subjectClaim: 'sub',
    tagClaims: {},
  }
  // one ARN stands for both, with and without a slash at the end
  const arn = `arn:aws:iam::${accountId}:oidc-provider/${issuerName(given.url)}`
  const [taken] = (await read.get(providerPlaces(accountId, arn))).filter((one) => one)
  const place = issuerPlace(accountId, issuerId(given.url))
  if (taken === undefined && (await write.put(issuerItem.item(place, 1, data)))) return
  throw new KmsError(
    'EntityAlreadyExistsException',
    `Provider with url ${given.url} already exists.`,
  )
}

/** @throws StoreConflict where another writer was first */
export const changeProvider = (
  { write }: Pick<DataPorts, 'write'>,
  { item, data }: Provider,
  changes: Partial<Pick<IssuerData, 'audiences' | 'thumbprints' | 'tags'>>,
): Promise<void> => commit(write.put(issuerItem.next(item, { ...data, ...changes })))

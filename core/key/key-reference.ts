import { isAccountId, isKeyId, isRegion, partitionOf } from '../base/arn.ts'
import { KmsError } from '../base/errors.ts'

/** characters of an alias's name, `alias/` included (API_CreateAlias): a longer one is no key's, nor looked for */
export const MOST_ALIAS_NAME = 256

const ALIAS = /^alias\/[a-zA-Z0-9:/_-]+$/

/** What a caller's text names: a key, or an alias that names one. */
export interface KeyReference {
  readonly accountId: string
  readonly region: string
  /** exactly one of the two */
  readonly keyId?: string
  readonly aliasName?: string
  /** the text gave a whole ARN, which may name another account */
  readonly isArn: boolean
}

const notFound = (message: string) => new KmsError('NotFoundException', message)

/**
 * Reads a key id, key ARN, alias name or alias ARN, as AWS KMS does (recorded answers, section 2).
 *
 * @param home the caller's account and the Region that was asked
 * @throws KmsError NotFoundException `Invalid keyId '…'` or `Invalid arn …`
 */
export function parseKeyReference(
  text: string,
  home: { accountId: string; region: string },
): KeyReference {
  if (!text.startsWith('arn:')) {
    if (ALIAS.test(text)) return { ...home, aliasName: text, isArn: false }
    if (isKeyId(text)) return { ...home, keyId: text, isArn: false }
    throw notFound(`Invalid keyId '${text}'`)
  }
  const [, partition, service, region = '', accountId = '', ...rest] = text.split(':')
  const resource = rest.join(':')
  if (service !== 'kms' || !isRegion(region) || partition !== partitionOf(region)) {
    throw notFound(`Invalid arn ${text}`)
  }
  if (region !== home.region) throw notFound(`Invalid arn ${region}`)
  if (!isAccountId(accountId)) throw notFound(`Invalid arn ${text}`)
  if (ALIAS.test(resource)) return { accountId, region, aliasName: resource, isArn: true }
  const keyId = resource.startsWith('key/') ? resource.slice(4) : ''
  if (!isKeyId(keyId)) throw notFound(`Invalid arn ${text}`)
  return { accountId, region, keyId, isArn: true }
}

import { randomUUID } from 'node:crypto'
import { KmsError } from '../errors.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const MULTI_REGION = /^mrk-[0-9a-f]{32}$/
const REGION = /^[a-z]{2}(-[a-z]+)+-\d{1,2}$/
const ACCOUNT = /^\d{12}$/
const ALIAS = /^alias\/[a-zA-Z0-9:/_-]+$/

export const isKeyId = (text: string): boolean => UUID.test(text) || MULTI_REGION.test(text)
export const isRegion = (text: string): boolean => text.length <= 32 && REGION.test(text)
export const isAccountId = (text: string): boolean => ACCOUNT.test(text)

export const newKeyId = (): string => randomUUID()

/** The AWS partition a Region belongs to, the second part of its ARNs. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn'
  if (region.startsWith('us-gov-')) return 'aws-us-gov'
  return 'aws'
}

/** @param resource e.g. `key/<key id>` or `alias/<name>` */
export const kmsArn = (region: string, accountId: string, resource: string): string =>
  `arn:${partitionOf(region)}:kms:${region}:${accountId}:${resource}`
export const keyArn = (region: string, accountId: string, keyId: string): string =>
  kmsArn(region, accountId, `key/${keyId}`)

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

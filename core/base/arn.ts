import { randomUUID } from 'node:crypto'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const MULTI_REGION = /^mrk-[0-9a-f]{32}$/
const REGION = /^[a-z]{2}(-[a-z]+)+-\d{1,2}$/
const ACCOUNT = /^\d{12}$/

export const isKeyId = (text: string): boolean => UUID.test(text) || MULTI_REGION.test(text)
export const isRegion = (text: string): boolean => text.length <= 32 && REGION.test(text)
export const isAccountId = (text: string): boolean => ACCOUNT.test(text)

export const newKeyId = (): string => randomUUID()
/** An id that a key has in every Region it is in: `mrk-` and 32 hex digits. */
export const newMultiRegionKeyId = (): string => `mrk-${randomUUID().replaceAll('-', '')}`
export const isMultiRegionKeyId = (keyId: string): boolean => keyId.startsWith('mrk-')

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

/** The account whose principals run the installation: tenants and their credentials are its business. */
export const OPERATOR_ACCOUNT = '000000000000'

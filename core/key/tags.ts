import { KmsError } from '../base/errors.ts'
import type { KeyData } from './key.ts'
import { TAGS_PER_KEY } from './quotas.ts'

type Tags = KeyData['tags']
type TagMember = { readonly TagKey: string; readonly TagValue: string }

/** @throws KmsError TagException for a name AWS reserves */
function refuseReserved(names: readonly string[]): void {
  if (names.some((name) => name.toLowerCase().startsWith('aws:'))) {
    throw new KmsError('TagException', 'Tags beginning with aws: are reserved')
  }
}

/**
 * Tags with some added or given a new value; one that was there keeps its place.
 * @throws KmsError TagException in AWS's words
 */
export function withTags(tags: Tags, added: readonly TagMember[]): Tags {
  const names = added.map((tag) => tag.TagKey)
  if (new Set(names).size < names.length) throw new KmsError('TagException', 'Duplicate tag keys')
  refuseReserved(names)
  const result = new Map(tags)
  for (const { TagKey, TagValue } of added) result.set(TagKey, TagValue)
  if (result.size > TAGS_PER_KEY) throw new KmsError('TagException', 'Too many tags')
  return [...result]
}

/** Tags without some. @throws KmsError TagException for a name AWS reserves */
export function withoutTags(tags: Tags, names: readonly string[]): Tags {
  refuseReserved(names)
  return tags.filter(([name]) => !names.includes(name))
}

import type { Key } from '../key/key.ts'
import { keySpec } from '../key/spec.ts'
import {
  type GrantConstraints,
  givenConstraints,
  storedConstraints,
} from '../policy/grant-terms.ts'
import type { ContextReader, ContextValue } from '../policy/request.ts'
import type { Asked } from './asked.ts'

type Input = Readonly<Record<string, unknown>>
const member = ({ input }: Asked, name: string): unknown => (input as Input)[name]

/** An input member as a condition's text; numbers and booleans are written out. */
export const text =
  (...names: readonly string[]): ContextReader<Asked> =>
  (asked) => {
    for (const name of names) {
      const value = member(asked, name)
      if (value !== undefined) return String(value)
    }
    return undefined
  }

/** As `text`, of a member that is a list of texts. */
export const texts =
  (name: string): ContextReader<Asked> =>
  (asked) =>
    member(asked, name) as string[] | undefined

/** As `text`, of a member whose moments are Unix ms inside: Unix seconds, for date and numeric operators. */
export const moment =
  (name: string): ContextReader<Asked> =>
  (asked) => {
    const value = member(asked, name)
    return typeof value === 'number' ? String(value / 1000) : undefined
  }

/** ReEncrypt's members say Source or Destination, and each side's permission looks at its own. */
const sided =
  (name: string): ContextReader<Asked> =>
  (asked) => {
    const side =
      asked.action === 'kms:ReEncryptFrom'
        ? 'Source'
        : asked.action === 'kms:ReEncryptTo'
          ? 'Destination'
          : ''
    const value = member(asked, side + name)
    return value === undefined ? undefined : String(value)
  }

/** The encryption context a request is about; that of its side for ReEncrypt. */
export function encryptionContextOf({ action, input }: Asked): Record<string, string> | undefined {
  const members = input as Record<string, Record<string, string> | undefined>
  if (action === 'kms:ReEncryptFrom') return members['SourceEncryptionContext']
  if (action === 'kms:ReEncryptTo') return members['DestinationEncryptionContext']
  return members['EncryptionContext']
}

/** What constrains the grant that is to be made, or retired; undefined for actions on no grant. */
function constraintsOf({ action, input, constraints }: Asked): GrantConstraints | undefined {
  if (action === 'kms:RetireGrant') return storedConstraints(constraints) ?? {}
  if (action !== 'kms:CreateGrant') return undefined
  return givenConstraints((input as { Constraints?: GrantConstraints }).Constraints) ?? {}
}

/** As `encryptionContextOf`, for conditions: of a grant they look at what constrains it. */
export function conditionedContext(asked: Asked): Record<string, string> {
  const constraints = constraintsOf(asked)
  if (constraints === undefined) return encryptionContextOf(asked) ?? {}
  return { ...constraints.EncryptionContextSubset, ...constraints.EncryptionContextEquals }
}

/** SYMMETRIC_DEFAULT where the request names none, or can't. */
export const encryptionAlgorithm: ContextReader<Asked> = (asked) =>
  sided('EncryptionAlgorithm')(asked) ?? 'SYMMETRIC_DEFAULT'

/** A property of the key, or of the key that CreateKey is about to make. */
export const ofKey =
  (stored: (key: Key) => string, asked: ContextReader<Asked>): ContextReader<Asked> =>
  (call) => {
    if (call.key !== undefined) return stored(call.key)
    if (call.action !== 'kms:CreateKey') return undefined
    const primary = replicated(call)
    return primary === undefined ? asked(call) : stored(primary)
  }

/** The primary of the replica that is to be made, which is what it is but for being one. */
const replicated = ({ keys }: Asked): Key | undefined => keys['key']

/** PRIMARY or REPLICA, of a multi-Region key or the one that is to be made. */
export function multiRegionKeyType(asked: Asked): ContextValue {
  const { key, action } = asked
  if (key !== undefined) return key.related?.type
  if (action !== 'kms:CreateKey') return undefined
  if (replicated(asked) !== undefined) return 'REPLICA'
  return member(asked, 'MultiRegion') === true ? 'PRIMARY' : undefined
}

const newKeySpec = text('KeySpec', 'CustomerMasterKeySpec')
const specOfNewKey: ContextReader<Asked> = (asked) => newKeySpec(asked) ?? 'SYMMETRIC_DEFAULT'
const usageOfNewKey: ContextReader<Asked> = (asked) =>
  text('KeyUsage')(asked) ?? keySpec(String(specOfNewKey(asked)))?.usages[0]

export const keySpecKey = ofKey(({ data }) => data.spec, specOfNewKey)
export const keyUsageKey = ofKey(({ data }) => data.usage, usageOfNewKey)

/** Constraints of a grant, by kind. */
export function constraintType(asked: Asked): ContextValue {
  const constraints: Readonly<Record<string, unknown>> = { ...constraintsOf(asked) }
  return Object.keys(constraints).filter((name) => constraints[name] !== undefined)
}

/** AWS KMS says TagKey and TagValue, AWS STS Key and Value. */
type Tag = { TagKey: string; TagValue: string } | { Key: string; Value: string }
export const requestTags = (asked: Asked): Record<string, string> =>
  Object.fromEntries(
    ((member(asked, 'Tags') as Tag[] | undefined) ?? []).map((tag) =>
      'Key' in tag ? [tag.Key, tag.Value] : [tag.TagKey, tag.TagValue],
    ),
  )

export function tagKeys(asked: Asked): ContextValue {
  const named = member(asked, 'TagKeys') as string[] | undefined
  const tags = named ?? Object.keys(requestTags(asked))
  return tags.length === 0 ? undefined : tags
}

import type { XksRequestMetadata } from './protocol.ts'

/**
 * Condition keys of our own for what AWS KMS says of its caller, by the member that says it. It is AWS's
 * word: an AWS account may have a tenant's number, so none of AWS's own keys is given by it.
 */
export const XKS_CONDITION_KEYS = {
  'tenkey:XksOperation': 'kmsOperation',
  'tenkey:XksPrincipalArn': 'awsPrincipalArn',
  'tenkey:XksViaService': 'kmsViaService',
} as const satisfies Readonly<Record<string, keyof XksRequestMetadata>>

/** Their values in a request, by their names in lower case; what is not said is missing. */
export function xksConditions(metadata: XksRequestMetadata): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  for (const [name, member] of Object.entries(XKS_CONDITION_KEYS)) {
    const value = metadata[member]
    if (value !== undefined) values.set(name.toLowerCase(), value)
  }
  return values
}

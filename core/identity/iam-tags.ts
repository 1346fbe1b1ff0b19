import { invalidInput, limitExceeded } from './iam-errors.ts'
import { IAM_QUOTAS } from './iam-quotas.ts'

type Tags = Readonly<Record<string, string>>
interface Tag {
  readonly Key: string
  readonly Value: string
}

/**
 * Tags with some added or given new values. Keys are compared without regard to case, and keep the spelling
 * that was given last, as in AWS IAM.
 * @throws KmsError InvalidInputException, LimitExceededException
 */
export function withIamTags(tags: Tags, added: readonly Tag[]): Record<string, string> {
  const keys = added.map(({ Key }) => Key.toLowerCase())
  if (new Set(keys).size < keys.length) {
    throw invalidInput('Duplicate tag keys found. Please note that Tag keys are case insensitive.')
  }
  refuseReserved(keys)
  const named = new Set(keys)
  const kept = Object.entries(tags).filter(([key]) => !named.has(key.toLowerCase()))
  const result = [...kept, ...added.map(({ Key, Value }) => [Key, Value] as const)]
  if (result.length > IAM_QUOTAS.tags) {
    throw limitExceeded('The number of tags has reached the maximum limit.')
  }
  return Object.fromEntries(result)
}

/** Tags without some. @throws KmsError InvalidInputException */
export function withoutIamTags(tags: Tags, names: readonly string[]): Record<string, string> {
  const named = new Set(names.map((name) => name.toLowerCase()))
  refuseReserved([...named])
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !named.has(key.toLowerCase())))
}

/** @param keys in lower case */
function refuseReserved(keys: readonly string[]): void {
  if (keys.some((key) => key.startsWith('aws:'))) {
    throw invalidInput("Tag keys beginning with 'aws:' are reserved for system use.")
  }
}

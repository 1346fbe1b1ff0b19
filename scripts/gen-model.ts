import { readFileSync } from 'node:fs'
import * as sdk from '@aws-sdk/client-kms'
import type { AnyOperation } from '../core/operation.ts'
import { answersOf, EVERYWHERE } from '../core/pipeline/answers.ts'

/** Members of an operation of AWS KMS, by the schemas that AWS's SDK for JavaScript carries. */
export interface ModelOperation {
  readonly name: string
  readonly input: readonly string[]
  readonly output: readonly string[]
}

/** Kinds of schema, the first element of each (@smithy/types, StaticOperationSchema and StaticStructureSchema). */
const OPERATION = 9
const STRUCTURE = 3

/** Every operation of AWS KMS that the SDK knows, by name. */
export function modelOperations(): ReadonlyMap<string, ModelOperation> {
  const found = new Map<string, ModelOperation>()
  for (const schema of Object.values(sdk) as unknown[]) {
    if (!Array.isArray(schema) || schema[0] !== OPERATION) continue
    const [, , name, , input, output] = schema as unknown[]
    found.set(String(name), {
      name: String(name),
      input: membersOf(input),
      output: membersOf(output),
    })
  }
  return found
}

/** A reference to a structure is itself or a function that gives it; other kinds have no members. */
function membersOf(reference: unknown): readonly string[] {
  const schema: unknown = typeof reference === 'function' ? reference() : reference
  return Array.isArray(schema) && schema[0] === STRUCTURE ? (schema[4] as string[]) : []
}

/** Members of AWS's model that an operation here does not know, and how it treats what AWS would not. */
export function differencesOf(
  operation: AnyOperation,
  model: ModelOperation | undefined,
): string[] {
  if (model === undefined) {
    const { docs, differs } = operation
    if (docs === undefined) return ['AWS KMS has no such operation']
    return differs === undefined ? [] : [differs]
  }
  const taken = new Set(operation.input.fields.map(({ name }) => name))
  const given = new Set(operation.output?.fields.map(({ name }) => name))
  const ignored = model.input.filter((name) => !taken.has(name))
  const absent = model.output.filter((name) => !given.has(name))
  return [
    ...(operation.differs === undefined ? [] : [operation.differs]),
    ...(ignored.length > 0 ? [`Ignored: ${ignored.join(', ')}`] : []),
    ...(absent.length > 0 ? [`Never answered: ${absent.join(', ')}`] : []),
  ]
}

interface PublishedModel {
  readonly operations: Readonly<Record<string, { readonly errors: readonly string[] }>>
}
const published = (): PublishedModel => {
  const file = new URL('../test/vectors/kms-api.json', import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8'))
}

/**
 * Codes that an operation of AWS KMS may be refused with here and AWS's model of it does not list, by the
 * operation's name; without those that any operation may answer, and those of the REST face alone.
 */
export function unlistedErrors(operations: readonly AnyOperation[]): [string, string[]][] {
  const model = published().operations
  const common: ReadonlySet<string> = new Set([
    ...EVERYWHERE,
    'ThrottlingException',
    'LimitExceededException',
    ...REST_ONLY,
  ])
  return operations.flatMap((operation): [string, string[]][] => {
    const listed = model[operation.name]?.errors
    if (listed === undefined) return []
    const more = answersOf(operation).filter((code) => !common.has(code) && !listed.includes(code))
    return more.length === 0 ? [] : [[operation.name, more]]
  })
}

/** What only the REST face answers: AWS KMS has no such face. */
const REST_ONLY: readonly string[] = [
  'UnsupportedMediaTypeException',
  'PreconditionFailedException',
  'IdempotentParameterMismatchException',
  'ConflictException',
]

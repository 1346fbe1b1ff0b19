import { readFileSync } from 'node:fs'
import * as sdk from '@aws-sdk/client-kms'
import { describe, expect, test } from 'vitest'
import type { AnyOperation } from '../../core/operation.ts'
import type { JsonSchema, Struct } from '../../core/shape/shapes.ts'
import { modelOperations } from '../../scripts/gen-model.ts'
import { awsOperations, type Member, model, type Structure, structure } from '../support/model.ts'

/** What is answered or read otherwise than the model says, and why. Nothing else may differ. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  '*.GrantTokens': 'a grant token is a credential, so no text and no record repeats it',
  '*.GrantToken': 'as GrantTokens',
  'KeyMetadata.CustomerMasterKeySpec': 'a key says its spec in both members, the newest specs too',
  'GetPublicKeyResponse.CustomerMasterKeySpec': 'as in KeyMetadata',
  'GrantListEntry.GranteeServicePrincipal': 'no AWS service calls here, so no grant is for one',
  'GrantListEntry.RetiringServicePrincipal': 'as GranteeServicePrincipal',
  'GrantConstraints.SourceArn': 'as GranteeServicePrincipal',
  ...Object.fromEntries(
    [
      ...['KeyState', 'KeySpec', 'KeyUsage', 'KeyManager', 'Origin', 'MultiRegion', 'Description'],
      ...['CreationDate', 'Aliases'],
    ].map((name) => [
      `KeyListEntry.${name}`,
      'on REST alone, for a table without a call for each key',
    ]),
  ),
}

/** Optional at AWS, where a service principal may stand in their place. */
const REQUIRED_HERE: ReadonlySet<string> = new Set([
  'CreateGrantRequest.GranteePrincipal',
  'ListRetirableGrantsRequest.RetiringPrincipal',
])
/** Members that AWS requires of an operation's input, and so do we. */
const requiredBoth = ({ name, input }: AnyOperation) =>
  input.fields
    .filter((field) => field.required && !REQUIRED_HERE.has(`${name}Request.${field.name}`))
    .map((field) => field.name)

/** Errors the model lists for no operation, which any operation may answer. */
const COMMON: ReadonlySet<string> = new Set(['AccessDeniedException', 'ValidationException'])

/** The part of the reference that names errors beyond the model. */
const reference =
  readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8').split(
    "## Errors that AWS's model does not list",
  )[1] ?? ''

/** The JSON Schema of a member, as the model has it. */
function schemaOf(member: Member): JsonSchema {
  const { type, min, max, pattern, enum: names, items, shape, sensitive } = member
  const text = (bytes: number) => (type === 'blob' ? Math.ceil(bytes / 3) * 4 : bytes)
  switch (type) {
    case 'string':
    case 'blob':
      return {
        type: 'string',
        ...(type === 'blob' && { contentEncoding: 'base64' }),
        ...(min !== undefined && { minLength: text(min) }),
        ...(max !== undefined && { maxLength: text(max) }),
        ...(pattern !== undefined && { pattern: `^(?:${pattern})$` }),
        ...(names !== undefined && { enum: [...names].sort() }),
        ...(sensitive === true && type === 'string' && { format: 'password' }),
      }
    case 'integer':
      return {
        type: 'integer',
        ...(min !== undefined && { minimum: min }),
        ...(max !== undefined && { maximum: max }),
      }
    case 'boolean':
      return { type: 'boolean' }
    case 'timestamp':
      return { type: 'string', format: 'date-time' }
    case 'map':
      return { type: 'object', additionalProperties: { type: 'string' } }
    case 'list':
      return {
        type: 'array',
        items: items === undefined ? {} : schemaOf(items),
        ...(min !== undefined && { minItems: min }),
        ...(max !== undefined && { maxItems: max }),
      }
    case 'structure': {
      const { members } = structure(shape)
      const properties = Object.entries(members).map(([name, inner]) => [name, schemaOf(inner)])
      return { type: 'object', properties: Object.fromEntries(properties) }
    }
  }
}

/** Our schema without what the model can't say: descriptions, and which members are always there. */
function comparable(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema
  if (typeof schema !== 'object' || schema === null) return schema
  const kept = Object.entries(schema).filter(
    ([name]) => !['description', 'required'].includes(name),
  )
  return Object.fromEntries(
    kept.map(([name, value]) => {
      if (name === 'enum') return [name, [...(value as string[])].sort()]
      if (name !== 'properties') return [name, comparable(value)]
      const members = Object.entries(value as object)
      return [name, Object.fromEntries(members.map(([key, inner]) => [key, comparable(inner)]))]
    }),
  )
}

/** The schemas of an input's or output's members. */
const membersOf = ({ fields }: Struct<unknown>) =>
  Object.fromEntries(fields.map(({ name, shape }) => [name, shape.schema]))

/** The members of a structure, by its schema; undefined where it is none. */
const propertiesOf = (schema: unknown) =>
  (schema as { properties?: Readonly<Record<string, JsonSchema>> } | undefined)?.properties

/**
 * Where members and a structure of the model differ, by name; structures inside, and those that a list has,
 * by their own.
 */
function differences(
  name: string,
  ours: Readonly<Record<string, JsonSchema>>,
  { members }: Structure,
): string[] {
  return [...new Set([...Object.keys(ours), ...Object.keys(members)])].flatMap((member) => {
    const [schema, wanted] = [ours[member], members[member]]
    if (schema === undefined || wanted === undefined) return [`${name}.${member}`]
    const inner = wanted.shape ?? wanted.items?.shape
    const properties = propertiesOf(schema) ?? propertiesOf(schema['items'])
    const nested = inner !== undefined && properties !== undefined
    return [
      ...(alike(schema, schemaOf(wanted), nested) ? [] : [`${name}.${member}`]),
      ...(nested ? differences(inner, properties, structure(inner)) : []),
    ]
  })
}

/** Whether two schemas are the same, but for what is within them where that is `nested`. */
function alike(ours: JsonSchema, wanted: JsonSchema, nested: boolean): boolean {
  const without = (schema: JsonSchema) => {
    const { items: _entries, properties: _members, ...outer } = schema
    return nested ? outer : schema
  }
  return text(comparable(without(ours))) === text(without(wanted))
}

/** A difference told for a structure, or for every structure that has the member. */
const isKnown = (name: string) => name in DIFFERENCES || name.replace(/^[^.]+/, '*') in DIFFERENCES

const text = (schema: unknown) => JSON.stringify(sorted(schema))
function sorted(value: unknown): unknown {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]))
}

/** A structure of the SDK: its members' names, the required ones first. */
type SdkStructure = readonly [
  kind: number,
  namespace: string,
  name: string,
  traits: unknown,
  members: readonly string[],
  types: readonly unknown[],
  required?: number,
]
const sdkSchemas = sdk as unknown as Readonly<Record<string, SdkStructure | undefined>>

describe('the registry is AWS’s API model', () => {
  test('has every operation that AWS’s SDK knows', () => {
    const known = [...modelOperations().keys()].sort()
    expect(Object.keys(model.operations).sort(), 'the model is the SDK’s').toEqual(known)
    expect(awsOperations.map(({ name }) => name).sort()).toEqual(known)
  })

  test('but for the differences told here', () => {
    const found = awsOperations.flatMap(({ name, input, output }) => {
      const { input: inputName, output: outputName } = model.operations[name] ?? {}
      return [
        ...differences(`${name}Request`, membersOf(input), structure(inputName ?? '')),
        ...(output === undefined || outputName === null
          ? []
          : differences(`${name}Response`, membersOf(output), structure(outputName))),
      ]
    })
    expect([...new Set(found)].filter((name) => !isKnown(name))).toEqual([])
    const stale = Object.keys(DIFFERENCES).filter(
      (known) => !found.some((name) => name === known || name.replace(/^[^.]+/, '*') === known),
    )
    expect(stale, 'differ no longer').toEqual([])
  })

  describe.each(awsOperations.map((operation) => [operation.name, operation] as const))(
    '%s',
    (name, operation) => {
      const entry = model.operations[name]

      test('is an operation of AWS KMS, its page named', () => {
        expect(entry).toBeDefined()
        expect(operation.docs).toBe(
          `https://docs.aws.amazon.com/kms/latest/APIReference/API_${name}.html`,
        )
      })

      test('requires what AWS requires', () => {
        const { required } = structure(entry?.input ?? '')
        expect(requiredBoth(operation).sort()).toEqual([...required].sort())
      })

      test('says how a Recipient is verified, and only where there is one', () => {
        const named = operation.input.fields.some((field) => field.name === 'Recipient')
        expect(operation.recipient !== undefined).toBe(named)
      })

      test('answers a body where AWS does', () => {
        expect(operation.output === undefined).toBe(entry?.output === null)
      })

      test('names in docs/api.md each error that the model lacks', () => {
        const known = new Set([...(entry?.errors ?? []), ...COMMON])
        const more = operation.errors.filter((code) => !known.has(code))
        const row = reference.split('\n').find((line) => line.startsWith(`| ${name} | `)) ?? ''
        expect(more.filter((code) => !row.includes(code))).toEqual([])
      })

      test('has the members of the SDK', () => {
        const schema = sdkSchemas[`${entry?.input}$`]
        const members = operation.input.fields.map((field) => field.name)
        const missing = (schema?.[4] ?? []).filter((member) => !members.includes(member))
        expect(missing.filter((member) => !isKnown(`${name}Request.${member}`))).toEqual([])
        expect(members.filter((member) => !schema?.[4].includes(member))).toEqual([])
        expect(requiredBoth(operation).length).toBe(schema?.[6] ?? 0)
      })
    },
  )
})

import { readFileSync } from 'node:fs'
import * as sdk from '@aws-sdk/client-kms'
import { describe, expect, test } from 'vitest'
import type { Field, JsonSchema, Struct } from '../../core/shape/shapes.ts'
import { awsOperations, type Member, model, type Structure, structure } from '../support/model.ts'

/** What is answered or read otherwise than the model says, and why. Nothing else may differ. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  '*.GrantTokens': 'a grant token is a credential, so no text and no record repeats it',
  '*.GrantToken': 'as GrantTokens',
  'KeyMetadata.CustomerMasterKeySpec': 'a key says its spec in both members, the newest specs too',
  'GetPublicKeyResponse.CustomerMasterKeySpec': 'as in KeyMetadata',
  'KeyMetadata.XksKeyConfiguration': 'there are no custom key stores',
  '*.GranteeServicePrincipal': 'newer than the model; refused, for no AWS service calls here',
  '*.RetiringServicePrincipal': 'as GranteeServicePrincipal',
  'GrantConstraints.SourceArn': 'as GranteeServicePrincipal',
}

/** Required by the model, and no longer by the SDK: a service principal may stand in their place. */
const NEWLY_OPTIONAL: ReadonlySet<string> = new Set([
  'CreateGrantRequest.GranteePrincipal',
  'ListRetirableGrantsRequest.RetiringPrincipal',
])

/** Members that the SDK has and the model, which is older, lacks; and why they are not read here. */
const NEWER: ReadonlyMap<string, string> = new Map([
  ['GranteeServicePrincipal', 'no AWS service calls this one'],
  ['RetiringServicePrincipal', 'as GranteeServicePrincipal'],
])

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

/** Where fields and a structure of the model differ, by name; structures inside by their own. */
function differences(name: string, fields: readonly Field[], shape: Structure): string[] {
  const ours = new Map(fields.map((field) => [field.name, field]))
  const names = new Set([...ours.keys(), ...Object.keys(shape.members)])
  return [...names].flatMap((member) => {
    const field = ours.get(member)
    const wanted = shape.members[member]
    if (field === undefined || wanted === undefined) return [`${name}.${member}`]
    if (wanted.type === 'structure' && 'fields' in field.shape) {
      const { fields: inner } = field.shape as Struct<unknown>
      return differences(String(wanted.shape), inner, structure(wanted.shape))
    }
    const same = text(comparable(field.shape.schema)) === text(schemaOf(wanted))
    return same ? [] : [`${name}.${member}`]
  })
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
  test('but for the differences told here', () => {
    const found = awsOperations.flatMap(({ name, input, output }) => {
      const { input: inputName, output: outputName } = model.operations[name] ?? {}
      return [
        ...differences(`${name}Request`, input.fields, structure(inputName ?? '')),
        ...(output === undefined || outputName === null
          ? []
          : differences(`${name}Response`, output.fields, structure(outputName))),
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
        const required = operation.input.fields.filter((field) => field.required)
        const { required: wanted } = structure(entry?.input ?? '')
        expect(required.map((field) => field.name).sort()).toEqual([...wanted].sort())
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
        expect(
          missing.filter((member) => !isKnown(`${name}Request.${member}`) && !NEWER.has(member)),
        ).toEqual([])
        expect(members.filter((member) => !schema?.[4].includes(member))).toEqual([])
        const required = operation.input.fields.filter((field) => field.required)
        const still = required.filter(
          (field) => !NEWLY_OPTIONAL.has(`${name}Request.${field.name}`),
        )
        expect(still.length).toBe(schema?.[6] ?? 0)
      })
    },
  )
})

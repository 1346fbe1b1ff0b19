import * as sdk from '@aws-sdk/client-iam'
import { describe, expect, test } from 'vitest'
import type { JsonSchema } from '../../core/shape/shapes.ts'
import { iamOperations } from '../../operations/iam-registry.ts'

/** Kinds of schema, the first element of each (@smithy/types); a member of another kind has a number. */
const [LIST, MAP, STRUCTURE, OPERATION] = [1, 2, 3, 9]

/** A schema of the SDK, or a function that gives it, or a pair of it and traits. */
const resolved = (reference: unknown): unknown => {
  const schema = typeof reference === 'function' ? reference() : reference
  // a member with traits of its own is a pair
  return Array.isArray(schema) && typeof schema[0] !== 'number' ? resolved(schema[0]) : schema
}

/** Paths of the members that the SDK's model has. */
function modelled(reference: unknown, path: string, seen: readonly unknown[] = []): string[] {
  const schema = resolved(reference)
  if (!Array.isArray(schema) || seen.includes(schema)) return []
  if (schema[0] === STRUCTURE) {
    const [, , , , names, members] = schema as [0, 0, 0, 0, string[], unknown[]]
    return names.flatMap((name, index) => [
      `${path}.${name}`,
      ...modelled(members[index], `${path}.${name}`, [...seen, schema]),
    ])
  }
  return schema[0] === LIST ? modelled(schema[4], path, [...seen, schema]) : []
}

/** The same of a record's shape. */
function ours({ items, properties }: JsonSchema, path: string): string[] {
  if (items !== undefined) return ours(items as JsonSchema, path)
  return Object.entries((properties ?? {}) as Record<string, JsonSchema>).flatMap(
    ([name, schema]) => [`${path}.${name}`, ...ours(schema, `${path}.${name}`)],
  )
}

const operations = new Map(
  (Object.values(sdk) as unknown[])
    .filter((schema): schema is unknown[] => Array.isArray(schema) && schema[0] === OPERATION)
    .map((schema) => [String(schema[2]), { input: schema[4], output: schema[5] }]),
)

/** Members of the model that no answer has, by what they are about. */
const NEVER_ANSWERED = [
  // there are no passwords, organizations, certificates
  /\.PasswordLastUsed$/,
  /\.OrganizationsDecisionDetail/,
  /\.Certificates\./,
  /\.SSHPublicKeys\./,
  /\.ServiceSpecificCredentials\./,
  /\.LoginProfile\.PasswordResetRequired$/,
  // where a statement is in its text, and what of it decides for each resource
  /\.MatchedStatements\.(Start|End)Position/,
  /\.ResourceSpecificResults/,
  // when a role was last used is not kept
  /\.RoleLastUsed\.LastUsedDate$/,
  // a device is nobody's when it is made; lists have no seed, tags or boundary (API_ListVirtualMFADevices)
  /^CreateVirtualMFADevice\.VirtualMFADevice\.(User|EnableDate)/,
  /^ListVirtualMFADevices\.VirtualMFADevices\.(Base32StringSeed|QRCodePNG|Tags)/,
  /^ListVirtualMFADevices\.VirtualMFADevices\.User\.(PermissionsBoundary|Tags)/,
  // of FIDO security keys
  /^GetMFADevice\.Certifications$/,
  // no role is made from a template
  /\.SourceRoleTemplate/,
]
/** Members of the model that have no effect. */
const IGNORED = ['ListServiceSpecificCredentials.AllUsers']

describe('every operation of AWS IAM has the members of AWS’s model', () => {
  test('and is one', () => {
    expect(iamOperations.filter(({ name }) => !operations.has(name))).toEqual([])
    expect(MAP).toBe(2)
  })

  test.each(iamOperations.map((operation) => [operation.name, operation] as const))(
    '%s',
    (name, { input, output }) => {
      const model = operations.get(name)
      const asked = modelled(model?.input, name)
      const taken = ours(input.schema, name)
      expect(
        taken.filter((path) => !asked.includes(path)),
        'not asked by AWS',
      ).toEqual([])
      const ignored = asked.filter((path) => !taken.includes(path) && !IGNORED.includes(path))
      expect(ignored, 'ignored').toEqual([])
      const answered = modelled(model?.output, name)
      const given = output === undefined ? [] : ours(output.schema, name)
      expect(
        given.filter((path) => !answered.includes(path)),
        'not answered by AWS',
      ).toEqual([])
      const never = answered.filter(
        (path) => !given.includes(path) && !NEVER_ANSWERED.some((known) => known.test(path)),
      )
      expect(never, 'never answered').toEqual([])
    },
  )
})

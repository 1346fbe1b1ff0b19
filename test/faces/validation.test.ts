// @module-tag local: looks at all that is stored
import { describe, expect, test } from 'vitest'
import { FAULTS } from '../../core/base/errors.ts'
import type { Item } from '../../core/store/store.ts'
import { describeStores, type Outcome, type Tenant } from '../support/harness.ts'
import {
  awsOperations,
  type Member,
  model,
  type Structure,
  sampleInput,
  sampleMember,
  structure,
} from '../support/model.ts'
import { slice } from '../support/slice.ts'

/** A value put somewhere into a request that is right otherwise, and what must come of it. */
interface Fault {
  readonly title: string
  readonly path: readonly string[]
  readonly value: unknown
  readonly code: 'ValidationException' | 'SerializationException'
  /** what the text must contain */
  readonly text?: string
}

const MISSING = Symbol('missing')
const camel = (name: string) => name.charAt(0).toLowerCase() + name.slice(1)
/** A member's name in AWS's texts: list items are counted from 1 and called `member`. */
const shownPath = (path: readonly string[]) =>
  path.map((name) => (name === '0' ? '1.member' : camel(name))).join('.')

const violation = (shown: string | undefined, path: readonly string[], rule: string) =>
  `${shown === undefined ? 'Value' : `Value ${shown}`} at '${shownPath(path)}' failed to satisfy constraint: ${rule}`

const atLeast = (n: number) => `Member must have length greater than or equal to ${n}`
const atMost = (n: number) => `Member must have length less than or equal to ${n}`

/** The same text on REST, which has a member's own name and place. */
const restText = ({ text, path }: Fault) =>
  text !== undefined && { text: text.replace(`at '${shownPath(path)}'`, `at '/${path.join('/')}'`) }

/** JSON of other types than a member's. */
const FOREIGN: Readonly<Record<Member['type'], readonly unknown[]>> = {
  string: [5, true, {}, []],
  blob: [5, true, {}, [], '!!!!', 'AAA', 'A===', 'AA=A', 'AAAA\n', 'AA-_', 'AAAA AAAA'],
  integer: ['5', true, {}, [], 1.5, 2 ** 31, -(2 ** 31) - 1, 1e300],
  boolean: ['true', 1, {}, []],
  timestamp: ['yesterday', true, {}, [], 1e300],
  list: ['x', 5, {}],
  map: ['x', 5, [], { name: 5 }, { name: {} }, { name: '\ud800' }, { '\udfff': 'x' }],
  structure: ['x', 5, []],
}

/** Every bound of a structure's members, broken one at a time. */
function faultsOf(shape: Structure, path: readonly string[]): Fault[] {
  return Object.entries(shape.members).flatMap(([name, member]) => {
    const at = [...path, name]
    const missing = [MISSING, null].map((value) => ({
      title: value === null ? 'null' : 'missing',
      path: at,
      value,
      code: 'ValidationException' as const,
      text: violation('null', at, 'Member must not be null'),
    }))
    return [...(shape.required.includes(name) ? missing : []), ...memberFaults(member, at)]
  })
}

/** In `npm test` a third of a type's values at each member, another third at the next of its type. */
const foreignAt = (type: Member['type']): readonly unknown[] => {
  const turn = (turns.get(type) ?? 0) + 1
  turns.set(type, turn)
  return slice(FOREIGN[type], (_, index) => (index + turn) % 3 === 0)
}
const turns = new Map<Member['type'], number>()

function memberFaults(member: Member, path: readonly string[]): Fault[] {
  const foreign = foreignAt(member.type).map((value) => ({
    title: `JSON ${JSON.stringify(value)}`,
    path,
    value,
    code: 'SerializationException' as const,
  }))
  return [...foreign, ...boundFaults(member, path), ...innerFaults(member, path)]
}

function boundFaults(member: Member, path: readonly string[]): Fault[] {
  const { type, min = 0, max, enum: names, pattern } = member
  const refuse = (title: string, value: unknown, rule: string, shown?: string): Fault => ({
    title,
    path,
    value,
    code: 'ValidationException',
    text: violation(shown, path, rule),
  })
  const faults: Fault[] = []
  switch (type) {
    case 'string': {
      // a grant token is a credential: no text repeats it
      const secret = member.sensitive === true || path.at(-1) === 'GrantToken'
      const cut = (text: string) => (text.length > 8192 ? `${text.slice(0, 8192)}…` : text)
      const echo = (text: string) => (secret ? undefined : `'${cut(text)}'`)
      for (const value of ['\ud800', 'x\udc00']) {
        faults.push({ title: 'a lone surrogate', path, value, code: 'SerializationException' })
      }
      if (names !== undefined) {
        for (const value of ['INVALID', '', names[0]?.toLowerCase() ?? '']) {
          const rule = `Member must satisfy enum value set: [${names.join(', ')}]`
          faults.push(refuse('not of the enum', value, rule, `'${value}'`))
        }
      }
      if (min > 0) faults.push(refuse('too short', '', atLeast(min), echo('')))
      if (max !== undefined) {
        const value = 'a'.repeat(max + 1)
        faults.push(refuse('too long', value, atMost(max), echo(value)))
      }
      const misfit = ['\n\u0000', '日本', ' '].find(
        (text) => pattern !== undefined && !new RegExp(`^(?:${pattern})$`).test(text),
      )
      if (misfit !== undefined) {
        const rule = `Member must satisfy regular expression pattern: ${pattern}`
        faults.push(refuse('not of the pattern', misfit, rule, echo(misfit)))
      }
      return faults
    }
    case 'blob':
      if (min > 0) faults.push(refuse('too short', '', atLeast(min)))
      if (max !== undefined) {
        const value = Buffer.alloc(max + 1).toString('base64')
        faults.push(refuse('too long', value, atMost(max)))
      }
      return faults
    case 'integer':
      for (const value of [min - 1, -1]) {
        const rule = `Member must have value greater than or equal to ${min}`
        faults.push(refuse('too small', value, rule, `'${value}'`))
      }
      if (max !== undefined) {
        const rule = `Member must have value less than or equal to ${max}`
        faults.push(refuse('too large', max + 1, rule, `'${max + 1}'`))
      }
      return faults
    default:
      return faults
  }
}

/** Faults inside a list's items and a structure's members. */
function innerFaults({ type, items, shape, max }: Member, path: readonly string[]): Fault[] {
  if (type === 'structure') return faultsOf(structure(shape), path)
  if (type !== 'list' || items === undefined) return []
  if (items.type === 'structure') return faultsOf(structure(items.shape), [...path, '0'])
  const one = sampleMember('', items, '')
  const tooMany: Fault[] =
    max === undefined
      ? []
      : [
          {
            title: 'too many items',
            path,
            value: Array.from({ length: max + 1 }, () => one),
            code: 'ValidationException',
            text: atMost(max),
          },
        ]
  const foreign = [5, {}, [], null].map((value) => ({
    title: `an item ${JSON.stringify(value)}`,
    path,
    value: [one, value],
    code: 'SerializationException' as const,
  }))
  // items that are plain text are refused together, at the list
  const rule = `at '${shownPath(path)}' failed to satisfy constraint: Member must satisfy constraint: [`
  const bounds = boundFaults(items, path)
    .filter(({ code }) => code === 'ValidationException')
    .map(({ title, value }) => ({
      title: `an item ${title}`,
      path,
      value: [value],
      code: 'ValidationException' as const,
      text: rule,
    }))
  return [...tooMany, ...foreign, ...bounds]
}

/** AWS lists an enum's names in no useful order, and so do the texts compared here. */
const unordered = (text = ''): string =>
  text.replace(/(?<=enum value set: \[)[^\]]*/, (names) => names.split(', ').sort().join(', '))

/** A request with the value at its path; structures and lists on the way are made. */
function withFault(
  shape: Structure,
  input: Readonly<Record<string, unknown>>,
  path: readonly string[],
  value: unknown,
): Record<string, unknown> {
  const [name = '', ...rest] = path
  const { [name]: before, ...others } = input
  if (rest.length === 0) return value === MISSING ? others : { ...others, [name]: value }
  const member = shape.members[name]
  const listed = rest[0] === '0'
  const inner = structure(listed ? member?.items?.shape : member?.shape)
  const sample = listed
    ? sampleMember('', member?.items, '')
    : (before ?? sampleMember('', member, ''))
  const changed = withFault(
    inner,
    sample as Record<string, unknown>,
    listed ? rest.slice(1) : rest,
    value,
  )
  return { ...others, [name]: listed ? [changed] : changed }
}

describeStores(
  'Validation',
  (harness) => {
    let tenant: Tenant
    let keyId: string
    const snapshot = async () => {
      const { items } = await harness.inside.store.scan(undefined, 1000)
      // records of calls, and of the last use of keys, are written when they come to it
      const told = ({ pk, sk }: Item) =>
        pk.includes('/audit/') || pk.endsWith('/used') || sk.startsWith('usage#')
      return items.filter((item) => !told(item))
    }
    const prepare = async () => {
      if (tenant !== undefined) return
      tenant = await harness.tenant()
      keyId = (await harness.key(tenant)).id
    }

    const judge = (fault: Fault, outcome: Outcome, status: number | undefined, where: string) => {
      expect(outcome.code, `${where}: ${outcome.text.slice(0, 300)}`).toBe(fault.code)
      expect(outcome.status, where).toBe(status)
      if (fault.text !== undefined)
        expect(unordered(outcome.message), where).toContain(unordered(fault.text))
      if (outcome.json['errors'] !== undefined) pointsAt(fault, outcome, where)
      if (fault.code === 'SerializationException') return
      const [, count = ''] =
        /^(\d+) validation errors? detected: /.exec(outcome.message ?? '') ?? []
      expect(Number(count), outcome.message).toBeGreaterThanOrEqual(1)
    }

    /** REST says by a JSON pointer which member it is, as the caller wrote it. */
    const pointsAt = (fault: Fault, { json }: Outcome, where: string) => {
      const errors = json['errors'] as readonly { in: string; pointer: string }[]
      const pointers = errors.map(({ pointer }) => pointer)
      const pointer = `/${fault.path.join('/')}`
      expect(new Set(errors.map((one) => one.in)), where).toEqual(new Set(['body']))
      // an item that can't be read is told by itself, and so is what stands in a map
      expect(
        pointers.some((one) => one === pointer || one.startsWith(`${pointer}/`)),
        `${where}: ${pointers}`,
      ).toBe(true)
    }

    for (const operation of awsOperations) {
      const { name } = operation
      const shape = structure(model.operations[name]?.input ?? undefined)
      const known = new Set(operation.input.fields.map((field) => field.name))
      const faults = faultsOf(shape, []).filter(({ path: [first = ''] }) => known.has(first))
      describe(name, () => {
        test('every bound of the model, broken one at a time, changes nothing', async () => {
          await prepare()
          const sample = sampleInput(operation, keyId)
          const before = await snapshot()
          for (const fault of faults) {
            const input = withFault(shape, sample, fault.path, fault.value)
            const outcome = await harness.call('aws', tenant, name, input)
            judge(fault, outcome, 400, `${fault.path.join('.')} ${fault.title}`)
          }
          expect(await snapshot()).toEqual(before)
        })

        const [method = '', template = ''] = operation.http.split(' ')
        const inBody = faults.filter(({ path: [first = ''] }) => !template.includes(`{${first}}`))
        if (method === 'GET' || method === 'DELETE' || inBody.length === 0) return
        test('the same by REST', { tags: ['long'] }, async () => {
          await prepare()
          const sample = sampleInput(operation, keyId)
          const before = await snapshot()
          for (const fault of inBody) {
            const input = withFault(shape, sample, fault.path, fault.value)
            const outcome = await harness.call('rest', tenant, name, input)
            const where = `${fault.path.join('.')} ${fault.title}`
            const status = FAULTS.get(fault.code)?.status
            judge({ ...fault, ...restText(fault) }, outcome, status, where)
            expect(outcome.json, where).toHaveProperty('errors')
          }
          expect(await snapshot()).toEqual(before)
        })

        test('null for what is optional is the same as leaving it out', async () => {
          await prepare()
          const sample = sampleInput(operation, keyId)
          const nulls = Object.keys(shape.members).filter((member) => !(member in sample))
          const input = { ...sample, ...Object.fromEntries(nulls.map((member) => [member, null])) }
          const { code, message } = await harness.call('aws', tenant, name, input)
          expect(code, message).not.toBe('SerializationException')
          expect(message ?? '').not.toContain('failed to satisfy constraint')
        })
      })
    }

    test('several faults are told together, in AWS’s words', async () => {
      await prepare()
      const input = { KeySpec: 'A', KeyUsage: 'B', Tags: [{ TagKey: '', TagValue: 'v' }] }
      const { message } = await harness.call('aws', tenant, 'CreateKey', input)
      expect(message).toMatch(/^3 validation errors detected: Value 'B' at 'keyUsage' failed/)
      expect(message?.split('; ')).toHaveLength(3)
      expect(message).toContain(
        "Value '' at 'tags.1.member.tagKey' failed to satisfy constraint: Member must have length greater than or equal to 1",
      )
    })
  },
  ['memory'],
)

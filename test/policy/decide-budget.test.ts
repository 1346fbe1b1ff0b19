import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Decision, decide } from '../../core/policy/decide.ts'
import { denialMessage } from '../../core/policy/denial.ts'
import { MOST_STEPS, StepBudget } from '../../core/policy/steps.ts'
import {
  ALICE,
  AWAY,
  allow,
  type Case,
  deny,
  HOME,
  identity,
  prepare,
  root,
  type Statement,
  userArn,
} from '../support/access.ts'

/** What a case comes to, and the steps it takes. */
function count(c: Case, most = MOST_STEPS): { decision: Decision; steps: number } {
  const budget = new StepBudget(most)
  const decision = decide(...prepare(c), budget)
  return { decision, steps: budget.spent }
}

const CONTEXT = 'kms:EncryptionContext:a'
const variable = (name: string) => `\${${name}}`
const when = (operator: string, values: string | string[], key = CONTEXT): Statement => ({
  Condition: { [operator]: { [key]: values } },
})
const base = { as: ALICE, action: 'kms:Encrypt' } satisfies Case
const size = (value: unknown) => JSON.stringify(value).length

/** Patterns within a number of characters of JSON. */
function fill(characters: number, pattern: (i: number) => string): string[] {
  const patterns: string[] = []
  for (let left = characters; ; ) {
    const next = pattern(patterns.length)
    left -= size(next) + 1
    if (left < 0) return patterns
    patterns.push(next)
  }
}
const letter = (i: number) => String.fromCharCode(0xa1 + (i % 90))

describe('steps of a decision', () => {
  /** for each length a value of an encryption context, and patterns that policies hold within AWS's quotas */
  const patterns: [string, (i: number) => string][] = [
    ['one letter between stars', (i) => `*${letter(i)}*`],
    ['a row and ? between stars', (i) => `*${'a'.repeat(90)}?${letter(i)}*`],
    ['rows of a and ?', (i) => `*${'a?'.repeat(60)}${letter(i)}*`],
    ['stars', (i) => `${'*a'.repeat(40)}*${letter(i)}`],
    ['a variable', (i) => `*${variable('aws:username')}${letter(i)}*`],
    [
      'variables of 33 letters and ?',
      (i) => `*${`${variable('aws:userid')}?`.repeat(10)}${letter(i)}*`,
    ],
    ['a literal', (i) => letter(i)],
  ]
  const policies = (pattern: (i: number) => string, value: string, part = 1): Case => {
    const likes = (characters: number) =>
      when('StringLike', fill((characters - 300) * part, pattern))
    const managed = Array.from({ length: 10 }, () => identity('kms:*', '*', likes(6_144)))
    return {
      ...base,
      keyPolicy: [
        ...allow(root(HOME)),
        ...allow([ALICE, root(HOME)], 'kms:*', { Effect: 'Deny', ...likes(32_768) }),
      ],
      identity: [...managed.flat(), ...identity('kms:*', '*', likes(10_240))],
      boundary: identity('kms:*', '*', likes(6_144)),
      session: identity('kms:*', '*', likes(2_048)),
      context: {
        [CONTEXT]: value,
        'aws:username': value.slice(0, 64),
        'aws:PrincipalTag/long': value.slice(0, 2_048),
        'aws:userid': value.slice(0, 33),
      },
    }
  }
  const values: [string, (n: number) => string][] = [
    ['aaaa…', (n) => 'a'.repeat(n)],
    ['aaaa…b', (n) => `${'a'.repeat(n - 1)}b`],
  ]
  const rows = patterns.flatMap(([title, pattern]) =>
    values.map(([shape, value]) => [title, shape, pattern, value] as const),
  )

  test.each(rows)(
    'a fifth of all quotas of AWS used for %s, on %s: within a fifth of the budget',
    (_, __, pattern, value) => {
      const { decision, steps } = count(policies(pattern, value(8_191), 0.2))
      expect(decision.by.map(({ kind }) => kind)).not.toContain('unfinished')
      expect(steps).toBeLessThan(MOST_STEPS * 0.2)
    },
  )

  test.each(rows)('grow no faster than the value: %s on %s', (_, __, pattern, value) => {
    const steps = [2_048, 4_096, 8_192].map(
      (n) => count(policies(pattern, value(n - 1), 0.05)).steps,
    )
    steps.forEach((more, i) => {
      if (i > 0) expect(more / (steps[i - 1] ?? 0)).toBeLessThan(2.5)
    })
  })

  test('a key policy of nothing but names, on the names of an encryption context: within the budget', () => {
    const names = Array.from({ length: 100 }, (_, i) => `department-${i + 1_000}`)
    const likes = when(
      'ForAnyValue:StringLike',
      fill(32_400, (i) => `*section-${i}*`),
      'kms:EncryptionContextKeys',
    )
    const { decision, steps } = count({
      ...base,
      keyPolicy: [...allow(ALICE), ...deny(ALICE, likes)],
      context: { 'kms:EncryptionContextKeys': names },
    })
    expect(decision.by.map(({ kind }) => kind)).not.toContain('unfinished')
    expect(steps).toBeLessThan(MOST_STEPS)
  })

  /** what bounds the time of a decision, counted: whatever policies and values do, it ends with the budget */
  const names = (count: number, name: (i: number) => string) => ({
    'kms:EncryptionContextKeys': Array.from({ length: count }, (_, i) => name(i)),
  })
  test.each<[string, string, (i: number) => string, Record<string, string[]>]>([
    ['numbers', 'NumericGreaterThan', (i) => `${i % 10}`, names(4_100, (i) => `-${i}`)],
    ['dates', 'DateGreaterThan', (i) => `${2_000 + (i % 10)}`, names(1_300, (i) => `${1_000 + i}`)],
    ['addresses', 'IpAddress', () => '::/0', names(1_000, (i) => `10.0.${i >> 8}.${i & 255}`)],
    ['ARNs', 'ArnLike', () => '*:*:*:*:*:*z', names(900, (i) => `a:b:c:d:e:${i}`)],
    ['texts', 'StringLike', (i) => `*z${letter(i)}*`, names(2_000, (i) => `za${i}`)],
  ])(
    'thousands of %s compared with thousands: denied',
    { tags: ['long'] },
    (_, operator, value, context) => {
      const likes = when(
        `ForAnyValue:${operator}`,
        fill(32_000, value),
        'kms:EncryptionContextKeys',
      )
      const { decision, steps } = count({
        ...base,
        keyPolicy: [...allow(ALICE), ...deny(ALICE, likes)],
        context,
      })
      expect(decision.by).toEqual([{ kind: 'unfinished', why: 'steps' }])
      expect(steps).toBeLessThan(MOST_STEPS + 1_000_000)
    },
  )

  test('all quotas of AWS used for variables of 2,048 characters: denied', {
    tags: ['long'],
  }, () => {
    const long = (i: number) => `*${variable('aws:PrincipalTag/long')}?${letter(i)}*`
    const { decision } = count(policies(long, 'a'.repeat(8_191)))
    expect(decision.by).toEqual([{ kind: 'unfinished', why: 'steps' }])
  })

  test('one key policy of patterns like *a?z1*, on the longest context: a fiftieth of the budget', () => {
    const { decision, steps } = count({
      ...base,
      keyPolicy: [
        ...allow(ALICE),
        ...deny(
          ALICE,
          when(
            'StringLike',
            fill(32_400, (i) => `*a?z${i}*`),
          ),
        ),
      ],
      context: { [CONTEXT]: 'a'.repeat(8_190) },
    })
    expect(decision.allowed).toBe(true)
    expect(steps).toBeLessThan(MOST_STEPS / 50)
  })

  test('an ordinary decision takes some hundred', () => {
    const { decision, steps } = count({
      ...base,
      keyPolicy: allow(root(HOME)),
      identity: identity('kms:*', `arn:aws:kms:*:${HOME}:key/*`),
    })
    expect(decision.allowed).toBe(true)
    expect(steps).toBeLessThan(500)
  })

  test('a session policy of 2,048 characters can take no more than 10 million', () => {
    const { steps } = count({
      ...base,
      keyPolicy: allow('*'),
      session: [
        ...identity('kms:*'),
        ...deny(
          undefined,
          when(
            'StringLike',
            fill(1_800, (i) => `*a${letter(i)}*`),
          ),
        ).map(({ Principal: _, ...statement }) => statement),
      ],
      context: { [CONTEXT]: 'a'.repeat(8_191) },
    })
    expect(steps).toBeLessThan(10_000_000)
  })
})

describe('a decision that can’t be finished', () => {
  const slow = when('StringNotLike', `*${'a'.repeat(50)}?b*`)
  const context = { [CONTEXT]: 'a'.repeat(4_000) }
  const cases: [string, Case][] = [
    ['Deny of the key policy', { ...base, keyPolicy: [...allow(ALICE), ...deny(ALICE, slow)] }],
    ['Allow of the key policy', { ...base, keyPolicy: allow(ALICE, 'kms:*', slow) }],
    [
      'Allow beside one that allows',
      { ...base, keyPolicy: [...allow(ALICE, 'kms:*', slow), ...allow(ALICE)] },
    ],
    [
      'identity policy',
      { ...base, keyPolicy: allow(root(HOME)), identity: identity('kms:*', '*', slow) },
    ],
    [
      'identity policy’s Deny',
      {
        ...base,
        keyPolicy: allow(ALICE),
        identity: [{ ...identity('kms:*', '*', slow)[0], Effect: 'Deny' }],
      },
    ],
    [
      'permissions boundary',
      {
        ...base,
        keyPolicy: allow(root(HOME)),
        identity: identity('kms:*'),
        boundary: identity('kms:*', '*', slow),
      },
    ],
    [
      'session policy',
      {
        ...base,
        keyPolicy: allow(root(HOME)),
        identity: identity('kms:*'),
        session: identity('kms:*', '*', slow),
      },
    ],
    [
      'grant cannot help',
      { ...base, action: 'kms:Decrypt', keyPolicy: allow(ALICE, 'kms:*', slow), grants: [{}] },
    ],
  ]
  test.each(cases)('denies: %s', (_, c) => {
    const { decision } = count({ ...c, context }, 2_000)
    expect(decision).toEqual({
      allowed: false,
      by: [{ kind: 'unfinished', why: 'steps' }],
      reason: 'Denied: the policies take more steps than a decision may.',
      crossAccount: false,
    })
  })

  test('never allows what is denied with all the steps it needs, whenever its budget ends', {
    tags: ['long'],
  }, () => {
    const cased = fc.constantFrom(...cases.map(([, c]) => ({ ...c, context })))
    fc.assert(
      fc.property(cased, fc.nat({ max: 20_000 }), (c, most) => {
        const short = count(c, most)
        const full = count(c)
        expect(short.decision.allowed && !full.decision.allowed).toBe(false)
        if (short.steps <= most) expect(short.decision).toEqual(full.decision)
        else expect(short.decision.by).toEqual([{ kind: 'unfinished', why: 'steps' }])
      }),
      { numRuns: 300 },
    )
  })

  const message = (c: Case) => {
    const [request, policies] = prepare(c)
    return denialMessage(request, decide(request, policies, new StepBudget(0)))
  }
  test.each([
    ['within an account', base, 'because no identity-based policy allows the kms:Encrypt action'],
    [
      'to a stranger, who learns nothing by it',
      { ...base, as: userArn('Bob', AWAY) },
      'because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access',
    ],
    [
      'of a role',
      {
        ...base,
        action: 'sts:AssumeRole',
        keyPolicy: allow(ALICE, 'sts:AssumeRole').map(({ Resource: _, ...statement }) => statement),
      },
      'because no role trust policy allows the sts:AssumeRole action',
    ],
  ] as [string, Case, string][])(
    'is told as an implicit denial in AWS’s words: %s',
    (_, c, words) => {
      expect(message({ keyPolicy: allow(c.as), ...c })).toContain(words)
    },
  )
})

describe('a value beyond its bound', () => {
  const AGENT = 'aws:UserAgent'
  const beyond = 'a'.repeat(2_049)
  const denies = (condition: Statement) => [...allow(ALICE), ...deny(ALICE, condition)]
  const rows: [string, Statement[], Record<string, string | string[]>, boolean][] = [
    ['that a Deny asks for', denies(when('StringLike', '*b', AGENT)), { [AGENT]: beyond }, false],
    [
      'that an Allow asks for',
      allow(ALICE, 'kms:*', when('StringLike', 'a*', AGENT)),
      { [AGENT]: beyond },
      false,
    ],
    [
      'that an Allow’s negation asks for',
      allow(ALICE, 'kms:*', when('StringNotLike', 'b*', AGENT)),
      { [AGENT]: beyond },
      false,
    ],
    [
      'of bytes, not of characters',
      allow(ALICE, 'kms:*', when('StringLike', '*', AGENT)),
      { [AGENT]: 'é'.repeat(1_025) },
      false,
    ],
    [
      'as a policy variable',
      allow(ALICE, 'kms:*', when('StringNotLike', variable(AGENT), CONTEXT)),
      { [AGENT]: beyond, [CONTEXT]: 'x' },
      false,
    ],
    [
      'one of several',
      allow(ALICE, 'kms:*', when('ForAnyValue:StringLike', 'ok', 'aws:TagKeys')),
      { 'aws:TagKeys': ['ok', beyond] },
      false,
    ],
    ['that nothing asks for', allow(ALICE), { [AGENT]: beyond }, true],
    [
      'at its bound',
      allow(ALICE, 'kms:*', when('StringLike', 'a*', AGENT)),
      { [AGENT]: beyond.slice(1) },
      true,
    ],
    [
      'of an encryption context, whose bound is 8,192',
      allow(ALICE, 'kms:*', when('StringLike', 'a*')),
      { [CONTEXT]: 'a'.repeat(8_191) },
      true,
    ],
  ]
  test.each(rows)('%s', (_, keyPolicy, context, allowed) => {
    const { decision } = count({ ...base, keyPolicy, context })
    expect(decision.allowed).toBe(allowed)
    if (!allowed) {
      expect(decision.by).toEqual([{ kind: 'unfinished', why: 'value' }])
      expect(decision.reason).toBe('Denied: a condition asks for a value of more than 2048 bytes.')
    }
  })
})

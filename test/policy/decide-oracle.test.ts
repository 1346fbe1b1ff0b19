// @module-tag long
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compilePolicy } from '../../core/policy/compile.ts'
import { type AccessPolicies, decide } from '../../core/policy/decide.ts'
import { denialMessage } from '../../core/policy/denial.ts'
import {
  compareDecisions,
  oracleSays,
  question,
  serviceSays,
  worldsFrom,
} from '../support/decision-run.ts'
import { identityStatement, type World } from '../support/decision-world.ts'
import { sliced } from '../support/slice.ts'
import { KEPT } from './kept-decisions.ts'

/** a new one each time, printed, so that a failure can be had again: `npm run test:decisions -- --seed N` */
const seed = Date.now() % 2 ** 31
/** always the same for what some worlds show and others don't: it must not depend on luck */
const SHOWING = 20261128
const USUAL = sliced ? 2_000 : 5_000
const CASES = process.env['SLOW'] === undefined ? USUAL : 200_000

describe('decide and an oracle written from the description alone', () => {
  test(`agree on ${CASES} random worlds`, () => {
    process.stdout.write(`decisions: seed ${seed}, ${CASES} cases\n`)
    const { disagreements } = compareDecisions(CASES, seed)
    expect(disagreements, `seed ${seed}`).toEqual([])
  })

  test('are asked about what is allowed and what is not: a comparison of denials alone would say little', () => {
    const { allowed, denied } = compareDecisions(1_000, SHOWING)
    expect(Math.min(allowed, denied)).toBeGreaterThan(1_000 / 20)
  })

  const faults: [
    string,
    (policies: AccessPolicies) => Partial<AccessPolicies>,
    (w: World) => unknown,
  ][] = [
    ['no permissions boundary', () => ({ permissionsBoundary: undefined }), (w) => w.boundary],
    ['no session policies', () => ({ sessionPolicies: undefined }), (w) => w.session?.[0]],
    ['no grants', () => ({ grants: [] }), (w) => w.grants[0]],
    ['no identity policies', () => ({ identityPolicies: [] }), (w) => w.identity[0]],
  ]
  test.each(faults)('find a decision that looks at %s, and show it small', (_, change, culprit) => {
    const faulty = (world: World) => {
      const [request, policies] = question(world)
      return decide(request, { ...policies, ...change(policies) }).allowed
    }
    const { disagreements } = compareDecisions(3_000, SHOWING, { most: 1, verdict: faulty })
    expect(disagreements.length).toBeGreaterThan(0)
    for (const { world } of disagreements) {
      expect(culprit(world)).toBeDefined()
      expect(world.identity.length + world.grants.length).toBeLessThanOrEqual(3)
    }
  })

  test('find a decision that goes by names where ids stand for them', () => {
    const faulty = ({ meant: _, ...world }: World) => serviceSays(structuredClone(world)).allowed
    const { disagreements } = compareDecisions(3_000, SHOWING, { most: 1, verdict: faulty })
    expect(disagreements.length).toBeGreaterThan(0)
    for (const { world } of disagreements) {
      expect(Object.keys(world.meant ?? {}).length).toBeGreaterThan(0)
    }
  })

  test.each(KEPT)('$title', ({ world, allowed }) => {
    expect(serviceSays(world).allowed).toBe(allowed)
    expect(oracleSays(world)).toBe(allowed)
  })

  test('a decision names what decided, a denial has its message', () => {
    let left = 1_000
    for (const world of worldsFrom(seed)) {
      if (--left < 0) break
      const [request, policies] = question(world)
      const decision = decide(request, policies)
      expect(decision.by.length).toBeGreaterThan(0)
      if (!decision.allowed) expect(denialMessage(request, decision)).toMatch(/^User: arn:aws:/)
    }
  })

  test('one more Deny never allows', () => {
    const worlds = worldsFrom(seed)
    fc.assert(
      fc.property(identityStatement, (statement) => {
        const [request, policies] = question(worlds.next().value)
        const Statement = [{ ...statement, Effect: 'Deny' }]
        const text = JSON.stringify({ Version: '2012-10-17', Statement })
        const more = { name: 'more', policy: compilePolicy(text, 'identity-policy') }
        const identityPolicies = [...policies.identityPolicies, more]
        const after = decide(request, { ...policies, identityPolicies })
        expect(after.allowed && !decide(request, policies).allowed).toBe(false)
      }),
      { numRuns: sliced ? 250 : 500, seed },
    )
  })
})

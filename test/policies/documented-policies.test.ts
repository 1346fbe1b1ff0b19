import { describe, expect, test } from 'vitest'
import {
  GLOBAL_CONDITION_KEYS,
  KMS_CONDITION_KEYS,
  STS_CONDITION_KEYS,
} from './condition-key-table.ts'
import {
  attestationConditions,
  attestedPlatforms,
  contextConditions,
  serviceConditions,
} from './conditions-kms-context.ts'
import { keyConditions } from './conditions-kms-keys.ts'
import { requestConditions } from './conditions-kms-requests.ts'
import { asked, compiled, decided } from './decided.ts'
import type { DocumentedPolicy, Page, PolicyCase, StatementJson } from './document.ts'
import * as evaluation from './evaluation.ts'
import * as iamConditions from './iam-conditions.ts'
import * as iamPolicies from './iam-policies.ts'
import * as keyPolicies from './key-policies.ts'
import { type Validation, validations } from './refused-policies.ts'
import * as serviceKeyPolicies from './service-key-policies.ts'
import * as trustPolicies from './trust-policies.ts'

const PAGES: readonly Page[] = [
  contextConditions,
  attestationConditions,
  attestedPlatforms,
  serviceConditions,
  keyConditions,
  requestConditions,
  ...Object.values(keyPolicies),
  ...Object.values(iamPolicies),
  ...Object.values(iamConditions),
  ...Object.values(evaluation),
  ...Object.values(trustPolicies),
  ...Object.values(serviceKeyPolicies),
]

const titleOf = ({ title }: Page, { heading, example }: DocumentedPolicy): string =>
  `${title} § ${heading}${example === undefined ? '' : `, ${example}`}`

const policies = PAGES.flatMap((page) =>
  page.policies.map((one): [string, DocumentedPolicy] => [titleOf(page, one), one]),
)
const cases = policies.flatMap(([title, one]) =>
  one.cases.map((row): [string, DocumentedPolicy, PolicyCase] => [`${title}: ${row[0]}`, one, row]),
)

describe('policies of the documentation decide as it says', () => {
  test.each(cases)('%s', (_title, documented, row) => {
    expect(decided(documented, row)).toBe(row[1])
  })
})

describe('policies of the documentation are taken or refused as it says', () => {
  test.each(
    validations.map((one): [string, Validation] => [
      `${one.page} § ${one.heading}: ${one.title}, ${one.attached}`,
      one,
    ]),
  )('%s', (_title, { attached, policy, refused }) => {
    const compiling = () => compiled(policy, attached)
    if (refused === undefined) expect(compiling).not.toThrow()
    else if (refused === true) expect(compiling).toThrow()
    else expect(compiling).toThrow(refused)
  })
})

/** The condition keys a policy looks at, in lower case; those of its variables too. */
function keysOf({ policy }: DocumentedPolicy): string[] {
  const statements = [policy.Statement].flat() as StatementJson[]
  const conditions = statements.flatMap(({ Condition = {} }) => Object.values(Condition as object))
  const names = conditions.flatMap((keys: object) => Object.keys(keys))
  const variables = [...JSON.stringify(policy).matchAll(/\$\{([\w:/.-]+)/g)]
  const known = policy.Version === undefined ? [] : variables.map(([, name = '']) => name)
  return [...new Set([...names, ...known].map((name) => name.toLowerCase()))]
}

describe('the tables are whole', () => {
  test('no two cases have one title', () => {
    const titles = cases.map(([title]) => title)
    expect(titles.filter((title, i) => titles.indexOf(title) !== i)).toEqual([])
  })

  test.each(policies)('%s is allowed and denied', (_title, { cases: rows }) => {
    const allowed = rows.filter(([, expected]) => expected === 'allow').length
    expect(allowed).toBeGreaterThan(0)
    expect(allowed).toBeLessThan(rows.length)
  })

  test.each(policies)('%s is asked with each condition key and without', (_title, documented) => {
    const contexts = documented.cases.map((row) =>
      Object.entries(asked(documented, row).context ?? {})
        .filter(([, value]) => value !== undefined)
        .map(([name]) => name.toLowerCase()),
    )
    for (const key of keysOf(documented)) {
      expect(
        contexts.some((keys) => keys.includes(key)),
        `with ${key}`,
      ).toBe(true)
      expect(
        contexts.some((keys) => !keys.includes(key)),
        `without ${key}`,
      ).toBe(true)
    }
  })

  const table = [...KMS_CONDITION_KEYS, ...GLOBAL_CONDITION_KEYS, ...STS_CONDITION_KEYS]

  test('no condition key has two rows', () => {
    const names = table.map(({ key }) => key)
    expect(new Set(names).size).toBe(names.length)
  })

  test('each condition key of a policy has a row', () => {
    const rows = table.map(({ key }) => key.toLowerCase())
    const known = (name: string) =>
      rows.some((row) => (row.endsWith('*') ? name.startsWith(row.slice(0, -1)) : name === row))
    const ours = policies
      .flatMap(([, one]) => keysOf(one))
      .filter((name) => /^(kms|aws|sts):/.test(name))
    expect(ours.filter((name) => !known(name))).toEqual([])
  })
})

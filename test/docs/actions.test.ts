import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { KEY_ACTIONS } from '../../core/access/key-actions.ts'
import { actionOf } from '../../core/operation.ts'
import { iamOperations } from '../../operations/iam-registry.ts'
import { operations, xksOperations } from '../../operations/registry.ts'
import { askedBy, KEY } from '../../scripts/asked-actions.ts'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const folder = (path: string) =>
  readdirSync(new URL(`../../${path}`, import.meta.url)).map((file) => `${path}${file}`)
const all = [...operations, ...iamOperations, ...xksOperations]
const page = read('docs/actions.md')
const listed = new Set([...page.matchAll(/^\| `([a-z]+:\w+)` \|/gm)].map(([, action]) => action))

describe('docs/actions.md', () => {
  test('has every action on a key, and no other is on one', () => {
    const onKeys = all.flatMap(askedBy).filter(({ resource }) => resource.startsWith(KEY))
    const asked = new Set(onKeys.map(({ action }) => action).filter((one) => !/^tenkey:/.test(one)))
    expect([...asked].sort()).toEqual([...KEY_ACTIONS].sort())
  })

  test('has what every operation asks', () => {
    const missing = all.flatMap(askedBy).filter(({ action }) => !listed.has(action))
    expect(missing.map(({ action, operation }) => `${action} of ${operation.name}`)).toEqual([])
    // an operation asks its own action, another that stands for it, or nothing but to be known
    const silent = all.filter((one) => askedBy(one).length === 0)
    expect(silent.map(actionOf).sort()).toEqual(
      [
        'sts:GetCallerIdentity',
        'sts:GetSessionToken',
        'tenkey:GetChanges',
        ...xksOperations
          .filter(({ keys }) => Object.keys(keys).length === 0)
          .map((one) => actionOf(one)),
      ].sort(),
    )
  })

  test('says where a member makes a request ask more', () => {
    const asked = (name: string, action: string) =>
      askedBy(all.find((one) => one.name === name) ?? fail(name)).find(
        (one) => one.action === action,
      )
    expect(asked('CreatePrincipal', 'tenkey:CreateAccessKey')?.with).toEqual(['CreateAccessKey'])
    expect(asked('CreateTenant', 'tenkey:CreateAccessKey')?.with).toEqual([])
    expect(asked('CreateKey', 'kms:TagResource')?.with).toEqual(['Tags'])
    expect(asked('AssumeRole', 'sts:SetSourceIdentity')?.with).toEqual(['SourceIdentity'])
    expect(asked('CreateUser', 'iam:TagUser')?.with).toEqual(['Tags'])
    expect(asked('GetFederationToken', 'sts:GetFederationToken')?.resource).toBe(
      '`arn:aws:sts::ACCOUNT:federated-user/NAME`',
    )
  })

  test.for([
    ...folder('examples/saas/policies/'),
    ...folder('docs/').filter((one) => /\.md$/.test(one)),
  ])('has every action that %s names', (path) => {
    const text = path.endsWith('.md')
      ? [...read(path).matchAll(/```json\n(.*?)```/gs)].map(([, block]) => block).join('\n')
      : read(path)
    const named = [...text.matchAll(/"((?:kms|sts|iam|tenkey):[A-Z]\w+)"(?!\s*:)/g)]
    const unknown = named.map(([, action]) => action).filter((one) => !listed.has(one))
    expect(unknown).toEqual([])
  })
})

const fail = (name: string): never => {
  throw new Error(`there is no ${name}`)
}

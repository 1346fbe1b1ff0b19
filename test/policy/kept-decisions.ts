import { PRINCIPALS, RESOURCES, type World } from '../support/decision-world.ts'
import type { OraclePolicy, OracleStatement } from '../support/policy-oracle.ts'

/** Worlds about which decide and the oracle once disagreed, shrunk: both must say this. */
export interface Kept {
  readonly title: string
  readonly world: World
  readonly allowed: boolean
}

const [alice] = PRINCIPALS
const [key = ''] = RESOURCES.key
if (alice === undefined) throw new Error('there are principals')

const policy = (...Statement: OracleStatement[]): OraclePolicy => ({
  Version: '2012-10-17',
  Statement,
})
const allowing = (more: Partial<OracleStatement>): OraclePolicy =>
  policy({ Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*', ...more })

const world = (Condition: OracleStatement['Condition'], keys: World['keys']): World => ({
  kind: 'key',
  principal: alice,
  action: 'kms:Encrypt',
  resource: key,
  keys,
  encryptionContext: {},
  identity: [],
  grants: [],
  resourcePolicy: allowing({ ...(Condition && { Condition }) }),
})

const open = world(undefined, {})
const sparing = (AWS: string): World => ({
  ...open,
  resourcePolicy: policy(
    { Effect: 'Allow', Principal: '*', Action: 'kms:*', Resource: '*' },
    { Effect: 'Deny', NotPrincipal: { AWS }, Action: 'kms:*', Resource: '*' },
  ),
})
const boundary = policy({ Effect: 'Allow', Action: '*', Resource: '*' })

export const KEPT: readonly Kept[] = [
  {
    title: 'a Deny by NotPrincipal that names everyone spares who has no permissions boundary',
    world: sparing('*'),
    allowed: true,
  },
  {
    title: 'a Deny by NotPrincipal that names everyone denies who has a permissions boundary',
    world: { ...sparing('*'), boundary },
    allowed: false,
  },
  {
    title: '? is one character, also beyond the basic plane',
    world: world(
      { StringLike: { 'aws:PrincipalTag/team': 'r?d' } },
      { 'aws:PrincipalTag/team': 'r😀d' },
    ),
    allowed: true,
  },
  {
    title: '? behind a star is one character too, for a negated operator',
    world: world(
      { StringNotLike: { 'aws:PrincipalTag/team': ['*r?d'] } },
      { 'aws:PrincipalTag/team': 'r😀d' },
    ),
    allowed: false,
  },
  {
    title: '?? is two characters, not the two halves of one, in a list of values',
    world: world({ StringNotLike: { 'AWS:tagkeys': ['r??'] } }, { 'aws:TagKeys': ['r😀d'] }),
    allowed: false,
  },
  {
    title: '?? is not one character',
    world: world({ StringLikeIfExists: { 'aws:TagKeys': 'r??d' } }, { 'aws:TagKeys': ['r😀d'] }),
    allowed: false,
  },
]

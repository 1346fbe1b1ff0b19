import { describe, expect, test } from 'vitest'
import { decide } from '../../core/policy/decide.ts'
import { accessDenied, denialMessage } from '../../core/policy/denial.ts'
import { checkLockout } from '../../core/policy/lockout.ts'
import {
  ADMINISTRATORS,
  ALICE,
  AWAY,
  allow,
  type Case,
  CONSOLE_POLICY,
  decideCase,
  deny,
  ENABLE_IAM,
  HOME,
  identity,
  KEY,
  messageOf,
  prepare,
  roleArn,
  root,
  type Statement,
  sessionArn,
  userArn,
} from '../support/access.ts'

describe('a decision names what decided', () => {
  const rows: [string, Case, unknown[], string][] = [
    [
      'every part of an Allow',
      {
        as: sessionArn('App'),
        action: 'kms:Encrypt',
        keyPolicy: [ENABLE_IAM],
        identity: identity('kms:*'),
        boundary: identity('*'),
        session: identity('kms:E*', '*', { Sid: 'Only' }),
      },
      [
        {
          kind: 'statement',
          source: 'resource-policy',
          policy: 'default',
          effect: 'Allow',
          index: 0,
          sid: 'Enable IAM policies',
        },
        {
          kind: 'statement',
          source: 'identity-policy',
          policy: 'my-identity-policy',
          effect: 'Allow',
          index: 0,
        },
        {
          kind: 'statement',
          source: 'permissions-boundary',
          policy: 'my-permissions-boundary',
          effect: 'Allow',
          index: 0,
        },
        {
          kind: 'statement',
          source: 'session-policy',
          policy: 'my-session-policy',
          effect: 'Allow',
          index: 0,
          sid: 'Only',
        },
      ],
      'Allowed: Allow by statement "Enable IAM policies" of resource-based policy "default"; Allow by statement 1 of identity-based policy "my-identity-policy"; Allow by statement 1 of permissions boundary "my-permissions-boundary"; Allow by statement "Only" of session policy "my-session-policy".',
    ],
    [
      'the most direct Allow',
      {
        as: userArn('ExampleUser'),
        action: 'kms:Encrypt',
        keyPolicy: CONSOLE_POLICY,
        identity: identity('kms:*'),
      },
      [
        {
          kind: 'statement',
          source: 'resource-policy',
          policy: 'default',
          effect: 'Allow',
          index: 2,
          sid: 'Allow use of the key',
        },
      ],
      'Allowed: Allow by statement "Allow use of the key" of resource-based policy "default".',
    ],
    [
      'the grant',
      { as: ALICE, action: 'kms:Decrypt', grants: [{ operations: ['Encrypt'] }, {}] },
      [{ kind: 'grant', grantId: 'grant-2' }],
      'Allowed: Allow by grant grant-2.',
    ],
    [
      'the root of an account',
      { as: root(HOME), action: 'kms:ListKeys', resource: '*', keyPolicy: 'none' },
      [{ kind: 'account-root', accountId: HOME }],
      `Allowed: root of account ${HOME}.`,
    ],
    [
      'the Deny statement alone',
      {
        as: ALICE,
        action: 'kms:Encrypt',
        keyPolicy: [...allow('*'), ...deny(ALICE, { Sid: 'NotAlice' })],
      },
      [
        {
          kind: 'statement',
          source: 'resource-policy',
          policy: 'default',
          effect: 'Deny',
          index: 1,
          sid: 'NotAlice',
        },
      ],
      'Denied: Deny by statement "NotAlice" of resource-based policy "default".',
    ],
    [
      'the side that is missing',
      { as: ALICE, action: 'kms:Encrypt', keyPolicy: [ENABLE_IAM] },
      [{ kind: 'missing', source: 'identity-policy' }],
      'Denied: no identity-based policy allows the action.',
    ],
  ]
  test.each(rows)('%s', (_title, c, by, reason) => {
    const decision = decideCase(c)
    expect(decision.by).toEqual(by)
    expect(decision.reason).toBe(reason)
  })
})

describe('denialMessage (IAM User Guide, "Troubleshoot access denied error messages")', () => {
  const as = sessionArn('App')
  const on = (arn: string) =>
    `User: ${arn} is not authorized to perform: kms:Encrypt on resource: ${KEY}`
  const denyAll = [{ Effect: 'Deny', Action: 'kms:*', Resource: '*' }]
  const base: Case = {
    as,
    action: 'kms:Encrypt',
    keyPolicy: [ENABLE_IAM],
    identity: identity('kms:*'),
  }
  const rows: [Case, string][] = [
    [
      { ...base, identity: [...identity('s3:*')] },
      'because no identity-based policy allows the kms:Encrypt action',
    ],
    [
      { ...base, keyPolicy: [ADMINISTRATORS] },
      'because no resource-based policy allows the kms:Encrypt action',
    ],
    [
      { ...base, boundary: identity('s3:*') },
      'because no permissions boundary allows the kms:Encrypt action',
    ],
    [
      { ...base, session: identity('s3:*') },
      'because no session policy allows the kms:Encrypt action',
    ],
    [{ ...base, identity: denyAll }, 'with an explicit deny in an identity-based policy'],
    [{ ...base, keyPolicy: deny(root(HOME)) }, 'with an explicit deny in a resource-based policy'],
    [{ ...base, boundary: denyAll }, 'with an explicit deny in a permissions boundary'],
    [{ ...base, session: denyAll }, 'with an explicit deny in a session policy'],
  ]
  test.each(rows)('%o %s', (c, cause) => expect(messageOf(c)).toBe(`${on(as)} ${cause}`))

  const stranger = userArn('Mallory', AWAY)
  const TO_STRANGERS =
    'because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access'
  const hidden: [string, Partial<Case>][] = [
    ['is not there', { keyPolicy: [] }],
    ['says nothing of them', { keyPolicy: [ENABLE_IAM] }],
    ['denies them', { keyPolicy: [...allow('*'), ...deny(stranger)] }],
    [
      'says nothing of them, and their identity policies neither',
      { keyPolicy: [ENABLE_IAM], identity: [] },
    ],
  ]
  test.each(hidden)('a stranger is told the same whether the key %s', (_title, change) => {
    const c = { as: stranger, action: 'kms:Encrypt', identity: identity('kms:*'), ...change }
    const [request, policies] = prepare({
      ...c,
      ...(c.identity?.length === 0 && { identity: identity('s3:*') }),
    })
    const decision = decide(request, policies)
    expect(denialMessage(request, decision)).toBe(`${on(stranger)} ${TO_STRANGERS}`)
    expect(denialMessage({ ...request, fromCiphertext: true }, decision)).toBe(
      `User: ${stranger} is not authorized to perform: kms:Encrypt on the resource associated with this ciphertext ${TO_STRANGERS}`,
    )
  })

  test('a stranger learns of a Deny of their own only where the key policy lets them in', () => {
    const tagged = { Condition: { StringEquals: { 'aws:ResourceTag/project': 'secret' } } }
    for (const [keyPolicy, cause] of [
      [[], TO_STRANGERS],
      [[ENABLE_IAM], TO_STRANGERS],
      [[...allow('*'), ...deny(stranger)], TO_STRANGERS],
      [allow('*'), 'with an explicit deny in an identity-based policy'],
    ] as const) {
      const probing = {
        as: stranger,
        action: 'kms:Encrypt',
        keyPolicy: [...keyPolicy],
        identity: [...identity('kms:*'), { ...denyAll[0], ...tagged }],
        context: { 'aws:ResourceTag/project': 'secret' },
      }
      expect(messageOf(probing)).toBe(`${on(stranger)} ${cause}`)
    }
  })

  test('whom the key policy lets in from outside learns what their own side lacks', () => {
    expect(messageOf({ as: stranger, action: 'kms:Encrypt', keyPolicy: allow(root(AWAY)) })).toBe(
      `${on(stranger)} because no identity-based policy allows the kms:Encrypt action`,
    )
  })

  test('comes as AccessDeniedException, and only for a denial', () => {
    const [request, policies] = prepare({ ...base, identity: [...denyAll] })
    const error = accessDenied(request, decide(request, policies))
    expect(error).toMatchObject({ code: 'AccessDeniedException' })
    const [asked, allowing] = prepare(base)
    expect(() => denialMessage(asked, decide(asked, allowing))).toThrow(TypeError)
  })
})

describe('policy lockout safety check', () => {
  const LOCKED_OUT = 'The new key policy will not allow you to update the key policy in the future.'
  const check = (keyPolicy: Statement[], more: Partial<Case> = {}) => {
    const [request, { resourcePolicy, ...policies }] = prepare({
      as: ALICE,
      action: 'kms:CreateKey',
      keyPolicy,
      ...more,
    })
    if (resourcePolicy === 'none') throw new Error('a lockout check needs a policy')
    checkLockout(request, resourcePolicy, policies)
  }
  const safe: [string, Statement[], Partial<Case>][] = [
    ['the caller is named', allow(ALICE, 'kms:PutKeyPolicy'), {}],
    [
      'the role of the caller is named',
      allow(roleArn('App'), 'kms:Put*'),
      { as: sessionArn('App') },
    ],
    [
      'the account is named and identity policies allow it',
      [ENABLE_IAM],
      { identity: identity('kms:*') },
    ],
    ['the caller is root and the account is named', [ENABLE_IAM], { as: root(HOME) }],
  ]
  test.each(safe)('passes where %s', (_title, keyPolicy, more) =>
    expect(() => check(keyPolicy, more)).not.toThrow(),
  )

  const locked: [string, Statement[], Partial<Case>][] = [
    ['somebody else is named', allow(userArn('Bob')), { identity: identity('kms:*') }],
    ['another action is allowed', allow(ALICE, 'kms:GetKeyPolicy'), {}],
    [
      'the account is named and identity policies allow only CreateKey',
      [ENABLE_IAM],
      { identity: identity('kms:CreateKey') },
    ],
    ['the caller is denied', [...allow(ALICE), ...deny(ALICE, { Action: 'kms:PutKeyPolicy' })], {}],
    [
      'the condition does not hold',
      allow(ALICE, 'kms:*', { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }),
      {},
    ],
    [
      'only a service is named',
      [{ ...ENABLE_IAM, Principal: { Service: 'logs.us-west-2.amazonaws.com' } }],
      { identity: identity('kms:*') },
    ],
  ]
  test.each(locked)('refuses where %s', (_title, keyPolicy, more) => {
    expect(() => check(keyPolicy, more)).toThrow(
      expect.objectContaining({ code: 'MalformedPolicyDocumentException', message: LOCKED_OUT }),
    )
  })
})

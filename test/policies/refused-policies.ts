import {
  ALICE,
  type Attached,
  AWAY,
  document,
  HOME,
  KEY,
  type PolicyJson,
  roleArn,
  root,
  type StatementJson,
  sessionArn,
  userArn,
} from './document.ts'

/** Whether a policy may be attached, by AWS's documentation. */
export interface Validation {
  readonly page: string
  readonly url: string
  readonly heading: string
  readonly title: string
  readonly attached: Attached
  readonly policy: PolicyJson
  /** what it is refused with; any message where none is documented, and none where it is taken */
  readonly refused: string | true | undefined
}

const KMS = 'https://docs.aws.amazon.com/kms/latest/developerguide'
const IAM = 'https://docs.aws.amazon.com/IAM/latest/UserGuide'

const statement = (more: StatementJson): StatementJson => ({
  Effect: 'Allow',
  Action: 'kms:Decrypt',
  Resource: '*',
  ...more,
})
const key = (more: StatementJson) =>
  document(statement({ Principal: { AWS: root(HOME) }, ...more }))
const iam = (more: StatementJson) => document(statement({ Resource: KEY, ...more }))

const overlyPermissive = (what: string) =>
  `OverlyPermissiveCondition: Using the ForAllValues set operator with a single-valued condition key matches requests without the specified ${what} or with an unspecified ${what}. To fix, remove ForAllValues.`

const setOperators: readonly Validation[] = (
  [
    [
      'ForAllValues and an encryption context pair',
      'key policy',
      key({
        Condition: { 'ForAllValues:StringEquals': { 'kms:EncryptionContext:Department': 'IT' } },
      }),
      overlyPermissive('encryption context'),
    ],
    [
      'ForAllValues and a tag of the request',
      'key policy',
      key({
        Action: 'kms:TagResource',
        Condition: { 'ForAllValues:StringLike': { 'aws:RequestTag/Project': ['A*', 'B*'] } },
      }),
      overlyPermissive('tag'),
    ],
    [
      'an encryption context pair without it',
      'key policy',
      key({ Condition: { StringEquals: { 'kms:EncryptionContext:Department': 'IT' } } }),
      undefined,
    ],
    [
      'ForAllValues and the keys of the encryption context',
      'key policy',
      key({
        Condition: { 'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': 'Department' } },
      }),
      undefined,
    ],
    [
      'ForAnyValue and an encryption context pair',
      'key policy',
      key({
        Condition: { 'ForAnyValue:StringEquals': { 'kms:EncryptionContext:Department': 'IT' } },
      }),
      undefined,
    ],
  ] as const
).map(([title, attached, policy, refused]) => ({
  page: 'AWS KMS condition keys',
  url: `${KMS}/conditions-kms.html`,
  heading: 'Using set operators with condition keys',
  title,
  attached,
  policy,
  refused,
}))

const elements: readonly Validation[] = (
  [
    ['spaces in a Sid', 'key policy', key({ Sid: 'Allow use of the key' }), undefined],
    ['spaces in a Sid', 'IAM policy', iam({ Sid: 'Allow use of the key' }), true],
    ['a Sid without spaces', 'IAM policy', iam({ Sid: 'AllowUseOfTheKey1' }), undefined],
    ['no principal', 'key policy', document(statement({})), true],
    ['a user of the account', 'key policy', key({ Principal: { AWS: ALICE } }), undefined],
    [
      'a group as principal',
      'key policy',
      key({ Principal: { AWS: `arn:aws:iam::${HOME}:group/Admins` } }),
      true,
    ],
  ] as const
).map(([title, attached, policy, refused]) => ({
  page: 'Creating a key policy',
  url: `${KMS}/key-policy-overview.html`,
  heading: 'Key policy format, Elements in a key policy',
  title,
  attached,
  policy,
  refused,
}))

const principals: readonly Validation[] = (
  [
    [
      'a wildcard for all sessions of a role',
      'key policy',
      key({ Principal: { AWS: sessionArn('App').replace('/session', '/*') } }),
      true,
    ],
    [
      'a wildcard for part of a name',
      'key policy',
      key({ Principal: { AWS: userArn('Ali*') } }),
      true,
    ],
    ['everyone', 'key policy', key({ Principal: '*' }), undefined],
    ['a role', 'key policy', key({ Principal: { AWS: roleArn('App', AWAY) } }), undefined],
    ['a principal', 'IAM policy', iam({ Principal: { AWS: ALICE } }), true],
    ['a principal', 'session policy', iam({ Principal: { AWS: ALICE } }), true],
    ['a principal', 'permissions boundary', iam({ Principal: { AWS: ALICE } }), true],
  ] as const
).map(([title, attached, policy, refused]) => ({
  page: 'AWS JSON policy elements: Principal',
  url: `${IAM}/reference_policies_elements_principal.html`,
  heading: 'How to specify a principal',
  title,
  attached,
  policy,
  refused,
}))

const NOT_ALICE = { NotPrincipal: { AWS: [ALICE, root(HOME)] } }

const notPrincipals: readonly Validation[] = (
  [
    ['NotPrincipal', 'IAM policy', iam({ Effect: 'Deny', ...NOT_ALICE }), true],
    [
      'NotPrincipal',
      'trust policy',
      document({ Effect: 'Deny', ...NOT_ALICE, Action: 'sts:AssumeRole' }),
      true,
    ],
    [
      'NotPrincipal with Deny',
      'key policy',
      document(statement({ Effect: 'Deny', ...NOT_ALICE })),
      undefined,
    ],
    [
      'a wildcard for all sessions of a role',
      'key policy',
      document(
        statement({
          Effect: 'Deny',
          NotPrincipal: { AWS: sessionArn('App').replace('/session', '/*') },
        }),
      ),
      true,
    ],
  ] as const
).map(([title, attached, policy, refused]) => ({
  page: 'AWS JSON policy elements: NotPrincipal',
  url: `${IAM}/reference_policies_elements_notprincipal.html`,
  heading: 'Key points',
  title,
  attached,
  policy,
  refused,
}))

const sids: readonly Validation[] = (
  [
    ['one twice', document(statement({ Sid: 'A' }), statement({ Sid: 'A' })), true],
    ['two', document(statement({ Sid: 'A' }), statement({ Sid: 'B' })), undefined],
    ['two of no text', document(statement({ Sid: '' }), statement({ Sid: '' })), undefined],
  ] as const
).map(([title, policy, refused]) => ({
  page: 'IAM JSON policy elements: Sid',
  url: `${IAM}/reference_policies_elements_sid.html`,
  heading: 'Sid',
  title,
  attached: 'IAM policy',
  policy,
  refused,
}))

/** Policies that AWS refuses to attach, each with one close to it that it takes. */
export const validations: readonly Validation[] = [
  ...setOperators,
  ...elements,
  ...principals,
  ...notPrincipals,
  ...sids,
]

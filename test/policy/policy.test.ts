import { describe, expect, test } from 'vitest'
import { KmsError } from '../../core/base/errors.ts'
import { compilePolicy, type PolicyKind } from '../../core/policy/compile.ts'

const ROOT = 'arn:aws:iam::111122223333:root'
const statement = { Effect: 'Allow', Principal: { AWS: ROOT }, Action: 'kms:*', Resource: '*' }
const { Principal: _, ...identityStatement } = statement
const trustStatement = { Effect: 'Allow', Principal: { AWS: ROOT }, Action: 'sts:AssumeRole' }

const policy = (change: object = {}, base: object = statement) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ ...base, ...change }] })
const without = (name: string) => policy({ [name]: undefined })

/** The message of the refusal; the code is the same for all. */
function refusal(text: string, kind: PolicyKind = 'key-policy'): string {
  try {
    compilePolicy(text, kind)
  } catch (error) {
    expect(error).toBeInstanceOf(KmsError)
    expect((error as KmsError).code).toBe('MalformedPolicyDocumentException')
    return (error as KmsError).message
  }
  throw new Error(`accepted: ${text.slice(0, 200)}`)
}

describe('a policy document is accepted', () => {
  const key: [string, string][] = [
    ['as AWS writes the default key policy', policy({ Sid: 'Enable IAM User Permissions' })],
    ['with one statement instead of a list', JSON.stringify({ Statement: statement })],
    ['of version 2008-10-17', JSON.stringify({ Version: '2008-10-17', Statement: [statement] })],
    ['with an Id', JSON.stringify({ Id: 'key-default-1', Statement: [statement] })],
    ['for everyone', policy({ Principal: '*' })],
    ['for an account by its id', policy({ Principal: { AWS: '111122223333' } })],
    [
      'for users, roles and sessions',
      policy({
        Principal: {
          AWS: [
            'arn:aws:iam::111122223333:user/division/ExampleUser',
            'arn:aws:iam::111122223333:role/service-role/ExampleRole',
            'arn:aws:sts::111122223333:assumed-role/ExampleRole/session@example.com',
          ],
        },
      }),
    ],
    ['for a service', policy({ Principal: { Service: 'logs.eu-west-1.amazonaws.com' } })],
    ['for an identity provider', policy({ Principal: { Federated: 'accounts.google.com' } })],
    ['with NotPrincipal', policy({ Principal: undefined, NotPrincipal: { AWS: ROOT } })],
    ['with NotAction', policy({ Action: undefined, NotAction: 'kms:Delete*' })],
    ['with NotResource', policy({ Resource: undefined, NotResource: 'arn:aws:kms:*:*:key/1' })],
    [
      'with a Sid used twice',
      JSON.stringify({ Statement: [1, 2].map(() => ({ ...statement, Sid: 'a' })) }),
    ],
    [
      'with numbers and booleans in conditions',
      policy({
        Condition: {
          Bool: { 'aws:SecureTransport': true },
          NumericLessThan: { 'kms:RotationPeriodInDays': 90 },
        },
      }),
    ],
    ['with an empty Condition', policy({ Condition: {} })],
    ['with white space around everything', ` \n\t${policy()}\r\n`],
  ]
  test.each(key)('%s', (_title, text) => {
    expect(compilePolicy(text, 'key-policy').statements.length).toBeGreaterThan(0)
  })

  test.each<PolicyKind>(['identity-policy', 'permissions-boundary', 'session-policy'])(
    '%s without a principal',
    (kind) => {
      expect(compilePolicy(policy({}, identityStatement), kind).kind).toBe(kind)
    },
  )

  test('trust policy without a resource', () => {
    const text = policy(
      {
        Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/id.example.com' },
        Action: ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession'],
      },
      trustStatement,
    )
    expect(compilePolicy(text, 'trust-policy').statements).toHaveLength(1)
  })

  test('and lists the principals that have to exist', () => {
    const user = 'arn:aws:iam::111122223333:user/ExampleUser'
    const text = policy({ Principal: { AWS: [ROOT, user, '*'], Service: 's3.amazonaws.com' } })
    expect(compilePolicy(text, 'key-policy').principals).toEqual(['111122223333', user])
  })
})

describe('a policy document is refused', () => {
  const SYNTAX = 'Syntax errors in policy.'
  const NO_PRINCIPAL = 'Policy contains a statement with no principal.'
  const NO_PRINCIPAL_HERE = 'Policy document should not specify a principal.'
  const INVALID_PRINCIPALS = 'Policy contains a statement with one or more invalid principals.'
  const NO_RESOURCE = 'Policy statement must contain resources.'
  const NO_ACTION = 'Policy statement must contain actions.'

  const grammar: [title: string, text: string, detail: string][] = [
    ['empty text', '', 'The document ends too early.'],
    ['text that is no JSON', 'Allow everything', 'Unexpected character at position 0.'],
    ['JSON that ends early', policy().slice(0, -1), 'The document ends too early.'],
    ['something behind the document', `${policy()} x`, 'Unexpected character'],
    ['a trailing comma', '{"Statement":[],}', 'Unexpected character at position 16.'],
    ['a comment', '{/* all */}', 'Unexpected character at position 1.'],
    ['single quotes', "{'Statement':[]}", 'Unexpected character at position 1.'],
    ['a number with a leading zero', '{"Version":01}', 'Unexpected character at position 12.'],
    ['a control character in a text', '{"Id":"a\nb"}', 'Invalid string at position 6.'],
    ['an unknown escape', '{"Id":"\\x41"}', 'Invalid string at position 6.'],
    ['a list', '[]', 'The document is not a JSON object.'],
    ['null', 'null', 'The document is not a JSON object.'],
    [
      'an element used twice',
      '{"Id":"a","Id":"b","Statement":[]}',
      'Duplicate element "Id" at position 10.',
    ],
    [
      'an element used twice in different spelling',
      '{"Id":"a","\\u0049d":"b"}',
      'Duplicate element "Id" at position 10.',
    ],
    [
      'an Effect used twice',
      policy().replace('"Effect"', '"Effect":"Deny","Effect"'),
      'Duplicate element "Effect"',
    ],
    [
      'a condition key used twice',
      policy({ Condition: { Bool: {} } }).replace('"Bool":{}', '"Bool":{"a":"true","a":"false"}'),
      'Duplicate element "a"',
    ],
    ['an unknown element', '{"Statements":[]}', 'Element "Statements" is not known.'],
    [
      'an element named like an inherited one',
      '{"__proto__":{},"Statement":[]}',
      'Element "__proto__" is not known.',
    ],
    [
      'an unknown element of a statement',
      policy({ Conditions: {} }),
      'Element "Conditions" is not known.',
    ],
    ['an element in lower case', policy({ effect: 'Deny' }), 'Element "effect" is not known.'],
    ['a version of its own', policy().replace('2012-10-17', '2026-01-01'), 'Version must be'],
    ['an Id that is a number', policy().replace('{', '{"Id":1,'), 'Id is no text.'],
    ['no Statement', '{"Version":"2012-10-17"}', 'The document has no Statement.'],
    ['an empty Statement', '{"Statement":[]}', 'The document has no Statement.'],
    ['a statement that is a text', '{"Statement":["Allow"]}', 'A statement is not a JSON object.'],
    ['no Effect', without('Effect'), 'The Effect of a statement must be'],
    ['an Effect in lower case', policy({ Effect: 'allow' }), 'The Effect of a statement must be'],
    ['a Sid that is a number', policy({ Sid: 7 }), 'Sid is no text.'],
    [
      'Principal and NotPrincipal',
      policy({ NotPrincipal: { AWS: ROOT } }),
      'both Principal and NotPrincipal',
    ],
    ['Action and NotAction', policy({ NotAction: 'kms:*' }), 'both Action and NotAction'],
    ['Resource and NotResource', policy({ NotResource: '*' }), 'both Resource and NotResource'],
    [
      'an action that is a number',
      policy({ Action: [1] }),
      'Action holds something that is no text.',
    ],
    [
      'a resource that is an object',
      policy({ Resource: {} }),
      'Resource holds something that is no text.',
    ],
    ['a Condition that is a list', policy({ Condition: [] }), 'Condition is not a JSON object.'],
    [
      'an operator without keys',
      policy({ Condition: { Bool: 'true' } }),
      'has no JSON object of keys',
    ],
    [
      'a condition value that is an object',
      policy({ Condition: { Bool: { a: {} } } }),
      'has a value that is no text',
    ],
    [
      'a condition value that is null',
      policy({ Condition: { Bool: { a: null } } }),
      'has a value that is no text',
    ],
    [
      'an unknown operator',
      policy({ Condition: { StringMatches: { a: 'b' } } }),
      'Condition operator "StringMatches" is not known.',
    ],
    [
      'an inherited name as operator',
      policy({ Condition: { constructor: { a: 'b' } } }),
      'is not known',
    ],
    [
      'an unknown set operator',
      policy({ Condition: { 'ForSome:StringLike': { a: 'b' } } }),
      'is not known',
    ],
    ['NullIfExists', policy({ Condition: { NullIfExists: { a: 'true' } } }), 'is not known'],
    [
      'Null with something else than true or false',
      policy({ Condition: { Null: { a: 'no' } } }),
      'neither true nor false',
    ],
    [
      'Bool with something else than true or false',
      policy({ Condition: { Bool: { a: 'yes' } } }),
      'neither true nor false',
    ],
    [
      'a number that is none',
      policy({ Condition: { NumericEquals: { a: '0x10' } } }),
      '"0x10" is not a number.',
    ],
    [
      'a date that is none',
      policy({ Condition: { DateLessThan: { a: '2026-13-01' } } }),
      '"2026-13-01" is not a date.',
    ],
    [
      'a policy variable in a date',
      policy({ Condition: { DateLessThan: { a: `\${aws:CurrentTime}` } } }),
      'is not a date',
    ],
    [
      'an address that is none',
      policy({ Condition: { IpAddress: { a: '203.0.113.0/33' } } }),
      'is not an IP address',
    ],
    ['base64 that is none', policy({ Condition: { BinaryEquals: { a: '%%' } } }), 'is not base64'],
    [
      'a policy variable without end',
      policy({ Condition: { StringLike: { a: `\${aws:username` } } }),
      'A policy variable has no end.',
    ],
    [
      'a policy variable without name',
      policy({ Resource: `arn:aws:kms:*:*:key/\${}` }),
      'A policy variable has no name.',
    ],
    [
      'a default value without quotes',
      policy({ Condition: { StringLike: { a: `\${aws:username, x}` } } }),
      'The default value of a policy variable',
    ],
    ['a lone surrogate', policy({ Sid: 'x' }).replace('"x"', '"\\ud800"'), 'Invalid Unicode'],
    [
      'a lone surrogate that is not escaped',
      policy({ Sid: 'x' }).replace('"x"', '"\udc00"'),
      'Invalid Unicode',
    ],
    [
      'a surrogate pair the wrong way round',
      policy({ Sid: 'x' }).replace('"x"', '"\\udc00\\ud800"'),
      'Invalid Unicode',
    ],
    ['11 levels', `${'['.repeat(11)}${']'.repeat(11)}`, 'Nesting exceeds 10 levels.'],
    ['32,768 bytes of brackets', '['.repeat(32_768), 'Nesting exceeds 10 levels.'],
    ['32,768 bytes of objects', '{"a":'.repeat(6_553), 'Nesting exceeds 10 levels.'],
  ]
  test.each(grammar)('for %s', (_title, text, detail) => {
    const message = refusal(text)
    expect(message.startsWith(SYNTAX)).toBe(true)
    expect(message).toContain(detail)
    expect(message.length).toBeLessThan(250)
  })

  const invalidNames = [
    'ExampleUser',
    'arn:aws:iam::111122223333:user/*',
    'arn:aws:iam::*:root',
    'arn:aws:iam::1111:root',
    'arn:aws:iam::111122223333:group/Admins',
    'arn:aws:iam::111122223333:user/',
    'arn:aws:iam::111122223333:role/x y',
    'arn:aws:sts::111122223333:assumed-role/ExampleRole',
    'arn:aws:s3:::bucket',
    'AIDAEXAMPLEEXAMPLE123',
    '1111222233334',
    '',
  ]
  const key: [title: string, text: string, message: string][] = [
    ['no Principal', without('Principal'), NO_PRINCIPAL],
    ['an empty Principal', policy({ Principal: {} }), NO_PRINCIPAL],
    ['an empty list of principals', policy({ Principal: { AWS: [] } }), NO_PRINCIPAL],
    ['a Principal that is a text', policy({ Principal: ROOT }), INVALID_PRINCIPALS],
    [
      'a canonical user',
      policy({ Principal: { CanonicalUser: 'a'.repeat(64) } }),
      INVALID_PRINCIPALS,
    ],
    ['an unknown type of principal', policy({ Principal: { aws: ROOT } }), INVALID_PRINCIPALS],
    [
      'a service that is none',
      policy({ Principal: { Service: 'example.com' } }),
      INVALID_PRINCIPALS,
    ],
    ['every service', policy({ Principal: { Service: '*' } }), INVALID_PRINCIPALS],
    ...invalidNames.map((AWS): [string, string, string] => [
      `principal "${AWS}"`,
      policy({ Principal: { AWS: [ROOT, AWS] } }),
      INVALID_PRINCIPALS,
    ]),
    ['no actions', policy({ Action: [] }), NO_ACTION],
    [
      'an action without a service',
      policy({ Action: 'Encrypt' }),
      'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
    ],
    [
      'an action with two colons',
      policy({ Action: 'kms:Encrypt:x' }),
      'Actions/Condition can contain only one colon.',
    ],
    ['an action of no service', policy({ Action: 'k_s:Encrypt' }), 'Vendor k_s is not valid'],
    ['no resources', policy({ Resource: [] }), NO_RESOURCE],
    [
      'a resource that is no ARN',
      policy({ Resource: 'alias/example' }),
      'Resource alias/example must be in ARN format or "*".',
    ],
  ]
  test.each(key)('as key policy for %s', (_title, text, message) => {
    expect(refusal(text)).toBe(message)
  })

  const others: [PolicyKind, title: string, text: string, message: string][] = [
    ['identity-policy', 'a Principal', policy(), NO_PRINCIPAL_HERE],
    ['permissions-boundary', 'a Principal', policy(), NO_PRINCIPAL_HERE],
    [
      'session-policy',
      'a NotPrincipal',
      policy({ NotPrincipal: '*' }, identityStatement),
      NO_PRINCIPAL_HERE,
    ],
    [
      'identity-policy',
      'no Resource',
      policy({ Resource: undefined }, identityStatement),
      NO_RESOURCE,
    ],
    [
      'identity-policy',
      'a Sid used twice',
      JSON.stringify({ Statement: [1, 2].map(() => ({ ...identityStatement, Sid: 'a' })) }),
      'Statement IDs (SID) in a single policy must be unique.',
    ],
    [
      'trust-policy',
      'a Resource',
      policy({ Resource: '*' }, trustStatement),
      'Has prohibited field Resource.',
    ],
    [
      'trust-policy',
      'an action of another service',
      policy({ Action: ['sts:AssumeRole', 'kms:Encrypt'] }, trustStatement),
      'AssumeRole policy may only specify STS AssumeRole actions.',
    ],
    [
      'trust-policy',
      'all actions',
      policy({ Action: '*' }, trustStatement),
      'AssumeRole policy may only specify STS AssumeRole actions.',
    ],
    [
      'trust-policy',
      'no Principal',
      policy({ Principal: undefined }, trustStatement),
      NO_PRINCIPAL,
    ],
    [
      'trust-policy',
      'a principal that is none',
      policy({ Principal: { AWS: 'nobody' } }, trustStatement),
      'Invalid principal in policy: "AWS":"nobody"',
    ],
  ]
  test.each(others)('as %s for %s', (kind, _title, text, message) => {
    expect(refusal(text, kind)).toBe(message)
  })
})

describe('the size of a key policy', () => {
  /** A policy of exactly so many bytes. */
  const sized = (bytes: number) => policy({ Sid: 'x'.repeat(bytes - policy({ Sid: '' }).length) })

  test.each([32_768, 32_769])('%d bytes compile: the limit is the shape of the input', (bytes) => {
    expect(sized(bytes)).toHaveLength(bytes)
    expect(compilePolicy(sized(bytes), 'key-policy').statements).toHaveLength(1)
  })
})

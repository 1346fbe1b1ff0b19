import fc from 'fast-check'
import type { Case, Made } from './case.ts'
import { requests } from './grammar.ts'
import { edits, objectOf, oddJson, oddText } from './values.ts'

const KMS = { method: 'POST', path: '/', query: '' } as const
const target = (name: string) => ({
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-target': `TrentService.${name}`,
})
const json = (name: string, input: object, more: Partial<Case> = {}): Case => ({
  as: 'root',
  ...KMS,
  headers: target(name),
  body: JSON.stringify(input),
  ...more,
})

/** A value of the world, changed in bytes of its base64, or of what that stands for. */
const changed = (of: string): fc.Arbitrary<Made> =>
  fc.record({ of: fc.constant(of), as: fc.constantFrom('base64url', 'text'), edits })

const session = fc
  .tuple(changed('sessionToken'), fc.constantFrom<Case['as']>('session', 'admin'))
  .map(
    ([token, as]): Case =>
      json('ListKeys', {}, { as, made: { token }, sent: { 'x-amz-security-token': '$token$' } }),
  )
const grant = fc
  .tuple(
    fc.constantFrom('grantToken', 'victimGrantToken', 'marker').chain(changed),
    fc.constantFrom('Encrypt', 'RetireGrant', 'DescribeKey'),
    fc.constantFrom('$symmetric$', '$victimArn$'),
  )
  .map(([token, name, KeyId]) => {
    const input =
      name === 'RetireGrant'
        ? { GrantToken: '$token$' }
        : { KeyId, Plaintext: 'AAAA', GrantTokens: ['$token$'] }
    return json(name, input, { made: { token } })
  })
const MARKED = [
  'ListKeys',
  'ListAliases',
  'ListGrants',
  'ListKeyPolicies',
  'ListResourceTags',
  'ListKeyRotations',
  'ListRetirableGrants',
]
const marker = fc
  .tuple(fc.constantFrom('marker', 'grantToken').chain(changed), fc.constantFrom(...MARKED))
  .map(([token, name]) =>
    json(
      name,
      {
        Marker: '$token$',
        Limit: 1,
        KeyId: '$symmetric$',
        RetiringPrincipal: 'arn:aws:iam::$account$:root',
      },
      { made: { token } },
    ),
  )
const audit = fc.tuple(changed('marker'), oddText).map(
  ([token, odd]): Case => ({
    as: 'root',
    method: 'GET',
    path: '/v1/audit',
    query: `Marker=$token$&Limit=1&Principal=${encodeURIComponent(odd.toWellFormed()).slice(0, 3_000)}`,
    headers: {},
    body: '',
    made: { token },
  }),
)

const HEADERS = ['alg', 'kid', 'typ', 'crit', 'jwk', 'jku', 'x5c', 'b64', 'zip', 'enc']
const CLAIMS = [
  'iss',
  'aud',
  'sub',
  'exp',
  'iat',
  'nbf',
  'team',
  'amr',
  'auth_time',
  'azp',
  'jti',
  '__proto__',
  'role',
]
const part = (names: readonly string[]) =>
  objectOf(
    fc.array(
      fc.tuple(
        fc.constantFrom(...names),
        fc.oneof(
          oddJson,
          fc.constantFrom<unknown>(
            '$issuer$',
            'app',
            'one',
            'ES256',
            'none',
            'HS256',
            'RS256',
            ['app'],
            ['mfa'],
            1e300,
            -1,
            'x'.repeat(257),
          ),
        ),
      ),
      { maxLength: 3 },
    ),
  )
/** Tokens that the issuer signed, whatever they say. */
const signed = fc.tuple(part(HEADERS), part(CLAIMS)).map(([header, claims]): Made => {
  const text = (own: object, more: object) => JSON.stringify({ ...own, ...more })
  const start = `{"iss":"$issuer$","aud":"app","sub":"subject","iat":$issued$,"exp":$expires$`
  const rest = JSON.stringify(claims).slice(1)
  const body = rest === '}' ? `${start}}` : `${start},${rest}`
  return {
    of: `${text({ alg: 'ES256', kid: 'one' }, header)}\n${body}`,
    as: 'text',
    edits: [],
    through: 'jwt',
  }
})
const resigned = edits.map(
  (changes): Made => ({ of: 'jwtUnsigned', as: 'text', edits: changes, through: 'jwtSign' }),
)
const jwt = fc.oneof(signed, resigned, changed('jwt'))

const bearer = fc.tuple(jwt, fc.constantFrom('$account$', '$account$', '$victimAccount$', '')).map(
  ([token, account]): Case => ({
    as: 'nobody',
    method: 'GET',
    path: '/v1/keys/$symmetric$',
    query: '',
    headers: { authorization: 'Bearer $token$', 'x-tenkey-account': account },
    body: '',
    made: { token },
  }),
)
const webIdentity = fc
  .tuple(jwt, fc.constantFrom('$role$', 'arn:aws:iam::$victimAccount$:role/x', 'x'))
  .map(
    ([token, role]): Case => ({
      as: 'nobody',
      ...KMS,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=${role}&RoleSessionName=session&WebIdentityToken=$token$`,
      made: { token },
    }),
  )

/** Session tokens, grant tokens, page markers, identity tokens: changed, or of another purpose. */
export const tokens = requests(
  'tokens',
  8,
  fc.oneof(session, grant, marker, audit, bearer, bearer, webIdentity).map((one) => [one]),
)

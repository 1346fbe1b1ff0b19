import { CORS_EXPOSED } from '../core/base/cors.ts'
import { IN_QUERY } from '../core/protocol/rest-path.ts'

type Json = Record<string, unknown>

export const INTRODUCTION = `Member names, bounds and error codes are those of the AWS KMS API. Bytes are base64 text, times RFC 3339 text. AWS's own clients speak AWS JSON 1.1 at \`POST /\` instead, which this document does not describe.

Every request but those under "Service" is authenticated, in one of the ways that the operation lists under \`security\`: signed with AWS Signature Version 4, in a header or the query, or with a bearer token. What is under \`/admin\` is the operator's alone, and what is not a tenant's; AWS IAM's, the audit trail and the sessions of AWS STS are for both, each in its own account. A path or method that is not listed is answered with 404 or 405 (UnknownOperationException, MethodNotAllowedException).

Names are exact: a member, parameter or header of ours that is not known, that is there twice or stands where it is not looked for is refused with ValidationException, and the problem's \`errors\` say which and what was meant. A member that is \`null\` counts as one that is not there.

Lists come in pages. \`NextMarker\` (\`Marker\` in AWS IAM's) of one is the parameter \`Marker\` of the next, which the header \`Link\` leads to; the order is that of the ids or names, of records and changes newest first.

Where a segment of a path is \`${IN_QUERY}\`, the member that would stand there is a parameter of the query, by its name. Names with slashes go so; the deployed service reads paths decoded, and takes one encoded slash for two segments.

Pages of the origins that an installation lists may call it (CORS), and read these headers of an answer: ${CORS_EXPOSED.map((name) => `\`${name}\``).join(', ')}.`

export const PROBLEM: Json = {
  type: 'object',
  description: 'RFC 9457 problem details; `code` is the error code of AWS KMS.',
  properties: {
    title: {
      type: 'string',
      description: 'The kind of problem, the same whenever it occurs',
    },
    status: { type: 'integer', description: 'The status of the answer' },
    detail: {
      type: 'string',
      description: 'What is wrong this time; absent where AWS KMS says nothing either',
    },
    code: { type: 'string', description: 'AWS’s name of the refusal' },
    requestId: {
      type: 'string',
      description: 'Names the call, as the header X-Request-Id does',
    },
    errors: {
      type: 'array',
      description:
        'What is wrong with the request, each thing by itself; absent where it is not about parts of it.',
      maxItems: 10,
      items: {
        type: 'object',
        properties: {
          detail: { type: 'string', description: 'What is wrong with it' },
          in: {
            type: 'string',
            enum: ['body', 'path', 'query', 'header'],
            description: 'Where it stands',
          },
          pointer: { type: 'string', description: 'RFC 6901, into the body.' },
          name: {
            type: 'string',
            description: 'of the path’s member, the parameter or the header',
          },
        },
        required: ['detail', 'in'],
      },
    },
  },
  required: ['title', 'status', 'code', 'requestId'],
}

export const HEADERS: Json = {
  'X-Request-Id': {
    description: 'Names the call in the audit trail and the log.',
    required: true,
    schema: { type: 'string' },
  },
  Link: {
    description:
      'Where the list goes on, with `rel="next"` (RFC 8288): a query for the same path, to be signed anew. Absent at its end.',
    schema: { type: 'string' },
  },
  ETag: {
    description: 'Version of the key that was read, for If-Match.',
    required: true,
    schema: { type: 'string' },
  },
  'WWW-Authenticate': {
    description:
      'How credentials are brought (RFC 9110), and of a bearer token that it is not valid: `error="invalid_token"` (RFC 6750).',
    required: true,
    schema: { type: 'string' },
  },
}

/** Of a read that is of a key only where its request names one. */
export const ETAG_OF_SOME: Json = {
  description:
    'Version of the key that the request names, for If-Match; absent where it names none.',
  schema: { type: 'string' },
}

export const PARAMETERS: Json = {
  Account: {
    name: 'x-tenkey-account',
    in: 'header',
    required: false,
    description:
      'The account that a bearer token is for, 12 digits: needed with one. A signature names its account, and is refused where this is another.',
    schema: { type: 'string', pattern: '^[0-9]{12}$' },
  },
  Region: {
    name: 'x-tenkey-region',
    in: 'header',
    required: false,
    description:
      'The Region that a call with a bearer token is for; the service’s own unless given. A signature names its Region, and is refused where this is another.',
    schema: { type: 'string', pattern: '^([a-z]+-){2,3}\\d+$' },
  },
}

/** The ways to authenticate, by their names in `security`. */
export const SECURITY_SCHEMES = {
  sigv4: {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    description:
      'AWS Signature Version 4 for service `kms` (or `execute-api`) in any Region: `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`, with the headers X-Amz-Date and, of short-lived credentials, X-Amz-Security-Token. Sign the path as it is sent.',
    'x-amazon-apigateway-authtype': 'awsSigv4',
  },
  presigned: {
    type: 'apiKey',
    in: 'query',
    name: 'X-Amz-Signature',
    description:
      'AWS Signature Version 4 in the query: X-Amz-Algorithm, X-Amz-Credential, X-Amz-Date, X-Amz-Expires, X-Amz-SignedHeaders, X-Amz-Signature. It holds for fifteen minutes at most where it changes something.',
    'x-amazon-apigateway-authtype': 'awsSigv4',
  },
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'A token of an OpenID Connect issuer that the account or the installation has registered (RFC 6750). The header x-tenkey-account says for which account; the role that the registration names is who calls.',
  },
  awsIdentity: {
    type: 'http',
    scheme: 'bearer',
    description:
      'A GetCallerIdentity request of AWS STS that the caller has signed, as docs/aws-identities.md has it; it names the role. The header x-tenkey-account says for which account.',
  },
} as const
export type SecurityScheme = keyof typeof SECURITY_SCHEMES

export const jsonBody = (schema: Json, more: Json = {}) => ({
  content: { 'application/json': { schema, ...more } },
})

const page = (operationId: string, summary: string, description: string, responses: Json) => ({
  get: { operationId, tags: ['Service'], summary, description, security: [], responses },
})
const health = (statuses: readonly string[], trail: readonly string[], example: Json) =>
  jsonBody(
    {
      type: 'object',
      properties: {
        status: { enum: statuses, description: 'How it is' },
        auditTrail: {
          enum: trail,
          description: 'What is wrong with the audit trail; absent where nothing is',
        },
      },
      required: ['status'],
    },
    { example },
  )

/** What anybody may read. */
export const OPEN_PATHS = {
  '/health': page(
    'Health',
    'Whether the service and its store answer, and audit records are written.',
    'Answered to anybody, without credentials.',
    {
      200: {
        description:
          'They do. `degraded` where records of some tenants can’t be written (`behind`) or were given up (`lost`).',
        ...health(['ok', 'degraded'], ['behind', 'lost'], { status: 'ok' }),
      },
      503: {
        description: 'The store does not answer, or no audit record can be written.',
        ...health(['unavailable'], ['unavailable'], { status: 'unavailable' }),
      },
    },
  ),
  '/v1/openapi.json': page(
    'OpenApi',
    'This document.',
    'Answered to anybody, without credentials.',
    {
      200: {
        description: 'OpenAPI 3.1.',
        headers: {
          ETag: {
            description:
              'Version of the document: a server answers 304, without content, where If-None-Match has it. Functions send none.',
            schema: { type: 'string' },
          },
        },
        ...jsonBody({ type: 'object' }, { example: { openapi: '3.1.0' } }),
      },
      304: { description: 'It is the one that If-None-Match names.' },
    },
  ),
}

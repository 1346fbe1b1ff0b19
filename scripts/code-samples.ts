import { type AnyOperation, serviceOf } from '../core/operation.ts'
import { IN_QUERY, memberOf, parseTemplate } from '../core/protocol/rest-path.ts'
import type { JsonSchema } from '../core/shape/shapes.ts'
import {
  inJavaScript,
  inPython,
  isBlob,
  printable,
  quoted,
  schemaOfMember,
  word,
} from './code-literals.ts'

type Json = Readonly<Record<string, unknown>>

/** How a call is written for one client. */
export interface CodeSample {
  readonly client: 'curl' | 'AWS CLI' | 'tenkey' | 'JavaScript' | 'Python'
  /** as a fence of Markdown names it */
  readonly language: 'sh' | 'js' | 'python'
  readonly source: string
}

/**
 * A call of an operation, for every client that people have: those of AWS where the operation is AWS's, `tenkey rest`
 * and signers where it is not. Each finds the endpoint and the credential in the variables that AWS's clients read;
 * the operator's in those of the `tenkey` command. What is called by an identity provider's token takes it from TOKEN.
 * @param input as REST has it: bytes in base64
 */
export function codeSamples(operation: AnyOperation, input: Json): readonly CodeSample[] {
  const service = serviceOf(operation)
  const request = restRequest(operation, input)
  const curl: CodeSample = { client: 'curl', language: 'sh', source: byCurl(operation, request) }
  if (operation.takes === 'aws-identity') return [curl]
  if (service === 'tenkey') {
    const javascript = bySignedFetch(request)
    return [
      curl,
      { client: 'tenkey', language: 'sh', source: byTenkey(request) },
      { client: 'JavaScript', language: 'js', source: javascript },
      { client: 'Python', language: 'python', source: byBotocore(request) },
    ]
  }
  const asked = ofAws(operation, input)
  return [
    curl,
    { client: 'AWS CLI', language: 'sh', source: byAwsCli(operation, asked) },
    { client: 'JavaScript', language: 'js', source: byAwsSdk(operation, asked) },
    { client: 'Python', language: 'python', source: byBoto3(operation, asked) },
  ]
}

interface RestRequest {
  readonly method: string
  /** with the query, its parameters in the order of their names, as curl 7.88 must have them to sign them right */
  readonly path: string
  readonly body?: Json
  readonly operators: boolean
}

/** Text that a path carries as it is. */
const PLAIN = /^[^/:%]+$/
const encoded = (value: unknown) =>
  encodeURIComponent(String(value)).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )

function restRequest({ http, input: { fields } }: AnyOperation, input: Json): RestRequest {
  const { method, segments } = parseTemplate(http)
  const query: [string, unknown][] = []
  const inPath = new Set(segments.map(memberOf))
  const path = segments.map((segment) => {
    const name = memberOf(segment)
    if (name === undefined) return segment
    const value = String(input[name])
    if (PLAIN.test(value)) return segment.replace(/\{.*\}/, encoded(value))
    query.push([name, value])
    return segment.replace(/\{.*\}/, IN_QUERY)
  })
  const rest = fields.filter(({ name }) => !inPath.has(name) && input[name] !== undefined)
  const byQuery = method === 'GET' || method === 'DELETE'
  if (byQuery)
    for (const { name } of rest) for (const one of [input[name]].flat()) query.push([name, one])
  const text = query
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join('&')
  return {
    method,
    path: `/${path.join('/')}${text && `?${text}`}`,
    ...(!byQuery &&
      rest.length > 0 && { body: Object.fromEntries(rest.map(({ name }) => [name, input[name]])) }),
    operators: segments[0] === 'admin',
  }
}

function byCurl(
  { proven, takes }: AnyOperation,
  { method, path, body, operators }: RestRequest,
): string {
  const key = operators ? 'TENKEY_OPERATOR_' : 'AWS_'
  const bearer = proven === 'token' || takes === 'aws-identity'
  const proof = bearer
    ? ['-H "Authorization: Bearer $TOKEN"', '-H "x-tenkey-account: $ACCOUNT"']
    : [
        '--aws-sigv4 "aws:amz:us-east-1:kms"',
        `--user "$${key}ACCESS_KEY_ID:$${key}SECRET_ACCESS_KEY"`,
      ]
  const parts = [
    `curl${method === 'GET' ? '' : ` -X ${method}`} "$AWS_ENDPOINT_URL_KMS"${word(path)}`,
    ...proof,
    ...(body === undefined
      ? []
      : [`-H 'content-type: application/json' -d ${quoted(JSON.stringify(body))}`]),
  ]
  return parts.join(' \\\n  ')
}

const byTenkey = ({ method, path, body }: RestRequest): string =>
  ['tenkey rest', method, word(path), ...(body ? [quoted(JSON.stringify(body))] : [])].join(' ')

const environment = (operators: boolean) => (operators ? 'TENKEY_OPERATOR_' : 'AWS_')

function bySignedFetch({ method, path, body, operators }: RestRequest): string {
  const key = environment(operators)
  const given =
    body === undefined
      ? `{ method: '${method}' }`
      : `{
  method: '${method}',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(${inJavaScript(body, {}, '  ')}),
}`
  return `import { AwsClient } from 'aws4fetch'

const client = new AwsClient({
  accessKeyId: process.env.${key}ACCESS_KEY_ID,
  secretAccessKey: process.env.${key}SECRET_ACCESS_KEY,
  service: 'kms',
  region: 'us-east-1',
})
const url = process.env.AWS_ENDPOINT_URL_KMS + ${inJavaScript(path, {})}
const answer = await client.fetch(url, ${given})
console.log(answer.status, await answer.text())`
}

function byBotocore({ method, path, body, operators }: RestRequest): string {
  const key = environment(operators)
  const data =
    body === undefined
      ? `'${method}', url`
      : `'${method}', url, {'Content-Type': 'application/json'}, json.dumps(${inPython(body, {})})`
  return `import json, os
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session

credentials = Credentials(os.environ['${key}ACCESS_KEY_ID'], os.environ['${key}SECRET_ACCESS_KEY'])
url = os.environ['AWS_ENDPOINT_URL_KMS'] + ${inPython(path, {})}
request = AWSRequest(${data})
SigV4Auth(credentials, 'kms', 'us-east-1').add_auth(request)
answer = URLLib3Session().send(request.prepare())
print(answer.status_code, answer.text)`
}

/** A member that AWS's clients are given, with its schema. */
interface Member {
  readonly name: string
  readonly value: unknown
  readonly schema: JsonSchema
}

/** Names of an alias begin with it everywhere but in a path of REST. */
const ALIAS = 'alias/'

function ofAws({ input: { schema }, proven }: AnyOperation, input: Json): readonly Member[] {
  const members = Object.entries(input).map(([name, value]) => ({
    name,
    value:
      name === 'AliasName' && !String(value).startsWith(ALIAS) ? `${ALIAS}${String(value)}` : value,
    schema: schemaOfMember(schema, name),
  }))
  const token = ['RoleArn', 'WebIdentityToken'].map((name) => ({ name, value: FROM[name], schema }))
  return proven === 'token' ? [...token, ...members] : members
}

/** a value that is no text of the sample but a variable's */
class Variable {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}
const FROM: Readonly<Record<string, Variable>> = {
  RoleArn: new Variable('ROLE_ARN'),
  WebIdentityToken: new Variable('TOKEN'),
}

/**
 * Names of operations and members as the AWS CLI and boto3 write them.
 * @see botocore's xform_name, of which only names in our lists need a rule
 */
function separated(name: string, by: '-' | '_'): string {
  const special = /[A-Z]{2,}s$/.exec(name)?.[0]
  const head = special === undefined ? name : name.slice(0, -special.length)
  const parted = head
    .replace(/(.)([A-Z][a-z]+)/g, `$1${by}$2`)
    .replace(/([a-z0-9])([A-Z])/g, `$1${by}$2`)
  return `${special === undefined ? parted : `${parted}${by}${special}`}`.toLowerCase()
}

const isPlainList = (value: unknown): value is readonly (string | number)[] =>
  Array.isArray(value) && value.length > 0 && value.every((one) => typeof one !== 'object')

/** What the AWS CLI asks for beside the operation's members. */
const MORE_OPTIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['CreateVirtualMFADevice', ['--bootstrap-method QRCodePNG', '--outfile device.png']],
])

function byAwsCli(operation: AnyOperation, members: readonly Member[]): string {
  const { name } = operation
  // version 1 of the AWS CLI asks the address that an option begins with, and takes what it answers
  const isAddress = ({ value }: Member) => /^https?:/.test(String(value))
  const addresses = members.filter(isAddress).map((one) => [one.name, one.value] as const)
  const options = [
    ...(addresses.length > 0
      ? [`--cli-input-json ${quoted(JSON.stringify(Object.fromEntries(addresses)))}`]
      : []),
    ...members.filter((one) => !isAddress(one)).map(cliOption),
    ...(MORE_OPTIONS.get(name) ?? []),
  ]
  const call = [`aws ${serviceOf(operation)} ${separated(name, '-')}`, ...options]
  return call.join(call.join(' ').length > 80 ? ' \\\n  ' : ' ')
}

function cliOption({ name, value, schema }: Member): string {
  const option = `--${separated(name, '-')}`
  if (value instanceof Variable) return `${option} "$${value.name}"`
  if (value === true) return option
  if (value === false) return `--no-${separated(name, '-')}`
  if (isBlob(schema)) return `${option} ${bytes(String(value))}`
  if (isPlainList(value)) return `${option} ${value.map((one) => word(String(one))).join(' ')}`
  return `${option} ${word(typeof value === 'object' ? JSON.stringify(value) : String(value))}`
}

/** Bytes as both versions of the AWS CLI take them, which read base64 otherwise. */
function bytes(base64: string): string {
  const text = printable(base64)
  const made = text === undefined ? `base64 -d <<< ${quoted(base64)}` : `printf %s ${quoted(text)}`
  return `fileb://<(${made})`
}

const CLIENTS = { kms: 'KMS', sts: 'STS', iam: 'IAM' } as const
const clientOf = (operation: AnyOperation) => CLIENTS[serviceOf(operation) as keyof typeof CLIENTS]

function byAwsSdk(operation: AnyOperation, members: readonly Member[]): string {
  const client = `${clientOf(operation)}Client`
  const command = `${operation.name}Command`
  const lines = members.map(({ name, value, schema }) => {
    const text =
      value instanceof Variable ? `process.env.${value.name}` : inJavaScript(value, schema, '  ')
    return `  ${name}: ${text},\n`
  })
  return `import { ${client}, ${command} } from '@aws-sdk/client-${serviceOf(operation)}'

const client = new ${client}()
const answer = await client.send(new ${command}(${lines.length > 0 ? `{\n${lines.join('')}}` : '{}'}))
console.log(answer)`
}

function byBoto3(operation: AnyOperation, members: readonly Member[]): string {
  const lines = members.map(({ name, value, schema }) => {
    const text =
      value instanceof Variable ? `os.environ['${value.name}']` : inPython(value, schema, '    ')
    return `    ${name}=${text},\n`
  })
  const call = `boto3.client('${serviceOf(operation)}').${separated(operation.name, '_')}`
  const body = `answer = ${call}(${lines.length > 0 ? `\n${lines.join('')}` : ''})\nprint(answer)`
  const imports = [
    ...(body.includes('os.environ') ? ['import os'] : []),
    'import boto3',
    ...(body.includes('b64decode(') ? ['from base64 import b64decode'] : []),
  ]
  return `${imports.join('\n')}\n\n${body}`
}

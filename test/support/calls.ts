import * as kms from '@aws-sdk/client-kms'
import { type AnyOperation, idOf } from '../../core/operation.ts'
import { IN_QUERY, memberOf, parseTemplate } from '../../core/protocol/rest-path.ts'
import { signRequest } from '../../core/signature/sign-request.ts'
import { operations } from '../../operations/registry.ts'
import { type Answer, send } from './http.ts'
import type { Credential, Target } from './target.ts'

/** A way to call: the AWS SDK, AWS JSON by hand, REST. */
export type Via = 'sdk' | 'aws' | 'rest'
/** Members by AWS's names; bytes as Uint8Array, moments as Date. */
export type Input = Readonly<Record<string, unknown>>
export type JsonObject = Record<string, unknown>

/** What came of a call, the same for every way of calling. */
export interface Outcome extends Answer {
  /** the body; {} where it is empty */
  readonly json: JsonObject
  /** AWS's name of the refusal; absent for success */
  readonly code?: string
  /** its text; absent where the body has no such member */
  readonly message?: string
}

export interface CallOptions {
  readonly region?: string
  readonly headers?: Readonly<Record<string, string>>
  /** sent instead of the input's JSON */
  readonly body?: string | Uint8Array
}

export const REGION = 'us-east-1'

const byName = new Map(operations.map((operation) => [idOf(operation), operation]))

/** The record of an operation, by its id. @throws Error where there is none */
export function operationNamed(name: string): AnyOperation {
  const operation = byName.get(name)
  if (operation === undefined) throw new Error(`there is no operation ${name}`)
  return operation
}

/** An unmodified SDK client of a credential; it tries once, so that what is answered is what is seen. */
export function sdkClient(target: Target, credential: Credential, region = REGION): kms.KMSClient {
  const { accessKeyId, secretAccessKey, sessionToken } = credential
  return new kms.KMSClient({
    endpoint: target.url,
    region,
    maxAttempts: 1,
    systemClockOffset: target.wallTime === undefined ? 0 : target.wallTime() - Date.now(),
    credentials: {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken !== undefined && { sessionToken }),
    },
  })
}

type Command = Parameters<kms.KMSClient['send']>[0]
const commands = kms as unknown as Record<string, new (input: object) => Command>

/** Calls by the SDK and shows the very body that it read; what it throws must agree with that body. */
export async function callSdk(
  client: kms.KMSClient,
  operation: string,
  input: Input,
): Promise<Outcome> {
  const Made = commands[`${operation}Command`]
  if (Made === undefined) throw new Error(`the SDK has no ${operation}`)
  const command = new Made(input)
  let answer: Answer | undefined
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      const response = result.response as {
        statusCode: number
        headers: Record<string, string>
        body: AsyncIterable<Buffer> | Buffer
      }
      const chunks: Buffer[] = []
      for await (const chunk of response.body as AsyncIterable<Buffer>) chunks.push(chunk)
      const bytes = Buffer.concat(chunks)
      response.body = bytes
      answer = { status: response.statusCode, headers: response.headers, text: bytes.toString() }
      return result
    },
    { step: 'deserialize', priority: 'low' },
  )
  try {
    await client.send(command)
  } catch (error) {
    if (answer === undefined) throw error
    const outcome = awsOutcome(answer)
    if (outcome.code !== (error as Error).name) throw error
    return outcome
  }
  if (answer === undefined) throw new Error('nothing was answered')
  return awsOutcome(answer)
}

/** Calls by AWS JSON 1.1, signed by our own signer: for what the SDK would not send. */
export async function callAws(
  target: Target,
  credential: Credential,
  operation: string,
  input: Input,
  { region = REGION, headers = {}, body = JSON.stringify(toWire(input, 'aws')) }: CallOptions = {},
): Promise<Outcome> {
  const answer = await sendSigned(target, credential, {
    method: 'POST',
    path: '/',
    query: '',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `TrentService.${operation}`,
      ...headers,
    },
    body,
    region,
  })
  return awsOutcome(answer)
}

/** Calls an operation by REST: its path, query and body as its record lays them out. */
export function callRest(
  target: Target,
  credential: Credential,
  operation: string,
  input: Input,
  options: CallOptions = {},
): Promise<Outcome> {
  const { method, path, query, body } = restRequest(operationNamed(operation), input)
  return sendRest(target, credential, `${method} ${path}`, {
    query,
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...options,
  })
}

/** Sends one signed REST request. @param line method and path, e.g. `GET /v1/keys` */
export async function sendRest(
  target: Target,
  credential: Credential,
  line: string,
  { region = REGION, headers = {}, body = '', query = '' }: CallOptions & { query?: string } = {},
): Promise<Outcome> {
  const [method = '', path = ''] = line.split(' ')
  const typed = body.length > 0 ? { 'content-type': 'application/json' } : {}
  const answer = await sendSigned(target, credential, {
    method,
    path,
    query,
    headers: { ...typed, ...headers },
    body,
    region,
  })
  return restOutcome(answer)
}

interface Unsigned {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  readonly region: string
}

function sendSigned(target: Target, credential: Credential, unsigned: Unsigned): Promise<Answer> {
  const { method, path, query, region } = unsigned
  const body = Buffer.from(unsigned.body)
  const { host } = new URL(target.url)
  const headers = signRequest(
    { method, path, query, headers: { host, ...unsigned.headers }, body },
    credential,
    { region, service: 'kms', now: (target.wallTime ?? Date.now)() },
  )
  const line = query === '' ? path : `${path}?${query}`
  return send(target.url, { method, target: line, headers, body })
}

/** What of an input stands in the path, in the query, in the body. */
export function restRequest(operation: AnyOperation, input: Input) {
  const { method, segments } = parseTemplate(operation.http)
  const rest = { ...toWire(input, 'rest') }
  const named: [string, string][] = []
  const path = segments.map((segment) => {
    const member = memberOf(segment)
    if (member === undefined) return segment
    const value = String(rest[member] ?? '')
    delete rest[member]
    // names with a slash get through no gateway that decodes paths
    if (!value.includes('/')) return encodeURIComponent(value)
    named.push([member, value])
    return IN_QUERY
  })
  const withBody = method !== 'GET' && method !== 'DELETE'
  return {
    method,
    path: `/${path.join('/')}`,
    query: queryOf({ ...Object.fromEntries(named), ...(!withBody && rest) }),
    body: withBody ? rest : undefined,
  }
}

function queryOf(input: JsonObject): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(input)) {
    for (const one of Array.isArray(value) ? value : [value]) parameters.append(name, String(one))
  }
  // a '+' of the form encoding would be signed as %2B and read as a space
  return parameters.toString().replaceAll('+', '%20')
}

/** JSON of a face: bytes as base64, moments as Unix seconds or RFC 3339 text. */
function toWire(input: Input, face: 'aws' | 'rest'): JsonObject {
  return wire(input, face) as JsonObject
}

function wire(value: unknown, face: 'aws' | 'rest'): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (value instanceof Date) return face === 'aws' ? value.getTime() / 1000 : value.toISOString()
  if (Array.isArray(value)) return value.map((item) => wire(item, face))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, wire(item, face)]))
}

function awsOutcome(answer: Answer): Outcome {
  const json = parse(answer.text)
  if (answer.status < 300) return { ...answer, json }
  return { ...answer, json, code: String(json['__type']), ...messageOf(json, 'message') }
}

function restOutcome(answer: Answer): Outcome {
  const json = parse(answer.text)
  if (answer.status < 300) return { ...answer, json }
  return { ...answer, json, code: String(json['code']), ...messageOf(json, 'detail') }
}

const parse = (text: string): JsonObject => (text === '' ? {} : (JSON.parse(text) as JsonObject))
const messageOf = (json: JsonObject, name: string) =>
  name in json ? { message: String(json[name]) } : {}

import { type ClientRequest, type IncomingMessage, type RequestOptions, request } from 'node:http'
import { parseJson } from '../../core/base/json.ts'
import { accountOfAccessKey } from '../../core/identity/credential.ts'
import { type SigningCredentials, signRequest } from '../../core/signature/sign-request.ts'
import { endpointOf, operatorOf } from './client-settings.ts'
import { CommandError, type Environment } from './command.ts'

/** ms that a server may be silent */
const PATIENCE = 30_000

type Json = Record<string, unknown>

/** The REST API of one server, to whoever calls. */
export interface Client {
  /** of who calls */
  readonly accountId: string
  /**
   * Makes one call and answers its JSON; {} where there is none.
   * @param path with its parts percent-encoded, e.g. /admin/v1/tenants
   * @param userAgent what the call is known by in audit records
   * @throws CommandError where the server is not there or refuses
   */
  call(method: string, path: string, input?: Json, userAgent?: string): Promise<Json>
  /** All elements of a list, page after page. @param member where a page has them */
  list(path: string, member: string): Promise<Json[]>
}

/** Who calls, and in what words a refusal calls the credential. */
export interface Calling extends SigningCredentials {
  readonly called: string
}

/**
 * Calls as the operator.
 * @throws CommandError where the environment names no server or no credential
 */
export function client(environment: Environment): Client {
  const operator = operatorOf(environment)
  const called = `the operator's credential of ${operator.origin}: take its own operator.json, or set TENKEY_OPERATOR_ACCESS_KEY_ID and TENKEY_OPERATOR_SECRET_ACCESS_KEY`
  return clientOf(environment, { ...operator, called })
}

/** @throws CommandError where the environment names no server */
export function clientOf(environment: Environment, caller: Calling): Client {
  const endpoint = endpointOf(environment)
  // a server that serves one Region refuses signatures for others, the operator's too
  const region =
    environment['TENKEY_REGION'] ||
    environment['AWS_REGION'] ||
    environment['AWS_DEFAULT_REGION'] ||
    'us-east-1'

  async function call(
    method: string,
    target: string,
    input?: Json,
    userAgent = 'tenkey',
  ): Promise<Json> {
    const [path = '', query = ''] = `${endpoint.path}${target}`.split('?')
    const body = Buffer.from(input === undefined ? '' : JSON.stringify(input))
    const headers: Record<string, string> = { host: endpoint.url.host, 'user-agent': userAgent }
    if (input !== undefined) headers['content-type'] = 'application/json'
    const signed = signRequest({ method, path, query, headers, body }, caller, {
      region,
      service: 'kms',
      now: Date.now(),
    })
    const url = new URL(endpoint.url)
    url.pathname = path
    url.search = query
    const answer = await exchange(url, { method, headers: signed }, body)
    const json = parse(answer.body)
    if (answer.status < 300 && json !== undefined) return json
    throw refusal(answer.status, json)
  }

  async function exchange(url: URL, options: RequestOptions, body: Buffer) {
    try {
      const send = url.protocol === 'https:' ? (await import('node:https')).request : request
      return await roundTrip(send(url, options), body)
    } catch (error) {
      throw unreachable(error as NodeJS.ErrnoException)
    }
  }

  function unreachable(cause: NodeJS.ErrnoException): CommandError {
    const start = 'start one with `npm start`, or name another in TENKEY_ENDPOINT'
    const words =
      cause.code === 'ECONNREFUSED'
        ? `no server answers at ${endpoint.url.origin}: ${start}`
        : `the server at ${endpoint.url.origin} can't be reached (${cause.code ?? cause.message}): ${start}`
    return new CommandError(words, { cause })
  }

  function refusal(status: number, json: Json | undefined): CommandError {
    const code = json?.['code']
    if (typeof code !== 'string') {
      return new CommandError(
        `what answers at ${endpoint.url.origin} is no tenkey server (HTTP ${status}): check TENKEY_ENDPOINT`,
      )
    }
    // what InvalidSignatureException goes on to say is for people who write signers
    const [detail = ''] = String(json?.['detail'] ?? code).split('\n')
    const unknown =
      code === 'UnrecognizedClientException' ||
      (code === 'InvalidSignatureException' && detail.startsWith('The request signature'))
    if (!unknown) return new CommandError(`${detail} (${code})`)
    return new CommandError(`the server at ${endpoint.url.origin} does not know ${caller.called}`)
  }

  return {
    accountId: accountOfAccessKey(caller.accessKeyId) ?? '',
    call,
    async list(path, member) {
      const all: Json[] = []
      for (let marker: unknown = ''; typeof marker === 'string'; ) {
        const query = marker === '' ? '' : `?Marker=${encodeURIComponent(marker)}`
        const page = await call('GET', `${path}${query}`)
        all.push(...(page[member] as Json[]))
        marker = page['NextMarker']
      }
      return all
    },
  }
}

function roundTrip(sent: ClientRequest, body: Buffer): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    sent.setTimeout(PATIENCE, () => sent.destroy(new Error(`silent for ${PATIENCE / 1000} s`)))
    sent.on('error', reject)
    sent.on('response', (message: IncomingMessage) => {
      const chunks: Buffer[] = []
      message.on('data', (chunk: Buffer) => chunks.push(chunk))
      message.on('error', reject)
      message.on('end', () => {
        resolve({ status: message.statusCode ?? 0, body: Buffer.concat(chunks).toString() })
      })
    })
    sent.end(body)
  })
}

function parse(text: string): Json | undefined {
  try {
    return text === '' ? {} : (parseJson(text) as Json)
  } catch {
    return undefined
  }
}

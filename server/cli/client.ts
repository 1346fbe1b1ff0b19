import { type ClientRequest, type IncomingMessage, type RequestOptions, request } from 'node:http'
import { OPERATOR_ACCOUNT } from '../../core/base/arn.ts'
import { parseJson } from '../../core/base/json.ts'
import { accountOfAccessKey } from '../../core/identity/credential.ts'
import {
  type SigningCredentials,
  signRequest,
  type UnsignedRequest,
} from '../../core/signature/sign-request.ts'
import { calledAs } from './called-as.ts'
import { endpointOf, isOperatorByIam, operatorOf } from './client-settings.ts'
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
  /**
   * Makes one call with a body as it is, and answers the text of its answer; '' where there is none.
   * @param path with its parts percent-encoded, and the query
   * @throws CommandError where the server is not there or refuses
   */
  send(method: string, path: string, body: string | undefined): Promise<string>
  /** All elements of a list, page after page. @param path may have a query @param member where a page has them */
  list(path: string, member: string): Promise<Json[]>
}

/** Who calls, and in what words a refusal calls the credential. */
export type Calling = (SigningCredentials | Bearing | Lending) & { readonly called: string }

/** A token that is shown to an account in place of a signature. */
export interface Bearing {
  readonly bearer: string
  readonly accountId: string
}

/** Credentials of AWS, which API Gateway knows: signed for it, and asked for with the first call. */
interface Lending {
  readonly accountId: string
  lend(): Promise<SigningCredentials>
}

/**
 * Calls as the operator.
 * @throws CommandError where the environment names no server or no credential
 */
export function client(environment: Environment): Client {
  if (isOperatorByIam(environment)) {
    const lend = async () => (await import('./aws-caller.ts')).ownAwsCredentials()
    const called = 'an operator by these AWS credentials'
    return clientOf(environment, { accountId: OPERATOR_ACCOUNT, lend, called })
  }
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
  let lent: Promise<SigningCredentials> | undefined

  async function call(
    method: string,
    target: string,
    input?: Json,
    userAgent?: string,
  ): Promise<Json> {
    const body = input === undefined ? undefined : JSON.stringify(input)
    return (await answered(method, target, body, userAgent)).json
  }

  async function answered(
    method: string,
    target: string,
    text: string | undefined,
    userAgent = 'tenkey',
  ): Promise<{ readonly json: Json; readonly text: string }> {
    const [path = '', query = ''] = `${endpoint.path}${target}`.split('?')
    const body = Buffer.from(text ?? '')
    const headers: Record<string, string> = { host: endpoint.url.host, 'user-agent': userAgent }
    if (text !== undefined) headers['content-type'] = 'application/json'
    const request = { method, path, query, headers, body }
    const signed = await signedHeaders(request)
    const url = new URL(endpoint.url)
    url.pathname = path
    url.search = query
    const answer = await exchange(url, { method, headers: signed }, body)
    const json = parse(answer.body)
    if (answer.status < 300 && json !== undefined) return { json, text: answer.body }
    throw refusal(answer.status, json)
  }

  async function signedHeaders(request: UnsignedRequest): Promise<Record<string, string>> {
    if ('bearer' in caller) return shown(request.headers, caller)
    const scope = { region, now: Date.now() }
    if (!('lend' in caller)) return signRequest(request, caller, { ...scope, service: 'kms' })
    lent ??= caller.lend()
    return signRequest(request, await lent, { ...scope, service: 'execute-api' })
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
    const start = `start one with \`${calledAs(environment)} serve\`, or name another in TENKEY_ENDPOINT`
    const { code } = cause
    if (code === 'ECONNREFUSED') {
      const words = `no server answers at ${endpoint.url.origin}: ${start}`
      return new CommandError(words, { cause, passing: true })
    }
    const advice = CERTIFICATES.get(code) ?? start
    return new CommandError(
      `the server at ${endpoint.url.origin} can't be reached (${code ?? cause.message}): ${advice}`,
      { cause, passing: !CERTIFICATES.has(code) },
    )
  }

  function refusal(status: number, json: Json | undefined): CommandError {
    const code = json?.['code']
    const gateway = json?.['message']
    if ('lend' in caller && status === 403 && code === undefined && typeof gateway === 'string') {
      return new CommandError(
        `API Gateway at ${endpoint.url.origin} does not let these AWS credentials in (${gateway}): they must be of the stage's own account, be allowed execute-api:Invoke on its /admin/v1, and sign for its Region, which is ${region} here`,
      )
    }
    if (typeof code !== 'string') {
      return new CommandError(
        `what answers at ${endpoint.url.origin} is no tenkey server (HTTP ${status}): check TENKEY_ENDPOINT`,
        // a gateway whose server is not there yet
        { passing: status >= 500 },
      )
    }
    // a refusal without words of its own has those of its kind: AWS's InvalidCiphertextException has none
    // what InvalidSignatureException goes on to say is for people who write signers
    const [detail = ''] = String(json?.['detail'] ?? json?.['title'] ?? code).split('\n')
    const unknown =
      code === 'UnrecognizedClientException' ||
      (code === 'InvalidSignatureException' && detail.startsWith('The request signature'))
    const passing = status === 429 || status >= 500 || code === 'ThrottlingException'
    if (!unknown) return new CommandError(`${detail} (${code})`, { passing })
    return new CommandError(`the server at ${endpoint.url.origin} does not know ${caller.called}`)
  }

  return {
    accountId:
      'bearer' in caller || 'lend' in caller
        ? caller.accountId
        : (accountOfAccessKey(caller.accessKeyId) ?? ''),
    call,
    send: async (method, path, body) => (await answered(method, path, body)).text,
    async list(path, member) {
      const all: Json[] = []
      for (let marker: unknown = ''; typeof marker === 'string'; ) {
        const first = path.includes('?') ? '&' : '?'
        const query = marker === '' ? '' : `${first}Marker=${encodeURIComponent(marker)}`
        const page = await call('GET', `${path}${query}`)
        all.push(...(page[member] as Json[]))
        marker = page['NextMarker']
      }
      return all
    },
  }
}

const shown = (headers: Readonly<Record<string, string>>, { bearer, accountId }: Bearing) => ({
  ...headers,
  authorization: `Bearer ${bearer}`,
  'x-tenkey-account': accountId,
})

const UNKNOWN_AUTHORITY =
  'name a PEM file with its certificate, or that of its authority, in NODE_EXTRA_CA_CERTS'
/** What to do about a certificate that is not believed, by the code of Node's error (its documentation, "TLS/SSL"). */
const CERTIFICATES: ReadonlyMap<string | undefined, string> = new Map([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', UNKNOWN_AUTHORITY],
  ['SELF_SIGNED_CERT_IN_CHAIN', UNKNOWN_AUTHORITY],
  ['UNABLE_TO_GET_ISSUER_CERT', UNKNOWN_AUTHORITY],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', UNKNOWN_AUTHORITY],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', UNKNOWN_AUTHORITY],
  ['CERT_UNTRUSTED', UNKNOWN_AUTHORITY],
  ['CERT_HAS_EXPIRED', 'its certificate has expired'],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'its certificate has another name: say that name in TENKEY_ENDPOINT',
  ],
])

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

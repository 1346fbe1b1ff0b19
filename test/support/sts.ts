import { createHash, createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A caller as the stand-in of AWS STS knows it. */
export interface AwsPrincipal {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** of short-lived credentials */
  readonly sessionToken?: string
  readonly account: string
  readonly arn: string
  readonly userId: string
}

/** What was asked, whatever was answered. */
export interface StsAsked {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
  /** as it was acted on; absent where the signature was refused */
  readonly action?: string
}

export interface StsStandIn {
  readonly url: string
  readonly asked: StsAsked[]
  /** Knows a caller from now on. */
  know(principal: AwsPrincipal): AwsPrincipal
  /** What it answers in place of its own; its own again with undefined. */
  answer: ((request: IncomingMessage, response: ServerResponse) => void) | undefined
  stop(): Promise<void>
}

/** ms by which the clock of a signer may differ, as AWS STS has it */
const SKEW = 15 * 60_000

/**
 * AWS STS as a caller sees it, in one process: it verifies Signature Version 4, in headers and in the query, by the
 * specification and by nothing of ours, takes the Region from the name it is called by, and does what the verified
 * request says, whichever action that is.
 * @param now Unix ms
 */
export async function startSts(now: () => number = Date.now): Promise<StsStandIn> {
  const principals = new Map<string, AwsPrincipal>()
  const asked: StsAsked[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    const seen = {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      body: body.toString(),
    }
    if (standIn.answer !== undefined) {
      asked.push(seen)
      standIn.answer(request, response)
      return
    }
    const proven = prove(request, body, principals, now())
    if ('refusal' in proven) {
      asked.push(seen)
      reply(request, response, 403, {
        Error: { Code: proven.refusal, Message: proven.refusal, Type: 'Sender' },
        RequestId: 'stand-in',
      })
      return
    }
    const parameters = new URLSearchParams(
      request.method === 'GET' ? (request.url?.split('?')[1] ?? '') : body.toString(),
    )
    const action = parameters.get('Action') ?? ''
    asked.push({ ...seen, action })
    const { account, arn, userId } = proven.principal
    const result =
      action === 'GetCallerIdentity'
        ? { Account: account, Arn: arn, UserId: userId }
        : { Credentials: { AccessKeyId: 'ASIASTANDIN' }, Of: action }
    reply(request, response, 200, {
      [`${action}Response`]: {
        [`${action}Result`]: result,
        ResponseMetadata: { RequestId: 'stand-in' },
      },
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const standIn: StsStandIn = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    know(principal) {
      principals.set(principal.accessKeyId, principal)
      return principal
    },
    answer: undefined,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return standIn
}

type Json = { readonly [name: string]: string | Json }

function reply(request: IncomingMessage, response: ServerResponse, status: number, json: Json) {
  const wantsJson = request.headers.accept?.includes('application/json') === true
  response.writeHead(status, { 'content-type': wantsJson ? 'application/json' : 'text/xml' })
  response.end(wantsJson ? JSON.stringify(json) : xml(json))
}

const xml = (json: Json): string =>
  Object.entries(json)
    .map(([name, value]) => `<${name}>${typeof value === 'string' ? value : xml(value)}</${name}>`)
    .join('')

interface Fields {
  readonly credential: string
  readonly signedHeaders: string
  readonly signature: string
  readonly timestamp: string
  readonly token: string | undefined
}

type Proven = { readonly principal: AwsPrincipal } | { readonly refusal: string }

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function prove(
  request: IncomingMessage,
  body: Buffer,
  principals: ReadonlyMap<string, AwsPrincipal>,
  now: number,
): Proven {
  const [path = '', query = ''] = (request.url ?? '').split('?')
  const fields = fieldsOf(request, query)
  if (fields === undefined) return { refusal: 'MissingAuthenticationToken' }
  const [accessKeyId = '', day = '', region = '', service, terminator] =
    fields.credential.split('/')
  const principal = principals.get(accessKeyId)
  if (principal === undefined || principal.sessionToken !== fields.token) {
    return { refusal: 'InvalidClientTokenId' }
  }
  const host = `sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`
  const scoped = service === 'sts' && terminator === 'aws4_request' && request.headers.host === host
  const at = Date.parse(fields.timestamp.replace(/^(.{4})(..)(..T..)(..)(..)Z$/, '$1-$2-$3:$4:$5Z'))
  if (!scoped || fields.timestamp.slice(0, 8) !== day || !(Math.abs(now - at) <= SKEW)) {
    return { refusal: 'SignatureDoesNotMatch' }
  }
  const names = fields.signedHeaders.split(';')
  const headers = names.map((name) => `${name}:${headerOf(request, name)}\n`).join('')
  const canonical = [
    ...[request.method, path, canonicalQuery(query), headers],
    ...[fields.signedHeaders, createHash('sha256').update(body).digest('hex')],
  ].join('\n')
  const scope = `${day}/${region}/sts/aws4_request`
  const digest = createHash('sha256').update(canonical).digest('hex')
  let key: Buffer | string = `AWS4${principal.secretAccessKey}`
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest()
  const toSign = `AWS4-HMAC-SHA256\n${fields.timestamp}\n${scope}\n${digest}`
  const wanted = createHmac('sha256', key).update(toSign).digest('hex')
  const whole = names.includes('host') && wanted === fields.signature
  return whole ? { principal } : { refusal: 'SignatureDoesNotMatch' }
}

function fieldsOf({ headers }: IncomingMessage, query: string): Fields | undefined {
  const found =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=(.+)$/.exec(
      headers.authorization ?? '',
    )
  if (found !== null) {
    const [, credential = '', signedHeaders = '', signature = ''] = found
    const token = headers['x-amz-security-token']?.toString()
    const timestamp = headers['x-amz-date']?.toString() ?? ''
    return { credential, signedHeaders, signature, timestamp, token }
  }
  const parameters = new URLSearchParams(query)
  const signature = parameters.get('X-Amz-Signature')
  if (signature === null) return undefined
  return {
    credential: parameters.get('X-Amz-Credential') ?? '',
    signedHeaders: parameters.get('X-Amz-SignedHeaders') ?? '',
    signature,
    timestamp: parameters.get('X-Amz-Date') ?? '',
    token: parameters.get('X-Amz-Security-Token') ?? undefined,
  }
}

/** All values of a header as they came, white space as the specification has it. */
function headerOf({ rawHeaders }: IncomingMessage, name: string): string {
  const values = rawHeaders.flatMap((one, at) =>
    at % 2 === 0 && one.toLowerCase() === name
      ? [(rawHeaders[at + 1] ?? '').trim().replace(/ +/g, ' ')]
      : [],
  )
  return values.join(',')
}

const encoded = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  )

const canonicalQuery = (query: string): string =>
  [...new URLSearchParams(query)]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join('&')

import { presignRequest, signRequest } from '../../core/signature/sign-request.ts'
import { REGION } from './calls.ts'
import type { Input } from './harness.ts'
import { send } from './http.ts'
import { type Answered, type Api, parametersOf } from './openapi.ts'
import type { Credential, Target } from './target.ts'

/** A request as the document lays it out. */
export interface Laid {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** bytes that a path carries as they are; others go through gateways in the query alone */
const PLAIN = /^[^/:%]+$/

/** Members where the document has them: in the path or, by `~`, the query instead of it; in the query; in the body. */
export function laidOut({ method, path, details }: Api, input: Input): Laid {
  const query = new URLSearchParams()
  const taken = new Set<string>()
  let filled = path
  for (const { name, in: place } of parametersOf(details)) {
    const value = input[name]
    if (place === 'header' || taken.has(name) || value === undefined) continue
    taken.add(name)
    if (place === 'query') {
      for (const one of [value].flat()) query.append(name, String(one))
      continue
    }
    const text = String(value)
    const plain = PLAIN.test(text)
    filled = filled.replace(`{${name}}`, plain ? encodeURIComponent(text) : '~')
    if (!plain) query.append(name, text)
  }
  const rest = Object.entries(input).filter(([name]) => !taken.has(name))
  const hasBody = details.requestBody !== undefined
  // what the document does not have stands where it might
  if (!hasBody) for (const [name, value] of rest) query.append(name, String(value))
  return {
    method,
    path: filled,
    // a '+' of the form encoding would be signed as %2B and read as a space
    query: query.toString().replaceAll('+', '%20'),
    headers: hasBody ? { 'content-type': 'application/json' } : {},
    body: hasBody ? JSON.stringify(Object.fromEntries(rest)) : '',
  }
}

/** How a request is authenticated. */
export type Proof =
  | { readonly way: 'sigv4' | 'presigned'; readonly credential: Credential }
  | { readonly way: 'bearer'; readonly token: string; readonly account: string }

/** s that a presigned request holds */
const PRESIGNED = 300

/** Sends it and answers what came, whatever that is. */
export async function sendLaid(target: Target, laid: Laid, proof: Proof): Promise<Answered> {
  const { method, path, query, body } = laid
  const bytes = Buffer.from(body)
  const { host } = new URL(target.url)
  const plain = { method, path, query, headers: { host, ...laid.headers }, body: bytes }
  const scope = { region: REGION, service: 'kms', now: Date.now() }
  const { query: asked = query, headers } =
    proof.way === 'bearer'
      ? { headers: { ...laid.headers, ...bearerHeaders(proof.token, proof.account) } }
      : proof.way === 'sigv4'
        ? { headers: signRequest(plain, proof.credential, scope) }
        : {
            headers: laid.headers,
            query: presignRequest(plain, proof.credential, {
              ...scope,
              expiresInSeconds: PRESIGNED,
            }),
          }
  const line = asked === '' ? path : `${path}?${asked}`
  const answer = await send(target.url, { method, target: line, headers, body: bytes })
  return { status: answer.status, headers: answer.headers, body: answer.text }
}

const bearerHeaders = (token: string, account: string) => ({
  authorization: `Bearer ${token}`,
  'x-tenkey-account': account,
})

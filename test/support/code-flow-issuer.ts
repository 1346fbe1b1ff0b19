import { hash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

/** An OpenID Connect issuer on this machine, at which everybody is signed in already. */
export interface CodeFlowIssuer {
  readonly url: string
  stop(): void
}

export interface CodeFlowOptions {
  readonly clientId: string
  readonly audience: string
  /** claims of every token beside those of the flow */
  readonly claims: Readonly<Record<string, unknown>>
}

interface Code {
  readonly challenge: string
  readonly redirect: string
}

/**
 * The authorization code flow with PKCE: codes hold once, for the very redirect address and verifier
 * (RFC 7636 §4.6). Pages of every origin may ask for tokens, as at an issuer of public clients.
 */
export async function startCodeFlowIssuer({
  clientId,
  audience,
  claims,
}: CodeFlowOptions): Promise<CodeFlowIssuer> {
  const pair = await generateKeyPair('ES256')
  const keys = [{ ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }]
  const codes = new Map<string, Code>()
  let url = ''

  function authorize(asked: URLSearchParams, response: ServerResponse): void {
    const redirect = asked.get('redirect_uri') ?? ''
    const pkce = asked.get('code_challenge_method') === 'S256' && asked.get('code_challenge')
    if (asked.get('client_id') !== clientId || asked.get('response_type') !== 'code' || !pkce) {
      response.writeHead(400).end()
      return
    }
    const code = randomBytes(16).toString('base64url')
    codes.set(code, { challenge: pkce, redirect })
    const back = new URL(redirect)
    back.search = new URLSearchParams({ code, state: asked.get('state') ?? '' }).toString()
    response.writeHead(302, { location: back.href }).end()
  }

  async function token(asked: URLSearchParams): Promise<object | undefined> {
    const code = codes.get(asked.get('code') ?? '')
    codes.delete(asked.get('code') ?? '')
    const challenge = hash('sha256', asked.get('code_verifier') ?? '', 'base64url')
    if (code?.challenge !== challenge || code.redirect !== asked.get('redirect_uri'))
      return undefined
    const now = Math.floor(Date.now() / 1000)
    const access_token = await new SignJWT({ azp: clientId, sub: 'person-1', ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'one', typ: 'at+jwt' })
      .setIssuer(url)
      .setAudience(audience)
      .setIssuedAt(now)
      .setExpirationTime(now + 300)
      .sign(pair.privateKey)
    return { access_token, token_type: 'Bearer', expires_in: 300 }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', url)
    if (pathname === '/authorize') return authorize(searchParams, response)
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    const found =
      pathname === '/.well-known/openid-configuration'
        ? {
            issuer: url,
            jwks_uri: `${url}/jwks`,
            authorization_endpoint: `${url}/authorize`,
            token_endpoint: `${url}/token`,
          }
        : pathname === '/jwks'
          ? { keys }
          : await token(new URLSearchParams(Buffer.concat(chunks).toString()))
    response.writeHead(found === undefined ? 400 : 200, {
      'content-type': 'application/json',
      'access-control-allow-origin': '*',
    })
    response.end(JSON.stringify(found ?? { error: 'invalid_grant' }))
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}

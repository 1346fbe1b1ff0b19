import type { webcrypto } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

/** Keys of issuers on this machine, and what is signed with them. */
export interface TokenIssuer {
  /** where the keys are */
  readonly jwksUri: string
  /** Signs claims as they are. */
  sign(claims: JWTPayload, header?: { readonly typ?: string }): Promise<string>
  /** The same, by a key that is none of them. */
  forge(claims: JWTPayload): Promise<string>
  stop(): void
}

/** RS256, as the large identity providers sign. */
export async function startTokenIssuer(): Promise<TokenIssuer> {
  const [own, other] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')])
  const jwk = await exportJWK(own.publicKey)
  const keys = JSON.stringify({ keys: [{ ...jwk, kid: 'one', alg: 'RS256', use: 'sig' }] })
  const server: Server = createServer((_request, response) => response.end(keys))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const signed = (claims: JWTPayload, key: webcrypto.CryptoKey, header = {}) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: 'one', typ: 'JWT', ...header })
      .sign(key)
  return {
    jwksUri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`,
    sign: (claims, header) => signed(claims, own.privateKey, header),
    forge: (claims) => signed(claims, other.privateKey),
    stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}

import { createHash, timingSafeEqual } from 'node:crypto'
import {
  type ExternalKeyMetadata,
  hostOf,
  ProxyFailure,
  type ProxyStore,
  type XksProxies,
} from '../custom-key-store/xks.ts'
import { signRequest } from '../signature/sign-request.ts'
import { callPlaces } from './call-places.ts'
import { type Credentials, type CredentialUse, openCredential } from './credential.ts'
import {
  healthIn,
  keyMetadataIn,
  type Members,
  objectIn,
  plaintextIn,
  proxyCiphertextIn,
} from './proxy-answers.ts'
import type { ProxyConnections } from './proxy-connection.ts'
import type { ProxyFailures } from './proxy-failures.ts'

const SERVICE = 'kms-xks-proxy'

/** What calling proxies needs beside them. */
export interface ProxyParts {
  readonly credentials: Credentials
  /** Unix ms, of the machine's clock: signatures live by it */
  readonly wallTime: () => number
  /** told why a proxy did not answer, or not as it should */
  readonly failed: ProxyFailures
}

/**
 * The client of the XKS proxy API, version 1: signed requests (Signature Version 4, service kms-xks-proxy, the
 * headers host and x-amz-date), answers that are looked at before they are believed.
 * @see https://github.com/aws/aws-kms-xksproxy-api-spec
 */
export function xksProxies(
  parts: ProxyParts,
  port: number,
  connections: Pick<ProxyConnections, 'send'>,
): XksProxies {
  const take = callPlaces()

  /** @throws ProxyFailure; KmsError ThrottlingException where too many calls are under way */
  async function ask(store: ProxyStore, call: Call): Promise<Members> {
    const leave = take(store)
    try {
      return await send(store, call)
    } catch (error) {
      if (error instanceof ProxyFailure) parts.failed(store, error)
      throw error
    } finally {
      leave()
    }
  }

  async function send(store: ProxyStore, { path: asked, members, use }: Call): Promise<Members> {
    const { proxy, region } = store
    const path = `${proxy.path}${asked}`
    const host = hostOf(proxy.endpoint)
    const body = Buffer.from(JSON.stringify(members))
    const signed = signRequest(
      { method: 'POST', path, query: '', headers: { host: hostHeader(host) }, body },
      {
        accessKeyId: proxy.accessKeyId,
        secretAccessKey: await openCredential(parts.credentials, store, use),
      },
      { region, service: SERVICE, now: parts.wallTime() },
    )
    const headers = { ...signed, 'content-type': 'application/json' }
    // whether a proxy can be reached is seen by reaching it: a connection that was kept says nothing of that
    const fresh = use === 'store'
    const name = `${store.accountId}/${region}/${store.id}`
    return objectIn(await connections.send({ store: name, host, path, headers, body, fresh }))
  }

  const hostHeader = (host: string) => (port === 443 ? host : `${host}:${port}`)
  /** @throws ProxyFailure KeyNotFoundException for an id that no path can name: a step in it (RFC 3986 §5.2.4), encoded or not */
  function ofKey(externalKey: string, what: string, members: object): Call {
    if (externalKey === '.' || externalKey === '..') {
      throw new ProxyFailure('KeyNotFoundException', 'no path names such a key')
    }
    return { path: `/keys/${externalKey}/${what}`, members, use: 'keys' }
  }

  return {
    async health(store, requestMetadata) {
      healthIn(await ask(store, { path: '/health', members: { requestMetadata }, use: 'store' }))
    },

    async keyMetadata(store, externalKey, requestMetadata): Promise<ExternalKeyMetadata> {
      return keyMetadataIn(await ask(store, ofKey(externalKey, 'metadata', { requestMetadata })))
    },

    async encrypt(store, externalKey, { plaintext, aad }, requestMetadata) {
      const request = ofKey(externalKey, 'encrypt', {
        requestMetadata,
        plaintext: plaintext.toString('base64'),
        encryptionAlgorithm: 'AES_GCM',
        additionalAuthenticatedData: aad.toString('base64'),
        ciphertextDataIntegrityValueAlgorithm: 'SHA_256',
      })
      const answer = await ask(store, request)
      const { integrity, ...sealed } = proxyCiphertextIn(answer, plaintext.length)
      // that what the proxy can decrypt is what came here (specification, "encrypt")
      const { metadata, iv, ciphertext, tag } = sealed
      const digest = createHash('sha256')
      for (const part of [aad, metadata, iv, ciphertext, tag]) digest.update(part)
      if (timingSafeEqual(digest.digest(), integrity)) return sealed
      throw new ProxyFailure('Malformed', 'the integrity value is not that of the ciphertext')
    },

    async decrypt(store, externalKey, { ciphertext, iv, tag, metadata, aad }, requestMetadata) {
      const request = ofKey(externalKey, 'decrypt', {
        requestMetadata,
        ciphertext: ciphertext.toString('base64'),
        encryptionAlgorithm: 'AES_GCM',
        initializationVector: iv.toString('base64'),
        authenticationTag: tag.toString('base64'),
        additionalAuthenticatedData: aad.toString('base64'),
        ...(metadata.length > 0 && { ciphertextMetadata: metadata.toString('base64') }),
      })
      return plaintextIn(await ask(store, request), ciphertext.length)
    },
  }
}

/** One call of a proxy. */
interface Call {
  /** behind the proxy's own */
  readonly path: string
  readonly members: object
  readonly use: CredentialUse
}

/** A store and its proxy, as a call of it needs them. */
export const proxyStore = (
  home: Pick<ProxyStore, 'accountId' | 'region'>,
  { id, proxy }: Pick<ProxyStore, 'id' | 'proxy'>,
): ProxyStore => ({ accountId: home.accountId, region: home.region, id, proxy })

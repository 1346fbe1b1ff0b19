import { createHash, timingSafeEqual } from 'node:crypto'
import { KmsError } from '../base/errors.ts'
import {
  type ExternalKeyMetadata,
  ProxyFailure,
  type ProxyStore,
  type XksProxies,
} from '../custom-key-store/xks.ts'
import { signRequest } from '../signature/sign-request.ts'
import { type Credentials, openCredential } from './credential.ts'
import {
  healthIn,
  keyMetadataIn,
  type Members,
  objectIn,
  plaintextIn,
  proxyCiphertextIn,
} from './proxy-answers.ts'
import type { ProxyConnections } from './proxy-connection.ts'

/** calls under way of one store in this process; AWS KMS bounds them by their rate */
const MOST_UNDER_WAY = 64
const SERVICE = 'kms-xks-proxy'

/** What calling proxies needs beside them. */
export interface ProxyParts {
  readonly credentials: Credentials
  /** Unix ms, of the machine's clock: signatures live by it */
  readonly wallTime: () => number
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
  const underWay = new Map<string, number>()

  /** @throws ProxyFailure; KmsError ThrottlingException where too many calls of the store are under way */
  async function ask(store: ProxyStore, path: string, members: object): Promise<Members> {
    const slot = `${store.accountId}/${store.region}/${store.id}`
    const count = underWay.get(slot) ?? 0
    if (count >= MOST_UNDER_WAY) throw tooMany()
    underWay.set(slot, count + 1)
    try {
      return await send(store, `${store.proxy.path}${path}`, members)
    } finally {
      const left = (underWay.get(slot) ?? 1) - 1
      if (left === 0) underWay.delete(slot)
      else underWay.set(slot, left)
    }
  }

  async function send(store: ProxyStore, path: string, members: object): Promise<Members> {
    const { proxy, region } = store
    const host = proxy.endpoint.replace('https://', '').toLowerCase()
    const body = Buffer.from(JSON.stringify(members))
    const signed = signRequest(
      { method: 'POST', path, query: '', headers: { host: hostHeader(host) }, body },
      {
        accessKeyId: proxy.accessKeyId,
        secretAccessKey: await openCredential(parts.credentials, store),
      },
      { region, service: SERVICE, now: parts.wallTime() },
    )
    const headers = { ...signed, 'content-type': 'application/json' }
    return objectIn(await connections.send({ host, path, headers, body }))
  }

  const hostHeader = (host: string) => (port === 443 ? host : `${host}:${port}`)
  const keyPath = (externalKey: string, what: string) => `/keys/${externalKey}/${what}`

  return {
    async health(store, requestMetadata) {
      healthIn(await ask(store, '/health', { requestMetadata }))
    },

    async keyMetadata(store, externalKey, requestMetadata): Promise<ExternalKeyMetadata> {
      return keyMetadataIn(await ask(store, keyPath(externalKey, 'metadata'), { requestMetadata }))
    },

    async encrypt(store, externalKey, { plaintext, aad }, requestMetadata) {
      const answer = await ask(store, keyPath(externalKey, 'encrypt'), {
        requestMetadata,
        plaintext: plaintext.toString('base64'),
        encryptionAlgorithm: 'AES_GCM',
        additionalAuthenticatedData: aad.toString('base64'),
        ciphertextDataIntegrityValueAlgorithm: 'SHA_256',
      })
      const { integrity, ...sealed } = proxyCiphertextIn(answer, plaintext.length)
      // that what the proxy can decrypt is what came here (specification, "encrypt")
      const { metadata, iv, ciphertext, tag } = sealed
      const digest = createHash('sha256')
      for (const part of [aad, metadata, iv, ciphertext, tag]) digest.update(part)
      if (timingSafeEqual(digest.digest(), integrity)) return sealed
      throw new ProxyFailure('Malformed', 'the integrity value is not that of the ciphertext')
    },

    async decrypt(store, externalKey, { ciphertext, iv, tag, metadata, aad }, requestMetadata) {
      const answer = await ask(store, keyPath(externalKey, 'decrypt'), {
        requestMetadata,
        ciphertext: ciphertext.toString('base64'),
        encryptionAlgorithm: 'AES_GCM',
        initializationVector: iv.toString('base64'),
        authenticationTag: tag.toString('base64'),
        additionalAuthenticatedData: aad.toString('base64'),
        ...(metadata.length > 0 && { ciphertextMetadata: metadata.toString('base64') }),
      })
      return plaintextIn(answer, ciphertext.length)
    },
  }
}

const tooMany = () =>
  new KmsError(
    'ThrottlingException',
    'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.',
  )

/** A store and its proxy, as a call of it needs them. */
export const proxyStore = (
  home: Pick<ProxyStore, 'accountId' | 'region'>,
  { id, proxy }: Pick<ProxyStore, 'id' | 'proxy'>,
): ProxyStore => ({ accountId: home.accountId, region: home.region, id, proxy })

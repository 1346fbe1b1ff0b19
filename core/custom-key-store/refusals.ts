import { StoreConflict } from '../base/conflict.ts'
import { KmsError } from '../base/errors.ts'
import type { ConnectionState, CustomKeyStore, HsmCluster, XksProxy } from './custom-key-store.ts'
import { hostOf } from './xks.ts'

/*
 * What operations on custom key stores are refused with. AWS documents the codes; where no text of AWS's is
 * on record, it is chosen here, and docs/api.md says so.
 */

/** @param given the id or the name that was asked for */
export const noSuchStore = (given: string, by: 'ID' | 'name' = 'ID'): KmsError =>
  new KmsError(
    'CustomKeyStoreNotFoundException',
    `The custom key store with ${by} ${given} does not exist.`,
  )

/** One of the stores, by its id. @throws KmsError CustomKeyStoreNotFoundException */
export function requireStore(stores: readonly CustomKeyStore[], id: string): CustomKeyStore {
  const store = stores.find((one) => one.id === id)
  if (store === undefined) throw noSuchStore(id)
  return store
}

/** Whether two that were read are the same: what is written anew has another order of members at most. */
export const isSame = <T extends CustomKeyStore | XksProxy>(a: T, b: T): boolean =>
  JSON.stringify(a) === JSON.stringify(b)

/** That a store is as it was read before. @throws StoreConflict; KmsError CustomKeyStoreNotFoundException */
export function requireUnchanged(stores: readonly CustomKeyStore[], before: CustomKeyStore): void {
  if (isSame(requireStore(stores, before.id), before)) return
  throw new StoreConflict(`the custom key store ${before.id} was changed meanwhile`)
}

/** @throws KmsError CustomKeyStoreInvalidStateException in a state that is none of these */
export function requireState(
  { id, state }: CustomKeyStore,
  ...legal: readonly ConnectionState[]
): void {
  if (legal.includes(state)) return
  throw new KmsError(
    'CustomKeyStoreInvalidStateException',
    `The custom key store ${id} is in the connection state ${state}; it must be ${legal.join(' or ')}.`,
  )
}

/** Refuses a name that another of the stores has. @throws KmsError CustomKeyStoreNameInUseException */
export function requireFreeName(
  stores: readonly CustomKeyStore[],
  name: string,
  own?: string,
): void {
  if (!stores.some((one) => one.name === name && one.id !== own)) return
  throw new KmsError(
    'CustomKeyStoreNameInUseException',
    `A custom key store named ${name} exists in this account and Region.`,
  )
}

/** Refuses a proxy that another of the stores has. @throws KmsError XksProxyUriInUseException */
export function requireFreeUri(
  stores: readonly CustomKeyStore[],
  { endpoint, path }: { readonly endpoint: string; readonly path: string },
  own?: string,
): void {
  const host = hostOf(endpoint)
  const taken = stores.some(
    (one) =>
      one.type === 'EXTERNAL_KEY_STORE' &&
      one.id !== own &&
      hostOf(one.proxy.endpoint) === host &&
      one.proxy.path === path,
  )
  if (!taken) return
  throw new KmsError(
    'XksProxyUriInUseException',
    `The proxy ${endpoint}${path} is that of another custom key store in this account and Region.`,
  )
}

/** One text for a cluster that nobody registered, that is another account's, or that this machine has no part in. */
export const noSuchCluster = (cluster: string): KmsError =>
  new KmsError('CloudHsmClusterNotFoundException', `The cluster ${cluster} does not exist.`)

/**
 * Refuses a cluster that another of the stores has, or one with which it shares its certificate, as the clusters
 * made of one backup do (API_CreateCustomKeyStore).
 * @throws KmsError CloudHsmClusterInUseException
 */
export function requireFreeCluster(
  stores: readonly CustomKeyStore[],
  cluster: Pick<HsmCluster, 'id' | 'trustAnchor'>,
): void {
  const taken = stores.some(
    (one) =>
      one.type === 'AWS_CLOUDHSM' &&
      (one.cluster.id === cluster.id || isSameAnchor(one.cluster.trustAnchor, cluster.trustAnchor)),
  )
  if (!taken) return
  throw new KmsError(
    'CloudHsmClusterInUseException',
    `The cluster ${cluster.id}, or one that it shares a backup history with, is that of another custom key store in this account and Region.`,
  )
}

/** Whether two PEM texts have the same certificate first, whatever stands around it and how its lines are broken. */
export const isSameAnchor = (one: string, other: string): boolean => {
  const bytes = certificateIn(one)
  return bytes !== undefined && bytes === certificateIn(other)
}

/** base64 of the first certificate of a PEM text; undefined where there is none */
export function certificateIn(pem: string): string | undefined {
  const [, body = ''] =
    /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/.exec(pem) ?? []
  return body.replaceAll(/\s/g, '') || undefined
}

/** There are no VPC endpoint services outside AWS. */
export const noSuchService = (service: string): KmsError =>
  new KmsError(
    'XksProxyVpcEndpointServiceNotFoundException',
    `The VPC endpoint service ${service} does not exist: proxies are called at public endpoints.`,
  )

import { KmsError } from '../base/errors.ts'
import type { ConnectionState, CustomKeyStore } from './custom-key-store.ts'

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
  // host names are the same in any case; paths are not
  const host = endpoint.toLowerCase()
  const taken = stores.some(
    ({ id, proxy }) => id !== own && proxy.endpoint.toLowerCase() === host && proxy.path === path,
  )
  if (!taken) return
  throw new KmsError(
    'XksProxyUriInUseException',
    `The proxy ${endpoint}${path} is that of another custom key store in this account and Region.`,
  )
}

/** No cluster is registered anywhere: there is none that a store could be of. */
export const noSuchCluster = (cluster: string): KmsError =>
  new KmsError('CloudHsmClusterNotFoundException', `The cluster ${cluster} does not exist.`)

/** There are no VPC endpoint services outside AWS. */
export const noSuchService = (service: string): KmsError =>
  new KmsError(
    'XksProxyVpcEndpointServiceNotFoundException',
    `The VPC endpoint service ${service} does not exist: proxies are called at public endpoints.`,
  )

import type { CustomKeyStore, XksProxy } from '../../core/custom-key-store/custom-key-store.ts'
import { requireFreeName, requireFreeUri } from '../../core/custom-key-store/refusals.ts'
import { requireHost } from './key-store-members.ts'

/** What CreateCustomKeyStore and UpdateCustomKeyStore are both refused with. */
export const PROXY_REFUSALS = [
  'CustomKeyStoreNameInUseException',
  'XksProxyIncorrectAuthenticationCredentialException',
  'XksProxyInvalidConfigurationException',
  'XksProxyInvalidResponseException',
  'XksProxyUriInUseException',
  'XksProxyUriUnreachableException',
  'XksProxyVpcEndpointServiceNotFoundException',
] as const

/**
 * That a store can be called so, and be at its proxy, among the account's others.
 * @param own id of the store, where it is one of them
 * @throws KmsError CustomKeyStoreNameInUseException, XksProxyUriInUseException, XksProxyInvalidConfigurationException
 */
export function requirePlace(
  stores: readonly CustomKeyStore[],
  { name, proxy }: { readonly name: string; readonly proxy: Pick<XksProxy, 'endpoint' | 'path'> },
  own?: string,
): void {
  requireHost(proxy.endpoint)
  requireFreeName(stores, name, own)
  requireFreeUri(stores, proxy, own)
}

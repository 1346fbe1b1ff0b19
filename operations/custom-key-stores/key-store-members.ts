import { KmsError } from '../../core/base/errors.ts'
import {
  CONNECTION_ERROR_CODES,
  CONNECTION_STATES,
} from '../../core/custom-key-store/custom-key-store.ts'
import { noSuchService } from '../../core/custom-key-store/refusals.ts'
import { oneOf, optional, string, struct } from '../../core/shape/shapes.ts'

/** Members that operations on custom key stores share, with the bounds of AWS's API model. */
export const storeId = string({ min: 1, max: 64 })
export const storeName = string({ min: 1, max: 256 })
export const storeType = oneOf(['AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE'])
export const clusterId = string({ min: 19, max: 24, pattern: 'cluster-[2-7a-zA-Z]{11,16}' })
export const trustAnchor = string({ min: 1, max: 5000 })
export const keyStorePassword = string({ min: 7, max: 32, sensitive: true })
export const connectionState = oneOf(CONNECTION_STATES)
export const connectionErrorCode = oneOf(CONNECTION_ERROR_CODES)
export const proxyEndpoint = string({ min: 10, max: 128, pattern: '^https://[a-zA-Z0-9.-]+$' })
export const proxyPath = string({
  min: 10,
  max: 128,
  pattern: '^(/[a-zA-Z0-9\\/_-]+/kms/xks/v\\d{1,2})$|^(/kms/xks/v\\d{1,2})$',
})
export const endpointService = string({
  min: 20,
  max: 64,
  pattern: '^(com|eu)\\.amazonaws\\.vpce\\.([a-z]+-){2,3}\\d+\\.vpce-svc-[0-9a-z]+$',
})
export const endpointServiceOwner = string({ min: 12, max: 12, pattern: '[0-9]{12}' })
export const proxyAccessKeyId = string({
  min: 20,
  max: 30,
  pattern: '^[A-Z2-7]+$',
  sensitive: true,
})
export const proxyCredential = struct({
  AccessKeyId: proxyAccessKeyId,
  RawSecretAccessKey: string({
    min: 43,
    max: 64,
    pattern: '^[a-zA-Z0-9\\/+=]+$',
    sensitive: true,
  }),
})
export const proxyConnectivity = oneOf(['PUBLIC_ENDPOINT', 'VPC_ENDPOINT_SERVICE'])

/** How Create and Update say which proxy. */
export const proxyMembers = {
  XksProxyUriEndpoint: optional(proxyEndpoint),
  XksProxyUriPath: optional(proxyPath),
  XksProxyVpcEndpointServiceName: optional(endpointService),
  XksProxyVpcEndpointServiceOwner: optional(endpointServiceOwner),
  // a record has nothing of a credential
  XksProxyAuthenticationCredential: optional({ ...proxyCredential, redact: () => undefined }),
  XksProxyConnectivity: optional(proxyConnectivity),
}

/** What UpdateCustomKeyStore takes. */
export const changeMembers = struct({
  CustomKeyStoreId: storeId,
  NewCustomKeyStoreName: optional(storeName),
  KeyStorePassword: optional(keyStorePassword),
  CloudHsmClusterId: optional(clusterId),
  ...proxyMembers,
})

interface Connectivity {
  readonly XksProxyConnectivity?: 'PUBLIC_ENDPOINT' | 'VPC_ENDPOINT_SERVICE' | undefined
  readonly XksProxyVpcEndpointServiceName?: string | undefined
  readonly XksProxyVpcEndpointServiceOwner?: string | undefined
}

/** Members that belong to one connectivity are refused with the other. @throws KmsError ValidationException */
export function checkConnectivity(input: Connectivity): void {
  if (input.XksProxyConnectivity === 'VPC_ENDPOINT_SERVICE') {
    needMember(
      'an external key store at a VPC endpoint service',
      'XksProxyVpcEndpointServiceName',
      input.XksProxyVpcEndpointServiceName,
    )
    return
  }
  refuseMembers('an external key store with a public endpoint', {
    XksProxyVpcEndpointServiceName: input.XksProxyVpcEndpointServiceName,
    XksProxyVpcEndpointServiceOwner: input.XksProxyVpcEndpointServiceOwner,
  })
}

/** @throws KmsError XksProxyVpcEndpointServiceNotFoundException: there are none outside AWS */
export function refuseService({ XksProxyVpcEndpointServiceName: service }: Connectivity): void {
  if (service !== undefined) throw noSuchService(service)
}

/** @throws KmsError ValidationException for a member that what is asked for has no use of */
export function refuseMembers(what: string, members: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(members)) {
    if (value === undefined) continue
    throw new KmsError('ValidationException', `${name} is not a parameter of ${what}.`)
  }
}

/** A member that what is asked for needs. @throws KmsError ValidationException where it is missing */
export function needMember<T>(what: string, name: string, value: T | undefined): T {
  if (value !== undefined) return value
  throw new KmsError('ValidationException', `${name} is a required parameter of ${what}.`)
}

/**
 * A proxy is named by its host, never by an address (XKS proxy API specification, "URIs").
 * @throws KmsError XksProxyInvalidConfigurationException
 */
export function requireHost(endpoint: string): void {
  if (!/^https:\/\/[\d.]+$/.test(endpoint)) return
  throw new KmsError(
    'XksProxyInvalidConfigurationException',
    'The endpoint of an external key store proxy is a host name, not an address.',
  )
}

/** What an audit record has of a call on a store, beside its input. */
export interface NamedStore {
  readonly name: string
}
export const auditedStore = ({ output }: { readonly output: NamedStore | undefined }) => ({
  additional: output && { customKeyStoreName: output.name },
})

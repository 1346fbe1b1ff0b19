/** ConnectionState (API_CustomKeyStoresListEntry). */
export const CONNECTION_STATES = [
  'CONNECTED',
  'CONNECTING',
  'FAILED',
  'DISCONNECTED',
  'DISCONNECTING',
] as const
export type ConnectionState = (typeof CONNECTION_STATES)[number]

/** ConnectionErrorCode, in the API model's order. Those of subnets and VPC endpoint services never occur. */
export const CONNECTION_ERROR_CODES = [
  'INVALID_CREDENTIALS',
  'CLUSTER_NOT_FOUND',
  'NETWORK_ERRORS',
  'INTERNAL_ERROR',
  'INSUFFICIENT_CLOUDHSM_HSMS',
  'USER_LOCKED_OUT',
  'USER_NOT_FOUND',
  'USER_LOGGED_IN',
  'SUBNET_NOT_FOUND',
  'INSUFFICIENT_FREE_ADDRESSES_IN_SUBNET',
  'XKS_PROXY_ACCESS_DENIED',
  'XKS_PROXY_NOT_REACHABLE',
  'XKS_VPC_ENDPOINT_SERVICE_NOT_FOUND',
  'XKS_PROXY_INVALID_RESPONSE',
  'XKS_PROXY_INVALID_CONFIGURATION',
  'XKS_VPC_ENDPOINT_SERVICE_INVALID_CONFIGURATION',
  'XKS_PROXY_TIMED_OUT',
  'XKS_PROXY_INVALID_TLS_CONFIGURATION',
] as const
export type ConnectionErrorCode = (typeof CONNECTION_ERROR_CODES)[number]

/** An external key store proxy, and how it is called. */
export interface XksProxy {
  /** https:// and a host name */
  readonly endpoint: string
  /** ends in /kms/xks/v1 */
  readonly path: string
  readonly accessKeyId: string
  /** the secret access key, wrapped under the account's tenant key (core/external-store/credential.ts) */
  readonly secret: string
  /** the same, wrapped for the use of keys: while the store is connected, and no longer */
  readonly connected?: string
}

/** The cluster of an AWS CloudHSM key store: a token that the operator registered for the account. */
export interface HsmCluster {
  /** cluster- and 11 to 16 of 2-7, a-z, A-Z */
  readonly id: string
  /** PEM of the certificate that the cluster is known by */
  readonly trustAnchor: string
  /** kmsuser's password, wrapped under the account's tenant key (core/external-store/credential.ts) */
  readonly password: string
  /** the same, wrapped for the use of keys: anew with each connection, and no longer than it */
  readonly connected?: string
}

/** What custom key stores of both types have. */
interface AnyStore {
  /** cks- and 17 hex digits */
  readonly id: string
  readonly name: string
  /** Unix ms */
  readonly created: number
  readonly state: ConnectionState
  /** of CONNECTING and DISCONNECTING: Unix ms since, and which attempt it is */
  readonly underWay?: { readonly at: number; readonly attempt: string }
  /** of FAILED */
  readonly error?: ConnectionErrorCode
}

export interface ExternalKeyStore extends AnyStore {
  readonly type: 'EXTERNAL_KEY_STORE'
  readonly proxy: XksProxy
}

export interface ClusterKeyStore extends AnyStore {
  readonly type: 'AWS_CLOUDHSM'
  readonly cluster: HsmCluster
}

/** A custom key store, as it is stored. */
export type CustomKeyStore = ExternalKeyStore | ClusterKeyStore

/** A custom key store's name, with its place: account, Region, id. */
export interface CustomKeyStoreName {
  readonly accountId: string
  readonly region: string
  readonly id: string
}

/** stores of an account in a Region (KMS Developer Guide, "Resource quotas") */
export const MOST_STORES = 10

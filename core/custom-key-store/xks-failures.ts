import { type ErrorCode, KmsError } from '../base/errors.ts'
import type { ConnectionErrorCode } from './custom-key-store.ts'
import {
  type ExternalKeyMetadata,
  ProxyFailure,
  type ProxyFailureReason,
  type ProxyStore,
  type RequestMetadata,
  type XksProxies,
} from './xks.ts'

/** What becomes of a proxy's failure, by what was asked. */
interface Row {
  /** CreateCustomKeyStore and UpdateCustomKeyStore */
  readonly store: ErrorCode
  /** CreateKey */
  readonly key: ErrorCode
  /** ConnectionErrorCode of a store that does not connect */
  readonly connection: ConnectionErrorCode
  readonly message: string
}

const REPORT =
  'If you see this error repeatedly, report it to your external key store proxy administrator.'

const INVALID: Omit<Row, 'message'> = {
  store: 'XksProxyInvalidResponseException',
  key: 'CustomKeyStoreInvalidStateException',
  connection: 'XKS_PROXY_INVALID_RESPONSE',
}
const UNREACHABLE: Omit<Row, 'message'> = {
  store: 'XksProxyUriUnreachableException',
  key: 'CustomKeyStoreInvalidStateException',
  connection: 'XKS_PROXY_NOT_REACHABLE',
}
const TIMED_OUT: Omit<Row, 'message'> = { ...UNREACHABLE, connection: 'XKS_PROXY_TIMED_OUT' }
const BAD_KEY: Omit<Row, 'message'> = { ...INVALID, key: 'XksKeyInvalidConfigurationException' }

const ROWS: { readonly [reason in ProxyFailureReason]: Row } = {
  ValidationException: {
    ...INVALID,
    message: `AWS KMS cannot interpret the response from the external key store proxy. ${REPORT}`,
  },
  Malformed: {
    ...INVALID,
    message: `AWS KMS cannot interpret the response from the external key store proxy. ${REPORT}`,
  },
  InvalidStateException: {
    ...BAD_KEY,
    message:
      'The external key associated with this KMS key in an external key store is not enabled in the external key manager. Enable the external key in the external key manager and retry the request.',
  },
  InvalidCiphertextException: {
    ...INVALID,
    message:
      'The external key store proxy rejected the request because the specified ciphertext or encryption context is corrupted, missing, or otherwise invalid.',
  },
  WrongPlaintext: {
    ...INVALID,
    message:
      'The ciphertext that the external key store proxy submitted for decryption, or the encryption context, is corrupted, missing, or otherwise invalid.',
  },
  InvalidKeyUsageException: {
    ...BAD_KEY,
    message:
      'The external key associated with this KMS key in an external key store does not support the requested operation. Enable the operation on the key in your external key manager, and try the request again.',
  },
  AuthenticationFailedException: {
    store: 'XksProxyIncorrectAuthenticationCredentialException',
    key: 'CustomKeyStoreInvalidStateException',
    connection: 'INVALID_CREDENTIALS',
    message:
      'The external key store proxy rejected the request because it could not authenticate AWS KMS. Verify the XKS proxy authentication credentials for your external key store and update if necessary.',
  },
  AccessDeniedException: {
    ...INVALID,
    connection: 'XKS_PROXY_ACCESS_DENIED',
    message:
      'The external key store proxy denied access to the operation. Verify that the user and the external key are both authorized for this operation, and try the request again.',
  },
  KeyNotFoundException: {
    ...INVALID,
    key: 'XksKeyNotFoundException',
    message:
      'The external key associated with this KMS key in an external key store was not found in its external key manager. If the external key ID associated with this KMS key is incorrect, create a new KMS key with the correct external key ID.',
  },
  InvalidUriPathException: {
    store: 'XksProxyInvalidConfigurationException',
    key: 'CustomKeyStoreInvalidStateException',
    connection: 'XKS_PROXY_INVALID_CONFIGURATION',
    message:
      'The external key store proxy rejected the request because of an invalid URI path. Verify the URI path for your external key store and update if necessary.',
  },
  UnsupportedOperationException: {
    ...INVALID,
    key: 'UnsupportedOperationException',
    message: `The external key store proxy rejected the request because it does not support the requested operation. ${REPORT}`,
  },
  DependencyTimeoutException: {
    ...TIMED_OUT,
    message: `The external key store proxy did not respond to the request in the time allotted. Retry the request. ${REPORT}`,
  },
  ThrottlingException: {
    ...UNREACHABLE,
    message:
      'The external key store proxy rejected the request due to a very high request rate. Reduce the frequency of your calls using KMS keys in this external key store.',
  },
  InternalException: {
    ...INVALID,
    message:
      'The external key store proxy rejected the request because it cannot communicate with the external key manager. Verify that the external key store proxy configuration is correct and that the external key manager is available.',
  },
  Unreachable: {
    ...UNREACHABLE,
    message:
      'AWS KMS cannot communicate with the external key store proxy. This might be a transient network issue. If you see this error repeatedly, verify that your external key store proxy is active and is connected to the network, and that its endpoint URI is correct in your external keystore.',
  },
  NoTls: {
    ...UNREACHABLE,
    connection: 'XKS_PROXY_INVALID_TLS_CONFIGURATION',
    message:
      'AWS KMS cannot establish a TLS connection to the external key store proxy. Verify the TLS configuration, including its certificate.',
  },
  TimedOut: {
    ...TIMED_OUT,
    message: `AWS KMS rejected the request because the external key store proxy did not respond in time. Retry the request. ${REPORT}`,
  },
  Unavailable: {
    ...UNREACHABLE,
    message:
      'The external key store proxy is in an unhealthy state. Verify that its external key managers are available.',
  },
}

/** What each operation is refused with where its proxy failed, in the specification's words. */
export const refusalFor = (asked: 'store' | 'key' | 'use', { reason }: ProxyFailure): KmsError => {
  const row = ROWS[reason]
  // whatever the proxy says, a key that can't be used is one in an invalid state
  return new KmsError(asked === 'use' ? 'KMSInvalidStateException' : row[asked], row.message)
}

/** ConnectionErrorCode of a store whose proxy failed. */
export const connectionError = ({ reason }: ProxyFailure): ConnectionErrorCode =>
  ROWS[reason].connection

/**
 * That an external key can be a KMS key's (KMS Developer Guide, "Requirements for a KMS key in an external key
 * store", whose texts these are).
 * @throws KmsError XksKeyInvalidConfigurationException
 */
function checkExternalKey({ keySpec, keyUsage, keyStatus }: ExternalKeyMetadata): void {
  const refuse = (message: string) => {
    throw new KmsError('XksKeyInvalidConfigurationException', message)
  }
  if (keySpec !== 'AES_256') {
    refuse(
      `The key spec of the external key must be AES_256. The key spec of specified external key is ${keySpec}.`,
    )
  }
  if (keyStatus !== 'ENABLED') {
    refuse(
      `The status of the external key must be ENABLED. The status of specified external key is ${keyStatus}.`,
    )
  }
  if (!['ENCRYPT', 'DECRYPT'].every((usage) => keyUsage.includes(usage))) {
    refuse(
      `The key usage of the external key must include ENCRYPT and DECRYPT. The key use of specified external key is ${keyUsage.join(', ')}.`,
    )
  }
}

/**
 * That a store's proxy works, before the store is made or changed.
 * @throws KmsError XksProxyUriUnreachableException and the others of CreateCustomKeyStore
 */
export async function probe(
  proxies: Pick<XksProxies, 'health'>,
  store: ProxyStore,
  kmsOperation: string,
  kmsRequestId: string,
): Promise<void> {
  try {
    await proxies.health(store, { kmsOperation, kmsRequestId })
  } catch (error) {
    if (error instanceof ProxyFailure) throw refusalFor('store', error)
    throw error
  }
}

/**
 * That an external key can be a KMS key's, asked of its proxy.
 * @throws KmsError XksKeyNotFoundException and the others of CreateKey
 */
export async function requireExternalKey(
  proxies: Pick<XksProxies, 'keyMetadata'>,
  store: ProxyStore,
  externalKey: string,
  metadata: RequestMetadata,
): Promise<void> {
  try {
    checkExternalKey(await proxies.keyMetadata(store, externalKey, metadata))
  } catch (error) {
    if (error instanceof ProxyFailure) throw refusalFor('key', error)
    throw error
  }
}

import { type ErrorCode, KmsError } from '../base/errors.ts'
import { TokenFailure, type TokenFailureReason } from './cluster.ts'
import type { ConnectionErrorCode } from './custom-key-store.ts'

/** What becomes of a token's failure, by what was asked. */
interface Row {
  /** CreateCustomKeyStore, UpdateCustomKeyStore and ConnectCustomKeyStore, before anything is begun */
  readonly store: ErrorCode
  /** CreateKey */
  readonly key: ErrorCode
  /** GenerateRandom */
  readonly random: ErrorCode
  /** Encrypt, Decrypt and the others that use a key */
  readonly use: ErrorCode
  /** ConnectionErrorCode of a store that does not connect */
  readonly connection: ConnectionErrorCode
  /** undefined where AWS KMS says nothing */
  readonly message: string | undefined
}

const INVALID = 'CloudHsmClusterInvalidConfigurationException'
const STATE = 'CustomKeyStoreInvalidStateException'
/** AWS's words (KMS Developer Guide, "How to fix a failing KMS key") */
const UNREACHABLE = 'KMS cannot communicate with your CloudHSM cluster'

/** A token that is away, for whatever reason. */
const AWAY: Row = {
  store: 'CloudHsmClusterNotActiveException',
  key: INVALID,
  random: STATE,
  use: 'KMSInvalidStateException',
  connection: 'INSUFFICIENT_CLOUDHSM_HSMS',
  message: UNREACHABLE,
}
/** A user who is not let in: nothing that was done before the login knows it. */
const REFUSED: Omit<Row, 'connection' | 'message'> = {
  store: INVALID,
  key: STATE,
  random: STATE,
  use: 'KMSInvalidStateException',
}

const ROWS: { readonly [reason in TokenFailureReason]: Row } = {
  NotFound: {
    ...AWAY,
    store: 'CloudHsmClusterNotFoundException',
    connection: 'CLUSTER_NOT_FOUND',
  },
  Absent: AWAY,
  NotInitialized: AWAY,
  Unfit: {
    ...AWAY,
    store: INVALID,
    connection: 'INTERNAL_ERROR',
    message:
      'The cluster does not meet the requirements of a custom key store: it must generate AES keys of 256 bits that are sensitive and not extractable, and encrypt with AES-GCM.',
  },
  WrongPassword: {
    ...REFUSED,
    connection: 'INVALID_CREDENTIALS',
    message: 'The kmsuser password of the custom key store is not that of the cluster.',
  },
  LockedOut: {
    ...REFUSED,
    connection: 'USER_LOCKED_OUT',
    message: 'The kmsuser of the cluster is locked out after too many wrong passwords.',
  },
  NoUser: {
    ...REFUSED,
    connection: 'USER_NOT_FOUND',
    message: 'The cluster has no kmsuser.',
  },
  LoggedIn: {
    ...REFUSED,
    connection: 'USER_LOGGED_IN',
    message: 'The kmsuser is logged in to the cluster from elsewhere.',
  },
  TimedOut: { ...AWAY, connection: 'NETWORK_ERRORS' },
  Broken: { ...AWAY, connection: 'INTERNAL_ERROR' },
  // AWS: too many PKCS #11 sessions are KMSInternalException, to be tried again
  NoSession: {
    store: 'KMSInternalException',
    key: 'KMSInternalException',
    random: 'KMSInternalException',
    use: 'KMSInternalException',
    connection: 'INTERNAL_ERROR',
    message: 'The cluster has no session left. Retry the request.',
  },
  NoKey: {
    ...AWAY,
    connection: 'INTERNAL_ERROR',
    message: 'The key material of this KMS key is not in the CloudHSM cluster of its key store.',
  },
  NotAuthentic: {
    ...AWAY,
    use: 'InvalidCiphertextException',
    connection: 'INTERNAL_ERROR',
    message: undefined,
  },
}

/** What is asked of a token, by what it is asked for. */
export type AskedOfToken = 'store' | 'key' | 'random' | 'use'

/** What each operation is refused with where its token failed. */
export function clusterRefusal(asked: AskedOfToken, { reason }: TokenFailure): KmsError {
  const row = ROWS[reason]
  return new KmsError(row[asked], row.message)
}

/** ConnectionErrorCode of a store whose token failed. */
export const clusterConnectionError = ({ reason }: TokenFailure): ConnectionErrorCode =>
  ROWS[reason].connection

/** Does what a token is asked, and refuses as AWS KMS does what comes to nothing. */
export async function refusedAs<T>(asked: AskedOfToken, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof TokenFailure) throw clusterRefusal(asked, error)
    throw error
  }
}

import type { ClusterKeyStore, CustomKeyStoreName } from './custom-key-store.ts'

/** What an operator registered for an account: a token that stands for a cluster. */
export interface RegisteredCluster {
  /** PEM of the certificate that whoever makes a key store of it must have */
  readonly trustAnchor: string
}

/** A store of an account, and its token, as a call of it needs them. */
export interface TokenStore extends CustomKeyStoreName {
  readonly cluster: string
  /** the password, wrapped: another text is another password */
  readonly sealed: string
  /** Opens it; it is asked for when somebody must log in. */
  password(): Promise<string>
}

/** What a token made of bytes that it encrypted by AES-256-GCM. */
export interface TokenCiphertext {
  /** 12 bytes */
  readonly iv: Buffer
  /** as long as the plaintext */
  readonly ciphertext: Buffer
  /** 16 bytes */
  readonly tag: Buffer
}

/**
 * The tokens of a machine, by the clusters they are registered as. Keys in a token are named by 32 hex digits,
 * which are its CKA_ID.
 * @throws TokenFailure of each but `registered` and `disconnect`
 */
export interface Hsm {
  /** What is registered for an account; undefined for a cluster that is not, or is another account's. */
  registered(accountId: string, cluster: string): Promise<RegisteredCluster | undefined>
  /** That the token is there and can have keys of a store; nobody logs in. */
  inspect(accountId: string, cluster: string): Promise<void>
  /** Logs in anew with the store's password. */
  connect(store: TokenStore): Promise<void>
  /** Logs out, where this process is logged in. */
  disconnect(store: CustomKeyStoreName): Promise<void>
  /**
   * Has the token generate an AES-256 key that never leaves it, unless it has one of the name.
   * @param label CKA_LABEL, for people
   */
  generateKey(store: TokenStore, name: string, label: string): Promise<void>
  /** Destroys a key, where there is one of the name. */
  destroyKey(store: TokenStore, name: string): Promise<void>
  encrypt(
    store: TokenStore,
    name: string,
    request: { readonly plaintext: Buffer; readonly aad: Buffer },
  ): Promise<TokenCiphertext>
  decrypt(
    store: TokenStore,
    name: string,
    request: TokenCiphertext & { readonly aad: Buffer },
  ): Promise<Buffer>
  /** Random bytes of the token's own generator. */
  random(store: TokenStore, length: number): Promise<Buffer>
  close(): Promise<void>
}

/** Why a call of a token came to nothing. */
export type TokenFailureReason =
  /** no token is registered as the cluster, or there is none of the slot or label that is */
  | 'NotFound'
  /** the slot is there, and no token in it */
  | 'Absent'
  | 'NotInitialized'
  /** it does not generate AES keys that stay in it, or has no AES-GCM */
  | 'Unfit'
  | 'WrongPassword'
  | 'LockedOut'
  | 'NoUser'
  /** the user is logged in to it from elsewhere */
  | 'LoggedIn'
  | 'TimedOut'
  /** the token, or its module, fails in a way of its own */
  | 'Broken'
  /** it has as many sessions as it can have */
  | 'NoSession'
  | 'NoKey'
  /** what is to be decrypted is not what it encrypted */
  | 'NotAuthentic'

/** A call of a token that came to nothing. */
export class TokenFailure extends Error {
  override readonly name = 'TokenFailure'
  readonly reason: TokenFailureReason

  /** @param detail for the log; never the password */
  constructor(reason: TokenFailureReason, detail?: string) {
    super(detail ?? reason)
    this.reason = reason
  }
}

/**
 * Clusters as operations use them: passwords are opened on the way.
 * @throws KmsError of each but `registered`, as AWS KMS refuses what was asked
 */
export interface Clusters {
  registered(accountId: string, cluster: string): Promise<RegisteredCluster | undefined>
  /**
   * For CreateCustomKeyStore and UpdateCustomKeyStore. @throws KmsError CloudHsmClusterNotFoundException,
   * CloudHsmClusterNotActiveException, CloudHsmClusterInvalidConfigurationException
   */
  inspect(accountId: string, cluster: string): Promise<void>
  /**
   * For ConnectCustomKeyStore, which is refused at once what no waiting mends; all else the attempt finds.
   * @throws KmsError CloudHsmClusterNotActiveException, CloudHsmClusterInvalidConfigurationException
   */
  inspectToConnect(accountId: string, cluster: string): Promise<void>
  /** Before anything is stored for a key of the cluster. @throws KmsError as `generateKey` does for a cluster that is not there */
  requireRegistered(accountId: string, cluster: string): Promise<void>
  /** For CreateKey. */
  generateKey(home: StoreHome, store: ClusterKeyStore, name: string, label: string): Promise<void>
  /** For GenerateRandom. */
  random(home: StoreHome, store: ClusterKeyStore, length: number): Promise<Buffer>
}

export type StoreHome = Pick<CustomKeyStoreName, 'accountId' | 'region'>

/**
 * Destroys what a key had in its cluster, as far as that can be done here and now: `later` while its store is not
 * connected or the token is away, `elsewhere` where this process has no part in the cluster.
 */
export type DestroyInCluster = (
  home: StoreHome,
  store: ClusterKeyStore,
  name: string,
) => Promise<'destroyed' | 'later' | 'elsewhere'>

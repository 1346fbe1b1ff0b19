import type { IncomingMessage, ServerResponse } from 'node:http'

/** A long-lived access key: what AWS's SDKs take as `credentials`, and the account that it is of. */
export interface Credential {
  /** 12 digits; `000000000000` is the operator's */
  readonly accountId: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Keys in this process's memory; gone when it ends. For development: each read walks all items. */
export interface MemoryStore {
  readonly type: 'memory'
}

/** Keys in a SQLite file, `tenkey.db`, of a folder that is made where it is missing (mode 0700). */
export interface SqliteStore {
  readonly type: 'sqlite'
  /** path; that which `TENKEY_DATA` names for `tenkey serve` */
  readonly folder: string
}

/** Keys in a DynamoDB table of this account; AWS's SDK finds Region and credentials as it always does. */
export interface DynamodbStore {
  readonly type: 'dynamodb'
  /** the table's name */
  readonly table: string
}

/** The root key in a file of mode 0600; made where it is missing. */
export interface FileRoot {
  readonly type: 'file'
  readonly path: string
}

/** The root key in AWS KMS, where it stays. */
export interface AwsKmsRoot {
  readonly type: 'aws-kms'
  /** ARN of a symmetric encryption key, not of an alias */
  readonly keyArn: string
}

/** A root key that the program holds, from a secret manager say. Without it nothing that it wrapped opens again. */
export interface SecretRoot {
  readonly type: 'secret'
  /** 32 random bytes; copied */
  readonly key: Uint8Array
}

export type RootKey = FileRoot | AwsKmsRoot | SecretRoot

/** Where keys are, and what wraps them. */
export type Storage =
  | {
      readonly store: SqliteStore
      /** the file `root.key` of the store's folder unless given */
      readonly root?: RootKey
    }
  | {
      readonly store: DynamodbStore
      readonly root: RootKey
    }
  | {
      readonly store: MemoryStore
      /** drawn at the start unless given */
      readonly root?: RootKey
    }

/** What an installation starts with; either is made where it is not given. */
export interface FirstCredentials {
  /** of account 000000000000: makes tenants */
  readonly operator?: Credential
  /** of the first tenant's root */
  readonly tenant?: Credential
}

/** What happened, as data; never anything secret. */
export type Log = (
  level: 'info' | 'warn' | 'error',
  entry: Readonly<Record<string, unknown>>,
) => void

export interface CommonOptions {
  /**
   * the first credentials, taken when the installation is made and of no effect after that. Unless given they
   * are in `operator.json` and `tenant.json` of SQLite's folder, as those of `tenkey serve`; for other stores
   * they are drawn, and told once, as `credentials` of the service that made the installation.
   */
  readonly credentials?: FirstCredentials
  /** the one AWS Region that is served; every Region of the partition `aws` that a caller names unless given */
  readonly region?: string
  /** days that audit records are kept where their tenant says nothing else; for ever unless given */
  readonly auditRetentionDays?: number
  /** origins whose pages may call (CORS); none unless given */
  readonly corsOrigins?: readonly string[]
  /** proxies that are believed what they say of callers: addresses and CIDR ranges; none unless given */
  readonly trustedProxies?: readonly string[]
  /** where identity providers are asked beside public addresses: addresses and CIDR ranges; none unless given */
  readonly issuerNetworks?: readonly string[]
  /** URLs by which callers reach this service: AWS identities are taken for these alone; none unless given */
  readonly urls?: readonly string[]
  /** whether what falls due (rotation, deletion, expiry) is done here, every minute; true unless given */
  readonly sweep?: boolean
  /** what is told of faults; one JSON line each to stderr unless given */
  readonly log?: Log
}

export type ServiceOptions = CommonOptions & Storage

export interface ListenOptions {
  /** 127.0.0.1 unless given; any other than loopback needs `tls`, `trustedProxies` or `plainHttp` */
  readonly host?: string
  /** 4599 unless given; 0 for any that is free */
  readonly port?: number
  /** paths of PEM files; read anew when they change */
  readonly tls?: { readonly certificate: string; readonly key: string }
  /** whether others than this machine may be served without TLS */
  readonly plainHttp?: boolean
}

/** An address that answers. */
export interface Listening {
  /** for example `http://127.0.0.1:4599`: what `AWS_ENDPOINT_URL_KMS` is set to */
  readonly url: string
  /** Answers what was taken, and closes the port; the service goes on. */
  close(): Promise<void>
}

/** How a request came that is handed to `fetch`. */
export interface Origin {
  /** IP address of the caller, for policies and audit records; `0.0.0.0` unless given */
  readonly address?: string
  /** whether the caller's connection was TLS; by the URL's scheme unless given */
  readonly secure?: boolean
}

/** A key management service in this process: AWS KMS's API, IAM's and STS's, and REST, on every path. */
export interface Service extends AsyncDisposable {
  /** those that are kept where this service was told to keep them */
  readonly credentials: FirstCredentials
  /** whether there was no installation in the store, and this start made one */
  readonly made: boolean
  /** Opens a port, with the bounds of `tenkey serve` on connections, sizes and times. @throws ConfigError */
  listen(options?: ListenOptions): Promise<Listening>
  /**
   * Answers a request of a `node:http` or `node:https` server of yours: `createServer(service.listener)`.
   * It must come as it was sent: what signs it signs path and `Host`. Sizes are bounded here, and connections
   * too; your server bounds the time of heads.
   */
  readonly listener: (request: IncomingMessage, response: ServerResponse) => void
  /** Answers a request of the Fetch API, of a framework or a test; without a port. Never rejects. */
  fetch(request: Request, origin?: Origin): Promise<Response>
  /** Closes its ports, finishes what was taken, then lets go of the store and the root key. */
  close(): Promise<void>
}

import type { AuditReader } from './audit/audit.ts'
import type { Caller } from './auth/caller.ts'
import type { BlobHeader } from './crypto/blob.ts'
import type { ErrorCode } from './errors.ts'
import type { Key } from './key/key.ts'
import type { Keyring } from './key/keyring.ts'
import type { KeyUsage } from './key/spec.ts'
import type { KeyState } from './key/state.ts'
import type { Face, Struct } from './shape.ts'
import type { Store } from './store/store.ts'

/**
 * What an operation may reach. Each port is a permission: the role of an operation's Lambda function
 * is the sum of the ports its record declares, and a port not declared does not compile.
 */
export interface Ports {
  /** consistent reads and listings of the store */
  readonly read: Pick<Store, 'get' | 'query'>
  /** conditional writes */
  readonly write: Pick<Store, 'put'>
  /** conditional deletes */
  readonly remove: Pick<Store, 'delete'>
  /** unwrapped key material, for use */
  readonly materials: Pick<Keyring, 'open'>
  /** wrapping of new key material and secrets */
  readonly wrapping: Pick<Keyring, 'seal' | 'sealSecret' | 'createTenantKey'>
  /** opaque texts for callers to hand back */
  readonly tokens: Pick<Keyring, 'tokenKey'>
  /** the audit trail, for reading */
  readonly trail: AuditReader
}
export type PortName = keyof Ports

/** Names the key an operation acts on: a caller's text, or the header of a ciphertext blob. */
export type KeySelector = string | BlobHeader | undefined

/** One key an operation touches, and what must hold of it. */
export interface KeyUse<I> {
  from(input: I): KeySelector
  /** the IAM action; `kms:<operation>` unless given */
  readonly action?: string
  /** refused with InvalidKeyUsageException for a key of another usage */
  readonly usage?: KeyUsage
  /** states in which the operation is allowed */
  readonly states: readonly KeyState[]
  /** whether an alias may name the key */
  readonly alias: boolean
  /** whether principals of other accounts may be let in by the key's policy (AWS's "Cross-account use") */
  readonly crossAccount: boolean
  /** `from` may give nothing, and then there is no key */
  readonly optional?: true
}
export type KeyUses<I> = Readonly<Record<string, KeyUse<I>>>
type KeysOf<K> = { [N in keyof K]: K[N] extends { optional: true } ? Key | undefined : Key }

/** What surrounds a call, whichever face it came by. */
export interface CallContext {
  readonly requestId: string
  readonly face: Face
  /** the Region the caller signed for */
  readonly region: string
  /** Unix ms, by the service's clock */
  readonly now: number
}

export interface Run<I, K> {
  readonly input: I
  readonly keys: KeysOf<K>
  readonly caller: Caller
  readonly context: CallContext
}

/** Everything there is to say about one operation; all else is derived from it. */
export interface Operation<I = never, O = unknown, K = unknown, P extends PortName = PortName> {
  /** AWS's name, or ours where AWS has none */
  readonly name: string
  /** what it does, in one sentence */
  readonly summary: string
  /** method and path on the REST face, `{Member}` standing for an input member */
  readonly http: string
  /** status of success on the REST face; 200 unless given */
  readonly status?: 200 | 201 | 204
  /** AWS's page, for operations of AWS KMS: those are answered on both faces, others on REST alone */
  readonly docs?: string
  /** who may call it: a tenant's principals, or the operator's */
  readonly audience: 'tenant' | 'operator'
  readonly input: Struct<I>
  /** absent where AWS answers an empty body */
  readonly output?: Struct<O>
  readonly errors: readonly ErrorCode[]
  readonly keys: K
  /** whether it changes state: its audit record is durable before the answer, and is not `readOnly` */
  readonly mutates: boolean
  readonly uses: readonly P[]
  /** refusals that need only the input; before any key is looked up */
  validate?(input: I): void
  /** refusals that need the keys; made in a dry run too */
  check?(call: Run<I, K>): void
  run(call: Run<I, K>, ports: Pick<Ports, P>): O | Promise<O>
}

/** An operation whose own types are forgotten: how the pipeline and the generators see it. */
export type AnyOperation = Operation<unknown, unknown, KeyUses<unknown>, PortName>

/** Checks a record's parts against each other; the record itself is returned as it is. */
export function defineOperation<I, O, const K extends KeyUses<I>, P extends PortName>(
  operation: Operation<I, O, K, P>,
): Operation<I, O, K, P> {
  return operation
}

/** Another writer was first: the call is made again from its reads. */
export class StoreConflict extends Error {
  override readonly name = 'StoreConflict'
}

/** Waits for a conditional write. @throws StoreConflict where another writer was first */
export async function commit(write: Promise<boolean>): Promise<void> {
  if (!(await write)) throw new StoreConflict('another writer was first')
}

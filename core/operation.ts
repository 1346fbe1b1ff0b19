import type { Authorizer } from './access/authorize.ts'
import type { Attestation } from './attestation/attestation.ts'
import type { AuditReader, TrailStanding } from './audit/audit.ts'
import type { Asker, CallContext, MaterialUse } from './base/call-context.ts'
import type { ErrorCode } from './base/errors.ts'
import type { Clusters } from './custom-key-store/cluster.ts'
import type { CustomKeyStoreName } from './custom-key-store/custom-key-store.ts'
import type { XksProxies } from './custom-key-store/xks.ts'
import type { AccessKeyUses } from './identity/access-key-use.ts'
import type { Administered } from './identity/administered.ts'
import type { Caller } from './identity/caller.ts'
import type { PrincipalData, TenantData } from './identity/credential.ts'
import type { SecondFactor } from './identity/second-factor.ts'
import type { Key } from './key/key.ts'
import type { KeyUses } from './key/key-use.ts'
import type { UsageLog } from './key/last-usage.ts'
import type { DataPorts } from './key/ports.ts'
import type { RandomSource } from './key/random-source.ts'
import type { ClockControl } from './lifecycle/clock.ts'
import type { RecordAct } from './lifecycle/pending-acts.ts'
import type { ContextValue } from './policy/request.ts'
import type { Attest } from './recipient/attest.ts'
import type { RecipientInfo } from './recipient/recipient.ts'
import type { Struct } from './shape/shapes.ts'
import type { HealthSources } from './xks/health.ts'

/**
 * What an operation may reach. Each port is a permission: the role of an operation's Lambda function
 * is the sum of the ports its record declares, and a port not declared does not compile.
 */
export interface Ports extends DataPorts {
  /** the audit trail, for reading */
  readonly trail: AuditReader
  /** related multi-Region keys, in whichever Region, and what they share, as it is now */
  readonly related: Pick<DataPorts['read'], 'get'>
  /** changes of related keys in another Region, with what is read for them */
  readonly relating: Pick<DataPorts['read'], 'get'> & DataPorts['write'] & DataPorts['remove']
  /** items by their places alone: where an alias points to */
  readonly aliases: Pick<DataPorts['read'], 'get'>
  /** when keys were last used */
  readonly usage: Pick<UsageLog, 'last'>
  /** when access keys last signed a call, in whichever Region */
  readonly accessKeyUses: Pick<AccessKeyUses, 'last'>
  /** puts on record what the service does of its own accord because of the call; durable once it resolves */
  readonly acts: RecordAct
  /** proxies of external key stores, and what brings a store's connection about */
  readonly keyStores: KeyStores
  /** clusters of CloudHSM key stores */
  readonly clusters: { open(): Promise<Clusters> }
  /** the service's clock, where it can be moved */
  readonly clock: ClockControl
  /** checks of key policies against their caller; answers whom their names mean */
  readonly access: {
    checkKeyPolicy(
      call: Run<unknown, unknown>,
      /** whose policy it is to become: a key, or the ARN of one that is about to be made */
      on: Key | string,
      policy: NewPolicy,
    ): ReturnType<Authorizer['checkKeyPolicy']>
  }
  /** what decides: the account's principals, policies and grants, and the rule over them */
  readonly decisions: { readonly rule: Authorizer['rule']; readonly read: Ports['read'] }
  /** what a deep look at the service asks: the root key, the store and the trail */
  readonly health: HealthSources
  /** what the store has of itself */
  readonly installation: InstallationSources
}
export type PortName = keyof Ports

/** What is told of an installation as a whole. */
export interface InstallationSources extends Pick<DataPorts['read'], 'get'> {
  readonly store: 'memory' | 'sqlite' | 'dynamodb'
  /** the highest generation of formats that this release reads */
  readonly generation: number
  /** how the audit trail stands, as far as this process knows */
  standing(): TrailStanding
}

/** Proxies of external key stores, and what brings a store's connection about. */
export interface KeyStores {
  proxies(): Promise<Pick<XksProxies, 'health' | 'keyMetadata'>>
  /** Begins to carry an attempt to its end, which the caller does not wait for. */
  begin(store: CustomKeyStoreName, attempt: string): void
}

/** A call as its audit record is made: as far as it came. */
export interface Audited<I, O, K> {
  readonly input: I
  /** those that were admitted */
  readonly keys: Partial<KeysOf<K>>
  /** of a call that succeeded */
  readonly output: O | undefined
}

/** What CloudTrail has of a call beside its input and output. Members that are undefined are none. */
export interface AuditDetail {
  /** request parameters that are logged though the caller did not send them, in lower camel case */
  readonly parameters?: Readonly<Record<string, unknown>> | undefined
  /** members of additionalEventData */
  readonly additional?: Readonly<Record<string, unknown>> | undefined
  /** ARN of a key that it made */
  readonly made?: string | undefined
}

/** What an operation on a multi-Region key does in another Region. */
export interface Elsewhere<I, O, K> {
  region(input: I): string
  /** actions that must be allowed there, e.g. kms:CreateKey */
  alsoActions?(input: I): readonly string[]
  /** actions that must be allowed there on the related key that it is about to make */
  onNewKey?(input: I): readonly string[]
  /** the operation's own action must be allowed on the related key that is there too */
  readonly onRelated?: true
  /** what the audit trail has of it for that Region */
  recorded(call: Audited<I, O, K>): {
    readonly name: string
    readonly parameters: Readonly<Record<string, unknown>>
    readonly response: Readonly<Record<string, unknown>> | undefined
    /** ARN of the key there */
    readonly resource: string | undefined
    readonly invokedBy?: string
  }
}

/** A policy document that is about to become a key's. */
export interface NewPolicy {
  readonly text: string
  readonly bypassLockoutCheck: boolean
}

type KeysOf<K> = { [N in keyof K]: K[N] extends { optional: true } ? Key | undefined : Key }

export interface Run<I, K> {
  readonly input: I
  readonly keys: KeysOf<K>
  readonly caller: Caller
  readonly context: CallContext
  /** what the recipient has proven, where the input has a Recipient */
  readonly attestation?: Attestation | undefined
  /** the role that may be assumed, where the operation's record asks for one */
  readonly role?: PrincipalData | undefined
  /** the account that role is of */
  readonly roleAccount?: TenantData | undefined
  /** the id of a key that this call makes, '' where it makes none: permissions on it are asked before there is one */
  readonly newKeyId: string
}

/** For whom a call's work is done. */
export const askerOf = ({
  caller,
  context,
}: Pick<Run<unknown, unknown>, 'caller' | 'context'>): Asker => ({
  account: caller.accountId,
  signal: context.signal,
})

/** The call as one that uses key material. @param operation its name */
export const useOf = (
  call: Pick<Run<unknown, unknown>, 'caller' | 'context'>,
  operation: string,
): MaterialUse => ({
  ...askerOf(call),
  operation,
  principalArn: call.caller.arn,
  requestId: call.context.requestId,
})

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
  /** AWS's page, for operations of AWS: those are answered on the service's own face too, others on REST alone */
  readonly docs?: string
  /** where it answers otherwise than AWS KMS does, in one sentence; for the reader of docs/api.md */
  readonly differs?: string
  /** whose face it is answered on where that is not AWS KMS's: AWS STS's, AWS IAM's, or that of an external key store's proxy */
  readonly service?: 'sts' | 'iam' | 'xks'
  /** who may call it: a tenant's principals, the operator's, or both */
  readonly audience: 'tenant' | 'operator' | 'anyone'
  readonly input: Struct<I>
  /** absent where AWS answers an empty body */
  readonly output?: Struct<O>
  /**
   * What it answers beside what every operation does (core/pipeline/answers.ts): a code that is answered and
   * not told here fails the tests.
   */
  readonly errors: readonly ErrorCode[]
  readonly keys: K
  /** on REST the key whose version is answered (ETag) by a read, and compared (If-Match) by a change */
  readonly versionOf?: keyof K & string
  /** on REST a repetition with the same Idempotency-Key makes nothing and gets the first answer */
  readonly idempotencyKey?: true
  /** whether the caller only wants to know if the call would succeed: refused instead of carried out */
  dryRun?(input: NoInfer<I>): boolean
  /** tokens that must be of grants of the call's keys */
  grantTokens?(input: NoInfer<I>): readonly string[]
  /** whom the answer's secret is for, and how that is proven: only those operations carry the code for it */
  readonly recipient?: {
    of(input: NoInfer<I>): RecipientInfo | undefined
    readonly attest: Attest
  }
  /** the kind of bearer token that it takes where that is not an identity provider's */
  readonly takes?: 'aws-identity'
  /** the one way to authenticate in which it is allowed, where it is refused to who comes in another */
  readonly proven?: 'signature' | 'token'
  /** what must be allowed: the operation's action, unless it is `nothing` beside being known */
  readonly needs?: 'nothing'
  /** the role that is to be assumed, and how: its trust policy decides, with the caller's own policies */
  assumes?(input: I): Assumption | undefined
  /** the second factor that it shows: its code is taken before anything is asked of policies */
  secondFactor?(input: NoInfer<I>): SecondFactor | undefined
  /** the account or principal that an administrative action is about: it is asked on that alone */
  readonly administers?: Administered<NoInfer<I>>
  /** the ARN that its action is asked on, and those of `alsoActions`, where that is no key; `*` unless given */
  resource?(input: NoInfer<I>, home: CallHome): string
  /** further actions that must be allowed where the operation has no key, e.g. kms:CreateKey */
  alsoActions?(input: I): readonly string[]
  /** the id of the key that it is about to make */
  newKeyId?(input: I, random: RandomSource): string
  /** actions that must be allowed on the key that it is about to make, e.g. kms:TagResource */
  onNewKey?(input: I): readonly string[]
  /** another Region in which it acts too */
  readonly elsewhere?: Elsewhere<I, O, K>
  /** the operation of AWS KMS as which it counts as use of its key; its own name unless given */
  readonly usedAs?: string
  /** condition keys that it alone has, by name in lower case */
  given?(input: NoInfer<I>): ReadonlyMap<string, ContextValue>
  /** the alias whose ARN the action must be allowed on, beside the keys */
  alias?(input: I): string
  /** whether it changes state: its audit record is durable before the answer, and is not `readOnly` */
  readonly mutates: boolean
  /** its audit record is `readOnly` all the same, as AWS KMS's is, and has no response */
  readonly auditedAsRead?: true
  /** what AWS KMS's record of it has beside its input and output; never throws, however far the call came */
  audited?(call: Audited<I, O, K>): AuditDetail
  readonly uses: readonly P[]
  /** refusals that need only the input; before any key is looked up */
  validate?(input: I): void
  /** refusals that need the keys; made in a dry run too */
  check?(call: Run<I, K>, ports: Pick<Ports, P>): void | Promise<void>
  run(call: Run<I, K>, ports: Pick<Ports, P>): O | Promise<O>
}

/** The account of a caller, and the Region of a call. */
export interface CallHome {
  readonly accountId: string
  readonly region: string
}

/** What a request to assume a role asks for. */
export interface Assumption {
  readonly roleArn: string
  /** on the role, e.g. sts:AssumeRole and sts:TagSession */
  readonly actions: readonly string[]
}

/** The service whose operation it is, as IAM actions begin with it. */
export const serviceOf = ({
  service,
  docs,
}: AnyOperation): 'kms' | 'sts' | 'iam' | 'xks' | 'tenkey' =>
  service ?? (docs === undefined ? 'tenkey' : 'kms')

/** What names one operation among all: some of AWS IAM's have the names of the operator's own. */
export const idOf = ({ service, name }: Pick<AnyOperation, 'service' | 'name'>): string =>
  service === 'iam' ? `Iam${name}` : name

/** The IAM action of an operation. */
export const actionOf = (operation: AnyOperation): string =>
  `${serviceOf(operation)}:${operation.name}`

/** What its ports `read`, `write` and `remove` are on: a tenant's calls on its keys in a Region; the operator's, AWS STS's and AWS IAM's on accounts. */
export const worksOn = ({ audience, service }: AnyOperation): 'region' | 'account' =>
  audience === 'operator' || service === 'sts' || service === 'iam' ? 'account' : 'region'

/** An operation whose own types are forgotten: how the pipeline and the generators see it. */
export type AnyOperation = Operation<unknown, unknown, KeyUses<unknown>, PortName>

/** Members whose meaning is the pipeline's: an input that has one says so in its record. */
type Reserved<I> = ('DryRun' extends keyof I ? Required<Pick<Operation<I>, 'dryRun'>> : unknown) &
  ('GrantTokens' extends keyof I ? Required<Pick<Operation<I>, 'grantTokens'>> : unknown) &
  ('Recipient' extends keyof I ? Required<Pick<Operation<I>, 'recipient'>> : unknown)

/** Checks a record's parts against each other; the record itself is returned as it is. */
export function defineOperation<I, O, const K extends KeyUses<I>, P extends PortName>(
  operation: Operation<I, O, K, P> & Reserved<NoInfer<I>>,
): Operation<I, O, K, P> {
  return operation
}

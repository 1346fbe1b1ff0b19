import type { CallContext } from '../base/call-context.ts'
import type { Caller } from '../identity/caller.ts'
import type { Key } from '../key/key.ts'
import { keySpec } from '../key/spec.ts'
import type { GrantConstraints } from '../policy/grant-terms.ts'
import {
  type ConditionContext,
  type ContextReader,
  type ContextValue,
  contextTable,
  valueIgnoringCase,
} from '../policy/request.ts'

/** One permission asked for, with everything a condition may look at. */
export interface Asked {
  readonly caller: Caller
  readonly context: CallContext
  /** e.g. `kms:ReEncryptFrom` */
  readonly action: string
  readonly input: unknown
  /** the key in question; absent where the action has none */
  readonly key?: Key | undefined
  /** every key of the call, for kms:ReEncryptOnSameKey */
  readonly keys: Readonly<Record<string, Key | undefined>>
  /** the alias by which the request named the key */
  readonly requestAlias?: string | undefined
  /** the aliases of the key, once they were read: see `aliasesWanted` */
  aliases?: readonly string[]
  /** a condition asked for the aliases before they were read */
  aliasesWanted?: boolean
  /** of a role that is to be assumed */
  readonly resourceTags?: Readonly<Record<string, string>> | undefined
  /**
   * condition keys that are given, by name in lower case: claims of a verified identity token (e.g.
   * `idp.example.com:sub`), or what an explanation supposes
   */
  readonly given?: ReadonlyMap<string, ContextValue> | undefined
  /** values of a verified attestation document, by condition key name in lower case */
  readonly attestation?: ReadonlyMap<string, string> | undefined
  /** the grant of the key that decides instead of its policy */
  readonly grantId?: string | undefined
}

type Input = Readonly<Record<string, unknown>>
const member = ({ input }: Asked, name: string): unknown => (input as Input)[name]

/** An input member as a condition's text; numbers and booleans are written out. */
const text =
  (...names: readonly string[]): ContextReader<Asked> =>
  (asked) => {
    for (const name of names) {
      const value = member(asked, name)
      if (value !== undefined) return String(value)
    }
    return undefined
  }

/** As `text`, of a member whose moments are Unix ms inside. */
const moment =
  (name: string): ContextReader<Asked> =>
  (asked) => {
    const value = member(asked, name)
    return typeof value === 'number' ? new Date(value).toISOString() : undefined
  }

/** ReEncrypt's members say Source or Destination, and each side's permission looks at its own. */
const sided =
  (name: string): ContextReader<Asked> =>
  (asked) => {
    const side =
      asked.action === 'kms:ReEncryptFrom'
        ? 'Source'
        : asked.action === 'kms:ReEncryptTo'
          ? 'Destination'
          : ''
    const value = member(asked, side + name)
    return value === undefined ? undefined : String(value)
  }

/** The encryption context a request is about; that of its side for ReEncrypt. */
export function encryptionContextOf({ action, input }: Asked): Record<string, string> | undefined {
  const members = input as Record<string, Record<string, string> | undefined>
  if (action === 'kms:ReEncryptFrom') return members['SourceEncryptionContext']
  if (action === 'kms:ReEncryptTo') return members['DestinationEncryptionContext']
  return members['EncryptionContext']
}

/** As `encryptionContextOf`, for conditions: of CreateGrant they look at what constrains the grant. */
function conditionedContext(asked: Asked): Record<string, string> {
  if (asked.action !== 'kms:CreateGrant') return encryptionContextOf(asked) ?? {}
  const { Constraints = {} } = asked.input as { Constraints?: GrantConstraints }
  return { ...Constraints.EncryptionContextSubset, ...Constraints.EncryptionContextEquals }
}

/** Operations that encrypt: their algorithm is SYMMETRIC_DEFAULT where the request names none. */
const ENCRYPTS: ReadonlySet<string> = new Set([
  'kms:Encrypt',
  'kms:Decrypt',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:GenerateDataKeyPair',
  'kms:GenerateDataKeyPairWithoutPlaintext',
])

const encryptionAlgorithm: ContextReader<Asked> = (asked) =>
  sided('EncryptionAlgorithm')(asked) ??
  (ENCRYPTS.has(asked.action) ? 'SYMMETRIC_DEFAULT' : undefined)

/** A property of the key, or of the key that CreateKey is about to make. */
const ofKey =
  (stored: (key: Key) => string, asked: ContextReader<Asked>): ContextReader<Asked> =>
  (call) => {
    if (call.key !== undefined) return stored(call.key)
    return call.action === 'kms:CreateKey' ? asked(call) : undefined
  }

const newKeySpec = text('KeySpec', 'CustomerMasterKeySpec')
const specOfNewKey: ContextReader<Asked> = (asked) => newKeySpec(asked) ?? 'SYMMETRIC_DEFAULT'
const usageOfNewKey: ContextReader<Asked> = (asked) =>
  text('KeyUsage')(asked) ?? keySpec(String(specOfNewKey(asked)))?.usages[0]

const keySpecKey = ofKey(({ data }) => data.spec, specOfNewKey)
const keyUsageKey = ofKey(({ data }) => data.usage, usageOfNewKey)

/** GrantConstraints that a CreateGrant asks for, by kind. */
function constraintType(asked: Asked): ContextValue {
  const constraints = member(asked, 'Constraints') as Input | undefined
  return constraints && Object.keys(constraints).filter((name) => constraints[name] !== undefined)
}

/** AWS KMS says TagKey and TagValue, AWS STS Key and Value. */
type Tag = { TagKey: string; TagValue: string } | { Key: string; Value: string }
const requestTags = (asked: Asked): Record<string, string> =>
  Object.fromEntries(
    ((member(asked, 'Tags') as Tag[] | undefined) ?? []).map((tag) =>
      'Key' in tag ? [tag.Key, tag.Value] : [tag.TagKey, tag.TagValue],
    ),
  )

function tagKeys(asked: Asked): ContextValue {
  const named = member(asked, 'TagKeys') as string[] | undefined
  const tags = named ?? Object.keys(requestTags(asked))
  return tags.length === 0 ? undefined : tags
}

/** aws:PrincipalType: what kind of principal, in AWS's words. */
const PRINCIPAL_TYPES = {
  root: 'Account',
  user: 'User',
  role: 'AssumedRole',
  'assumed-role': 'AssumedRole',
} as const

/**
 * Every condition key of a request.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
const contextByTable: (asked: Asked) => ConditionContext = contextTable<Asked>(
  {
    'kms:BypassPolicyLockoutSafetyCheck': text('BypassPolicyLockoutSafetyCheck'),
    'kms:CallerAccount': ({ caller }) => caller.accountId,
    'kms:CustomerMasterKeySpec': keySpecKey,
    'kms:CustomerMasterKeyUsage': keyUsageKey,
    'kms:DataKeyPairSpec': text('KeyPairSpec'),
    'kms:EncryptionAlgorithm': encryptionAlgorithm,
    'kms:EncryptionContextKeys': (asked) => Object.keys(conditionedContext(asked)),
    'kms:ExpirationModel': text('ExpirationModel'),
    'kms:GrantConstraintType': constraintType,
    'kms:GrantIsForAWSResource': () => 'false',
    'kms:GrantOperations': (asked) => member(asked, 'Operations') as string[] | undefined,
    'kms:GranteePrincipal': text('GranteePrincipal'),
    'kms:KeyAgreementAlgorithm': text('KeyAgreementAlgorithm'),
    'kms:KeyOrigin': ofKey(
      ({ data }) => data.origin,
      (asked) => text('Origin')(asked) ?? 'AWS_KMS',
    ),
    'kms:KeySpec': keySpecKey,
    'kms:KeyUsage': keyUsageKey,
    'kms:MacAlgorithm': text('MacAlgorithm'),
    'kms:MessageType': (asked) =>
      text('MessageType')(asked) ?? (/^kms:(Sign|Verify)$/.test(asked.action) ? 'RAW' : undefined),
    'kms:MultiRegion': ofKey(
      ({ data }) => String(data.multiRegion),
      (asked) => text('MultiRegion')(asked) ?? 'false',
    ),
    'kms:ReEncryptOnSameKey': ({ action, keys }) =>
      action.startsWith('kms:ReEncrypt')
        ? String(keys['source']?.arn === keys['destination']?.arn)
        : undefined,
    'kms:RequestAlias': ({ requestAlias }) => requestAlias,
    'kms:ResourceAliases': (asked) => {
      if (asked.key === undefined) return undefined
      if (asked.aliases === undefined) asked.aliasesWanted = true
      return asked.aliases ?? []
    },
    'kms:RetiringPrincipal': text('RetiringPrincipal'),
    'kms:RotationPeriodInDays': text('RotationPeriodInDays'),
    'kms:ScheduleKeyDeletionPendingWindowInDays': (asked) =>
      asked.action === 'kms:ScheduleKeyDeletion'
        ? (text('PendingWindowInDays')(asked) ?? '30')
        : undefined,
    'kms:SigningAlgorithm': text('SigningAlgorithm'),
    'kms:ValidTo': moment('ValidTo'),
    'kms:WrappingAlgorithm': text('WrappingAlgorithm'),
    'kms:WrappingKeySpec': text('WrappingKeySpec'),
    'sts:DurationSeconds': text('DurationSeconds'),
    'sts:ExternalId': text('ExternalId'),
    'sts:RoleSessionName': text('RoleSessionName'),
    'sts:SourceIdentity': text('SourceIdentity'),
    'sts:TransitiveTagKeys': (asked) => member(asked, 'TransitiveTagKeys') as string[] | undefined,
    'aws:CurrentTime': ({ context }) => new Date(context.now).toISOString(),
    'aws:EpochTime': ({ context }) => String(Math.floor(context.now / 1000)),
    'aws:FederatedProvider': ({ caller }) => caller.session?.provider,
    'aws:MultiFactorAuthAge': ({ caller, context }) =>
      caller.session?.mfaAt === undefined
        ? undefined
        : String(Math.floor((context.wallTime - caller.session.mfaAt) / 1000)),
    'aws:MultiFactorAuthPresent': ({ caller }) => caller.session && String(caller.session.mfa),
    'aws:PrincipalAccount': ({ caller }) => caller.accountId,
    'aws:PrincipalArn': ({ caller }) => caller.roleArn ?? caller.arn,
    'aws:PrincipalIsAWSService': () => 'false',
    'aws:PrincipalType': ({ caller }) => PRINCIPAL_TYPES[caller.type],
    'aws:RequestedRegion': ({ context }) => context.region,
    'aws:ResourceAccount': ({ key, caller }) => key?.accountId ?? caller.accountId,
    'aws:SecureTransport': ({ context }) => String(context.secure),
    'aws:SourceIdentity': ({ caller }) => caller.session?.sourceIdentity,
    'aws:SourceIp': ({ context }) => context.sourceIp,
    'aws:TagKeys': tagKeys,
    'aws:TokenIssueTime': ({ caller }) =>
      caller.session && new Date(caller.session.issued).toISOString(),
    'aws:UserAgent': ({ context }) => context.userAgent,
    'aws:userid': ({ caller }) => caller.userId,
    'aws:username': ({ caller }) => (caller.type === 'user' ? caller.name : undefined),
  },
  {
    'kms:EncryptionContext:': (asked, name) => valueIgnoringCase(conditionedContext(asked), name),
    'kms:RecipientAttestation:': ({ attestation }, name) => attestation?.get(name),
    'aws:PrincipalTag/': ({ caller }, name) => valueIgnoringCase(caller.tags, name),
    'aws:RequestTag/': (asked, name) => valueIgnoringCase(requestTags(asked), name),
    'aws:ResourceTag/': ({ key, resourceTags }, name) =>
      valueIgnoringCase(resourceTags ?? Object.fromEntries(key?.data.tags ?? []), name),
    'iam:ResourceTag/': ({ resourceTags = {} }, name) => valueIgnoringCase(resourceTags, name),
  },
)

/** Every condition key of a request; what is given goes before what is read. */
export function conditionContextOf(asked: Asked): ConditionContext {
  const context = contextByTable(asked)
  const { given } = asked
  if (given === undefined) return context
  return { get: (name) => given.get(name) ?? context.get(name) }
}

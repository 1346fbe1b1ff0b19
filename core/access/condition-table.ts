import {
  type ContextReader,
  type ContextValue,
  type FamilyReader,
  valueIgnoringCase,
} from '../policy/request.ts'
import type { Asked } from './asked.ts'
import {
  conditionedContext,
  constraintType,
  encryptionAlgorithm,
  keySpecKey,
  keyUsageKey,
  moment,
  ofKey,
  requestTags,
  tagKeys,
  text,
  texts,
} from './condition-readers.ts'
import { KEY_ACTIONS } from './key-actions.ts'

/** In which requests a condition key is; in words where its reader knows. */
export type Presence = 'always' | 'key' | readonly string[] | { readonly where: string }

/** What every condition key has, for policies and for docs/condition-keys.md. */
interface Described {
  /** the condition operators AWS documents it for */
  readonly type: 'String' | 'Numeric' | 'Boolean' | 'Date' | 'Date, Numeric' | 'ARN' | 'IP address'
  /** whether it may have several values, and wants a set operator */
  readonly many?: true
  /** outside of these requests it is missing, whatever its reader says */
  readonly present: Presence
  /** one sentence */
  readonly says: string
}
export interface ConditionKey extends Described {
  readonly read: ContextReader<Asked>
}
/** A family of condition keys, by what follows its prefix. */
export interface ConditionKeyFamily extends Described {
  /** what follows the prefix, for documentation */
  readonly suffix: string
  readonly read: FamilyReader<Asked>
}

const where = (words: string): Presence => ({ where: words })
/** Actions of AWS KMS; ReEncrypt is asked for each of its keys. */
const DATA_KEYS = [
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
]
const RE_ENCRYPT = ['ReEncryptFrom', 'ReEncryptTo']
const ENCRYPTS = ['Encrypt', 'Decrypt', ...RE_ENCRYPT, ...DATA_KEYS]
const CRYPTOGRAPHIC = [
  ...ENCRYPTS,
  'DeriveSharedSecret',
  'GenerateMac',
  'Sign',
  'Verify',
  'VerifyMac',
]
const CREATE_OR_KEY = where('CreateKey, and actions on a key')
const IN_SESSIONS = where('calls with temporary credentials')

const ACTIONS_ON_KEYS: ReadonlySet<string> = new Set(KEY_ACTIONS)

/** Whether a condition key is in a request, as far as its action tells. */
export function isPresent(present: Presence, { action }: Asked): boolean {
  if (present === 'always' || (typeof present === 'object' && 'where' in present)) return true
  if (present === 'key') return ACTIONS_ON_KEYS.has(action)
  return action.startsWith('kms:') && present.includes(action.slice('kms:'.length))
}

/** aws:PrincipalType: what kind of principal, in AWS's words. */
const PRINCIPAL_TYPES = {
  root: 'Account',
  user: 'User',
  role: 'AssumedRole',
  'assumed-role': 'AssumedRole',
} as const

/**
 * Condition keys of AWS KMS, by the column "API operations" of its documentation.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
 */
export const KMS_KEYS: Readonly<Record<string, ConditionKey>> = {
  'kms:BypassPolicyLockoutSafetyCheck': {
    type: 'Boolean',
    present: ['CreateKey', 'PutKeyPolicy'],
    says: 'The member of the request; missing where the request has none.',
    read: text('BypassPolicyLockoutSafetyCheck'),
  },
  'kms:CallerAccount': {
    type: 'String',
    present: 'key',
    says: "The caller's account.",
    read: ({ caller }) => caller.accountId,
  },
  'kms:CustomerMasterKeySpec': {
    type: 'String',
    present: CREATE_OR_KEY,
    says: 'The old name of kms:KeySpec.',
    read: keySpecKey,
  },
  'kms:CustomerMasterKeyUsage': {
    type: 'String',
    present: CREATE_OR_KEY,
    says: 'The old name of kms:KeyUsage.',
    read: keyUsageKey,
  },
  'kms:DataKeyPairSpec': {
    type: 'String',
    present: ['GenerateDataKeyPair', 'GenerateDataKeyPairWithoutPlaintext'],
    says: 'KeyPairSpec of the request.',
    read: text('KeyPairSpec'),
  },
  'kms:EncryptionAlgorithm': {
    type: 'String',
    present: ENCRYPTS,
    says: 'The algorithm of the request, or SYMMETRIC_DEFAULT; of ReEncrypt that of the side asked for.',
    read: encryptionAlgorithm,
  },
  'kms:EncryptionContextKeys': {
    type: 'String',
    many: true,
    present: [...ENCRYPTS, 'CreateGrant', 'RetireGrant'],
    says: "Names in the encryption context, or in the grant's constraints.",
    read: (asked) => Object.keys(conditionedContext(asked)),
  },
  'kms:ExpirationModel': {
    type: 'String',
    present: ['ImportKeyMaterial'],
    says: 'The member of the request; missing where the request has none.',
    read: text('ExpirationModel'),
  },
  'kms:GrantConstraintType': {
    type: 'String',
    present: ['CreateGrant', 'RetireGrant'],
    says: 'EncryptionContextEquals, EncryptionContextSubset, or both.',
    read: constraintType,
  },
  'kms:GrantIsForAWSResource': {
    type: 'Boolean',
    present: ['CreateGrant', 'ListGrants', 'RevokeGrant'],
    says: '`false`: no AWS service calls here.',
    read: () => 'false',
  },
  'kms:GrantOperations': {
    type: 'String',
    many: true,
    present: ['CreateGrant'],
    says: 'What the grant permits.',
    read: texts('Operations'),
  },
  'kms:GranteePrincipal': {
    type: 'String',
    present: ['CreateGrant'],
    says: 'Whom the grant is for: an ARN.',
    read: text('GranteePrincipal'),
  },
  'kms:KeyAgreementAlgorithm': {
    type: 'String',
    present: ['DeriveSharedSecret'],
    says: 'The member of the request.',
    read: text('KeyAgreementAlgorithm'),
  },
  'kms:KeyOrigin': {
    type: 'String',
    present: CREATE_OR_KEY,
    says: 'Origin of the key, or of the one to be made.',
    read: ofKey(
      ({ data }) => data.origin,
      (asked) => text('Origin')(asked) ?? 'AWS_KMS',
    ),
  },
  'kms:KeySpec': {
    type: 'String',
    present: CREATE_OR_KEY,
    says: 'KeySpec of the key, or of the one to be made.',
    read: keySpecKey,
  },
  'kms:KeyUsage': {
    type: 'String',
    present: CREATE_OR_KEY,
    says: 'KeyUsage of the key, or of the one to be made.',
    read: keyUsageKey,
  },
  'kms:MacAlgorithm': {
    type: 'String',
    present: ['GenerateMac', 'VerifyMac'],
    says: 'The member of the request.',
    read: text('MacAlgorithm'),
  },
  'kms:MessageType': {
    type: 'String',
    present: ['Sign', 'Verify'],
    says: 'The member of the request, or RAW.',
    read: (asked) => text('MessageType')(asked) ?? 'RAW',
  },
  'kms:MultiRegion': {
    type: 'Boolean',
    present: CREATE_OR_KEY,
    says: 'Whether the key is a multi-Region key.',
    read: ofKey(
      ({ data }) => String(data.multiRegion),
      (asked) => text('MultiRegion')(asked) ?? 'false',
    ),
  },
  'kms:ReEncryptOnSameKey': {
    type: 'Boolean',
    present: RE_ENCRYPT,
    says: 'Whether both keys of ReEncrypt are one.',
    read: ({ keys }) => String(keys['source']?.arn === keys['destination']?.arn),
  },
  'kms:RequestAlias': {
    type: 'String',
    present: [...CRYPTOGRAPHIC, 'DescribeKey', 'GetPublicKey'],
    says: 'The name of the alias by which the request names the key; missing where it names it otherwise.',
    read: ({ requestAlias }) => requestAlias,
  },
  'kms:ResourceAliases': {
    type: 'String',
    many: true,
    present: 'key',
    says: 'Names of the aliases of the key.',
    read: (asked) => {
      if (asked.key === undefined) return undefined
      if (asked.aliases === undefined) asked.aliasesWanted = true
      return asked.aliases ?? []
    },
  },
  'kms:RetiringPrincipal': {
    type: 'String',
    present: ['CreateGrant'],
    says: 'Who may retire the grant: an ARN.',
    read: text('RetiringPrincipal'),
  },
  'kms:RotationPeriodInDays': {
    type: 'Numeric',
    present: ['EnableKeyRotation'],
    says: 'The member of the request; missing where the request has none.',
    read: text('RotationPeriodInDays'),
  },
  'kms:ScheduleKeyDeletionPendingWindowInDays': {
    type: 'Numeric',
    present: ['ScheduleKeyDeletion'],
    says: 'PendingWindowInDays of the request, or 30.',
    read: (asked) => text('PendingWindowInDays')(asked) ?? '30',
  },
  'kms:SigningAlgorithm': {
    type: 'String',
    present: ['Sign', 'Verify'],
    says: 'The member of the request.',
    read: text('SigningAlgorithm'),
  },
  'kms:ValidTo': {
    type: 'Date, Numeric',
    present: ['ImportKeyMaterial'],
    says: 'When the key material expires, in Unix seconds.',
    read: moment('ValidTo'),
  },
  'kms:WrappingAlgorithm': {
    type: 'String',
    present: ['GetParametersForImport'],
    says: 'The member of the request.',
    read: text('WrappingAlgorithm'),
  },
  'kms:WrappingKeySpec': {
    type: 'String',
    present: ['GetParametersForImport'],
    says: 'The member of the request.',
    read: text('WrappingKeySpec'),
  },
}

/** @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-nitro-enclaves.html */
export const KMS_FAMILIES: Readonly<Record<string, ConditionKeyFamily>> = {
  'kms:EncryptionContext:': {
    suffix: 'name',
    type: 'String',
    present: [...ENCRYPTS, 'CreateGrant', 'RetireGrant'],
    says: "The value of a name in the encryption context, or in the grant's constraints; the name's case is ignored.",
    read: (asked, name) => valueIgnoringCase(conditionedContext(asked), name),
  },
  'kms:RecipientAttestation:': {
    suffix: 'ImageSha384, PCR0, …',
    type: 'String',
    present: where('calls with a Recipient'),
    says: 'A value of the verified attestation document of the enclave.',
    read: ({ attestation }, name) => attestation?.get(name),
  },
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html */
export const STS_KEYS: Readonly<Record<string, ConditionKey>> = {
  'sts:DurationSeconds': {
    type: 'Numeric',
    present: where('AssumeRole and its kin, where the request says it'),
    says: 'How long the session is to last.',
    read: text('DurationSeconds'),
  },
  'sts:ExternalId': {
    type: 'String',
    present: where('AssumeRole, where the request says it'),
    says: 'The member of the request.',
    read: text('ExternalId'),
  },
  'sts:RoleSessionName': {
    type: 'String',
    present: where('AssumeRole and its kin'),
    says: 'The name of the session.',
    read: text('RoleSessionName'),
  },
  'sts:SourceIdentity': {
    type: 'String',
    present: where('AssumeRole, where the request says it'),
    says: 'The source identity that is to be set.',
    read: text('SourceIdentity'),
  },
  'sts:TransitiveTagKeys': {
    type: 'String',
    many: true,
    present: where('AssumeRole, where the request says it'),
    says: 'Names of tags that go on to further sessions.',
    read: texts('TransitiveTagKeys'),
  },
}

/**
 * AWS's global condition keys, by "Availability" of their documentation.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export const GLOBAL_KEYS: Readonly<Record<string, ConditionKey>> = {
  'aws:CurrentTime': {
    type: 'Date',
    present: 'always',
    says: 'The time of the request: ISO 8601, UTC.',
    read: ({ context }) => new Date(context.now).toISOString(),
  },
  'aws:EpochTime': {
    type: 'Date, Numeric',
    present: 'always',
    says: 'The time of the request in Unix seconds.',
    read: ({ context }) => String(Math.floor(context.now / 1000)),
  },
  'aws:FederatedProvider': {
    type: 'ARN',
    present: where("sessions of AssumeRoleWithWebIdentity, and the role's trust policy for it"),
    says: 'The identity provider that vouched for the caller.',
    read: ({ caller }) => caller.session?.provider,
  },
  'aws:MultiFactorAuthAge': {
    type: 'Numeric',
    present: where('calls with temporary credentials that prove a second factor'),
    says: 'Seconds since the second factor was proven.',
    read: ({ caller, context }) =>
      caller.session?.mfaAt === undefined
        ? undefined
        : String(Math.floor((context.wallTime - caller.session.mfaAt) / 1000)),
  },
  'aws:MultiFactorAuthPresent': {
    type: 'Boolean',
    present: IN_SESSIONS,
    says: 'Whether a second factor was proven; of a federated session whether its token says so (`amr`), which AWS does not read.',
    read: ({ caller }) => caller.session && String(caller.session.mfa),
  },
  'aws:PrincipalAccount': {
    type: 'String',
    present: 'always',
    says: "The caller's account.",
    read: ({ caller }) => caller.accountId,
  },
  'aws:PrincipalArn': {
    type: 'ARN',
    present: 'always',
    says: 'Who calls; of a session its role.',
    read: ({ caller }) => caller.roleArn ?? caller.arn,
  },
  'aws:PrincipalIsAWSService': {
    type: 'Boolean',
    present: 'always',
    says: '`false`: no AWS service calls here.',
    read: () => 'false',
  },
  'aws:PrincipalType': {
    type: 'String',
    present: 'always',
    says: 'Account, User or AssumedRole.',
    read: ({ caller }) => PRINCIPAL_TYPES[caller.type],
  },
  'aws:RequestedRegion': {
    type: 'String',
    present: 'always',
    says: 'The Region that the request is signed for.',
    read: ({ context }) => context.region,
  },
  'aws:ResourceAccount': {
    type: 'String',
    present: 'always',
    says: "The key's account; the caller's own where there is no key.",
    read: ({ key, caller }) => key?.accountId ?? caller.accountId,
  },
  'aws:SecureTransport': {
    type: 'Boolean',
    present: 'always',
    says: 'Whether the request came over TLS.',
    read: ({ context }) => String(context.secure),
  },
  'aws:SourceIdentity': {
    type: 'String',
    present: where('sessions that a source identity was set for'),
    says: 'That source identity.',
    read: ({ caller }) => caller.session?.sourceIdentity,
  },
  'aws:SourceIp': {
    type: 'IP address',
    present: 'always',
    says: 'The address that the request came from.',
    read: ({ context }) => context.sourceIp,
  },
  'aws:TagKeys': {
    type: 'String',
    many: true,
    present: where('requests with tags, or names of tags'),
    says: 'Names of the tags in the request.',
    read: tagKeys,
  },
  'aws:TokenIssueTime': {
    type: 'Date',
    present: IN_SESSIONS,
    says: 'When the credentials were issued: ISO 8601, UTC.',
    read: ({ caller }) => caller.session && new Date(caller.session.issued).toISOString(),
  },
  'aws:UserAgent': {
    type: 'String',
    present: 'always',
    says: "The client's word; the empty text where it says nothing.",
    read: ({ context }) => context.userAgent,
  },
  'aws:ViaAWSService': {
    type: 'Boolean',
    present: 'always',
    says: '`false`: every call is direct.',
    read: () => 'false',
  },
  'aws:userid': {
    type: 'String',
    present: 'always',
    says: "The caller's unique id; of a session its role's id, `:`, and its name.",
    read: ({ caller }) => caller.userId,
  },
  'aws:username': {
    type: 'String',
    present: where('calls of users'),
    says: "The user's name.",
    read: ({ caller }) => (caller.type === 'user' ? caller.name : undefined),
  },
}

/** One value for each tag; names are compared without regard to case. */
export const GLOBAL_FAMILIES: Readonly<Record<string, ConditionKeyFamily>> = {
  'aws:PrincipalTag/': {
    suffix: 'name',
    type: 'String',
    present: where('calls of principals that have the tag'),
    says: "A tag of the caller's user or role, or of its session.",
    read: ({ caller }, name) => valueIgnoringCase(caller.tags, name),
  },
  'aws:RequestTag/': {
    suffix: 'name',
    type: 'String',
    present: where('requests with the tag'),
    says: 'A tag that the request gives.',
    read: (asked, name) => valueIgnoringCase(requestTags(asked), name),
  },
  'aws:ResourceTag/': {
    suffix: 'name',
    type: 'String',
    present: where('actions on a key or role that has the tag'),
    says: 'A tag of the key, or of the role that is to be assumed.',
    read: ({ key, resourceTags }, name): ContextValue =>
      valueIgnoringCase(resourceTags ?? Object.fromEntries(key?.data.tags ?? []), name),
  },
  'iam:ResourceTag/': {
    suffix: 'name',
    type: 'String',
    present: where('AssumeRole and its kin'),
    says: 'A tag of the role that is to be assumed.',
    read: ({ resourceTags = {} }, name) => valueIgnoringCase(resourceTags, name),
  },
}

/** Condition keys that AWS documents and no request here has, by the reason. */
export const NEVER: Readonly<Record<string, readonly string[]>> = {
  'No AWS service calls here, in its own name or in that of a principal.': [
    'aws:CalledVia',
    'aws:CalledViaAWSMCP',
    'aws:CalledViaFirst',
    'aws:CalledViaLast',
    'aws:IsMcpServiceAction',
    'aws:PrincipalServiceName',
    'aws:PrincipalServiceNamesList',
    'aws:SourceAccount',
    'aws:SourceArn',
    'aws:SourceOrgID',
    'aws:SourceOrgPaths',
    'aws:ViaAWSMCPService',
    'kms:ViaService',
  ],
  'There are no organizations.': [
    'aws:PrincipalOrgID',
    'aws:PrincipalOrgPaths',
    'aws:ResourceOrgID',
    'aws:ResourceOrgPaths',
  ],
  'There are no VPC endpoints.': [
    'aws:SourceVpc',
    'aws:SourceVpcArn',
    'aws:SourceVpce',
    'aws:VpcSourceIp',
    'aws:VpceAccount',
    'aws:VpceOrgID',
    'aws:VpceOrgPaths',
  ],
  'No such credentials are issued here.': [
    'aws:AssumedRoot',
    'aws:ChatbotSourceArn',
    'aws:Ec2InstanceSourcePrivateIPv4',
    'aws:Ec2InstanceSourceVpc',
    'aws:SignInSessionArn',
  ],
  'No web page leads here.': ['aws:referer'],
  'There are no replicas of multi-Region keys.': [
    'kms:MultiRegionKeyType',
    'kms:PrimaryRegion',
    'kms:ReplicaRegion',
  ],
}

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
  multiRegionKeyType,
  ofKey,
  requestTags,
  tagKeys,
  text,
  texts,
} from './condition-readers.ts'
import { KEY_ACTIONS } from './key-actions.ts'

/** In which requests a condition key is; in words where its reader knows. */
export type Presence = 'always' | 'key' | readonly string[] | { readonly where: string }

/** What every condition key has; scripts/condition-key-texts.ts says what it is, for docs/condition-keys.md. */
interface Described {
  /** whether it may have several values, and wants a set operator */
  readonly many?: true
  /** outside of these requests it is missing, whatever its reader says */
  readonly present: Presence
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
  'Decapsulate',
  'DeriveSharedSecret',
  'Encapsulate',
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
  'federated-user': 'FederatedUser',
} as const

/**
 * Condition keys of AWS KMS, by the column "API operations" of its documentation.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
 */
export const KMS_KEYS: Readonly<Record<string, ConditionKey>> = {
  'kms:BypassPolicyLockoutSafetyCheck': {
    present: ['CreateKey', 'PutKeyPolicy'],
    read: text('BypassPolicyLockoutSafetyCheck'),
  },
  'kms:CallerAccount': {
    present: 'key',
    read: ({ caller }) => caller.accountId,
  },
  'kms:CustomerMasterKeySpec': {
    present: CREATE_OR_KEY,
    read: keySpecKey,
  },
  'kms:CustomerMasterKeyUsage': {
    present: CREATE_OR_KEY,
    read: keyUsageKey,
  },
  'kms:DataKeyPairSpec': {
    present: ['GenerateDataKeyPair', 'GenerateDataKeyPairWithoutPlaintext'],
    read: text('KeyPairSpec'),
  },
  'kms:EncryptionAlgorithm': {
    present: ENCRYPTS,
    read: encryptionAlgorithm,
  },
  'kms:EncryptionContextKeys': {
    many: true,
    present: [...ENCRYPTS, 'CreateGrant', 'RetireGrant'],
    read: (asked) => Object.keys(conditionedContext(asked)),
  },
  'kms:ExpirationModel': {
    present: ['ImportKeyMaterial'],
    read: text('ExpirationModel'),
  },
  'kms:GrantConstraintType': {
    present: ['CreateGrant', 'RetireGrant'],
    read: constraintType,
  },
  'kms:GrantIsForAWSResource': {
    present: ['CreateGrant', 'ListGrants', 'RevokeGrant'],
    read: () => 'false',
  },
  'kms:GrantOperations': {
    many: true,
    present: ['CreateGrant'],
    read: texts('Operations'),
  },
  'kms:GranteePrincipal': {
    present: ['CreateGrant'],
    read: text('GranteePrincipal'),
  },
  'kms:KeyAgreementAlgorithm': {
    present: ['DeriveSharedSecret'],
    read: text('KeyAgreementAlgorithm'),
  },
  'kms:KeyOrigin': {
    present: CREATE_OR_KEY,
    read: ofKey(
      ({ data }) => data.origin,
      (asked) => text('Origin')(asked) ?? 'AWS_KMS',
    ),
  },
  'kms:KeySpec': {
    present: CREATE_OR_KEY,
    read: keySpecKey,
  },
  'kms:KeyUsage': {
    present: CREATE_OR_KEY,
    read: keyUsageKey,
  },
  'kms:MacAlgorithm': {
    present: ['GenerateMac', 'VerifyMac'],
    read: text('MacAlgorithm'),
  },
  'kms:MessageType': {
    present: ['Sign', 'Verify'],
    read: (asked) => text('MessageType')(asked) ?? 'RAW',
  },
  'kms:MultiRegion': {
    present: CREATE_OR_KEY,
    read: ofKey(
      ({ data }) => String(data.multiRegion),
      (asked) => text('MultiRegion')(asked) ?? 'false',
    ),
  },
  'kms:MultiRegionKeyType': {
    present: where('CreateKey of a multi-Region key, and actions on one'),
    read: multiRegionKeyType,
  },
  'kms:PrimaryRegion': {
    present: ['UpdatePrimaryRegion'],
    read: text('PrimaryRegion'),
  },
  'kms:ReEncryptOnSameKey': {
    present: RE_ENCRYPT,
    read: ({ keys }) => String(keys['source']?.arn === keys['destination']?.arn),
  },
  'kms:ReplicaRegion': {
    present: ['ReplicateKey'],
    read: text('ReplicaRegion'),
  },
  'kms:RequestAlias': {
    present: [...CRYPTOGRAPHIC, 'DescribeKey', 'GetPublicKey'],
    read: ({ requestAlias }) => requestAlias,
  },
  'kms:ResourceAliases': {
    many: true,
    present: 'key',
    read: (asked) => {
      if (asked.key === undefined) return undefined
      if (asked.aliases === undefined) asked.aliasesWanted = true
      return asked.aliases ?? []
    },
  },
  'kms:RetiringPrincipal': {
    present: ['CreateGrant'],
    read: text('RetiringPrincipal'),
  },
  'kms:RotationPeriodInDays': {
    present: ['EnableKeyRotation'],
    read: text('RotationPeriodInDays'),
  },
  'kms:ScheduleKeyDeletionPendingWindowInDays': {
    present: ['ScheduleKeyDeletion'],
    read: (asked) => text('PendingWindowInDays')(asked) ?? '30',
  },
  'kms:SigningAlgorithm': {
    present: ['Sign', 'Verify'],
    read: text('SigningAlgorithm'),
  },
  'kms:ValidTo': {
    present: ['ImportKeyMaterial'],
    read: moment('ValidTo'),
  },
  'kms:WrappingAlgorithm': {
    present: ['GetParametersForImport'],
    read: text('WrappingAlgorithm'),
  },
  'kms:WrappingKeySpec': {
    present: ['GetParametersForImport'],
    read: text('WrappingKeySpec'),
  },
}

/** @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-nitro-enclaves.html */
export const KMS_FAMILIES: Readonly<Record<string, ConditionKeyFamily>> = {
  'kms:EncryptionContext:': {
    suffix: 'name',
    present: [...ENCRYPTS, 'CreateGrant', 'RetireGrant'],
    read: (asked, name) => valueIgnoringCase(conditionedContext(asked), name),
  },
  'kms:RecipientAttestation:': {
    suffix: 'ImageSha384, PCR0, …',
    present: where('calls with a Recipient'),
    read: ({ attestation }, name) => attestation?.get(name),
  },
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html */
export const STS_KEYS: Readonly<Record<string, ConditionKey>> = {
  'sts:DurationSeconds': {
    present: where('AssumeRole and its kin, where the request says it'),
    read: text('DurationSeconds'),
  },
  'sts:ExternalId': {
    present: where('AssumeRole, where the request says it'),
    read: text('ExternalId'),
  },
  'sts:RoleSessionName': {
    present: where('AssumeRole and its kin'),
    read: text('RoleSessionName'),
  },
  'sts:SourceIdentity': {
    present: where('AssumeRole, where the request says it'),
    read: text('SourceIdentity'),
  },
  'sts:TransitiveTagKeys': {
    many: true,
    present: where('AssumeRole, where the request says it'),
    read: texts('TransitiveTagKeys'),
  },
}

/**
 * AWS's global condition keys, by "Availability" of their documentation.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export const GLOBAL_KEYS: Readonly<Record<string, ConditionKey>> = {
  'aws:CurrentTime': {
    present: 'always',
    read: ({ context }) => new Date(context.now).toISOString(),
  },
  'aws:EpochTime': {
    present: 'always',
    read: ({ context }) => String(Math.floor(context.now / 1000)),
  },
  'aws:FederatedProvider': {
    present: where(
      "sessions of AssumeRoleWithWebIdentity and AssumeRoleWithAwsIdentity, and the role's trust policy for them",
    ),
    read: ({ caller }) => caller.session?.provider,
  },
  'aws:MultiFactorAuthAge': {
    present: where('calls with a second factor'),
    read: ({ caller: { secondFactorAt, session }, context }) => {
      // a code that is shown now is the later proof
      const at = secondFactorAt ?? session?.mfaAt
      return at === undefined ? undefined : String(Math.floor((context.wallTime - at) / 1000))
    },
  },
  'aws:MultiFactorAuthPresent': {
    present: where('calls with temporary credentials or a second factor'),
    read: ({ caller: { secondFactorAt, session } }) =>
      secondFactorAt === undefined ? session && String(session.mfa) : 'true',
  },
  'aws:PrincipalAccount': {
    present: 'always',
    read: ({ caller }) => caller.accountId,
  },
  'aws:PrincipalArn': {
    present: 'always',
    read: ({ caller: { type, roleArn, arn } }) =>
      type === 'federated-user' ? arn : (roleArn ?? arn),
  },
  'aws:PrincipalIsAWSService': {
    present: 'always',
    read: () => 'false',
  },
  'aws:PrincipalType': {
    present: 'always',
    read: ({ caller }) => PRINCIPAL_TYPES[caller.type],
  },
  'aws:RequestedRegion': {
    present: 'always',
    read: ({ context }) => context.region,
  },
  'aws:ResourceAccount': {
    present: 'always',
    read: ({ key, caller }) => key?.accountId ?? caller.accountId,
  },
  'aws:SecureTransport': {
    present: 'always',
    read: ({ context }) => String(context.secure),
  },
  'aws:SourceIdentity': {
    present: where('sessions that a source identity was set for'),
    read: ({ caller }) => caller.session?.sourceIdentity,
  },
  'aws:SourceIp': {
    present: 'always',
    read: ({ context }) => context.sourceIp,
  },
  'aws:TagKeys': {
    many: true,
    present: where('requests with tags, or names of tags'),
    read: tagKeys,
  },
  'aws:TokenIssueTime': {
    present: IN_SESSIONS,
    read: ({ caller }) => caller.session && new Date(caller.session.issued).toISOString(),
  },
  'aws:UserAgent': {
    present: 'always',
    read: ({ context }) => context.userAgent,
  },
  'aws:ViaAWSService': {
    present: 'always',
    read: () => 'false',
  },
  'aws:userid': {
    present: 'always',
    read: ({ caller }) => caller.userId,
  },
  'aws:username': {
    present: where('calls of users'),
    read: ({ caller }) => (caller.type === 'user' ? caller.name : undefined),
  },
}

/** One value for each tag; names are compared without regard to case. */
export const GLOBAL_FAMILIES: Readonly<Record<string, ConditionKeyFamily>> = {
  'aws:PrincipalTag/': {
    suffix: 'name',
    present: where('calls of principals that have the tag'),
    read: ({ caller }, name) => valueIgnoringCase(caller.tags, name),
  },
  'aws:RequestTag/': {
    suffix: 'name',
    present: where('requests with the tag'),
    read: (asked, name) => valueIgnoringCase(requestTags(asked), name),
  },
  'aws:ResourceTag/': {
    suffix: 'name',
    present: where('actions on a key, user, role, policy or provider that has the tag'),
    read: ({ key, resourceTags }, name): ContextValue =>
      valueIgnoringCase(resourceTags ?? Object.fromEntries(key?.data.tags ?? []), name),
  },
  'iam:ResourceTag/': {
    suffix: 'name',
    present: where('AssumeRole and its kin, and actions of AWS IAM on a user or role'),
    read: ({ resourceTags, tagsOf }, name) =>
      tagsOf === 'thing' ? undefined : valueIgnoringCase(resourceTags ?? {}, name),
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
  'No role is handed to a service, and there are no security keys, nor credentials of single services.':
    [
      'iam:AWSServiceName',
      'iam:AssociatedResourceArn',
      'iam:FIDO-FIPS-140-2-certification',
      'iam:FIDO-FIPS-140-3-certification',
      'iam:FIDO-certification',
      'iam:OrganizationsPolicyId',
      'iam:PassedToService',
      'iam:RegisterSecurityKey',
      'iam:ServiceSpecificCredentialAgeDays',
      'iam:ServiceSpecificCredentialServiceName',
    ],
}

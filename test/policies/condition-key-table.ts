/*
 * Which requests have which condition key, by AWS's documentation:
 *
 * - guide: AWS KMS Developer Guide, "AWS KMS condition keys", "Condition keys for Nitro Enclaves", "Condition keys
 *   for NitroTPM", "AWS global condition keys" and "ABAC for AWS KMS":
 *   https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
 *   https://docs.aws.amazon.com/kms/latest/developerguide/conditions-nitro-enclave.html
 *   https://docs.aws.amazon.com/kms/latest/developerguide/conditions-nitro-tpm.html
 *   https://docs.aws.amazon.com/kms/latest/developerguide/conditions-aws.html
 *   https://docs.aws.amazon.com/kms/latest/developerguide/abac.html
 *   and for key resource operations the table of
 *   https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html
 * - reference: Service Authorization Reference, "Actions, resources, and condition keys for AWS Key Management
 *   Service":
 *   https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html
 * - global keys: IAM User Guide, "AWS global condition context keys", Availability:
 *   https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 * - keys of AWS STS: IAM User Guide, "IAM and AWS STS condition context keys", Availability:
 *   https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
 */

/** By which operators a key is compared; a date of Unix time also by numeric ones. */
export type DataType = 'String' | 'ARN' | 'Bool' | 'Numeric' | 'Date' | 'IP address'

/** One condition key. */
export interface ConditionKey {
  /** `*` stands for the name of a pair, tag or register */
  readonly key: string
  readonly type: DataType
  /** multivalued keys need a set operator */
  readonly values: 'single' | 'multi'
  /** always: in every request it applies to; otherwise only `when` */
  readonly present: 'always' | 'sometimes'
  readonly when?: string
}

/** A condition key of AWS KMS, or one of all services that AWS KMS documents for some operations only. */
export interface KmsConditionKey extends ConditionKey {
  /** permissions, without `kms:`, that have it by the guide */
  readonly guide: readonly string[]
  /** permissions that have it by the reference, where it says something else */
  readonly reference?: readonly string[]
  /** key policies don't know it */
  readonly iamPoliciesOnly?: true
  /** its value where the request doesn't give the parameter, and it is present all the same */
  readonly byDefault?: string
}

/** Operations whose permission is about a key. */
const KEY_OPERATIONS = [
  'CancelKeyDeletion',
  'CreateAlias',
  'CreateGrant',
  'Decapsulate',
  'Decrypt',
  'DeleteAlias',
  'DeleteImportedKeyMaterial',
  'DeriveSharedSecret',
  'DescribeKey',
  'DisableKey',
  'DisableKeyRotation',
  'EnableKey',
  'EnableKeyRotation',
  'Encapsulate',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'GenerateDataKeyWithoutPlaintext',
  'GenerateMac',
  'GetKeyLastUsage',
  'GetKeyPolicy',
  'GetKeyRotationStatus',
  'GetParametersForImport',
  'GetPublicKey',
  'ImportKeyMaterial',
  'ListGrants',
  'ListKeyPolicies',
  'ListKeyRotations',
  'ListResourceTags',
  'PutKeyPolicy',
  'ReEncryptFrom',
  'ReEncryptTo',
  'ReplicateKey',
  'RetireGrant',
  'RevokeGrant',
  'RotateKeyOnDemand',
  'ScheduleKeyDeletion',
  'Sign',
  'TagResource',
  'UntagResource',
  'UpdateAlias',
  'UpdateKeyDescription',
  'UpdatePrimaryRegion',
  'Verify',
  'VerifyMac',
] as const

/** Operations whose permission is about a custom key store; they have no condition key of a key. */
const KEY_STORE_OPERATIONS = [
  'ConnectCustomKeyStore',
  'CreateCustomKeyStore',
  'DeleteCustomKeyStore',
  'DescribeCustomKeyStores',
  'DisconnectCustomKeyStore',
  'UpdateCustomKeyStore',
] as const

const WITH_ENCRYPTION_CONTEXT = [
  'Decrypt',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'GenerateDataKeyWithoutPlaintext',
  'ReEncryptFrom',
  'ReEncryptTo',
] as const
const CRYPTOGRAPHIC = [
  ...WITH_ENCRYPTION_CONTEXT,
  'Decapsulate',
  'DeriveSharedSecret',
  'Encapsulate',
  'GenerateMac',
  'Sign',
  'Verify',
  'VerifyMac',
] as const
const WITH_RECIPIENT = [
  'Decrypt',
  'DeriveSharedSecret',
  'GenerateDataKey',
  'GenerateDataKeyPair',
  'GenerateRandom',
] as const
const CREATES_AND_KEYS = ['CreateKey', ...KEY_OPERATIONS] as const

const single = { values: 'single' } as const
const multi = { values: 'multi' } as const
const always = { present: 'always' } as const
const when = (text: string) => ({ present: 'sometimes', when: text }) as const
const given = (parameter: string) => when(`the request has ${parameter}`)

/** Keys that look at parameters of the request. */
const OF_PARAMETERS: readonly KmsConditionKey[] = [
  {
    key: 'kms:BypassPolicyLockoutSafetyCheck',
    type: 'Bool',
    ...single,
    ...given('BypassPolicyLockoutSafetyCheck'),
    guide: ['CreateKey', 'PutKeyPolicy'],
  },
  {
    key: 'kms:DataKeyPairSpec',
    type: 'String',
    ...single,
    ...always,
    guide: ['GenerateDataKeyPair', 'GenerateDataKeyPairWithoutPlaintext'],
  },
  {
    key: 'kms:EncryptionAlgorithm',
    type: 'String',
    ...single,
    ...always,
    guide: WITH_ENCRYPTION_CONTEXT,
    byDefault: 'SYMMETRIC_DEFAULT',
  },
  {
    key: 'kms:EncryptionContext:*',
    type: 'String',
    ...single,
    ...when('the encryption context has the pair; of CreateGrant, that of a constraint'),
    guide: ['CreateGrant', ...WITH_ENCRYPTION_CONTEXT],
    reference: ['CreateGrant', 'RetireGrant', ...WITH_ENCRYPTION_CONTEXT],
  },
  {
    key: 'kms:EncryptionContextKeys',
    type: 'String',
    ...multi,
    ...when('there is an encryption context; of CreateGrant, that of a constraint'),
    guide: ['CreateGrant', ...WITH_ENCRYPTION_CONTEXT],
    reference: ['CreateGrant', 'RetireGrant', ...WITH_ENCRYPTION_CONTEXT],
  },
  {
    key: 'kms:ExpirationModel',
    type: 'String',
    ...single,
    ...given('ExpirationModel'),
    guide: ['ImportKeyMaterial'],
  },
  {
    key: 'kms:GrantConstraintSourceArn',
    type: 'ARN',
    ...single,
    ...given('Constraints with SourceArn'),
    guide: ['CreateGrant'],
  },
  {
    key: 'kms:GrantConstraintType',
    type: 'String',
    ...single,
    ...given('Constraints with an encryption context'),
    guide: ['CreateGrant'],
    reference: ['CreateGrant', 'RetireGrant'],
  },
  {
    key: 'kms:GrantOperations',
    type: 'String',
    ...multi,
    ...always,
    guide: ['CreateGrant'],
  },
  {
    // or kms:GranteeServicePrincipal
    key: 'kms:GranteePrincipal',
    type: 'String',
    ...single,
    ...given('GranteePrincipal'),
    guide: ['CreateGrant'],
  },
  {
    key: 'kms:GranteeServicePrincipal',
    type: 'String',
    ...single,
    ...given('GranteeServicePrincipal'),
    guide: ['CreateGrant'],
  },
  {
    key: 'kms:RetiringPrincipal',
    type: 'String',
    ...single,
    ...given('RetiringPrincipal'),
    guide: ['CreateGrant'],
  },
  {
    key: 'kms:RetiringServicePrincipal',
    type: 'String',
    ...single,
    ...given('RetiringServicePrincipal'),
    guide: ['CreateGrant'],
  },
  {
    key: 'kms:KeyAgreementAlgorithm',
    type: 'String',
    ...single,
    ...always,
    guide: ['DeriveSharedSecret'],
  },
  {
    key: 'kms:MacAlgorithm',
    type: 'String',
    ...single,
    ...always,
    guide: ['GenerateMac', 'VerifyMac'],
  },
  {
    key: 'kms:MessageType',
    type: 'String',
    ...single,
    ...always,
    guide: ['Sign', 'Verify'],
    byDefault: 'RAW',
  },
  {
    key: 'kms:SigningAlgorithm',
    type: 'String',
    ...single,
    ...always,
    guide: ['Sign', 'Verify'],
  },
  {
    key: 'kms:PrimaryRegion',
    type: 'String',
    ...single,
    ...always,
    guide: ['UpdatePrimaryRegion'],
  },
  {
    key: 'kms:ReplicaRegion',
    type: 'String',
    ...single,
    ...always,
    guide: ['ReplicateKey'],
  },
  {
    // the default by what the page says of all parameters; its section says nothing of it
    key: 'kms:RotationPeriodInDays',
    type: 'Numeric',
    ...single,
    ...always,
    guide: ['EnableKeyRotation'],
    byDefault: '365',
  },
  {
    // the default by what the page says of all parameters; its section says nothing of it
    key: 'kms:ScheduleKeyDeletionPendingWindowInDays',
    type: 'Numeric',
    ...single,
    ...always,
    guide: ['ScheduleKeyDeletion'],
    byDefault: '30',
  },
  {
    // "Timestamp"; the guide's policy compares it with NumericLessThanEquals
    key: 'kms:ValidTo',
    type: 'Date',
    ...single,
    ...given('ValidTo'),
    guide: ['ImportKeyMaterial'],
  },
  {
    key: 'kms:WrappingAlgorithm',
    type: 'String',
    ...single,
    ...always,
    guide: ['GetParametersForImport'],
  },
  {
    key: 'kms:WrappingKeySpec',
    type: 'String',
    ...single,
    ...always,
    guide: ['GetParametersForImport'],
  },
  {
    key: 'kms:RecipientAttestation:ImageSha384',
    type: 'String',
    ...single,
    ...when('Recipient has an attestation document of a Nitro enclave'),
    guide: WITH_RECIPIENT,
  },
  {
    // PCR0 to PCR31
    key: 'kms:RecipientAttestation:PCR*',
    type: 'String',
    ...single,
    ...when('Recipient has an attestation document of a Nitro enclave with the register'),
    guide: WITH_RECIPIENT,
  },
  {
    // NitroTPMPCR0 to NitroTPMPCR23
    key: 'kms:RecipientAttestation:NitroTPMPCR*',
    type: 'String',
    ...single,
    ...when('Recipient has an attestation document of a NitroTPM with the register'),
    guide: WITH_RECIPIENT,
  },
]

/** Keys that look at the key in question, and at the parameters of CreateKey. */
const OF_THE_KEY: readonly KmsConditionKey[] = [
  {
    key: 'kms:KeyOrigin',
    type: 'String',
    ...single,
    ...always,
    guide: CREATES_AND_KEYS,
    byDefault: 'AWS_KMS',
  },
  {
    key: 'kms:KeySpec',
    type: 'String',
    ...single,
    ...always,
    guide: CREATES_AND_KEYS,
    byDefault: 'SYMMETRIC_DEFAULT',
  },
  {
    key: 'kms:KeyUsage',
    type: 'String',
    ...single,
    ...always,
    guide: CREATES_AND_KEYS,
    byDefault: 'ENCRYPT_DECRYPT',
  },
  {
    // deprecated: as kms:KeySpec
    key: 'kms:CustomerMasterKeySpec',
    type: 'String',
    ...single,
    ...always,
    guide: CREATES_AND_KEYS,
    byDefault: 'SYMMETRIC_DEFAULT',
  },
  {
    // deprecated: as kms:KeyUsage
    key: 'kms:CustomerMasterKeyUsage',
    type: 'String',
    ...single,
    ...always,
    guide: CREATES_AND_KEYS,
    byDefault: 'ENCRYPT_DECRYPT',
  },
  {
    key: 'kms:MultiRegion',
    type: 'Bool',
    ...single,
    ...always,
    guide: CREATES_AND_KEYS,
    byDefault: 'false',
  },
  {
    key: 'kms:MultiRegionKeyType',
    type: 'String',
    ...single,
    ...when('the key is a multi-Region key'),
    guide: CREATES_AND_KEYS,
  },
  {
    key: 'kms:RequestAlias',
    type: 'String',
    ...single,
    ...when('the request names the key by an alias'),
    guide: [...CRYPTOGRAPHIC, 'DescribeKey', 'GetPublicKey'],
  },
  {
    key: 'kms:ResourceAliases',
    type: 'String',
    ...multi,
    ...when('the key has an alias'),
    guide: KEY_OPERATIONS,
    iamPoliciesOnly: true,
  },
  {
    key: 'kms:ReEncryptOnSameKey',
    type: 'Bool',
    ...single,
    ...always,
    guide: ['ReEncryptFrom', 'ReEncryptTo'],
  },
  {
    // whole days since the key's last use; since it was made, where it was never used
    key: 'kms:TrailingDaysWithoutKeyUsage',
    type: 'Numeric',
    ...single,
    ...always,
    guide: ['DisableKey', 'ScheduleKeyDeletion'],
  },
]

/** Keys that look at who asks, and by what way. */
const OF_THE_CALLER: readonly KmsConditionKey[] = [
  {
    key: 'kms:CallerAccount',
    type: 'String',
    ...single,
    ...always,
    guide: [...KEY_OPERATIONS, ...KEY_STORE_OPERATIONS],
    reference: [...CREATES_AND_KEYS, ...KEY_STORE_OPERATIONS],
  },
  {
    key: 'kms:GrantIsForAWSResource',
    type: 'Bool',
    ...single,
    ...always,
    guide: ['CreateGrant', 'ListGrants', 'RevokeGrant'],
  },
  {
    key: 'kms:ViaService',
    type: 'String',
    ...single,
    ...when('a service asks on behalf of the principal'),
    guide: KEY_OPERATIONS,
    reference: CREATES_AND_KEYS,
  },
]

/** Keys of all services about tags. */
const OF_TAGS: readonly KmsConditionKey[] = [
  {
    key: 'aws:RequestTag/*',
    type: 'String',
    ...single,
    ...when('the request has the tag'),
    guide: ['CreateKey', 'TagResource'],
  },
  {
    key: 'aws:ResourceTag/*',
    type: 'String',
    ...single,
    ...when('the key has the tag'),
    guide: KEY_OPERATIONS,
    reference: CREATES_AND_KEYS,
    iamPoliciesOnly: true,
  },
  {
    key: 'aws:TagKeys',
    type: 'String',
    ...multi,
    ...when('the request has tags or keys of tags'),
    guide: ['CreateKey', 'TagResource', 'UntagResource'],
  },
]

/** The condition keys of AWS KMS, and those of tags. */
export const KMS_CONDITION_KEYS: readonly KmsConditionKey[] = [
  ...OF_PARAMETERS,
  ...OF_THE_KEY,
  ...OF_THE_CALLER,
  ...OF_TAGS,
]

/** The condition keys of every service that don't depend on the operation. */
export const GLOBAL_CONDITION_KEYS: readonly ConditionKey[] = [
  { key: 'aws:CurrentTime', type: 'Date', ...single, ...always },
  { key: 'aws:EpochTime', type: 'Date', ...single, ...always },
  { key: 'aws:PrincipalAccount', type: 'String', ...single, ...always },
  { key: 'aws:PrincipalArn', type: 'ARN', ...single, ...always },
  { key: 'aws:PrincipalIsAWSService', type: 'Bool', ...single, ...always },
  { key: 'aws:PrincipalType', type: 'String', ...single, ...always },
  { key: 'aws:RequestedRegion', type: 'String', ...single, ...always },
  { key: 'aws:ResourceAccount', type: 'String', ...single, ...always },
  { key: 'aws:SecureTransport', type: 'Bool', ...single, ...always },
  { key: 'aws:UserAgent', type: 'String', ...single, ...always },
  { key: 'aws:userid', type: 'String', ...single, ...always },
  { key: 'aws:ViaAWSService', type: 'Bool', ...single, ...always },
  {
    key: 'aws:username',
    type: 'String',
    ...single,
    ...when('an IAM user asks; never of an account root or a role'),
  },
  {
    key: 'aws:SourceIp',
    type: 'IP address',
    ...single,
    ...when('the request does not come through a VPC endpoint'),
  },
  {
    key: 'aws:SourceVpc',
    type: 'String',
    ...single,
    ...when('the request comes through a VPC endpoint'),
  },
  {
    key: 'aws:SourceVpcArn',
    type: 'ARN',
    ...single,
    ...when('the request comes through a VPC endpoint'),
  },
  {
    key: 'aws:SourceVpce',
    type: 'String',
    ...single,
    ...when('the request comes through a VPC endpoint'),
  },
  {
    key: 'aws:VpcSourceIp',
    type: 'IP address',
    ...single,
    ...when('the request comes through a VPC endpoint'),
  },
  {
    key: 'aws:MultiFactorAuthAge',
    type: 'Numeric',
    ...single,
    ...when('the principal was authenticated with MFA'),
  },
  {
    key: 'aws:MultiFactorAuthPresent',
    type: 'Bool',
    ...single,
    ...when('the credentials are temporary'),
  },
  {
    key: 'aws:TokenIssueTime',
    type: 'Date',
    ...single,
    ...when('the credentials are temporary'),
  },
  {
    key: 'aws:PrincipalTag/*',
    type: 'String',
    ...single,
    ...when('the user, the role or its session has the tag'),
  },
  {
    key: 'aws:SourceIdentity',
    type: 'String',
    ...single,
    ...when('a session asks whose source identity was set'),
  },
  {
    key: 'aws:FederatedProvider',
    type: 'String',
    ...single,
    ...when('a session asks that an OIDC provider let assume the role, or it does'),
  },
  {
    key: 'aws:AssumedRoot',
    type: 'Bool',
    ...single,
    ...when('a session of AssumeRoot asks'),
  },
  {
    key: 'aws:PrincipalOrgID',
    type: 'String',
    ...single,
    ...when("the principal's account is in an organization"),
  },
  {
    key: 'aws:PrincipalOrgPaths',
    type: 'String',
    ...multi,
    ...when("the principal's account is in an organization"),
  },
  {
    key: 'aws:ResourceOrgID',
    type: 'String',
    ...single,
    ...when("the resource's account is in an organization"),
  },
  {
    key: 'aws:ResourceOrgPaths',
    type: 'String',
    ...multi,
    ...when("the resource's account is in an organization"),
  },
  {
    key: 'aws:PrincipalServiceName',
    type: 'String',
    ...single,
    ...when('a service asks as itself'),
  },
  {
    key: 'aws:PrincipalServiceNamesList',
    type: 'String',
    ...multi,
    ...when('a service asks as itself'),
  },
  {
    key: 'aws:SourceAccount',
    type: 'String',
    ...single,
    ...when('a service asks as itself, for a resource'),
  },
  { key: 'aws:SourceArn', type: 'ARN', ...single, ...when('a service asks as itself') },
  {
    key: 'aws:SourceOrgID',
    type: 'String',
    ...single,
    ...when("a service asks as itself, and the resource's account is in an organization"),
  },
  {
    key: 'aws:SourceOrgPaths',
    type: 'String',
    ...multi,
    ...when("a service asks as itself, and the resource's account is in an organization"),
  },
  {
    key: 'aws:CalledVia',
    type: 'String',
    ...multi,
    ...when("a service asks with the principal's credentials"),
  },
  {
    key: 'aws:CalledViaFirst',
    type: 'String',
    ...single,
    ...when("a service asks with the principal's credentials"),
  },
  {
    key: 'aws:CalledViaLast',
    type: 'String',
    ...single,
    ...when("a service asks with the principal's credentials"),
  },
  {
    key: 'aws:referer',
    type: 'String',
    ...single,
    ...when('the request was made by a link in a browser'),
  },
]

/** The condition keys of AWS STS for assuming a role. */
export const STS_CONDITION_KEYS: readonly ConditionKey[] = [
  { key: 'sts:ExternalId', type: 'String', ...single, ...given('ExternalId') },
  { key: 'sts:RoleSessionName', type: 'String', ...single, ...always },
  { key: 'sts:SourceIdentity', type: 'String', ...single, ...given('SourceIdentity') },
  { key: 'sts:TransitiveTagKeys', type: 'String', ...multi, ...given('TransitiveTagKeys') },
]

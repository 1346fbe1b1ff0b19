/** The condition operators that AWS documents a key for. */
export type ConditionKeyType =
  | 'String'
  | 'Numeric'
  | 'Boolean'
  | 'Date'
  | 'Date, Numeric'
  | 'ARN'
  | 'IP address'

/**
 * What each condition key is: its type, and a sentence, for docs/condition-keys.md; apart from the table that decides, which
 * every function carries.
 */
export const CONDITION_KEY_TEXTS: ReadonlyMap<
  string,
  readonly [type: ConditionKeyType, says: string]
> = new Map([
  [
    'kms:BypassPolicyLockoutSafetyCheck',
    ['Boolean', 'The member of the request; missing where the request has none.'],
  ],
  ['kms:CallerAccount', ['String', "The caller's account."]],
  ['kms:CustomerMasterKeySpec', ['String', 'The old name of kms:KeySpec.']],
  ['kms:CustomerMasterKeyUsage', ['String', 'The old name of kms:KeyUsage.']],
  ['kms:DataKeyPairSpec', ['String', 'KeyPairSpec of the request.']],
  [
    'kms:EncryptionAlgorithm',
    [
      'String',
      'The algorithm of the request, or SYMMETRIC_DEFAULT; of ReEncrypt that of the side asked for.',
    ],
  ],
  [
    'kms:EncryptionContextKeys',
    ['String', "Names in the encryption context, or in the grant's constraints."],
  ],
  [
    'kms:ExpirationModel',
    ['String', 'The member of the request; missing where the request has none.'],
  ],
  [
    'kms:GrantConstraintType',
    ['String', 'EncryptionContextEquals, EncryptionContextSubset, or both.'],
  ],
  ['kms:GrantIsForAWSResource', ['Boolean', '`false`: no AWS service calls here.']],
  ['kms:GrantOperations', ['String', 'What the grant permits.']],
  ['kms:GranteePrincipal', ['String', 'Whom the grant is for: an ARN.']],
  ['kms:KeyAgreementAlgorithm', ['String', 'The member of the request.']],
  ['kms:KeyOrigin', ['String', 'Origin of the key, or of the one to be made.']],
  ['kms:KeySpec', ['String', 'KeySpec of the key, or of the one to be made.']],
  ['kms:KeyUsage', ['String', 'KeyUsage of the key, or of the one to be made.']],
  ['kms:MacAlgorithm', ['String', 'The member of the request.']],
  ['kms:MessageType', ['String', 'The member of the request, or RAW.']],
  ['kms:MultiRegion', ['Boolean', 'Whether the key is a multi-Region key.']],
  [
    'kms:MultiRegionKeyType',
    ['String', '`PRIMARY` or `REPLICA`; missing for a key that is in one Region.'],
  ],
  ['kms:PrimaryRegion', ['String', 'The Region whose replica is to become the primary.']],
  ['kms:ReEncryptOnSameKey', ['Boolean', 'Whether both keys of ReEncrypt are one.']],
  ['kms:ReplicaRegion', ['String', 'The Region of the replica that is to be made.']],
  [
    'kms:RequestAlias',
    [
      'String',
      'The name of the alias by which the request names the key; missing where it names it otherwise.',
    ],
  ],
  ['kms:ResourceAliases', ['String', 'Names of the aliases of the key.']],
  ['kms:RetiringPrincipal', ['String', 'Who may retire the grant: an ARN.']],
  [
    'kms:RotationPeriodInDays',
    ['Numeric', 'The member of the request; missing where the request has none.'],
  ],
  [
    'kms:ScheduleKeyDeletionPendingWindowInDays',
    ['Numeric', 'PendingWindowInDays of the request, or 30.'],
  ],
  ['kms:SigningAlgorithm', ['String', 'The member of the request.']],
  ['kms:ValidTo', ['Date, Numeric', 'When the key material expires, in Unix seconds.']],
  ['kms:WrappingAlgorithm', ['String', 'The member of the request.']],
  ['kms:WrappingKeySpec', ['String', 'The member of the request.']],
  [
    'kms:EncryptionContext:',
    [
      'String',
      "The value of a name in the encryption context, or in the grant's constraints; the name's case is ignored.",
    ],
  ],
  [
    'kms:RecipientAttestation:',
    ['String', 'A value of the verified attestation document of the enclave.'],
  ],
  ['tenkey:XksOperation', ['String', 'The operation of AWS KMS that the proxy is called for.']],
  [
    'tenkey:XksPrincipalArn',
    [
      'String',
      'Who called AWS KMS, as AWS KMS says: an ARN of AWS, the name of a service, or `AWS Internal`.',
    ],
  ],
  [
    'tenkey:XksViaService',
    ['String', 'The service of AWS that called AWS KMS for that principal, e.g. `ebs`.'],
  ],
  ['sts:DurationSeconds', ['Numeric', 'How long the session is to last.']],
  ['sts:ExternalId', ['String', 'The member of the request.']],
  ['sts:RoleSessionName', ['String', 'The name of the session.']],
  ['sts:SourceIdentity', ['String', 'The source identity that is to be set.']],
  ['sts:TransitiveTagKeys', ['String', 'Names of tags that go on to further sessions.']],
  ['aws:CurrentTime', ['Date', 'The time of the request: ISO 8601, UTC.']],
  ['aws:EpochTime', ['Date, Numeric', 'The time of the request in Unix seconds.']],
  ['aws:FederatedProvider', ['ARN', 'The identity provider that vouched for the caller.']],
  ['aws:MultiFactorAuthAge', ['Numeric', 'Seconds since the second factor was proven.']],
  [
    'aws:MultiFactorAuthPresent',
    [
      'Boolean',
      'Whether a second factor was proven; of a federated session whether its token says so (`amr`), which AWS does not read.',
    ],
  ],
  ['aws:PrincipalAccount', ['String', "The caller's account."]],
  ['aws:PrincipalArn', ['ARN', 'Who calls; of a session its role.']],
  ['aws:PrincipalIsAWSService', ['Boolean', '`false`: no AWS service calls here.']],
  ['aws:PrincipalType', ['String', 'Account, User, AssumedRole or FederatedUser.']],
  ['aws:RequestedRegion', ['String', 'The Region that the request is signed for.']],
  ['aws:ResourceAccount', ['String', "The key's account; the caller's own where there is no key."]],
  ['aws:SecureTransport', ['Boolean', 'Whether the request came over TLS.']],
  ['aws:SourceIdentity', ['String', 'That source identity.']],
  ['aws:SourceIp', ['IP address', 'The address that the request came from.']],
  ['aws:TagKeys', ['String', 'Names of the tags in the request.']],
  ['aws:TokenIssueTime', ['Date', 'When the credentials were issued: ISO 8601, UTC.']],
  ['aws:UserAgent', ['String', "The client's word; the empty text where it says nothing."]],
  ['aws:ViaAWSService', ['Boolean', '`false`: every call is direct.']],
  [
    'aws:userid',
    ['String', "The caller's unique id; of a session its role's id, `:`, and its name."],
  ],
  ['aws:username', ['String', "The user's name."]],
  ['aws:PrincipalTag/', ['String', "A tag of the caller's user or role, or of its session."]],
  ['aws:RequestTag/', ['String', 'A tag that the request gives.']],
  ['aws:ResourceTag/', ['String', 'A tag of the key, or of the role that is to be assumed.']],
  [
    'iam:PermissionsBoundary',
    ['ARN', 'The managed policy that is, or is put as, the permissions boundary.'],
  ],
  ['iam:PolicyARN', ['ARN', 'The managed policy that is attached or detached.']],
  [
    'iam:ResourceTag/',
    [
      'String',
      'A tag of the role that is to be assumed, or of the user or role that is administered.',
    ],
  ],
  ['tenkey:AwsAccount', ['String', 'The account of AWS that the caller is of.']],
  [
    'tenkey:AwsArn',
    [
      'ARN',
      "The caller's ARN in AWS: of a user with its path; of a role's session with the names of role and session, and no path.",
    ],
  ],
  [
    'tenkey:AwsUserId',
    [
      'String',
      "The caller's unique id in AWS: AIDA… of a user, AROA…:session of a role's session. One who is made anew under an old name has another.",
    ],
  ],
])

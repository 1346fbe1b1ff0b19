/** Written by npm run gen from docs/openapi.json. */

export type AccessKey = {
  readonly AccessKeyId: string
  readonly SecretAccessKey: string
}

export type AdvanceClockRequest = {
  readonly Duration: string
}

export type AdvanceClockResponse = {
  readonly Now: string
  readonly AheadSeconds: number
  readonly Rotated: number
  readonly Expired: number
  readonly Deleted: number
  readonly AliasesRotated: number
  readonly Failed: number
}

export type AssumeRoleRequest = {
  readonly RoleArn: string
  readonly RoleSessionName: string
  readonly DurationSeconds?: number
  readonly ExternalId?: string
  readonly Policy?: string
  readonly PolicyArns?: readonly ({
    readonly arn?: string
  })[]
  readonly Tags?: readonly (SessionTag)[]
  readonly TransitiveTagKeys?: readonly (string)[]
  readonly SourceIdentity?: string
  readonly SerialNumber?: string
  readonly TokenCode?: string
}

export type AssumeRoleResponse = {
  readonly Credentials: Credentials
  readonly AssumedRoleUser: AssumedRoleUser
  readonly PackedPolicySize?: number
  readonly SourceIdentity?: string
}

export type AssumeRoleWithAwsIdentityRequest = {
  readonly PolicyArns?: readonly ({
    readonly arn?: string
  })[]
  readonly Policy?: string
  readonly DurationSeconds?: number
}

export type AssumeRoleWithAwsIdentityResponse = {
  readonly Credentials: Credentials
  readonly AwsIdentity: {
    readonly Account: string
    readonly Arn: string
    readonly UserId: string
  }
  readonly AssumedRoleUser: AssumedRoleUser
  readonly PackedPolicySize?: number
}

export type AssumeRoleWithWebIdentityRequest = {
  readonly RoleArn?: string
  readonly RoleSessionName?: string
  readonly WebIdentityToken?: string
  readonly ProviderId?: string
  readonly PolicyArns?: readonly ({
    readonly arn?: string
  })[]
  readonly Policy?: string
  readonly DurationSeconds?: number
}

export type AssumeRoleWithWebIdentityResponse = {
  readonly Credentials: Credentials
  readonly SubjectFromWebIdentityToken: string
  readonly AssumedRoleUser: AssumedRoleUser
  readonly PackedPolicySize?: number
  readonly Provider?: string
}

export type AssumedRoleUser = {
  readonly AssumedRoleId: string
  readonly Arn: string
}

export type AuditEvent = {
  readonly eventVersion: "1.11"
  readonly userIdentity: {
    readonly type?: "Root" | "IAMUser" | "Role" | "AssumedRole" | "FederatedUser" | "AWSAccount"
    readonly principalId?: string
    readonly arn?: string
    readonly accountId: string
    readonly accessKeyId?: string
    readonly userName?: string
    readonly sessionContext?: {
      readonly sessionIssuer?: {
        readonly type: "Role" | "IAMUser" | "Root"
        readonly principalId: string
        readonly arn: string
        readonly accountId: string
        readonly userName?: string
      }
      readonly webIdFederationData?: {
        readonly federatedProvider: string
        readonly attributes?: Readonly<Record<string, string>>
      }
      readonly attributes: {
        readonly creationDate: string
        readonly mfaAuthenticated: "true" | "false"
      }
      readonly sourceIdentity?: string
    }
    readonly invokedBy?: string
  }
  readonly eventTime: string
  readonly eventSource: string
  readonly eventName: string
  readonly awsRegion: string
  readonly sourceIPAddress: string
  readonly userAgent: string
  readonly errorCode?: string
  readonly errorMessage?: string
  readonly requestParameters: unknown
  readonly responseElements: unknown
  readonly additionalEventData?: {
    readonly keyMaterialId?: string
    readonly sourceKeyMaterialId?: string
    readonly destinationKeyMaterialId?: string
    readonly grantId?: string
    readonly customKeyStoreName?: string
    readonly policyChange?: {
      readonly policyType?: "identity" | "boundary" | "trust"
      readonly policyName?: string
      readonly changeNumber?: number
      readonly formerPolicySha256?: string
      readonly policySha256?: string
    }
    readonly repeated?: boolean
    readonly decisions?: readonly ({
      readonly action: string
      readonly allowed: boolean
      readonly reason?: string
    })[]
    readonly recipient?: Readonly<Record<string, string>>
    readonly awsIdentity?: {
      readonly account: string
      readonly arn: string
      readonly userId: string
    }
    readonly recordNotKept?: {
      readonly reason: string
      readonly originalSize: number
    }
    readonly recordNotMade?: boolean
  }
  readonly requestID?: string
  readonly eventID: string
  readonly readOnly: boolean
  readonly resources: readonly ({
    readonly accountId: string
    readonly type: "AWS::KMS::Key"
    readonly ARN: string
  })[]
  readonly eventType: "AwsApiCall" | "AwsServiceEvent"
  readonly managementEvent: boolean
  readonly recipientAccountId: string
  readonly sharedEventID?: string
  readonly serviceEventDetails?: unknown
  readonly eventCategory: "Management"
}

export type CancelKeyDeletionResponse = {
  readonly KeyId: string
}

export type CancelTenantDeletionResponse = {
  readonly AccountId: string
  readonly Status: "active" | "suspended"
}

export type ConnectCustomKeyStoreResponse = object

export type ConnectionErrorCode = "INVALID_CREDENTIALS" | "CLUSTER_NOT_FOUND" | "NETWORK_ERRORS" | "INTERNAL_ERROR" | "INSUFFICIENT_CLOUDHSM_HSMS" | "USER_LOCKED_OUT" | "USER_NOT_FOUND" | "USER_LOGGED_IN" | "SUBNET_NOT_FOUND" | "INSUFFICIENT_FREE_ADDRESSES_IN_SUBNET" | "XKS_PROXY_ACCESS_DENIED" | "XKS_PROXY_NOT_REACHABLE" | "XKS_VPC_ENDPOINT_SERVICE_NOT_FOUND" | "XKS_PROXY_INVALID_RESPONSE" | "XKS_PROXY_INVALID_CONFIGURATION" | "XKS_VPC_ENDPOINT_SERVICE_INVALID_CONFIGURATION" | "XKS_PROXY_TIMED_OUT" | "XKS_PROXY_INVALID_TLS_CONFIGURATION"

export type ConnectionState = "CONNECTED" | "CONNECTING" | "FAILED" | "DISCONNECTED" | "DISCONNECTING"

export type CreateAccessKeyRequest = {
  readonly UserName?: string
}

export type CreateAccessKeyResponse = {
  readonly AccessKeyId: string
  readonly SecretAccessKey: string
}

export type CreateAliasRequest = {
  readonly AliasName: string
  readonly TargetKeyId: string
}

export type CreateCustomKeyStoreRequest = {
  readonly CustomKeyStoreName: string
  readonly CloudHsmClusterId?: string
  readonly TrustAnchorCertificate?: string
  readonly KeyStorePassword?: string
  readonly CustomKeyStoreType?: StoreType
  readonly XksProxyUriEndpoint?: string
  readonly XksProxyUriPath?: string
  readonly XksProxyVpcEndpointServiceName?: string
  readonly XksProxyVpcEndpointServiceOwner?: string
  readonly XksProxyAuthenticationCredential?: ProxyCredential
  readonly XksProxyConnectivity?: ProxyConnectivity
}

export type CreateCustomKeyStoreResponse = {
  readonly CustomKeyStoreId?: string
}

export type CreateGrantRequest = {
  readonly GranteePrincipal: string
  readonly RetiringPrincipal?: string
  readonly Operations: readonly ("Decrypt" | "Encrypt" | "GenerateDataKey" | "GenerateDataKeyWithoutPlaintext" | "ReEncryptFrom" | "ReEncryptTo" | "Sign" | "Verify" | "GetPublicKey" | "CreateGrant" | "RetireGrant" | "DescribeKey" | "GenerateDataKeyPair" | "GenerateDataKeyPairWithoutPlaintext" | "GenerateMac" | "VerifyMac" | "DeriveSharedSecret" | "Encapsulate" | "Decapsulate")[]
  readonly Constraints?: NewGrantConstraints
  readonly GrantTokens?: readonly (string)[]
  readonly Name?: string
  readonly DryRun?: boolean
  readonly GranteeServicePrincipal?: string
  readonly RetiringServicePrincipal?: string
}

export type CreateGrantResponse = {
  readonly GrantToken: string
  readonly GrantId: string
}

export type CreateInstallationIssuerRequest = {
  readonly Issuer: string
  readonly Audiences: readonly (string)[]
  readonly JwksUri?: string
  readonly Algorithms?: readonly ("RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "ES512" | "EdDSA")[]
  readonly SubjectClaim?: string
  readonly TagClaims?: Readonly<Record<string, string>>
  readonly MaxTokenAgeSeconds?: number
  readonly ClockToleranceSeconds?: number
  readonly AuthorizedParties?: readonly (string)[]
  readonly AuthorizedPartyClaim?: string
  readonly AudienceClaim?: string
  readonly RequiredClaims?: Readonly<Record<string, string>>
  readonly TenantClaim: string
  readonly TenantBy?: TenantBy
  readonly Rules: readonly ({
    readonly RoleName: string
    readonly Claims: readonly ({
      readonly Claim: string
      readonly Equals?: readonly (string)[]
      readonly Like?: readonly (string)[]
    })[]
  })[]
}

export type CreateInstallationIssuerResponse = {
  readonly IssuerId: string
  readonly Issuer: string
  readonly Audiences: readonly (string)[]
  readonly JwksUri?: string
  readonly Algorithms: readonly ("RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "ES512" | "EdDSA")[]
  readonly SubjectClaim: string
  readonly TagClaims: Readonly<Record<string, string>>
  readonly MaxTokenAgeSeconds?: number
  readonly ClockToleranceSeconds?: number
  readonly AuthorizedParties?: readonly (string)[]
  readonly AuthorizedPartyClaim?: string
  readonly AudienceClaim?: string
  readonly RequiredClaims?: Readonly<Record<string, string>>
  readonly CreationDate: string
  readonly TenantClaim: string
  readonly TenantBy: TenantBy
  readonly Rules: readonly ({
    readonly RoleName: string
    readonly Claims: readonly ({
      readonly Claim: string
      readonly Equals?: readonly (string)[]
      readonly Like?: readonly (string)[]
    })[]
  })[]
}

export type CreateKeyRequest = {
  readonly Policy?: string
  readonly Description?: string
  readonly KeyUsage?: KeyUsage
  readonly CustomerMasterKeySpec?: CustomerMasterKeySpec
  readonly KeySpec?: KeySpec
  readonly Origin?: Origin
  readonly CustomKeyStoreId?: string
  readonly BypassPolicyLockoutSafetyCheck?: boolean
  readonly Tags?: readonly (TagInput)[]
  readonly MultiRegion?: boolean
  readonly XksKeyId?: string
}

export type CreateKeyResponse = {
  readonly KeyMetadata: KeyMetadata
}

export type CreateOidcIssuerRequest = {
  readonly Issuer: string
  readonly Audiences: readonly (string)[]
  readonly JwksUri?: string
  readonly Algorithms?: readonly ("RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "ES512" | "EdDSA")[]
  readonly SubjectClaim?: string
  readonly TagClaims?: Readonly<Record<string, string>>
  readonly MaxTokenAgeSeconds?: number
  readonly ClockToleranceSeconds?: number
  readonly AuthorizedParties?: readonly (string)[]
  readonly AuthorizedPartyClaim?: string
  readonly AudienceClaim?: string
  readonly RequiredClaims?: Readonly<Record<string, string>>
  readonly RoleArn?: string
  readonly RoleClaim?: string
}

export type CreateOidcIssuerResponse = {
  readonly IssuerId: string
  readonly Issuer: string
  readonly Audiences: readonly (string)[]
  readonly JwksUri?: string
  readonly Algorithms: readonly ("RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "ES512" | "EdDSA")[]
  readonly SubjectClaim: string
  readonly TagClaims: Readonly<Record<string, string>>
  readonly MaxTokenAgeSeconds?: number
  readonly ClockToleranceSeconds?: number
  readonly AuthorizedParties?: readonly (string)[]
  readonly AuthorizedPartyClaim?: string
  readonly AudienceClaim?: string
  readonly RequiredClaims?: Readonly<Record<string, string>>
  readonly CreationDate: string
  readonly RoleArn?: string
  readonly RoleClaim?: string
}

export type CreatePrincipalRequest = {
  readonly Type: "user" | "role"
  readonly Name: string
  readonly Path?: string
  readonly Policy?: string
  readonly TrustPolicy?: string
  readonly Tags?: readonly (TagInput)[]
  readonly MaxSessionDuration?: number
  readonly CreateAccessKey?: boolean
}

export type CreatePrincipalResponse = {
  readonly Arn: string
  readonly PrincipalId: string
  readonly AccessKey?: AccessKey
}

export type CreateSessionRequest = {
  readonly UserName: string
  readonly Mfa?: boolean
  readonly DurationSeconds?: number
}

export type CreateSessionResponse = {
  readonly Credentials: Credentials
}

export type CreateTenantRequest = {
  readonly Name: string
  readonly AccountId?: string
  readonly ExternalId?: string
  readonly Tags?: readonly (TagInput)[]
}

export type CreateTenantResponse = {
  readonly AccountId: string
  readonly Name: string
  readonly AccessKey: AccessKey
}

export type CreateXksCredentialResponse = {
  readonly XksProxyUriPath: string
  readonly XksProxyAuthenticationCredential: {
    readonly AccessKeyId: string
    readonly RawSecretAccessKey: string
  }
}

export type Credentials = {
  readonly AccessKeyId: string
  readonly SecretAccessKey: string
  readonly SessionToken: string
  readonly Expiration: string
}

export type CustomerMasterKeySpec = "RSA_2048" | "RSA_3072" | "RSA_4096" | "ECC_NIST_P256" | "ECC_NIST_P384" | "ECC_NIST_P521" | "ECC_SECG_P256K1" | "SYMMETRIC_DEFAULT" | "HMAC_224" | "HMAC_256" | "HMAC_384" | "HMAC_512" | "SM2"

export type DataKeySpec = "AES_256" | "AES_128"

export type DecapsulateRequest = {
  readonly SharedSecretCiphertextBlob: string
  readonly EncapsulationAlgorithm: EncapsulationAlgorithm
  readonly GrantTokens?: readonly (string)[]
  readonly DryRun?: boolean
}

export type DecapsulateResponse = {
  readonly KeyId: string
  readonly SharedSecret: string
  readonly EncapsulationAlgorithm: EncapsulationAlgorithm
}

export type DecryptRequest = {
  readonly CiphertextBlob?: string
  readonly EncryptionContext?: Readonly<Record<string, string>>
  readonly GrantTokens?: readonly (string)[]
  readonly KeyId?: string
  readonly EncryptionAlgorithm?: EncryptionAlgorithm
  readonly Recipient?: {
    readonly KeyEncryptionAlgorithm?: "RSAES_OAEP_SHA_256"
    readonly AttestationDocument?: string
  }
  readonly DryRun?: boolean
  readonly DryRunModifiers?: readonly ("IGNORE_CIPHERTEXT")[]
}

export type DecryptResponse = {
  readonly KeyId: string
  readonly Plaintext?: string
  readonly EncryptionAlgorithm: EncryptionAlgorithm
  readonly CiphertextForRecipient?: string
  readonly KeyMaterialId?: string
}

export type DeleteCustomKeyStoreResponse = object

export type DeleteImportedKeyMaterialResponse = {
  readonly KeyId?: string
  readonly KeyMaterialId?: string
}

export type DeriveSharedSecretRequest = {
  readonly KeyAgreementAlgorithm: KeyAgreementAlgorithm
  readonly PublicKey: string
  readonly GrantTokens?: readonly (string)[]
  readonly DryRun?: boolean
  readonly Recipient?: {
    readonly KeyEncryptionAlgorithm?: "RSAES_OAEP_SHA_256"
    readonly AttestationDocument?: string
  }
}

export type DeriveSharedSecretResponse = {
  readonly KeyId: string
  readonly SharedSecret?: string
  readonly CiphertextForRecipient?: string
  readonly KeyAgreementAlgorithm: KeyAgreementAlgorithm
  readonly KeyOrigin: Origin
}

export type DescribeCustomKeyStoresResponse = {
  readonly CustomKeyStores: readonly ({
    readonly CustomKeyStoreId?: string
    readonly CustomKeyStoreName?: string
    readonly CloudHsmClusterId?: string
    readonly TrustAnchorCertificate?: string
    readonly ConnectionState?: ConnectionState
    readonly ConnectionErrorCode?: ConnectionErrorCode
    readonly CreationDate?: string
    readonly CustomKeyStoreType?: StoreType
    readonly XksProxyConfiguration?: {
      readonly Connectivity?: ProxyConnectivity
      readonly AccessKeyId?: string
      readonly UriEndpoint?: string
      readonly UriPath?: string
      readonly VpcEndpointServiceName?: string
      readonly VpcEndpointServiceOwner?: string
    }
  })[]
  readonly NextMarker?: string
  readonly Truncated: boolean
}

export type DescribeKeyResponse = {
  readonly KeyMetadata: KeyMetadata
}

export type DisconnectCustomKeyStoreResponse = object

export type EnableKeyRotationRequest = {
  readonly RotationPeriodInDays?: number
}

export type EncapsulateRequest = {
  readonly EncapsulationAlgorithm: EncapsulationAlgorithm
  readonly GrantTokens?: readonly (string)[]
  readonly DryRun?: boolean
}

export type EncapsulateResponse = {
  readonly KeyId: string
  readonly SharedSecret: string
  readonly SharedSecretCiphertextBlob: string
  readonly EncapsulationAlgorithm: EncapsulationAlgorithm
}

export type EncapsulationAlgorithm = "ML_KEM"

export type EncryptRequest = {
  readonly Plaintext: string
  readonly EncryptionContext?: Readonly<Record<string, string>>
  readonly GrantTokens?: readonly (string)[]
  readonly EncryptionAlgorithm?: EncryptionAlgorithm
  readonly DryRun?: boolean
}

export type EncryptResponse = {
  readonly CiphertextBlob: string
  readonly KeyId: string
  readonly EncryptionAlgorithm: EncryptionAlgorithm
}

export type EncryptionAlgorithm = "SYMMETRIC_DEFAULT" | "RSAES_OAEP_SHA_1" | "RSAES_OAEP_SHA_256" | "SM2PKE"

export type ExpirationModel = "KEY_MATERIAL_EXPIRES" | "KEY_MATERIAL_DOES_NOT_EXPIRE"

export type ExplainAccessRequest = {
  readonly Principal: string
  readonly Action: "kms:CancelKeyDeletion" | "kms:CreateAlias" | "kms:CreateGrant" | "kms:Decapsulate" | "kms:Decrypt" | "kms:DeleteAlias" | "kms:DeleteImportedKeyMaterial" | "kms:DeriveSharedSecret" | "kms:DescribeKey" | "kms:DisableKey" | "kms:DisableKeyRotation" | "kms:EnableKey" | "kms:EnableKeyRotation" | "kms:Encapsulate" | "kms:Encrypt" | "kms:GenerateDataKey" | "kms:GenerateDataKeyPair" | "kms:GenerateDataKeyPairWithoutPlaintext" | "kms:GenerateDataKeyWithoutPlaintext" | "kms:GenerateMac" | "kms:GetKeyLastUsage" | "kms:GetKeyPolicy" | "kms:GetKeyRotationStatus" | "kms:GetParametersForImport" | "kms:GetPublicKey" | "kms:ImportKeyMaterial" | "kms:ListGrants" | "kms:ListKeyPolicies" | "kms:ListKeyRotations" | "kms:ListResourceTags" | "kms:PutKeyPolicy" | "kms:ReEncryptFrom" | "kms:ReEncryptTo" | "kms:ReplicateKey" | "kms:RetireGrant" | "kms:RevokeGrant" | "kms:RotateKeyOnDemand" | "kms:ScheduleKeyDeletion" | "kms:Sign" | "kms:TagResource" | "kms:UntagResource" | "kms:UpdateAlias" | "kms:UpdateKeyDescription" | "kms:UpdatePrimaryRegion" | "kms:Verify" | "kms:VerifyMac"
  readonly EncryptionContext?: Readonly<Record<string, string>>
  readonly ConditionKeys?: Readonly<Record<string, string>>
  readonly MultiFactorAuthPresent?: boolean
  readonly Policy?: string
}

export type ExplainAccessResponse = {
  readonly Decision: "allowed" | "denied"
  readonly Reason: string
  readonly Because: readonly ({
    readonly Kind: "statement" | "grant" | "account-root" | "missing" | "unfinished"
    readonly Source?: string
    readonly PolicyName?: string
    readonly Sid?: string
    readonly Effect?: string
    readonly Statement?: string
    readonly GrantId?: string
  })[]
  readonly AlsoNeeded?: string
  readonly LocksOut?: boolean
}

export type GenerateDataKeyPairRequest = {
  readonly EncryptionContext?: Readonly<Record<string, string>>
  readonly KeyPairSpec: KeyPairSpec
  readonly GrantTokens?: readonly (string)[]
  readonly Recipient?: {
    readonly KeyEncryptionAlgorithm?: "RSAES_OAEP_SHA_256"
    readonly AttestationDocument?: string
  }
  readonly DryRun?: boolean
}

export type GenerateDataKeyPairResponse = {
  readonly PrivateKeyCiphertextBlob: string
  readonly PrivateKeyPlaintext?: string
  readonly PublicKey: string
  readonly KeyId: string
  readonly KeyPairSpec: KeyPairSpec
  readonly CiphertextForRecipient?: string
  readonly KeyMaterialId: string
}

export type GenerateDataKeyPairWithoutPlaintextRequest = {
  readonly EncryptionContext?: Readonly<Record<string, string>>
  readonly KeyPairSpec: KeyPairSpec
  readonly GrantTokens?: readonly (string)[]
  readonly DryRun?: boolean
}

export type GenerateDataKeyPairWithoutPlaintextResponse = {
  readonly PrivateKeyCiphertextBlob: string
  readonly PublicKey: string
  readonly KeyId: string
  readonly KeyPairSpec: KeyPairSpec
  readonly KeyMaterialId: string
}

export type GenerateDataKeyRequest = {
  readonly EncryptionContext?: Readonly<Record<string, string>>
  readonly NumberOfBytes?: number
  readonly KeySpec?: DataKeySpec
  readonly GrantTokens?: readonly (string)[]
  readonly Recipient?: {
    readonly KeyEncryptionAlgorithm?: "RSAES_OAEP_SHA_256"
    readonly AttestationDocument?: string
  }
  readonly DryRun?: boolean
}

export type GenerateDataKeyResponse = {
  readonly CiphertextBlob: string
  readonly Plaintext?: string
  readonly KeyId: string
  readonly CiphertextForRecipient?: string
  readonly KeyMaterialId?: string
}

export type GenerateDataKeyWithoutPlaintextRequest = {
  readonly EncryptionContext?: Readonly<Record<string, string>>
  readonly KeySpec?: DataKeySpec
  readonly NumberOfBytes?: number
  readonly GrantTokens?: readonly (string)[]
  readonly DryRun?: boolean
}

export type GenerateDataKeyWithoutPlaintextResponse = {
  readonly CiphertextBlob: string
  readonly KeyId: string
  readonly KeyMaterialId?: string
}

export type GenerateMacRequest = {
  readonly Message: string
  readonly MacAlgorithm: MacAlgorithm
  readonly GrantTokens?: readonly (string)[]
  readonly DryRun?: boolean
}

export type GenerateMacResponse = {
  readonly Mac: string
  readonly MacAlgorithm: MacAlgorithm
  readonly KeyId: string
}

export type GenerateRandomRequest = {
  readonly NumberOfBytes?: number
  readonly CustomKeyStoreId?: string
  readonly Recipient?: {
    readonly KeyEncryptionAlgorithm?: "RSAES_OAEP_SHA_256"
    readonly AttestationDocument?: string
  }
}

export type GenerateRandomResponse = {
  readonly Plaintext?: string
  readonly CiphertextForRecipient?: string
}

export type GetAccessKeyInfoResponse = {
  readonly Account: string
}

export type GetAliasRotationResponse = {
  readonly AliasName: string
  readonly TargetKeyId: string
  readonly RotationEnabled: boolean
  readonly RotationPeriodInDays?: number
  readonly NextRotationDate?: string
}

export type GetAuditRetentionResponse = {
  readonly AccountId: string
  readonly Days?: number
}

export type GetCallerIdentityResponse = {
  readonly Arn: string
  readonly UserId: string
  readonly Account: string
}

export type GetChangesResponse = {
  readonly Kinds: readonly ("alias" | "audit" | "grant" | "key" | "key-store" | "policy" | "principal" | "tenant")[]
  readonly Until: string
}

export type GetClockResponse = {
  readonly Now: string
  readonly AheadSeconds: number
}

export type GetFederationTokenRequest = {
  readonly Name: string
  readonly Policy?: string
  readonly PolicyArns?: readonly ({
    readonly arn?: string
  })[]
  readonly DurationSeconds?: number
  readonly Tags?: readonly (SessionTag)[]
}

export type GetFederationTokenResponse = {
  readonly Credentials: Credentials
  readonly FederatedUser: {
    readonly FederatedUserId: string
    readonly Arn: string
  }
  readonly PackedPolicySize?: number
}

export type GetInstallationResponse = {
  readonly Health: "ACTIVE" | "DEGRADED" | "UNAVAILABLE"
  readonly AuditTrail: {
    readonly Status: "ok" | "behind" | "unavailable"
    readonly Lost: number
  }
  readonly Store: "memory" | "sqlite" | "dynamodb"
  readonly Format: {
    readonly Written: number
    readonly Release: number
  }
  readonly RootKey: {
    readonly Id: string
    readonly Type: "LOCAL" | "AWS_KMS"
    readonly MovingTo?: string
  }
  readonly Importing: boolean
  readonly Regions: {
    readonly Served?: string
    readonly Others: readonly (string)[]
    readonly Home?: string
    readonly MovingHomeTo?: string
    readonly Forgotten: readonly (string)[]
  }
  readonly Processes: number
  readonly Sweeper: {
    readonly Last?: {
      readonly At: string
      readonly Rotated: number
      readonly Expired: number
      readonly Deleted: number
      readonly AliasesRotated: number
      readonly ImportsRemoved: number
      readonly Failed: number
    }
    readonly Worked?: {
      readonly At: string
      readonly Rotated: number
      readonly Expired: number
      readonly Deleted: number
      readonly AliasesRotated: number
      readonly ImportsRemoved: number
      readonly Failed: number
    }
    readonly Due?: {
      readonly Count: number
      readonly Oldest?: string
    }
  }
  readonly Tenants: {
    readonly Count: number
    readonly More: boolean
  }
}

export type GetKeyLastUsageResponse = {
  readonly KeyId: string
  readonly KeyLastUsage: {
    readonly Operation?: "Decapsulate" | "Decrypt" | "DeriveSharedSecret" | "Encapsulate" | "Encrypt" | "GenerateDataKey" | "GenerateDataKeyPair" | "GenerateDataKeyPairWithoutPlaintext" | "GenerateDataKeyWithoutPlaintext" | "GenerateMac" | "ReEncrypt" | "Sign" | "Verify" | "VerifyMac"
    readonly Timestamp?: string
    readonly CloudTrailEventId?: string
    readonly KmsRequestId?: string
  }
  readonly TrackingStartDate: string
  readonly KeyCreationDate: string
}

export type GetKeyPolicyResponse = {
  readonly Policy: string
  readonly PolicyName: string
}

export type GetKeyRotationStatusResponse = {
  readonly KeyRotationEnabled: boolean
  readonly KeyId: string
  readonly RotationPeriodInDays?: number
  readonly NextRotationDate?: string
  readonly OnDemandRotationStartDate?: string
}

export type GetParametersForImportRequest = {
  readonly WrappingAlgorithm: "RSAES_PKCS1_V1_5" | "RSAES_OAEP_SHA_1" | "RSAES_OAEP_SHA_256" | "RSA_AES_KEY_WRAP_SHA_1" | "RSA_AES_KEY_WRAP_SHA_256" | "SM2PKE"
  readonly WrappingKeySpec: "RSA_2048" | "RSA_3072" | "RSA_4096" | "SM2"
}

export type GetParametersForImportResponse = {
  readonly KeyId: string
  readonly ImportToken: string
  readonly PublicKey: string
  readonly ParametersValidTo: string
}

export type GetPrincipalResponse = {
  readonly Arn: string
  readonly Type: PrincipalType
  readonly Name: string
  readonly Path: string
  readonly PrincipalId: string
  readonly Policies: Readonly<Record<string, string>>
  readonly PermissionsBoundary?: string
  readonly TrustPolicy?: string
  readonly MaxSessionDuration?: number
  readonly Tags: readonly (Tag)[]
  readonly SessionsValidAfter?: string
  readonly CreationDate: string
}

export type GetPublicKeyResponse = {
  readonly KeyId: string
  readonly PublicKey: string
  readonly CustomerMasterKeySpec: KeySpec
  readonly KeySpec: KeySpec
  readonly KeyUsage: KeyUsage
  readonly EncryptionAlgorithms?: readonly (EncryptionAlgorithm)[]
  readonly SigningAlgorithms?: readonly (SigningAlgorithm)[]
  readonly KeyAgreementAlgorithms?: readonly (KeyAgreementAlgorithm)[]
  readonly EncapsulationAlgorithms?: readonly (EncapsulationAlgorithm)[]
}

export type GetSessionTokenRequest = {
  readonly DurationSeconds?: number
  readonly SerialNumber?: string
  readonly TokenCode?: string
}

export type GetSessionTokenResponse = {
  readonly Credentials: Credentials
}

export type GetTenantDeletionResponse = {
  readonly AccountId: string
  readonly DeletionState: "PendingDeletion" | "Deleting" | "Deleted"
  readonly ScheduledDate: string
  readonly PendingWindowInDays: number
  readonly DeletionDate: string
  readonly BegunDate?: string
  readonly KeysDestroyedDate?: string
  readonly Regions: readonly ({
    readonly Region: string
    readonly State: "Waiting" | "DestroyingKeys" | "WaitingForCluster" | "Erasing" | "Done"
    readonly KeysDestroyed: number
  })[]
  readonly UnreachedRegions: readonly (string)[]
}

export type GetTenantResponse = {
  readonly AccountId: string
  readonly Name: string
  readonly Status: "active" | "suspended"
  readonly ExternalId?: string
  readonly Tags?: readonly (Tag)[]
  readonly SessionsValidAfter?: string
  readonly DeletionState?: "PendingDeletion" | "Deleting" | "Deleted"
  readonly DeletionDate?: string
  readonly CreationDate: string
}

export type GrantConstraints = {
  readonly EncryptionContextSubset?: Readonly<Record<string, string>>
  readonly EncryptionContextEquals?: Readonly<Record<string, string>>
}

export type GrantEntry = {
  readonly KeyId: string
  readonly GrantId: string
  readonly Name?: string
  readonly CreationDate: string
  readonly GranteePrincipal: string
  readonly RetiringPrincipal?: string
  readonly IssuingAccount: string
  readonly Operations: readonly ("Decrypt" | "Encrypt" | "GenerateDataKey" | "GenerateDataKeyWithoutPlaintext" | "ReEncryptFrom" | "ReEncryptTo" | "Sign" | "Verify" | "GetPublicKey" | "CreateGrant" | "RetireGrant" | "DescribeKey" | "GenerateDataKeyPair" | "GenerateDataKeyPairWithoutPlaintext" | "GenerateMac" | "VerifyMac" | "DeriveSharedSecret" | "Encapsulate" | "Decapsulate")[]
  readonly Constraints?: GrantConstraints
}

export type IamAccessKeyStatus = "Active" | "Inactive"

export type IamAddClientIDToOpenIDConnectProviderRequest = {
  readonly ClientID: string
}

export type IamCreateAccessKeyRequest = {
  readonly UserName?: string
}

export type IamCreateAccessKeyResponse = {
  readonly AccessKey: {
    readonly UserName?: string
    readonly AccessKeyId: string
    readonly Status: IamAccessKeyStatus
    readonly SecretAccessKey: string
    readonly CreateDate: string
  }
}

export type IamCreateGroupRequest = {
  readonly GroupName: string
  readonly Path?: string
}

export type IamCreateGroupResponse = {
  readonly Group: IamGroup
}

export type IamCreateInstanceProfileRequest = {
  readonly InstanceProfileName: string
  readonly Path?: string
  readonly Tags?: readonly (IamTagInput)[]
}

export type IamCreateInstanceProfileResponse = {
  readonly InstanceProfile: IamInstanceProfile
}

export type IamCreateOpenIDConnectProviderRequest = {
  readonly Url: string
  readonly ClientIDList?: readonly (string)[]
  readonly ThumbprintList?: readonly (string)[]
  readonly Tags?: readonly (IamTagInput)[]
}

export type IamCreateOpenIDConnectProviderResponse = {
  readonly OpenIDConnectProviderArn: string
  readonly Tags?: readonly (IamTag)[]
}

export type IamCreatePolicyRequest = {
  readonly PolicyName: string
  readonly PolicyDocument: string
  readonly Path?: string
  readonly Description?: string
  readonly Tags?: readonly (IamTagInput)[]
}

export type IamCreatePolicyResponse = {
  readonly Policy: IamPolicy
}

export type IamCreatePolicyVersionRequest = {
  readonly PolicyDocument: string
  readonly SetAsDefault?: boolean
}

export type IamCreatePolicyVersionResponse = {
  readonly PolicyVersion: IamPolicyVersion
}

export type IamCreateRoleRequest = {
  readonly RoleName: string
  readonly AssumeRolePolicyDocument: string
  readonly Path?: string
  readonly Description?: string
  readonly MaxSessionDuration?: number
  readonly PermissionsBoundary?: string
  readonly Tags?: readonly (IamTagInput)[]
}

export type IamCreateRoleResponse = {
  readonly Role: IamRole
}

export type IamCreateUserRequest = {
  readonly UserName: string
  readonly Path?: string
  readonly PermissionsBoundary?: string
  readonly Tags?: readonly (IamTagInput)[]
}

export type IamCreateUserResponse = {
  readonly User: IamUser
}

export type IamCreateVirtualMFADeviceRequest = {
  readonly VirtualMFADeviceName: string
  readonly Path?: string
  readonly Tags?: readonly (IamTagInput)[]
}

export type IamCreateVirtualMFADeviceResponse = {
  readonly VirtualMFADevice: {
    readonly SerialNumber: string
    readonly Base32StringSeed: string
    readonly QRCodePNG: string
    readonly Tags?: readonly (IamTag)[]
  }
}

export type IamDeactivateMFADeviceRequest = {
  readonly UserName?: string
}

export type IamEnableMFADeviceRequest = {
  readonly UserName?: string
  readonly AuthenticationCode1: string
  readonly AuthenticationCode2: string
}

export type IamGetAccessKeyLastUsedResponse = {
  readonly UserName?: string
  readonly AccessKeyLastUsed: {
    readonly LastUsedDate?: string
    readonly ServiceName: string
    readonly Region: string
  }
}

export type IamGetAccountAuthorizationDetailsResponse = {
  readonly UserDetailList: readonly ({
    readonly Path: string
    readonly Arn: string
    readonly CreateDate: string
    readonly UserName: string
    readonly UserId: string
    readonly UserPolicyList: readonly ({
      readonly PolicyName: string
      readonly PolicyDocument: string
    })[]
    readonly GroupList: readonly (string)[]
    readonly AttachedManagedPolicies: readonly ({
      readonly PolicyName: string
      readonly PolicyArn: string
    })[]
    readonly PermissionsBoundary?: {
      readonly PermissionsBoundaryType: string
      readonly PermissionsBoundaryArn?: string
    }
    readonly Tags?: readonly (IamTag)[]
  })[]
  readonly GroupDetailList: readonly ({
    readonly Path: string
    readonly Arn: string
    readonly CreateDate: string
    readonly GroupName: string
    readonly GroupId: string
    readonly GroupPolicyList: readonly ({
      readonly PolicyName: string
      readonly PolicyDocument: string
    })[]
    readonly AttachedManagedPolicies: readonly ({
      readonly PolicyName: string
      readonly PolicyArn: string
    })[]
  })[]
  readonly RoleDetailList: readonly ({
    readonly Path: string
    readonly Arn: string
    readonly CreateDate: string
    readonly RoleName: string
    readonly RoleId: string
    readonly AssumeRolePolicyDocument?: string
    readonly InstanceProfileList: readonly (IamInstanceProfile)[]
    readonly RolePolicyList: readonly ({
      readonly PolicyName: string
      readonly PolicyDocument: string
    })[]
    readonly AttachedManagedPolicies: readonly ({
      readonly PolicyName: string
      readonly PolicyArn: string
    })[]
    readonly PermissionsBoundary?: {
      readonly PermissionsBoundaryType: string
      readonly PermissionsBoundaryArn?: string
    }
    readonly Tags?: readonly (IamTag)[]
    readonly RoleLastUsed?: {
      readonly Region?: string
    }
  })[]
  readonly Policies: readonly ({
    readonly PolicyName?: string
    readonly PolicyId?: string
    readonly Arn?: string
    readonly Path?: string
    readonly DefaultVersionId?: string
    readonly AttachmentCount?: number
    readonly PermissionsBoundaryUsageCount?: number
    readonly IsAttachable?: boolean
    readonly Description?: string
    readonly CreateDate?: string
    readonly UpdateDate?: string
    readonly PolicyVersionList: readonly (IamPolicyVersion)[]
  })[]
  readonly IsTruncated: boolean
  readonly Marker?: string
}

export type IamGetAccountSummaryResponse = {
  readonly SummaryMap: Readonly<Record<string, number>>
}

export type IamGetContextKeysForCustomPolicyRequest = {
  readonly PolicyInputList: readonly (string)[]
}

export type IamGetContextKeysForCustomPolicyResponse = {
  readonly ContextKeyNames: readonly (string)[]
}

export type IamGetContextKeysForPrincipalPolicyRequest = {
  readonly PolicySourceArn: string
  readonly PolicyInputList?: readonly (string)[]
}

export type IamGetContextKeysForPrincipalPolicyResponse = {
  readonly ContextKeyNames: readonly (string)[]
}

export type IamGetGroupPolicyResponse = {
  readonly GroupName: string
  readonly PolicyName: string
  readonly PolicyDocument: string
}

export type IamGetGroupResponse = {
  readonly Group: IamGroup
  readonly Users: readonly (IamUser)[]
  readonly IsTruncated: boolean
  readonly Marker?: string
}

export type IamGetInstanceProfileResponse = {
  readonly InstanceProfile: IamInstanceProfile
}

export type IamGetLoginProfileResponse = {
  readonly LoginProfile: {
    readonly UserName: string
    readonly CreateDate: string
  }
}

export type IamGetMFADeviceResponse = {
  readonly UserName?: string
  readonly SerialNumber: string
  readonly EnableDate?: string
}

export type IamGetOpenIDConnectProviderResponse = {
  readonly Url: string
  readonly ClientIDList: readonly (string)[]
  readonly ThumbprintList: readonly (string)[]
  readonly CreateDate: string
  readonly Tags?: readonly (IamTag)[]
}

export type IamGetPolicyResponse = {
  readonly Policy: IamPolicy
}

export type IamGetPolicyVersionResponse = {
  readonly PolicyVersion: IamPolicyVersion
}

export type IamGetRolePolicyResponse = {
  readonly RoleName: string
  readonly PolicyName: string
  readonly PolicyDocument: string
}

export type IamGetRoleResponse = {
  readonly Role: IamRole
}

export type IamGetUserPolicyResponse = {
  readonly UserName: string
  readonly PolicyName: string
  readonly PolicyDocument: string
}

export type IamGetUserResponse = {
  readonly User: {
    readonly Path?: string
    readonly UserName?: string
    readonly UserId: string
    readonly Arn: string
    readonly CreateDate: string
    readonly PermissionsBoundary?: {
      readonly PermissionsBoundaryType: string
      readonly PermissionsBoundaryArn?: string
    }
    readonly Tags?: readonly (IamTag)[]
  }
}

export type IamGroup = {
  readonly Path: string
  readonly GroupName: string
  readonly GroupId: string
  readonly Arn: string
  readonly CreateDate: string
}

export type IamInstanceProfile = {
  readonly Path: string
  readonly InstanceProfileName: string
  readonly InstanceProfileId: string
  readonly Arn: string
  readonly CreateDate: string
  readonly Roles: readonly (IamRole)[]
  readonly Tags?: readonly (IamTag)[]
}

export type IamListAccessKeysResponse = {
  readonly AccessKeyMetadata: readonly ({
    readonly UserName?: string
    readonly AccessKeyId: string
    readonly Status: IamAccessKeyStatus
    readonly CreateDate: string
  })[]
  readonly IsTruncated: boolean
  readonly Marker?: string
}

export type IamListAccountAliasesResponse = {
  readonly AccountAliases: readonly (string)[]
  readonly IsTruncated: boolean
  readonly Marker?: string
}

export type IamListAttachedGroupPoliciesResponse = {
  readonly AttachedPolicies: readonly ({
    readonly PolicyName: string
    readonly PolicyArn: string
  })[]
  readonly IsTruncated: boolean
  readonly Marker?: string
}

export type IamListAttachedRolePoliciesResponse = {
  readonly AttachedPolicies: readonly ({
    readonly PolicyName: string
    readonly PolicyArn: string
  })[]
  readonly IsTruncated: boolean
  readonly Marker?: string
}

export type IamListAttachedUserPoliciesResponse = {
  readonly AttachedPolicies: readonly ({
    readonly PolicyName: string
    readonly PolicyArn: string
  })[]
  readonly IsTruncated: boolean
  readonly Marker?: string
}

export type IamListEntitiesForPolicyResponse = {
  readonly PolicyGroups: readonly ({
    readonly GroupName: string
    readonly GroupId: string
  })[]
  readonly PolicyUsers: readonly ({
    readonly UserName: string
    readonly UserId: string
  })[]
  readonly PolicyRoles: readonly ({
    readonly RoleName: string
    readonly RoleId: string
  })[]
  readonly IsTruncated: boolean
  readonly Marker?: string
}

export type IamListGroupPoliciesResponse = {
  readonly PolicyNames: readonly (string)[]
  readonly IsTruncated: boolean
  readonly Marker?: string
}

export type IamListGroupsForUserResponse = {
  readonly Groups: readonly (IamGroup)[]
  readonly IsTruncated: boolean
  readonly Marker?: string
}

export type IamListGroupsResponse = {
  readonly Groups: readonly (IamGroup)[]
  readonly IsTruncated: boolean
  readonly Marker?: string
}

export type IamListInstanceProfileTagsResponse = {
  readonly Tags: readonly (IamTag)[]
  readonly IsTruncated: boolean
  readonly Marker?: string
}

export type IamListInstanceProfilesForRoleResponse = {
  readonly InstanceProfiles: readonly (IamInstanceProfile)[]
  readonly IsTruncated: boolean
  readonly Marker?: string
}

export type IamListInstanceProfilesResponse = {
  readonly InstanceProfiles: readonly (IamInstanceProfile)[]
  readonly IsTruncated: boolean
  readonly Marker?: string
}

export type IamListMFADeviceTagsResponse = {
  readonly Tags: readonly (IamTag)[]
  readonly IsTruncated: boolean
  readonly Marker?: string
}

export type IamListMFADevicesResponse = {
  readonly MFADevices: readonly ({
    readonly UserName?: string
    readonly SerialNumber: string
    readonly EnableDate?: string
  })[]
  readonly IsTruncated: boolean
  readonly Marker?: string
}

export type IamListOpenIDConnectProviderTagsResponse = {
  readonly Tags: readonly (IamTag)[]
  readonly IsTruncated: boolean
  readonly Marker?: string
}

export type IamListOpenIDConnectProvidersResponse = {
  readonly OpenIDConnectProviderList: readonly ({
    readonly Arn: string
  })[]
}

export type IamListPoliciesResponse = {
  readonly Policies: readonly (IamPolicy)[]
  readonly IsTruncated: boolean
  readonly Marker?: string
}

export type IamListPolicyTagsResponse = {
  readonly Tags: readonly (IamTag)[]
  readonly IsTruncated: boolean
  readonly Marker?: string
}

export type IamListPolicyVersionsResponse = {
  readonly Versions: readonly (IamPolicyVersion)[]
  readonly IsTruncated: boolean
  readonly Marker?: string
}

export type IamListRolePoliciesResponse = {
  readonly PolicyNames: readonly (string)[]
  readonly IsTruncated: boolean
  readonly Marker?: string
}

export type IamListRoleTagsResponse = {
  readonly Tags: readonly (IamTag)[]
  readonly IsTruncated: boolean
  readonly Marker?: string
}

export type IamListRolesResponse = {
  readonly Roles: readonly (IamRole)[]
  readonly IsTruncated: boolean
  readonly Marker?: string
}

export type IamListSSHPublicKeysResponse = {
  readonly SSHPublicKeys: readonly (string)[]
  readonly IsTruncated: boolean
  readonly Marker?: string
}

export type IamListServiceSpecificCredentialsResponse = {
  readonly ServiceSpecificCredentials: readonly (string)[]
  readonly IsTruncated: boolean
  readonly Marker?: string
}

export type IamListSigningCertificatesResponse = {
  readonly Certificates: readonly (string)[]
  readonly IsTruncated: boolean
  readonly Marker?: string
}

export type IamListUserPoliciesResponse = {
  readonly PolicyNames: readonly (string)[]
  readonly IsTruncated: boolean
  readonly Marker?: string
}

export type IamListUserTagsResponse = {
  readonly Tags: readonly (IamTag)[]
  readonly IsTruncated: boolean
  readonly Marker?: string
}

export type IamListUsersResponse = {
  readonly Users: readonly (IamUser)[]
  readonly IsTruncated: boolean
  readonly Marker?: string
}

export type IamListVirtualMFADevicesResponse = {
  readonly VirtualMFADevices: readonly ({
    readonly SerialNumber: string
    readonly User?: {
      readonly Path?: string
      readonly UserName?: string
      readonly UserId: string
      readonly Arn: string
      readonly CreateDate: string
    }
    readonly EnableDate?: string
  })[]
  readonly IsTruncated: boolean
  readonly Marker?: string
}

export type IamPolicy = {
  readonly PolicyName: string
  readonly PolicyId: string
  readonly Arn: string
  readonly Path: string
  readonly DefaultVersionId: string
  readonly AttachmentCount: number
  readonly PermissionsBoundaryUsageCount: number
  readonly IsAttachable: boolean
  readonly Description?: string
  readonly CreateDate: string
  readonly UpdateDate: string
  readonly Tags?: readonly (IamTag)[]
}

export type IamPolicyVersion = {
  readonly Document?: string
  readonly VersionId: string
  readonly IsDefaultVersion: boolean
  readonly CreateDate: string
}

export type IamPutGroupPolicyRequest = {
  readonly PolicyDocument: string
}

export type IamPutRolePermissionsBoundaryRequest = {
  readonly PermissionsBoundary: string
}

export type IamPutRolePolicyRequest = {
  readonly PolicyDocument: string
}

export type IamPutUserPermissionsBoundaryRequest = {
  readonly PermissionsBoundary: string
}

export type IamPutUserPolicyRequest = {
  readonly PolicyDocument: string
}

export type IamResyncMFADeviceRequest = {
  readonly UserName?: string
  readonly AuthenticationCode1: string
  readonly AuthenticationCode2: string
}

export type IamRole = {
  readonly Path: string
  readonly RoleName: string
  readonly RoleId: string
  readonly Arn: string
  readonly CreateDate: string
  readonly AssumeRolePolicyDocument?: string
  readonly Description?: string
  readonly MaxSessionDuration?: number
  readonly PermissionsBoundary?: {
    readonly PermissionsBoundaryType: string
    readonly PermissionsBoundaryArn?: string
  }
  readonly Tags?: readonly (IamTag)[]
  readonly RoleLastUsed?: {
    readonly LastUsedDate?: string
    readonly Region?: string
  }
}

export type IamSetDefaultPolicyVersionRequest = {
  readonly VersionId: string
}

export type IamSimulateCustomPolicyRequest = {
  readonly PolicyInputList: readonly (string)[]
  readonly OrderedOrganizationPolicyInputList?: readonly ({
    readonly ServiceControlPolicyInputList?: readonly (string)[]
  })[]
  readonly ActionNames: readonly (string)[]
  readonly ResourceArns?: readonly (string)[]
  readonly ResourcePolicy?: string
  readonly ResourceOwner?: string
  readonly CallerArn?: string
  readonly ContextEntries?: readonly ({
    readonly ContextKeyName?: string
    readonly ContextKeyValues?: readonly (string)[]
    readonly ContextKeyType?: "string" | "numeric" | "boolean" | "ip" | "binary" | "date" | "stringList" | "numericList" | "booleanList" | "ipList" | "binaryList" | "dateList"
  })[]
  readonly ResourceHandlingOption?: string
  readonly PermissionsBoundaryPolicyInputList?: readonly (string)[]
  readonly Marker?: string
  readonly MaxItems?: number
}

export type IamSimulateCustomPolicyResponse = {
  readonly EvaluationResults: readonly ({
    readonly EvalActionName: string
    readonly EvalResourceName?: string
    readonly EvalDecision: string
    readonly MatchedStatements: readonly ({
      readonly SourcePolicyId: string
      readonly SourcePolicyType: string
    })[]
    readonly MissingContextValues: readonly (string)[]
    readonly PermissionsBoundaryDecisionDetail?: {
      readonly AllowedByPermissionsBoundary: boolean
    }
    readonly EvalDecisionDetails?: Readonly<Record<string, string>>
  })[]
  readonly IsTruncated: boolean
  readonly Marker?: string
}

export type IamSimulatePrincipalPolicyRequest = {
  readonly PolicySourceArn: string
  readonly PolicyInputList?: readonly (string)[]
  readonly PolicyExclusionList?: readonly (string)[]
  readonly ActionNames: readonly (string)[]
  readonly ResourceArns?: readonly (string)[]
  readonly ResourcePolicy?: string
  readonly ResourceOwner?: string
  readonly CallerArn?: string
  readonly ContextEntries?: readonly ({
    readonly ContextKeyName?: string
    readonly ContextKeyValues?: readonly (string)[]
    readonly ContextKeyType?: "string" | "numeric" | "boolean" | "ip" | "binary" | "date" | "stringList" | "numericList" | "booleanList" | "ipList" | "binaryList" | "dateList"
  })[]
  readonly ResourceHandlingOption?: string
  readonly PermissionsBoundaryPolicyInputList?: readonly (string)[]
  readonly Marker?: string
  readonly MaxItems?: number
}

export type IamSimulatePrincipalPolicyResponse = {
  readonly EvaluationResults: readonly ({
    readonly EvalActionName: string
    readonly EvalResourceName?: string
    readonly EvalDecision: string
    readonly MatchedStatements: readonly ({
      readonly SourcePolicyId: string
      readonly SourcePolicyType: string
    })[]
    readonly MissingContextValues: readonly (string)[]
    readonly PermissionsBoundaryDecisionDetail?: {
      readonly AllowedByPermissionsBoundary: boolean
    }
    readonly EvalDecisionDetails?: Readonly<Record<string, string>>
  })[]
  readonly IsTruncated: boolean
  readonly Marker?: string
}

export type IamTag = {
  readonly Key: string
  readonly Value: string
}

export type IamTagInput = {
  readonly Key: string
  readonly Value: string
}

export type IamTagInstanceProfileRequest = {
  readonly Tags: readonly (IamTagInput)[]
}

export type IamTagMFADeviceRequest = {
  readonly Tags: readonly (IamTagInput)[]
}

export type IamTagOpenIDConnectProviderRequest = {
  readonly Tags: readonly (IamTagInput)[]
}

export type IamTagPolicyRequest = {
  readonly Tags: readonly (IamTagInput)[]
}

export type IamTagRoleRequest = {
  readonly Tags: readonly (IamTagInput)[]
}

export type IamTagUserRequest = {
  readonly Tags: readonly (IamTagInput)[]
}

export type IamUpdateAccessKeyRequest = {
  readonly UserName?: string
  readonly Status: IamAccessKeyStatus
}

export type IamUpdateAssumeRolePolicyRequest = {
  readonly PolicyDocument: string
}

export type IamUpdateGroupRequest = {
  readonly NewPath?: string
  readonly NewGroupName?: string
}

export type IamUpdateOpenIDConnectProviderThumbprintRequest = {
  readonly ThumbprintList: readonly (string)[]
}

export type IamUpdateRoleDescriptionRequest = {
  readonly Description: string
}

export type IamUpdateRoleDescriptionResponse = {
  readonly Role: IamRole
}

export type IamUpdateRoleRequest = {
  readonly Description?: string
  readonly MaxSessionDuration?: number
}

export type IamUpdateRoleResponse = object

export type IamUpdateUserRequest = {
  readonly NewPath?: string
  readonly NewUserName?: string
}

export type IamUser = {
  readonly Path: string
  readonly UserName: string
  readonly UserId: string
  readonly Arn: string
  readonly CreateDate: string
  readonly PermissionsBoundary?: {
    readonly PermissionsBoundaryType: string
    readonly PermissionsBoundaryArn?: string
  }
  readonly Tags?: readonly (IamTag)[]
}

export type ImportKeyMaterialRequest = {
  readonly ImportToken: string
  readonly EncryptedKeyMaterial: string
  readonly ValidTo?: string
  readonly ExpirationModel?: ExpirationModel
  readonly ImportType?: "NEW_KEY_MATERIAL" | "EXISTING_KEY_MATERIAL"
  readonly KeyMaterialDescription?: string
  readonly KeyMaterialId?: string
}

export type ImportKeyMaterialResponse = {
  readonly KeyId: string
  readonly KeyMaterialId?: string
}

export type InstallationIssuerMembers = {
  readonly IssuerId: string
  readonly Issuer: string
  readonly Audiences: readonly (string)[]
  readonly JwksUri?: string
  readonly Algorithms: readonly ("RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "ES512" | "EdDSA")[]
  readonly SubjectClaim: string
  readonly TagClaims: Readonly<Record<string, string>>
  readonly MaxTokenAgeSeconds?: number
  readonly ClockToleranceSeconds?: number
  readonly AuthorizedParties?: readonly (string)[]
  readonly AuthorizedPartyClaim?: string
  readonly AudienceClaim?: string
  readonly RequiredClaims?: Readonly<Record<string, string>>
  readonly CreationDate: string
  readonly TenantClaim: string
  readonly TenantBy: TenantBy
  readonly Rules: readonly ({
    readonly RoleName: string
    readonly Claims: readonly ({
      readonly Claim: string
      readonly Equals?: readonly (string)[]
      readonly Like?: readonly (string)[]
    })[]
  })[]
}

export type IssuerMembers = {
  readonly IssuerId: string
  readonly Issuer: string
  readonly Audiences: readonly (string)[]
  readonly JwksUri?: string
  readonly Algorithms: readonly ("RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "ES512" | "EdDSA")[]
  readonly SubjectClaim: string
  readonly TagClaims: Readonly<Record<string, string>>
  readonly MaxTokenAgeSeconds?: number
  readonly ClockToleranceSeconds?: number
  readonly AuthorizedParties?: readonly (string)[]
  readonly AuthorizedPartyClaim?: string
  readonly AudienceClaim?: string
  readonly RequiredClaims?: Readonly<Record<string, string>>
  readonly CreationDate: string
  readonly RoleArn?: string
  readonly RoleClaim?: string
}

export type KeyAgreementAlgorithm = "ECDH"

export type KeyMetadata = {
  readonly AWSAccountId?: string
  readonly KeyId: string
  readonly Arn?: string
  readonly CreationDate?: string
  readonly Enabled?: boolean
  readonly Description?: string
  readonly KeyUsage?: KeyUsage
  readonly KeyState?: "Creating" | "Enabled" | "Disabled" | "PendingDeletion" | "PendingImport" | "PendingReplicaDeletion" | "Unavailable" | "Updating"
  readonly DeletionDate?: string
  readonly ValidTo?: string
  readonly Origin?: Origin
  readonly CustomKeyStoreId?: string
  readonly CloudHsmClusterId?: string
  readonly ExpirationModel?: ExpirationModel
  readonly KeyManager?: "AWS" | "CUSTOMER"
  readonly CustomerMasterKeySpec?: KeySpec
  readonly KeySpec?: KeySpec
  readonly EncryptionAlgorithms?: readonly (EncryptionAlgorithm)[]
  readonly SigningAlgorithms?: readonly (SigningAlgorithm)[]
  readonly KeyAgreementAlgorithms?: readonly (KeyAgreementAlgorithm)[]
  readonly EncapsulationAlgorithms?: readonly (EncapsulationAlgorithm)[]
  readonly XksKeyConfiguration?: {
    readonly Id?: string
  }
  readonly MultiRegion?: boolean
  readonly MultiRegionConfiguration?: {
    readonly MultiRegionKeyType?: "PRIMARY" | "REPLICA"
    readonly PrimaryKey?: {
      readonly Arn?: string
      readonly Region?: string
    }
    readonly ReplicaKeys?: readonly ({
      readonly Arn?: string
      readonly Region?: string
    })[]
  }
  readonly PendingDeletionWindowInDays?: number
  readonly MacAlgorithms?: readonly (MacAlgorithm)[]
  readonly CurrentKeyMaterialId?: string
}

export type KeyPairSpec = "RSA_2048" | "RSA_3072" | "RSA_4096" | "ECC_NIST_P256" | "ECC_NIST_P384" | "ECC_NIST_P521" | "ECC_SECG_P256K1" | "SM2" | "ECC_NIST_EDWARDS25519" | "ML_KEM_512" | "ML_KEM_768" | "ML_KEM_1024"

export type KeySpec = "RSA_2048" | "RSA_3072" | "RSA_4096" | "ECC_NIST_P256" | "ECC_NIST_P384" | "ECC_NIST_P521" | "ECC_SECG_P256K1" | "SYMMETRIC_DEFAULT" | "HMAC_224" | "HMAC_256" | "HMAC_384" | "HMAC_512" | "SM2" | "ML_DSA_44" | "ML_DSA_65" | "ML_DSA_87" | "ECC_NIST_EDWARDS25519" | "ML_KEM_512" | "ML_KEM_768" | "ML_KEM_1024"

export type KeyUsage = "SIGN_VERIFY" | "ENCRYPT_DECRYPT" | "GENERATE_VERIFY_MAC" | "KEY_AGREEMENT" | "ENCAPSULATE_DECAPSULATE"

export type ListAccessKeysResponse = {
  readonly AccessKeys: readonly ({
    readonly AccessKeyId: string
    readonly Principal: string
    readonly Status: "Active" | "Inactive"
    readonly CreationDate: string
  })[]
  readonly NextMarker?: string
  readonly Truncated: boolean
}

export type ListAliasesResponse = {
  readonly Aliases: readonly ({
    readonly AliasName: string
    readonly AliasArn: string
    readonly TargetKeyId: string
    readonly CreationDate: string
    readonly LastUpdatedDate: string
  })[]
  readonly NextMarker?: string
  readonly Truncated: boolean
}

export type ListAuditRecordsResponse = {
  readonly Records: readonly (AuditEvent)[]
  readonly NextMarker?: string
  readonly Truncated: boolean
}

export type ListGrantsResponse = {
  readonly Grants: readonly (GrantEntry)[]
  readonly NextMarker?: string
  readonly Truncated: boolean
}

export type ListInstallationIssuersResponse = {
  readonly Issuers: readonly (InstallationIssuerMembers)[]
  readonly NextMarker?: string
  readonly Truncated: boolean
}

export type ListKeyAccessResponse = {
  readonly Principals: readonly ({
    readonly Principal: string
    readonly Access: readonly ({
      readonly Actions: readonly (string)[]
      readonly Conditional: boolean
      readonly Reason: string
    })[]
  })[]
  readonly NextMarker?: string
  readonly Truncated: boolean
}

export type ListKeyPoliciesResponse = {
  readonly PolicyNames: readonly (string)[]
  readonly NextMarker?: string
  readonly Truncated: boolean
}

export type ListKeyPolicyChangesResponse = {
  readonly Changes: readonly ({
    readonly ChangeNumber: number
    readonly ChangeDate: string
    readonly PrincipalArn: string
    readonly PrincipalId: string
    readonly RequestId: string
    readonly PolicyType: "key" | "identity" | "boundary" | "trust"
    readonly PolicyName?: string
    readonly FormerPolicy?: string
    readonly FormerPolicySha256?: string
    readonly Policy?: string
    readonly PolicySha256?: string
  })[]
  readonly DroppedChanges: number
  readonly NextMarker?: string
  readonly Truncated: boolean
}

export type ListKeyRotationsResponse = {
  readonly Rotations: readonly ({
    readonly KeyId?: string
    readonly KeyMaterialId?: string
    readonly KeyMaterialDescription?: string
    readonly ImportState?: "IMPORTED" | "PENDING_IMPORT"
    readonly KeyMaterialState?: "NON_CURRENT" | "CURRENT" | "PENDING_ROTATION" | "PENDING_MULTI_REGION_IMPORT_AND_ROTATION"
    readonly ExpirationModel?: ExpirationModel
    readonly ValidTo?: string
    readonly RotationDate?: string
    readonly RotationType?: "AUTOMATIC" | "ON_DEMAND"
  })[]
  readonly NextMarker?: string
  readonly Truncated: boolean
}

export type ListKeysResponse = {
  readonly Keys: readonly ({
    readonly KeyId: string
    readonly KeyArn: string
    readonly KeyState?: "Creating" | "Enabled" | "Disabled" | "PendingDeletion" | "PendingImport" | "PendingReplicaDeletion" | "Unavailable" | "Updating"
    readonly KeySpec?: KeySpec
    readonly KeyUsage?: KeyUsage
    readonly KeyManager?: "AWS" | "CUSTOMER"
    readonly Origin?: Origin
    readonly MultiRegion?: boolean
    readonly Description?: string
    readonly CreationDate?: string
    readonly Aliases?: readonly (string)[]
  })[]
  readonly NextMarker?: string
  readonly Truncated: boolean
}

export type ListOidcIssuersResponse = {
  readonly Issuers: readonly (IssuerMembers)[]
  readonly NextMarker?: string
  readonly Truncated: boolean
}

export type ListPrincipalPolicyChangesResponse = {
  readonly Changes: readonly ({
    readonly ChangeNumber: number
    readonly ChangeDate: string
    readonly PrincipalArn: string
    readonly PrincipalId: string
    readonly RequestId: string
    readonly PolicyType: "key" | "identity" | "boundary" | "trust"
    readonly PolicyName?: string
    readonly FormerPolicy?: string
    readonly FormerPolicySha256?: string
    readonly Policy?: string
    readonly PolicySha256?: string
  })[]
  readonly DroppedChanges: number
  readonly NextMarker?: string
  readonly Truncated: boolean
}

export type ListPrincipalsResponse = {
  readonly Principals: readonly (Principal)[]
  readonly NextMarker?: string
  readonly Truncated: boolean
}

export type ListResourceTagsResponse = {
  readonly Tags: readonly (Tag)[]
  readonly NextMarker?: string
  readonly Truncated: boolean
}

export type ListRetirableGrantsResponse = {
  readonly Grants: readonly (GrantEntry)[]
  readonly NextMarker?: string
  readonly Truncated: boolean
}

export type ListTenantValuesResponse = {
  readonly Issuers: readonly ({
    readonly IssuerId: string
    readonly Values: readonly (string)[]
  })[]
  readonly NextMarker?: string
  readonly Truncated: boolean
}

export type ListTenantsResponse = {
  readonly Tenants: readonly (Tenant)[]
  readonly NextMarker?: string
  readonly Truncated: boolean
}

export type ListXksCredentialsResponse = {
  readonly XksCredentials: readonly ({
    readonly AccessKeyId: string
    readonly XksProxyUriPath: string
    readonly Principal: string
    readonly Region: string
    readonly CreationDate: string
  })[]
  readonly NextMarker?: string
  readonly Truncated: boolean
}

export type MacAlgorithm = "HMAC_SHA_384" | "HMAC_SHA_256" | "HMAC_SHA_224" | "HMAC_SHA_512"

export type NewGrantConstraints = {
  readonly EncryptionContextSubset?: Readonly<Record<string, string>>
  readonly EncryptionContextEquals?: Readonly<Record<string, string>>
  readonly SourceArn?: string
}

export type Origin = "AWS_KMS" | "EXTERNAL" | "AWS_CLOUDHSM" | "EXTERNAL_KEY_STORE"

export type PreviewKeyPolicyRequest = {
  readonly Policy: string
  readonly Limit?: number
  readonly Marker?: string
}

export type PreviewKeyPolicyResponse = {
  readonly LocksOut: boolean
  readonly Principals: readonly ({
    readonly Principal: string
    readonly Access: readonly ({
      readonly Actions: readonly (string)[]
      readonly Conditional: boolean
      readonly Reason: string
    })[]
    readonly SavedAccess: readonly ({
      readonly Actions: readonly (string)[]
      readonly Conditional: boolean
      readonly Reason: string
    })[]
    readonly Changes: readonly ({
      readonly Change: "gained" | "lost" | "conditional" | "unconditional"
      readonly Actions: readonly (string)[]
    })[]
  })[]
  readonly NextMarker?: string
  readonly Truncated: boolean
}

export type Principal = {
  readonly Arn: string
  readonly Type: PrincipalType
  readonly Name: string
  readonly Path: string
  readonly PrincipalId: string
  readonly Policies: Readonly<Record<string, string>>
  readonly PermissionsBoundary?: string
  readonly TrustPolicy?: string
  readonly MaxSessionDuration?: number
  readonly Tags: readonly (Tag)[]
  readonly SessionsValidAfter?: string
  readonly CreationDate: string
}

export type PrincipalType = "user" | "role"

export type Problem = {
  readonly title: string
  readonly status: number
  readonly detail?: string
  readonly code: string
  readonly requestId: string
  readonly errors?: readonly ({
    readonly detail: string
    readonly in: "body" | "path" | "query" | "header"
    readonly pointer?: string
    readonly name?: string
  })[]
}

export type ProxyConnectivity = "PUBLIC_ENDPOINT" | "VPC_ENDPOINT_SERVICE"

export type ProxyCredential = {
  readonly AccessKeyId: string
  readonly RawSecretAccessKey: string
}

export type PutAliasRotationRequest = {
  readonly RotationPeriodInDays: number
}

export type PutAliasRotationResponse = {
  readonly AliasName: string
  readonly RotationPeriodInDays: number
  readonly NextRotationDate: string
}

export type PutAuditRetentionRequest = {
  readonly Days?: number
}

export type PutKeyPolicyRequest = {
  readonly PolicyName?: string
  readonly Policy: string
  readonly BypassPolicyLockoutSafetyCheck?: boolean
}

export type PutPermissionsBoundaryRequest = {
  readonly Policy: string
}

export type PutPrincipalPolicyRequest = {
  readonly Policy: string
}

export type PutTenantValuesRequest = {
  readonly Values: readonly (string)[]
}

export type PutTrustPolicyRequest = {
  readonly TrustPolicy: string
}

export type ReEncryptRequest = {
  readonly CiphertextBlob?: string
  readonly SourceEncryptionContext?: Readonly<Record<string, string>>
  readonly SourceKeyId?: string
  readonly DestinationKeyId: string
  readonly DestinationEncryptionContext?: Readonly<Record<string, string>>
  readonly SourceEncryptionAlgorithm?: EncryptionAlgorithm
  readonly DestinationEncryptionAlgorithm?: EncryptionAlgorithm
  readonly GrantTokens?: readonly (string)[]
  readonly DryRun?: boolean
  readonly DryRunModifiers?: readonly ("IGNORE_CIPHERTEXT")[]
}

export type ReEncryptResponse = {
  readonly CiphertextBlob: string
  readonly SourceKeyId: string
  readonly KeyId: string
  readonly SourceEncryptionAlgorithm: EncryptionAlgorithm
  readonly DestinationEncryptionAlgorithm: EncryptionAlgorithm
  readonly SourceKeyMaterialId?: string
  readonly DestinationKeyMaterialId?: string
}

export type ReplicateKeyRequest = {
  readonly ReplicaRegion: string
  readonly Policy?: string
  readonly BypassPolicyLockoutSafetyCheck?: boolean
  readonly Description?: string
  readonly Tags?: readonly (TagInput)[]
}

export type ReplicateKeyResponse = {
  readonly ReplicaKeyMetadata?: KeyMetadata
  readonly ReplicaPolicy?: string
  readonly ReplicaTags?: readonly (Tag)[]
}

export type RetireGrantRequest = {
  readonly GrantToken?: string
  readonly KeyId?: string
  readonly GrantId?: string
  readonly DryRun?: boolean
}

export type RevokeSessionsRequest = {
  readonly Type?: PrincipalType
  readonly Name?: string
}

export type RevokeSessionsResponse = {
  readonly SessionsValidAfter: string
}

export type RotateKeyOnDemandResponse = {
  readonly KeyId: string
}

export type RotateXksCredentialResponse = {
  readonly XksProxyUriPath: string
  readonly XksProxyAuthenticationCredential: {
    readonly AccessKeyId: string
    readonly RawSecretAccessKey: string
  }
}

export type ScheduleKeyDeletionRequest = {
  readonly PendingWindowInDays?: number
}

export type ScheduleKeyDeletionResponse = {
  readonly KeyId: string
  readonly DeletionDate?: string
  readonly KeyState: "Creating" | "Enabled" | "Disabled" | "PendingDeletion" | "PendingImport" | "PendingReplicaDeletion" | "Unavailable" | "Updating"
  readonly PendingWindowInDays: number
}

export type ScheduleTenantDeletionRequest = {
  readonly PendingWindowInDays?: number
}

export type ScheduleTenantDeletionResponse = {
  readonly AccountId: string
  readonly DeletionState: "PendingDeletion"
  readonly DeletionDate: string
  readonly PendingWindowInDays: number
}

export type SessionTag = {
  readonly Key: string
  readonly Value: string
}

export type SignRequest = {
  readonly Message: string
  readonly MessageType?: "RAW" | "DIGEST" | "EXTERNAL_MU"
  readonly GrantTokens?: readonly (string)[]
  readonly SigningAlgorithm: SigningAlgorithm
  readonly DryRun?: boolean
}

export type SignResponse = {
  readonly KeyId: string
  readonly Signature: string
  readonly SigningAlgorithm: SigningAlgorithm
}

export type SigningAlgorithm = "RSASSA_PSS_SHA_256" | "RSASSA_PSS_SHA_384" | "RSASSA_PSS_SHA_512" | "RSASSA_PKCS1_V1_5_SHA_256" | "RSASSA_PKCS1_V1_5_SHA_384" | "RSASSA_PKCS1_V1_5_SHA_512" | "ECDSA_SHA_256" | "ECDSA_SHA_384" | "ECDSA_SHA_512" | "SM2DSA" | "ML_DSA_SHAKE_256" | "ED25519_SHA_512" | "ED25519_PH_SHA_512"

export type StoreType = "AWS_CLOUDHSM" | "EXTERNAL_KEY_STORE"

export type Tag = {
  readonly TagKey: string
  readonly TagValue: string
}

export type TagInput = {
  readonly TagKey: string
  readonly TagValue: string
}

export type TagPrincipalRequest = {
  readonly Tags: readonly (TagInput)[]
}

export type TagResourceRequest = {
  readonly Tags: readonly (TagInput)[]
}

export type Tenant = {
  readonly AccountId: string
  readonly Name: string
  readonly Status: "active" | "suspended"
  readonly ExternalId?: string
  readonly Tags?: readonly (Tag)[]
  readonly SessionsValidAfter?: string
  readonly DeletionState?: "PendingDeletion" | "Deleting" | "Deleted"
  readonly DeletionDate?: string
  readonly CreationDate: string
}

export type TenantBy = "account-id" | "value"

export type UntagResourceRequest = {
  readonly TagKeys: readonly (string)[]
}

export type UpdateAccessKeyRequest = {
  readonly Status: "Active" | "Inactive"
}

export type UpdateAliasRequest = {
  readonly TargetKeyId: string
}

export type UpdateCustomKeyStoreRequest = {
  readonly NewCustomKeyStoreName?: string
  readonly KeyStorePassword?: string
  readonly CloudHsmClusterId?: string
  readonly XksProxyUriEndpoint?: string
  readonly XksProxyUriPath?: string
  readonly XksProxyVpcEndpointServiceName?: string
  readonly XksProxyVpcEndpointServiceOwner?: string
  readonly XksProxyAuthenticationCredential?: ProxyCredential
  readonly XksProxyConnectivity?: ProxyConnectivity
}

export type UpdateCustomKeyStoreResponse = object

export type UpdateInstallationIssuerRequest = {
  readonly Audiences?: readonly (string)[]
  readonly JwksUri?: string
  readonly Algorithms?: readonly ("RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "ES512" | "EdDSA")[]
  readonly TagClaims?: Readonly<Record<string, string>>
  readonly MaxTokenAgeSeconds?: number
  readonly ClockToleranceSeconds?: number
  readonly AuthorizedParties?: readonly (string)[]
  readonly AuthorizedPartyClaim?: string
  readonly AudienceClaim?: string
  readonly RequiredClaims?: Readonly<Record<string, string>>
  readonly Rules?: readonly ({
    readonly RoleName: string
    readonly Claims: readonly ({
      readonly Claim: string
      readonly Equals?: readonly (string)[]
      readonly Like?: readonly (string)[]
    })[]
  })[]
}

export type UpdateInstallationIssuerResponse = {
  readonly IssuerId: string
  readonly Issuer: string
  readonly Audiences: readonly (string)[]
  readonly JwksUri?: string
  readonly Algorithms: readonly ("RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "ES512" | "EdDSA")[]
  readonly SubjectClaim: string
  readonly TagClaims: Readonly<Record<string, string>>
  readonly MaxTokenAgeSeconds?: number
  readonly ClockToleranceSeconds?: number
  readonly AuthorizedParties?: readonly (string)[]
  readonly AuthorizedPartyClaim?: string
  readonly AudienceClaim?: string
  readonly RequiredClaims?: Readonly<Record<string, string>>
  readonly CreationDate: string
  readonly TenantClaim: string
  readonly TenantBy: TenantBy
  readonly Rules: readonly ({
    readonly RoleName: string
    readonly Claims: readonly ({
      readonly Claim: string
      readonly Equals?: readonly (string)[]
      readonly Like?: readonly (string)[]
    })[]
  })[]
}

export type UpdateKeyDescriptionRequest = {
  readonly Description: string
}

export type UpdateOidcIssuerRequest = {
  readonly Audiences?: readonly (string)[]
  readonly JwksUri?: string
  readonly Algorithms?: readonly ("RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "ES512" | "EdDSA")[]
  readonly TagClaims?: Readonly<Record<string, string>>
  readonly MaxTokenAgeSeconds?: number
  readonly ClockToleranceSeconds?: number
  readonly AuthorizedParties?: readonly (string)[]
  readonly AuthorizedPartyClaim?: string
  readonly AudienceClaim?: string
  readonly RequiredClaims?: Readonly<Record<string, string>>
  readonly RoleArn?: string
  readonly RoleClaim?: string
}

export type UpdateOidcIssuerResponse = {
  readonly IssuerId: string
  readonly Issuer: string
  readonly Audiences: readonly (string)[]
  readonly JwksUri?: string
  readonly Algorithms: readonly ("RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" | "ES256" | "ES384" | "ES512" | "EdDSA")[]
  readonly SubjectClaim: string
  readonly TagClaims: Readonly<Record<string, string>>
  readonly MaxTokenAgeSeconds?: number
  readonly ClockToleranceSeconds?: number
  readonly AuthorizedParties?: readonly (string)[]
  readonly AuthorizedPartyClaim?: string
  readonly AudienceClaim?: string
  readonly RequiredClaims?: Readonly<Record<string, string>>
  readonly CreationDate: string
  readonly RoleArn?: string
  readonly RoleClaim?: string
}

export type UpdatePrimaryRegionRequest = {
  readonly PrimaryRegion: string
}

export type UpdateTenantRequest = {
  readonly Name?: string
  readonly ExternalId?: string
  readonly Tags?: readonly (TagInput)[]
}

export type UpdateTenantResponse = {
  readonly AccountId: string
  readonly Name: string
  readonly Status: "active" | "suspended"
  readonly ExternalId?: string
  readonly Tags?: readonly (Tag)[]
  readonly SessionsValidAfter?: string
  readonly DeletionState?: "PendingDeletion" | "Deleting" | "Deleted"
  readonly DeletionDate?: string
  readonly CreationDate: string
}

export type VerifyMacRequest = {
  readonly Message: string
  readonly MacAlgorithm: MacAlgorithm
  readonly Mac: string
  readonly GrantTokens?: readonly (string)[]
  readonly DryRun?: boolean
}

export type VerifyMacResponse = {
  readonly KeyId: string
  readonly MacValid: boolean
  readonly MacAlgorithm: MacAlgorithm
}

export type VerifyRequest = {
  readonly Message: string
  readonly MessageType?: "RAW" | "DIGEST" | "EXTERNAL_MU"
  readonly Signature: string
  readonly SigningAlgorithm: SigningAlgorithm
  readonly GrantTokens?: readonly (string)[]
  readonly DryRun?: boolean
}

export type VerifyResponse = {
  readonly KeyId: string
  readonly SignatureValid: boolean
  readonly SigningAlgorithm: SigningAlgorithm
}

export interface Calls {
  readonly AdvanceClock: {
    readonly input: AdvanceClockRequest
    readonly output: AdvanceClockResponse
  }
  readonly AssumeRole: {
    readonly input: AssumeRoleRequest
    readonly output: AssumeRoleResponse
  }
  readonly AssumeRoleWithAwsIdentity: {
    readonly input: AssumeRoleWithAwsIdentityRequest
    readonly output: AssumeRoleWithAwsIdentityResponse
  }
  readonly AssumeRoleWithWebIdentity: {
    readonly input: AssumeRoleWithWebIdentityRequest
    readonly output: AssumeRoleWithWebIdentityResponse
  }
  readonly CancelKeyDeletion: {
    readonly input: {
      readonly KeyId: string
    }
    readonly output: CancelKeyDeletionResponse
  }
  readonly CancelTenantDeletion: {
    readonly input: {
      readonly AccountId: string
    }
    readonly output: CancelTenantDeletionResponse
  }
  readonly ConnectCustomKeyStore: {
    readonly input: {
      readonly CustomKeyStoreId: string
    }
    readonly output: ConnectCustomKeyStoreResponse
  }
  readonly CreateAccessKey: {
    readonly input: {
      readonly AccountId: string
    } & CreateAccessKeyRequest
    readonly output: CreateAccessKeyResponse
  }
  readonly CreateAlias: {
    readonly input: CreateAliasRequest
    readonly output: undefined
  }
  readonly CreateCustomKeyStore: {
    readonly input: CreateCustomKeyStoreRequest
    readonly output: CreateCustomKeyStoreResponse
  }
  readonly CreateGrant: {
    readonly input: {
      readonly KeyId: string
    } & CreateGrantRequest
    readonly output: CreateGrantResponse
  }
  readonly CreateInstallationIssuer: {
    readonly input: CreateInstallationIssuerRequest
    readonly output: CreateInstallationIssuerResponse
  }
  readonly CreateKey: {
    readonly input: CreateKeyRequest
    readonly output: CreateKeyResponse
  }
  readonly CreateOidcIssuer: {
    readonly input: {
      readonly AccountId: string
    } & CreateOidcIssuerRequest
    readonly output: CreateOidcIssuerResponse
  }
  readonly CreatePrincipal: {
    readonly input: {
      readonly AccountId: string
    } & CreatePrincipalRequest
    readonly output: CreatePrincipalResponse
  }
  readonly CreateSession: {
    readonly input: {
      readonly AccountId: string
    } & CreateSessionRequest
    readonly output: CreateSessionResponse
  }
  readonly CreateTenant: {
    readonly input: CreateTenantRequest
    readonly output: CreateTenantResponse
  }
  readonly CreateXksCredential: {
    readonly input: {
      readonly AccountId: string
      readonly Type: PrincipalType
      readonly Name: string
    }
    readonly output: CreateXksCredentialResponse
  }
  readonly Decapsulate: {
    readonly input: {
      readonly KeyId: string
    } & DecapsulateRequest
    readonly output: DecapsulateResponse
  }
  readonly Decrypt: {
    readonly input: DecryptRequest
    readonly output: DecryptResponse
  }
  readonly DeleteAccessKey: {
    readonly input: {
      readonly AccountId: string
      readonly AccessKeyId: string
    }
    readonly output: undefined
  }
  readonly DeleteAlias: {
    readonly input: {
      readonly AliasName: string
    }
    readonly output: undefined
  }
  readonly DeleteAliasRotation: {
    readonly input: {
      readonly AliasName: string
    }
    readonly output: undefined
  }
  readonly DeleteCustomKeyStore: {
    readonly input: {
      readonly CustomKeyStoreId: string
    }
    readonly output: DeleteCustomKeyStoreResponse
  }
  readonly DeleteImportedKeyMaterial: {
    readonly input: {
      readonly KeyId: string
      readonly KeyMaterialId?: string
    }
    readonly output: DeleteImportedKeyMaterialResponse
  }
  readonly DeleteInstallationIssuer: {
    readonly input: {
      readonly IssuerId: string
    }
    readonly output: undefined
  }
  readonly DeleteOidcIssuer: {
    readonly input: {
      readonly AccountId: string
      readonly IssuerId: string
    }
    readonly output: undefined
  }
  readonly DeletePermissionsBoundary: {
    readonly input: {
      readonly AccountId: string
      readonly Type: PrincipalType
      readonly Name: string
    }
    readonly output: undefined
  }
  readonly DeletePrincipal: {
    readonly input: {
      readonly AccountId: string
      readonly Type: PrincipalType
      readonly Name: string
    }
    readonly output: undefined
  }
  readonly DeletePrincipalPolicy: {
    readonly input: {
      readonly AccountId: string
      readonly Type: PrincipalType
      readonly Name: string
      readonly PolicyName: string
    }
    readonly output: undefined
  }
  readonly DeleteXksCredential: {
    readonly input: {
      readonly AccountId: string
      readonly AccessKeyId: string
    }
    readonly output: undefined
  }
  readonly DeriveSharedSecret: {
    readonly input: {
      readonly KeyId: string
    } & DeriveSharedSecretRequest
    readonly output: DeriveSharedSecretResponse
  }
  readonly DescribeCustomKeyStores: {
    readonly input: {
      readonly CustomKeyStoreId?: string
      readonly CustomKeyStoreName?: string
      readonly Limit?: number
      readonly Marker?: string
    }
    readonly output: DescribeCustomKeyStoresResponse
  }
  readonly DescribeKey: {
    readonly input: {
      readonly KeyId: string
      readonly GrantTokens?: readonly (string)[]
    }
    readonly output: DescribeKeyResponse
  }
  readonly DisableKey: {
    readonly input: {
      readonly KeyId: string
    }
    readonly output: undefined
  }
  readonly DisableKeyRotation: {
    readonly input: {
      readonly KeyId: string
    }
    readonly output: undefined
  }
  readonly DisconnectCustomKeyStore: {
    readonly input: {
      readonly CustomKeyStoreId: string
    }
    readonly output: DisconnectCustomKeyStoreResponse
  }
  readonly EnableKey: {
    readonly input: {
      readonly KeyId: string
    }
    readonly output: undefined
  }
  readonly EnableKeyRotation: {
    readonly input: {
      readonly KeyId: string
    } & EnableKeyRotationRequest
    readonly output: undefined
  }
  readonly Encapsulate: {
    readonly input: {
      readonly KeyId: string
    } & EncapsulateRequest
    readonly output: EncapsulateResponse
  }
  readonly Encrypt: {
    readonly input: {
      readonly KeyId: string
    } & EncryptRequest
    readonly output: EncryptResponse
  }
  readonly ExplainAccess: {
    readonly input: {
      readonly KeyId: string
    } & ExplainAccessRequest
    readonly output: ExplainAccessResponse
  }
  readonly GenerateDataKey: {
    readonly input: {
      readonly KeyId: string
    } & GenerateDataKeyRequest
    readonly output: GenerateDataKeyResponse
  }
  readonly GenerateDataKeyPair: {
    readonly input: {
      readonly KeyId: string
    } & GenerateDataKeyPairRequest
    readonly output: GenerateDataKeyPairResponse
  }
  readonly GenerateDataKeyPairWithoutPlaintext: {
    readonly input: {
      readonly KeyId: string
    } & GenerateDataKeyPairWithoutPlaintextRequest
    readonly output: GenerateDataKeyPairWithoutPlaintextResponse
  }
  readonly GenerateDataKeyWithoutPlaintext: {
    readonly input: {
      readonly KeyId: string
    } & GenerateDataKeyWithoutPlaintextRequest
    readonly output: GenerateDataKeyWithoutPlaintextResponse
  }
  readonly GenerateMac: {
    readonly input: {
      readonly KeyId: string
    } & GenerateMacRequest
    readonly output: GenerateMacResponse
  }
  readonly GenerateRandom: {
    readonly input: GenerateRandomRequest
    readonly output: GenerateRandomResponse
  }
  readonly GetAccessKeyInfo: {
    readonly input: {
      readonly AccessKeyId: string
    }
    readonly output: GetAccessKeyInfoResponse
  }
  readonly GetAliasRotation: {
    readonly input: {
      readonly AliasName: string
    }
    readonly output: GetAliasRotationResponse
  }
  readonly GetAuditRetention: {
    readonly input: {
      readonly AccountId: string
    }
    readonly output: GetAuditRetentionResponse
  }
  readonly GetCallerIdentity: {
    readonly input: object
    readonly output: GetCallerIdentityResponse
  }
  readonly GetChanges: {
    readonly input: {
      readonly Since?: string
    }
    readonly output: GetChangesResponse
  }
  readonly GetClock: {
    readonly input: object
    readonly output: GetClockResponse
  }
  readonly GetFederationToken: {
    readonly input: GetFederationTokenRequest
    readonly output: GetFederationTokenResponse
  }
  readonly GetInstallation: {
    readonly input: object
    readonly output: GetInstallationResponse
  }
  readonly GetKeyLastUsage: {
    readonly input: {
      readonly KeyId: string
    }
    readonly output: GetKeyLastUsageResponse
  }
  readonly GetKeyPolicy: {
    readonly input: {
      readonly KeyId: string
      readonly PolicyName?: string
    }
    readonly output: GetKeyPolicyResponse
  }
  readonly GetKeyRotationStatus: {
    readonly input: {
      readonly KeyId: string
    }
    readonly output: GetKeyRotationStatusResponse
  }
  readonly GetParametersForImport: {
    readonly input: {
      readonly KeyId: string
    } & GetParametersForImportRequest
    readonly output: GetParametersForImportResponse
  }
  readonly GetPrincipal: {
    readonly input: {
      readonly AccountId: string
      readonly Type: PrincipalType
      readonly Name: string
    }
    readonly output: GetPrincipalResponse
  }
  readonly GetPublicKey: {
    readonly input: {
      readonly KeyId: string
      readonly GrantTokens?: readonly (string)[]
    }
    readonly output: GetPublicKeyResponse
  }
  readonly GetSessionToken: {
    readonly input: GetSessionTokenRequest
    readonly output: GetSessionTokenResponse
  }
  readonly GetTenant: {
    readonly input: {
      readonly AccountId: string
    }
    readonly output: GetTenantResponse
  }
  readonly GetTenantDeletion: {
    readonly input: {
      readonly AccountId: string
    }
    readonly output: GetTenantDeletionResponse
  }
  readonly IamAddClientIDToOpenIDConnectProvider: {
    readonly input: {
      readonly OpenIDConnectProviderArn: string
    } & IamAddClientIDToOpenIDConnectProviderRequest
    readonly output: undefined
  }
  readonly IamAddRoleToInstanceProfile: {
    readonly input: {
      readonly InstanceProfileName: string
      readonly RoleName: string
    }
    readonly output: undefined
  }
  readonly IamAddUserToGroup: {
    readonly input: {
      readonly GroupName: string
      readonly UserName: string
    }
    readonly output: undefined
  }
  readonly IamAttachGroupPolicy: {
    readonly input: {
      readonly GroupName: string
      readonly PolicyArn: string
    }
    readonly output: undefined
  }
  readonly IamAttachRolePolicy: {
    readonly input: {
      readonly RoleName: string
      readonly PolicyArn: string
    }
    readonly output: undefined
  }
  readonly IamAttachUserPolicy: {
    readonly input: {
      readonly UserName: string
      readonly PolicyArn: string
    }
    readonly output: undefined
  }
  readonly IamCreateAccessKey: {
    readonly input: IamCreateAccessKeyRequest
    readonly output: IamCreateAccessKeyResponse
  }
  readonly IamCreateGroup: {
    readonly input: IamCreateGroupRequest
    readonly output: IamCreateGroupResponse
  }
  readonly IamCreateInstanceProfile: {
    readonly input: IamCreateInstanceProfileRequest
    readonly output: IamCreateInstanceProfileResponse
  }
  readonly IamCreateOpenIDConnectProvider: {
    readonly input: IamCreateOpenIDConnectProviderRequest
    readonly output: IamCreateOpenIDConnectProviderResponse
  }
  readonly IamCreatePolicy: {
    readonly input: IamCreatePolicyRequest
    readonly output: IamCreatePolicyResponse
  }
  readonly IamCreatePolicyVersion: {
    readonly input: {
      readonly PolicyArn: string
    } & IamCreatePolicyVersionRequest
    readonly output: IamCreatePolicyVersionResponse
  }
  readonly IamCreateRole: {
    readonly input: IamCreateRoleRequest
    readonly output: IamCreateRoleResponse
  }
  readonly IamCreateUser: {
    readonly input: IamCreateUserRequest
    readonly output: IamCreateUserResponse
  }
  readonly IamCreateVirtualMFADevice: {
    readonly input: IamCreateVirtualMFADeviceRequest
    readonly output: IamCreateVirtualMFADeviceResponse
  }
  readonly IamDeactivateMFADevice: {
    readonly input: {
      readonly SerialNumber: string
    } & IamDeactivateMFADeviceRequest
    readonly output: undefined
  }
  readonly IamDeleteAccessKey: {
    readonly input: {
      readonly AccessKeyId: string
      readonly UserName?: string
    }
    readonly output: undefined
  }
  readonly IamDeleteGroup: {
    readonly input: {
      readonly GroupName: string
    }
    readonly output: undefined
  }
  readonly IamDeleteGroupPolicy: {
    readonly input: {
      readonly GroupName: string
      readonly PolicyName: string
    }
    readonly output: undefined
  }
  readonly IamDeleteInstanceProfile: {
    readonly input: {
      readonly InstanceProfileName: string
    }
    readonly output: undefined
  }
  readonly IamDeleteLoginProfile: {
    readonly input: {
      readonly UserName: string
    }
    readonly output: undefined
  }
  readonly IamDeleteOpenIDConnectProvider: {
    readonly input: {
      readonly OpenIDConnectProviderArn: string
    }
    readonly output: undefined
  }
  readonly IamDeletePolicy: {
    readonly input: {
      readonly PolicyArn: string
    }
    readonly output: undefined
  }
  readonly IamDeletePolicyVersion: {
    readonly input: {
      readonly PolicyArn: string
      readonly VersionId: string
    }
    readonly output: undefined
  }
  readonly IamDeleteRole: {
    readonly input: {
      readonly RoleName: string
    }
    readonly output: undefined
  }
  readonly IamDeleteRolePermissionsBoundary: {
    readonly input: {
      readonly RoleName: string
    }
    readonly output: undefined
  }
  readonly IamDeleteRolePolicy: {
    readonly input: {
      readonly RoleName: string
      readonly PolicyName: string
    }
    readonly output: undefined
  }
  readonly IamDeleteUser: {
    readonly input: {
      readonly UserName: string
    }
    readonly output: undefined
  }
  readonly IamDeleteUserPermissionsBoundary: {
    readonly input: {
      readonly UserName: string
    }
    readonly output: undefined
  }
  readonly IamDeleteUserPolicy: {
    readonly input: {
      readonly UserName: string
      readonly PolicyName: string
    }
    readonly output: undefined
  }
  readonly IamDeleteVirtualMFADevice: {
    readonly input: {
      readonly SerialNumber: string
    }
    readonly output: undefined
  }
  readonly IamDetachGroupPolicy: {
    readonly input: {
      readonly GroupName: string
      readonly PolicyArn: string
    }
    readonly output: undefined
  }
  readonly IamDetachRolePolicy: {
    readonly input: {
      readonly RoleName: string
      readonly PolicyArn: string
    }
    readonly output: undefined
  }
  readonly IamDetachUserPolicy: {
    readonly input: {
      readonly UserName: string
      readonly PolicyArn: string
    }
    readonly output: undefined
  }
  readonly IamEnableMFADevice: {
    readonly input: {
      readonly SerialNumber: string
    } & IamEnableMFADeviceRequest
    readonly output: undefined
  }
  readonly IamGetAccessKeyLastUsed: {
    readonly input: {
      readonly AccessKeyId: string
    }
    readonly output: IamGetAccessKeyLastUsedResponse
  }
  readonly IamGetAccountAuthorizationDetails: {
    readonly input: {
      readonly Filter?: readonly ("User" | "Role" | "Group" | "LocalManagedPolicy" | "AWSManagedPolicy")[]
      readonly Marker?: string
      readonly MaxItems?: number
    }
    readonly output: IamGetAccountAuthorizationDetailsResponse
  }
  readonly IamGetAccountSummary: {
    readonly input: object
    readonly output: IamGetAccountSummaryResponse
  }
  readonly IamGetContextKeysForCustomPolicy: {
    readonly input: IamGetContextKeysForCustomPolicyRequest
    readonly output: IamGetContextKeysForCustomPolicyResponse
  }
  readonly IamGetContextKeysForPrincipalPolicy: {
    readonly input: IamGetContextKeysForPrincipalPolicyRequest
    readonly output: IamGetContextKeysForPrincipalPolicyResponse
  }
  readonly IamGetGroup: {
    readonly input: {
      readonly GroupName: string
      readonly Marker?: string
      readonly MaxItems?: number
    }
    readonly output: IamGetGroupResponse
  }
  readonly IamGetGroupPolicy: {
    readonly input: {
      readonly GroupName: string
      readonly PolicyName: string
    }
    readonly output: IamGetGroupPolicyResponse
  }
  readonly IamGetInstanceProfile: {
    readonly input: {
      readonly InstanceProfileName: string
    }
    readonly output: IamGetInstanceProfileResponse
  }
  readonly IamGetLoginProfile: {
    readonly input: {
      readonly UserName?: string
    }
    readonly output: IamGetLoginProfileResponse
  }
  readonly IamGetMFADevice: {
    readonly input: {
      readonly SerialNumber: string
      readonly UserName?: string
    }
    readonly output: IamGetMFADeviceResponse
  }
  readonly IamGetOpenIDConnectProvider: {
    readonly input: {
      readonly OpenIDConnectProviderArn: string
    }
    readonly output: IamGetOpenIDConnectProviderResponse
  }
  readonly IamGetPolicy: {
    readonly input: {
      readonly PolicyArn: string
    }
    readonly output: IamGetPolicyResponse
  }
  readonly IamGetPolicyVersion: {
    readonly input: {
      readonly PolicyArn: string
      readonly VersionId: string
    }
    readonly output: IamGetPolicyVersionResponse
  }
  readonly IamGetRole: {
    readonly input: {
      readonly RoleName: string
    }
    readonly output: IamGetRoleResponse
  }
  readonly IamGetRolePolicy: {
    readonly input: {
      readonly RoleName: string
      readonly PolicyName: string
    }
    readonly output: IamGetRolePolicyResponse
  }
  readonly IamGetUser: {
    readonly input: {
      readonly UserName?: string
    }
    readonly output: IamGetUserResponse
  }
  readonly IamGetUserPolicy: {
    readonly input: {
      readonly UserName: string
      readonly PolicyName: string
    }
    readonly output: IamGetUserPolicyResponse
  }
  readonly IamListAccessKeys: {
    readonly input: {
      readonly UserName?: string
      readonly Marker?: string
      readonly MaxItems?: number
    }
    readonly output: IamListAccessKeysResponse
  }
  readonly IamListAccountAliases: {
    readonly input: {
      readonly Marker?: string
      readonly MaxItems?: number
    }
    readonly output: IamListAccountAliasesResponse
  }
  readonly IamListAttachedGroupPolicies: {
    readonly input: {
      readonly GroupName: string
      readonly PathPrefix?: string
      readonly Marker?: string
      readonly MaxItems?: number
    }
    readonly output: IamListAttachedGroupPoliciesResponse
  }
  readonly IamListAttachedRolePolicies: {
    readonly input: {
      readonly RoleName: string
      readonly PathPrefix?: string
      readonly Marker?: string
      readonly MaxItems?: number
    }
    readonly output: IamListAttachedRolePoliciesResponse
  }
  readonly IamListAttachedUserPolicies: {
    readonly input: {
      readonly UserName: string
      readonly PathPrefix?: string
      readonly Marker?: string
      readonly MaxItems?: number
    }
    readonly output: IamListAttachedUserPoliciesResponse
  }
  readonly IamListEntitiesForPolicy: {
    readonly input: {
      readonly PolicyArn: string
      readonly EntityFilter?: "User" | "Role" | "Group" | "LocalManagedPolicy" | "AWSManagedPolicy"
      readonly PathPrefix?: string
      readonly PolicyUsageFilter?: "PermissionsPolicy" | "PermissionsBoundary"
      readonly Marker?: string
      readonly MaxItems?: number
    }
    readonly output: IamListEntitiesForPolicyResponse
  }
  readonly IamListGroupPolicies: {
    readonly input: {
      readonly GroupName: string
      readonly Marker?: string
      readonly MaxItems?: number
    }
    readonly output: IamListGroupPoliciesResponse
  }
  readonly IamListGroups: {
    readonly input: {
      readonly PathPrefix?: string
      readonly Marker?: string
      readonly MaxItems?: number
    }
    readonly output: IamListGroupsResponse
  }
  readonly IamListGroupsForUser: {
    readonly input: {
      readonly UserName: string
      readonly Marker?: string
      readonly MaxItems?: number
    }
    readonly output: IamListGroupsForUserResponse
  }
  readonly IamListInstanceProfileTags: {
    readonly input: {
      readonly InstanceProfileName: string
      readonly Marker?: string
      readonly MaxItems?: number
    }
    readonly output: IamListInstanceProfileTagsResponse
  }
  readonly IamListInstanceProfiles: {
    readonly input: {
      readonly PathPrefix?: string
      readonly Marker?: string
      readonly MaxItems?: number
    }
    readonly output: IamListInstanceProfilesResponse
  }
  readonly IamListInstanceProfilesForRole: {
    readonly input: {
      readonly RoleName: string
      readonly Marker?: string
      readonly MaxItems?: number
    }
    readonly output: IamListInstanceProfilesForRoleResponse
  }
  readonly IamListMFADeviceTags: {
    readonly input: {
      readonly SerialNumber: string
      readonly Marker?: string
      readonly MaxItems?: number
    }
    readonly output: IamListMFADeviceTagsResponse
  }
  readonly IamListMFADevices: {
    readonly input: {
      readonly UserName?: string
      readonly Marker?: string
      readonly MaxItems?: number
    }
    readonly output: IamListMFADevicesResponse
  }
  readonly IamListOpenIDConnectProviderTags: {
    readonly input: {
      readonly OpenIDConnectProviderArn: string
      readonly Marker?: string
      readonly MaxItems?: number
    }
    readonly output: IamListOpenIDConnectProviderTagsResponse
  }
  readonly IamListOpenIDConnectProviders: {
    readonly input: object
    readonly output: IamListOpenIDConnectProvidersResponse
  }
  readonly IamListPolicies: {
    readonly input: {
      readonly Scope?: "All" | "AWS" | "Local"
      readonly OnlyAttached?: boolean
      readonly PathPrefix?: string
      readonly PolicyUsageFilter?: "PermissionsPolicy" | "PermissionsBoundary"
      readonly Marker?: string
      readonly MaxItems?: number
    }
    readonly output: IamListPoliciesResponse
  }
  readonly IamListPolicyTags: {
    readonly input: {
      readonly PolicyArn: string
      readonly Marker?: string
      readonly MaxItems?: number
    }
    readonly output: IamListPolicyTagsResponse
  }
  readonly IamListPolicyVersions: {
    readonly input: {
      readonly PolicyArn: string
      readonly Marker?: string
      readonly MaxItems?: number
    }
    readonly output: IamListPolicyVersionsResponse
  }
  readonly IamListRolePolicies: {
    readonly input: {
      readonly RoleName: string
      readonly Marker?: string
      readonly MaxItems?: number
    }
    readonly output: IamListRolePoliciesResponse
  }
  readonly IamListRoleTags: {
    readonly input: {
      readonly RoleName: string
      readonly Marker?: string
      readonly MaxItems?: number
    }
    readonly output: IamListRoleTagsResponse
  }
  readonly IamListRoles: {
    readonly input: {
      readonly PathPrefix?: string
      readonly Marker?: string
      readonly MaxItems?: number
    }
    readonly output: IamListRolesResponse
  }
  readonly IamListSSHPublicKeys: {
    readonly input: {
      readonly UserName?: string
      readonly Marker?: string
      readonly MaxItems?: number
    }
    readonly output: IamListSSHPublicKeysResponse
  }
  readonly IamListServiceSpecificCredentials: {
    readonly input: {
      readonly UserName?: string
      readonly ServiceName?: string
      readonly Marker?: string
      readonly MaxItems?: number
    }
    readonly output: IamListServiceSpecificCredentialsResponse
  }
  readonly IamListSigningCertificates: {
    readonly input: {
      readonly UserName?: string
      readonly Marker?: string
      readonly MaxItems?: number
    }
    readonly output: IamListSigningCertificatesResponse
  }
  readonly IamListUserPolicies: {
    readonly input: {
      readonly UserName: string
      readonly Marker?: string
      readonly MaxItems?: number
    }
    readonly output: IamListUserPoliciesResponse
  }
  readonly IamListUserTags: {
    readonly input: {
      readonly UserName: string
      readonly Marker?: string
      readonly MaxItems?: number
    }
    readonly output: IamListUserTagsResponse
  }
  readonly IamListUsers: {
    readonly input: {
      readonly PathPrefix?: string
      readonly Marker?: string
      readonly MaxItems?: number
    }
    readonly output: IamListUsersResponse
  }
  readonly IamListVirtualMFADevices: {
    readonly input: {
      readonly AssignmentStatus?: "Assigned" | "Unassigned" | "Any"
      readonly Marker?: string
      readonly MaxItems?: number
    }
    readonly output: IamListVirtualMFADevicesResponse
  }
  readonly IamPutGroupPolicy: {
    readonly input: {
      readonly GroupName: string
      readonly PolicyName: string
    } & IamPutGroupPolicyRequest
    readonly output: undefined
  }
  readonly IamPutRolePermissionsBoundary: {
    readonly input: {
      readonly RoleName: string
    } & IamPutRolePermissionsBoundaryRequest
    readonly output: undefined
  }
  readonly IamPutRolePolicy: {
    readonly input: {
      readonly RoleName: string
      readonly PolicyName: string
    } & IamPutRolePolicyRequest
    readonly output: undefined
  }
  readonly IamPutUserPermissionsBoundary: {
    readonly input: {
      readonly UserName: string
    } & IamPutUserPermissionsBoundaryRequest
    readonly output: undefined
  }
  readonly IamPutUserPolicy: {
    readonly input: {
      readonly UserName: string
      readonly PolicyName: string
    } & IamPutUserPolicyRequest
    readonly output: undefined
  }
  readonly IamRemoveClientIDFromOpenIDConnectProvider: {
    readonly input: {
      readonly OpenIDConnectProviderArn: string
      readonly ClientID: string
    }
    readonly output: undefined
  }
  readonly IamRemoveRoleFromInstanceProfile: {
    readonly input: {
      readonly InstanceProfileName: string
      readonly RoleName: string
    }
    readonly output: undefined
  }
  readonly IamRemoveUserFromGroup: {
    readonly input: {
      readonly GroupName: string
      readonly UserName: string
    }
    readonly output: undefined
  }
  readonly IamResyncMFADevice: {
    readonly input: {
      readonly SerialNumber: string
    } & IamResyncMFADeviceRequest
    readonly output: undefined
  }
  readonly IamSetDefaultPolicyVersion: {
    readonly input: {
      readonly PolicyArn: string
    } & IamSetDefaultPolicyVersionRequest
    readonly output: undefined
  }
  readonly IamSimulateCustomPolicy: {
    readonly input: IamSimulateCustomPolicyRequest
    readonly output: IamSimulateCustomPolicyResponse
  }
  readonly IamSimulatePrincipalPolicy: {
    readonly input: IamSimulatePrincipalPolicyRequest
    readonly output: IamSimulatePrincipalPolicyResponse
  }
  readonly IamTagInstanceProfile: {
    readonly input: {
      readonly InstanceProfileName: string
    } & IamTagInstanceProfileRequest
    readonly output: undefined
  }
  readonly IamTagMFADevice: {
    readonly input: {
      readonly SerialNumber: string
    } & IamTagMFADeviceRequest
    readonly output: undefined
  }
  readonly IamTagOpenIDConnectProvider: {
    readonly input: {
      readonly OpenIDConnectProviderArn: string
    } & IamTagOpenIDConnectProviderRequest
    readonly output: undefined
  }
  readonly IamTagPolicy: {
    readonly input: {
      readonly PolicyArn: string
    } & IamTagPolicyRequest
    readonly output: undefined
  }
  readonly IamTagRole: {
    readonly input: {
      readonly RoleName: string
    } & IamTagRoleRequest
    readonly output: undefined
  }
  readonly IamTagUser: {
    readonly input: {
      readonly UserName: string
    } & IamTagUserRequest
    readonly output: undefined
  }
  readonly IamUntagInstanceProfile: {
    readonly input: {
      readonly InstanceProfileName: string
      readonly TagKeys: readonly (string)[]
    }
    readonly output: undefined
  }
  readonly IamUntagMFADevice: {
    readonly input: {
      readonly SerialNumber: string
      readonly TagKeys: readonly (string)[]
    }
    readonly output: undefined
  }
  readonly IamUntagOpenIDConnectProvider: {
    readonly input: {
      readonly OpenIDConnectProviderArn: string
      readonly TagKeys: readonly (string)[]
    }
    readonly output: undefined
  }
  readonly IamUntagPolicy: {
    readonly input: {
      readonly PolicyArn: string
      readonly TagKeys: readonly (string)[]
    }
    readonly output: undefined
  }
  readonly IamUntagRole: {
    readonly input: {
      readonly RoleName: string
      readonly TagKeys: readonly (string)[]
    }
    readonly output: undefined
  }
  readonly IamUntagUser: {
    readonly input: {
      readonly UserName: string
      readonly TagKeys: readonly (string)[]
    }
    readonly output: undefined
  }
  readonly IamUpdateAccessKey: {
    readonly input: {
      readonly AccessKeyId: string
    } & IamUpdateAccessKeyRequest
    readonly output: undefined
  }
  readonly IamUpdateAssumeRolePolicy: {
    readonly input: {
      readonly RoleName: string
    } & IamUpdateAssumeRolePolicyRequest
    readonly output: undefined
  }
  readonly IamUpdateGroup: {
    readonly input: {
      readonly GroupName: string
    } & IamUpdateGroupRequest
    readonly output: undefined
  }
  readonly IamUpdateOpenIDConnectProviderThumbprint: {
    readonly input: {
      readonly OpenIDConnectProviderArn: string
    } & IamUpdateOpenIDConnectProviderThumbprintRequest
    readonly output: undefined
  }
  readonly IamUpdateRole: {
    readonly input: {
      readonly RoleName: string
    } & IamUpdateRoleRequest
    readonly output: IamUpdateRoleResponse
  }
  readonly IamUpdateRoleDescription: {
    readonly input: {
      readonly RoleName: string
    } & IamUpdateRoleDescriptionRequest
    readonly output: IamUpdateRoleDescriptionResponse
  }
  readonly IamUpdateUser: {
    readonly input: {
      readonly UserName: string
    } & IamUpdateUserRequest
    readonly output: undefined
  }
  readonly ImportKeyMaterial: {
    readonly input: {
      readonly KeyId: string
    } & ImportKeyMaterialRequest
    readonly output: ImportKeyMaterialResponse
  }
  readonly ListAccessKeys: {
    readonly input: {
      readonly AccountId: string
      readonly Limit?: number
      readonly Marker?: string
    }
    readonly output: ListAccessKeysResponse
  }
  readonly ListAliases: {
    readonly input: {
      readonly KeyId?: string
      readonly Limit?: number
      readonly Marker?: string
    }
    readonly output: ListAliasesResponse
  }
  readonly ListAuditRecords: {
    readonly input: {
      readonly StartTime?: string
      readonly EndTime?: string
      readonly KeyId?: string
      readonly Principal?: string
      readonly EventName?: string
      readonly ErrorCode?: string
      readonly Limit?: number
      readonly Marker?: string
    }
    readonly output: ListAuditRecordsResponse
  }
  readonly ListGrants: {
    readonly input: {
      readonly KeyId: string
      readonly Limit?: number
      readonly Marker?: string
      readonly GrantId?: string
      readonly GranteePrincipal?: string
      readonly GranteeServicePrincipal?: string
    }
    readonly output: ListGrantsResponse
  }
  readonly ListInstallationIssuers: {
    readonly input: {
      readonly Limit?: number
      readonly Marker?: string
    }
    readonly output: ListInstallationIssuersResponse
  }
  readonly ListKeyAccess: {
    readonly input: {
      readonly KeyId: string
      readonly Limit?: number
      readonly Marker?: string
    }
    readonly output: ListKeyAccessResponse
  }
  readonly ListKeyPolicies: {
    readonly input: {
      readonly KeyId: string
      readonly Limit?: number
      readonly Marker?: string
    }
    readonly output: ListKeyPoliciesResponse
  }
  readonly ListKeyPolicyChanges: {
    readonly input: {
      readonly KeyId: string
      readonly Limit?: number
      readonly Marker?: string
    }
    readonly output: ListKeyPolicyChangesResponse
  }
  readonly ListKeyRotations: {
    readonly input: {
      readonly KeyId: string
      readonly IncludeKeyMaterial?: "ALL_KEY_MATERIAL" | "ROTATIONS_ONLY"
      readonly Limit?: number
      readonly Marker?: string
    }
    readonly output: ListKeyRotationsResponse
  }
  readonly ListKeys: {
    readonly input: {
      readonly Limit?: number
      readonly Marker?: string
    }
    readonly output: ListKeysResponse
  }
  readonly ListOidcIssuers: {
    readonly input: {
      readonly AccountId: string
      readonly Limit?: number
      readonly Marker?: string
    }
    readonly output: ListOidcIssuersResponse
  }
  readonly ListPrincipalPolicyChanges: {
    readonly input: {
      readonly AccountId: string
      readonly Type: PrincipalType
      readonly Name: string
      readonly Limit?: number
      readonly Marker?: string
    }
    readonly output: ListPrincipalPolicyChangesResponse
  }
  readonly ListPrincipals: {
    readonly input: {
      readonly AccountId: string
      readonly Limit?: number
      readonly Marker?: string
    }
    readonly output: ListPrincipalsResponse
  }
  readonly ListResourceTags: {
    readonly input: {
      readonly KeyId: string
      readonly Limit?: number
      readonly Marker?: string
    }
    readonly output: ListResourceTagsResponse
  }
  readonly ListRetirableGrants: {
    readonly input: {
      readonly Limit?: number
      readonly Marker?: string
      readonly RetiringPrincipal: string
      readonly RetiringServicePrincipal?: string
    }
    readonly output: ListRetirableGrantsResponse
  }
  readonly ListTenantValues: {
    readonly input: {
      readonly AccountId: string
      readonly Limit?: number
      readonly Marker?: string
    }
    readonly output: ListTenantValuesResponse
  }
  readonly ListTenants: {
    readonly input: {
      readonly Limit?: number
      readonly Marker?: string
      readonly Name?: string
      readonly ExternalId?: string
    }
    readonly output: ListTenantsResponse
  }
  readonly ListXksCredentials: {
    readonly input: {
      readonly AccountId: string
      readonly Limit?: number
      readonly Marker?: string
    }
    readonly output: ListXksCredentialsResponse
  }
  readonly PreviewKeyPolicy: {
    readonly input: {
      readonly KeyId: string
    } & PreviewKeyPolicyRequest
    readonly output: PreviewKeyPolicyResponse
  }
  readonly PutAliasRotation: {
    readonly input: {
      readonly AliasName: string
    } & PutAliasRotationRequest
    readonly output: PutAliasRotationResponse
  }
  readonly PutAuditRetention: {
    readonly input: {
      readonly AccountId: string
    } & PutAuditRetentionRequest
    readonly output: undefined
  }
  readonly PutKeyPolicy: {
    readonly input: {
      readonly KeyId: string
    } & PutKeyPolicyRequest
    readonly output: undefined
  }
  readonly PutPermissionsBoundary: {
    readonly input: {
      readonly AccountId: string
      readonly Type: PrincipalType
      readonly Name: string
    } & PutPermissionsBoundaryRequest
    readonly output: undefined
  }
  readonly PutPrincipalPolicy: {
    readonly input: {
      readonly AccountId: string
      readonly Type: PrincipalType
      readonly Name: string
      readonly PolicyName: string
    } & PutPrincipalPolicyRequest
    readonly output: undefined
  }
  readonly PutTenantValues: {
    readonly input: {
      readonly AccountId: string
      readonly IssuerId: string
    } & PutTenantValuesRequest
    readonly output: undefined
  }
  readonly PutTrustPolicy: {
    readonly input: {
      readonly AccountId: string
      readonly Type: PrincipalType
      readonly Name: string
    } & PutTrustPolicyRequest
    readonly output: undefined
  }
  readonly ReEncrypt: {
    readonly input: ReEncryptRequest
    readonly output: ReEncryptResponse
  }
  readonly ReplicateKey: {
    readonly input: {
      readonly KeyId: string
    } & ReplicateKeyRequest
    readonly output: ReplicateKeyResponse
  }
  readonly ResumeTenant: {
    readonly input: {
      readonly AccountId: string
    }
    readonly output: undefined
  }
  readonly RetireGrant: {
    readonly input: RetireGrantRequest
    readonly output: undefined
  }
  readonly RevokeGrant: {
    readonly input: {
      readonly KeyId: string
      readonly GrantId: string
      readonly DryRun?: boolean
    }
    readonly output: undefined
  }
  readonly RevokeSessions: {
    readonly input: {
      readonly AccountId: string
    } & RevokeSessionsRequest
    readonly output: RevokeSessionsResponse
  }
  readonly RotateKeyOnDemand: {
    readonly input: {
      readonly KeyId: string
    }
    readonly output: RotateKeyOnDemandResponse
  }
  readonly RotateXksCredential: {
    readonly input: {
      readonly AccountId: string
      readonly AccessKeyId: string
    }
    readonly output: RotateXksCredentialResponse
  }
  readonly ScheduleKeyDeletion: {
    readonly input: {
      readonly KeyId: string
    } & ScheduleKeyDeletionRequest
    readonly output: ScheduleKeyDeletionResponse
  }
  readonly ScheduleTenantDeletion: {
    readonly input: {
      readonly AccountId: string
    } & ScheduleTenantDeletionRequest
    readonly output: ScheduleTenantDeletionResponse
  }
  readonly Sign: {
    readonly input: {
      readonly KeyId: string
    } & SignRequest
    readonly output: SignResponse
  }
  readonly SuspendTenant: {
    readonly input: {
      readonly AccountId: string
    }
    readonly output: undefined
  }
  readonly TagPrincipal: {
    readonly input: {
      readonly AccountId: string
      readonly Type: PrincipalType
      readonly Name: string
    } & TagPrincipalRequest
    readonly output: undefined
  }
  readonly TagResource: {
    readonly input: {
      readonly KeyId: string
    } & TagResourceRequest
    readonly output: undefined
  }
  readonly UntagPrincipal: {
    readonly input: {
      readonly AccountId: string
      readonly Type: PrincipalType
      readonly Name: string
      readonly TagKeys: readonly (string)[]
    }
    readonly output: undefined
  }
  readonly UntagResource: {
    readonly input: {
      readonly KeyId: string
    } & UntagResourceRequest
    readonly output: undefined
  }
  readonly UpdateAccessKey: {
    readonly input: {
      readonly AccountId: string
      readonly AccessKeyId: string
    } & UpdateAccessKeyRequest
    readonly output: undefined
  }
  readonly UpdateAlias: {
    readonly input: {
      readonly AliasName: string
    } & UpdateAliasRequest
    readonly output: undefined
  }
  readonly UpdateCustomKeyStore: {
    readonly input: {
      readonly CustomKeyStoreId: string
    } & UpdateCustomKeyStoreRequest
    readonly output: UpdateCustomKeyStoreResponse
  }
  readonly UpdateInstallationIssuer: {
    readonly input: {
      readonly IssuerId: string
    } & UpdateInstallationIssuerRequest
    readonly output: UpdateInstallationIssuerResponse
  }
  readonly UpdateKeyDescription: {
    readonly input: {
      readonly KeyId: string
    } & UpdateKeyDescriptionRequest
    readonly output: undefined
  }
  readonly UpdateOidcIssuer: {
    readonly input: {
      readonly AccountId: string
      readonly IssuerId: string
    } & UpdateOidcIssuerRequest
    readonly output: UpdateOidcIssuerResponse
  }
  readonly UpdatePrimaryRegion: {
    readonly input: {
      readonly KeyId: string
    } & UpdatePrimaryRegionRequest
    readonly output: undefined
  }
  readonly UpdateTenant: {
    readonly input: {
      readonly AccountId: string
    } & UpdateTenantRequest
    readonly output: UpdateTenantResponse
  }
  readonly Verify: {
    readonly input: {
      readonly KeyId: string
    } & VerifyRequest
    readonly output: VerifyResponse
  }
  readonly VerifyMac: {
    readonly input: {
      readonly KeyId: string
    } & VerifyMacRequest
    readonly output: VerifyMacResponse
  }
}

/** A text in which records are alike, with the names and values that differ most often left out. */
const RECORD = (type: string, name: string, parameters: string): string =>
  `{"eventVersion":"1.11","userIdentity":{"type":"${type}","accountId":"","accessKeyId":"AKIA"},` +
  `"eventTime":"2026-","eventSource":"kms.amazonaws.com","eventName":"${name}","awsRegion":"us-east-1",` +
  `"sourceIPAddress":"192.0.2.1","userAgent":"","requestParameters":{${parameters}},"responseElements":null,` +
  `"additionalEventData":{"decisions":[{"action":"kms:${name}","allowed":true,"reason":"Allowed: Allow by statement \\"Enable IAM User Permissions\\" of resource-based policy \\"default\\"."}]},` +
  '"requestID":"","eventID":"","readOnly":true,"resources":[{"accountId":"","type":"AWS::KMS::Key","ARN":"arn:aws:kms:us-east-1:"}],' +
  '"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"","eventCategory":"Management"}'

/**
 * What deflate is given beforehand, by form. **A dictionary never changes**: batches that were packed
 * with it would not open (test/audit/audit-pack.test.ts has its hash). Another one is another form. The
 * nearer the end, the shorter what refers to it, so the most frequent comes last.
 */
export const DICTIONARIES = {
  1: Buffer.from(
    [
      '"us-west-2eu-west-1eu-central-1ap-northeast-1ap-southeast-2"responseElements":{"keyMetadata":{"aWSAccountId":"","keyId":"","arn":"","creationDate":"","enabled":true,"description":"","keyUsage":"ENCRYPT_DECRYPTSIGN_VERIFYGENERATE_VERIFY_MACKEY_AGREEMENT","keyState":"EnabledDisabledPendingDeletionPendingImport","origin":"AWS_KMS","keyManager":"CUSTOMER","customerMasterKeySpec":"SYMMETRIC_DEFAULT","keySpec":"RSA_2048ECC_NIST_P256HMAC_256","encryptionAlgorithms":["SYMMETRIC_DEFAULT"],"signingAlgorithms":["RSASSA_PSS_SHA_256RSASSA_PKCS1_V1_5_SHA_256ECDSA_SHA_256"],"multiRegion":false,"currentKeyMaterialId":""',
      '"errorCode":"AccessDeniedExceptionNotFoundExceptionDisabledExceptionKMSInvalidStateExceptionInvalidCiphertextException","errorMessage":"User: arn:aws:iam:: is not authorized to perform: kms: on resource: because no resource-based policy allows the actionis pending deletion.is disabled.Key does not exist"',
      '"sessionContext":{"attributes":{"creationDate":"","mfaAuthenticated":"false"}}"eventSource":"sts.amazonaws.com""eventSource":"tenkey"AssumeRoleReEncryptGenerateMacVerifyMacGetPublicKeyListKeysListAliasesCreateKeyCreateAliasCreateGrantTagResource"grantTokens":"messageType":"DIGESTRAW","messageTag":"encryptionAlgorithm":"SYMMETRIC_DEFAULT"',
      'Boto3/1.42 md/Botocore#1.42 ua/2.1 os/linux lang/python aws-cli/2.31.0 aws-sdk-go-v2/1.41.0 lang/go aws-sdk-java/2.40.0 app/terraform',
      'aws-sdk-js/3.1164.0 ua/2.1 os/linux#6.1 lang/js md/nodejs#24.21.0 api/kms#3.1164.0 m/E,b',
      RECORD('Root', 'DescribeKey', '"keyId":"arn:aws:kms:us-east-1:'),
      RECORD(
        'IAMUser","principalId":"AIDA","arn":"arn:aws:iam::',
        'Sign',
        '"keyId":"alias/","signingAlgorithm":"ECDSA_SHA_256"',
      ),
      RECORD(
        'AssumedRole","principalId":"AROA","arn":"arn:aws:sts::',
        'GenerateDataKey',
        '"keyId":"","keySpec":"AES_256","encryptionContext":{"',
      ),
      RECORD('IAMUser","principalId":"AIDA","userName":"', 'Decrypt', '"encryptionContext":{"'),
      RECORD(
        'Root","principalId":"","arn":"arn:aws:iam::',
        'Encrypt',
        '"keyId":"","encryptionContext":{"',
      ),
    ].join(''),
  ),
} as const

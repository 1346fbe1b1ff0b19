/** What OpenAPI says of members of operations on keys, as scripts/gen-told.ts looks it up; no function loads it. */
export const told: Readonly<Record<string, string>> = {
  'CreateKeyRequest.Policy':
    'The key policy, JSON; the default one unless given: the account decides',
  'CreateKeyRequest.Description': 'What to say of the key',
  'CreateKeyRequest.KeyUsage':
    'What the key is for; it never changes. Needed for all but symmetric encryption keys',
  'CreateKeyRequest.CustomerMasterKeySpec': 'KeySpec by its old name; give one of the two',
  'CreateKeyRequest.KeySpec': 'What kind of material the key gets; SYMMETRIC_DEFAULT unless given',
  'CreateKeyRequest.Origin':
    'Where the material comes from: AWS_KMS unless given, EXTERNAL for imported material, a custom key store’s kind',
  'CreateKeyRequest.CustomKeyStoreId': 'The custom key store that is to have the key',
  'CreateKeyRequest.Tags': 'Tags of the new key',
  'CreateKeyRequest.MultiRegion': 'Makes the primary of multi-Region keys; it never changes',
  'CreateKeyRequest.XksKeyId': 'The external key, as the proxy of an external key store names it',
  'Response.KeyMetadata': 'What there is to know of the key',
  KeyLastUsage: 'The last use; without members where there was none',
  'KeyLastUsage.Operation': 'What was done',
  'KeyLastUsage.Timestamp': 'When',
  'KeyLastUsage.CloudTrailEventId': 'Id of the audit record of it',
  'KeyLastUsage.KmsRequestId': 'Id of the request',
  TrackingStartDate: 'Since when uses are kept in mind',
  KeyCreationDate: 'When the key was made',
  'ListKeysResponse.Keys': 'The keys, in the order of their ids',
  'Keys.KeyId': 'Id of the key',
  'Keys.KeyArn': 'ARN of the key',
  'Keys.KeyState': 'What can be done with it now',
  'Keys.KeyManager': 'CUSTOMER, or AWS for one that belongs to a service',
  'Keys.Origin': 'Where the material is from',
  'Keys.MultiRegion': 'Whether it is a multi-Region key',
  'Keys.Description': 'What its owners say of it',
  'Keys.CreationDate': 'When the key was made',
  'Keys.Aliases': 'Aliases that point to it',
  PendingWindowInDays: 'Days until the material is destroyed; 30 unless given',
  'ScheduleKeyDeletionResponse.DeletionDate':
    'When the material is destroyed; absent of a primary that waits for its replicas',
  'ScheduleKeyDeletionResponse.KeyState': 'The state that the key is in now',
  'UpdateKeyDescriptionRequest.Description': 'What to say of the key from now on',
}

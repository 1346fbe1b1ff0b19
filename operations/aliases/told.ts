/** What OpenAPI says of members of operations on aliases, as scripts/gen-told.ts looks it up; no function loads it. */
export const told: Readonly<Record<string, string>> = {
  AliasName: 'Name of the alias, which begins with alias/',
  'CreateAliasRequest.AliasName':
    'Name of the alias, which begins with alias/ and not with alias/aws/',
  'CreateAliasRequest.TargetKeyId': 'The key that it is to point to',
  'UpdateAliasRequest.TargetKeyId':
    'The key that it is to point to from now on, of the same kind and usage',
  TargetKeyId: 'Id of the key that it points to',
  'ListAliasesRequest.KeyId': 'Only aliases of this key; a key id or key ARN',
  'ListAliasesResponse.Aliases': 'The aliases, in the order of their names',
  'Aliases.AliasArn': 'ARN of the alias',
  'Aliases.CreationDate': 'When the alias was made',
  'Aliases.LastUpdatedDate': 'When it was last pointed to a key',
  RotationEnabled: 'Whether it moves to a new key on a schedule',
  RotationPeriodInDays: 'Days from one new key to the next',
  NextRotationDate: 'When it moves next',
}

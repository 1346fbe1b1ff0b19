/** What OpenAPI says of members of operations on credentials by which AWS KMS calls, as scripts/gen-told.ts looks it up; no function loads it. */
export const told: Readonly<Record<string, string>> = {
  AccountId: 'Account of the tenant',
  Type: 'user or role',
  Name: 'Name of the user or role',
  XksProxyAuthenticationCredential: 'What AWS KMS is to sign its requests with',
  AccessKeyId: 'Names the credential',
  RawSecretAccessKey: 'Its secret; answered this once',
  XksProxyUriPath: 'Path at which AWS KMS calls, for CreateCustomKeyStore at AWS',
  XksCredentials: 'The credentials',
  'XksCredentials.Principal': 'Who AWS KMS calls as with it',
  'XksCredentials.Region': 'The Region that it is for',
  'XksCredentials.CreationDate': 'When it was made',
}

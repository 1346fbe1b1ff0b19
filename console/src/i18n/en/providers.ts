/** Words of the pages on identity providers. */
export const providers = {
  provider: 'Provider',
  'provider.audience': 'Audience',
  'provider.audience.add': 'Add audience',
  'provider.audience.description': 'The client ID for which the provider issues tokens.',
  'provider.audience.remove': 'Remove audience: {audience}',
  'provider.audience.remove.description': 'Tokens for it are refused from now on.',
  'provider.audiences': 'Audiences',
  'provider.audiences.none': 'No audiences',
  'provider.create': 'Add provider',
  'provider.created': 'Provider {provider} is there.',
  'provider.delete.description': 'Its tokens are refused at once, and sessions made of them end.',
  'provider.deleted': 'Provider {provider} is deleted.',
  'provider.not-shown': 'The provider is not shown',
  'provider.thumbprints': 'Thumbprints',
  'provider.thumbprints.description':
    'Kept for clients of AWS IAM. Certificates are judged by the authorities that are publicly trusted.',
  'provider.thumbprints.edit': '40 hexadecimal digits each, five at most.',
  'provider.thumbprints.none': 'No thumbprints',
  'provider.url': 'Provider URL',
  'provider.url.description': 'Exactly as its tokens have it in iss.',
  'providers.description':
    'OpenID Connect issuers whose tokens roles of this account may trust. What the operator registers for the account is listed too.',
  'providers.none': 'No identity providers',
  'providers.title': 'Identity providers',
} as const

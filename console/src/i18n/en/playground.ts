/** Words of the pages that try keys. */
export const playground = {
  ciphertext: 'Ciphertext',
  'ciphertext.description': 'Base64, as CiphertextBlob has it.',
  plaintext: 'Plaintext',
  'plaintext.base64': 'Plaintext (base64: it is no text)',
  'plaintext.description': 'A text of up to 4,096 bytes.',
  'playground.decrypt': 'Decrypt',
  'playground.description':
    'Try keys. What you type stays in this tab; the calls are on the audit trail as all others.',
  'playground.encrypt': 'Encrypt',
  'playground.title': 'Playground',
} as const

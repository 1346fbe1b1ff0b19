/** Words of key material that is imported. */
export const material = {
  'file.choose': 'Choose file',
  'file.drop': 'Drop file to choose it',
  'file.error': 'Error',
  material: 'Key material',
  'material.algorithm': 'Wrapping algorithm',
  'material.delete': 'Delete key material',
  'material.delete.description':
    'The key can not be used until the same material is imported again. The service keeps no copy of it.',
  'material.deleted': 'The key material is deleted.',
  'material.description': 'Key material description (optional)',
  'material.description.wrong': 'Up to 256 letters, digits, spaces, : / _ . and -.',
  'material.encrypted': 'Wrapped key material',
  'material.expiration': 'Expiration',
  'material.expires.at': 'Key material expires',
  'material.expires.calendar': 'Choose a date',
  'material.expires.date': 'Date',
  'material.expires.description':
    'The service then deletes it, and the key can not be used until it is imported again.',
  'material.expires.never': 'Key material does not expire',
  'material.expires.time': 'Time',
  'material.expires.wrong': 'It must lie within the next {days} days.',
  'material.file': 'Key material file',
  'material.file.empty': 'The file is empty.',
  'material.file.length':
    'Key material of this key has {count} bytes, and the file another number.',
  'material.file.no-pkcs8': 'This is no private key in PKCS #8, DER or PEM.',
  'material.file.private': 'A private key of {spec} in PKCS #8, DER or PEM without a password.',
  'material.file.secret': '{count} bytes, as they are.',
  'material.import': 'Import key material',
  'material.import-again': 'Import key material {material} again',
  'material.import-state': 'Import state',
  'material.imported': 'Key material is imported into {key}.',
  'material.kind': 'Import type',
  'material-kind.EXISTING_KEY_MATERIAL': 'Existing key material',
  'material-kind.EXISTING_KEY_MATERIAL.description':
    'Brings back material that was deleted or has expired, or changes when it expires.',
  'material-kind.NEW_KEY_MATERIAL': 'New key material',
  'material-kind.NEW_KEY_MATERIAL.description':
    'Becomes current with the next rotation on demand. Earlier material still decrypts.',
  'material.non-current': 'Not current',
  'material.none': 'No key material is imported',
  'material.not-imported': 'The key material is not imported',
  'material.not-in-clear':
    'The material is encrypted in this browser, under a public key that is for this import alone. It is never sent in clear.',
  'material.parameters': 'Download public key and import token',
  'material.parameters.until': 'They can be used until',
  'material.pending-regions': 'Pending import in other Regions',
  'material.pending-rotation': 'Pending rotation',
  'material.random': 'Random key material ({count} bytes)',
  'material.random.description':
    'It is saved as a file at once. Keep the file: without it the material can not be imported again.',
  'material.random.made': 'Made and saved',
  'material.random.make': 'Generate and download',
  'material.there': 'Imported',
  'material.token': 'Import token',
  'material.token.description': '{file}, which was downloaded with the public key.',
  'material.way': 'Source of the key material',
  'material-way.file': 'A file',
  'material-way.file.description':
    'Key material of your own in a file. It is wrapped in this browser.',
  'material-way.random': 'Generate in this browser',
  'material-way.random.description':
    'Random bytes of this browser, saved for you as a file, and wrapped here.',
  'material-way.wrapped': 'Wrapped key material',
  'material-way.wrapped.description':
    'You have an HSM or OpenSSL wrap it, and upload the result with its import token.',
  'material.wrap': 'Wrap with OpenSSL',
  'material.wrap.description':
    'In the folder of the files. Key material is never given to this page in clear.',
  'material.wrapping-key': 'Wrapping key spec',
  'material.wrapping-key.description': 'Of the public key that the service makes for this import.',
} as const

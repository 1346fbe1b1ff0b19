/** Words of credentials by which AWS KMS uses keys. */
export const xks = {
  'xks.create': 'Create XKS credential',
  'xks.create.description':
    'A path of its own for one external key store of AWS KMS in {region}, and the credential that AWS KMS signs with. Sign in with another Region for a key store there.',
  'xks.delete.description':
    'AWS KMS is refused with it at once. With the last credential of a path the path goes, and what AWS encrypted by it can not be decrypted until its key store has another.',
  'xks.deleted': '{id} is deleted.',
  'xks.description':
    'By them AWS KMS uses keys of this account, as an external key store proxy: S3, EBS, RDS and other services of AWS encrypt under a key that is held here.',
  'xks.download': 'Download {file}',
  'xks.existing': 'A user or role that is there',
  'xks.existing.wrong': 'It is role/ or user/ and a name.',
  'xks.in-aws': 'For AWS, in the folder of the file, without AWS_ENDPOINT_URL_KMS',
  'xks.none': 'No XKS credentials',
  'xks.principal': 'Stands for',
  'xks.principal.description':
    'Key policies and identity policies decide for it what AWS KMS may do.',
  'xks.role': 'A new role {role}',
  'xks.role.description':
    'Nobody can assume it. It may encrypt, decrypt and describe with every key whose key policy leaves that to identity policies, as the default one does.',
  'xks.role.there': 'A role of that name is there. Choose it below if it is meant.',
  'xks.rotate': 'Rotate',
  'xks.rotate.description':
    'Makes another credential of the same path. Both hold until one is deleted: give the new one to AWS first.',
  'xks.rotate.of': 'Rotate {id}',
  'xks.title': 'XKS credentials',
} as const

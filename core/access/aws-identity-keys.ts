import type { Presence } from './condition-table.ts'

const present: Presence = {
  where: 'AssumeRoleWithAwsIdentity, in the trust policy of the role',
}

/** What AWS STS said of a caller of AWS; given by who asked it (core/identity/aws-identity.ts). */
export const AWS_IDENTITY_KEYS: Readonly<Record<string, { readonly present: Presence }>> = {
  'tenkey:AwsAccount': { present },
  'tenkey:AwsArn': { present },
  'tenkey:AwsUserId': { present },
}

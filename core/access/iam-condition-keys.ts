import type { Presence } from './condition-table.ts'

/**
 * Condition keys that AWS IAM's operations give: they are read from nowhere else.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
 */
export const IAM_KEYS: Readonly<Record<string, { readonly present: Presence }>> = {
  'iam:PermissionsBoundary': {
    present: {
      where:
        'AttachUserPolicy, CreateUser, DeleteUserPermissionsBoundary, DeleteUserPolicy, DetachUserPolicy, PutUserPermissionsBoundary, PutUserPolicy and the same of roles, where it has one or is given one',
    },
  },
  'iam:PolicyARN': {
    present: { where: 'AttachUserPolicy, DetachUserPolicy and their kin' },
  },
}

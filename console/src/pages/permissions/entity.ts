/** Whom policies of identity are of. */
export interface Entity {
  readonly kind: 'user' | 'role' | 'group'
  readonly name: string
}

/** The operations on the policies of each kind: AWS IAM has the same for all three. */
export const CALLS = {
  attach: {
    user: 'IamAttachUserPolicy',
    role: 'IamAttachRolePolicy',
    group: 'IamAttachGroupPolicy',
  },
  detach: {
    user: 'IamDetachUserPolicy',
    role: 'IamDetachRolePolicy',
    group: 'IamDetachGroupPolicy',
  },
  attached: {
    user: 'IamListAttachedUserPolicies',
    role: 'IamListAttachedRolePolicies',
    group: 'IamListAttachedGroupPolicies',
  },
  put: { user: 'IamPutUserPolicy', role: 'IamPutRolePolicy', group: 'IamPutGroupPolicy' },
  get: { user: 'IamGetUserPolicy', role: 'IamGetRolePolicy', group: 'IamGetGroupPolicy' },
  list: { user: 'IamListUserPolicies', role: 'IamListRolePolicies', group: 'IamListGroupPolicies' },
  delete: {
    user: 'IamDeleteUserPolicy',
    role: 'IamDeleteRolePolicy',
    group: 'IamDeleteGroupPolicy',
  },
} as const

/** The member of requests that names an entity. */
export const named = ({ kind, name }: Entity) =>
  kind === 'user' ? { UserName: name } : kind === 'role' ? { RoleName: name } : { GroupName: name }

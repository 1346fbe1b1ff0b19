/** How records call the types of callers. */
export const IDENTITY = {
  root: 'Root',
  user: 'IAMUser',
  role: 'Role',
  'assumed-role': 'AssumedRole',
  'federated-user': 'FederatedUser',
} as const

/** How records call the services whose operations are recorded. */
export const EVENT_SOURCES = {
  kms: 'kms.amazonaws.com',
  sts: 'sts.amazonaws.com',
  iam: 'iam.amazonaws.com',
  xks: 'tenkey',
  tenkey: 'tenkey',
} as const

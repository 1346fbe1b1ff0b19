import type { AttachedPolicy } from './credential.ts'

/** A policy that AWS manages, with what of its text is about keys, principals and sessions. */
export interface AwsManagedPolicy {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly statements: readonly {
    readonly Sid?: string
    readonly Effect: 'Allow'
    readonly Action: string | readonly string[]
    readonly Resource: string | readonly string[]
  }[]
  /** of the default version, as AWS has it */
  readonly version: number
  /** Unix ms */
  readonly created: number
  readonly updated: number
}

const at = (day: string): number => Date.parse(`${day}T00:00:00Z`)

/**
 * Policies that are attached by AWS's ARNs: administrators, readers, and users of AWS KMS.
 * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/about-managed-policy-reference.html
 */
const POLICIES: readonly AwsManagedPolicy[] = [
  {
    id: 'ANPAIWMBCKSKIEE64ZLYK',
    name: 'AdministratorAccess',
    description: 'Provides full access to AWS services and resources.',
    statements: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
    version: 1,
    created: at('2015-02-06'),
    updated: at('2015-02-06'),
  },
  {
    id: 'ANPAJNPP7PPPPMJRV2SA4',
    name: 'AWSKeyManagementServicePowerUser',
    description: 'Provides access to AWS Key Management Service (KMS).',
    statements: [
      {
        Effect: 'Allow',
        Action: [
          'kms:CreateAlias',
          'kms:CreateKey',
          'kms:DeleteAlias',
          'kms:Describe*',
          'kms:GenerateRandom',
          'kms:Get*',
          'kms:List*',
          'kms:TagResource',
          'kms:UntagResource',
          'iam:ListGroups',
          'iam:ListRoles',
          'iam:ListUsers',
        ],
        Resource: '*',
      },
    ],
    version: 2,
    created: at('2015-02-06'),
    updated: at('2017-03-07'),
  },
  {
    id: 'ANPAI7XKCFMBPM3QQRRVQ',
    name: 'IAMFullAccess',
    description: 'Provides full access to IAM via the AWS Management Console.',
    statements: [{ Effect: 'Allow', Action: 'iam:*', Resource: '*' }],
    version: 2,
    created: at('2015-02-06'),
    updated: at('2019-06-21'),
  },
  {
    id: 'ANPAJKSO7NDY4T57MWDSQ',
    name: 'IAMReadOnlyAccess',
    description: 'Provides read only access to IAM via the AWS Management Console.',
    statements: [
      {
        Effect: 'Allow',
        Action: [
          'iam:GenerateCredentialReport',
          'iam:GenerateServiceLastAccessedDetails',
          'iam:Get*',
          'iam:List*',
          'iam:SimulateCustomPolicy',
          'iam:SimulatePrincipalPolicy',
        ],
        Resource: '*',
      },
    ],
    version: 4,
    created: at('2015-02-06'),
    updated: at('2018-01-25'),
  },
  {
    id: 'ANPAILL3HVNFSB6DCOWYQ',
    name: 'ReadOnlyAccess',
    description: 'Provides read-only access to AWS services and resources.',
    statements: [
      {
        Sid: 'ReadOnlyActions',
        Effect: 'Allow',
        Action: [
          'iam:Generate*',
          'iam:Get*',
          'iam:List*',
          'iam:Simulate*',
          'kms:Describe*',
          'kms:Get*',
          'kms:List*',
          'sts:GetAccessKeyInfo',
          'sts:GetCallerIdentity',
          'sts:GetSessionToken',
        ],
        Resource: '*',
      },
    ],
    version: 1,
    created: at('2015-02-06'),
    updated: at('2015-02-06'),
  },
]

const byId = new Map(POLICIES.map((policy) => [policy.id, policy]))
const byName = new Map(POLICIES.map((policy) => [policy.name, policy]))

/** In the order of their names. */
export const awsManagedPolicies = (): readonly AwsManagedPolicy[] => POLICIES

/** One by its unique id; undefined for a customer's. */
export const awsManagedById = (id: string): AwsManagedPolicy | undefined => byId.get(id)

/** One by its path and name, e.g. `/ReadOnlyAccess`. */
export const awsManagedAt = (pathAndName: string): AwsManagedPolicy | undefined =>
  pathAndName.startsWith('/') ? byName.get(pathAndName.slice(1)) : undefined

export const attachedAws = ({ id, name }: AwsManagedPolicy): AttachedPolicy => ({
  id,
  policy: `/${name}`,
})

/** Its text, JSON. */
export const awsManagedText = ({ statements }: AwsManagedPolicy): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements })

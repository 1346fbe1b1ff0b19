import {
  type AwsManagedPolicy,
  awsManagedById,
  awsManagedText,
} from '../../core/identity/aws-managed-policies.ts'
import type { ManagedPolicyData, PolicyVersion } from '../../core/identity/iam-items.ts'
import {
  addVersion,
  admitManaged,
  noSuchVersion,
  deleteVersion as removeVersion,
  setDefaultVersion,
  versionText,
} from '../../core/identity/managed-policy.ts'
import { defineOperation } from '../../core/operation.ts'
import { boolean, list, optional, string, struct, timestamp } from '../../core/shape/shapes.ts'
import { listPage } from './iam-list.ts'
import { arn, iam, page, paging, policyDocument } from './iam-members.ts'
import { onPolicy } from './iam-resources.ts'
import { ownPolicy, policyNamed } from './named-policy.ts'

const versionId = string({ min: 2, max: 12, pattern: 'v[1-9][0-9]*' })
export const policyVersion = struct({
  Document: optional(policyDocument),
  VersionId: versionId,
  IsDefaultVersion: boolean,
  CreateDate: timestamp,
})
const numberOf = (version: string): number => Number(version.slice(1))

/** A version as lists have it. */
export const shownVersion = (
  { default: current }: Pick<ManagedPolicyData, 'default'>,
  { number, created }: PolicyVersion,
) => ({ VersionId: `v${number}`, IsDefaultVersion: number === current, CreateDate: created })

/** The one version that is told of a policy that AWS manages, with its text. */
export const shownAwsVersion = (aws: AwsManagedPolicy) => ({
  ...shownVersion({ default: aws.version }, { number: aws.version, created: aws.updated }),
  Document: awsManagedText(aws),
})

/** Adds a version to a customer-managed policy. */
export const createPolicyVersion = defineOperation({
  ...iam('CreatePolicyVersion'),
  summary: 'Adds a version to a customer-managed policy, which has five at most.',
  http: 'POST /iam/v1/policies/{PolicyArn}/versions',
  status: 201,
  administers: onPolicy,
  input: struct({
    PolicyArn: arn,
    PolicyDocument: policyDocument,
    SetAsDefault: optional(boolean),
  }),
  output: struct({ PolicyVersion: policyVersion }),
  errors: ['NoSuchEntityException', 'MalformedPolicyDocumentException', 'AccessDeniedException'],
  mutates: true,
  uses: ['read', 'write', 'remove'],
  validate: ({ PolicyDocument }) => admitManaged(PolicyDocument),
  async run({ input, caller, context: { now, region } }, ports) {
    const { PolicyArn, PolicyDocument, SetAsDefault = false } = input
    const own = await ownPolicy(ports.read, caller, region, 'CreatePolicyVersion', PolicyArn)
    const { accountId } = caller
    const { next } = await addVersion(ports, accountId, own, PolicyDocument, SetAsDefault, now)
    return {
      PolicyVersion: {
        VersionId: `v${next - 1}`,
        IsDefaultVersion: SetAsDefault,
        CreateDate: now,
      },
    }
  },
})

/** Answers a version of a managed policy with its text. */
export const getPolicyVersion = defineOperation({
  ...iam('GetPolicyVersion'),
  summary: 'Answers a version of a managed policy with its text.',
  http: 'GET /iam/v1/policies/{PolicyArn}/versions/{VersionId}',
  administers: onPolicy,
  input: struct({ PolicyArn: arn, VersionId: versionId }),
  output: struct({ PolicyVersion: policyVersion }),
  errors: ['NoSuchEntityException'],
  mutates: false,
  uses: ['read'],
  async run({ input, caller: { accountId }, context: { region } }, { read }) {
    const { PolicyArn, VersionId } = input
    const number = numberOf(VersionId)
    const { data, attached } = await policyNamed(read, { accountId, region }, PolicyArn)
    const aws = awsManagedById(attached.id)
    if (data === undefined) {
      if (aws === undefined || aws.version !== number) throw noSuchVersion(PolicyArn, number)
      return { PolicyVersion: shownAwsVersion(aws) }
    }
    const Document = await versionText(read, accountId, data, number)
    const version = data.versions.find((one) => one.number === number)
    if (Document === undefined || version === undefined) throw noSuchVersion(PolicyArn, number)
    const IsDefaultVersion = number === data.default
    return {
      PolicyVersion: { Document, VersionId, IsDefaultVersion, CreateDate: version.created },
    }
  },
})

/** Lists the versions of a managed policy, newest first. */
export const listPolicyVersions = defineOperation({
  ...iam('ListPolicyVersions'),
  summary: 'Lists the versions of a managed policy, newest first.',
  http: 'GET /iam/v1/policies/{PolicyArn}/versions',
  administers: onPolicy,
  input: struct({ PolicyArn: arn, ...paging }),
  output: struct({ Versions: list(policyVersion), ...page }),
  errors: ['NoSuchEntityException', 'InvalidMarkerException'],
  mutates: false,
  uses: ['read', 'tokens'],
  async run({ input, caller: { accountId }, context: { region } }, { read, tokens }) {
    const { PolicyArn, Marker, MaxItems } = input
    const { data, attached } = await policyNamed(read, { accountId, region }, PolicyArn)
    const aws = awsManagedById(attached.id)
    const all = data?.versions ?? (aws ? [{ number: aws.version, created: aws.updated }] : [])
    const current = data?.default ?? aws?.version
    const request = { accountId, list: `ListPolicyVersions/${attached.id}`, Marker, MaxItems }
    const order = (number: number) => String(1_000_000_000 - number)
    const { items, page } = await listPage(tokens, request, all, ({ number }) => order(number))
    const Versions = items.map((one) => shownVersion({ default: current ?? 0 }, one))
    return { Versions, ...page }
  },
})

/** Makes another version of a customer-managed policy the one that holds. */
export const setDefaultPolicyVersion = defineOperation({
  ...iam('SetDefaultPolicyVersion'),
  summary: 'Makes another version of a customer-managed policy the one that holds.',
  http: 'PUT /iam/v1/policies/{PolicyArn}/default-version',
  status: 204,
  administers: onPolicy,
  input: struct({ PolicyArn: arn, VersionId: versionId }),
  errors: ['NoSuchEntityException', 'AccessDeniedException'],
  mutates: true,
  uses: ['read', 'write'],
  async run({ input, caller, context: { now, region } }, ports) {
    const own = await ownPolicy(
      ports.read,
      caller,
      region,
      'SetDefaultPolicyVersion',
      input.PolicyArn,
    )
    await setDefaultVersion(ports, caller.accountId, own, numberOf(input.VersionId), now)
  },
})

/** Deletes a version of a customer-managed policy that is not the one that holds. */
export const deletePolicyVersion = defineOperation({
  ...iam('DeletePolicyVersion'),
  summary: 'Deletes a version of a customer-managed policy that is not the one that holds.',
  http: 'DELETE /iam/v1/policies/{PolicyArn}/versions/{VersionId}',
  status: 204,
  administers: onPolicy,
  input: struct({ PolicyArn: arn, VersionId: versionId }),
  errors: ['NoSuchEntityException', 'DeleteConflictException', 'AccessDeniedException'],
  mutates: true,
  uses: ['read', 'write', 'remove'],
  async run({ input, caller, context: { now, region } }, ports) {
    const own = await ownPolicy(ports.read, caller, region, 'DeletePolicyVersion', input.PolicyArn)
    await removeVersion(ports, caller.accountId, own, numberOf(input.VersionId), now)
  },
})

import { readNewPolicy } from '../../core/access/new-policy.ts'
import { refusePolicies } from '../../core/identity/attachment.ts'
import { principalItem } from '../../core/identity/credential.ts'
import { changeEntity, readRoleOf } from '../../core/identity/entity.ts'
import { limitExceeded } from '../../core/identity/iam-errors.ts'
import { policyLength, TRUST_POLICY_CHARACTERS } from '../../core/identity/iam-quotas.ts'
import { withIamTags } from '../../core/identity/iam-tags.ts'
import { inProfile, profilesOf } from '../../core/identity/instance-profile.ts'
import { newPrincipal } from '../../core/identity/new-principal.ts'
import { changePolicyOf } from '../../core/identity/principal-policies.ts'
import { removePrincipal } from '../../core/identity/remove-principal.ts'
import { trusting } from '../../core/identity/trust.ts'
import { changedBy } from '../../core/key/policy-history.ts'
import { defineOperation } from '../../core/operation.ts'
import { admitPolicy } from '../../core/policy/admit-document.ts'
import { list, optional, struct } from '../../core/shape/shapes.ts'
import { eraseSoon } from '../../core/store/store.ts'
import { auditedChange } from '../administration/admin-members.ts'
import { itemPage } from './iam-list.ts'
import {
  arn,
  description,
  iam,
  maxSession,
  page,
  paging,
  path,
  pathPrefix,
  policyDocument,
  role,
  roleName,
  tags,
} from './iam-members.ts'
import { onNewRole, onRole, onRoles } from './iam-resources.ts'
import { listedRole, shownRole } from './iam-shown.ts'

/** @throws KmsError MalformedPolicyDocumentException, LimitExceededException */
function admitTrust(document: string): void {
  admitPolicy(document, 'trust-policy')
  if (policyLength(document) <= TRUST_POLICY_CHARACTERS) return
  throw limitExceeded(`Cannot exceed quota for ACLSizePerRole: ${TRUST_POLICY_CHARACTERS}`)
}

/** Creates a role, and says who may assume it. */
export const createRole = defineOperation({
  ...iam('CreateRole'),
  summary: 'Creates a role, and says who may assume it.',
  http: 'POST /iam/v1/roles',
  status: 201,
  administers: {
    ...onNewRole,
    also: ({ Tags = [] }) => (Tags.length > 0 ? ['iam:TagRole'] : []),
  },
  input: struct({
    RoleName: roleName,
    AssumeRolePolicyDocument: policyDocument,
    Path: optional(path),
    Description: optional(description),
    MaxSessionDuration: optional(maxSession),
    PermissionsBoundary: optional(arn),
    Tags: optional(tags),
  }),
  output: struct({ Role: role }),
  errors: [
    'EntityAlreadyExistsException',
    'InvalidInputException',
    'MalformedPolicyDocumentException',
    'NoSuchEntityException',
    'UnsupportedOperationException',
  ],
  mutates: true,
  uses: ['read', 'write', 'remove', 'wrapping'],
  validate({ AssumeRolePolicyDocument, Tags = [] }) {
    admitTrust(AssumeRolePolicyDocument)
    withIamTags({}, Tags)
  },
  async run({ input, caller: { accountId }, context: { now, region } }, ports) {
    const { AssumeRolePolicyDocument: document, Path = '/', Description, Tags = [] } = input
    const { RoleName, MaxSessionDuration, PermissionsBoundary } = input
    const home = { accountId, region }
    const { meant } = await readNewPolicy(document, 'trust-policy', home, ports.read)
    const data = await newPrincipal(
      ports,
      { accountId, region },
      {
        type: 'role',
        name: RoleName,
        ...(Path !== '/' && { path: Path }),
        policies: {},
        ...trusting(document, meant),
        ...(Description !== undefined && { description: Description }),
        ...(MaxSessionDuration !== undefined && { maxSession: MaxSessionDuration }),
        tags: withIamTags({}, Tags),
        created: now,
      },
      PermissionsBoundary,
    )
    return { Role: await shownRole(ports.read, home, data) }
  },
})

/** Answers a role with its trust policy. */
export const getRole = defineOperation({
  ...iam('GetRole'),
  summary: 'Answers a role with its trust policy.',
  differs: 'RoleLastUsed is empty.',
  http: 'GET /iam/v1/roles/{RoleName}',
  administers: onRole,
  input: struct({ RoleName: roleName }),
  output: struct({ Role: role }),
  errors: ['NoSuchEntityException'],
  mutates: false,
  uses: ['read'],
  async run({ input: { RoleName }, caller: { accountId }, context: { region } }, { read }) {
    const { data } = await readRoleOf(read, accountId, RoleName)
    return { Role: await shownRole(read, { accountId, region }, data) }
  },
})

/** Lists the roles of the caller's account. */
export const listRoles = defineOperation({
  ...iam('ListRoles'),
  summary: "Lists the roles of the caller's account.",
  http: 'GET /iam/v1/roles',
  administers: onRoles,
  input: struct({ PathPrefix: optional(pathPrefix), ...paging }),
  output: struct({ Roles: list(role), ...page }),
  errors: ['InvalidMarkerException'],
  mutates: false,
  uses: ['read', 'tokens'],
  async run({ input, caller: { accountId }, context: { region } }, ports) {
    const { PathPrefix = '/', Marker, MaxItems } = input
    const request = { accountId, list: `ListRoles${PathPrefix}`, Marker, MaxItems }
    const { items, page } = await itemPage(ports, request, `${principalItem.prefix()}role/`)
    const some = items
      .map((item) => principalItem.read(item))
      .filter((data) => (data.path ?? '/').startsWith(PathPrefix))
    const Roles = await Promise.all(
      some.map((data) => listedRole(ports.read, { accountId, region }, data)),
    )
    return { Roles, ...page }
  },
})

/** Changes the description of a role, and how long its sessions may last. */
export const updateRole = defineOperation({
  ...iam('UpdateRole'),
  summary: 'Changes the description of a role, and how long its sessions may last.',
  http: 'PATCH /iam/v1/roles/{RoleName}',
  administers: onRole,
  input: struct({
    RoleName: roleName,
    Description: optional(description),
    MaxSessionDuration: optional(maxSession),
  }),
  output: struct({}),
  errors: ['NoSuchEntityException'],
  mutates: true,
  uses: ['read', 'write', 'remove'],
  async run({ input, caller: { accountId } }, ports) {
    const { RoleName, Description, MaxSessionDuration } = input
    const found = await readRoleOf(ports.read, accountId, RoleName)
    await changeEntity(ports, accountId, found, {
      // an empty one is none
      ...(Description !== undefined && { description: Description || undefined }),
      ...(MaxSessionDuration !== undefined && { maxSession: MaxSessionDuration }),
    })
    return {}
  },
})

/** Changes the description of a role. */
export const updateRoleDescription = defineOperation({
  ...iam('UpdateRoleDescription'),
  summary: 'Changes the description of a role; AWS recommends UpdateRole.',
  http: 'PUT /iam/v1/roles/{RoleName}/description',
  administers: onRole,
  input: struct({ RoleName: roleName, Description: description }),
  output: struct({ Role: role }),
  errors: ['NoSuchEntityException'],
  mutates: true,
  uses: ['read', 'write', 'remove'],
  async run({ input, caller: { accountId }, context: { region } }, ports) {
    const { RoleName, Description } = input
    const found = await readRoleOf(ports.read, accountId, RoleName)
    await changeEntity(ports, accountId, found, { description: Description || undefined })
    const { data } = await readRoleOf(ports.read, accountId, RoleName)
    return { Role: await shownRole(ports.read, { accountId, region }, data) }
  },
})

/** Replaces the trust policy of a role: who may assume it. */
export const updateAssumeRolePolicy = defineOperation({
  ...iam('UpdateAssumeRolePolicy'),
  summary: 'Replaces the trust policy of a role: who may assume it.',
  http: 'PUT /iam/v1/roles/{RoleName}/trust-policy',
  status: 204,
  administers: onRole,
  input: struct({ RoleName: roleName, PolicyDocument: policyDocument }),
  errors: ['NoSuchEntityException', 'MalformedPolicyDocumentException'],
  mutates: true,
  uses: ['read', 'write', 'remove'],
  validate: ({ PolicyDocument }) => admitTrust(PolicyDocument),
  async run({ input, caller, context }, ports) {
    const { accountId } = caller
    const { RoleName, PolicyDocument } = input
    const found = await readRoleOf(ports.read, accountId, RoleName)
    const home = { accountId, region: context.region }
    const { meant } = await readNewPolicy(PolicyDocument, 'trust-policy', home, ports.read)
    const by = changedBy(caller, context)
    const trust = trusting(PolicyDocument, meant)
    return changePolicyOf(ports, accountId, found, by, { type: 'trust' }, trust)
  },
  audited: auditedChange,
})

/** Deletes a role that has no policies and is in no instance profile any more. */
export const deleteRole = defineOperation({
  ...iam('DeleteRole'),
  summary:
    'Deletes a role that has no policies and is in no instance profile any more; its sessions stop at once.',
  http: 'DELETE /iam/v1/roles/{RoleName}',
  status: 204,
  administers: onRole,
  input: struct({ RoleName: roleName }),
  errors: ['NoSuchEntityException', 'DeleteConflictException'],
  mutates: true,
  uses: ['read', 'write', 'remove', 'forget'],
  async run({ input: { RoleName }, caller: { accountId } }, ports) {
    const { item, data } = await readRoleOf(ports.read, accountId, RoleName)
    refusePolicies(data)
    if ((await profilesOf(ports.read, accountId, data)).length > 0) throw inProfile()
    await removePrincipal(ports, accountId, item)
    // secrets of its credentials of external key stores
    await eraseSoon(ports.forget)
  },
})

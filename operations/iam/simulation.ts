import {
  contextKeysOf,
  type Simulated,
  type SimulatedPolicy,
  type Simulation,
  simulator,
} from '../../core/access/simulate.ts'
import { isAccountId, partitionOf } from '../../core/base/arn.ts'
import type { PrincipalData } from '../../core/identity/credential.ts'
import { effectiveOf } from '../../core/identity/effective.ts'
import { type Entity, readEntity } from '../../core/identity/entity.ts'
import { invalidInput } from '../../core/identity/iam-errors.ts'
import { principalCaller } from '../../core/identity/principal-caller.ts'
import { foundIn } from '../../core/identity/renamed.ts'
import { openMarker, pageMembers } from '../../core/key/paging.ts'
import type { DataPorts } from '../../core/key/ports.ts'
import { defineOperation } from '../../core/operation.ts'
import { admitPolicy } from '../../core/policy/admit-document.ts'
import type { ContextValue, Principal } from '../../core/policy/request.ts'
import { turn } from '../../core/policy/steps.ts'
import { boolean, list, map, oneOf, optional, string, struct } from '../../core/shape/shapes.ts'
import { PAGE_ITEMS } from './iam-list.ts'
import { arn, iam, page, paging, policyDocument } from './iam-members.ts'
import { onSource } from './iam-resources.ts'

/** policies that one simulation takes beside those of its principal */
const MOST_POLICIES = 20
/** names of missing condition keys that a page tells: each result has them all */
const MOST_MISSING = 20_000
/** results after which others have their turn: of the largest policies each takes a millisecond */
const RESULTS_OF_A_TURN = 10
/** combinations of an action and a resource that one request may ask about */
const MOST_ASKED = 1000

const KINDS = ['string', 'numeric', 'boolean', 'ip', 'binary', 'date'] as const
const contextEntries = list(
  struct({
    ContextKeyName: optional(string({ min: 5, max: 256 })),
    ContextKeyValues: optional(list(string({ max: 2048 }), { max: 50 })),
    ContextKeyType: optional(oneOf([...KINDS, ...KINDS.map((kind) => `${kind}List`)])),
  }),
  { max: 50 },
)
const documents = list(policyDocument, { max: MOST_POLICIES })

const asked = {
  ActionNames: list(string({ min: 3, max: 128 }), { min: 1, max: 200 }),
  ResourceArns: optional(list(string({ min: 1, max: 2048 }), { max: 200 })),
  ResourcePolicy: optional(policyDocument),
  ResourceOwner: optional(string({ min: 1, max: 2048 })),
  CallerArn: optional(string({ min: 1, max: 2048 })),
  ContextEntries: optional(contextEntries),
  ResourceHandlingOption: optional(string({ min: 1, max: 64 })),
  PermissionsBoundaryPolicyInputList: optional(list(policyDocument, { max: 1 })),
  ...paging,
}

const result = struct({
  EvalActionName: string(),
  EvalResourceName: optional(string()),
  EvalDecision: string(),
  MatchedStatements: list(struct({ SourcePolicyId: string(), SourcePolicyType: string() })),
  MissingContextValues: list(string()),
  PermissionsBoundaryDecisionDetail: optional(struct({ AllowedByPermissionsBoundary: boolean })),
  EvalDecisionDetails: optional(map()),
})
const results = struct({ EvaluationResults: list(result), ...page })

interface Asked {
  readonly ActionNames: readonly string[]
  readonly ResourceArns?: readonly string[] | undefined
  readonly ResourcePolicy?: string | undefined
  readonly ResourceOwner?: string | undefined
  readonly ContextEntries?:
    | readonly {
        readonly ContextKeyName?: string | undefined
        readonly ContextKeyValues?: readonly string[] | undefined
      }[]
    | undefined
  readonly PermissionsBoundaryPolicyInputList?: readonly string[] | undefined
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}

/** What a simulation would be wrong without. @throws KmsError InvalidInputException */
function refuseOthers(input: Readonly<Record<string, unknown>>): void {
  for (const name of [
    'ResourceHandlingOption',
    'OrderedOrganizationPolicyInputList',
    'PolicyExclusionList',
  ]) {
    if (input[name] !== undefined) throw invalidInput(`${name} is not supported.`)
  }
}

/** @throws KmsError MalformedPolicyDocumentException, InvalidInputException */
function admit({ ActionNames, ResourceArns = ['*'], ResourcePolicy, ...more }: Asked): void {
  refuseOthers({ ...more })
  if (ActionNames.length * ResourceArns.length > MOST_ASKED) {
    throw invalidInput(`A request asks about ${MOST_ASKED} actions on resources at most.`)
  }
  for (const document of more.PermissionsBoundaryPolicyInputList ?? []) {
    admitPolicy(document, 'permissions-boundary')
  }
  if (ResourcePolicy !== undefined) admitPolicy(ResourcePolicy, 'key-policy')
}

const inputs = (texts: readonly string[] = []): SimulatedPolicy[] =>
  texts.map((document, index) => ({ name: `PolicyInputList.${index + 1}`, document }))

/** condition keys by their names; one value is one, several are several */
function contextOf({ ContextEntries = [] }: Asked): Record<string, ContextValue> {
  return Object.fromEntries(
    ContextEntries.flatMap(({ ContextKeyName, ContextKeyValues = [] }) =>
      ContextKeyName === undefined
        ? []
        : [
            [
              ContextKeyName,
              ContextKeyValues.length === 1 ? ContextKeyValues[0] : [...ContextKeyValues],
            ],
          ],
    ),
  )
}

/** The account a resource is of: what the request says, or the caller's. @throws KmsError InvalidInputException */
function ownerOf({ ResourceOwner }: Asked, accountId: string): string {
  if (ResourceOwner === undefined) return accountId
  const owner = ResourceOwner.split(':')[4] ?? ResourceOwner
  if (isAccountId(owner)) return owner
  throw invalidInput(`Invalid resource owner: ${ResourceOwner}`)
}

/**
 * A page's decisions; it ends where they take more steps than one may, or would be told too long. One that does so
 * by itself is told: as a denial where it took the steps.
 */
export async function decided(
  simulate: (action: string, resource: string) => Simulated,
  asked: readonly (readonly [action: string, resource: string])[],
): Promise<readonly Simulated[]> {
  const told: Simulated[] = []
  let missing = 0
  for (const [action, resource] of asked) {
    const one = simulate(action, resource)
    missing += one.missing.length
    if ((one.unfinished || missing > MOST_MISSING) && told.length > 0) break
    told.push(one)
    if (told.length % RESULTS_OF_A_TURN === 0) await turn()
  }
  return told
}

async function answers(
  simulation: Simulation,
  { ActionNames, ResourceArns = ['*'], Marker, MaxItems = PAGE_ITEMS }: Asked,
  accountId: string,
  tokens: DataPorts['tokens'],
) {
  const all = ActionNames.flatMap((action) =>
    ResourceArns.map((resource) => [action, resource] as const),
  )
  const request = { accountId, list: 'Simulate', marker: Marker }
  const first = Number((await openMarker(tokens, request)) ?? 0)
  const told = await decided(simulator(simulation), all.slice(first, first + MaxItems))
  const next = first + told.length
  const at = next < all.length ? String(next) : undefined
  const { Truncated, NextMarker } = await pageMembers(tokens, request, at)
  const EvaluationResults = told.map(
    ({ action, resource, decision, matched, bounded, missing }) => ({
      EvalActionName: action,
      EvalResourceName: resource,
      EvalDecision: decision,
      MatchedStatements: matched.map((SourcePolicyId) => ({
        SourcePolicyId,
        SourcePolicyType: 'IAM Policy',
      })),
      MissingContextValues: [...missing],
      PermissionsBoundaryDecisionDetail:
        bounded === undefined ? undefined : { AllowedByPermissionsBoundary: bounded },
    }),
  )
  return { EvaluationResults, IsTruncated: Truncated, Marker: NextMarker }
}

const SOURCE = /^arn:[a-z-]+:iam::(\d{12}):(user|role|group)\/(?:[\w+=,.@-]+\/)*([\w+=,.@-]+)$/

/** The user, role or group that a simulation is about. @throws KmsError InvalidInputException, NoSuchEntityException */
async function sourceOf(
  read: Pick<DataPorts['read'], 'get'>,
  accountId: string,
  source: string,
): Promise<Entity> {
  const [, owner, type = '', name = ''] = SOURCE.exec(source) ?? []
  if (owner !== accountId || (type !== 'user' && type !== 'role' && type !== 'group')) {
    throw invalidInput(
      `Invalid Entity Arn: ${source} does not clearly define entity type and name.`,
    )
  }
  return readEntity(read, accountId, type, name)
}

/** A group is looked at as a user of it would be who has nothing else. */
const dataOf = (entity: Entity): PrincipalData =>
  entity.type === 'group'
    ? { ...entity.data, type: 'user', policies: entity.data.policies, tags: {} }
    : entity.data

/** All policies that decide for a principal, as it is now. */
async function policiesOf(
  read: Pick<DataPorts['read'], 'get'>,
  accountId: string,
  data: PrincipalData,
): Promise<{ identity: SimulatedPolicy[]; boundary: SimulatedPolicy | undefined }> {
  const whole = await effectiveOf(accountId, data, undefined, foundIn(read))
  const { policies, boundary } = whole?.data ?? data
  return {
    identity: Object.entries(policies).map(([name, document]) => ({ name, document })),
    boundary:
      boundary === undefined ? undefined : { name: 'permissions-boundary', document: boundary },
  }
}

/** Decides supposed requests of a user, role or group by the policies that it has. */
export const simulatePrincipalPolicy = defineOperation({
  ...iam('SimulatePrincipalPolicy'),
  summary: 'Decides supposed requests of a user, role or group by the policies that it has.',
  differs:
    'Statements are told by their policies, without their places in the text. ResourceHandlingOption, which is for Amazon EC2, policies of organizations and PolicyExclusionList are refused.',
  http: 'POST /iam/v1/simulations/principal',
  administers: onSource,
  input: struct({
    PolicySourceArn: arn,
    PolicyInputList: optional(documents),
    PolicyExclusionList: optional(list(string({ max: 2048 }), { max: 50 })),
    ...asked,
  }),
  output: results,
  errors: [
    'NoSuchEntityException',
    'InvalidInputException',
    'MalformedPolicyDocumentException',
    'InvalidMarkerException',
  ],
  mutates: false,
  uses: ['read', 'tokens'],
  validate(input) {
    admit(input)
    for (const document of input.PolicyInputList ?? []) admitPolicy(document, 'identity-policy')
  },
  async run({ input, caller: { accountId }, context: { region } }, { read, tokens }) {
    const data = dataOf(await sourceOf(read, accountId, input.PolicySourceArn))
    const own = await policiesOf(read, accountId, data)
    const [given] = input.PermissionsBoundaryPolicyInputList ?? []
    const simulation: Simulation = {
      principal: {
        ...principalCaller({ accountId, region }, data),
        ...(input.CallerArn !== undefined && { arn: input.CallerArn }),
      },
      identity: [...own.identity, ...inputs(input.PolicyInputList)],
      boundary:
        given === undefined ? own.boundary : { name: 'permissions-boundary', document: given },
      resource: input.ResourcePolicy,
      owner: ownerOf(input, accountId),
      context: contextOf(input),
    }
    return answers(simulation, input, accountId, tokens)
  },
})

/** Decides supposed requests by policies that are given. */
export const simulateCustomPolicy = defineOperation({
  ...iam('SimulateCustomPolicy'),
  summary: 'Decides supposed requests by policies that are given.',
  differs: 'As SimulatePrincipalPolicy.',
  http: 'POST /iam/v1/simulations/custom',
  administers: { says: '`*`', of: (_input, _found, { accountId }) => ({ accountId, name: '*' }) },
  input: struct({
    PolicyInputList: documents,
    OrderedOrganizationPolicyInputList: optional(
      list(struct({ ServiceControlPolicyInputList: optional(documents) }), { max: 5 }),
    ),
    ...asked,
  }),
  output: results,
  errors: ['InvalidInputException', 'MalformedPolicyDocumentException', 'InvalidMarkerException'],
  mutates: false,
  uses: ['tokens'],
  validate(input) {
    admit(input)
    for (const document of input.PolicyInputList) admitPolicy(document, 'identity-policy')
  },
  async run({ input, caller: { accountId }, context: { region } }, { tokens }) {
    const [boundary] = input.PermissionsBoundaryPolicyInputList ?? []
    const supposed: Principal = {
      accountId,
      type: 'user',
      arn: input.CallerArn ?? `arn:${partitionOf(region)}:iam::${accountId}:user/supposed`,
      userId: 'AIDASUPPOSED',
      tags: {},
    }
    const simulation: Simulation = {
      principal: supposed,
      identity: inputs(input.PolicyInputList),
      boundary:
        boundary === undefined ? undefined : { name: 'permissions-boundary', document: boundary },
      resource: input.ResourcePolicy,
      owner: ownerOf(input, accountId),
      context: contextOf(input),
    }
    return answers(simulation, input, accountId, tokens)
  },
})

const contextKeys = struct({ ContextKeyNames: list(string()) })

/** Answers the condition keys that the policies of a user, role or group ask for. */
export const getContextKeysForPrincipalPolicy = defineOperation({
  ...iam('GetContextKeysForPrincipalPolicy'),
  summary: 'Answers the condition keys that the policies of a user, role or group ask for.',
  http: 'POST /iam/v1/context-keys/principal',
  administers: onSource,
  input: struct({ PolicySourceArn: arn, PolicyInputList: optional(documents) }),
  output: contextKeys,
  errors: ['NoSuchEntityException', 'InvalidInputException', 'MalformedPolicyDocumentException'],
  mutates: false,
  uses: ['read'],
  async run({ input, caller: { accountId } }, { read }) {
    const data = dataOf(await sourceOf(read, accountId, input.PolicySourceArn))
    const { identity } = await policiesOf(read, accountId, data)
    const own = identity.map(({ document }) => document)
    return { ContextKeyNames: contextKeysOf([...own, ...(input.PolicyInputList ?? [])]) }
  },
})

/** Answers the condition keys that policies ask for. */
export const getContextKeysForCustomPolicy = defineOperation({
  ...iam('GetContextKeysForCustomPolicy'),
  summary: 'Answers the condition keys that policies ask for.',
  http: 'POST /iam/v1/context-keys/custom',
  administers: { says: '`*`', of: (_input, _found, { accountId }) => ({ accountId, name: '*' }) },
  input: struct({ PolicyInputList: documents }),
  output: contextKeys,
  errors: ['InvalidInputException', 'MalformedPolicyDocumentException'],
  mutates: false,
  uses: [],
  run: ({ input }) => ({ ContextKeyNames: contextKeysOf(input.PolicyInputList) }),
})

import { type AnyOperation, serviceOf } from '../core/operation.ts'
import { TARGET_PATH } from '../functions/middleware/router.ts'
import { operationFiles, operations, xksOperations } from '../operations/registry.ts'
import { AWS_JSON, IAM, PAGE, type Size, sizeOf, XKS } from './sizes.ts'

/** A route of the API and the function it leads to. */
export interface RouteSpec {
  /** route key of API Gateway, e.g. `POST /v1/keys/{KeyId}/encrypt` */
  readonly route: string
  /** other route keys that lead to the same function */
  readonly also?: readonly string[]
  /** the route key by which the router asks for it, where there is one */
  readonly target?: string
  /** logical name, unique in the stack */
  readonly name: string
  /** e.g. `functions/cryptography/encrypt.handler` */
  readonly handler: string
  readonly description: string
  readonly size: Size
  /** deployed where the stage is the proxy of external key stores (STACK_XKS) */
  readonly xks?: true
  /** absent for the pages and the entry of AWS's clients */
  readonly operation?: AnyOperation
}

/**
 * The operations that are deployed by themselves: the clock of a deployed service is the machine's, and can't be
 * moved; those of AWS IAM share a function.
 */
const deployed: readonly AnyOperation[] = operations.filter(
  (operation) => !operation.uses.includes('clock') && serviceOf(operation) !== 'iam',
)

/**
 * Operations that the router gives to their own functions: AWS names them in a header, which a router
 * sees. AWS STS names its own in the body of a form.
 */
export const targeted = deployed.filter((operation) => serviceOf(operation) === 'kms')

/** The path at which the router asks for an operation. */
export const targetPath = ({ name }: Pick<AnyOperation, 'name'>): string => TARGET_PATH + name

/** paths of a proxy that are none, as who sets one up mistypes them: AWS KMS reads no errors but a proxy's own */
const OTHER_XKS_PATHS = [
  'ANY /{xksPrefix}/kms/xks/{rest+}',
  'ANY /{xksPrefix}/{more}/kms/xks/{rest+}',
  'ANY /kms/xks/{rest+}',
]

const specOf = (operation: AnyOperation) => ({
  route: operation.http,
  name: operation.name,
  handler: `functions/${operationFiles.get(operation.name)}.handler`,
  description: operation.summary.slice(0, 256),
  operation,
})

/**
 * Every route that can be deployed: one for each operation, one for all AWS clients, the public pages, those
 * of a proxy of external key stores.
 */
export const routes: readonly RouteSpec[] = [
  ...deployed.map((operation) => ({
    ...specOf(operation),
    ...(targeted.includes(operation) && { target: `POST ${targetPath(operation)}` }),
    size: sizeOf(operation),
  })),
  ...xksOperations.map((operation) => ({
    ...specOf(operation),
    ...(operation.name === 'XksGetHealthStatus' && { also: OTHER_XKS_PATHS }),
    size: XKS,
    xks: true as const,
  })),
  // an HTTP API can't route on X-Amz-Target, by which AWS clients name the operation
  {
    route: 'POST /',
    // AWS STS may be asked by a query
    also: ['GET /'],
    name: 'AwsJson',
    handler: 'functions/aws-clients.handler',
    description: 'Answers the AWS SDKs and the AWS CLI: every operation of AWS KMS.',
    size: AWS_JSON,
  },
  {
    route: 'ANY /iam/{proxy+}',
    // where AWS IAM's own clients call, with or without a slash at the end
    also: ['ANY /iam', 'ANY /iam/'],
    name: 'Iam',
    handler: 'functions/iam.handler',
    description: 'Answers AWS IAM: users, groups, roles, policies and access keys of an account.',
    size: IAM,
  },
  {
    route: 'GET /health',
    name: 'Health',
    handler: 'functions/pages.health',
    description: 'Tells whether the service and its table answer, and take writes.',
    size: PAGE,
  },
  {
    route: 'GET /v1/openapi.json',
    name: 'OpenApi',
    handler: 'functions/pages.openapi',
    description: "The API's description.",
    size: PAGE,
  },
]

import type { Permission } from '../../stacks/permissions.ts'
import { fences, type Resource } from '../../stacks/statements.ts'
import { ACCOUNT, REGION } from './sst-mocks.ts'

/** A resource that a program asked for. */
export interface Made {
  /** e.g. `aws:lambda/function:Function` */
  readonly type: string
  readonly name: string
  readonly id: string
  readonly inputs: Readonly<Record<string, unknown>>
}

/** What SST was told of a function's code. */
export interface Build {
  readonly functionID: string
  /** e.g. `functions/cryptography/encrypt.handler` */
  readonly handler: string
  readonly runtime: string
  readonly links: Readonly<Record<string, unknown>>
  readonly properties: {
    readonly format?: 'esm' | 'cjs'
    readonly minify?: boolean
    readonly splitting?: boolean
  }
}

/** What a run of sst.config.ts came to. */
export interface Program {
  readonly app: {
    readonly name: string
    readonly stage: string
    readonly removal: string
    readonly protect: boolean
  }
  readonly outputs: Readonly<Record<string, unknown>>
  readonly builds: readonly Build[]
  /** in the order in which they were made */
  readonly made: readonly Made[]
  /** the project's files that it was bundled of, with the SHA-256 of each as it was then */
  readonly read: Readonly<Record<string, string>>
}

export interface Statement {
  readonly Effect: string
  readonly Action: string | readonly string[]
  readonly Resource: string | readonly string[]
  readonly Principal?: unknown
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
}

/** A function as it is deployed. */
export interface Deployed {
  readonly name: string
  readonly build: Build | undefined
  readonly inputs: Readonly<Record<string, unknown>>
  readonly role: string
}

/** A role: who may assume it, and what it may do. */
export interface Role {
  readonly name: string
  readonly trust: readonly Statement[]
  readonly statements: readonly Statement[]
  readonly managed: readonly string[]
  readonly arn: string
}

/** @param policy a document, or its JSON */
const statementsOf = (policy: unknown): readonly Statement[] =>
  ((typeof policy === 'string' ? JSON.parse(policy) : policy) as { Statement: Statement[] })
    .Statement

/** Reads a program's resources as what AWS would make of them. */
export class Report {
  readonly program: Program
  readonly roles: readonly Role[]
  readonly functions: readonly Deployed[]

  constructor(program: Program) {
    this.program = program
    this.roles = this.#readRoles()
    this.functions = this.#readFunctions()
  }

  /** Resources of a type. @param type e.g. `lambda/function` */
  of(type: string): readonly Made[] {
    return this.program.made.filter((made) => made.type.startsWith(`aws:${type}:`))
  }

  /** The one resource of a type. @throws Error where there is another number of them */
  only(type: string): Made {
    const [made, ...more] = this.of(type)
    if (made === undefined || more.length > 0)
      throw new Error(`not one but ${this.of(type).length} ${type}`)
    return made
  }

  #readRoles(): readonly Role[] {
    return this.of('iam/role').map(({ name, id, inputs }) => ({
      name,
      arn: `arn:aws:iam::${ACCOUNT}:role${inputs['path'] ?? '/'}${id}`,
      trust: statementsOf(inputs['assumeRolePolicy']),
      statements: ((inputs['inlinePolicies'] ?? []) as { policy: string }[]).flatMap(({ policy }) =>
        statementsOf(policy),
      ),
      managed: (inputs['managedPolicyArns'] ?? []) as string[],
    }))
  }

  #readFunctions(): readonly Deployed[] {
    return this.of('lambda/function').map(({ name, inputs }) => {
      const id = name.replace(/Function$/, '')
      const role = String(inputs['role']).split('/').at(-1) ?? ''
      return {
        name: id,
        inputs,
        role: this.#named('iam/role', role),
        build: this.program.builds.find(({ functionID }) => functionID === id),
      }
    })
  }

  /** The function that each route leads to, by the route's key. */
  get routes(): ReadonlyMap<string, Deployed> {
    const integrations = new Map(this.of('apigatewayv2/integration').map((made) => [made.id, made]))
    return new Map(
      this.of('apigatewayv2/route').map(({ inputs }) => {
        const target = String(inputs['target']).replace('integrations/', '')
        const uri = String(integrations.get(target)?.inputs['integrationUri'])
        return [String(inputs['routeKey']), this.functionOf(uri)]
      }),
    )
  }

  /** The function that an ARN, qualified or not, or an ARN for invocation names. */
  functionOf(arn: string): Deployed {
    const physical = /:function:([\w-]+)/.exec(arn)?.[1]
    const found = this.functions.find(({ inputs }) => inputs['name'] === physical)
    if (found === undefined) throw new Error(`no function has the ARN ${arn}`)
    return found
  }

  roleOf(deployed: Deployed): Role {
    const found = this.roles.find(({ name }) => name === deployed.role)
    if (found === undefined) throw new Error(`function ${deployed.name} has no role`)
    return found
  }

  /** The logical name of the resource that has a physical one. */
  #named(type: string, physical: string): string {
    return this.of(type).find(({ inputs }) => inputs['name'] === physical)?.name ?? physical
  }
}

/** Metrics that a stage's alarms look at, each of which is paid for. */
export const alarmMetrics = (report: Report): number =>
  report
    .of('cloudwatch/metricAlarm')
    .map(({ inputs }) =>
      inputs['metricQueries'] === undefined
        ? 1
        : (inputs['metricQueries'] as object[]).filter((query) => 'metric' in query).length,
    )
    .reduce((sum, one) => sum + one, 0)

/** The statements a function must have: its permissions', and its two actions on the one log group. */
export function expected(report: Report, permissions: readonly Permission[]): Statement[] {
  const table = String(report.only('dynamodb/table').inputs['name'])
  const tableArn = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${table}`
  const resource: ReadonlyMap<Resource, string> = new Map<Resource, string>([
    ['table', tableArn],
    ['dueIndex', `${tableArn}/index/byDue`],
    ['rootKey', String(report.program.outputs['rootKey'])],
  ])
  const stage = report.program.app.stage
  const log = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/tenkey/${stage}/functions`
  return [
    {
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: [`${log}:log-stream:*`],
    },
    ...fences(permissions, REGION).map(({ actions, on, conditions }) => {
      const Condition: Record<string, Record<string, readonly string[]>> = {}
      for (const { test, variable, values } of conditions) {
        Condition[test] = { ...Condition[test], [variable]: values }
      }
      return { Effect: 'Allow', Action: actions, Resource: [resource.get(on) ?? on], Condition }
    }),
  ]
}

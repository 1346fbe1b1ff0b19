import { installPlatform, runProgram } from '../test/support/sst-platform.ts'
import {
  type Deployed,
  type Program,
  Report,
  type Role,
  type Statement,
} from '../test/support/sst-report.ts'

/**
 * `npm run resources [stage] [-- --dev]`: what `sst deploy` would make, without an account, or with
 * `--dev` what `sst dev` would: each function with its routes, its role's trust and statements, then the
 * other roles and all other resources. The stage is `production` unless given; options are read from the
 * environment (STACK_DOMAIN and so on), and so is the Region: eu-west-1 where none is named.
 */
const words = process.argv.slice(2)
const stage = words.find((word) => !word.startsWith('-')) ?? 'production'
const dev = words.includes('--dev')

const absent = await installPlatform()
if (absent !== undefined) {
  console.error(`tenkey: ${absent}`)
  process.exit(1)
}
const options = Object.entries(process.env).filter(([name]) => name.startsWith('STACK_'))
const { STACK_REGION, AWS_REGION, AWS_DEFAULT_REGION } = process.env
const region = STACK_REGION || AWS_REGION || AWS_DEFAULT_REGION
const chosen: Record<string, string> = {
  ...(Object.fromEntries(options) as Record<string, string>),
  ...(region && { STACK_REGION: region }),
}
const report = new Report(
  JSON.parse(await runProgram(stage, { ...chosen, ...(dev && { TEST_DEV: 'on' }) })) as Program,
)

/** Resources that the listing of functions shows in its own lines. */
const SHOWN =
  /^aws:(lambda\/(function|permission)|iam\/role|apigatewayv2\/(route|integration)|s3\/bucketObjectv2):/

const list = (value: string | readonly string[]): string => [value].flat().join(', ')

function statementLine({ Action, Resource, Condition = {} }: Statement): string {
  const conditions = Object.entries(Condition).flatMap(([test, variables]) =>
    Object.entries(variables).map(([variable, values]) => `${test} ${variable} ${list(values)}`),
  )
  return [
    `    may ${list(Action)}`,
    `      on ${list(Resource)}`,
    ...conditions.map((one) => `      if ${one}`),
  ].join('\n')
}

function roleLines({ trust, statements, managed }: Role): string[] {
  const trusted = trust.map(({ Principal }) => JSON.stringify(Principal)).join(', ')
  return [
    `    trusts ${trusted}${managed.length > 0 ? `, managed policies ${list(managed)}` : ''}`,
    ...statements.map(statementLine),
  ]
}

function functionLines(deployed: Deployed): string {
  const { name, inputs, build } = deployed
  const { runtime, architectures, memorySize, timeout } = inputs
  const routes = [...report.routes].filter(([, one]) => one.name === name)
  return [
    `${name}: ${build?.handler}, ${runtime} ${architectures}, ${memorySize} MB, ${timeout} s`,
    ...routes.map(([route]) => `    answers ${route}`),
    ...roleLines(report.roleOf(deployed)),
  ].join('\n')
}

const { outputs, made } = report.program
console.log(`Outputs of stage ${stage}\n`)
for (const [name, value] of Object.entries(outputs)) console.log(`${name}: ${value}`)
const told = new Set(
  report.functions.flatMap(({ inputs }) => {
    const { variables = {} } = (inputs['environment'] ?? {}) as { variables?: object }
    return Object.entries(variables).map(([name, value]) => `${name}=${String(value)}`)
  }),
)
console.log(`\nSettings of functions\n`)
for (const setting of [...told].filter((one) => one.startsWith('TENKEY_')).sort()) {
  console.log(setting)
}
console.log(`\nFunctions (${report.functions.length}), each with its role\n`)
for (const deployed of report.functions) console.log(`${functionLines(deployed)}\n`)
const own = new Set(report.functions.map(({ role }) => role))
const others = report.roles.filter(({ name }) => !own.has(name))
console.log(`Roles of other services (${others.length})\n`)
for (const role of others) console.log(`${[role.name, ...roleLines(role)].join('\n')}\n`)
const resources = made.filter(({ type }) => type.startsWith('aws:') && !SHOWN.test(type))
console.log(`Other resources (${resources.length})\n`)
for (const { type, name, inputs } of resources) {
  console.log(`${type.replace(/:\w+$/, '')} ${name}\n    ${JSON.stringify(inputs)}`)
}

import { idOf } from '../core/operation.ts'
import { type Found, isIam, isXks } from './gen-subjects.ts'

/** from a folder of functions/ */
const LAMBDA = '../lambda.ts'
const OPERATOR_LAMBDA = '../operator-lambda.ts'
const XKS_LAMBDA = '../xks-lambda.ts'
/** from operations/audit/ */
const SERVICE = '../../core/base/service-act.ts'
const HEAD = '// Written by npm run gen. Do not edit.'
const byName = (a: Found, b: Found) => (idOf(a.operation) < idOf(b.operation) ? -1 : 1)
const pathOf = ({ folder, file }: Found) => `${folder}/${file}`

/** What an operation is called in the registry: some of AWS IAM's have the names of others. */
const localOf = ({ name, operation }: Found): string =>
  isIam({ operation }) ? idOf(operation).charAt(0).toLowerCase() + idOf(operation).slice(1) : name

/** A file's line of imports: AWS IAM's have several operations each. */
const importOf = ([path, some]: readonly [string, readonly Found[]]): string => {
  const names = some
    .map((one) => (localOf(one) === one.name ? one.name : `${one.name} as ${localOf(one)}`))
    // as the linter has them
    .sort((one, other) => (one.toLowerCase() < other.toLowerCase() ? -1 : 1))
  return names.length === 1
    ? `import { ${names[0]} } from './${path}.ts'`
    : `import {\n${names.map((name) => `  ${name},`).join('\n')}\n} from './${path}.ts'`
}

function importsOf(found: readonly Found[]): string {
  const files = Map.groupBy([...found].sort(byName), pathOf)
  return [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(importOf)
    .join('\n')
}

const listed = (found: readonly Found[]): string =>
  [...found]
    .sort(byName)
    .map((one) => `  ${localOf(one)},`)
    .join('\n')

/** The source of operations/registry.ts: every operation, in the order of its name. */
export function registrySource(found: readonly Found[]): string {
  const sorted = [...found].sort(byName)
  return `${HEAD}
import type { AnyOperation } from '../core/operation.ts'
${importsOf(found.filter((one) => !isIam(one)))}
import { iamOperations } from './iam-registry.ts'

/** Every operation of the service's API. */
export const operations: readonly AnyOperation[] = [
${listed(found.filter((one) => !isXks(one) && !isIam(one)))}
  ...iamOperations,
]

/** What AWS KMS calls where the service is the proxy of an external key store. */
export const xksOperations: readonly AnyOperation[] = [
${listed(found.filter(isXks))}
]

/** Where the record of each operation is, and under functions/ its Lambda function where it has one of its own, by its id. */
export const operationFiles: ReadonlyMap<string, string> = new Map([
${sorted.map((one) => `  ['${idOf(one.operation)}', '${pathOf(one)}'],`).join('\n')}
])
`
}

/** The source of operations/iam-registry.ts: those of AWS IAM, which one function serves. */
export const iamRegistrySource = (found: readonly Found[]): string => `${HEAD}
import type { AnyOperation } from '../core/operation.ts'
${importsOf(found.filter(isIam))}

/** Every operation of AWS IAM. */
export const iamOperations: readonly AnyOperation[] = [
${listed(found.filter(isIam))}
]
`

/** The source of operations/loaders.ts: how to load each operation of AWS's own faces, by its name. */
export function loadersSource(found: readonly Found[]): string {
  const rows = found
    .filter((one) => one.operation.docs !== undefined && !isIam(one))
    .sort(byName)
    .map(
      (one) =>
        `  ['${one.operation.name}', async () => (await import('./${pathOf(one)}.ts')).${one.name}],`,
    )
  return `${HEAD}
import type { AnyOperation } from '../core/operation.ts'

/** Loads one operation of AWS's own faces, by its name; a bundler makes a file of its own of each. */
export const loaders = new Map<string, () => Promise<AnyOperation>>([
${rows.join('\n')}
])
`
}

/** The source of operations/audit/event-names.ts: what a record of the audit trail can be called. */
export const eventNamesSource = (found: readonly Found[]): string => `${HEAD}
import { SERVICE_EVENTS } from '${SERVICE}'

/** Names of events that the audit trail can hold. */
export const EVENT_NAMES: ReadonlySet<string> = new Set([
  ...SERVICE_EVENTS,
${[...new Set(found.map(({ operation }) => operation.name))]
  .sort()
  .map((name) => `  '${name}',`)
  .join('\n')}
])
`

/** The source of an operation's Lambda function, at the same place under functions/ as its record. */
export function functionSource(one: Found): string {
  const [make, from] = makerOf(one)
  const made = `${isXks(one) ? 'await ' : ''}${make}(${one.name})`
  return `${HEAD}
import { ${one.name} } from '../../operations/${pathOf(one)}.ts'
import { ${make} } from '${from}'

export const handler = ${made}
`
}

function makerOf(one: Found): readonly [make: string, from: string] {
  if (isXks(one)) return ['xksLambda', XKS_LAMBDA]
  const operators = one.operation.audience === 'operator'
  return operators ? ['operatorLambda', OPERATOR_LAMBDA] : ['lambda', LAMBDA]
}

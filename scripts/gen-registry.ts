import { type Found, isXks } from './gen-subjects.ts'

/** from a folder of functions/ */
const LAMBDA = '../lambda.ts'
const XKS_LAMBDA = '../xks-lambda.ts'
/** from operations/audit/ */
const SERVICE = '../../core/base/service-act.ts'
const HEAD = '// Written by npm run gen. Do not edit.'
const byName = (a: Found, b: Found) => (a.operation.name < b.operation.name ? -1 : 1)
const pathOf = ({ folder, file }: Found) => `${folder}/${file}`

/** The source of operations/registry.ts: every operation, in the order of its name. */
export function registrySource(found: readonly Found[]): string {
  const sorted = [...found].sort(byName)
  const byPath = [...found].sort((a, b) => (pathOf(a) < pathOf(b) ? -1 : 1))
  const named = (which: (one: Found) => boolean) =>
    sorted
      .filter(which)
      .map(({ name }) => `  ${name},`)
      .join('\n')
  return `${HEAD}
import type { AnyOperation } from '../core/operation.ts'
${byPath.map((one) => `import { ${one.name} } from './${pathOf(one)}.ts'`).join('\n')}

/** Every operation of the service's API. */
export const operations: readonly AnyOperation[] = [
${named((one) => !isXks(one))}
]

/** What AWS KMS calls where the service is the proxy of an external key store. */
export const xksOperations: readonly AnyOperation[] = [
${named(isXks)}
]

/** Where the record of each operation is, and under functions/ its Lambda function, by its name. */
export const operationFiles: ReadonlyMap<string, string> = new Map([
${sorted.map((one) => `  ['${one.operation.name}', '${pathOf(one)}'],`).join('\n')}
])
`
}

/** The source of operations/loaders.ts: how to load each operation of AWS's own faces, by its name. */
export function loadersSource(found: readonly Found[]): string {
  const rows = found
    .filter(({ operation }) => operation.docs !== undefined)
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
${[...found]
  .sort(byName)
  .map(({ operation }) => `  '${operation.name}',`)
  .join('\n')}
])
`

/** The source of an operation's Lambda function, at the same place under functions/ as its record. */
export function functionSource(one: Found): string {
  const [make, from] = isXks(one) ? ['xksLambda', XKS_LAMBDA] : ['lambda', LAMBDA]
  const made = `${isXks(one) ? 'await ' : ''}${make}(${one.name})`
  return `${HEAD}
import { ${one.name} } from '../../operations/${pathOf(one)}.ts'
import { ${make} } from '${from}'

export const handler = ${made}
`
}

import type { CodeSample } from '../code-samples.ts'
import { cell } from '../command-list.ts'

/** What of an OpenAPI document is looked at here; it is our own (scripts/gen-openapi.ts). */
export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly enum?: readonly string[]
  readonly format?: string
  readonly contentEncoding?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
  readonly required?: readonly string[]
}
interface Parameter {
  readonly $ref?: string
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly description?: string
  readonly schema: Schema
}
interface Content {
  readonly content?: Readonly<
    Record<string, { readonly schema: Schema; readonly example?: unknown }>
  >
}
interface Response extends Content {
  readonly $ref?: string
  readonly description: string
}
export interface Operation {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly summary: string
  readonly description?: string
  readonly externalDocs?: { readonly url: string; readonly description: string }
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: Content
  readonly responses: Readonly<Record<string, Response>>
}
export interface OpenapiDocument {
  readonly info: { readonly description: string }
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

/** An operation with where it is. */
export interface Placed {
  readonly operation: Operation
  /** e.g. `POST` */
  readonly method: string
  readonly path: string
}

export const operationsOf = ({ paths }: OpenapiDocument): readonly Placed[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...{ operation, method: method.toUpperCase(), path },
    })),
  )

/** how deep members of members are listed */
const DEEPEST = 4

/** The page of an operation, as Markdown: what it asks, its members, what it answers, and calls of it. */
export function operationPage(
  document: OpenapiDocument,
  { operation, method, path }: Placed,
  samples: readonly CodeSample[],
): string {
  const of = referencesOf(document)
  const { summary, description, externalDocs, requestBody, responses } = operation
  const parameters = (operation.parameters ?? []).map((one) => of<Parameter>(one))
  const answers = Object.entries(responses).map(
    ([status, one]) => [status, of<Response>(one)] as const,
  )
  const [done] = answers.filter(([status]) => status.startsWith('2'))
  const refusals = answers.filter(([status]) => !status.startsWith('2'))
  const parts = [
    `# ${operation.operationId}`,
    summary,
    description,
    externalDocs && `[${externalDocs.description}](${externalDocs.url})`,
    `\`${method} ${path}\``,
    ...(parameters.length === 0
      ? []
      : [
          '## Parameters',
          table(
            ['Name', 'In', 'Type', 'Required', 'Meaning'],
            parameters.map((one) => [
              `\`${one.name}\``,
              one.in,
              typeOf(one.schema, of),
              one.required === true ? 'yes' : '',
              one.description ?? '',
            ]),
          ),
        ]),
    ...membersPart('## Request', requestBody, of),
    ...(samples.length === 0 ? [] : ['## Calls']),
    ...samples.flatMap(({ client, language, source }) => [
      `### ${client}`,
      fenced(language, source),
    ]),
    ...membersPart('## Answer', done?.[1], of),
    ...(refusals.length === 0
      ? []
      : [
          '## Refusals',
          table(
            ['Status', 'Codes'],
            refusals.map(([status, one]) => [status, one.description]),
          ),
        ]),
  ]
  return `${parts.filter((part) => part !== undefined && part !== '').join('\n\n')}\n`
}

type References = <T extends { readonly $ref?: string }>(one: T) => T

/** Follows `$ref`; what stands beside it counts. */
const referencesOf =
  (document: OpenapiDocument): References =>
  (one) => {
    const { $ref, ...beside } = one
    if ($ref === undefined) return one
    let found: unknown = document
    for (const step of $ref.slice(2).split('/')) {
      found = (found as Record<string, unknown>)[step.replaceAll('~1', '/').replaceAll('~0', '~')]
    }
    if (found === undefined) throw new Error(`the document has no ${$ref}`)
    return { ...(found as typeof one), ...beside }
  }

function membersPart(heading: string, part: Content | undefined, of: References): string[] {
  const [content] = Object.values(part?.content ?? {})
  if (content === undefined) return []
  const rows = membersOf(content.schema, of, '', [])
  return [
    heading,
    ...(rows.length === 0 ? [] : [table(['Member', 'Type', 'Required', 'Meaning'], rows)]),
    ...(content.example === undefined
      ? []
      : [fenced('json', JSON.stringify(content.example, null, 2))]),
  ]
}

function membersOf(
  given: Schema,
  of: References,
  within: string,
  above: readonly (string | undefined)[],
): string[][] {
  const schema = of(given)
  if (schema.items !== undefined) return membersOf(schema.items, of, `${within}[]`, above)
  const names = [...above, given.$ref]
  if (names.length > DEEPEST || (given.$ref !== undefined && above.includes(given.$ref))) return []
  return Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    const at = within === '' ? name : `${within}.${name}`
    const required = schema.required?.includes(name) === true ? 'yes' : ''
    const row = [`\`${at}\``, typeOf(member, of), required, of(member).description ?? '']
    return [row, ...membersOf(member, of, at, names)]
  })
}

/** A type in words, with its bounds. */
function typeOf(given: Schema, of: References): string {
  const schema = of(given)
  if (schema.enum !== undefined) return schema.enum.map((one) => `\`${one}\``).join(', ')
  if (schema.items !== undefined) return `list of ${typeOf(schema.items, of)}`
  const type = [schema.type ?? 'object'].flat().join(' or ')
  const kind =
    schema.contentEncoding ?? (schema.format === undefined ? undefined : `${schema.format}`)
  const from = schema.minLength ?? schema.minimum
  const to = schema.maxLength ?? schema.maximum
  const bounds =
    to === undefined
      ? from === undefined || from === 0
        ? undefined
        : `from ${from}`
      : `${from ?? 0} to ${to}`
  return [kind === undefined ? type : `${type} (${kind})`, bounds].filter(Boolean).join(', ')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n')
}

const fenced = (language: string, source: string): string => `\`\`\`${language}\n${source}\n\`\`\``

import { answersOf } from '../core/pipeline/answers.ts'
import { parseTemplate } from '../core/protocol/rest-path.ts'
import type { JsonSchema } from '../core/shape/shapes.ts'
import { componentsOf, schemasWithin } from './gen-components.ts'
import { describe } from './gen-openapi-operation.ts'
import {
  HEADERS,
  INTRODUCTION,
  OPEN_PATHS,
  PARAMETERS,
  PROBLEM,
  SECURITY_SCHEMES,
} from './gen-openapi-parts.ts'
import { bySubject, type Found, subjectsTold } from './gen-subjects.ts'
import { tellings } from './gen-told.ts'
import { refusalExamples } from './openapi-examples.ts'

type Json = Record<string, unknown>

/**
 * The OpenAPI 3.1 document of the REST face, as JSON text.
 * @param named shapes that become components of their own, by their JSON Schema
 * @throws Error where something is not described: every member that told.ts files leave out
 */
export function openapiSource(
  found: readonly Found[],
  named: ReadonlyMap<JsonSchema, string>,
  { version }: { version: string },
): string {
  const told = tellings()
  const answered = schemasWithin(
    found.flatMap(({ operation: { output } }) => (output === undefined ? [] : [output.schema])),
  )
  const components = componentsOf(named, answered, told)
  const paths: Record<string, Json> = {}
  for (const one of found) {
    const { operation } = one
    const { method, segments } = parseTemplate(operation.http)
    const path = `/${segments.join('/')}`
    const item = paths[path] ?? {}
    item[method.toLowerCase()] = describe(one, components)
    paths[path] = item
  }
  told.settle()
  const document = {
    openapi: '3.1.0',
    info: {
      title: 'tenkey',
      version,
      summary: 'A key management service for many tenants, in the terms of AWS KMS.',
      description: INTRODUCTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: 'http://127.0.0.1:4599', description: 'npm start' }],
    security: [{ sigv4: [] }, { presigned: [] }],
    tags: [
      ...bySubject(found).map(({ subject }) => ({
        name: subject,
        description: subjectsTold(subject),
      })),
      { name: 'Service', description: 'What anybody may read.' },
    ],
    paths: { ...sorted(paths), ...OPEN_PATHS },
    components: {
      schemas: sorted({ Problem: PROBLEM, ...components.schemas }),
      responses: sorted(components.responses),
      parameters: PARAMETERS,
      examples: refusalExamples(found.flatMap(({ operation }) => answersOf(operation))),
      headers: HEADERS,
      securitySchemes: SECURITY_SCHEMES,
    },
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

const sorted = <V>(record: Record<string, V>): Record<string, V> =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)))

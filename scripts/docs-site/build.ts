import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'
import { buildSync } from 'esbuild'
import { DOCS_PATH, REFERENCE_PATH } from '../../core/base/docs.ts'
import { idOf } from '../../core/operation.ts'
import { operations } from '../../operations/registry.ts'
import { type CodeSample, codeSamples } from '../code-samples.ts'
import { exampleOf } from '../openapi-examples.ts'
import { type Document, documentsOf, fileOf } from './documents.ts'
import { layout, type NavGroup, referencePage } from './layout.ts'
import { render, type Section, served } from './markdown.ts'
import { type OpenapiDocument, operationPage, operationsOf, type Placed } from './operation-page.ts'

const PROJECT = fileURLToPath(new URL('../../', import.meta.url))
const OPERATIONS = `${REFERENCE_PATH}operations`
const REDOC = fileURLToPath(import.meta.resolve('redoc/bundles/redoc.standalone.js'))
/** of what is bundled with the pages */
const LICENCES = [
  join(dirname(REDOC), '../LICENSE'),
  `${REDOC}.LICENSE.txt`,
  join(dirname(fileURLToPath(import.meta.resolve('minisearch'))), '../../LICENSE.txt'),
]
/** of Brotli's 11: the last two take five times as long for 3 per cent */
const QUALITY = 9
/** bytes: what is shorter is one packet anyway */
const PACKET = 1400
const COMPRESSED = /\.(html|md|txt|json|js|css|svg)$/

/**
 * Writes the documentation as static files: every Markdown file of the project and every operation as a page and as
 * Markdown, the reference of the OpenAPI document with its renderer, and llms.txt.
 * @param folder which is made anew, and is whole at once
 * @param compressed by Brotli, beside each text or in its place: the server then unpacks what somebody wants as it is
 */
export function buildDocs(folder: string, compressed: 'too' | 'alone' = 'too'): void {
  const made = `${folder}.new`
  rmSync(made, { recursive: true, force: true })
  const write = (name: string, content: string | Uint8Array) => {
    const path = join(made, name)
    mkdirSync(dirname(path), { recursive: true })
    const bytes = Buffer.from(content)
    const packed = COMPRESSED.test(name) && bytes.length >= PACKET
    if (packed) {
      const params = { [constants.BROTLI_PARAM_QUALITY]: QUALITY }
      writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }))
    }
    if (!packed || compressed === 'too') writeFileSync(path, bytes)
  }

  const documents = documentsOf(PROJECT)
  const openapi = JSON.parse(
    readFileSync(join(PROJECT, 'docs/openapi.json'), 'utf8'),
  ) as OpenapiDocument
  const samples = samplesOf()
  const pages = new Set(documents.map(({ file }) => file))
  const reference = operationsOf(openapi).map((placed) => ({
    placed,
    text: operationPage(openapi, placed, samples.get(placed.operation.operationId) ?? []),
  }))
  const placed = reference.map((one) => one.placed)
  const navigation = navigationOf(documents, openapi)
  const index: { address: string; title: string; sections: readonly Section[] }[] = []

  for (const { file, page, title, text } of documents) {
    const { html, sections } = render(text, file, pages)
    const [address, markdown] = [`${DOCS_PATH}/${page}`, `${DOCS_PATH}/${fileOf(page)}.md`]
    const language = file === 'README.ja.md' ? 'ja' : 'en'
    const content = html
    write(
      `${fileOf(page)}.html`,
      layout({ title, content, navigation, address, markdown, language }),
    )
    write(`${fileOf(page)}.md`, served(text, file, pages))
    index.push({ address, title, sections })
  }
  for (const { placed: one, text } of reference) {
    const { operationId: title, summary, description = '' } = one.operation
    const address = `${REFERENCE_PATH}${title}`
    const { html: content } = render(text, 'docs/reference.md', pages)
    write(
      `reference/${title}.html`,
      layout({
        ...{ title, content, address, markdown: `${address}.md` },
        navigation: [...navigation, ...siblingsOf(one, placed)],
      }),
    )
    write(`reference/${title}.md`, text)
    index.push({
      address,
      title,
      sections: [{ anchor: '', heading: '', text: `${summary} ${description}` }],
    })
  }
  const listed = operationList(openapi, placed)
  const address = OPERATIONS
  const { html: content } = render(listed, 'docs/reference.md', pages)
  write(
    'reference/operations.html',
    layout({ title: 'Operations', content, navigation, address, markdown: `${address}.md` }),
  )
  write('reference/operations.md', listed)

  write('reference/index.html', referencePage())
  write('reference/index.md', listed)
  write('assets/openapi.json', JSON.stringify(forRenderer(openapi, samples)))
  write('assets/search.json', JSON.stringify(index))
  write('assets/redoc.standalone.js', withoutElsewhere(readFileSync(REDOC, 'utf8')))
  write('assets/licenses.txt', LICENCES.map((file) => readFileSync(file, 'utf8')).join('\n\n'))
  write('assets/icon.svg', readFileSync(join(PROJECT, 'console/src/icon.svg')))
  write('assets/style.css', readFileSync(join(PROJECT, 'console/docs/style.css')))
  for (const name of ['search', 'reference']) {
    const [bundled] = buildSync({
      ...{ entryPoints: [join(PROJECT, `console/docs/${name}.ts`)], bundle: true, minify: true },
      ...{ format: 'esm', target: 'es2023', write: false, logLevel: 'warning' },
    }).outputFiles
    write(`assets/${name}.js`, bundled?.contents ?? '')
  }
  const images = join(PROJECT, 'docs/images')
  if (existsSync(images)) {
    for (const name of readdirSync(images, { recursive: true, encoding: 'utf8' })) {
      if (/\.(png|svg|jpg|webp)$/.test(name)) {
        mkdirSync(dirname(join(made, 'images', name)), { recursive: true })
        cpSync(join(images, name), join(made, 'images', name))
      }
    }
  }
  write('llms.txt', llms(documents, openapi, placed))
  write('llms-full.txt', documents.map(({ file, text }) => served(text, file, pages)).join('\n\n'))
  rmSync(folder, { recursive: true, force: true })
  renameSync(made, folder)
}

function samplesOf(): ReadonlyMap<string, readonly CodeSample[]> {
  return new Map(
    operations.map((one) => {
      const id = idOf(one)
      return [id, codeSamples(one, exampleOf(id).input as Readonly<Record<string, unknown>>)]
    }),
  )
}

/** The document as its renderer shows it: operations by their names, with calls of each client. */
function forRenderer(
  openapi: OpenapiDocument,
  samples: ReadonlyMap<string, readonly CodeSample[]>,
): OpenapiDocument {
  const shown = (operation: Placed['operation']) => ({
    ...operation,
    summary: operation.operationId,
    description: [operation.summary, operation.description].filter(Boolean).join('\n\n'),
    'x-codeSamples': (samples.get(operation.operationId) ?? []).map(({ client, source }) => ({
      ...{ lang: client, label: client, source },
    })),
  })
  const paths = Object.entries(openapi.paths).map(([path, methods]) => [
    path,
    Object.fromEntries(
      Object.entries(methods).map(([method, operation]) => [method, shown(operation)]),
    ),
  ])
  return { ...openapi, paths: Object.fromEntries(paths) }
}

/** The renderer asks a server of its maker for a picture: that is taken out. */
function withoutElsewhere(source: string): string {
  const nothing = 'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22/%3E'
  const changed = source.replaceAll('https://cdn.redoc.ly/redoc/logo-mini.svg', nothing)
  if (changed === source) throw new Error('redoc has no such picture any more')
  return changed
}

const byTag = ({ tags }: OpenapiDocument, placed: readonly Placed[]) =>
  tags.map(({ name, description }) => ({
    ...{ name, description },
    operations: placed.filter(({ operation }) => operation.tags.includes(name)),
  }))

function navigationOf(
  documents: readonly Document[],
  openapi: OpenapiDocument,
): readonly NavGroup[] {
  const headings = [...new Set(documents.map(({ group }) => group))]
  return [
    ...headings.map((heading) => ({
      heading,
      links: documents
        .filter(({ group }) => group === heading)
        .map(({ page, title }) => ({ address: `${DOCS_PATH}/${page}`, title })),
    })),
    {
      heading: 'Each operation',
      links: [
        { address: OPERATIONS, title: 'All' },
        ...openapi.tags.map(({ name: title }) => ({
          ...{ address: `${OPERATIONS}#${anchorOf(title)}`, title },
        })),
      ],
    },
  ]
}

/** as GitHub makes anchors of headings */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(' ', '-')

/** The operations of the same subject. */
const siblingsOf = ({ operation }: Placed, placed: readonly Placed[]): readonly NavGroup[] =>
  operation.tags.map((heading) => ({
    heading,
    links: placed
      .filter(({ operation: other }) => other.tags.includes(heading))
      .map(({ operation: { operationId: title } }) => ({
        ...{ address: `${REFERENCE_PATH}${title}`, title },
      })),
  }))

function operationList(openapi: OpenapiDocument, placed: readonly Placed[]): string {
  const parts = byTag(openapi, placed).map(({ name, description, operations: of }) => {
    const rows = of.map(
      ({ operation: { operationId, summary } }) =>
        `- [${operationId}](${REFERENCE_PATH}${operationId}): ${summary}`,
    )
    return `## ${name}\n\n${description}\n\n${rows.join('\n')}`
  })
  return `# Operations\n\n${parts.join('\n\n')}\n`
}

/** An overview for programs that read: https://llmstxt.org */
function llms(
  documents: readonly Document[],
  openapi: OpenapiDocument,
  placed: readonly Placed[],
): string {
  const headings = [...new Set(documents.map(({ group }) => group))]
  const [first] = documents
  // the first line of words: what stands above it leads to other languages
  const [, about] = /^# [^\n]+\n.*?\n([^\n[<]+)\n/s.exec(first?.text ?? '') ?? []
  if (about === undefined) throw new Error(`${first?.file} does not say what the project is`)
  const parts = headings.map((heading) => {
    const of = documents.filter(({ group }) => group === heading)
    const links = of.map(({ title, page }) => `- [${title}](${DOCS_PATH}/${fileOf(page)}.md)`)
    return `## ${heading}\n\n${links.join('\n')}`
  })
  const calls = byTag(openapi, placed).map(({ name, operations: of }) => {
    const links = of.map(
      ({ operation: { operationId, summary } }) =>
        `- [${operationId}](${REFERENCE_PATH}${operationId}.md): ${summary}`,
    )
    return `## API: ${name}\n\n${links.join('\n')}`
  })
  const more =
    '- [The OpenAPI document](/v1/openapi.json)\n- [All documents in one](/llms-full.txt)'
  return `# tenkey\n\n> ${about}\n\n${more}\n\n${[...parts, ...calls].join('\n\n')}\n`
}

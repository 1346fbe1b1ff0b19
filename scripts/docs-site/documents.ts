import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A Markdown file of the project that is a page of the documentation. */
export interface Document {
  /** in the project, e.g. `docs/saas.md` */
  readonly file: string
  /** its address below /docs/, e.g. `saas`; '' for the first page, and `decisions/` for a folder's own */
  readonly page: string
  readonly title: string
  readonly group: string
  readonly text: string
}

/** The navigation: a heading each, with files in the order in which they are read. Others come by their folder. */
const GROUPS: readonly (readonly [string, readonly string[]])[] = [
  ['Begin', ['README.md', 'README.ja.md', 'concepts.md', 'faq.md']],
  ['Guides', []],
  ['Use', ['saas.md', 'console.md', 'cli.md', 'seed.md', 'clients.md', 'browser.md']],
  ['In programs', ['rest.md', 'library.md', 'testing.md', 'aws-identities.md']],
  [
    'Reference',
    ['api.md', 'settings.md', 'iam.md', 'actions.md', 'condition-keys.md', 'key-states.md'],
  ],
  ['Key stores', ['xks.md', 'cloudhsm.md']],
  ['Run', ['operations.md', 'cost.md', 'CHANGELOG.md']],
  ['Security', ['threat-model.md', 'ciphertext-format.md', 'erasure.md', 'SECURITY.md']],
  ['Inside', ['architecture.md', 'stored-items.md', 'hostile.md', 'mutation.md', 'glossary.md']],
  ['Decisions', []],
]
const FOLDERS: ReadonlyMap<string, string> = new Map([
  ['guides', 'Guides'],
  ['decisions', 'Decisions'],
])
/** of pages whose heading says what another's does */
const TITLES: ReadonlyMap<string, string> = new Map([['README.ja.md', '日本語']])
/** of files that nobody placed */
const OTHERS = 'Inside'

/** Every page but those of operations, in the order of the navigation. */
export function documentsOf(project: string): readonly Document[] {
  const below = readdirSync(join(project, 'docs'), { recursive: true, encoding: 'utf8' })
  const above = readdirSync(project).filter((name) => name.endsWith('.md'))
  const files = [...above, ...below.map((name) => `docs/${name}`)].filter((name) =>
    name.endsWith('.md'),
  )
  const placed = files.map((file): Document & { readonly place: readonly [number, number] } => {
    const text = readFileSync(join(project, file), 'utf8')
    const name = file.replace(/^docs\//, '')
    const [folder] = name.includes('/') ? name.split('/') : []
    const at = GROUPS.findIndex(([, names]) => names.includes(name))
    const group = GROUPS[at]?.[0] ?? FOLDERS.get(folder ?? '') ?? OTHERS
    const row = GROUPS.findIndex(([heading]) => heading === group)
    const column = GROUPS[row]?.[1].indexOf(name) ?? -1
    return {
      ...{ file, page: pageOf(file), title: TITLES.get(file) ?? titleOf(text, file), group, text },
      place: [row, column < 0 ? 1000 : column],
    }
  })
  return placed.sort(
    (one, other) =>
      one.place[0] - other.place[0] ||
      one.place[1] - other.place[1] ||
      (one.file < other.file ? -1 : 1),
  )
}

/** The address of a file's page below /docs/: of those above `docs/` in lower case. */
export function pageOf(file: string): string {
  if (!file.startsWith('docs/')) {
    return file === 'README.md'
      ? ''
      : file
          .replace(/^README\./, '')
          .replace(/\.md$/, '')
          .toLowerCase()
  }
  return file
    .slice('docs/'.length)
    .replace(/\.md$/, '')
    .replace(/(^|\/)README$/, '$1')
}

/** Where a page's files are: `name.html` and `name.md`. */
export const fileOf = (page: string): string =>
  page === '' || page.endsWith('/') ? `${page}index` : page

function titleOf(text: string, file: string): string {
  const [, title] = /^# (.+)$/m.exec(text) ?? []
  if (title === undefined) throw new Error(`${file} has no heading`)
  return title.replaceAll('`', '')
}

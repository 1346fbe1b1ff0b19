import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { SETTING_NAMES } from '../../core/config.ts'

const root = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const documents = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(new URL('docs/', root), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
  'test/README.md',
]

/** Links to files of the project, as Markdown writes them. */
const linksOf = (path: string) =>
  [...read(path).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, link = '']) => ({
    path,
    link,
    target: new URL(link, new URL(path, root)),
  }))

describe('links lead somewhere', () => {
  test.each(documents.flatMap(linksOf))('$path: $link', ({ target }) => {
    expect(existsSync(target)).toBe(true)
  })
})

/** Names of a page's headings in links, as GitHub makes them. */
const anchorsOf = (path: string): ReadonlySet<string> =>
  new Set(
    [...read(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )

describe('links to a part of a page lead to it', () => {
  const named = documents.flatMap((path) =>
    [...read(path).matchAll(/\]\((?!https?:)([^)#\s]*)#([^)\s]+)\)/g)].map(
      ([, link = '', anchor = '']) => ({ path, link, anchor }),
    ),
  )
  test.each(named)('$path: $link#$anchor', ({ path, link, anchor }) => {
    const page = link === '' ? path : join(dirname(path), link)
    expect([...anchorsOf(page)]).toContain(anchor)
  })
})

test('README leads to every guide', () => {
  const readme = read('README.md')
  const guides = readdirSync(new URL('docs/guides/', root))
  expect(guides.filter((name) => !readme.includes(`](docs/guides/${name})`))).toEqual([])
})

test.each(readdirSync(new URL('docs/images/', root)))('%s is below 200 KB', (name) => {
  expect(statSync(new URL(`docs/images/${name}`, root)).size).toBeLessThan(200_000)
})

test('docs/settings.md has every setting of a server', () => {
  const page = read('docs/settings.md')
  expect(SETTING_NAMES.filter((name) => !page.includes(`\`${name}\``))).toEqual([])
})

describe('the threat model names tests that exist', () => {
  const named = [...read('docs/threat-model.md').matchAll(/`(test\/[^`]+\.ts)`, "([^"]+)"/g)]
  test('and there are some', () => expect(named.length).toBeGreaterThan(10))

  test.each(named.map(([, file = '', title = '']) => ({ file, title })))(
    '$file: $title',
    ({ file, title }) => {
      const source = read(file)
      expect([`'${title}'`, `"${title}"`].some((quoted) => source.includes(quoted))).toBe(true)
    },
  )
})

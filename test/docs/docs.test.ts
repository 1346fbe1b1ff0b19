import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const documents = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(new URL('docs/', root))
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

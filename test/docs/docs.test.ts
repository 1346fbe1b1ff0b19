import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
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

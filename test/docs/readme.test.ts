import { describe, expect, test } from 'vitest'
import { en } from '../../console/src/i18n/en/index.ts'
import { ja } from '../../console/src/i18n/ja/index.ts'
import { blocksOf, readPage } from '../support/page-blocks.ts'

const [english, japanese] = ['README.md', 'README.ja.md'].map((page) => readPage(page))

/** What a reader types or sees printed, with what is said of it; words of a diagram are translated. */
const typed = (source = '') =>
  blocksOf('README', source)
    .filter(({ language }) => language !== 'mermaid')
    .map(({ language, text, mark }) => ({ language, text, mark }))

/** Pages, headings apart, in their order. */
const linked = (source = '') =>
  [...source.matchAll(/\]\(([^)#]+)[^)]*\)/g)]
    .map(([, target]) => target)
    .filter((target) => !/^README(\.ja)?\.md$/.test(target ?? ''))
    .sort()

test.each([
  { page: 'README.md', texts: en },
  { page: 'README.ja.md', texts: ja },
])('$page names what the console shows', ({ page, texts }) => {
  for (const name of ['access-key.id', 'access-key.secret', 'keys.title', 'keys.create'] as const) {
    expect(readPage(page)).toMatch(new RegExp(`["「]${texts[name]}["」]`))
  }
})

describe('README.ja.md', () => {
  test('has the commands of README.md', () => {
    expect(typed(english).length).toBeGreaterThan(5)
    expect(typed(japanese)).toEqual(typed(english))
  })

  test('leads to the same pages', () => expect(linked(japanese)).toEqual(linked(english)))

  test('has as many parts, and the diagram', () => {
    const parts = (source = '') => [...source.matchAll(/^#+ |^```mermaid$/gm)].map(([mark]) => mark)
    expect(parts(japanese)).toEqual(parts(english))
  })
})

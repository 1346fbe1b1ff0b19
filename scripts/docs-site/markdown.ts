import { posix } from 'node:path'
import highlight from 'highlight.js/lib/common'
import { Marked, type Tokens } from 'marked'
import { getHeadingList, gfmHeadingId } from 'marked-gfm-heading-id'
import { DOCS_PATH } from '../../core/base/docs.ts'
import { pictureOf, wordsOf } from './diagrams.ts'
import { fileOf, pageOf } from './documents.ts'

/** A piece of a page that the search finds: from one heading to the next. */
export interface Section {
  /** of its heading; '' for what stands before the first */
  readonly anchor: string
  readonly heading: string
  readonly text: string
}

/** A page as HTML, and what of it is searched. */
export interface Rendered {
  readonly html: string
  readonly sections: readonly Section[]
}

/** Files beside the pages that are served, and where. */
const SERVED: ReadonlyMap<string, string> = new Map([['docs/openapi.json', '/v1/openapi.json']])

/**
 * Where a link of a file leads among the served pages.
 * @param file in the project
 * @param ending of a page's address: '' for HTML, `.md` for Markdown
 * @returns undefined for a file of the project that is no page
 */
function addressOf(
  link: string,
  file: string,
  pages: ReadonlySet<string>,
  ending: '' | '.md',
): string | undefined {
  if (/^([a-z]+:|#|\/)/.test(link)) return link
  const [path = '', anchor] = link.split('#')
  const target = posix.normalize(posix.join(posix.dirname(file), path))
  const suffix = anchor === undefined ? '' : `#${anchor}`
  const served = SERVED.get(target)
  if (served !== undefined) return served
  if (/^docs\/images\/[\w./-]+$/.test(target)) return `${DOCS_PATH}/${target.slice('docs/'.length)}`
  const found = [target, posix.join(target, 'README.md')].find((one) => pages.has(one))
  if (found === undefined) return undefined
  const page = pageOf(found)
  return `${DOCS_PATH}/${ending === '' ? page : `${fileOf(page)}${ending}`}${suffix}`
}

/** A page's Markdown with links that lead to the others' Markdown; what is no page is named without a link. */
export const served = (text: string, file: string, pages: ReadonlySet<string>): string =>
  text.replaceAll(/(?<!`)(!?)\[([^\]]+)\]\(([^)\s]+)\)/g, (whole, image, words, link) => {
    const address = addressOf(link, file, pages, '.md')
    if (address === link) return whole
    return address === undefined ? words : `${image}[${words}](${address})`
  })

/**
 * Renders a page: GitHub's Markdown, anchors as GitHub makes them, code coloured by classes.
 * @param pages files of the project that are pages
 */
export function render(text: string, file: string, pages: ReadonlySet<string>): Rendered {
  const sections: { anchor: string; heading: string; text: string }[] = []
  const marked = new Marked(gfmHeadingId(), {
    walkTokens(token) {
      if (token.type === 'html') {
        token.text = token.text.replaceAll(
          /\b(src|srcset|href)="([^"]+)"/g,
          (_: string, name: string, link: string) =>
            `${name}="${addressOf(link, file, pages, '') ?? link}"`,
        )
      }
    },
    renderer: {
      link({ href, title, tokens }: Tokens.Link) {
        const words = this.parser.parseInline(tokens)
        const address = addressOf(href, file, pages, '')
        if (address === undefined) return words
        const named = title ? ` title="${escaped(title)}"` : ''
        return `<a href="${escaped(address)}"${named}>${words}</a>`
      },
      image({ href, text: words }: Tokens.Image) {
        const address = addressOf(href, file, pages, '') ?? href
        return `<img src="${escaped(address)}" alt="${escaped(words)}">`
      },
      code({ text: source, lang = '' }: Tokens.Code) {
        const [language = ''] = lang.split(' ')
        if (language === 'mermaid') {
          const picture = addressOf(
            posix.relative(posix.dirname(file), pictureOf(source)),
            file,
            pages,
            '',
          )
          return `<p><img class="diagram" src="${picture}" alt="${escaped(wordsOf(source))}"></p>\n`
        }
        const known = highlight.getLanguage(language) !== undefined
        const coloured = known ? highlight.highlight(source, { language }).value : escaped(source)
        // what is wider than the page is scrolled by keys too
        return `<pre tabindex="0"><code>${coloured}</code></pre>\n`
      },
      table(token: Tokens.Table) {
        // a heading that says nothing is none
        const row = (cells: readonly Tokens.TableCell[], tag: 'th' | 'td') => {
          const all = cells.map(({ tokens, text: words }) => {
            const name = words === '' ? 'td' : tag
            return `<${name}>${this.parser.parseInline(tokens)}</${name}>`
          })
          return `<tr>${all.join('')}</tr>`
        }
        const head = token.header.some(({ text: words }) => words !== '')
          ? `<thead>${row(token.header, 'th')}</thead>`
          : ''
        const body = token.rows.map((cells) => row(cells, 'td')).join('\n')
        return `<div class="table" tabindex="0"><table>${head}<tbody>${body}</tbody></table></div>\n`
      },
    },
  })
  const html = marked.parse(text, { async: false })
  const anchors = getHeadingList()
  const pieces = text.split(/^#{1,6} .+$/m)
  for (const [index, piece] of pieces.entries()) {
    const found = index === 0 ? undefined : anchors[index - 1]
    const plain = plainOf(piece)
    if (found === undefined && plain === '') continue
    sections.push({ anchor: found?.id ?? '', heading: found?.raw ?? '', text: plain })
  }
  return { html, sections }
}

/** Words of Markdown alone. */
const plainOf = (text: string): string =>
  text
    .replaceAll(/<!--.*?-->/gs, '')
    .replaceAll(/^```.*$/gm, '')
    .replaceAll(/\]\([^)]*\)/g, '')
    .replaceAll(/[[\]|*`#>]|:?-{3,}:?/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()

/** Text as HTML has it, in attributes too. */
export const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')

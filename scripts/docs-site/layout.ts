import { DOCS_PATH, REFERENCE_PATH } from '../../core/base/docs.ts'
import { escaped } from './markdown.ts'

/** A link of the navigation. */
export interface NavLink {
  readonly address: string
  readonly title: string
}
export interface NavGroup {
  readonly heading: string
  readonly links: readonly NavLink[]
}

/** A page's HTML around its content: nothing is inline, so that the strictest policy holds. */
export function layout({
  title,
  content,
  navigation,
  address,
  markdown,
  language = 'en',
}: {
  readonly title: string
  readonly content: string
  readonly navigation: readonly NavGroup[]
  /** the page's own, which the navigation marks */
  readonly address: string
  /** where its Markdown is */
  readonly markdown: string
  readonly language?: string
}): string {
  const groups = navigation.map(({ heading, links }) => {
    const open = links.some((one) => one.address === address) ? ' open' : ''
    const items = links.map((one) => {
      const current = one.address === address ? ' aria-current="page"' : ''
      return `<li><a href="${escaped(one.address)}"${current}>${escaped(one.title)}</a></li>`
    })
    return `<details${open}><summary>${escaped(heading)}</summary><ul>${items.join('')}</ul></details>`
  })
  return page({
    title,
    language,
    head: `<link rel="alternate" type="text/markdown" href="${escaped(markdown)}">
<script src="${DOCS_PATH}/assets/search.js" type="module"></script>`,
    body: `<a class="skip" href="#content">Skip to the content</a>
${header(`<search><label for="search">Search</label> <input id="search" type="search" autocomplete="off" role="combobox" aria-expanded="false" aria-controls="found" aria-autocomplete="list"><ul id="found" role="listbox" aria-label="Found" hidden></ul></search>`)}
<div class="columns">
<nav aria-label="Documentation">${groups.join('\n')}</nav>
<main id="content" tabindex="-1">
${content}
<footer><a href="${escaped(markdown)}">This page as Markdown</a></footer>
</main>
</div>`,
  })
}

/** The API reference: the renderer draws it below the header. */
export const referencePage = (): string =>
  page({
    title: 'API reference',
    language: 'en',
    head: `<script src="${DOCS_PATH}/assets/redoc.standalone.js" defer></script>
<script src="${DOCS_PATH}/assets/reference.js" type="module"></script>`,
    body: `${header('')}
<main id="reference"><p class="waiting">The reference is drawn by a script. Each operation has a page without one: <a href="${DOCS_PATH}/reference/operations">all operations</a>.</p></main>`,
  })

const header = (more: string): string =>
  `<header><a class="home" href="${DOCS_PATH}/">tenkey</a> <a href="${REFERENCE_PATH}">API reference</a> <a href="/console/">Console</a>${more}</header>`

function page({
  title,
  language,
  head,
  body,
}: {
  readonly title: string
  readonly language: string
  readonly head: string
  readonly body: string
}): string {
  const whole = title === 'tenkey' ? title : `${title} · tenkey`
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(whole)}</title>
<link rel="icon" href="${DOCS_PATH}/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${DOCS_PATH}/assets/style.css">
${head}
</head>
<body>
${body}
</body>
</html>
`
}

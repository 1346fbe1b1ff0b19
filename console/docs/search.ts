import MiniSearch from 'minisearch'

/** A page as assets/search.json has it. */
interface Page {
  readonly address: string
  readonly title: string
  readonly sections: readonly {
    readonly anchor: string
    readonly heading: string
    readonly text: string
  }[]
}

/** results that are shown */
const MOST = 12
const INDEX = new URL('search.json', import.meta.url)

const input = document.querySelector<HTMLInputElement>('#search')
const list = document.querySelector<HTMLUListElement>('#found')
if (input !== null && list !== null) search(input, list)

/** Finds sections of pages by their words: in the browser, nobody is told what is looked for. */
function search(input: HTMLInputElement, list: HTMLUListElement): void {
  let index: Promise<MiniSearch> | undefined
  let at = -1
  const items = () => [...list.querySelectorAll<HTMLElement>('[role=option]:not([aria-disabled])')]
  const close = () => {
    list.hidden = true
    input.setAttribute('aria-expanded', 'false')
    input.removeAttribute('aria-activedescendant')
    at = -1
  }
  const mark = (to: number) => {
    const all = items()
    if (all.length === 0) return
    all[at]?.setAttribute('aria-selected', 'false')
    at = (to + all.length) % all.length
    all[at]?.setAttribute('aria-selected', 'true')
    all[at]?.scrollIntoView({ block: 'nearest' })
    input.setAttribute('aria-activedescendant', all[at]?.id ?? '')
  }
  const show = async () => {
    const words = input.value.trim()
    if (words === '') return close()
    index ??= indexed()
    const found = (await index).search(words).slice(0, MOST)
    // what was typed meanwhile is shown by its own search
    if (input.value.trim() !== words) return
    list.replaceChildren(
      ...found.map(({ id, title, heading }, row) => entry(row, id, title, heading)),
    )
    if (found.length === 0) list.append(nothing())
    at = -1
    list.hidden = false
    input.setAttribute('aria-expanded', 'true')
  }
  input.addEventListener('input', () => void show())
  input.addEventListener('focus', () => {
    index ??= indexed()
  })
  input.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown') mark(at + 1)
    else if (event.key === 'ArrowUp') mark(at < 0 ? -1 : at - 1)
    else if (event.key === 'Escape') close()
    else if (event.key === 'Enter') items()[Math.max(at, 0)]?.click()
    else return
    event.preventDefault()
  })
  document.addEventListener('click', ({ target }) => {
    if (target instanceof Node && !input.parentElement?.contains(target)) close()
  })
}

function entry(row: number, address: string, title: string, heading: string): HTMLElement {
  const item = document.createElement('li')
  item.id = `found-${row}`
  item.setAttribute('role', 'option')
  item.setAttribute('aria-selected', 'false')
  item.textContent = heading === '' || heading === title ? title : `${title}: ${heading}`
  item.addEventListener('click', () => location.assign(address))
  return item
}

/** What is said where nothing is found. */
function nothing(): HTMLElement {
  const item = document.createElement('li')
  item.setAttribute('role', 'option')
  item.setAttribute('aria-disabled', 'true')
  item.setAttribute('aria-selected', 'false')
  item.textContent = 'Nothing found'
  return item
}

/** Words, and those of which a name is made: `GenerateDataKey` is found by its parts too. */
const wordsOf = (text: string): string[] =>
  text
    .split(/[^\p{L}\p{N}_]+/u)
    .filter(Boolean)
    .flatMap((word) => {
      const parts = word.split(/(?<=[a-z\d])(?=[A-Z])|_/).filter(Boolean)
      return parts.length > 1 ? [word, ...parts] : [word]
    })

async function indexed(): Promise<MiniSearch> {
  const pages = (await (await fetch(INDEX)).json()) as readonly Page[]
  const index = new MiniSearch({
    fields: ['title', 'heading', 'text'],
    storeFields: ['title', 'heading'],
    tokenize: wordsOf,
    searchOptions: {
      boost: { title: 4, heading: 2 },
      prefix: true,
      fuzzy: 0.15,
      combineWith: 'AND',
    },
  })
  const ids = new Set<string>()
  for (const { address, title, sections } of pages) {
    for (const { anchor, heading, text } of sections) {
      const id = anchor === '' ? address : `${address}#${anchor}`
      if (ids.has(id)) continue
      ids.add(id)
      index.add({ id, title, heading, text })
    }
  }
  return index
}

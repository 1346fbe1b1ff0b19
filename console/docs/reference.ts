/** The renderer, as redoc.standalone.js has it. */
declare const Redoc: {
  init(
    document: string,
    options: Readonly<Record<string, unknown>>,
    element: Element,
    done: (error?: unknown) => void,
  ): void
}

/** colours that can be read on white and on the dark panel: WCAG's 4.5 to 1 */
const THEME = {
  colors: {
    primary: { main: '#006ce0' },
    http: { get: '#00802f', post: '#006ce0', put: '#a35200', delete: '#c2161d' },
  },
  rightPanel: { backgroundColor: '#161d26' },
  typography: { code: { color: '#b3261e' } },
} as const

/** Draws the reference in the look of the other pages. Its renderer has light colours alone. */
function draw(element: Element): void {
  const fontFamily = 'system-ui, sans-serif'
  const options = {
    theme: {
      ...THEME,
      typography: {
        ...THEME.typography,
        ...{ fontFamily, fontSize: '15px', headings: { fontFamily } },
      },
    },
    nativeScrollbars: true,
    scrollYOffset: 'header',
    sortPropsAlphabetically: false,
  }
  Redoc.init(new URL('openapi.json', import.meta.url).href, options, element, (error) => {
    document.body.dataset['reference'] = error === undefined || error === null ? 'drawn' : 'failed'
  })
}

const element = document.querySelector('#reference')
if (element !== null) draw(element)

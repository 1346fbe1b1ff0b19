/** The renderer, as redoc.standalone.js has it. */
declare const Redoc: {
  init(
    document: string,
    options: Readonly<Record<string, unknown>>,
    element: Element,
    done: (error?: unknown) => void,
  ): void
}

const DARK = {
  colors: {
    primary: { main: '#42b4ff' },
    text: { primary: '#dedee3', secondary: '#b4b4bb' },
    border: { dark: '#424650', light: '#333843' },
    http: { get: '#2bb534', post: '#42b4ff', put: '#e89b5d', delete: '#ff7a7a' },
    gray: { 50: '#1b232d', 100: '#232b37' },
    success: { main: '#2bb534' },
    error: { main: '#ff7a7a' },
  },
  sidebar: { backgroundColor: '#161d26', textColor: '#dedee3' },
  rightPanel: { backgroundColor: '#0f141a' },
  schema: { nestedBackground: '#1b232d', typeNameColor: '#b4b4bb', typeTitleColor: '#b4b4bb' },
  typography: { code: { color: '#ff9f9f', backgroundColor: '#232b37' } },
} as const
const LIGHT = {
  colors: {
    primary: { main: '#006ce0' },
    http: { get: '#00802f', post: '#006ce0', put: '#a35200', delete: '#c2161d' },
  },
  rightPanel: { backgroundColor: '#161d26' },
  typography: { code: { color: '#b3261e' } },
} as const

/** Draws the reference in the look of the rest: light or dark, as the browser is when it is loaded. */
function draw(element: Element): void {
  const { colors, typography, ...others } = matchMedia('(prefers-color-scheme: dark)').matches
    ? { ...DARK }
    : { ...LIGHT }
  const fontFamily = 'system-ui, sans-serif'
  const options = {
    theme: {
      ...others,
      colors,
      typography: {
        ...typography,
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

import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Plugin } from 'vite'

const INLINE = /url\(\s*(["']?)data:([\w/+.-]+)(?:;[\w=-]+)*?;base64,([A-Za-z0-9+/=]+)\1\s*\)/g
const ENDINGS: ReadonlyMap<string, string> = new Map([
  ['font/woff2', 'woff2'],
  ['application/font-woff2', 'woff2'],
  ['font/woff', 'woff'],
  ['image/png', 'png'],
  ['image/svg+xml', 'svg'],
])

/**
 * Makes files of the fonts and pictures that style sheets of packages carry in themselves: `font-src 'self'` lets
 * in no data: URL, and a page that needs no bold italics loads none.
 */
export function fontsAsFiles(): Plugin {
  const folder = join(tmpdir(), `tenkey-console-${process.pid}`)
  return {
    name: 'fonts as files',
    enforce: 'pre',
    transform(code, id) {
      if (!/\.css(\?|$)/.test(id) || !code.includes('data:')) return undefined
      mkdirSync(folder, { recursive: true })
      return code.replace(INLINE, (whole, _quote, type: string, data: string) => {
        const ending = ENDINGS.get(type)
        if (ending === undefined) return whole
        const name = createHash('sha256').update(data).digest('hex').slice(0, 12)
        const file = join(folder, `${name}.${ending}`)
        writeFileSync(file, Buffer.from(data, 'base64'))
        return `url(${JSON.stringify(file)})`
      })
    },
  }
}

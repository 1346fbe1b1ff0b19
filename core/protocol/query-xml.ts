import type { HttpResponse } from '../base/http-message.ts'

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['\r', '&#xD;'],
])
/** Characters that XML 1.0 §2.2 has no way to write. */
const UNWRITABLE = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu

export const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replace(UNWRITABLE, '\uFFFD')
    .replace(/[&<>\r]/g, (character) => ENTITIES.get(character) ?? character)

export const answerXml = (status: number, body: string, requestId: string): HttpResponse => ({
  status,
  headers: {
    'content-type': 'text/xml',
    'x-amzn-requestid': requestId,
    'cache-control': 'no-store',
  },
  body,
})

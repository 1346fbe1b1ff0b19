import { CONSOLE_PATH } from '../core/base/console.ts'

/**
 * What the router's distribution does with a request for the console: JavaScript for CloudFront Functions, runtime 2.0.
 * Every address but the files is a page of its own, which index.html shows. Query strings come as they were sent.
 */
export const consoleCode = (): string => `
const file = /^\\${CONSOLE_PATH}\\/(assets\\/[A-Za-z0-9_.-]+|LICENSES\\.txt|config\\.json)$/

function handler(event) {
  const request = event.request
  if (request.uri === '${CONSOLE_PATH}') {
    const names = Object.keys(request.querystring)
    const asked = names.map((name) => name + '=' + request.querystring[name].value)
    const query = asked.length === 0 ? '' : '?' + asked.join('&')
    return { statusCode: 308, headers: { location: { value: '${CONSOLE_PATH}/' + query } } }
  }
  if (!file.test(request.uri)) request.uri = '${CONSOLE_PATH}/index.html'
  return request
}
`

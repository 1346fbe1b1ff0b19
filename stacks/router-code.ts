import { ROUTER_HEADERS } from '../functions/middleware/router.ts'
import { targeted, targetPath } from './routes.ts'

/**
 * What the router does with a request before it asks the API: JavaScript for CloudFront Functions,
 * runtime 2.0. The names of operations are in it, so a target that is none of them goes to `POST /`,
 * whose answer says so. Parts of a path that are percent-encoded are told in a header alone, as the API
 * would decode them: for the API's routes any text without a slash does. Headers that a caller sent under the router's own names are overwritten.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */
export const routerCode = (): string => `
const paths = ${JSON.stringify(Object.fromEntries(targeted.map((one) => [`TrentService.${one.name}`, targetPath(one)])))}

function handler(event) {
  const request = event.request
  const headers = request.headers
  headers['${ROUTER_HEADERS.host}'] = { value: headers.host.value }
  headers['${ROUTER_HEADERS.path}'] = { value: request.uri }
  headers['${ROUTER_HEADERS.viewer}'] = { value: event.viewer.ip }
  const target = headers['x-amz-target']
  if (request.method === 'POST' && request.uri === '/' && target !== undefined) {
    if (Object.prototype.hasOwnProperty.call(paths, target.value)) request.uri = paths[target.value]
  }
  request.uri = request.uri.replace(/[^/]*%[^/]*/g, '~')
  return request
}
`

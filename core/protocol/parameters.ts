import { serialization } from '../shape/report.ts'

/** parameters of one request; AssumeRole has 130 at most, beside those of a presigned request */
const MAX_PARAMETERS = 500
/** characters of a name, decoded */
const MAX_NAME = 256

/**
 * Reads a form, or a query. Parameters are counted before any is decoded.
 * @throws KmsError SerializationException beyond 500 parameters, and for a name of over 256 characters
 */
export function readParameters(text: string): URLSearchParams {
  let count = 1
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', at + 1)) {
    count++
    if (count > MAX_PARAMETERS) throw serialization('The request has too many parameters.')
  }
  const parameters = new URLSearchParams(text)
  for (const name of parameters.keys()) {
    if (name.length > MAX_NAME) throw serialization('The name of a parameter is too long.')
  }
  return parameters
}

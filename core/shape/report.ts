import { isUtf8 } from 'node:buffer'
import { invalid, KmsError } from '../base/errors.ts'

/** violations that a refusal names; one for each item of a long list would be megabytes */
const MAX_TOLD = 10
/** characters of a value that a refusal repeats */
export const MAX_ECHO = 8192
/** where a value goes on that is not repeated whole */
const CUT = '…'

/** The beginning of a text as a refusal repeats it; no surrogate pair is cut in two. */
const echo = (text: string): string =>
  text.length <= MAX_ECHO ? text : text.slice(0, MAX_ECHO).replace(/[\ud800-\udbff]$/, '') + CUT

/** Collects constraint violations of one request, worded as AWS words them (recorded answers). */
export class Report {
  readonly violations: string[] = []

  /** @param shown the offending value as AWS echoes it, or undefined where its content is kept back */
  add(shown: string | undefined, at: string, constraint: string): void {
    this.#tell(shown === undefined ? 'Value' : `Value '${echo(shown)}'`, at, constraint)
  }

  missing(at: string): void {
    this.#tell('Value null', at, 'Member must not be null')
  }

  #tell(value: string, at: string, constraint: string): void {
    if (this.violations.length === MAX_TOLD) return
    this.violations.push(`${value} at '${at}' failed to satisfy constraint: ${constraint}`)
  }

  /** @throws KmsError ValidationException naming the violations, ten at most, and how many it names */
  settle(): void {
    const count = this.violations.length
    if (count === 0) return
    const noun = count === 1 ? 'error' : 'errors'
    throw invalid(`${count} validation ${noun} detected: ${this.violations.join('; ')}`)
  }
}

export const serialization = (message: string) => new KmsError('SerializationException', message)

/** Names the JSON token as AWS's deserializer does when it can't convert it. */
export function mismatch(json: unknown, wanted: string): KmsError {
  if (Array.isArray(json)) return serialization('Start of list found where not expected')
  if (typeof json === 'object') {
    return serialization('Start of structure or map found where not expected.')
  }
  const token =
    typeof json === 'string'
      ? 'STRING_VALUE'
      : typeof json === 'number'
        ? 'NUMBER_VALUE'
        : json === true
          ? 'TRUE_VALUE'
          : 'FALSE_VALUE'
  return serialization(`${token} can not be converted to ${wanted}`)
}

/** Reads JSON text from a body. @throws KmsError SerializationException where it is not UTF-8 JSON */
export function parseJson(body: Uint8Array): unknown {
  if (body.length === 0) return {}
  if (!isUtf8(body)) throw serialization('The request body is not valid UTF-8')
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8'))
  } catch {
    throw serialization('Could not parse request body into json')
  }
}

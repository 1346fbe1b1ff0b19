import { isUtf8 } from 'node:buffer'
import { KmsError } from '../base/errors.ts'
import { parseJson as readJson } from '../base/json.ts'
import type { Violation } from '../base/wrong.ts'

/** violations that a refusal names; one for each item of a long list would be megabytes */
const MAX_TOLD = 10
/** characters of a value that a refusal repeats */
export const MAX_ECHO = 8192
/** bytes, as JSON writes them, of all values that one refusal repeats: ten of 8,192 characters would be 480 KB */
const MAX_ECHOED = 40 * 1024
/** characters of a caller's own name that stands in the path of a member */
const MAX_NAME = 64
/** levels of lists and structures within each other; no operation's input has ten */
const MAX_DEPTH = 100
/** bytes below which a body can't be deep enough to matter */
const SHALLOW = 4096
/** where a value goes on that is not repeated whole */
const CUT = '…'

/** The beginning of a text; no surrogate pair is cut in two. */
const cut = (text: string, length: number): string =>
  text.length <= length ? text : text.slice(0, length).replace(/[\ud800-\udbff]$/, '') + CUT

/** bytes that JSON needs for a text in UTF-8 */
const jsonSize = (text: string): number => Buffer.byteLength(JSON.stringify(text))

/** A caller's own name, as it stands in the path of a member. */
export const nameInPath = (name: string): string => cut(name, MAX_NAME)

/** Collects constraint violations of one request, worded as AWS words them (recorded answers). */
export class Report {
  readonly violations: Violation[] = []
  #room = MAX_ECHOED

  /** @param shown the offending value as AWS echoes it, or undefined where its content is kept back */
  add(shown: string | undefined, at: string, constraint: string): void {
    if (this.violations.length === MAX_TOLD) return
    this.#tell(shown === undefined ? 'Value' : `Value '${this.#echo(shown)}'`, at, constraint)
  }

  /** The beginning of a value as a refusal repeats it. */
  #echo(value: string): string {
    let shown = cut(value, MAX_ECHO)
    let size = jsonSize(shown)
    while (size > this.#room && shown !== CUT) {
      shown = cut(value, Math.floor((shown.length * this.#room) / size / 2))
      size = jsonSize(shown)
    }
    this.#room = Math.max(0, this.#room - size)
    return shown
  }

  missing(at: string): void {
    this.#tell('Value null', at, 'Member must not be null')
  }

  #tell(value: string, at: string, constraint: string): void {
    if (this.violations.length === MAX_TOLD) return
    this.violations.push({ at, failed: [value, constraint] })
  }

  /** @throws KmsError ValidationException naming the violations, ten at most, and how many it names */
  settle(): void {
    const count = this.violations.length
    if (count === 0) return
    const noun = count === 1 ? 'error' : 'errors'
    const told = this.violations.map(
      ({ at, failed = [] }) => `${failed[0]} at '${at}' failed to satisfy constraint: ${failed[1]}`,
    )
    const message = `${count} validation ${noun} detected: ${told.join('; ')}`
    throw new KmsError('ValidationException', message, { wrong: this.violations })
  }
}

/** @param at the member that can't be read, where it is one */
export const serialization = (message: string, at?: string): KmsError =>
  new KmsError('SerializationException', message, at === undefined ? at : { wrong: [{ at }] })

/** Names the JSON token as AWS's deserializer does when it can't convert it. */
export function mismatch(json: unknown, wanted: string, at: string): KmsError {
  if (Array.isArray(json)) return serialization('Start of list found where not expected', at)
  if (typeof json === 'object') {
    return serialization('Start of structure or map found where not expected.', at)
  }
  const token =
    typeof json === 'string'
      ? 'STRING_VALUE'
      : typeof json === 'number'
        ? 'NUMBER_VALUE'
        : json === true
          ? 'TRUE_VALUE'
          : 'FALSE_VALUE'
  return serialization(`${token} can not be converted to ${wanted}`, at)
}

/** Reads JSON text from a body. @throws KmsError SerializationException where it is not UTF-8 JSON */
export function parseJson(body: Uint8Array): unknown {
  if (body.length === 0) return {}
  if (!isUtf8(body)) throw serialization('The request body is not valid UTF-8')
  if (body.length > SHALLOW && isDeep(body)) {
    throw serialization('The request body is nested too deeply')
  }
  try {
    return readJson(Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8'))
  } catch {
    throw serialization('Could not parse request body into json')
  }
}

const [QUOTE, ESCAPE] = [0x22, 0x5c]
/** `[` and `{`, `]` and `}`: they differ in one bit. */
const [OPEN, CLOSE, EITHER] = [0x5b, 0x5d, ~0x20]

/**
 * Whether JSON text has more levels than any input: what is nested a hundred thousand deep takes a parser
 * many times as long as what is as long and flat.
 */
function isDeep(json: Uint8Array): boolean {
  let depth = 0
  for (let at = 0; at < json.length; at++) {
    const byte = json[at] ?? 0
    if (byte === QUOTE) at = endOfText(json, at)
    else if ((byte & EITHER) === OPEN && ++depth > MAX_DEPTH) return true
    else if ((byte & EITHER) === CLOSE) depth--
  }
  return false
}

/** Where the quote is that ends a text; the end of everything where there is none. */
function endOfText(json: Uint8Array, start: number): number {
  for (let end = json.indexOf(QUOTE, start + 1); end >= 0; end = json.indexOf(QUOTE, end + 1)) {
    let first = end
    while (json[first - 1] === ESCAPE) first--
    if ((end - first) % 2 === 0) return end
  }
  return json.length
}

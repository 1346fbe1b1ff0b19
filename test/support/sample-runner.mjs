/*
 * Runs samples of docs/ in JavaScript that come on stdin, one after the other: a line of JSON each, `source` and `env`.
 * Of each a line of JSON says what was printed, or what was thrown.
 */
import { createInterface } from 'node:readline'

const Program = Object.getPrototypeOf(async () => {}).constructor
const IMPORT = /^import (\{.*\}) from '(.*)'$/gm

for await (const line of createInterface({ input: process.stdin })) {
  const { source, env } = JSON.parse(line)
  Object.assign(process.env, env)
  const printed = []
  const console = { log: (...values) => printed.push(values.map(shown).join(' ')) }
  // a sample is a module; here it is the body of a function, which has no import
  const body = source.replace(IMPORT, "const $1 = await load('$2')")
  let thrown
  try {
    await new Program('console', 'load', body)(console, (name) => import(name))
  } catch (error) {
    thrown = String(error)
  }
  process.stdout.write(`${JSON.stringify({ printed: printed.join('\n'), thrown })}\n`)
}

function shown(value) {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
}

import { readFileSync } from 'node:fs'

/** A package as package-lock.json has it. */
interface Locked {
  readonly version?: string
  readonly license?: string
  readonly dev?: boolean
  /** for a folder of the repository */
  readonly link?: boolean
}

/** Licences that ask for no more than to be named, by SPDX identifier. */
const PERMISSIVE: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Python-2.0',
  'Unlicense',
  'Zlib',
])

/**
 * Whether an SPDX expression leaves a way that is permissive all along: of what OR joins one part, of
 * what AND joins every part. An exception (WITH) is none of those that are known.
 */
export function isPermissive(expression: string): boolean {
  const words = expression.match(/[()]|[^\s()]+/g) ?? []
  let at = 0
  const joined = (word: string, part: () => boolean): boolean => {
    const parts = [part()]
    while (words[at] === word) {
      at += 1
      parts.push(part())
    }
    return word === 'OR' ? parts.includes(true) : !parts.includes(false)
  }
  const single = (): boolean => {
    const word = words[at++] ?? ''
    if (word !== '(') return PERMISSIVE.has(word)
    const inner = either()
    return words[at++] === ')' && inner
  }
  const all = () => joined('AND', single)
  const either = () => joined('OR', all)
  const permissive = either()
  return permissive && at === words.length
}

/** What runs in production and has another licence, or none that is known. */
export function unfit(packages: Readonly<Record<string, Locked>>): string[] {
  return Object.entries(packages)
    .filter(([path, { dev, link }]) => path !== '' && dev !== true && link !== true)
    .filter(([, { license }]) => license === undefined || !isPermissive(license))
    .map(([path, { version, license }]) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
      return `${name} ${version}: ${license ?? 'no licence'}`
    })
}

/** Fails where package-lock.json has a dependency of the running service that is not permissive. */
if (import.meta.main) {
  const lock = readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')
  const { packages } = JSON.parse(lock) as { packages: Record<string, Locked> }
  const found = unfit(packages)
  for (const line of found) console.error(`licence: ${line}`)
  if (found.length > 0) process.exitCode = 1
}

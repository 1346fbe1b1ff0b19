import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/**
 * What a test may be tagged with. A file declares the tags of all its tests, each on a line of its own:
 * `// @module-tag NAME`, with `: a reason` where one is asked for; `--tags-filter` picks tests by them.
 */
export const TAGS = [
  { name: 'functions', description: 'passes through the functions too, in npm test' },
  {
    name: 'functions-long',
    description: 'the same, in npm run test:lambda alone: shows little more there',
  },
  { name: 'local', description: 'needs an installation in this process; the file says why' },
  { name: 'dynamodb', description: 'talks to DynamoDB, or what stands in for it' },
  {
    name: 'long',
    description: 'takes a second of a core or more, or waits: asks all there is to ask',
  },
  { name: 'rsa', description: 'makes RSA key pairs' },
  { name: 'bundles', description: 'bundles functions' },
  {
    name: 'stages',
    description:
      'runs sst.config.ts for stages that nothing else looks at, in npm run test:all alone',
  },
  { name: 'process', description: 'starts processes' },
] as const

/** Where a suite of describeStores runs: each of its files declares one. */
const PLACES: ReadonlySet<string> = new Set(['functions', 'functions-long', 'local'])

/** A tag that a file declares, and the reason it gives. */
export interface Declared {
  readonly tag: string
  readonly reason: string
}

const LINE = /^\/\/ @module-tag ([\w-]+)(?:: (.+))?$/gm

const declaredIn = (source: string): Declared[] =>
  [...source.matchAll(LINE)].map(([, tag = '', reason = '']) => ({ tag, reason }))

/** What only an installation in this process has, or must be told when it starts. */
const INSIDE =
  /\bharness\.(?:inside|advance)\b|\bpass\(harness\b|\b(?:nitroRoot|issuerNetworks|wallTime)\b/

/** What a test file uses that is slow, and the tag that says so. */
const SLOW: readonly (readonly [said: RegExp, tag: string])[] = [
  [/^(?:import|\} from)[^'"`]*'(?:node:child_process|.*\/openssl\.ts|\.\/local\.ts)'/m, 'process'],
  [/\b(?:launch|runScript|startServer)\(/, 'process'],
  [/^(?:import|\} from)[^'"`]*'.*\/(?:dynalite|cost-measure)\.ts'/m, 'dynamodb'],
  [
    /^(?:import|\} from)[^'"`]*'(?:esbuild|.*\/lambda-gateway\/bundles\.ts|\.\/local\.ts)'/m,
    'bundles',
  ],
]

const withoutComments = (source: string) =>
  source.replaceAll(/\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/.*/g, '')

/** What is wrong with the tags of a test file, as a sentence; undefined where nothing is. */
export function faultOfTags(path: string, source: string): string | undefined {
  const declared = declaredIn(source)
  for (const [used, tag] of SLOW) {
    const said = declared.some((one) => one.tag === tag) || source.includes(`tags: ['${tag}']`)
    if (used.test(source) && !said) return `${path} uses what is slow without the tag ${tag}`
  }
  if (!source.includes('describeStores(')) {
    const idle = declared.find(({ tag }) => PLACES.has(tag))
    return idle && `${path} declares ${idle.tag}, but calls no describeStores`
  }
  const [place, second] = declared.filter(({ tag }) => PLACES.has(tag))
  if (place === undefined) {
    return `${path} calls describeStores and declares no @module-tag functions, functions-long or local`
  }
  if (second !== undefined) return `${path} declares both ${place.tag} and ${second.tag}`
  if (place.tag === 'local') {
    return place.reason === '' ? `${path} declares local without saying why` : undefined
  }
  const [used] = withoutComments(source).match(INSIDE) ?? []
  return used && `${path} declares ${place.tag}, but functions have no ${used}`
}

/** All test files, by path in the project, with their sources. */
export const testFiles: ReadonlyMap<string, string> = new Map(
  readdirSync(`${ROOT}test`, { recursive: true, encoding: 'utf8' })
    .map((file) => `test/${file.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith('.test.ts'))
    .sort()
    .map((path) => [path, readFileSync(`${ROOT}${path}`, 'utf8')]),
)

/** The test files that declare a tag. */
export const filesTagged = (tag: (typeof TAGS)[number]['name']): string[] =>
  [...testFiles]
    .filter(([, source]) => declaredIn(source).some((declared) => declared.tag === tag))
    .map(([path]) => path)

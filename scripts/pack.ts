import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { buildConsole } from './console-build.ts'
import { buildDocs } from './docs-site/build.ts'
import { bundledLicences } from './pack-licences.ts'
import { packageReadme, withoutLinks } from './pack-readme.ts'
import { writeTypes } from './pack-types.ts'

/**
 * `npm run pack`: makes the package that people install, into .cache/package, or a new folder that is named: bundled
 * JavaScript, its types, no dependency but optional ones, no install script, and what runs it in a container or as a
 * service. `npm pack ./.cache/package` makes the tarball of it.
 */
const PROJECT = fileURLToPath(new URL('..', import.meta.url))
const [named] = process.argv.slice(2)
const OUT = named === undefined ? join(PROJECT, '.cache', 'package') : resolve(named)

/** what runs it elsewhere, in the package's folder as in packaging/ */
const PACKAGING = ['Dockerfile', 'compose.yaml', 'tenkey.service']

/** What processes and threads begin with. */
const PROGRAMS = {
  program: 'server/cli/program.ts',
  worker: 'server/worker.ts',
  'health-check': 'server/health-check.ts',
  'token-main': 'server/hsm/token-main.ts',
  'offload-worker': 'core/offload/offload-worker.ts',
} as const

/** What programs of others import, by its file in dist/. */
const MODULES = {
  index: 'library/index.ts',
  testing: 'testing/index.ts',
  'testing-vitest': 'testing/vitest.ts',
  'testing-jest': 'testing/jest.ts',
} as const

/** The name that it is imported by: `index` is the package itself. */
const subpathOf = (module: string): string =>
  module === 'index' ? '.' : `./${module.replaceAll('-', '/')}`

const source = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'))

/** A program that is started by its place is JavaScript in the package: `new URL('worker.ts', …)`. */
const placesOfPrograms: Plugin = {
  name: 'places of programs',
  setup({ onLoad }) {
    onLoad({ filter: /(workers|token-process|offload)\.ts$/ }, ({ path }) => ({
      loader: 'ts',
      contents: readFileSync(path, 'utf8').replace(
        /(new URL\('[\w-]+)\.ts(', import\.meta\.url\))/g,
        '$1.js$2',
      ),
    }))
  },
}

/** Of the project's manifest the version alone goes along. */
const versionAlone: Plugin = {
  name: 'version alone',
  setup({ onLoad }) {
    onLoad({ filter: /package\.json$/ }, ({ path }) =>
      path === join(PROJECT, 'package.json')
        ? { loader: 'json', contents: JSON.stringify({ version: source.version }) }
        : undefined,
    )
  },
}

/** Begins every process of it; old syntax, so that an old Node.js says what it lacks. */
const LAUNCHER = `#!/usr/bin/env node
'use strict'
var major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  console.error('tenkey: needs Node.js 24 or newer; this is ' + process.versions.node + ' (https://nodejs.org)')
  process.exit(1)
}
require('node:module').enableCompileCache()
var program = '../dist/program.js'
import(program)
  .then(function (program) {
    return program.run(process.argv.slice(2), process.env)
  })
  .then(function (code) {
    process.exitCode = code
  })
`

/** Optional: what a program that wants one of these brings itself. */
const PEERS = { ...source.optionalDependencies, '@types/node': '>=24', vitest: '>=3' }

if (named === undefined) rmSync(OUT, { recursive: true, force: true })
// one that is there is somebody's
mkdirSync(OUT, { recursive: named === undefined })
for (const folder of ['bin', 'docs']) mkdirSync(join(OUT, folder))
const { metafile } = await build({
  absWorkingDir: PROJECT,
  entryPoints: { ...PROGRAMS, ...MODULES },
  entryNames: '[name]',
  chunkNames: 'part-[hash]',
  outdir: join(OUT, 'dist'),
  bundle: true,
  splitting: true,
  minifySyntax: true,
  minifyWhitespace: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  external: Object.keys(PEERS),
  plugins: [placesOfPrograms, versionAlone],
  // packages in CommonJS ask for Node.js's own modules
  banner: {
    js: "import{createRequire as tenkeyRequire}from'node:module';const require=tenkeyRequire(import.meta.url);",
  },
  metafile: true,
  logLevel: 'warning',
})
const declarations = writeTypes(PROJECT, Object.values(MODULES), OUT)
const { name, version, description, license } = source
const manifest = {
  name,
  version,
  description,
  license,
  type: 'module',
  engines: { node: '>=24' },
  bin: { tenkey: 'bin/tenkey.cjs' },
  exports: {
    ...Object.fromEntries(
      Object.keys(MODULES).map((module, index) => [
        subpathOf(module),
        { types: `./types/${declarations[index]}`, default: `./dist/${module}.js` },
      ]),
    ),
    './package.json': './package.json',
  },
  // who imports one name gets that and what it needs: nothing but the programs does anything when it is loaded
  sideEffects: ['./bin/*', ...Object.keys(PROGRAMS).map((program) => `./dist/${program}.js`)],
  files: [
    'bin',
    'console',
    'dist',
    'types',
    'docs',
    'docs-site',
    'LICENSES.txt',
    'SECURITY.md',
    ...PACKAGING,
  ],
  // optional peers: who has a token of PKCS #11 installs it, nobody else gets its compiler
  peerDependencies: PEERS,
  peerDependenciesMeta: Object.fromEntries(
    Object.keys(PEERS).map((one) => [one, { optional: true }]),
  ),
}
writeFileSync(join(OUT, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
writeFileSync(join(OUT, 'bin', 'tenkey.cjs'), LAUNCHER)
chmodSync(join(OUT, 'bin', 'tenkey.cjs'), 0o755)
writeFileSync(join(OUT, 'LICENSES.txt'), bundledLicences(PROJECT, Object.keys(metafile.inputs)))
for (const file of PACKAGING) cpSync(join(PROJECT, 'packaging', file), join(OUT, file))
// its licences are beside it
buildConsole()
cpSync(join(PROJECT, 'console', 'dist'), join(OUT, 'console', 'dist'), { recursive: true })
buildDocs(join(OUT, 'docs-site'), 'alone')
const read = (file: string) => readFileSync(join(PROJECT, file), 'utf8')
const pages = readdirSync(join(PROJECT, 'docs'), { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.md') && dirname(name) !== 'decisions',
)
/** files that the package's pages may link to */
const KEPT = ['LICENSE', 'SECURITY.md', ...pages.map((page) => `docs/${page}`)]
cpSync(join(PROJECT, 'LICENSE'), join(OUT, 'LICENSE'))
for (const page of pages) {
  const beside = [...pages, 'openapi.json', '../SECURITY.md', '../README.md'].map((other) =>
    relative(dirname(page), other),
  )
  mkdirSync(join(OUT, 'docs', dirname(page)), { recursive: true })
  writeFileSync(join(OUT, 'docs', page), withoutLinks(read(`docs/${page}`), beside))
}
writeFileSync(join(OUT, 'SECURITY.md'), withoutLinks(read('SECURITY.md'), KEPT))
const shared = { readme: read('README.md'), settings: read('docs/settings.md') }
const readme = packageReadme(shared, read('scripts/pack-readme.md'), KEPT)
writeFileSync(join(OUT, 'README.md'), readme)
cpSync(join(PROJECT, 'docs', 'openapi.json'), join(OUT, 'docs', 'openapi.json'))
console.log(OUT)

import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { bundledLicences } from './pack-licences.ts'
import { packageReadme, withoutLinks } from './pack-readme.ts'

/**
 * `npm run pack`: makes the package that people install, into .cache/package: bundled JavaScript, no
 * dependency but the optional one, no install script. `npm pack ./.cache/package` makes the tarball of it.
 */
const PROJECT = fileURLToPath(new URL('..', import.meta.url))
const OUT = join(PROJECT, '.cache', 'package')

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

rmSync(OUT, { recursive: true, force: true })
mkdirSync(join(OUT, 'bin'), { recursive: true })
mkdirSync(join(OUT, 'docs'))
const { metafile } = await build({
  absWorkingDir: PROJECT,
  entryPoints: [
    'server/cli/program.ts',
    'server/worker.ts',
    'server/health-check.ts',
    'server/hsm/token-main.ts',
    'core/offload/offload-worker.ts',
  ],
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
  external: Object.keys(source.optionalDependencies),
  plugins: [placesOfPrograms, versionAlone],
  // packages in CommonJS ask for Node.js's own modules
  banner: {
    js: "import{createRequire as tenkeyRequire}from'node:module';const require=tenkeyRequire(import.meta.url);",
  },
  metafile: true,
  logLevel: 'warning',
})
const { name, version, description, license, optionalDependencies } = source
const manifest = {
  name,
  version,
  description,
  license,
  type: 'module',
  engines: { node: '>=24' },
  bin: { tenkey: 'bin/tenkey.cjs' },
  exports: { './package.json': './package.json' },
  files: ['bin', 'dist', 'docs', 'LICENSES.txt', 'SECURITY.md'],
  // optional peers: who has a token of PKCS #11 installs it, nobody else gets its compiler
  peerDependencies: optionalDependencies,
  peerDependenciesMeta: Object.fromEntries(
    Object.keys(optionalDependencies).map((one) => [one, { optional: true }]),
  ),
}
writeFileSync(join(OUT, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
writeFileSync(join(OUT, 'bin', 'tenkey.cjs'), LAUNCHER)
chmodSync(join(OUT, 'bin', 'tenkey.cjs'), 0o755)
writeFileSync(join(OUT, 'LICENSES.txt'), bundledLicences(PROJECT, Object.keys(metafile.inputs)))
/** files that the package's README may link to */
const KEPT = ['LICENSE', 'SECURITY.md']
const read = (file: string) => readFileSync(join(PROJECT, file), 'utf8')
cpSync(join(PROJECT, 'LICENSE'), join(OUT, 'LICENSE'))
writeFileSync(join(OUT, 'SECURITY.md'), withoutLinks(read('SECURITY.md'), KEPT))
const readme = packageReadme(read('README.md'), read('scripts/pack-readme.md'), KEPT)
writeFileSync(join(OUT, 'README.md'), readme)
cpSync(join(PROJECT, 'docs', 'openapi.json'), join(OUT, 'docs', 'openapi.json'))
console.log(OUT)

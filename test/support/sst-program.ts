import { Buffer } from 'node:buffer'
import crypto from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, extname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { digestOf } from './sst-kept.ts'
import { ACCOUNT, type Answer, answerOf, HERE, type Inputs, plain, stateOf } from './sst-mocks.ts'
import { type Asked, PLATFORM, PROJECT } from './sst-platform.ts'
import type { Build, Made, Program } from './sst-report.ts'

/**
 * `node test/support/sst-program.ts STAGE` runs sst.config.ts as `sst deploy` would, with SST's real
 * components, but under Pulumi's mocks: nothing is deployed, no account is needed. It prints a Program
 * as JSON; with stages and environments as a second argument, in JSON, what sst.config.ts says of the app
 * of each alone. This file stands in for SST's command line: it bundles the program and answers the few
 * questions that components ask of it.
 */

interface Pulumi {
  readonly runtime: {
    setMocks(
      mocks: {
        newResource(args: {
          type: string
          name: string
          inputs: Inputs
          id?: string
          custom?: boolean
        }): Promise<{
          id: string
          state: Inputs
        }>
        call(args: { token: string; inputs: Inputs }): Answer
      },
      project: string,
      stack: string,
      preview: boolean,
      organization: string,
    ): Promise<void>
    runInPulumiStack(program: () => Promise<unknown>): Promise<unknown>
  }
  output(value: unknown): { apply(then: (value: unknown) => void): void }
}

interface App {
  readonly name: string
  readonly removal?: string
  readonly protect?: boolean
  readonly providers?: Readonly<Record<string, unknown>>
}

const [stage = 'test', asked] = process.argv.slice(2)
/** as `sst dev` runs it */
const dev = process.env['TEST_DEV'] === 'on'
const load = createRequire(join(PLATFORM, 'package.json'))
const config = join(PROJECT, 'sst.config.ts')
/** what it is bundled of: see sst-kept.ts */
const read: Record<string, string> = {}
const work = mkdtempSync(join(tmpdir(), 'tenkey-sst-'))
/** bundles lie beside the platform, whose packages they import */
const bundles = join(PLATFORM, `program-${process.pid}`)
mkdirSync(bundles)
process.on('exit', () => {
  for (const folder of [work, bundles]) rmSync(folder, { recursive: true, force: true })
})

// Pulumi takes a stack for every promise
Error.stackTraceLimit = 0
// Physical names end in random letters: the same ones in every run
crypto.randomBytes = ((size: number) => Buffer.alloc(size)) as typeof crypto.randomBytes

/** Bundles as SST does: providers and components come into every file of the project as globals. */
async function bundle(
  name: string,
  contents: string,
  more: { globals?: string; inject?: string[]; define?: Record<string, string> } = {},
): Promise<string> {
  const outfile = join(bundles, `${name}.mjs`)
  const { metafile } = await build({
    metafile: true,
    stdin: { contents, resolveDir: PROJECT, sourcefile: `${name}.ts`, loader: 'ts' },
    absWorkingDir: PROJECT,
    bundle: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    nodePaths: [join(PLATFORM, 'node_modules')],
    outfile,
    logLevel: 'silent',
    define: more.define ?? {},
    inject: more.inject ?? [],
    external: ['@pulumi/*', '@aws-sdk/*', 'undici', 'esbuild', 'archiver', 'glob', 'vite'],
    banner: {
      js: [
        `import { createRequire as $require } from "module";`,
        `import { fileURLToPath as $path } from "url";`,
        `const require = $require(import.meta.url);`,
        `const __filename = $path(import.meta.url);`,
        `const __dirname = $path(new URL(".", import.meta.url));`,
      ].join('\n'),
    },
    plugins: [likeSst(more.globals ?? '')],
  })
  for (const path of Object.keys(metafile.inputs)) {
    if (isOwn(join(PROJECT, path)) && existsSync(join(PROJECT, path))) read[path] = digestOf(path)
  }
  return pathToFileURL(outfile).href
}

/** Whether a file is the project's own, neither SST's nor a package's. */
const isOwn = (path: string): boolean =>
  path.startsWith(PROJECT) && !/\/(\.sst|node_modules)\//.test(path)

const likeSst = (globals: string): Plugin => ({
  name: 'like-sst',
  setup(build) {
    build.onResolve({ filter: /.*/ }, ({ kind, importer }) => {
      // app() is run alone, before there is anything to import
      const first = globals === '' && kind === 'import-statement'
      const refused = first && basename(importer) === 'sst.config.ts'
      return refused ? { errors: [{ text: 'sst.config.ts may import only inside run()' }] } : null
    })
    build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      if (globals === '' || !isOwn(path)) return null
      return { contents: `${globals}\n${readFileSync(path, 'utf8')}`, loader: 'ts' }
    })
  },
})

async function appFunction(): Promise<(input: { stage: string }) => App> {
  const file = await bundle(
    'app',
    `globalThis.$config = (input: unknown) => input
     export default (await import(${JSON.stringify(config)})).default`,
  )
  const { default: input } = (await import(file)) as {
    default: { app(input: { stage: string }): App }
  }
  return input.app
}

/** What it says of each stage in an environment; what it refuses as the words of its error. */
async function appsOf(asked: readonly Asked[]): Promise<(App | string)[]> {
  const app = await appFunction()
  const own = { ...process.env }
  return asked.map(([stage, environment]) => {
    process.env = { ...own, ...environment }
    try {
      return app({ stage })
    } catch (error) {
      return String(error)
    }
  })
}

/**
 * What AWS takes long for, though nothing refers to it: what does not wait for it is made before it here.
 */
const SLOW =
  /^aws:(lambda\/provisionedConcurrencyConfig|ec2\/internetGateway|ec2\/routeTableAssociation|ecs\/service):/
const SLOW_MS = 500

async function runProgram(app: App): Promise<void> {
  const pulumi = load('@pulumi/pulumi') as Pulumi
  const made: Made[] = []
  const builds: Build[] = []
  process.on('exit', (code) => {
    if (code !== 0) process.stderr.write(`the program ended after ${made.length} resources\n`)
  })
  const server = await commandLine(builds)
  process.env['SST_SERVER'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const taken = new Set<string>()
  await pulumi.runtime.setMocks(
    {
      async newResource({ type, name, inputs: given, id: wanted, custom }) {
        if (SLOW.test(type)) await setTimeout(SLOW_MS)
        const inputs = plain(given) as Inputs
        // long names are cut short, and without their random letters two can come out alike
        // (an alias' name is its function's own)
        const named = () => `${type} ${inputs['functionName'] ?? ''} ${inputs['name']}`
        while (custom && inputs['name'] && taken.has(named())) inputs['name'] = `${inputs['name']}2`
        taken.add(named())
        const id = String(wanted || inputs['name'] || `${name}-id`)
        if (custom) made.push({ type, name, id, inputs })
        return { id, state: { ...given, ...stateOf(type, name, inputs) } }
      },
      call: ({ token, inputs }) => answerOf(token, plain(inputs) as Inputs),
    },
    app.name,
    stage,
    false,
    'organization',
  )

  const locked = readFileSync(join(PLATFORM, '../provider-lock.json'), 'utf8')
  const providers = JSON.parse(locked) as { alias: string; package: string }[]
  const source = (path: string) => JSON.stringify(join(PLATFORM, path))
  const file = await bundle(
    'program',
    `import { run } from ${source('src/auto/run.ts')}
     import config from ${JSON.stringify(config)}
     export default () => run(config.run)`,
    {
      globals: [
        ...providers.map(({ alias, package: name }) => `import * as ${alias} from '${name}'`),
        `import * as sst from ${source('src/components')}`,
      ].join('\n'),
      inject: [join(PLATFORM, 'src/shim/run.js')],
      define: {
        $app: JSON.stringify({ ...app, stage, providers: { aws: {}, ...app.providers } }),
        $dev: String(dev),
        $cli: JSON.stringify({
          command: dev ? 'dev' : 'deploy',
          dev,
          paths: { home: work, root: PROJECT, work, platform: PLATFORM },
          state: { version: {} },
        }),
      },
    },
  )
  let outputs: Record<string, unknown> = {}
  await pulumi.runtime.runInPulumiStack(async () => {
    const { default: program } = (await import(file)) as {
      default(): Promise<Record<string, unknown>>
    }
    outputs = await program()
    return outputs
  })
  for (const [name, value] of Object.entries(outputs)) {
    pulumi.output(value).apply((known) => {
      outputs[name] = known
    })
  }
  // components make resources in callbacks that nobody waits for: all is made when nothing is left to do
  process.once('beforeExit', () => {
    const { removal = 'retain', protect = false } = app
    const { _protect, ...shown } = outputs
    const program: Program = {
      app: { name: app.name, stage, removal, protect },
      outputs: shown,
      builds,
      made,
      read,
    }
    process.stdout.write(JSON.stringify(program))
  })
}

/** What SST's own process answers to its components, over HTTP. */
async function commandLine(builds: Build[]): Promise<Server> {
  const methods: Record<string, (input: Build) => unknown> = {
    'Provider.Aws.Bootstrap': () => ({
      asset: `sst-asset-${HERE}`,
      state: `sst-state-${HERE}`,
      assetEcrRegistryId: ACCOUNT,
      assetEcrUrl: `${ACCOUNT}.dkr.ecr.${HERE}.amazonaws.com/sst-asset`,
    }),
    'Provider.Aws.Appsync': () => ({ http: 'appsync.invalid', realtime: 'appsync.invalid' }),
    // what `sst dev` runs on this machine
    'Runtime.AddTarget': (input) => {
      builds.push(input)
      return {}
    },
    'Runtime.Build': (input) => {
      builds.push(input)
      const out = join(work, input.functionID)
      mkdirSync(out, { recursive: true })
      return { handler: `bundle${extname(input.handler)}`, out, errors: [], sourcemaps: [] }
    },
  }
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { method, params } = JSON.parse(Buffer.concat(chunks).toString())
    const answer = methods[method]
    const reply =
      answer === undefined ? { error: `no method ${method}` } : { result: answer(params[0]) }
    response.writeHead(200, { 'content-type': 'application/json', connection: 'close' })
    response.end(JSON.stringify(reply))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return server.unref()
}

if (asked === undefined) await runProgram((await appFunction())({ stage }))
else process.stdout.write(JSON.stringify(await appsOf(JSON.parse(asked))))

// @module-tag process
// @module-tag dynamodb
import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { CreateKeyCommand, DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { readConfig, SETTING_NAMES } from '../../core/config.ts'
import { instructionsOf, stagesOf, variablesOf } from '../support/dockerfile.ts'
import { startDynalite } from '../support/dynalite.ts'
import { freePort } from '../support/port.ts'
import { settingsOf, unitOf } from '../support/systemd.ts'

const PACKAGING = 'packaging'
const read = (name: string): string => readFileSync(join(PACKAGING, name), 'utf8')
const instructions = instructionsOf(read('Dockerfile'))
const [image = []] = stagesOf(instructions)

const wordsOf = (name: string): string[] =>
  image.filter((one) => one.name === name).map(({ words }) => words)
/** What COPY takes from the package: sources and where they go, in the image's folder. */
const copies = wordsOf('COPY').map((words) => ({
  sources: words.split(' ').slice(0, -1),
  target: words.split(' ').at(-1) ?? '',
}))
const command = (words: string | undefined): string[] => JSON.parse(words ?? '')
const started = [...command(wordsOf('ENTRYPOINT')[0]), ...command(wordsOf('CMD')[0])]
const healthcheck = command(/CMD (\[.*\])/.exec(wordsOf('HEALTHCHECK')[0] ?? '')?.[1])
const [home = ''] = wordsOf('WORKDIR')
const [data = ''] = wordsOf('VOLUME')

interface Service {
  readonly image: string
  readonly environment?: Readonly<Record<string, string>>
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
}
const compose: {
  readonly services: Readonly<Record<string, Service>>
  readonly volumes: Readonly<Record<string, unknown>>
} = parse(read('compose.yaml'), { merge: true })
const services = Object.entries(compose.services)
const ours = services.filter(([, service]) => service.image === 'tenkey')

describe('the Dockerfile', () => {
  test('has instructions that are known, and one stage: nothing is built in it', () => {
    const known =
      'FROM WORKDIR COPY RUN ENV VOLUME USER EXPOSE STOPSIGNAL HEALTHCHECK ENTRYPOINT CMD'.split(
        ' ',
      )
    for (const { name } of instructions) expect(known).toContain(name)
    expect(stagesOf(instructions)).toHaveLength(1)
    expect(wordsOf('RUN').join()).not.toMatch(/npm (ci|install)|apt|curl|wget/)
  })

  test("runs on the project's own major version of Node", () => {
    const major = readFileSync('.nvmrc', 'utf8').split('.')[0]
    expect(wordsOf('FROM')).toEqual([`node:${major}-slim`])
  })

  test('runs as nobody special, by exec form, so that the server itself gets the signal', () => {
    expect(wordsOf('USER')).toEqual(['node'])
    const after = image.slice(image.findIndex(({ name }) => name === 'USER'))
    expect(after.map(({ name }) => name)).not.toContain('RUN')
    expect(started).toEqual(['node', '/tenkey/bin/tenkey.cjs', 'serve'])
    expect(wordsOf('STOPSIGNAL')).toEqual(['SIGTERM'])
    expect(healthcheck[0]).toBe('node')
  })

  test('sets settings that there are, to values that can be', () => {
    const variables = variablesOf(image)
    const settings = Object.keys(variables).filter((name) => name.startsWith('TENKEY_'))
    expect(settings.filter((name) => !SETTING_NAMES.includes(name))).toEqual([])
    expect(readConfig(variables)).toMatchObject({ store: 'dynamodb', host: '0.0.0.0' })
    expect(wordsOf('EXPOSE')).toEqual([variables['TENKEY_PORT']])
    expect(wordsOf('VOLUME')).toEqual([variables['TENKEY_DATA']])
    expect(Object.keys(variables)).not.toContain('TENKEY_PLAIN_HTTP')
    expect(Object.keys(variables).filter((name) => /SECRET|TOKEN|ACCESS/.test(name))).toEqual([])
  })
})

describe('compose.yaml', () => {
  test.each(services)('%s may as little as can be, and is reached from this machine', (name) => {
    expect(compose.services[name]).toMatchObject({
      restart: 'unless-stopped',
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    })
    for (const port of compose.services[name]?.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/)
  })

  test.each(ours)(
    '%s has settings that can be, over a file system that can’t be written',
    (_, service) => {
      const environment = service.environment ?? {}
      const names = Object.keys(environment).filter((name) => name.startsWith('TENKEY_'))
      expect(names.filter((name) => !SETTING_NAMES.includes(name))).toEqual([])
      readConfig({ ...variablesOf(image), ...environment })
      expect(service).toMatchObject({ build: '.', init: true, read_only: true })
      // the root key and first credentials stay, whichever store is beside them
      const [volume = '', place] = (service.volumes?.[0] ?? '').split(':')
      expect(Object.keys(compose.volumes)).toContain(volume)
      expect(place).toBe(data)
    },
  )

  const docker = spawnSync('docker', ['compose', 'version']).status === 0
  test.skipIf(!docker)('is what docker compose takes', () => {
    const words = ['compose', '--file', join(PACKAGING, 'compose.yaml'), '--profile', '*']
    const said = execFileSync('docker', [...words, 'config', '--services'], { encoding: 'utf8' })
    expect(said.trim().split('\n').sort()).toEqual(Object.keys(compose.services).sort())
  })
})

// It is run as somebody who may nothing, where the tests are root's: that one must get into the folder, which the
// tests' own temporary one lets nobody
const user = process.getuid?.() === 0 ? { uid: 1000, gid: 1000 } : {}
const temporary = user.uid === undefined ? tmpdir() : '/tmp'

describe('the package, run as it is told to outside a container', () => {
  const folder = mkdtempSync(join(temporary, 'tenkey-image-'))
  const bin = join(folder, 'bin')
  /** a path of the image here */
  const here = (path: string) => path.replace(/^\/(?=tenkey\/)/, `${folder}/`)
  let dynalite: Awaited<ReturnType<typeof startDynalite>>

  beforeAll(async () => {
    chmodSync(folder, 0o755)
    dynalite = await startDynalite()
    const context = join(folder, 'package')
    await promisify(execFile)(process.execPath, ['scripts/pack.ts', context])
    mkdirSync(here(`${home}/`))
    for (const { sources, target } of copies) {
      // COPY puts files into a folder that ends with /, and a folder's content at its target
      for (const source of sources) {
        const to = target.endsWith('/') ? join(target, source) : target
        cpSync(join(context, source), here(join(home, to)), { recursive: true })
      }
    }
    // there is nothing else on its PATH
    mkdirSync(bin)
    copyFileSync(process.execPath, join(bin, 'node'))
  })
  afterAll(async () => {
    await dynalite.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('holds what the package has, but for what runs it elsewhere, documents and types', () => {
    const { files, bin } = JSON.parse(readFileSync(here(`${home}/package.json`), 'utf8'))
    const all = readdirSync(join(folder, 'package'))
    const left = ['README.md', 'SECURITY.md', 'types', ...readdirSync(PACKAGING)]
    expect([...readdirSync(here(`${home}/`)), ...left].sort()).toEqual(all.toSorted())
    // npm packs these unasked
    const unasked = ['package.json', 'LICENSE', 'README.md']
    expect(all.filter((name) => !unasked.includes(name)).sort()).toEqual(files.toSorted())
    expect(existsSync(here(`${home}/${bin.tenkey}`))).toBe(true)
    expect(started).toContain(`${home}/${bin.tenkey}`)
  })

  const unit = unitOf(read('tenkey.service'))
  const starts: readonly (readonly [string, string[], () => Record<string, string>])[] = [
    [
      // it is behind a load balancer, or has a certificate: the image chooses for nobody
      'by the image, over DynamoDB',
      started,
      () => ({
        ...variablesOf(image),
        TENKEY_TRUSTED_PROXY: '10.0.0.0/8',
        AWS_ENDPOINT_URL_DYNAMODB: dynalite.endpoint,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'AKIDTEST',
        AWS_SECRET_ACCESS_KEY: 'made-up',
      }),
    ],
    ...ours.map(
      ([name, { environment }]) =>
        [
          `by compose.yaml, ${name}`,
          started,
          () => ({
            ...variablesOf(image),
            ...environment,
            ...(environment?.['AWS_ENDPOINT_URL_DYNAMODB'] !== undefined && {
              AWS_ENDPOINT_URL_DYNAMODB: dynalite.endpoint,
              TENKEY_TABLE: 'composed',
            }),
          }),
        ] as const,
    ),
    [
      'by the systemd unit',
      [
        'node',
        `${home}/bin/tenkey.cjs`,
        ...(unit.get('ExecStart')?.[0]?.split(' ').slice(1) ?? []),
      ],
      () => ({ ...settingsOf(unit), NODE_COMPILE_CACHE: join(folder, 'cache') }),
    ],
  ]

  test.each(starts)(
    '%s: serves, is healthy, and stops by its signal',
    async (title, words, settings) => {
      const port = await freePort()
      const own = join(folder, String(starts.findIndex((start) => start[0] === title)))
      mkdirSync(own, { mode: 0o700 })
      if (user.uid !== undefined) chownSync(own, user.uid, user.gid)
      const env = {
        ...settings(),
        // but for the folder, the port and this machine's programs
        TENKEY_DATA: own,
        TENKEY_PORT: String(port),
        PATH: bin,
      }
      const [program = '', ...rest] = words
      const child = spawn(program, rest.map(here), { cwd: here(`${home}/`), env, ...user })
      const ended = once(child, 'close')
      let said = ''
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text
      })
      await new Promise<void>((resolve, reject) => {
        let text = ''
        child.stdout.setEncoding('utf8').on('data', (more: string) => {
          text += more
          if (text.includes('AWS_DEFAULT_REGION=')) resolve()
        })
        ended.then(() => reject(new Error(`it ended: ${said}`)), reject)
      })

      const [, ...check] = healthcheck.map(here)
      const options = { cwd: '/', env, ...user }
      await promisify(execFile)(join(bin, 'node'), check, options)
      const { accessKeyId, secretAccessKey } = JSON.parse(
        readFileSync(join(own, 'tenant.json'), 'utf8'),
      )
      const kms = new KMSClient({
        endpoint: `http://127.0.0.1:${port}`,
        region: 'us-east-1',
        credentials: { accessKeyId, secretAccessKey },
      })
      const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
      const input = { KeyId: KeyMetadata?.KeyId, Plaintext: Buffer.from('contained') }
      const { CiphertextBlob } = await kms.send(new EncryptCommand(input))
      const { Plaintext } = await kms.send(new DecryptCommand({ CiphertextBlob }))
      expect(Buffer.from(Plaintext ?? []).toString()).toBe('contained')
      kms.destroy()

      child.kill(wordsOf('STOPSIGNAL')[0] as NodeJS.Signals)
      expect(await ended).toEqual([0, null])
      expect(said).toBe('')
      await expect(promisify(execFile)(join(bin, 'node'), check, options)).rejects.toMatchObject({
        code: 1,
      })
    },
  )
})

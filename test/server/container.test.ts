// @module-tag process
// @module-tag dynamodb
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { CreateKeyCommand, DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readConfig, SETTING_NAMES } from '../../core/config.ts'
import { instructionsOf, isSent, stagesOf, variablesOf } from '../support/dockerfile.ts'
import { startDynalite } from '../support/dynalite.ts'
import { freePort } from '../support/port.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))
const read = (name: string): string => readFileSync(join(project, name), 'utf8')
const instructions = instructionsOf(read('Dockerfile'))
const [packages = [], image = []] = stagesOf(instructions)
const ignored = read('.dockerignore')

const wordsOf = (stage: typeof image, name: string): string[] =>
  stage.filter((one) => one.name === name).map(({ words }) => words)
/** What COPY takes from the project: sources and where they go, in the image's folder. */
const copies = (stage: typeof image) =>
  wordsOf(stage, 'COPY')
    .filter((words) => !words.startsWith('--from='))
    .map((words) => ({
      sources: words.split(' ').slice(0, -1),
      target: words.split(' ').at(-1) ?? '',
    }))
const command = (words: string | undefined): string[] => JSON.parse(words ?? '')
const healthcheck = (): string[] =>
  command(/CMD (\[.*\])/.exec(wordsOf(image, 'HEALTHCHECK')[0] ?? '')?.[1])

describe('the Dockerfile', () => {
  test('has instructions that are known, and no more stages than two', () => {
    const known = 'FROM WORKDIR COPY RUN ENV VOLUME USER EXPOSE STOPSIGNAL HEALTHCHECK CMD'.split(
      ' ',
    )
    for (const { name } of instructions) expect(known).toContain(name)
    expect(stagesOf(instructions)).toHaveLength(2)
  })

  test("runs on the project's own major version of Node", () => {
    const major = read('.nvmrc').split('.')[0]
    for (const words of [...wordsOf(packages, 'FROM'), ...wordsOf(image, 'FROM')]) {
      expect(words).toMatch(new RegExp(`^node:${major}-slim( AS \\w+)?$`))
    }
  })

  test('runs as nobody special, by exec form, so that the server itself gets the signal', () => {
    expect(wordsOf(image, 'USER')).toEqual(['node'])
    const after = image.slice(image.findIndex(({ name }) => name === 'USER'))
    expect(after.map(({ name }) => name)).not.toContain('RUN')
    expect(command(wordsOf(image, 'CMD')[0])).toEqual(['node', 'server/main.ts'])
    expect(wordsOf(image, 'STOPSIGNAL')).toEqual(['SIGTERM'])
    expect(healthcheck()[0]).toBe('node')
  })

  test('sets settings that there are, to values that can be', () => {
    const variables = variablesOf(image)
    const settings = Object.keys(variables).filter((name) => name.startsWith('TENKEY_'))
    expect(settings.filter((name) => !SETTING_NAMES.includes(name))).toEqual([])
    expect(readConfig(variables)).toMatchObject({ store: 'dynamodb', host: '0.0.0.0' })
    expect(wordsOf(image, 'EXPOSE')).toEqual([variables['TENKEY_PORT']])
    expect(wordsOf(image, 'VOLUME')).toEqual([variables['TENKEY_DATA']])
    expect(Object.keys(variables)).not.toContain('TENKEY_PLAIN_HTTP')
    expect(Object.keys(variables).filter((name) => /SECRET|TOKEN|ACCESS/.test(name))).toEqual([])
  })

  test('copies what there is and .dockerignore sends; nothing else is sent', () => {
    const sources = [...copies(packages), ...copies(image)].flatMap((copy) => copy.sources)
    for (const source of sources) {
      expect(existsSync(join(project, source)), source).toBe(true)
      expect(isSent(ignored, source), source).toBe(true)
    }
    const others = readdirSync(project).filter((name) => isSent(ignored, name) && name !== 'docs')
    expect(others.filter((name) => !sources.includes(name))).toEqual([])
    for (const secret of ['.tenkey/root.key', '.git/config', 'node_modules/x', 'docs/api.md']) {
      expect(isSent(ignored, secret), secret).toBe(false)
    }
  })
})

describe("the image's content, run outside a container", () => {
  const folder = mkdtempSync(join(tmpdir(), 'tenkey-image-'))
  const home = join(folder, 'tenkey')
  let dynalite: Awaited<ReturnType<typeof startDynalite>>

  beforeAll(async () => {
    dynalite = await startDynalite()
    mkdirSync(home)
    for (const { sources, target } of [...copies(packages), ...copies(image)]) {
      for (const source of sources) {
        // COPY puts a file into a folder that ends with /, and a folder's content at its target
        const to = target.endsWith('/') ? join(home, target, basename(source)) : join(home, target)
        cpSync(join(project, source), to, { recursive: true })
      }
    }
    const [install = ''] = wordsOf(packages, 'RUN')
    const env = { ...process.env, npm_config_prefer_offline: 'true' }
    await promisify(execFile)('sh', ['-c', install], { cwd: home, env })
  })
  afterAll(async () => {
    await dynalite.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('holds no package that only development needs', () => {
    const { packages: locked } = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { dev?: boolean }>
    }
    const left = Object.entries(locked).filter(
      ([path, { dev }]) => dev === true && existsSync(join(home, path)),
    )
    expect(left).toEqual([])
  })

  test('serves against DynamoDB by its exact command line, is healthy, and stops by its signal', async () => {
    const port = await freePort()
    const environment: Record<string, string> = {
      // as in the image, but for the folder, the port and this machine's addresses
      ...variablesOf(image),
      // it is behind a load balancer, or has a certificate: the image chooses for nobody
      TENKEY_TRUSTED_PROXY: '10.0.0.0/8',
      TENKEY_DATA: join(folder, 'data'),
      TENKEY_PORT: String(port),
      TENKEY_ROOT: `file:${join(folder, 'root.key')}`,
      AWS_ENDPOINT_URL_DYNAMODB: dynalite.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'AKIDTEST',
      AWS_SECRET_ACCESS_KEY: 'made-up',
      PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
    }
    const [program = '', ...words] = command(wordsOf(image, 'CMD')[0])
    const child = spawn(program, words, { cwd: home, env: environment, stdio: 'pipe' })
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
      ended.then(() => reject(new Error(`it ended: ${said}`)))
    })

    const [check = '', ...rest] = healthcheck()
    const options = { cwd: home, env: environment }
    await promisify(execFile)(check, rest, options)
    const { accessKeyId, secretAccessKey } = JSON.parse(
      readFileSync(join(folder, 'data', 'tenant.json'), 'utf8'),
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

    child.kill(wordsOf(image, 'STOPSIGNAL')[0] as NodeJS.Signals)
    expect(await ended).toEqual([0, null])
    expect(said).toBe('')
    await expect(promisify(execFile)(check, rest, options)).rejects.toMatchObject({ code: 1 })
  })
})
